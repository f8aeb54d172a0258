"""The statements, put together once from `ports.COLUMNS`: all that the adapter can say to a database.

Each names one company, `in_company`, by equality; `COMPANIES` are the only ones that see more than one, and give nothing but ids.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Delete,
    Double,
    Executable,
    FromClause,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from ... import serial
from ...decisions import Record
from ...errors import InvalidInput
from ...ports import COLUMNS, EVERY, EXTERNAL, Match, Value, external_of
from .tables import CURSOR, EVENT, EXTERNAL_KEY, HEAD, KINDS, RECEIPT

Values = Mapping[str, Any]

_COMPARISONS: Mapping[Match, Callable[[ColumnElement[Any], ColumnElement[Any]], ColumnElement[bool]]] = {
    Match.EQUAL: lambda column, value: column == value,
    Match.UP_TO: lambda column, value: column <= value,
    Match.FROM: lambda column, value: column >= value,
}


def native(value: Value) -> Any:
    """A value as a driver takes it: ids and states as plain text."""
    return str(value) if isinstance(value, str) else value


def _in_company(table: Table) -> ColumnElement[bool]:
    return table.c.company == bindparam("in_company")


def _of(table: Table, *names: str) -> list[ColumnElement[bool]]:
    """The company, and the columns `names` as `of_…`."""
    return [_in_company(table), *(table.c[name] == bindparam(f"of_{name}") for name in names)]


_POSITION = select(HEAD.c.position).where(_in_company(HEAD))
POSITION: Select[Any] = _POSITION
EPOCH: Select[Any] = select(HEAD.c.epoch).where(_in_company(HEAD))
TAKE_TURN: Select[Any] = _POSITION.with_for_update()
TRY_TURN: Select[Any] = _POSITION.with_for_update(skip_locked=True)
ADD_HEAD: Insert = insert(HEAD)
MOVE_HEAD: Update = update(HEAD).where(_in_company(HEAD))

EVENTS: Select[Any] = (
    select(*(each for each in EVENT.c if each.name not in ("company", "job")))
    .where(_in_company(EVENT), EVENT.c.position > bindparam("after", type_=BigInteger))
    .order_by(EVENT.c.position)
    .limit(bindparam("limit", type_=BigInteger))
)
TIMELINE: Select[Any] = EVENTS.where(EVENT.c.job == bindparam("of_job"))
NEWEST: Select[Any] = TIMELINE.order_by(None).order_by(EVENT.c.position.desc())
ADD_EVENT: Insert = insert(EVENT)

RECEIPT_OF: Select[Any] = select(RECEIPT.c.key, RECEIPT.c.digest, RECEIPT.c.result).where(*_of(RECEIPT, "key"))
RECEIPTS: Select[Any] = (
    select(RECEIPT.c.key, RECEIPT.c.digest, RECEIPT.c.result)
    .where(_in_company(RECEIPT), RECEIPT.c.key > bindparam("after"))
    .order_by(RECEIPT.c.key)
    .limit(bindparam("limit", type_=BigInteger))
)
ADD_RECEIPT: Insert = insert(RECEIPT)

DROP_KEYS: Delete = delete(EXTERNAL_KEY).where(*_of(EXTERNAL_KEY, "kind", "id"))
ADD_KEY: Insert = insert(EXTERNAL_KEY)


class _Now(FunctionElement[float]):
    """The database's clock, in seconds since 1970."""

    inherit_cache = True
    type = Double()


@compiles(_Now, "postgresql")
def _now_in_postgresql(*_: Any, **__: Any) -> str:
    return "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) AS DOUBLE PRECISION)"


