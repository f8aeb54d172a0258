"""What speaks against an action: one guard for each, asked by the handler that acts and by the screen that offers it.

A guard gives *all* its reasons, as data. It reads only what it is handed.
"""

from __future__ import annotations

from datetime import date

from ..errors import Reason, reason
from ..lifecycle import INVOICE, QUOTE, InvoiceAction, InvoiceState, QuoteAction, QuoteState
from ..model.changed import changed
from ..model.contact import Contact
from ..model.instalments import fits
from ..model.invoice import Invoice
from ..model.job import Job
from ..model.payment import CASH, CASH_STEP, Payment
from ..model.quote import Quote
from ..values.actors import Actor, ActorKind
from ..values.checks import MAX_LINES
from ..values.ids import ContactId
from ..values.lines import Line
from ..values.money import Money, zero
from ..values.schedule import Schedule

Reasons = tuple[Reason, ...]

# ---------------------------------------------------------------------------------------------------------------- quotes


def objections_to_sending_quote(quote: Quote) -> Reasons:
    """Its state; no lines; a total below zero; a schedule that does not add up to it."""
    reasons = QUOTE.objections(quote.state, QuoteAction.SEND)
    if not quote.lines:
        reasons += (reason("document.no-lines"),)
    for schedule in quote.schedules:
        reasons += objections_to_schedule(quote, schedule)
    return reasons


def objections_to_schedule(quote: Quote, schedule: Schedule) -> Reasons:
    """A total below zero, or instalments that do not add up to it, with this schedule's discount."""
    total = with_schedule(quote, schedule).total
    if total.minor < 0:
        return (reason("quote.negative", total=total),)
    if not schedule.fits(total):
        return (reason("schedule.not-balanced", schedule=schedule.name, total=total),)
    return ()


def with_schedule(quote: Quote, schedule: Schedule | None) -> Quote:
    """`quote` with the discount lines of `schedule`; without any when none is in force."""
    if schedule is None or schedule.discount is None:
        lines: tuple[Line, ...] = ()
    else:
        lines = schedule.discount.lines(quote.lines, schedule.name or "")
    return quote if lines == quote.discount_lines else changed(quote, discount_lines=lines)


def objections_to_approving(
    quote: Quote,
    actor: Actor,
    today: date,
    *,
    schedule: str | None = None,
    on_behalf_of: ContactId | None = None,
    despite_expiry: bool = False,
) -> Reasons:
    """Its state; somebody else's client; past its last day; a schedule that was not named, is unknown or does not add up."""
    reasons = QUOTE.objections(quote.state, QuoteAction.APPROVE)
    reasons += objections_to_client(quote, actor, on_behalf_of)
    overrides = despite_expiry and actor.kind is not ActorKind.CLIENT
    if quote.is_expired(today) and not overrides:
        reasons += (reason("quote.expired", valid_until=quote.valid_until),)
    chosen = quote.schedule_named(schedule)
    if chosen is not None:
        return reasons + objections_to_schedule(quote, chosen)
    code = "schedule.choice-required" if schedule is None else "schedule.unknown"
    return (*reasons, reason(code, schedules=tuple(each.name for each in quote.schedules)))


def objections_to_client(quote: Quote, actor: Actor, on_behalf_of: ContactId | None = None) -> Reasons:
    """A client other than the quote's own, acting or acted for."""
    is_other = on_behalf_of is not None and on_behalf_of != quote.contact_id
    if is_other or not actor.acts_for(quote.contact_id):
        return (reason("quote.other-contact", quote=quote.id),)
    return ()


def objections_to_declining(quote: Quote, actor: Actor) -> Reasons:
    """Its state; somebody else's client."""
    return QUOTE.objections(quote.state, QuoteAction.DECLINE) + objections_to_client(quote, actor)


def objections_to_generating(quote: Quote) -> Reasons:
    """Only an approved quote generates invoices."""
    if quote.state is QuoteState.APPROVED:
        return ()
    return (reason("quote.not-approved", state=str(quote.state)),)


# -------------------------------------------------------------------------------------------------------------- invoices


def objections_to_editing(invoice: Invoice, *, content: bool) -> Reasons:
    """Its state; `content` (lines or schedule) of a generated one."""
    reasons = INVOICE.objections(invoice.state, InvoiceAction.EDIT)
    if content and invoice.is_generated:
        reasons += (reason("invoice.generated", quote=invoice.quote_id),)
    return reasons


def objections_to_content(invoice: Invoice) -> Reasons:
    """What keeps a draft from being issued: no lines, a total below zero, instalments that do not add up."""
    if invoice.state is not InvoiceState.DRAFT:
        return ()
    reasons: Reasons = ()
    if not invoice.lines:
        reasons += (reason("document.no-lines"),)
    if invoice.total.minor < 0:
        reasons += (reason("invoice.negative", total=invoice.total),)
    elif not fits(invoice.instalments, invoice.total):
        reasons += (reason("schedule.not-balanced", schedule=None, total=invoice.total),)
    return reasons


def objections_to_issuing(invoice: Invoice) -> Reasons:
    """Its state and its content."""
    return INVOICE.objections(invoice.state, InvoiceAction.ISSUE) + objections_to_content(invoice)


def objections_to_sending(invoice: Invoice, contact: Contact) -> Reasons:
    """Its state and content; nobody to send it to."""
    reasons = INVOICE.objections(invoice.state, InvoiceAction.SEND) + objections_to_content(invoice)
    if not contact.can_be_sent_to:
        reasons += (reason("invoice.no-recipient", contact=contact.id),)
    return reasons


