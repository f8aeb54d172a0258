"""What must be true of one record by itself: each function gives the reasons why it is not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from attrs import evolve

from ..errors import Reason, reason
from ..lifecycle import InvoiceState, QuoteState, WorkOrderState
from ..model.instalments import recomputed
from ..model.invoice import Invoice
from ..model.payment import CASH, CASH_STEP, Payment, PaymentKind
from ..model.quote import Quote
from ..model.work_order import WorkOrder
from ..policies import guards
from ..values.lines import tax_bases
from ..values.money import Money, zero
from ..values.schedule import WhenKind

_MOST_ROUNDED = 2


def flaws_of(record: object) -> Iterator[Reason]:
    """Everything that cannot be true of `record`, whatever else is stored."""
    if isinstance(record, Quote):
        yield from _quote(record)
    elif isinstance(record, Invoice):
        yield from _invoice(record)
        for payment in record.payments:
            yield from _payment(payment)
    elif isinstance(record, WorkOrder):
        yield from _work_order(record)


def _fits(record: Quote | Invoice | WorkOrder, facts: dict[str, bool]) -> Iterator[Reason]:
    """A reason for each field that does not go with the record's state."""
    for name, is_right in facts.items():
        if not is_right:
            yield reason("record.state", field=name, state=str(record.state))


def _quote(quote: Quote) -> Iterator[Reason]:
    was_sent = quote.state is not QuoteState.DRAFT
    is_approved = quote.state is QuoteState.APPROVED
    facts = {
        name: (getattr(quote, name) is not None) == was_sent for name in ("number", "sent_at", "sent_on", "valid_until")
    }
    facts["lines"] = bool(quote.lines) or not was_sent
    facts["approval"] = (quote.approval is not None) == is_approved
    facts["decline_reason"] = quote.decline_reason is None or quote.state is QuoteState.DECLINED
    yield from _fits(quote, facts)
    in_force = quote.approval.schedule if quote.approval else quote.schedule_named(None)
    if guards.with_schedule(quote, in_force).discount_lines != quote.discount_lines:
        yield reason("quote.discount")
    if was_sent:
        if quote.total.minor < 0:
            yield reason("document.negative", total=quote.total)
        for schedule in (in_force,) if in_force else quote.schedules:
            total = guards.with_schedule(quote, schedule).total
            if not schedule.fits(total):
                yield reason("quote.schedule", total=total)
    if quote.approval and quote.approval.on_behalf_of != quote.contact_id:
        yield reason("quote.approved-for", contact=quote.approval.on_behalf_of)


def _invoice(invoice: Invoice) -> Iterator[Reason]:
    was_issued = invoice.state is not InvoiceState.DRAFT
    facts = {name: (getattr(invoice, name) is not None) == was_issued for name in ("number", "issued_on", "issued_at")}
    facts["voided_on"] = (invoice.voided_on is not None) == (invoice.state is InvoiceState.VOIDED)
    facts["lines"] = bool(invoice.lines) or not was_issued
    facts["sent_at"] = was_issued or invoice.sent_at is None
    facts["is_undeliverable"] = was_issued or not invoice.is_undeliverable
    facts["payments"] = was_issued or not invoice.payments
    facts["adjustments"] = was_issued or not invoice.adjustments
    facts["paid"] = invoice.is_live or not invoice.paid
    facts["part"] = (invoice.part is None) == (invoice.quote_id is None)
    yield from _fits(invoice, facts)
    yield from _taxes(invoice)
    yield from _instalments(invoice)
    yield from _days(invoice)
    if was_issued and invoice.total.minor < 0:
        yield reason("document.negative", total=invoice.total)
    if invoice.paid.minor < 0:
        yield reason("invoice.overdrawn", paid=invoice.paid)


def _taxes(invoice: Invoice) -> Iterator[Reason]:
    """The taxes stand on the lines; those that were not shared out are rate times base."""
    bases = {each.tax: each.base.minor for each in invoice.original_taxes}
    is_own = invoice.quote_id is None
    has_own_cents = any(each.own_cents for each in invoice.original_taxes)
    if (
        bases != dict(tax_bases(invoice.lines))
        or len(bases) < len(invoice.original_taxes)
        or (is_own and has_own_cents)
    ):
        yield reason("invoice.taxes")


