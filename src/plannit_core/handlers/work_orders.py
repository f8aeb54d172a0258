"""Work orders, and the invoices on them."""

from __future__ import annotations

from collections.abc import Sequence

from .. import commands as c
from ..decisions import Context, Decision, saved
from ..errors import Refused, reason
from ..events import (
    InvoiceAttached,
    InvoiceDetached,
    WorkOrderCancelled,
    WorkOrderCompleted,
    WorkOrderPlanned,
)
from ..lifecycle import WORK_ORDER, InvoiceState, WorkOrderAction, WorkOrderState
from ..model.invoice import Invoice
from ..model.work_order import WorkOrder
from ..ports import Reader, Row
from ..values.ids import InvoiceId, WorkOrderId
from ..values.mapping import Keys
from ..values.money import Money
from .documents import drafted, drafting, own_lines, refuse


def plan_work_order(cmd: c.PlanWorkOrder, read: Reader, ctx: Context) -> Decision[WorkOrder]:
    """A new visit in a job folder."""
    job = read.jobs.get(cmd.job_id)
    order = WorkOrder(ctx.new_id(WorkOrderId), 1, job.id, cmd.title, cmd.on)
    return Decision(order, writes=(order,), events=(WorkOrderPlanned(order.id, job.id),))


def complete_work_order(cmd: c.CompleteWorkOrder, read: Reader, ctx: Context) -> Decision[WorkOrder]:
    """A work order whose work is done."""
    order = read.work_orders.get(cmd.work_order_id)
    refuse(WORK_ORDER.objections(order.state, WorkOrderAction.COMPLETE))
    done = saved(order, state=WorkOrderState.COMPLETED, completed_at=ctx.now)
    return Decision(done, writes=(done,), events=(WorkOrderCompleted(order.id, order.job_id),))


def cancel_work_order(cmd: c.CancelWorkOrder, read: Reader, ctx: Context) -> Decision[WorkOrder]:
    """A work order that will not be done."""
    order = read.work_orders.get(cmd.work_order_id)
    refuse(WORK_ORDER.objections(order.state, WorkOrderAction.CANCEL))
    cancelled = saved(order, state=WorkOrderState.CANCELLED)
    return Decision(cancelled, writes=(cancelled,), events=(WorkOrderCancelled(order.id, order.job_id),))


def attach_invoice(cmd: c.AttachInvoice, read: Reader, ctx: Context) -> Decision[WorkOrder]:
    """A work order with an invoice of its own job on it."""
    order = read.work_orders.get(cmd.work_order_id)
    invoice = read.invoices.get(cmd.invoice_id)
    if invoice.id in order.invoice_ids:
        return Decision(order)
    refuse(ctx.policies.objections_to_attaching(invoice, order))
    attached = saved(order, invoice_ids=(*order.invoice_ids, invoice.id))
    return Decision(attached, writes=(attached,), events=(InvoiceAttached(invoice.id, order.job_id, order.id),))


def detach_invoice(cmd: c.DetachInvoice, read: Reader, ctx: Context) -> Decision[WorkOrder]:
    """A work order without that invoice; the invoice stays."""
    order = read.work_orders.get(cmd.work_order_id)
    invoice = read.invoices.get(cmd.invoice_id)
    if invoice.id not in order.invoice_ids:
        return Decision(order)
    detached = saved(order, invoice_ids=tuple(each for each in order.invoice_ids if each != invoice.id))
    return Decision(detached, writes=(detached,), events=(InvoiceDetached(invoice.id, order.job_id, order.id),))


def add_invoice(cmd: c.AddInvoice, read: Reader, ctx: Context) -> Decision[Invoice]:
    """An invoice on a work order: the one already on it, or one that is made and attached."""
    order = read.work_orders.get(cmd.work_order_id)
    refuse(WORK_ORDER.objections(order.state, WorkOrderAction.ADD_INVOICE))
    rows = read.invoices.rows("job_id", order.job_id)
    live = [row for row in rows if row["state"] != InvoiceState.VOIDED]
    if live and not cmd.new:
        return Decision(_found(cmd, order, live, read, ctx))
    job = read.jobs.get(order.job_id)
    invoice = drafted(job, cmd.lines, cmd.schedule, Keys(), ctx)
    attached = saved(order, invoice_ids=(*order.invoice_ids, invoice.id))
    events = (drafting(invoice), InvoiceAttached(invoice.id, order.job_id, order.id))
    return Decision(invoice, writes=(invoice, attached), events=events)


def _found(cmd: c.AddInvoice, order: WorkOrder, live: Sequence[Row], read: Reader, ctx: Context) -> Invoice:
    """The one live invoice on `order`: a second tap means that one (decisions 39 and 43).

    Raises:
        Refused: `invoice.choice-required` with the job's live invoices: their ids, and number and total of each.
    """
    candidates = tuple(InvoiceId(row["id"]) for row in live)
    attached = [id for id in order.invoice_ids if id in candidates]
    if len(attached) == 1:
        invoice = read.invoices.get(attached[0])
        if not cmd.lines or own_lines(cmd.lines, ctx) == invoice.lines:
            return invoice
    invoices = tuple((row["number"], Money.of_minor(row["total"], ctx.settings.currency)) for row in live)
    raise Refused([reason("invoice.choice-required", work_order=order.id, candidates=candidates, invoices=invoices)])