def objections_to_leaving(invoice: Invoice, today: date) -> Reasons:
    """It is not to leave by itself by `today`; its content."""
    if invoice.leaves_on is None or invoice.leaves_on > today:
        return (reason("invoice.not-due", send_on=invoice.leaves_on),)
    return objections_to_content(invoice)


def objections_to_moving(invoice: Invoice, job: Job | None = None) -> Reasons:
    """Its state; a generated one; a job of another contact."""
    reasons = INVOICE.objections(invoice.state, InvoiceAction.MOVE)
    if invoice.is_generated:
        reasons += (reason("invoice.generated", quote=invoice.quote_id),)
    if job is not None and job.contact_id != invoice.contact_id:
        reasons += (reason("job.other-contact", job=job.id, contact=invoice.contact_id),)
    return reasons


def objections_to_voiding(invoice: Invoice) -> Reasons:
    """Its state; money received and not given back."""
    reasons = INVOICE.objections(invoice.state, InvoiceAction.VOID)
    if invoice.paid:
        reasons += (reason("invoice.has-payments", paid=invoice.paid),)
    return reasons


def objections_to_adjusting(invoice: Invoice, adjusted: Invoice | None = None) -> Reasons:
    """Its state; once the corrected one is known, too many lines or a total below zero."""
    reasons = INVOICE.objections(invoice.state, InvoiceAction.ADJUST)
    if adjusted is not None and len(adjusted.all_lines) > MAX_LINES:
        reasons += (reason("lines.too-many", limit=MAX_LINES),)
    if adjusted is not None and adjusted.total.minor < 0:
        reasons += (reason("invoice.negative", total=adjusted.total),)
    return reasons


def objections_to_planning_instalment(invoice: Invoice, instalment: int | None = None) -> Reasons:
    """Its state; a place its schedule does not have."""
    return INVOICE.objections(invoice.state, InvoiceAction.PLAN_INSTALMENT) + objections_to_place(invoice, instalment)


def objections_to_place(invoice: Invoice, instalment: int | None) -> Reasons:
    """A place in the schedule that does not exist."""
    if instalment is not None and instalment > len(invoice.instalments):
        return (reason("instalment.unknown", instalment=instalment, count=len(invoice.instalments)),)
    return ()


# -------------------------------------------------------------------------------------------------------------- payments


def rounds(method: str, amount: Money, *, rounds_cash: bool) -> bool:
    """Whether a payment by `method` settles to the nearest 0.05."""
    return rounds_cash and method == CASH and amount.currency == "CAD"


def settling(balance: Money, *, is_rounded: bool) -> Money:
    """What has to change hands to settle `balance`."""
    return balance.rounded_to(CASH_STEP) if is_rounded else balance


def objections_to_paying(
    invoice: Invoice,
    amount: Money | None = None,
    *,
    is_rounded: bool = False,
    instalment: int | None = None,
    allow_overpayment: bool = False,
) -> Reasons:
    """Its state and content; an amount that is zero, above the balance, or not payable in cash; an unknown instalment."""
    reasons = INVOICE.objections(invoice.state, InvoiceAction.RECORD_PAYMENT) + objections_to_content(invoice)
    reasons += objections_to_place(invoice, instalment)
    asked = settling(invoice.balance, is_rounded=is_rounded)
    if amount is None:
        return reasons if invoice.balance.minor > 0 else (*reasons, _above_balance(invoice, asked))
    if not amount and not (is_rounded and invoice.balance.minor > 0 and not asked):
        reasons += (reason("payment.not-positive"),)
    if amount.minor > max(asked.minor, invoice.balance.minor if is_rounded else 0) and not allow_overpayment:
        reasons += (_above_balance(invoice, asked),)
    return reasons + _objections_to_cash(amount, is_rounded)


def objections_to_refunding(invoice: Invoice, amount: Money | None = None, *, is_rounded: bool = False) -> Reasons:
    """Its state; an amount that is zero, above what was received, or not payable in cash."""
    reasons = INVOICE.objections(invoice.state, InvoiceAction.REFUND)
    if amount is None:
        return reasons if invoice.paid.minor > 0 else (*reasons, reason("refund.above-paid", paid=invoice.paid))
    if not amount:
        reasons += (reason("payment.not-positive"),)
    if amount > invoice.paid:
        reasons += (reason("refund.above-paid", paid=invoice.paid),)
    return reasons + _objections_to_cash(amount, is_rounded)


def objections_to_voiding_payment(invoice: Invoice, payment: Payment | None = None) -> Reasons:
    """Its state; a payment that is voided already, or whose refund would then exceed what was received."""
    reasons = INVOICE.objections(invoice.state, InvoiceAction.VOID_PAYMENT)
    if payment is None:
        counting = any(not each.is_voided for each in invoice.payments)
        return reasons if counting else (*reasons, reason("payment.none"))
    if payment.is_voided:
        return (*reasons, reason("payment.voided", payment=payment.id))
    if (invoice.paid - payment.net).minor < 0:
        reasons += (reason("payment.refunded", payment=payment.id),)
    return reasons


def _above_balance(invoice: Invoice, asked: Money) -> Reason:
    return reason("payment.above-balance", balance=invoice.balance, ask=max(asked, zero(asked.currency)))


def _objections_to_cash(amount: Money, is_rounded: bool) -> Reasons:
    if is_rounded and amount.minor % CASH_STEP:
        return (reason("payment.cash-not-rounded", amount=amount, ask=amount.rounded_to(CASH_STEP)),)
    return ()
