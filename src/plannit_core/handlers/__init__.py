"""One function for each command: read, ask the rules, give back a `Decision`. It cannot write.

The table from command to function is filled through `Command.bound_to`, so that the type checker rejects a function that takes
another command or decides on another result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from .. import commands as c
from ..decisions import Context, Decision
from ..ports import Reader
from . import folders, held_numbers, invoices, payments, quotes, work_orders

R = TypeVar("R")

HANDLERS: dict[type[c.Command[Any]], Callable[[Any, Reader, Context], Decision[Any]]] = dict(
    (
        c.ConfigureCompany.bound_to(folders.configure_company),
        c.HoldNumbers.bound_to(held_numbers.hold_numbers),
        c.ResumeNumbers.bound_to(held_numbers.resume_numbers),
        c.AddContact.bound_to(folders.add_contact),
        c.EditContact.bound_to(folders.edit_contact),
        c.OpenJob.bound_to(folders.open_job),
        c.EditJob.bound_to(folders.edit_job),
        c.DraftQuote.bound_to(quotes.draft_quote),
        c.EditQuote.bound_to(quotes.edit_quote),
        c.SendQuote.bound_to(quotes.send_quote),
        c.ApproveQuote.bound_to(quotes.approve_quote),
        c.DeclineQuote.bound_to(quotes.decline_quote),
        c.ExtendQuote.bound_to(quotes.extend_quote),
        c.GenerateInvoices.bound_to(quotes.generate_invoices),
        c.DraftInvoice.bound_to(invoices.draft_invoice),
        c.InvoiceContact.bound_to(invoices.invoice_contact),
        c.EditInvoice.bound_to(invoices.edit_invoice),
        c.PlanInvoice.bound_to(invoices.plan_invoice),
        c.HoldInvoice.bound_to(invoices.hold_invoice),
        c.IssueInvoice.bound_to(invoices.issue_invoice),
        c.SendInvoice.bound_to(invoices.send_invoice),
        c.SendPlannedInvoice.bound_to(invoices.send_planned_invoice),
        c.DiscardDraft.bound_to(invoices.discard_draft),
        c.AdjustInvoice.bound_to(invoices.adjust_invoice),
        c.VoidInvoice.bound_to(invoices.void_invoice),
        c.MoveInvoice.bound_to(invoices.move_invoice),
        c.PlanInstalment.bound_to(invoices.plan_instalment),
        c.RecordPayment.bound_to(payments.record_payment),
        c.VoidPayment.bound_to(payments.void_payment),
        c.RefundPayment.bound_to(payments.refund_payment),
        c.PlanWorkOrder.bound_to(work_orders.plan_work_order),
        c.CompleteWorkOrder.bound_to(work_orders.complete_work_order),
        c.CancelWorkOrder.bound_to(work_orders.cancel_work_order),
        c.AttachInvoice.bound_to(work_orders.attach_invoice),
        c.DetachInvoice.bound_to(work_orders.detach_invoice),
        c.AddInvoice.bound_to(work_orders.add_invoice),
    )
)


def decide(command: c.Command[R], read: Reader, ctx: Context) -> Decision[R]:
    """What `command` comes to. Stores nothing."""
    return cast("Decision[R]", HANDLERS[type(command)](command, read, ctx))
