"""The records of one kind: their versions, and the sorted sets by which they are found."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain as chained
from itertools import islice
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from attrs import frozen

from ...decisions import Record
from ...errors import InvalidInput
from ...ports import COLUMNS, EVERY, EXTERNAL, Match, Row, Value, external_of, row_of

_CHUNK = 256
_ALL = (EVERY, "")
_NOTHING: frozenset[Entry] = frozenset()
_first = itemgetter(0)
Chain = tuple["Version", ...]

_EQUAL = {
    kind: tuple((name, column.of) for name, column in columns.items() if column.index is Match.EQUAL)
    for kind, columns in COLUMNS.items()
}
_IN_ORDER = {
    kind: tuple((name, column.of) for name, column in columns.items() if column.index in (Match.UP_TO, Match.FROM))
    for kind, columns in COLUMNS.items()
}

UNIQUE = {
    kind: frozenset((EXTERNAL, *(name for name, column in columns.items() if column.unique)))
    for kind, columns in COLUMNS.items()
}
"""The indexes of each kind in which no two records share a value."""

Chunks = tuple[tuple[Any, ...], ...]
"""Sorted entries in sorted chunks. Never changed in place, so a reader may hold on to one while a writer goes on."""

Entry = tuple[tuple[Value, ...], Any]
"""A set of an index, and what stands there: an id in `(index, value)`, or a day and an id in `(index,)`."""


def _with(chunks: Chunks, entry: Any) -> Chunks:
    last = chunks[-1]
    if entry > last[-1]:  # most of what is new comes last
        return (*chunks[:-1], (*last, entry)) if len(last) < _CHUNK else (*chunks, (entry,))
    place = max(bisect_right(chunks, entry, key=_first) - 1, 0)
    old = chunks[place]
    at = bisect_left(old, entry)
    new = (*old[:at], entry, *old[at:])
    parts = (new,) if len(new) <= _CHUNK else (new[: _CHUNK // 2], new[_CHUNK // 2 :])
    return (*chunks[:place], *parts, *chunks[place + 1 :])


def _without(chunks: Chunks, entry: Any) -> Chunks:
    place = bisect_right(chunks, entry, key=_first) - 1
    old = chunks[place]
    at = bisect_left(old, entry)
    new = (*old[:at], *old[at + 1 :])
    return (*chunks[:place], *((new,) if new else ()), *chunks[place + 1 :])


def following(chunks: Chunks, entry: Any) -> Iterator[Any]:
    """The entries after `entry`, in order."""
    place = max(bisect_right(chunks, entry, key=_first) - 1, 0)
    for chunk in chunks[place : place + 1]:
        yield from chunk[bisect_right(chunk, entry) :]
    yield from chained.from_iterable(islice(chunks, place + 1, None))


def _entries(record: Record) -> Iterator[Entry]:
    id = record.id
    yield _ALL, id
    for external in external_of(record):
        yield (EXTERNAL, external), id
    for name, of in _EQUAL[record.kind]:
        yield (name, of(record)), id
    for name, of in _IN_ORDER[record.kind]:
        if (value := of(record)) is not None:
            yield (name,), (value, id)


@frozen(eq=False)
class Version:
    """A record from one commit on, or that it is gone.

    Attributes:
        number: The commit's.
        record: `None` when it is gone.
        entries: Where it stands in the sets.
    """

    number: int
    record: Record | None
    entries: frozenset[Entry]

    @cached_property
    def row(self) -> Row:
        """The record's native columns, reckoned when somebody asks."""
        assert self.record is not None  # nobody asks for what is gone
        return MappingProxyType(row_of(self.record))


def version_of(number: int, record: Record) -> Version:
    """A record as commit `number` makes it."""
    return Version(number, record, frozenset(_entries(record)))


def seen(versions: Chain, number: int) -> Version | None:
    """The version that a snapshot of that number sees; `None` when the record is not there for it."""
    for each in versions:
        if each.number <= number:
            return None if each.record is None else each
    return None


def _only(chain: Chain, other: Chain) -> frozenset[Entry]:
    """Where versions of `chain` stand and none of `other` does."""
    if not other:
        return _union(chain)
    own = [each for each in chain if each not in other]
    return _union(own) - _union(other) if own else _NOTHING


def _union(versions: Sequence[Version]) -> frozenset[Entry]:
    return versions[0].entries if len(versions) == 1 else _NOTHING.union(*(each.entries for each in versions))


class Table:
    """The records of one kind in a company. An id stands in a set if a version in its chain belongs there."""

    def __init__(self) -> None:
        self.chains: dict[str, Chain] = {}
        self.sets: dict[tuple[Value, ...], Chunks] = {}

    def put(self, id: str, versions: Chain) -> None:
        """Replace a chain, and what stands of it in the sets."""
        known, sets = self.chains.get(id, ()), self.sets
        for name, entry in _only(versions, known):
            chunks = sets.get(name)
            sets[name] = _with(chunks, entry) if chunks else ((entry,),)
        if versions:
            self.chains[id] = versions
        else:
            self.chains.pop(id, None)
        for name, entry in _only(known, versions):
            if chunks := _without(sets[name], entry):
                sets[name] = chunks
            else:
                del sets[name]


def match_of(kind: str, index: str) -> Match:
    """How an index compares. Raises `InvalidInput`, `find.unknown-field`."""
    if index in (EVERY, EXTERNAL):
        return Match.EQUAL
    column = COLUMNS[kind].get(index)
    if column is None or column.index is None:
        raise InvalidInput("find.unknown-field", path=index)
    return column.index