def _instalments(invoice: Invoice) -> Iterator[Reason]:
    """They add up to the total, what is paid on them to the payments, what is open to the balance."""
    nothing = zero(invoice.currency)
    if invoice.state is InvoiceState.DRAFT:
        planned = recomputed(invoice.instalments, invoice.total)
        if [each.amount for each in planned] != [each.amount for each in invoice.instalments]:
            expected = sum((each.amount for each in planned), nothing)
            yield reason("invoice.instalments", found=_amounts(invoice), expected=expected)
    elif _amounts(invoice) != invoice.total:
        yield reason("invoice.instalments", found=_amounts(invoice), expected=invoice.total)
    yield from _adjustments(invoice)
    paid = [nothing] * len(invoice.instalments)
    for payment in invoice.payments:
        for each in () if payment.is_voided else payment.allocations:
            paid[each.place - 1] += each.amount
    for place, (instalment, expected) in enumerate(zip(invoice.instalments, paid, strict=True), start=1):
        if instalment.paid != expected:
            yield reason("invoice.paid", place=place)
    still = sum((each.open for each in invoice.instalments), nothing)
    if invoice.state is InvoiceState.ISSUED and still != invoice.balance:
        yield reason("invoice.open", found=still, expected=invoice.balance)


def _amounts(invoice: Invoice) -> Money:
    return sum((each.amount for each in invoice.instalments), zero(invoice.currency))


def _adjustments(invoice: Invoice) -> Iterator[Reason]:
    """Each adjustment moved on the instalments what it did to the total."""
    steps = [evolve(invoice, adjustments=invoice.adjustments[:count]) for count in range(len(invoice.adjustments) + 1)]
    for place, (before, after) in enumerate(pairwise(steps), start=1):
        expected = after.total - before.total
        found = sum((each.amount for each in after.adjustments[-1].allocations), zero(invoice.currency))
        if found != expected:
            yield reason("invoice.adjustment", place=place, found=found, expected=expected)


def _days(invoice: Invoice) -> Iterator[Reason]:
    """It is dated the day it was planned for; each instalment's day follows from how it was given."""
    if invoice.issued_on is not None and invoice.send_on not in (None, invoice.issued_on):
        yield reason("invoice.dated", issued_on=invoice.issued_on, send_on=invoice.send_on)
    for place, each in enumerate(invoice.instalments, start=1):
        match each.when.kind:
            case WhenKind.TO_BE_PLANNED:
                is_right = each.due_on is None
            case WhenKind.AT_BILLING:
                is_right = (each.due_on is None) == (invoice.state is InvoiceState.DRAFT)
            case WhenKind.ON if not invoice.is_generated:
                is_right = each.due_on == each.when.fixed_on
            case _:
                is_right = each.due_on is not None
        if not is_right:
            yield reason("invoice.due", place=place)


def _payment(payment: Payment) -> Iterator[Reason]:
    if payment.amount.minor < 0:
        yield reason("payment.amount", payment=payment.id)
    expected = payment.signed + payment.rounding
    found = sum((each.amount for each in payment.allocations), zero(payment.amount.currency))
    if found != expected:
        yield reason("payment.allocations", payment=payment.id, found=found, expected=expected)
    if payment.rounding:
        is_cash = payment.method == CASH and not payment.amount.minor % CASH_STEP
        is_small = payment.kind is PaymentKind.REFUND or abs(payment.rounding.minor) <= _MOST_ROUNDED
        if not (is_cash and is_small):
            yield reason("payment.rounding", payment=payment.id)


def _work_order(order: WorkOrder) -> Iterator[Reason]:
    is_done = order.state is WorkOrderState.COMPLETED
    yield from _fits(order, {"completed_at": (order.completed_at is not None) == is_done})
    for place, invoice in enumerate(order.invoice_ids):
        if invoice in order.invoice_ids[:place]:
            yield reason("work_order.twice", invoice=invoice)
