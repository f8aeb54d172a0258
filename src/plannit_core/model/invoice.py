"""An invoice: what is asked of a client, what was corrected since, and what was paid."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from attrs import evolve, field, frozen

from ..lifecycle import InvoiceState, PaymentState
from ..values.ids import ContactId, InvoiceId, JobId, PaymentId, QuoteId
from ..values.lines import Line, profit, tax_bases
from ..values.mapping import Keys
from ..values.money import Currency, Money, zero
from ..values.shown import shown
from ..values.tax import Tax, TaxAmount
from .instalments import Instalments, InvoiceInstalment, netted
from .margin import margin
from .payment import Allocation, Payment


@frozen
class Adjustment:
    """A dated correction of an issued invoice.

    Attributes:
        lines: Usually negative.
        adjusted_on: The day it counts from.
        adjusted_at: When it was made.
        allocations: What it did to the instalments' amounts.
        reason: Why, if anybody said so.
    """

    __repr__ = shown

    lines: tuple[Line, ...]
    adjusted_on: date
    adjusted_at: datetime
    allocations: tuple[Allocation, ...]
    reason: str | None = field(default=None, repr=False)


@frozen(slots=False)  # made and read at every turn: so it is made in half the time
class Invoice:
    """An invoice in a job folder.

    Attributes:
        id: `inv_…`.
        version: 1 when first stored, one more at each change.
        job_id: Its folder.
        contact_id: Who pays.
        currency: Of every amount on it.
        lines: As issued; never edited afterwards.
        original_taxes: Each tax of `lines`, as computed or shared out then.
        instalments: Its payment schedule; places are counted from 1 and never change.
        state: Draft, issued or voided.
        quote_id: The quote that generated it; `None` for an invoice of its own.
        part: Which instalment of the quote's schedule it is, from 1.
        number: Printed number, given at issue; `None` on a draft.
        send_on: The day it leaves by itself; `None` when a person sends it.
        issued_on: The invoice's date.
        issued_at: When it got its number.
        sent_at: When it was last sent.
        is_undeliverable: Whether its sending found no address.
        voided_on: The day it was voided.
        payments: Payments and refunds, voided ones included.
        adjustments: Corrections since it was issued.
        note: A remark for the client.
        external: Source to key in other systems.
    """

    kind: ClassVar[str] = "invoice"

    id: InvoiceId
    version: int
    job_id: JobId
    contact_id: ContactId
    currency: Currency
    lines: tuple[Line, ...] = field(repr=False)
    original_taxes: tuple[TaxAmount, ...] = field(repr=False)
    instalments: tuple[InvoiceInstalment, ...] = field(repr=False)
    state: InvoiceState = InvoiceState.DRAFT
    quote_id: QuoteId | None = None
    part: int | None = None
    number: str | None = None
    send_on: date | None = None
    issued_on: date | None = None
    issued_at: datetime | None = None
    sent_at: datetime | None = None
    is_undeliverable: bool = False
    voided_on: date | None = None
    payments: tuple[Payment, ...] = field(default=(), repr=False)
    adjustments: tuple[Adjustment, ...] = field(default=(), repr=False)
    note: str | None = field(default=None, repr=False)
    external: Keys = field(default=Keys(), repr=False)

    def __repr__(self) -> str:
        return f"<Invoice {self.id} {self.number or 'unnumbered'} {self.state} {self.total} {self.currency}>"

    @property
    def is_live(self) -> bool:
        """Whether it counts: a draft or issued, not voided."""
        return self.state is not InvoiceState.VOIDED

    @property
    def live_part(self) -> str | None:
        """The quote and the part of it that this invoice covers while it is live; `None` for one of its own."""
        return f"{self.quote_id}/{self.part}" if self.quote_id and self.is_live else None

    @property
    def is_generated(self) -> bool:
        """Whether a quote generated it."""
        return self.quote_id is not None

    @property
    def leaves_on(self) -> date | None:
        """The day it still has to leave by itself; `None` once it was sent, or when a person sends it."""
        waits = self.is_live and self.sent_at is None and not self.is_undeliverable
        return self.send_on if waits else None

    @property
    def all_lines(self) -> tuple[Line, ...]:
        """The lines as issued and those of the adjustments."""
        return self.lines + tuple([line for each in self.adjustments for line in each.lines])

    @cached_property
    def original_total(self) -> Money:
        """Tax included, before any adjustment."""
        minor = sum([line.minor for line in self.lines]) + sum([tax.amount.minor for tax in self.original_taxes])
        return Money.of_minor(minor, self.currency)

    @cached_property
    def subtotal(self) -> Money:
        """Before tax, adjustments included."""
        return Money.of_minor(sum([line.minor for line in self.all_lines]), self.currency)

    @cached_property
    def taxes(self) -> tuple[TaxAmount, ...]:
        """Each tax once, adjustments included."""
        return adjusted_taxes(self.original_taxes, self.adjustments, self.currency)

    @cached_property
    def total(self) -> Money:
        """Tax included, adjustments included."""
        if not self.adjustments:
            return self.original_total
        return Money.of_minor(self.subtotal.minor + sum([tax.amount.minor for tax in self.taxes]), self.currency)

    @cached_property
    def paid(self) -> Money:
        """Payments less refunds; voided ones do not count."""
        return Money.of_minor(sum(payment.net.minor for payment in self.payments), self.currency)

    @cached_property
    def rounding(self) -> Money:
        """The cash roundings that count; balance = total - paid - rounding."""
        minor = sum(each.rounding.minor for each in self.payments if not each.is_voided)
        return Money.of_minor(minor, self.currency)

    @cached_property
    def balance(self) -> Money:
        """What is left to pay; below zero when there is something to give back; zero when voided."""
        open_minor = self.total.minor - self.paid.minor - self.rounding.minor
        return Money.of_minor(open_minor if self.is_live else 0, self.currency)

    @property
    def payment_state(self) -> PaymentState | None:
        """To pay, partially paid, or paid (nothing left to pay); `None` unless issued."""
        return payment_state(self.state, self.paid, self.balance)

    @property
    def to_refund(self) -> bool:
        """Whether more was received than is due."""
        return self.state is InvoiceState.ISSUED and self.balance.minor < 0

    @property
    def due_on(self) -> date | None:
        """The latest day among what is still open; `None` when nothing open has a day."""
        days = [self.instalments[place - 1].due_on for place in netted(self.instalments)]
        return max((day for day in days if day is not None), default=None)

    def is_overdue(self, today: date) -> bool:
        """Whether it is issued and some open instalment's day is past."""
        days = [self.instalments[place - 1].due_on for place in netted(self.instalments)]
        is_open = self.state is InvoiceState.ISSUED and self.balance.minor > 0
        return is_open and any(day is not None and day < today for day in days)

    @property
    def profit(self) -> Money:
        """Subtotal less the lines' costs; not for the client's eyes."""
        return profit(self.all_lines, self.currency)

    @property
    def margin(self) -> Decimal | None:
        """Profit as a percentage of the subtotal, two decimals; `None` when the subtotal is zero."""
        return margin(self.profit, self.subtotal)

    def instalments_as_of(self, day: date) -> Instalments:
        """The instalments as they stood at the end of `day`, with the due dates they have now."""
        amounts = [each.amount for each in self.instalments]
        paid = [zero(self.currency)] * len(amounts)
        for adjustment in self.adjustments:
            if adjustment.adjusted_on > day:
                for each in adjustment.allocations:
                    amounts[each.place - 1] -= each.amount
        for payment in self.payments:
            if payment.counts_on(day):
                for each in payment.allocations:
                    paid[each.place - 1] += each.amount
        return tuple(
            evolve(each, amount=amount, paid=part)
            for each, amount, part in zip(self.instalments, amounts, paid, strict=True)
        )

    def payment(self, payment_id: PaymentId) -> Payment | None:
        """The payment with this id."""
        return next((each for each in self.payments if each.id == payment_id), None)

    @property
    def open_until(self) -> date | None:
        """The first day on whose evening nothing about it was open any more: `date.max` while it is, `None` for a draft.

        Reports as of a past day look only at invoices that were open then.
        """
        if self.issued_on is None:
            return None
        if self.is_live and self.balance:
            return date.max
        days = [self.issued_on, self.voided_on, *(each.adjusted_on for each in self.adjustments)]
        days += [day for each in self.payments for day in (each.paid_on, each.voided_on)]
        return max(day for day in days if day is not None)


