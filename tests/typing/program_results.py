"""What each command gives, as the type checker sees it. Checked by mypy strict, never run."""

from __future__ import annotations

from datetime import date
from typing import Any, assert_type

from plannit_core import CompanySettings, Decision, Line, Money, Plannit
from plannit_core import commands as c
from plannit_core.app import TransactionDoor
from plannit_core.model.company import Company
from plannit_core.model.contact import Contact
from plannit_core.model.invoice import Invoice
from plannit_core.model.job import Job
from plannit_core.model.quote import Quote
from plannit_core.model.work_order import WorkOrder
from plannit_core.values.ids import ContactId, InvoiceId, JobId, PaymentId, QuoteId, WorkOrderId


def what_each_command_gives(
    app: Plannit,
    settings: CompanySettings,
    contact: ContactId,
    job: JobId,
    quote: QuoteId,
    invoice: InvoiceId,
    payment: PaymentId,
    order: WorkOrderId,
    lines: list[Line],
    money: Money,
    day: date,
) -> None:
    assert_type(app.do(c.ConfigureCompany(settings)), Company)
    assert_type(app.do(c.HoldNumbers()), Company)
    assert_type(app.do(c.ResumeNumbers(last=["F2026-00042"])), Company)
    assert_type(app.do(c.AddContact("Ada", emails=["ada@example.com"], external={"erp": "A-1"})), Contact)
    assert_type(app.do(c.EditContact(contact, name="Ada", language=None)), Contact)
    assert_type(app.do(c.OpenJob(contact, title="Toit")), Job)
    assert_type(app.do(c.EditJob(job, status="Scheduled")), Job)
    assert_type(app.do(c.DraftQuote(job, lines=lines)), Quote)
    assert_type(app.do(c.EditQuote(quote, lines=lines)), Quote)
    assert_type(app.do(c.SendQuote(quote)), Quote)
    assert_type(app.do(c.ApproveQuote(quote, on_behalf_of=contact)), c.QuoteApproval)
    assert_type(app.do(c.ApproveQuote(quote)).quote, Quote)
    assert_type(app.do(c.ApproveQuote(quote)).invoices, tuple[Invoice, ...])
    assert_type(app.do(c.DeclineQuote(quote, reason="Trop cher")), Quote)
    assert_type(app.do(c.ExtendQuote(quote, valid_until=day)), Quote)
    assert_type(app.do(c.GenerateInvoices(quote)), tuple[Invoice, ...])
    assert_type(app.do(c.DraftInvoice(job, lines=lines, schedule=None)), Invoice)
    assert_type(app.do(c.InvoiceContact(contact, job_id=job)), c.Intake)
    assert_type(app.do(c.InvoiceContact(contact)).job, Job)
    assert_type(app.do(c.InvoiceContact(contact)).invoice, Invoice)
    assert_type(app.do(c.InvoiceContact(contact)).job_is_new, bool)
    assert_type(app.do(c.EditInvoice(invoice, note=None)), Invoice)
    assert_type(app.do(c.PlanInvoice(invoice, send_on=day)), Invoice)
    assert_type(app.do(c.HoldInvoice(invoice)), Invoice)
    assert_type(app.do(c.IssueInvoice(invoice)), Invoice)
    assert_type(app.do(c.SendInvoice(invoice)), Invoice)
    assert_type(app.do(c.SendPlannedInvoice(invoice)), Invoice)
    assert_type(app.do(c.AdjustInvoice(invoice, lines=lines)), Invoice)
    assert_type(app.do(c.VoidInvoice(invoice)), Invoice)
    assert_type(app.do(c.MoveInvoice(invoice, job_id=job)), Invoice)
    assert_type(app.do(c.PlanInstalment(invoice, instalment=1, due_on=None)), Invoice)
    assert_type(app.do(c.RecordPayment(invoice, money, method="card")), Invoice)
    assert_type(app.do(c.VoidPayment(invoice, payment_id=payment)), Invoice)
    assert_type(app.do(c.RefundPayment(invoice, money, method="card")), Invoice)
    assert_type(app.do(c.PlanWorkOrder(job, title="Visite", on=day)), WorkOrder)
    assert_type(app.do(c.CompleteWorkOrder(order)), WorkOrder)
    assert_type(app.do(c.CancelWorkOrder(order)), WorkOrder)
    assert_type(app.do(c.AttachInvoice(order, invoice_id=invoice)), WorkOrder)
    assert_type(app.do(c.DetachInvoice(order, invoice_id=invoice)), WorkOrder)
    assert_type(app.do(c.AddInvoice(order, new=True)), Invoice)


def a_discarded_draft_gives_nothing_to_hold(app: Plannit, invoice: InvoiceId) -> None:
    assert_type(app.do(c.DiscardDraft(invoice)), None)
    assert_type(app.preview(c.DiscardDraft(invoice)), Decision[None])


def a_preview_is_a_decision_on_the_same_result(app: Plannit, contact: ContactId, quote: QuoteId, job: JobId) -> None:
    assert_type(app.preview(c.OpenJob(contact)), Decision[Job])
    assert_type(app.preview(c.ApproveQuote(quote)), Decision[c.QuoteApproval])
    assert_type(app.preview(c.ApproveQuote(quote)).result.invoices, tuple[Invoice, ...])
    assert_type(app.preview(c.GenerateInvoices(quote)), Decision[tuple[Invoice, ...]])
    assert_type(app.preview(c.InvoiceContact(contact)), Decision[c.Intake])
    assert_type(app.preview(c.PlanWorkOrder(job, title="Visite")).result, WorkOrder)


def a_key_and_expectations_change_no_type(app: Plannit, quote: QuoteId, known: Quote, draft: Invoice) -> None:
    assert_type(app.do(c.SendQuote(quote), key="click", expecting=[known]), Quote)
    assert_type(app.do(c.SendInvoice(draft.id), expecting=(known, draft)), Invoice)


def every_door_is_typed_alike(app: Plannit, contact: ContactId, connection: Any) -> None:
    with app.transaction() as here:
        assert_type(here, TransactionDoor)
        assert_type(here.do(c.OpenJob(contact)), Job)
        assert_type(here.preview(c.OpenJob(contact)), Decision[Job])
        assert_type(here.get(contact), Contact)
    with app.within(connection) as there:
        assert_type(there.do(c.OpenJob(contact)), Job)
    assert_type(app.acting_as(app.actor), Plannit)
    assert_type(app.acting_as(app.actor).for_company("voisin").do(c.OpenJob(contact)), Job)


def a_command_in_a_variable_keeps_its_result(app: Plannit, contact: ContactId) -> None:
    command: c.Command[Job] = c.OpenJob(contact)
    assert_type(app.do(command), Job)
    assert_type(app.preview(command), Decision[Job])
