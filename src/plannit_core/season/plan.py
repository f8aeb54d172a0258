"""A whole season as it was read: nothing of it is stored yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from attrs import field, frozen

from ..model.company import CompanySettings
from ..values.lines import Line
from ..values.schedule import Schedule
from .records import ActionRow, ContactRow, InvoiceRow, PaymentRow, QuoteRow, RequestRow, WorkOrderRow
from .schedules import Offer


@frozen
class Change:
    """Settings that hold from a day on.

    Attributes:
        on: The first day.
        settings: All of them, not only what changes.
        row: The line of `company.toml` that says so.
    """

    on: date
    settings: CompanySettings
    row: int


@frozen
class CompanyPlan:
    """The company and its season.

    Attributes:
        key: The company's id in a storage.
        starts_on: The first day of the season.
        ends_on: The last day.
        changes: The settings, by day; the first are those of the first day.
    """

    key: str
    starts_on: date
    ends_on: date
    changes: tuple[Change, ...]

    def settings(self, day: date) -> CompanySettings:
        """Those in force on `day`."""
        return [change for change in self.changes if change.on <= max(day, self.starts_on)][-1].settings

    def language(self) -> str:
        """`fr` or `en`: what a client reads whose own language is not given."""
        return self.changes[0].settings.language[:2]


@frozen
class Season:
    """Everything a company asks of the library in one season.

    Attributes:
        company: The company and its settings.
        contacts: Its clients.
        requests: What they asked for.
        quotes: What it offered.
        invoices: Those that no quote calls for.
        work_orders: Its visits.
        payments: What it received.
        actions: All else, in the order of the file.
        schedules: By key.
        lines: The lines of a document, by the document's key.
    """

    company: CompanyPlan
    contacts: tuple[ContactRow, ...]
    requests: tuple[RequestRow, ...]
    quotes: tuple[QuoteRow, ...]
    invoices: tuple[InvoiceRow, ...]
    work_orders: tuple[WorkOrderRow, ...]
    payments: tuple[PaymentRow, ...]
    actions: tuple[ActionRow, ...]
    schedules: Mapping[str, Offer] = field(hash=False)
    lines: Mapping[str, Sequence[Line]] = field(hash=False)

    def owner(self, reference: str) -> ContactRow:
        """The client of a request or a document, by its key (`Q-014/2` will do)."""
        row = self._makers[reference.partition("/")[0]]
        contact: str | None = getattr(row, "contact", None)
        return self._contacts[contact] if contact else self.owner(row.request or "")

    def schedule(self, key: str, reference: str) -> Schedule:
        """A schedule as the client of a request or document reads it."""
        return self.schedules[key].in_language(self.owner(reference).language or self.company.language())

    def paid_invoice(self, payment: str) -> str:
        """What a payment says it was for."""
        return self._payments[payment].invoice

    @cached_property
    def _makers(self) -> Mapping[str, Any]:
        rows: tuple[Any, ...] = (*self.requests, *self.quotes, *self.invoices, *self.work_orders)
        return {row.key: row for row in rows}

    @cached_property
    def _contacts(self) -> Mapping[str, ContactRow]:
        return {row.key: row for row in self.contacts}

    @cached_property
    def _payments(self) -> Mapping[str, PaymentRow]:
        return {row.key: row for row in self.payments}
