"""Documents as rows of figures, read from columns: what a list shows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Self

from attrs import fields, frozen, make_class

from ..lifecycle import InvoiceState, PaymentState, QuoteState
from ..model.invoice import payment_state
from ..ports import Row
from ..values.ids import ContactId, InvoiceId, JobId, QuoteId, ids_of
from ..values.made import Made
from ..values.money import Money, currency_of

_JOBS, _CONTACTS, _STATES = Made(JobId), Made(ContactId), Made(InvoiceState)
_QUOTES: Made[str | None, QuoteId | None] = Made(lambda found: QuoteId(found) if found else None)


@lru_cache(maxsize=8)
def _amounts(currency: str) -> Made[int, Money]:
    known = currency_of(currency)
    return Made(lambda minor: Money.of_minor(minor, known))


@frozen
class JobFigures:
    """A job folder in a list.

    Attributes:
        id: The job.
        number: Printed.
        status: The shop's milestone.
        opened_on: The day.
    """

    id: JobId
    number: str
    status: str
    opened_on: date

    @classmethod
    def of(cls, row: Row) -> Self:
        """From a row of columns."""
        return cls(JobId(row["id"]), row["number"], row["status"], row["opened_on"])


@frozen
class QuoteFigures:
    """A quote in a list.

    Attributes:
        id: The quote.
        job_id: Its folder.
        state: Draft, sent, approved or declined.
        number: Printed; `None` before it was sent.
        sent_on: The day it was first sent.
        valid_until: The last day it can be approved.
        subtotal: Before tax.
        total: Tax included.
        invoice_count: How many invoices its approval calls for; 0 before.
    """

    id: QuoteId
    job_id: JobId
    state: QuoteState
    number: str | None
    sent_on: date | None
    valid_until: date | None
    subtotal: Money
    total: Money
    invoice_count: int

    @classmethod
    def of(cls, row: Row, currency: str) -> Self:
        """From a row of columns."""
        amounts = _amounts(currency)
        return cls(
            QuoteId(row["id"]),
            _JOBS[row["job_id"]],
            QuoteState(row["state"]),
            row["number"],
            row["sent_on"],
            row["valid_until"],
            amounts[row["subtotal"]],
            amounts[row["total"]],
            row["invoice_count"],
        )

    def is_expired(self, today: date) -> bool:
        """Whether it was sent, is still unanswered, and its last day is past."""
        return self.state is QuoteState.SENT and self.valid_until is not None and today > self.valid_until


@frozen(weakref_slot=False)  # which would be in the way of `_Open`
class InvoiceFigures:
    """An invoice in a list.

    Attributes:
        id: The invoice.
        job_id: Its folder.
        contact_id: Who pays.
        quote_id: The quote that generated it.
        part: Which instalment of that quote's schedule it is, from 1.
        state: Draft, issued or voided.
        number: Printed; `None` on a draft.
        send_on: The day it leaves, or was planned to leave, by itself.
        issued_on: Its date.
        due_on: The latest day among what is still open.
        subtotal: Before tax.
        total: Tax included.
        original_total: Before any adjustment.
        paid: Payments less refunds.
        rounding: Cash roundings.
        balance: What is left to pay.
    """

    id: InvoiceId
    job_id: JobId
    contact_id: ContactId
    quote_id: QuoteId | None
    part: int | None
    state: InvoiceState
    number: str | None
    send_on: date | None
    issued_on: date | None
    due_on: date | None
    subtotal: Money
    total: Money
    original_total: Money
    paid: Money
    rounding: Money
    balance: Money

    @classmethod
    def each_of(cls, rows: Collection[Row], currency: str) -> tuple[Self, ...]:
        """From rows of columns."""
        amounts = _amounts(currency)
        made = [
            _Open(
                id,
                _JOBS[row["job_id"]],
                _CONTACTS[row["contact_id"]],
                _QUOTES[row["quote_id"]],
                row["part"],
                _STATES[row["state"]],
                row["number"],
                row["send_on"],
                row["issued_on"],
                row["due_on"],
                amounts[row["subtotal"]],
                amounts[row["total"]],
                amounts[row["original_total"]],
                amounts[row["paid"]],
                amounts[row["rounding"]],
                amounts[row["balance"]],
            )
            for id, row in zip(ids_of(InvoiceId, [row["id"] for row in rows]), rows, strict=True)
        ]
        for figures in made:
            figures.__class__ = cls
        return tuple(made)

    @property
    def payment_state(self) -> PaymentState | None:
        """To pay, partially paid, or paid; `None` unless issued."""
        return payment_state(self.state, self.paid, self.balance)

    @property
    def is_live(self) -> bool:
        """Whether it counts: a draft or issued, not voided."""
        return self.state is not InvoiceState.VOIDED


_Open = make_class(
    "_Open", [each.name for each in fields(InvoiceFigures)], slots=True, weakref_slot=False, eq=False, repr=False
)
"""The figures of an invoice while they are made, by the thousand: filling what is frozen takes twice as long."""
