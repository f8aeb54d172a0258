"""A quote: what is offered, the payment schedules to choose from, and how it was approved."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from attrs import field, frozen

from ..lifecycle import QuoteState
from ..values.actors import Actor
from ..values.ids import ContactId, JobId, QuoteId
from ..values.lines import Line, Totals, profit, totals
from ..values.mapping import Keys
from ..values.money import Currency, Money
from ..values.schedule import Schedule
from ..values.shown import shown
from ..values.tax import TaxAmount
from .company import Split
from .margin import margin


@frozen
class Approval:
    """How a quote was approved; frozen from then on.

    Attributes:
        approved_at: The instant.
        approved_on: The day in the company's time zone.
        by: Who did it.
        on_behalf_of: The client whose approval it is.
        schedule: The schedule chosen, as it is in force.
        split: How the quote is shared over its invoices.
    """

    __repr__ = shown

    approved_at: datetime
    approved_on: date
    by: Actor
    on_behalf_of: ContactId
    schedule: Schedule
    split: Split


@frozen(slots=False)  # as an invoice
class Quote:
    """A quote in a job folder.

    Attributes:
        id: `quo_…`.
        version: 1 when first stored, one more at each change.
        job_id: Its folder; the invoices it generates are in the same one.
        contact_id: Whom it is for.
        currency: Of every amount on it.
        lines: What is offered; each with its tax group.
        schedules: The payment schedules offered, in order; never empty.
        state: Draft, sent, approved or declined.
        number: Printed number, given at first sending; `None` before.
        sent_at: When it was first sent.
        sent_on: That day.
        valid_until: The last day it can be approved.
        discount_lines: What the schedule in force takes off, apart from `lines`.
        approval: How it was approved.
        decline_reason: Why it was declined, if anybody said so.
        external: Source to key in other systems.
    """

    kind: ClassVar[str] = "quote"

    id: QuoteId
    version: int
    job_id: JobId
    contact_id: ContactId
    currency: Currency
    lines: tuple[Line, ...] = field(repr=False)
    schedules: tuple[Schedule, ...] = field(repr=False)
    state: QuoteState = QuoteState.DRAFT
    number: str | None = None
    sent_at: datetime | None = None
    sent_on: date | None = None
    valid_until: date | None = None
    discount_lines: tuple[Line, ...] = field(default=(), repr=False)
    approval: Approval | None = field(default=None, repr=False)
    decline_reason: str | None = field(default=None, repr=False)
    external: Keys = field(default=Keys(), repr=False)

    def __repr__(self) -> str:
        return f"<Quote {self.id} {self.number or 'unnumbered'} {self.state} {self.total} {self.currency}>"

    @property
    def all_lines(self) -> tuple[Line, ...]:
        """The lines and the discount of the schedule in force."""
        return self.lines + self.discount_lines

    @cached_property
    def totals(self) -> Totals:
        """Subtotal, taxes and total of all lines."""
        return totals(self.all_lines, self.currency)

    @property
    def subtotal(self) -> Money:
        """Before tax."""
        return self.totals.subtotal

    @property
    def taxes(self) -> tuple[TaxAmount, ...]:
        """Each tax once."""
        return self.totals.taxes

    @cached_property
    def total(self) -> Money:
        """Tax included; with one schedule, or once approved, less the schedule's discount."""
        return self.totals.total

    @property
    def profit(self) -> Money:
        """Subtotal less the lines' costs; not for the client's eyes."""
        return profit(self.all_lines, self.currency)

    @property
    def margin(self) -> Decimal | None:
        """Profit as a percentage of the subtotal, two decimals; `None` when the subtotal is zero."""
        return margin(self.profit, self.subtotal)

    @property
    def invoice_count(self) -> int:
        """How many invoices its approval calls for; 0 before."""
        return self.approval.schedule.invoice_count if self.approval else 0

    def is_expired(self, today: date) -> bool:
        """Whether it was sent, is still unanswered, and its last day is past."""
        return self.state is QuoteState.SENT and self.valid_until is not None and today > self.valid_until

    def schedule_named(self, name: str | None) -> Schedule | None:
        """The schedule offered under `name`; the only one when no name is given; else `None`."""
        if name is None:
            return self.schedules[0] if len(self.schedules) == 1 else None
        return next((schedule for schedule in self.schedules if schedule.name == name), None)