def payment_state(state: InvoiceState, paid: Money, balance: Money) -> PaymentState | None:
    """To pay, partially paid, or paid (nothing left to pay); `None` unless issued."""
    if state is not InvoiceState.ISSUED:
        return None
    if balance.minor <= 0:
        return PaymentState.PAID
    return PaymentState.PARTIALLY_PAID if paid.minor > 0 else PaymentState.TO_PAY


def adjusted_taxes(
    original: tuple[TaxAmount, ...], adjustments: tuple[Adjustment, ...], currency: str
) -> tuple[TaxAmount, ...]:
    """Each tax after the adjustments: rate times its new base, plus the cents the split had given; zero on no base.

    An adjustment recomputes a tax on the whole, not on itself alone, and keeps the invoice's own cents.
    """
    if not adjustments:
        return original
    added = dict(tax_bases(line for each in adjustments for line in each.lines))
    known: dict[Tax, TaxAmount] = {each.tax: each for each in original}
    result = []
    for tax in dict.fromkeys((*known, *added)):
        before = known.get(tax)
        base = (before.base.minor if before else 0) + added.get(tax, 0)
        own = before.own_cents.minor if before and base else 0
        amount = Money.of_minor(tax.on(base) + own, currency)
        result.append(TaxAmount(tax.code, tax.rate, Money.of_minor(base, currency), amount))
    return tuple(result)
