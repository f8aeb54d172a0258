"""The records of one kind: their versions, and the sorted sets by which they are found."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
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
_first = itemgetter(0)
Chain = tuple["Version", ...]

_EQUAL = {
    kind: tuple(name for name, column in columns.items() if column.index is Match.EQUAL)
    for kind, columns in COLUMNS.items()
}
_IN_ORDER = {
    kind: tuple(name for name, column in columns.items() if column.index in (Match.UP_TO, Match.FROM))
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
    if not chunks:
        return ((entry,),)
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


def _entries(record: Record, row: Row) -> Iterator[Entry]:
    yield (EVERY, ""), record.id
    for external in external_of(record):
        yield (EXTERNAL, external), record.id
    for name in _EQUAL[record.kind]:
        yield (name, row[name]), record.id
    for name in _IN_ORDER[record.kind]:
        if row[name] is not None:
            yield (name,), (row[name], record.id)


@frozen(eq=False)
class Version:
    """A record from one commit on, or that it is gone.

    Attributes:
        number: The commit's.
        record: `None` when it is gone.
        row: Its native columns.
        entries: Where it stands in the sets.
    """

    number: int
    record: Record | None
    row: Row
    entries: frozenset[Entry]


def version_of(number: int, record: Record) -> Version:
    """A record as commit `number` makes it."""
    row = row_of(record)
    return Version(number, record, MappingProxyType(row), frozenset(_entries(record, row)))


def seen(versions: Chain, number: int) -> Version | None:
    """The version that a snapshot of that number sees; `None` when the record is not there for it."""
    for each in versions:
        if each.number <= number:
            return None if each.record is None else each
    return None


def _only(chain: Chain, other: Chain) -> frozenset[Entry]:
    """Where versions of `chain` stand and none of `other` does."""
    own = [each.entries for each in chain if each not in other]
    return frozenset().union(*own).difference(*(each.entries for each in other)) if own else frozenset()


class Table:
    """The records of one kind in a company. An id stands in a set if a version in its chain belongs there."""

    def __init__(self) -> None:
        self.chains: dict[str, Chain] = {}
        self.sets: dict[tuple[Value, ...], Chunks] = {}

    def put(self, id: str, versions: Chain) -> None:
        """Replace a chain, and what stands of it in the sets."""
        known = self.chains.get(id, ())
        for name, entry in _only(versions, known):
            self.sets[name] = _with(self.sets.get(name, ()), entry)
        if versions:
            self.chains[id] = versions
        else:
            self.chains.pop(id, None)
        for name, entry in _only(known, versions):
            self.sets[name] = _without(self.sets[name], entry)
            if not self.sets[name]:
                del self.sets[name]


def match_of(kind: str, index: str) -> Match:
    """How an index compares. Raises `InvalidInput`, `find.unknown-field`."""
    if index in (EVERY, EXTERNAL):
        return Match.EQUAL
    column = COLUMNS[kind].get(index)
    if column is None or column.index is None:
        raise InvalidInput("find.unknown-field", path=index)
    return column.index
