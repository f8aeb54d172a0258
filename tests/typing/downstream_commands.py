"""What each command gives, as a type checker sees it in a program that uses the library. It is checked, and never run."""

from datetime import date
from typing import assert_type

from plannit_core import (
    CompanySettings,
    ContactId,
    Decision,
    InvoiceId,
    JobId,
    Line,
    Money,
    PaymentId,
    Plannit,
    QuoteId,
    WorkOrderId,
)
from plannit_core import commands as c
from plannit_core.model.company import Company
from plannit_core.model.contact import Contact
from plannit_core.model.invoice import Invoice
from plannit_core.model.job import Job
from plannit_core.model.quote import Quote
from plannit_core.model.work_order import WorkOrder


def folders(app: Plannit, settings: CompanySettings, contact: ContactId, job: JobId) -> None:
    assert_type(app.do(c.ConfigureCompany(settings)), Company)
    assert_type(app.do(c.AddContact("Ada Byron", emails=["ada@example.com"])), Contact)
    assert_type(app.do(c.EditContact(contact, language=None)), Contact)
    assert_type(app.do(c.OpenJob(contact)), Job)
    assert_type(app.do(c.EditJob(job, status="Scheduled")), Job)
    assert_type(app.get(contact), Contact)
    assert_type(app.get(job), Job)


def quotes(app: Plannit, job: JobId, quote: QuoteId, lines: list[Line], day: date) -> None:
    assert_type(app.do(c.DraftQuote(job, lines=lines)), Quote)
    assert_type(app.do(c.EditQuote(quote, lines=lines)), Quote)
    assert_type(app.do(c.SendQuote(quote)), Quote)
    assert_type(app.do(c.ApproveQuote(quote)), c.QuoteApproval)
    assert_type(app.do(c.DeclineQuote(quote, reason="Trop cher")), Quote)
    assert_type(app.do(c.ExtendQuote(quote, valid_until=day)), Quote)
    assert_type(app.do(c.GenerateInvoices(quote)), tuple[Invoice, ...])
    assert_type(app.get(quote), Quote)


def drafts(app: Plannit, contact: ContactId, job: JobId, invoice: InvoiceId, lines: list[Line], day: date) -> None:
    assert_type(app.do(c.DraftInvoice(job, lines=lines)), Invoice)
    assert_type(app.do(c.InvoiceContact(contact, job_id=job)), c.Intake)
    assert_type(app.do(c.EditInvoice(invoice, note=None)), Invoice)
    assert_type(app.do(c.PlanInvoice(invoice, send_on=day)), Invoice)
    assert_type(app.do(c.HoldInvoice(invoice)), Invoice)
    assert_type(app.preview(c.DiscardDraft(invoice)), Decision[None])
    assert_type(app.do(c.MoveInvoice(invoice, job_id=job)), Invoice)


def invoices(app: Plannit, invoice: InvoiceId, payment: PaymentId, lines: list[Line], amount: Money, day: date) -> None:
    assert_type(app.do(c.IssueInvoice(invoice)), Invoice)
    assert_type(app.do(c.SendInvoice(invoice)), Invoice)
    assert_type(app.do(c.SendPlannedInvoice(invoice)), Invoice)
    assert_type(app.do(c.AdjustInvoice(invoice, lines=lines)), Invoice)
    assert_type(app.do(c.VoidInvoice(invoice)), Invoice)
    assert_type(app.do(c.PlanInstalment(invoice, instalment=1, due_on=day)), Invoice)
    assert_type(app.do(c.RecordPayment(invoice, amount, method="cash")), Invoice)
    assert_type(app.do(c.VoidPayment(invoice, payment_id=payment)), Invoice)
    assert_type(app.do(c.RefundPayment(invoice, amount, method="card")), Invoice)
    assert_type(app.get(invoice), Invoice)


def work_orders(app: Plannit, job: JobId, order: WorkOrderId, invoice: InvoiceId) -> None:
    assert_type(app.do(c.PlanWorkOrder(job, title="Visite")), WorkOrder)
    assert_type(app.do(c.CompleteWorkOrder(order)), WorkOrder)
    assert_type(app.do(c.CancelWorkOrder(order)), WorkOrder)
    assert_type(app.do(c.AttachInvoice(order, invoice_id=invoice)), WorkOrder)
    assert_type(app.do(c.DetachInvoice(order, invoice_id=invoice)), WorkOrder)
    assert_type(app.do(c.AddInvoice(order, new=True)), Invoice)
    assert_type(app.preview(c.AddInvoice(order)), Decision[Invoice])
    assert_type(app.get(order), WorkOrder)
