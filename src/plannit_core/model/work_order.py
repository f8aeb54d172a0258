"""A work order: a visit, and the invoices the technician attached to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from attrs import field, frozen

from ..lifecycle import WorkOrderState
from ..values.ids import InvoiceId, JobId, WorkOrderId
from ..values.shown import shown


@frozen
class WorkOrder:
    """A work order. It only ever holds invoices of its own job, each once.

    Attributes:
        id: `wor_…`.
        version: 1 when first stored, one more at each change.
        job_id: Its folder.
        title: What is to be done.
        planned_on: The day of the visit; `None` while it has none.
        state: Planned, completed or cancelled.
        invoice_ids: The invoices attached, in the order they were.
        completed_at: When the work was done.
    """

    __repr__ = shown

    kind: ClassVar[str] = "work_order"

    id: WorkOrderId
    version: int
    job_id: JobId
    title: str = field(repr=False)
    planned_on: date | None = None
    state: WorkOrderState = WorkOrderState.PLANNED
    invoice_ids: tuple[InvoiceId, ...] = ()
    completed_at: datetime | None = None
