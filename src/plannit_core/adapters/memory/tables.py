"""The records of one kind: their versions, and the sorted sets by which they are found."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain as chained
from itertools import islice
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from attrs import define

from ...decisions import Record
from ...errors import InvalidInput
from ...ports import COLUMNS, EVERY, EXTERNAL, Match, Row, Value, external_of, row_of

_CHUNK = 512
_ALL = (EVERY, "")
_NOTHING: frozenset[Key] = frozenset()
_first = itemgetter(0)
Chain = tuple["Version", ...]

_MATCHES = {
    kind: {EVERY: Match.EQUAL, EXTERNAL: Match.EQUAL, **{name: column.index for name, column in columns.items()}}
    for kind, columns in COLUMNS.items()
}
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

Chunks = tuple[list[Any], ...]
"""Sorted entries in sorted chunks. A reader may hold on to them while a writer goes on: a list is only ever appended to, and where
one is taken out or put in between, a new list takes its place."""

Key = tuple[str, Any]
"""Where a version stands: an index and its value, or, for an index in order, the value and the id."""


def _with(chunks: Chunks, entry: Any) -> Chunks:
    """With an entry, which stands there once."""
    last = chunks[-1]
    if entry > last[-1]:  # most of what is new comes last
        if len(last) == _CHUNK:
            return (*chunks, [entry])
        last.append(entry)
        return chunks
    place = max(bisect_right(chunks, entry, key=_first) - 1, 0)
    old = chunks[place]
    at = bisect_left(old, entry)
    if old[at : at + 1] == [entry]:
        return chunks
    new = old.copy()
    new.insert(at, entry)
    parts = (new,) if len(new) <= _CHUNK else (new[: _CHUNK // 2], new[_CHUNK // 2 :])
    return (*chunks[:place], *parts, *chunks[place + 1 :])


def _without(chunks: Chunks, entry: Any) -> Chunks:
    """Without an entry that stands there."""
    place = bisect_right(chunks, entry, key=_first) - 1
    new = chunks[place].copy()
    del new[bisect_left(new, entry)]
    return (*chunks[:place], *((new,) if new else ()), *chunks[place + 1 :])


def following(chunks: Chunks, entry: Any) -> Iterator[Any]:
    """The entries after `entry`, in order."""
    place = max(bisect_right(chunks, entry, key=_first) - 1, 0)
    for chunk in chunks[place : place + 1]:
        yield from chunk[bisect_right(chunk, entry) :]
    yield from chained.from_iterable(islice(chunks, place + 1, None))


def _keys(record: Record) -> set[Key]:
    id, kind = record.id, record.kind
    keys: set[Key] = {_ALL, *[(name, of(record)) for name, of in _EQUAL[kind]]}
    for name, of in _IN_ORDER[kind]:
        if (value := of(record)) is not None:
            keys.add((name, (value, id)))
    if getattr(record, "external", None):  # few have one
        keys.update((EXTERNAL, external) for external in external_of(record))
    return keys


@define(eq=False)
class Version:
    """A record from one commit on, or that it is gone. Never changed: not frozen, as that is made faster.

    Attributes:
        number: The commit's.
        record: `None` when it is gone.
        keys: Where it stands in the sets.
    """

    number: int
    record: Record | None
    keys: set[Key] | frozenset[Key]

    @cached_property
    def row(self) -> Row:
        """The record's native columns, reckoned when somebody asks."""
        assert self.record is not None  # nobody asks for what is gone
        return MappingProxyType(row_of(self.record))


def version_of(number: int, record: Record) -> Version:
    """A record as commit `number` makes it."""
    return Version(number, record, _keys(record))


def seen(versions: Chain, number: int) -> Version | None:
    """The version that a snapshot of that number sees; `None` when it was not there yet."""
    for each in versions:
        if each.number <= number:
            return each
    return None


def gone(number: int) -> Version:
    """That a record is gone as of commit `number`."""
    return Version(number, None, _NOTHING)


class Table:
    """The records of one kind in a company. An id stands in a set if a version in its chain belongs there."""

    def __init__(self) -> None:
        self.chains: dict[str, Chain] = {}
        self.sets: dict[tuple[Value, ...], Chunks] = {}

    def add(self, id: str, version: Version, keys: Iterable[Key]) -> None:
        """Put a version before those that are there; `keys` are those of its own that the one before did not have."""
        sets = self.sets
        for key in keys:
            name, entry = _place(key, id)
            chunks = sets.get(name)
            sets[name] = _with(chunks, entry) if chunks else ([entry],)
        self.chains[id] = (version, *self.chains.get(id, ()))

    def keep(self, id: str, versions: Chain) -> None:
        """Of those that are there keep only these, and drop what of the others stands in the sets."""
        dropped = [each.keys for each in self.chains.get(id, ()) if each not in versions]
        lost = dropped[0] if len(dropped) == 1 else _NOTHING.union(*dropped)
        if versions:
            self.chains[id] = versions
        else:
            self.chains.pop(id, None)
        for key in lost.difference(*[each.keys for each in versions]):
            name, entry = _place(key, id)
            if chunks := _without(self.sets[name], entry):
                self.sets[name] = chunks
            else:
                del self.sets[name]

    def sweep(self, id: str, oldest: int) -> None:
        """Drop what no snapshot sees any more: the lowest number of one is `oldest`."""
        versions = known = self.chains.get(id, ())
        while len(versions) > 1 and versions[-2].number <= oldest:
            versions = versions[:-1]
        if len(versions) == 1 and versions[0].record is None:
            versions = ()
        if versions is not known:
            self.keep(id, versions)


def _place(key: Key, id: str) -> tuple[tuple[Value, ...], Any]:
    """The set that a key belongs to, and what stands there."""
    value = key[1]
    return ((key[0],), value) if type(value) is tuple else (key, id)


def match_of(kind: str, index: str) -> Match:
    """How an index compares. Raises `InvalidInput`, `find.unknown-field`."""
    match = _MATCHES[kind].get(index)
    if match is None:
        raise InvalidInput("find.unknown-field", path=index)
    return match
