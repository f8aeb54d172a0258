"""What the type checker rejects: each line below would be an error without its comment, and an error with one too many."""

from __future__ import annotations

from datetime import date

from plannit_core import Decision, Instalment, Line, Money, Plannit, Price, Schedule, Tax, When
from plannit_core import commands as c
from plannit_core.decisions import Context
from plannit_core.model.contact import Contact
from plannit_core.model.invoice import Invoice
from plannit_core.model.job import Job
from plannit_core.ports import Commit, Reader, Transaction
from plannit_core.values.ids import ContactId, InvoiceId, JobId, QuoteId

# --------------------------------------------------------------------------------- a handler and the command it decides


def opens(cmd: c.OpenJob, read: Reader, ctx: Context) -> Decision[Job]:
    raise NotImplementedError


def answers_with_a_contact(cmd: c.OpenJob, read: Reader, ctx: Context) -> Decision[Contact]:
    raise NotImplementedError


def takes_another_command(cmd: c.AddContact, read: Reader, ctx: Context) -> Decision[Job]:
    raise NotImplementedError


def asks_to_write(cmd: c.OpenJob, read: Transaction, ctx: Context) -> Decision[Job]:
    raise NotImplementedError


def answers_with_the_record(cmd: c.OpenJob, read: Reader, ctx: Context) -> Job:
    raise NotImplementedError


def takes_less(cmd: c.OpenJob, read: Reader) -> Decision[Job]:
    raise NotImplementedError


RIGHT = c.OpenJob.bound_to(opens)
WRONG = (
    c.OpenJob.bound_to(answers_with_a_contact),  # type: ignore[arg-type]
    c.OpenJob.bound_to(takes_another_command),  # type: ignore[arg-type]
    c.OpenJob.bound_to(asks_to_write),  # type: ignore[arg-type]
    c.OpenJob.bound_to(answers_with_the_record),  # type: ignore[arg-type]
    c.OpenJob.bound_to(takes_less),  # type: ignore[arg-type]
)


def a_handler_cannot_write(read: Reader, commit: Commit) -> None:
    read.write(commit)  # type: ignore[attr-defined]
    read.invoices.save(commit)  # type: ignore[attr-defined]
    read.receipt("key")  # type: ignore[attr-defined]


def a_reader_is_not_a_transaction(app: Plannit, commit: Commit) -> None:
    with app.reading() as read:
        writer: Transaction = read  # type: ignore[assignment]
        writer.write(commit)


# ------------------------------------------------------------------------------------------------------ one id for another


def ids_are_not_mixed_up(app: Plannit, contact: ContactId, job: JobId, quote: QuoteId, invoice: InvoiceId) -> None:
    c.OpenJob(job)  # type: ignore[arg-type]
    c.DraftInvoice(contact)  # type: ignore[arg-type]
    c.SendInvoice(quote)  # type: ignore[arg-type]
    c.MoveInvoice(invoice, job_id=invoice)  # type: ignore[arg-type]
    c.OpenJob("con_1")  # type: ignore[arg-type]
    app.folder(contact)  # type: ignore[arg-type]
    app.documents(job)  # type: ignore[arg-type]
    app.get("job_1")  # type: ignore[arg-type]
    found: Job = app.get(contact)  # type: ignore[assignment]
    print(found)
    with app.reading() as read:
        read.invoices.get(job)  # type: ignore[arg-type]
        read.quotes.find(after=job)  # type: ignore[arg-type]


# ---------------------------------------------------------------------------------------------------- results and arguments


def results_are_not_mixed_up(app: Plannit, contact: ContactId, quote: QuoteId) -> None:
    one: Invoice = app.do(c.GenerateInvoices(quote))  # type: ignore[assignment]
    other: Job = app.do(c.InvoiceContact(contact))  # type: ignore[assignment]
    plan: Decision[Invoice] = app.preview(c.OpenJob(contact))  # type: ignore[arg-type]
    print(one, other, plan)
    app.do("AddContact")  # type: ignore[arg-type]
    app.do(c.AddContact)  # type: ignore[arg-type]
    app.preview(c.OpenJob(contact), key="click")  # type: ignore[call-arg]


def what_a_command_needs_is_asked_for(invoice: InvoiceId, money: Money) -> None:
    c.RecordPayment(invoice, money)  # type: ignore[call-arg]
    c.PlanInvoice(invoice)  # type: ignore[call-arg]
    c.AddContact(name="Ada", email="ada@example.com")  # type: ignore[call-arg]


def a_float_is_no_amount(money: Money, invoice: InvoiceId) -> None:
    Money.cad(12.9)  # type: ignore[arg-type]
    Price.cad(0.0375)  # type: ignore[arg-type]
    Line("Labour", 7.5, money)  # type: ignore[arg-type]
    Tax("GST", 0.05)  # type: ignore[arg-type]
    Instalment.percent(33.3, When.ON_APPROVAL)  # type: ignore[arg-type]
    c.RecordPayment(invoice, 5, method="card")  # type: ignore[arg-type]
    money * 1.5  # type: ignore[operator]
    money + 5  # type: ignore[operator]
    print(money < 5)  # type: ignore[operator]


def a_price_is_no_amount(price: Price, invoice: InvoiceId) -> None:
    c.RecordPayment(invoice, price, method="card")  # type: ignore[arg-type]
    Instalment.fixed(price, When.ON_APPROVAL)  # type: ignore[arg-type]
    Schedule.one_invoice([When.ON_APPROVAL])  # type: ignore[list-item]


def records_are_frozen(invoice: Invoice, job: Job, day: date) -> None:
    invoice.state = invoice.state  # type: ignore[misc]
    invoice.send_on = day  # type: ignore[misc]
    job.external["erp"] = "A-1"  # type: ignore[index]
    c.OpenJob(job.contact_id).title = "Toit"  # type: ignore[misc]
