"""What speaks against putting this invoice on that work order."""

from __future__ import annotations

from typing import Protocol

from ..errors import Reason, reason
from ..lifecycle import INVOICE, WORK_ORDER, InvoiceState, WorkOrderAction
from ..model.invoice import Invoice
from ..model.work_order import WorkOrder


class ObjectionsToAttaching(Protocol):
    """What speaks against attaching `invoice` to `order`?"""

    def __call__(self, invoice: Invoice, order: WorkOrder, /) -> tuple[Reason, ...]:
        """Everything that does."""
        ...


def objections_to_attaching(invoice: Invoice, order: WorkOrder) -> tuple[Reason, ...]:
    """A work order only takes invoices of its own job, and none that is void (decisions 38 and 40)."""
    reasons = WORK_ORDER.objections(order.state, WorkOrderAction.ATTACH_INVOICE)
    if invoice.job_id != order.job_id:
        reasons += (reason("invoice.other-job", invoice=invoice.id, job=order.job_id),)
    if invoice.state is InvoiceState.VOIDED:
        reasons += (reason(f"{INVOICE.kind}.voided", action=str(WorkOrderAction.ATTACH_INVOICE)),)
    return reasons
