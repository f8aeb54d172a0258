"""Commands of work orders and the invoices on them."""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from ..model.invoice import Invoice
from ..model.work_order import WorkOrder
from ..policies.permissions import Permission
from ..values.checks import is_a, is_day, is_flag, is_text
from ..values.ids import InvoiceId, JobId, WorkOrderId
from ..values.lines import Line
from ..values.schedule import Schedule
from . import fields
from .base import Command


@frozen(repr=False, eq=False)
class PlanWorkOrder(Command[WorkOrder]):
    """Plan a visit in a job folder. Gives the `WorkOrder`.

    Attributes:
        job_id: The folder.
        title: What is to be done; never blank, at most 200 characters.
        on: The day, if it has one.

    Raises:
        InvalidInput: `work_order.no-title`, `text.…`, `day.wrong-type`.
        NotFound: no such job.
    """

    needs = (Permission.VISITS,)

    job_id: JobId = field(validator=is_a(JobId))
    title: str = field(kw_only=True, validator=is_text(200, empty="work_order.no-title"), repr=False)
    on: date | None = field(default=None, kw_only=True, validator=is_day(optional=True))


@frozen(repr=False, eq=False)
class CompleteWorkOrder(Command[WorkOrder]):
    """Complete a work order. Gives the `WorkOrder`.

    Raises:
        NotFound: no such work order.
        Refused: `work_order.completed`, `work_order.cancelled`.
    """

    needs = (Permission.VISITS,)

    work_order_id: WorkOrderId = field(validator=is_a(WorkOrderId))


@frozen(repr=False, eq=False)
class CancelWorkOrder(Command[WorkOrder]):
    """Cancel a work order that was not completed; no figure changes. Gives the `WorkOrder`.

    Raises:
        NotFound: no such work order.
        Refused: `work_order.completed`, `work_order.cancelled`.
    """

    needs = (Permission.VISITS,)

    work_order_id: WorkOrderId = field(validator=is_a(WorkOrderId))


@frozen(repr=False, eq=False)
class AttachInvoice(Command[WorkOrder]):
    """Attach an invoice of the same job to a work order; a repeat changes nothing. Gives the `WorkOrder`.

    Attributes:
        work_order_id: The work order.
        invoice_id: The invoice.

    Raises:
        NotFound: no such work order or invoice.
        Refused: `invoice.other-job`, `invoice.voided`, `work_order.cancelled`.
    """

    needs = (Permission.VISITS, Permission.INVOICES)

    work_order_id: WorkOrderId = field(validator=is_a(WorkOrderId))
    invoice_id: InvoiceId = field(kw_only=True, validator=is_a(InvoiceId))


@frozen(repr=False, eq=False)
class DetachInvoice(Command[WorkOrder]):
    """Take an invoice off a work order; the invoice stays. Off already, nothing changes. Gives the `WorkOrder`.

    Attributes:
        work_order_id: The work order.
        invoice_id: The invoice.

    Raises:
        NotFound: no such work order or invoice.
    """

    needs = (Permission.VISITS, Permission.INVOICES)

    work_order_id: WorkOrderId = field(validator=is_a(WorkOrderId))
    invoice_id: InvoiceId = field(kw_only=True, validator=is_a(InvoiceId))


@frozen(repr=False, eq=False)
class AddInvoice(Command[Invoice]):
    """Have an invoice on a work order: made by itself when the job holds none, found again at a second tap. Gives the `Invoice`.

    It is found when exactly one live invoice is attached to the work order. When the job holds live invoices and none or several of
    them are attached, the choice is the person's: attach one, or ask for a new one.

    Attributes:
        work_order_id: The work order.
        new: Make one although the job already holds some. Done twice it makes two: give it a key.
        lines: Of the invoice that is made; when one is found, it is given back if these are none, or its own.
        schedule: Of the invoice that is made.

    Raises:
        InvalidInput: as `DraftInvoice`.
        NotFound: no such work order.
        Refused: `invoice.choice-required` with the candidates, `work_order.cancelled`.
    """

    needs = (Permission.VISITS, Permission.INVOICES)

    work_order_id: WorkOrderId = field(validator=is_a(WorkOrderId))
    new: bool = field(default=False, kw_only=True, validator=is_flag)
    lines: tuple[Line, ...] = field(default=(), kw_only=True, converter=fields.lines, repr=False)
    schedule: Schedule | None = field(default=None, kw_only=True, converter=fields.due_dates)
