"""What one reads, as the type checker sees it. Checked by mypy strict, never run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal, assert_type

from plannit_core import Money, Plannit, views
from plannit_core.lifecycle import InvoiceState, PaymentState, QuoteState
from plannit_core.model.company import Company, CompanySettings, Series
from plannit_core.model.contact import Contact
from plannit_core.model.instalments import InvoiceInstalment
from plannit_core.model.invoice import Invoice
from plannit_core.model.job import Job
from plannit_core.model.payment import Payment
from plannit_core.model.quote import Quote
from plannit_core.model.work_order import WorkOrder
from plannit_core.outbox import Outbox, SetAside
from plannit_core.ports import Reader, Recorded
from plannit_core.values.ids import (
    CompanyId,
    ContactId,
    Id,
    InvoiceId,
    JobId,
    PaymentId,
    QuoteId,
    SeriesId,
    WorkOrderId,
)
from plannit_core.values.tax import TaxAmount
from plannit_core.workers import run_days


def a_record_is_typed_by_its_id(
    app: Plannit,
    company: CompanyId,
    series: SeriesId,
    contact: ContactId,
    job: JobId,
    quote: QuoteId,
    invoice: InvoiceId,
    payment: PaymentId,
    order: WorkOrderId,
) -> None:
    assert_type(app.get(company), Company)
    assert_type(app.get(series), Series)
    assert_type(app.get(contact), Contact)
    assert_type(app.get(job), Job)
    assert_type(app.get(quote), Quote)
    assert_type(app.get(invoice), Invoice)
    assert_type(app.get(payment), Payment)
    assert_type(app.get(order), WorkOrder)
    any_of_them: Id[Job] = job
    assert_type(app.get(any_of_them), Job)


def views_are_typed(app: Plannit, job: JobId, contact: ContactId, invoice: InvoiceId) -> None:
    assert_type(app.folder(job), views.JobFolder)
    assert_type(app.folder(job).pending, Money)
    assert_type(app.folder(job).hours, Decimal)
    assert_type(app.folder(job).timeline, tuple[Recorded, ...])
    assert_type(app.documents(contact), views.ContactDocuments)
    assert_type(app.receivables(), views.Receivables)
    assert_type(app.receivables(date(2026, 3, 31)).rows, tuple[views.Receivable, ...])
    assert_type(app.departures(), tuple[views.Departure, ...])
    assert_type(app.actions(invoice), tuple[views.Available, ...])
    assert_type(app.run_day(), views.DayReport)
    assert_type(app.run_day().issued, tuple[Invoice, ...])
    assert_type(run_days(app, chunk=5), Iterator[tuple[str, views.DayReport]])
    assert_type(app.settings, CompanySettings)
    assert_type(app.today, date)
    assert_type(app.outbox, Outbox)
    assert_type(app.outbox.drain("mailer", print, start="now", set_aside_after=3, hold_seconds=5), int)
    assert_type(app.outbox.lag("mailer"), int)
    assert_type(app.outbox.set_aside("mailer"), tuple[SetAside, ...])


def lists_are_typed(app: Plannit, job: JobId, quote: QuoteId) -> None:
    with app.reading() as read:
        assert_type(read, Reader)
        assert_type(read.contacts.find(), tuple[Contact, ...])
        assert_type(read.jobs.find(status="New", limit=10), tuple[Job, ...])
        assert_type(read.quotes.get(quote), Quote)
        assert_type(read.invoices.find(job_id=job, state=InvoiceState.DRAFT), tuple[Invoice, ...])
        assert_type(read.work_orders.find(), tuple[WorkOrder, ...])
        assert_type(read.contacts.with_external("erp", "A-1"), Contact | None)
        assert_type(read.get(quote), Quote)
        assert_type(read.company(), Company | None)


def records_are_typed(invoice: Invoice, quote: Quote) -> None:
    assert_type(invoice.total, Money)
    assert_type(invoice.balance, Money)
    assert_type(invoice.state, InvoiceState)
    assert_type(invoice.payment_state, PaymentState | None)
    assert_type(invoice.number, str | None)
    assert_type(invoice.due_on, date | None)
    assert_type(invoice.taxes, tuple[TaxAmount, ...])
    assert_type(invoice.instalments, tuple[InvoiceInstalment, ...])
    assert_type(invoice.job_id, JobId)
    assert_type(invoice.quote_id, QuoteId | None)
    assert_type(quote.state, QuoteState)
    assert_type(quote.margin, Decimal | None)
    assert_type(invoice.total + invoice.paid, Money)
    assert_type(sum((each.amount for each in invoice.taxes), invoice.subtotal), Money)
    assert_type(sum(each.amount for each in invoice.taxes), Money | Literal[0])
