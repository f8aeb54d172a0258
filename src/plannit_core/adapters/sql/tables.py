"""The tables, made from `ports.COLUMNS`. Every primary and unique key begins with the company.

Our names begin with `plannit_`, so that a host may keep tables of its own in the same database. Keys are compared and ordered by
code point (`COLLATE "C"`), whatever language the database speaks. There is no sequence, identity, trigger or view.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Dialect,
    Double,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    inspect,
    select,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from ...errors import SchemaError, StorageError
from ...ports import COLUMNS

VERSION = "0001"
"""The last migration, which is what the tables look like here."""

metadata: MetaData = MetaData()
"""All tables of the books, for a host that makes and changes them by its own means."""


class _Day(TypeDecorator[date]):
    """A day in SQLite, also where the host has its driver give days and not text (`detect_types`), as Django has."""

    impl = Date
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], date | None]:  # noqa: ARG002  # SQLAlchemy's
        """What reads it. Raises `ValueError` for what is no day."""
        return lambda value: value if value is None or isinstance(value, date) else date.fromisoformat(str(value))


_KEY = Text().with_variant(Text(collation="C"), "postgresql")
_DAY = Date().with_variant(_Day(), "sqlite")
_TYPES: Mapping[type, TypeEngine[Any]] = {str: _KEY, int: BigInteger(), date: _DAY}


def _table(name: str, key: tuple[str, ...], *columns: Column[Any], more: Iterable[Any] = ()) -> Table:
    name = f"plannit_{name}"
    return Table(
        name, metadata, Column("company", _KEY), *columns, PrimaryKeyConstraint(*key, name=f"{name}_pkey"), *more
    )


def _text(name: str, *, is_needed: bool = True) -> Column[str]:
    return Column(name, _KEY, nullable=not is_needed)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, autoincrement=False)


def _document(name: str = "body") -> Column[str]:
    return Column(name, Text, nullable=False)


def _indexes(kind: str) -> Iterator[Any]:
    for name, column in COLUMNS[kind].items():
        if column.unique:
            yield UniqueConstraint("company", name, name=f"plannit_{kind}_{name}")
        elif column.index is not None:
            yield Index(f"plannit_{kind}_{name}", "company", name, "id")


HEAD = _table("head", ("company",), *map(_number, ("position", "epoch")))
EXTERNAL_KEY = _table(
    "external_key",
    ("company", "kind", "key"),
    *map(_text, ("kind", "key", "id")),
    more=[Index("plannit_external_key_id", "company", "kind", "id")],
)
EVENT = _table(
    "event",
    ("company", "position"),
    _number("position"),
    *map(_text, ("at", "actor_kind", "actor_id", "command")),
    _text("key", is_needed=False),
    _text("job", is_needed=False),
    _text("name"),
    _number("schema"),
    _document(),
    more=[Index("plannit_event_job", "company", "job", "position")],
)
RECEIPT = _table("receipt", ("company", "key"), _text("key"), _text("digest"), _document("result"))
CURSOR = _table(
    "cursor",
    ("company", "consumer"),
    _text("consumer"),
    _number("position"),
    _number("settled"),
    _number("version"),
    _document("failures"),
    Column("held_until", Double, nullable=False),
)
"""`settled` is the position, or 0 while an event that was put back waits; `held_until` is in seconds since 1970."""
KINDS: Mapping[str, Table] = {
    kind: _table(
        kind,
        ("company", "id"),
        _text("id"),
        _number("version"),
        *(Column(name, _TYPES[column.type]) for name, column in columns.items()),
        _document(),
        more=_indexes(kind),
    )
    for kind, columns in COLUMNS.items()
}
"""One table for each kind of record: company, id, version, its native columns, and the record as a JSON document."""

VERSIONS = Table(
    "plannit_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="plannit_version_pkc"),
)
"""Which migration the tables have come to, the way Alembic keeps it."""


def are_there(connection: Connection) -> bool:
    """Whether the database holds our tables.

    Raises:
        StorageError: `storage.other-tables` when some are missing, or have other columns than ours.
        SchemaError: `storage.newer-version` when only a newer version of this library can read them.
    """
    known = inspect(connection)
    if known.has_table(VERSIONS.name):
        for found in connection.scalars(select(VERSIONS.c.version_num)):
            if not found.isdecimal():
                raise StorageError("storage.other-tables")
            if found > VERSION:
                raise SchemaError("storage.newer-version", found=int(found), known=int(VERSION))
    columns = known.get_multi_columns(filter_names=list(metadata.tables))
    found_names = {name: {each["name"] for each in of_table} for (_, name), of_table in columns.items()}
    if found_names and found_names != {name: set(table.columns.keys()) for name, table in metadata.tables.items()}:
        raise StorageError("storage.other-tables")
    return bool(found_names)


def create(connection: Connection) -> None:
    """Make the tables, in the transaction that `connection` is in, as the migrations would have made them."""
    metadata.create_all(connection, checkfirst=False)
    VERSIONS.create(connection, checkfirst=True)  # an interrupted migration of SQLite leaves it behind
    connection.execute(insert(VERSIONS), {"version_num": VERSION})