@compiles(_Now, "sqlite")
def _now_in_sqlite(*_: Any, **__: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


_HELD = _Now() + bindparam("hold_seconds", type_=Double)
CURSOR_OF: Select[Any] = select(
    CURSOR.c.position, CURSOR.c.version, CURSOR.c.failures, CURSOR.c.held_until > _Now()
).where(*_of(CURSOR, "consumer"))
CONSUMERS: Select[Any] = select(CURSOR.c.consumer).where(_in_company(CURSOR)).order_by(CURSOR.c.consumer)
STEP_CURSOR: Update = update(CURSOR).where(*_of(CURSOR, "consumer", "version")).values(held_until=_HELD)
ADD_CURSOR: Insert = insert(CURSOR).values(held_until=_HELD)


def _companies(*, are_due: bool, are_behind: bool) -> Select[Any]:
    found = select(HEAD.c.company).order_by(HEAD.c.company)
    if are_due:
        invoice = KINDS["invoice"]
        until = invoice.c.leaves_on <= bindparam("day", type_=Date)
        found = found.where(exists().where(invoice.c.company == HEAD.c.company, until))
    if are_behind:
        of_consumer = CURSOR.c.consumer == bindparam("of_consumer")
        seen = select(CURSOR.c.settled).where(CURSOR.c.company == HEAD.c.company, of_consumer).scalar_subquery()
        found = found.where(HEAD.c.position > func.coalesce(seen, literal(0, BigInteger)))
    return found


LISTED = (HEAD, KINDS["invoice"], CURSOR)
"""The tables that the lists of companies read."""

COMPANIES: Mapping[tuple[bool, bool], Select[Any]] = {
    (are_due, are_behind): _companies(are_due=are_due, are_behind=are_behind)
    for are_due in (False, True)
    for are_behind in (False, True)
}
"""By whether a day is asked for, and whether a consumer is."""


@frozen
class Asked:
    """An index's two statements, by company, value, id before, limit: for a value, and for records without one."""

    with_value: Select[Any]
    without: Select[Any]


@frozen
class Statements:
    """Those of one kind of record.

    Attributes:
        columns: Names of the native columns, with id and version.
        load: The body, by company and id.
        version: By company and id.
        insert: See `row_of`.
        update: By company, id and the version before; see `row_of`.
        delete: By company, id and version.
        bodies: By index.
        rows: By index, the id, the version, the native columns.
    """

    columns: tuple[str, ...]
    load: Select[Any]
    version: Select[Any]
    insert: Insert
    update: Update
    delete: Delete
    bodies: Mapping[str, Asked]
    rows: Mapping[str, Asked]


def stored(record: Record) -> dict[str, Any]:
    """What `insert` and `update` set, but for the company and the id."""
    columns = COLUMNS[record.kind].items()
    return {
        "version": record.version,
        **{name: native(column.of(record)) for name, column in columns},
        "body": serial.keep_record(record),
    }


def keys_of(company: str, record: Record) -> list[dict[str, Any]]:
    """The rows of a record's keys in other systems."""
    of = {"company": company, "kind": record.kind, "id": str(record.id)}
    return [{**of, "key": key} for key in external_of(record)]


def _asked(kind: str, index: str, *columns: ColumnElement[Any]) -> Asked:
    table = KINDS[kind]
    found = (
        select(*columns)
        .where(_in_company(table), table.c.id > bindparam("after"))
        .order_by(table.c.id)
        .limit(bindparam("limit", type_=BigInteger))
    )
    if index == EVERY:
        return Asked(found, found)
    if index == EXTERNAL:
        key = EXTERNAL_KEY.c
        joined: FromClause = table.join(EXTERNAL_KEY, (key.company == table.c.company) & (key.id == table.c.id))
        found = found.select_from(joined).where(key.kind == kind, key.key == bindparam("value"))
        return Asked(found, found)
    column, match = table.c[index], COLUMNS[kind][index].index or Match.EQUAL
    with_value = found.where(_COMPARISONS[match](column, bindparam("value", type_=column.type)))
    return Asked(with_value, found.where(column.is_(None)) if match is Match.EQUAL else with_value)


def _statements(kind: str) -> Statements:
    table = KINDS[kind]
    columns = ("id", "version", *COLUMNS[kind])
    indexes = (EVERY, EXTERNAL, *(name for name, column in COLUMNS[kind].items() if column.index is not None))
    return Statements(
        columns=columns,
        load=select(table.c.body).where(*_of(table, "id")),
        version=select(table.c.version).where(*_of(table, "id")),
        insert=insert(table),
        update=update(table).where(*_of(table, "id", "version")),
        delete=delete(table).where(*_of(table, "id", "version")),
        bodies={index: _asked(kind, index, table.c.body) for index in indexes},
        rows={index: _asked(kind, index, *(table.c[name] for name in columns)) for index in indexes},
    )


STATEMENTS: Mapping[str, Statements] = {kind: _statements(kind) for kind in COLUMNS}
"""Those of each kind of record."""


def looked_up(asked: Mapping[str, Asked], index: str, value: Value) -> Executable:
    """The statement for an index. Raises `InvalidInput`, `find.unknown-field`."""
    if index not in asked:
        raise InvalidInput("find.unknown-field", path=index)
    return asked[index].without if value is None else asked[index].with_value
