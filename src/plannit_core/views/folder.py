"""The job folder: everything about one request, and its figures; and all documents of a contact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from operator import itemgetter

from attrs import field, frozen

from ..lifecycle import InvoiceState, QuoteState
from ..model.contact import Contact
from ..model.job import Job
from ..model.quote import Quote
from ..model.work_order import WorkOrder
from ..policies import Policies
from ..ports import Reader, Recorded, Row
from ..values.ids import ContactId, JobId, QuoteId
from ..values.money import Money, zero
from .figures import InvoiceFigures, JobFigures, QuoteFigures

RECENT = 50


@frozen
class JobFolder:
    """Everything about one job, and its figures, which are those of its documents.

    Attributes:
        job: The job.
        contact: Whose request it is.
        quotes: Its quotes as figures.
        invoices: Its invoices as figures, drafts and voided ones included.
        work_orders: Its work orders.
        timeline: What happened of late, oldest first: the last 50 events (`read.timeline` gives all of them).
        revenue: What the issued invoices come to before tax; drafts and voided ones count for nothing.
        invoiced: What they come to tax included.
        collected: Payments less refunds.
        pending: What is left to pay: invoiced - collected - cash roundings.
        to_invoice: Totals of drafts, and what approved quotes still have to generate.
        hours: Hours worked; none are recorded yet.
    """

    job: Job
    contact: Contact
    quotes: tuple[QuoteFigures, ...]
    invoices: tuple[InvoiceFigures, ...]
    work_orders: tuple[WorkOrder, ...]
    timeline: tuple[Recorded, ...] = field(repr=False)
    revenue: Money
    invoiced: Money
    collected: Money
    pending: Money
    to_invoice: Money
    hours: Decimal


@frozen
class ContactDocuments:
    """Everything of one contact, over all job folders.

    Attributes:
        contact: The contact.
        jobs: Their job folders.
        quotes: Their quotes.
        invoices: Their invoices.
    """

    contact: Contact
    jobs: tuple[JobFigures, ...]
    quotes: tuple[QuoteFigures, ...]
    invoices: tuple[InvoiceFigures, ...]


def job_folder(read: Reader, job_id: JobId, currency: str, policies: Policies) -> JobFolder:
    """The folder of a job. Raises `NotFound`."""
    job = read.jobs.get(job_id)
    quotes = tuple(QuoteFigures.of(row, currency) for row in read.quotes.rows("job_id", job_id))
    rows = read.invoices.rows("job_id", job_id)
    invoices = InvoiceFigures.each_of(rows, currency)
    issued, drafts = _in(InvoiceState.ISSUED, rows), _in(InvoiceState.DRAFT, rows)
    still = to_generate(read, quotes, invoices, currency, policies)
    return JobFolder(
        job,
        read.contacts.get(job.contact_id),
        quotes,
        invoices,
        read.work_orders.find(job_id=job_id),
        tuple(read.timeline(job_id, limit=RECENT, newest=True)),
        revenue=_sum(issued, "subtotal", currency),
        invoiced=_sum(issued, "total", currency),
        collected=_sum(issued, "paid", currency),
        pending=_sum(issued, "balance", currency),
        to_invoice=_sum(drafts, "total", currency) + still,
        hours=Decimal(0),
    )


def _in(state: str, rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["state"] == state]


def _sum(rows: Iterable[Row], column: str, currency: str) -> Money:
    return Money.of_minor(sum(map(itemgetter(column), rows)), currency)


def to_generate(
    read: Reader,
    quotes: Sequence[QuoteFigures],
    invoices: Sequence[InvoiceFigures],
    currency: str,
    policies: Policies,
) -> Money:
    """What approved `quotes` still have to generate, tax included; `invoices` are all of theirs."""
    live: dict[QuoteId, set[int | None]] = {}
    for each in invoices:
        if each.quote_id is not None and each.is_live:
            live.setdefault(each.quote_id, set()).add(each.part)
    total = zero(currency)
    for figures in quotes:
        covered = live.get(figures.id, set())
        if figures.state is QuoteState.APPROVED and len(covered) < figures.invoice_count:
            total += _missing(read.quotes.get(figures.id), covered, policies)
    return total


def _missing(quote: Quote, covered: set[int | None], policies: Policies) -> Money:
    assert quote.approval is not None  # it is approved
    parts = policies.invoices_on_approval(quote, quote.approval)
    amounts = (each.amount for part in parts if part.part not in covered for each in part.instalments)
    return sum(amounts, zero(quote.currency))


def contact_documents(read: Reader, contact_id: ContactId, currency: str) -> ContactDocuments:
    """Everything of a contact. Raises `NotFound`."""
    return ContactDocuments(
        read.contacts.get(contact_id),
        tuple(JobFigures.of(row) for row in read.jobs.rows("contact_id", contact_id)),
        tuple(QuoteFigures.of(row, currency) for row in read.quotes.rows("contact_id", contact_id)),
        InvoiceFigures.each_of(read.invoices.rows("contact_id", contact_id), currency),
    )
