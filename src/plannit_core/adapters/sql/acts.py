"""What a commit does to the records: each act with many records of a kind at once, all inside `Link.together`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ...decisions import Record
from ...ports import Commit, external_of
from .links import Link
from .statements import ADD_KEY, DROP_KEYS, STATEMENTS, keys_of, stored

Known = Mapping[tuple[str, str], Record]
"""Records as they are stored, by kind and id."""

Act = Callable[[Link, str, Sequence[Record]], None]
"""Does one thing to records of one kind in a company."""


def acts_of(commit: Commit) -> Iterator[tuple[Act, Record, int]]:
    """What is done to which record, and the version that must be stored: removes, then changes, then what is new."""
    for record in commit.removes:
        yield remove, record, record.version
    for record in sorted(commit.writes, key=lambda each: each.version == 1):
        yield (add if record.version == 1 else change), record, record.version - 1


def together(commit: Commit, known: Known) -> list[tuple[Act, list[Record]]]:
    """The same with the records of a kind at once. The order among those of a kind is kept; kinds share nothing."""
    found: dict[tuple[Act, str], list[Record]] = {}
    for act, record, _ in acts_of(commit):
        found.setdefault((act, record.kind), []).append(record)
    return [
        (_alter if act is change and all(_keeps_keys(each, known) for each in records) else act, records)
        for (act, _), records in found.items()
    ]


def remove(link: Link, company: str, records: Sequence[Record]) -> None:
    """Remove records as they are stored."""
    gone = [{"in_company": company, "of_id": str(each.id), "of_version": each.version} for each in records]
    link.change_each(STATEMENTS[records[0].kind].delete, gone)
    _drop_keys(link, company, records)


def change(link: Link, company: str, records: Sequence[Record]) -> None:
    """Store records in a new version."""
    _alter(link, company, records)
    freed: list[Record] = []
    for each in records:
        freed.append(each)
        if keys := keys_of(company, each):  # what comes after it has not freed its own yet
            _drop_keys(link, company, freed)
            link.run_each(ADD_KEY, keys)
            freed = []
    _drop_keys(link, company, freed)


def _alter(link: Link, company: str, records: Sequence[Record]) -> None:
    """Store records in a new version, with the keys they had."""
    changed = [
        {"in_company": company, "of_id": str(each.id), "of_version": each.version - 1, **stored(each)}
        for each in records
    ]
    link.change_each(STATEMENTS[records[0].kind].update, changed)


def _keeps_keys(record: Record, known: Known) -> bool:
    """Whether it is known that a record's keys in other systems are stored as they are to be."""
    before = known.get((record.kind, str(record.id)))
    return before is not None and before.version == record.version - 1 and external_of(before) == external_of(record)


def add(link: Link, company: str, records: Sequence[Record]) -> None:
    """Store new records."""
    new = [{"company": company, "id": str(each.id), **stored(each)} for each in records]
    link.run_each(STATEMENTS[records[0].kind].insert, new)
    link.run_each(ADD_KEY, [key for each in records for key in keys_of(company, each)])


def _drop_keys(link: Link, company: str, records: Sequence[Record]) -> None:
    having = [each for each in records if hasattr(each, "external")]
    link.run_each(DROP_KEYS, [{"in_company": company, "of_kind": each.kind, "of_id": str(each.id)} for each in having])
