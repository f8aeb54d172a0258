"""Large books in little time: one job that is over and done with, copied as often as wanted, past every rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from benchmarks.flow import THIRDS
from benchmarks.office import lines, stored, with_jobs
from plannit_core import ContactId, InvoiceId, JobId, QuoteId, WorkOrderId
from plannit_core import commands as c

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plannit_core import Plannit
    from plannit_core.decisions import Record
    from plannit_core.events import Event
    from plannit_core.model.contact import Contact
    from plannit_core.model.invoice import Invoice
    from plannit_core.model.job import Job
    from plannit_core.model.quote import Quote
    from plannit_core.model.work_order import WorkOrder

JOBS_AT_ONCE = 200


def fill(app: Plannit, jobs: int) -> None:
    """So many jobs, each with a contact, an approved quote, a paid invoice, a work order done, and six events."""
    done = _one_job(app)
    with app.reading() as read:
        told = [each.event for each in read.timeline(done[1].id, limit=6)]
    for start in range(0, jobs, JOBS_AT_ONCE):
        records: list[Record] = []
        events: list[Event] = []
        for place in range(start, min(start + JOBS_AT_ONCE, jobs)):
            records += _copied(*done, place)
            events += [evolve(each, job_id=JobId(f"job_{tail_of(place)}")) for each in told]
        stored(app, records, events, at_once=len(events))


def _one_job(app: Plannit) -> tuple[Contact, Job, Quote, Invoice, WorkOrder]:
    """A contact, a job, a quote, an invoice and a work order, in their last state."""
    [job_id] = with_jobs(app, 1)
    quote = app.do(c.DraftQuote(job_id, lines=lines(3), schedules=[THIRDS]))
    app.do(c.SendQuote(quote.id))
    approval = app.do(c.ApproveQuote(quote.id))
    invoice = app.do(c.IssueInvoice(approval.invoices[0].id))
    paid = app.do(c.RecordPayment(invoice.id, invoice.total, method="cheque"))
    order = app.do(c.PlanWorkOrder(job_id, title="Visite"))
    app.do(c.AttachInvoice(order.id, invoice_id=paid.id))
    order = app.do(c.CompleteWorkOrder(order.id))
    job = app.get(job_id)
    return app.get(job.contact_id), job, approval.quote, paid, order


def _copied(
    contact: Contact, job: Job, quote: Quote, invoice: Invoice, order: WorkOrder, place: int
) -> Iterator[Record]:
    tail = tail_of(place)
    contact_id, job_id, quote_id = ContactId(f"con_{tail}"), JobId(f"job_{tail}"), QuoteId(f"quo_{tail}")
    invoice_id = InvoiceId(f"inv_{tail}")
    own = {"version": 1, "contact_id": contact_id, "number": f"C{place}"}
    yield evolve(contact, id=contact_id, version=1, name=f"Client {place}")
    yield evolve(job, id=job_id, **own)
    yield evolve(quote, id=quote_id, job_id=job_id, **own)
    yield evolve(invoice, id=invoice_id, job_id=job_id, quote_id=quote_id, **own)
    yield evolve(order, id=WorkOrderId(f"wor_{tail}"), version=1, job_id=job_id, invoice_ids=(invoice_id,))


def tail_of(place: int) -> str:
    """How the ids of a copy end."""
    return f"copy-{place:021d}"
