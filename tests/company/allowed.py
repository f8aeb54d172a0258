"""Exactly when each command is done: said once more, from the records as they were, without asking the library's guards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from plannit_core import commands as c
from plannit_core.lifecycle import InvoiceState, QuoteState
from plannit_core.model.invoice import Adjustment
from plannit_core.values.actors import ActorKind
from support import total_of

from . import naive

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from plannit_core import Schedule
    from plannit_core.model.invoice import Invoice
    from plannit_core.model.quote import Quote

    from .outcomes import Step


def is_live(invoice: Invoice) -> bool:
    return invoice.state is not InvoiceState.VOIDED


def _always(step: Step) -> bool:
    return True


def _in(kind: str, *states: str) -> Callable[[Step], bool]:
    return lambda step: step.before[getattr(step.command, f"{kind}_id")].state in states


def _invoice(step: Step) -> Any:
    return step.before[step.command.invoice_id]


# -------------------------------------------------------------------------------------------------------------- quotes


def _fits(quote: Quote, schedule: Schedule) -> bool:
    """Its total with the discount is not below zero, and its instalments add up to it."""
    lines = naive.with_discount(schedule, quote.lines)
    return naive.fits(schedule, total_of(lines))


def _may_send(step: Step) -> bool:
    quote = step.before[step.command.quote_id]
    is_open = quote.state in (QuoteState.DRAFT, QuoteState.SENT)
    return is_open and quote.lines != () and all(_fits(quote, each) for each in quote.schedules)


def _may_approve(step: Step) -> bool:
    """30: only a sent quote, by its own client or for them, until its last day unless a user overrides it."""
    cmd, quote = step.command, step.before[step.command.quote_id]
    is_client = step.actor.kind is ActorKind.CLIENT
    is_late = quote.valid_until is not None and step.then.today > quote.valid_until
    names = [each.name for each in quote.schedules]
    return (
        quote.state is QuoteState.SENT
        and (not is_client or step.actor.id == quote.contact_id)
        and cmd.on_behalf_of in (None, quote.contact_id)
        and (not is_late or (cmd.despite_expiry and not is_client))
        and (cmd.schedule in names if cmd.schedule is not None else len(names) == 1)
    )


def _may_decline(step: Step) -> bool:
    quote = step.before[step.command.quote_id]
    is_other = step.actor.kind is ActorKind.CLIENT and step.actor.id != quote.contact_id
    return quote.state is QuoteState.SENT and not is_other


def _may_extend(step: Step) -> bool:
    return _in("quote", "sent")(step) and step.command.valid_until >= step.then.today


# ------------------------------------------------------------------------------------------------------------ invoices


def _is_ready(invoice: Invoice) -> bool:
    """A draft that can be issued: some lines, a total not below zero, instalments that add up to it."""
    return invoice.lines != () and naive.fits(invoice, naive.total_on(invoice))


def _may_issue(step: Step) -> bool:
    return _in("invoice", "draft")(step) and _is_ready(_invoice(step))


def _may_send_invoice(step: Step) -> bool:
    invoice = _invoice(step)
    is_ready = invoice.state is InvoiceState.ISSUED or (invoice.state is InvoiceState.DRAFT and _is_ready(invoice))
    return is_ready and step.before[invoice.contact_id].emails != ()


def _may_leave(step: Step) -> bool:
    """28: not before its day, and only once."""
    invoice = _invoice(step)
    day = naive.columns(invoice)["leaves_on"]
    is_ready = invoice.state is InvoiceState.ISSUED or _is_ready(invoice)
    return day is not None and day <= step.then.today and is_ready


def _may_edit(step: Step) -> bool:
    content = step.command.lines is not c.UNSET or step.command.schedule is not c.UNSET
    return _in("invoice", "draft")(step) and not (_invoice(step).is_generated and content)


def _may_plan(step: Step) -> bool:
    return _in("invoice", "draft")(step) and step.command.send_on >= step.then.today


def _may_plan_instalment(step: Step) -> bool:
    return is_live(_invoice(step)) and step.command.instalment <= len(_invoice(step).instalments)


def _may_adjust(step: Step) -> bool:
    """Only what was issued, and never below zero."""
    invoice = _invoice(step)
    lines = tuple(own_lines(step))
    added = Adjustment(lines, step.then.today, invoice.issued_at, ())
    corrected = evolve(invoice, adjustments=(*invoice.adjustments, added))
    return invoice.state is InvoiceState.ISSUED and naive.total_on(corrected) >= 0


def _may_void(step: Step) -> bool:
    """37: numbered, and nothing received that was not given back."""
    return _in("invoice", "issued")(step) and naive.paid(_invoice(step)) == 0


def _may_move(step: Step) -> bool:
    invoice, job = _invoice(step), step.before[step.command.job_id]
    return is_live(invoice) and not invoice.is_generated and job.contact_id == invoice.contact_id


# -------------------------------------------------------------------------------------------------------------- money


def is_rounded(step: Step) -> bool:
    """Whether it is cash that settles to the nearest 0.05."""
    return step.then.settings.rounds_cash and step.command.method == "cash"


def _may_pay(step: Step) -> bool:
    """Above zero and up to what is asked for; in cash a multiple of 0.05, nothing at all for a cent or two."""
    cmd, invoice = step.command, _invoice(step)
    left, amount = naive.balance(invoice), cmd.amount.minor
    asked = naive.in_cash(left) if is_rounded(step) else left
    is_open = invoice.state is InvoiceState.ISSUED or (invoice.state is InvoiceState.DRAFT and _is_ready(invoice))
    return (
        is_open
        and (cmd.instalment is None or cmd.instalment <= len(invoice.instalments))
        and (amount > 0 or (is_rounded(step) and left > 0 and asked == 0))
        and (cmd.allow_overpayment or amount <= max(asked, left))
        and (not is_rounded(step) or amount % 5 == 0)
    )


def _may_void_payment(step: Step) -> bool:
    invoice = _invoice(step)
    payment = next(each for each in invoice.payments if each.id == step.command.payment_id)
    left = naive.paid(invoice) - naive.signed(payment)
    return invoice.state is InvoiceState.ISSUED and payment.voided_on is None and left >= 0


def _may_refund(step: Step) -> bool:
    """44: at most what was received."""
    amount = step.command.amount.minor
    is_possible = 0 < amount <= naive.paid(_invoice(step)) and (not is_rounded(step) or amount % 5 == 0)
    return _in("invoice", "issued")(step) and is_possible


# -------------------------------------------------------------------------------------------------------- work orders


def _may_attach(step: Step) -> bool:
    order, invoice = step.before[step.command.work_order_id], _invoice(step)
    fits = order.state != "cancelled" and invoice.job_id == order.job_id and is_live(invoice)
    return invoice.id in order.invoice_ids or fits


def _may_add(step: Step) -> bool:
    """Decisions 39 and 43: made when there is none or a new one is wanted, found when exactly one is on the order."""
    order = step.before[step.command.work_order_id]
    live = {each.id: each for each in step.were("invoice", job_id=order.job_id) if is_live(each)}
    if order.state == "cancelled":
        return False
    if step.command.new or not live:
        return True
    attached = [live[id] for id in order.invoice_ids if id in live]
    own = tuple(own_lines(step))
    return len(attached) == 1 and own in ((), attached[0].lines)


def own_lines(step: Step) -> list[Any]:
    """The command's lines with the company's tax group where they name none."""
    group = step.then.settings.tax_group
    return [each if each.tax is not None else evolve(each, tax=group) for each in step.command.lines]


def _may_take_in(step: Step) -> bool:
    job = step.command.job_id
    return job is None or step.before[job].contact_id == step.command.contact_id


def _are_held(step: Step) -> bool:
    return step.before["com_settings"].numbers_are_held


MAY: Mapping[type[Any], Callable[[Step], bool]] = {
    c.ConfigureCompany: _always,
    c.HoldNumbers: _always,
    c.ResumeNumbers: _are_held,
    c.AddContact: _always,
    c.EditContact: _always,
    c.OpenJob: _always,
    c.EditJob: _always,
    c.DraftQuote: _always,
    c.EditQuote: _in("quote", "draft"),
    c.SendQuote: _may_send,
    c.ApproveQuote: _may_approve,
    c.DeclineQuote: _may_decline,
    c.ExtendQuote: _may_extend,
    c.GenerateInvoices: _in("quote", "approved"),
    c.DraftInvoice: _always,
    c.InvoiceContact: _may_take_in,
    c.EditInvoice: _may_edit,
    c.PlanInvoice: _may_plan,
    c.HoldInvoice: _in("invoice", "draft"),
    c.IssueInvoice: _may_issue,
    c.SendInvoice: _may_send_invoice,
    c.SendPlannedInvoice: _may_leave,
    c.DiscardDraft: _in("invoice", "draft"),
    c.AdjustInvoice: _may_adjust,
    c.VoidInvoice: _may_void,
    c.MoveInvoice: _may_move,
    c.PlanInstalment: _may_plan_instalment,
    c.RecordPayment: _may_pay,
    c.VoidPayment: _may_void_payment,
    c.RefundPayment: _may_refund,
    c.PlanWorkOrder: _always,
    c.CompleteWorkOrder: _in("work_order", "planned"),
    c.CancelWorkOrder: _in("work_order", "planned"),
    c.AttachInvoice: _may_attach,
    c.DetachInvoice: _always,
    c.AddInvoice: _may_add,
}

KEYED: Mapping[type[Any], str] = {
    c.AddContact: "contact",
    c.EditContact: "contact",
    c.OpenJob: "job",
    c.EditJob: "job",
    c.DraftQuote: "quote",
    c.EditQuote: "quote",
    c.DraftInvoice: "invoice",
    c.InvoiceContact: "invoice",
    c.EditInvoice: "invoice",
}
"""Which kind of record a command gives keys in other systems to."""


def check_verdict(step: Step) -> None:
    """It was done if and only if nothing speaks against it; a taken key and a series at its end are looked at apart."""
    codes = step.found.codes
    if codes == ["external.taken"]:
        others = step.were(KEYED[type(step.command)])
        assert any(pair in each.external.items() for each in others for pair in step.command.external.items())
    elif codes == ["numbers.held"]:
        assert _are_held(step)
    elif codes == ["numbering.exhausted"]:
        assert step.then.settings.invoice_numbers.strict
    else:
        assert (step.found.error is None) is MAY[type(step.command)](step), step.found.error
