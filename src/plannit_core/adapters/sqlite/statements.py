"""The statements, put together once from `ports.COLUMNS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from attrs import field, frozen, make_class

from ...decisions import Record
from ...errors import InvalidInput, SchemaError
from ...ports import COLUMNS, EVERY, EXTERNAL, Match, Value
from ...values.made import Made
from .seals import seal_of

_COMPARISONS = {Match.EQUAL: "IS", Match.UP_TO: "<=", Match.FROM: ">="}


def native(value: Value) -> Any:
    """A value as SQLite takes it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


_DAYS: Made[str | None, date | None] = Made(lambda text: None if text is None else date.fromisoformat(text))


@frozen
class Statements:
    """Those of one kind of record.

    Attributes:
        kind: Which.
        columns: What reads each native column off the record.
        days: The places of those that are days.
        load: The id, the body and its seal, by company and id.
        version: By company and id.
        insert: See `values`.
        update: See `values`; then the version before.
        delete: By company, id, version.
        bodies: Likewise, by company, value, id before, limit; one for each index.
        rows: Likewise, the id, the version, the native columns.
    """

    kind: str
    columns: tuple[Callable[[Any], Value], ...]
    days: tuple[int, ...]
    load: str
    version: str
    insert: str
    update: str
    delete: str
    bodies: Mapping[str, str]
    rows: Mapping[str, str]

    def values(self, company: str, record: Record, body: str) -> list[Any]:
        """What `insert` and `update` are given: version, native columns, body, seal, company, id."""
        id = str(record.id)
        row: list[Any] = [of(record) for of in self.columns]
        for place in self.days:
            day = row[place]
            row[place] = day and day.isoformat()
        return [record.version, *row, body, seal_of(company, record.kind, id, body), company, id]

    def read(self, found: list[Any]) -> list[dict[str, Any]]:
        """What `rows` found, in place, as `ports.row_of` gives it. Raises `SchemaError`, `storage.damaged`."""
        columns = _columns(self.kind)
        for place, values in enumerate(found):
            try:
                found[place] = columns(*values).__dict__  # made in half the time of `dict(zip(...))`
            except (TypeError, ValueError):
                raise SchemaError("storage.damaged", kind=self.kind, id=str(values[0])) from None
        return found


def _sources(kind: str) -> dict[str, str]:
    """For each index where its records are looked up by company, value, id before, limit."""
    table = f"plannit_{kind}"
    tail = "AND r.id > ? ORDER BY r.id LIMIT ?"
    sources = {
        EVERY: f"FROM {table} AS r WHERE r.company = ? AND ? = '' {tail}",
        EXTERNAL: f"FROM plannit_external_key AS e JOIN {table} AS r ON r.company = e.company AND r.id = e.id "
        f"WHERE e.company = ? AND e.kind = '{kind}' AND e.key = ? {tail}",
    }
    for name, column in COLUMNS[kind].items():
        if column.index is not None:
            matching = f"r.company = ? AND r.{name} {_COMPARISONS[column.index]} ?"
            sources[name] = f"FROM {table} AS r INDEXED BY {table}_{name} WHERE {matching} {tail}"
    return sources


@cache
def _columns(kind: str) -> Callable[..., object]:
    """An object with the native columns as attributes, made of what `rows` finds."""
    found = {"id": field(), "version": field()}
    for name, column in COLUMNS[kind].items():
        found[name] = field(converter=_DAYS.__getitem__) if column.type is date else field()
    return make_class(kind, found, slots=False, eq=False, repr=False)


def _statements(kind: str) -> Statements:
    table, sources = f"plannit_{kind}", _sources(kind)
    columns = ("id", "version", *COLUMNS[kind])
    changed = ("version", *COLUMNS[kind], "body", "seal")
    stored = (*changed, "company", "id")
    one = "WHERE company = ? AND id = ?"
    native_columns = ", ".join(f"r.{name}" for name in columns)
    return Statements(
        kind=kind,
        columns=tuple(column.of for column in COLUMNS[kind].values()),
        days=tuple(place for place, column in enumerate(COLUMNS[kind].values()) if column.type is date),
        load=f"SELECT id, body, seal FROM {table} {one}",
        version=f"SELECT version FROM {table} {one}",
        insert=f"INSERT INTO {table} ({', '.join(stored)}) VALUES ({', '.join('?' for _ in stored)})",
        update=f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in changed)} {one} AND version = ?",
        delete=f"DELETE FROM {table} {one} AND version = ?",
        bodies={index: f"SELECT r.id, r.body, r.seal {source}" for index, source in sources.items()},
        rows={index: f"SELECT {native_columns} {source}" for index, source in sources.items()},
    )


STATEMENTS: Mapping[str, Statements] = {kind: _statements(kind) for kind in COLUMNS}
"""Those of each kind of record."""


def looked_up(statements: Mapping[str, str], index: str) -> str:
    """The statement for an index. Raises `InvalidInput`, `find.unknown-field`."""
    if index not in statements:
        raise InvalidInput("find.unknown-field", path=index)
    return statements[index]
