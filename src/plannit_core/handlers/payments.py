"""Money received and given back."""

from __future__ import annotations

from datetime import date

from attrs import evolve

from .. import commands as c
from ..decisions import Context, Decision, saved
from ..errors import NotFound
from ..events import Event, InvoicePaid, PaymentRecorded, PaymentRefunded, PaymentVoided
from ..model.instalments import applied, given_back, received
from ..model.invoice import Invoice
from ..model.payment import Payment, PaymentKind
from ..policies import guards
from ..ports import Reader
from ..values.ids import PaymentId
from ..values.lines import check_currency
from ..values.money import Money, zero
from .documents import check_not_future, issued, refuse
from .numbers import Numbers


def record_payment(cmd: c.RecordPayment, read: Reader, ctx: Context) -> Decision[Invoice]:
    """An invoice with money received; a draft is issued first, dated its planned day if it has one."""
    invoice = read.invoices.get(cmd.invoice_id)
    paid_on = _paid_on(cmd, cmd.received_on, "received_on", invoice, ctx)
    is_rounded = guards.rounds(cmd.method, cmd.amount, rounds_cash=ctx.settings.rounds_cash)
    refuse(
        guards.objections_to_paying(
            invoice,
            cmd.amount,
            is_rounded=is_rounded,
            instalment=cmd.instalment,
            allow_overpayment=cmd.allow_overpayment,
        )
    )
    numbers = Numbers(read, ctx)
    invoice, issuing = issued(invoice, invoice.send_on or ctx.today, numbers, ctx)
    rounding = _rounding(invoice.balance, cmd.amount, is_rounded)
    instalments, allocations = received(invoice.instalments, cmd.amount + rounding, first=cmd.instalment)
    payment = Payment(
        ctx.new_id(PaymentId),
        PaymentKind.PAYMENT,
        cmd.amount,
        rounding,
        cmd.method,
        paid_on,
        ctx.now,
        allocations,
        cmd.reference,
    )
    paid = saved(invoice, payments=(*invoice.payments, payment), instalments=instalments)
    event = PaymentRecorded(paid.id, paid.job_id, payment.id, payment.amount, rounding, paid_on)
    return Decision(paid, writes=(paid, *numbers.writes), events=(*issuing, event, *_paid(invoice, paid)))


def _paid_on(
    cmd: c.RecordPayment | c.RefundPayment, day: date | None, path: str, invoice: Invoice, ctx: Context
) -> date:
    """The day the money counts from, today unless given.

    Raises:
        InvalidInput: `money.currencies`, `day.in-the-future`.
    """
    check_currency(cmd.amount.currency, invoice.currency, "amount")
    paid_on = day or ctx.today
    check_not_future(paid_on, ctx.today, path)
    return paid_on


def _rounding(balance: Money, amount: Money, is_rounded: bool) -> Money:
    """The cash rounding of a payment: what is left when the rounded balance changed hands."""
    settles = is_rounded and balance.minor > 0 and amount == guards.settling(balance, is_rounded=True)
    return balance - amount if settles else zero(balance.currency)


def _paid(before: Invoice, after: Invoice) -> tuple[Event, ...]:
    """The event that nothing is left to pay, when that is new."""
    is_new = before.balance.minor > 0 >= after.balance.minor
    return (InvoicePaid(after.id, after.job_id),) if is_new else ()


def void_payment(cmd: c.VoidPayment, read: Reader, ctx: Context) -> Decision[Invoice]:
    """An invoice on which a payment or refund no longer counts; its instalments are as if it had not been."""
    invoice = read.invoices.get(cmd.invoice_id)
    payment = invoice.payment(cmd.payment_id)
    if payment is None:
        raise NotFound(PaymentId.kind, cmd.payment_id)
    refuse(guards.objections_to_voiding_payment(invoice, payment))
    undone = evolve(payment, voided_on=ctx.today)
    changed = saved(
        invoice,
        payments=tuple(undone if each.id == payment.id else each for each in invoice.payments),
        instalments=applied(invoice.instalments, payment.allocations, sign=-1),
    )
    event = PaymentVoided(invoice.id, invoice.job_id, payment.id, payment.kind, payment.amount)
    return Decision(changed, writes=(changed,), events=(event, *_paid(invoice, changed)))


def refund_payment(cmd: c.RefundPayment, read: Reader, ctx: Context) -> Decision[Invoice]:
    """An invoice with money given back."""
    invoice = read.invoices.get(cmd.invoice_id)
    paid_on = _paid_on(cmd, cmd.refunded_on, "refunded_on", invoice, ctx)
    is_rounded = guards.rounds(cmd.method, cmd.amount, rounds_cash=ctx.settings.rounds_cash)
    refuse(guards.objections_to_refunding(invoice, cmd.amount, is_rounded=is_rounded))
    rounding = _refund_rounding(invoice, cmd.amount, is_rounded)
    instalments, allocations = given_back(invoice.instalments, cmd.amount - rounding)
    refund = Payment(
        ctx.new_id(PaymentId),
        PaymentKind.REFUND,
        cmd.amount,
        rounding,
        cmd.method,
        paid_on,
        ctx.now,
        allocations,
    )
    refunded = saved(invoice, payments=(*invoice.payments, refund), instalments=instalments)
    event = PaymentRefunded(invoice.id, invoice.job_id, refund.id, refund.amount, rounding, paid_on)
    return Decision(refunded, writes=(refunded,), events=(event,))


def _refund_rounding(invoice: Invoice, amount: Money, is_rounded: bool) -> Money:
    """The cash rounding of a refund: it settles what is to be given back, or takes back the roundings with the rest."""
    owed = -invoice.balance
    if is_rounded and owed.minor > 0 and amount == guards.settling(owed, is_rounded=True):
        return amount - owed
    if is_rounded and amount == invoice.paid:
        return -invoice.rounding
    return zero(invoice.currency)
