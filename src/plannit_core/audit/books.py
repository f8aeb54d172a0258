"""A company's books as a check reads them: record by record, keeping of each only what others are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from typing import Any, Self

from ..decisions import Record
from ..errors import PlannitError, SchemaError, StorageError
from ..model.company import CompanySettings
from ..model.invoice import Invoice
from ..model.payment import Payment
from ..ports import COLUMNS, EVERY, EXTERNAL, Match, Row, Snapshot, Storage, Value, external_of, row_of
from ..repositories import Books
from ..values.ids import PaymentId
from .findings import Collector
from .records import flaws_of

BROKEN = (PlannitError, ValueError, ArithmeticError, LookupError, TypeError, AssertionError)
"""What reckoning with a damaged record may raise."""


class Reading:
    """A snapshot of a company's books and the position of the last event in it.

    Args:
        storage: Where the books are.
        company: Whose.
    """

    def __init__(self, storage: Storage, company: str) -> None:
        self._storage = storage
        self._company = company
        self._open = ExitStack()
        self.snapshot = self.again()
        self.position = self.snapshot.position()  # from this first read on it stands still

    def again(self) -> Snapshot:
        """Another snapshot, for one is of no use any more once a read from it failed."""
        self._open.close()
        self.snapshot = self._open.enter_context(self._storage.reading(self._company))
        return self.snapshot

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()


class Evidence:
    """Everything stored of a company, as far as it can be read.

    Attributes:
        rows: Kind to id to the native columns as they are stored.
        facts: Likewise as they follow from the records; a record that cannot be read has none.
        payments: Every payment and refund, with its invoice's id.
        adjustments: How often each invoice was adjusted.
        keys: The keys in other systems: kind to `source:key` to ids.
    """

    def __init__(self, reading: Reading, found: Collector) -> None:
        self._reading = reading
        self.rows: dict[str, dict[str, Row]] = {}
        self.facts: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in COLUMNS}
        self.payments: dict[PaymentId, tuple[str, Payment]] = {}
        self.adjustments: dict[str, int] = {}
        self.keys: dict[str, dict[str, list[str]]] = {kind: {} for kind in COLUMNS}
        self._found = found

    @property
    def snapshot(self) -> Snapshot:
        """Where everything is read."""
        return self._reading.snapshot

    @property
    def read(self) -> Books:
        """The same, typed."""
        return Books(self._reading.snapshot)

    def look(self) -> None:
        """Read every record and find what is wrong with each. Raises `StorageError` where that cannot go on."""
        for kind in COLUMNS:
            self.rows[kind] = {str(row["id"]): row for row in self.snapshot.figures(kind, EVERY, "")}
            for id, row in self.rows[kind].items():
                record = self._loaded(kind, id)
                if record is not None:
                    self._note(kind, id, row, record)
            self._lookups(kind)

    def knows(self, kind: str, id: str) -> bool:
        """Whether there is such a record, readable or not."""
        return id in (self.payments if kind == "payment" else self.rows.get(kind, ()))

    def settings(self) -> CompanySettings | None:
        """The company's settings; `None` when there are none that can be read."""
        try:
            company = self.read.company()
        except SchemaError:
            return None
        return company.settings if company else None

    def _loaded(self, kind: str, id: str) -> Record | None:
        try:
            record = self.snapshot.load(kind, id)
        except SchemaError as error:
            self._found.add(kind, id, "record.unreadable", problem=error.params.get("problem") or error.code)
        except StorageError as error:
            self._found.add(kind, id, "record.unreadable", problem=error.code)
            self._reading.again()
        else:
            if record is None:
                self._found.add(kind, id, "record.lookup", index="id")
            return record
        return None

    def _note(self, kind: str, id: str, row: Row, record: Record) -> None:
        try:
            facts = row_of(record)
            flaws = list(flaws_of(record))
        except BROKEN as error:
            self._found.add(kind, id, "record.inconsistent", problem=type(error).__name__)
            return
        for name, value in facts.items():
            if row.get(name) != value:
                self._found.add(kind, id, "record.columns", column=name)
        self._found.add_all(kind, id, flaws)
        if facts["version"] < 1:
            self._found.add(kind, id, "record.columns", column="version")
        self.facts[kind][id] = {**facts, **_more(record)}
        for key in external_of(record):
            self.keys[kind].setdefault(key, []).append(id)
        if isinstance(record, Invoice):
            self.adjustments[id] = len(record.adjustments)
            for payment in record.payments:
                if payment.id in self.payments:
                    self._found.add(kind, id, "payment.twice", payment=payment.id)
                self.payments[payment.id] = (id, payment)

    def _lookups(self, kind: str) -> None:
        """Each index finds exactly the records that have the value, and no unique value stands twice."""
        for name, column in COLUMNS[kind].items():
            values: dict[Value, list[str]] = {}
            for id, facts in self.facts[kind].items():
                if facts[name] is not None:
                    values.setdefault(facts[name], []).append(id)
            if column.unique:
                self._unique(kind, name, values)
            if column.index is Match.EQUAL:
                self._finds(kind, name, values)
            elif column.index is not None:
                end = date.max if column.index is Match.UP_TO else date.min
                self._finds(kind, name, {end: sorted(id for ids in values.values() for id in ids)})
        self._unique(kind, EXTERNAL, self.keys[kind])
        self._finds(kind, EXTERNAL, self.keys[kind])

    def _unique(self, kind: str, name: str, values: Mapping[Any, list[str]]) -> None:
        for value, ids in values.items():
            if len(ids) > 1:
                self._found.add(kind, ids[0], "record.not-unique", column=name, value=str(value), ids=tuple(ids))

    def _finds(self, kind: str, index: str, values: Mapping[Any, list[str]]) -> None:
        readable = self.facts[kind]
        for value, ids in values.items():
            found = [str(row["id"]) for row in self.snapshot.figures(kind, index, value)]
            wrong = set(ids) ^ {id for id in found if id in readable or id not in self.rows[kind]}
            for id in sorted(wrong):
                self._found.add(kind, id, "record.lookup", index=index)


def _more(record: Record) -> dict[str, Any]:
    """What the other parts of a check compare, beside the native columns."""
    names = ("currency", "invoice_ids", "last")
    return {name: getattr(record, name) for name in names if hasattr(record, name)}
