"""The native columns of each kind of record: what is worth querying, and the figures that lists and reports read.

Part of what a storage fulfils: see `ports`, which gives these names on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import Any

from attrs import frozen

from .decisions import Record
from .values.shown import shown

Value = str | int | date | None
"""What a native column holds, and what an index is asked with."""

Row = Mapping[str, Any]
"""A record's native columns by name, with `id` and `version`: what `row_of` gives."""


class Match(StrEnum):
    """How `select` compares an index with the value it is given."""

    EQUAL = "equal"
    """The column has that value; `None` finds those that have none."""

    UP_TO = "up_to"
    """The column is that value or less; what has none is never found, and `None` finds nothing."""

    FROM = "from"
    """The column is that value or more; what has none is never found, and `None` finds nothing."""


@frozen
class Column:
    """A native column of a kind of record: something worth querying, or a figure.

    Attributes:
        type: `str`, `int` or `date`.
        of: Reads it off the record.
        index: How `select` and `figures` compare it; `None` when they cannot be asked for it.
        unique: Whether no two records of the kind share a value.
    """

    __repr__ = shown

    type: type[str | int | date]
    of: Callable[[Any], Value]
    index: Match | None = None
    unique: bool = False


def _text(name: str, *, unique: bool = False) -> Column:
    """A text one can ask for; ids and states become plain text."""
    return Column(str, lambda record: (value := getattr(record, name)) and str(value), Match.EQUAL, unique)


def _day(name: str, index: Match | None = None) -> Column:
    return Column(date, attrgetter(name), index)


def _minor(name: str) -> Column:
    return Column(int, attrgetter(f"{name}.minor"))


COLUMNS: Mapping[str, Mapping[str, Column]] = {
    "company": {},
    "series": {},
    "contact": {},
    "job": {
        "contact_id": _text("contact_id"),
        "number": _text("number", unique=True),
        "state": _text("state"),
        "status": _text("status"),
        "opened_on": _day("opened_on"),
    },
    "quote": {
        "job_id": _text("job_id"),
        "contact_id": _text("contact_id"),
        "state": _text("state"),
        "number": _text("number", unique=True),
        "sent_on": _day("sent_on"),
        "valid_until": _day("valid_until"),
        "subtotal": _minor("subtotal"),
        "total": _minor("total"),
        "invoice_count": Column(int, attrgetter("invoice_count")),
    },
    "invoice": {
        "job_id": _text("job_id"),
        "contact_id": _text("contact_id"),
        "quote_id": _text("quote_id"),
        "part": Column(int, lambda invoice: invoice.part),
        "live_part": _text("live_part", unique=True),
        "state": _text("state"),
        "number": _text("number", unique=True),
        "send_on": _day("send_on"),
        "leaves_on": _day("leaves_on", Match.UP_TO),
        "issued_on": _day("issued_on"),
        "due_on": _day("due_on"),
        "open_until": _day("open_until", Match.FROM),
        "subtotal": _minor("subtotal"),
        "total": _minor("total"),
        "original_total": _minor("original_total"),
        "paid": _minor("paid"),
        "rounding": _minor("rounding"),
        "balance": _minor("balance"),
    },
    "work_order": {
        "job_id": _text("job_id"),
        "state": _text("state"),
        "planned_on": _day("planned_on"),
    },
}
"""The native columns of each kind. `select` and `figures` can be asked for those with an `index`, and for `EVERY` and
`EXTERNAL`, which every kind has."""

EVERY = "every"
"""The index of all records of a kind; its value is the empty string."""

EXTERNAL = "external"
"""The index of keys in other systems; its value is `source:key`."""


def row_of(record: Record) -> dict[str, Any]:
    """A record's native columns, with `id` and `version`: what `figures` gives; plain `str`, `int` and `date`."""
    columns = {name: column.of(record) for name, column in COLUMNS[record.kind].items()}
    return {"id": str(record.id), "version": record.version, **columns}


def external_of(record: Record) -> tuple[str, ...]:
    """The values of a record's `EXTERNAL` index."""
    return tuple(f"{source}:{key}" for source, key in getattr(record, "external", {}).items())
