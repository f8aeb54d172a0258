"""Whether `actions` tells the truth: for each action a reasonable command, and what `preview` says to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from plannit_core import Line
from plannit_core import commands as c
from plannit_core.lifecycle import MACHINES, InvoiceState
from plannit_core.values.ids import PaymentId
from support import ALBERTA, cad

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plannit_core import Actor

    from .office import Office

A_LINE = Line("Travel", 1, cad(1_00), tax=ALBERTA)
Commands = dict[str, "c.Command[Any] | None"]


def _for_job(office: Office, job: Any) -> Commands:
    return {
        "edit": c.EditJob(job.id, status="Scheduled"),
        "draft_quote": c.DraftQuote(job.id, lines=[A_LINE]),
        "draft_invoice": c.DraftInvoice(job.id, lines=[A_LINE]),
        "plan_work_order": c.PlanWorkOrder(job.id, title="Visite"),
    }


def _for_quote(office: Office, quote: Any) -> Commands:
    first = quote.schedules[0].name if len(quote.schedules) > 1 else None
    return {
        "edit": c.EditQuote(quote.id, lines=[A_LINE]),
        "send": c.SendQuote(quote.id),
        "approve": c.ApproveQuote(quote.id, schedule=first),
        "decline": c.DeclineQuote(quote.id),
        "extend": c.ExtendQuote(quote.id, valid_until=office.today + timedelta(days=3)),
        "generate_invoices": c.GenerateInvoices(quote.id),
    }


def _for_invoice(office: Office, invoice: Any) -> Commands:
    counting = [each for each in invoice.payments if not each.is_voided]
    counting.sort(key=lambda each: each.kind != "refund")  # a refund can always be voided
    payment = counting[0].id if counting else PaymentId("pay_none")
    return {
        "edit": c.EditInvoice(invoice.id, note="Merci"),
        "plan": c.PlanInvoice(invoice.id, send_on=office.today + timedelta(days=3)),
        "hold": c.HoldInvoice(invoice.id),
        "issue": c.IssueInvoice(invoice.id),
        "send": c.SendInvoice(invoice.id),
        "record_payment": c.RecordPayment(invoice.id, max(invoice.balance, cad(1)), method="card"),
        "void_payment": c.VoidPayment(invoice.id, payment_id=payment),
        "refund": c.RefundPayment(invoice.id, max(invoice.paid, cad(1)), method="card"),
        "adjust": c.AdjustInvoice(invoice.id, lines=[A_LINE]),
        "plan_instalment": c.PlanInstalment(invoice.id, instalment=1, due_on=office.today),
        "move": c.MoveInvoice(invoice.id, job_id=invoice.job_id),
        "discard": c.DiscardDraft(invoice.id),
        "void": c.VoidInvoice(invoice.id),
    }


def _for_work_order(office: Office, order: Any) -> Commands:
    own = [each for each in office.of("invoice") if each.job_id == order.job_id and each.id not in order.invoice_ids]
    spare = [each.id for each in own if each.state is not InvoiceState.VOIDED]
    other = next((each.id for each in office.of("invoice")), None)
    held = (*order.invoice_ids, other)[0]
    return {
        "complete": c.CompleteWorkOrder(order.id),
        "cancel": c.CancelWorkOrder(order.id),
        "add_invoice": c.AddInvoice(order.id, new=True),
        "attach_invoice": c.AttachInvoice(order.id, invoice_id=spare[0]) if spare else None,
        "detach_invoice": c.DetachInvoice(order.id, invoice_id=held) if held else None,
    }


REASONABLE: Mapping[str, Any] = {
    "job": _for_job,
    "quote": _for_quote,
    "invoice": _for_invoice,
    "work_order": _for_work_order,
}


def check_actions(office: Office, record: Any, actor: Actor) -> None:
    """What is allowed is not refused; what is not is refused, for the reasons that were told."""
    told = office.both(lambda side: side.door.acting_as(actor).actions(record.id))
    commands = REASONABLE[record.kind](office, record)
    assert [each.action for each in told] == list(MACHINES[record.kind].actions) == list(commands)
    for each in told:
        assert each.allowed is (each.reasons == ())
        command = commands[each.action]
        if command is not None:
            assert refusal(office, command, actor) == refusal_told(each.reasons, command)


def refusal(office: Office, command: c.Command[Any], actor: Actor) -> Any:
    """Why the command would be refused; that there is no number speaks against no record in particular."""
    error = office.memory.foreseen(command, actor).error
    if error is None or error[1] in ("numbering.exhausted", "numbers.held"):
        return ()
    return error[3] or error[:2]


def refusal_told(reasons: Any, command: c.Command[Any]) -> Any:
    """`payment.none` is told of an invoice; asked for a payment that it does not have, it is not found."""
    if isinstance(command, c.VoidPayment) and any(each.code == "payment.none" for each in reasons):
        return "NotFound", "record.not-found"
    return reasons
