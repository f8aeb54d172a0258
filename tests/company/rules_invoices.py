"""Rules about invoices that were not paid yet, and about work orders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import rule

from plannit_core import Line
from plannit_core import commands as c
from plannit_core.lifecycle import InvoiceState
from support import WORDS, cad, total_of

from .base import CompanyBase, needs
from .documents import EXTERNALS, LINES, contents, due_dates
from .rules_documents import some

DATA = st.data()
MANY = st.lists(LINES, min_size=1, max_size=2)


def is_draft(invoice: Any) -> bool:
    return bool(invoice.state is InvoiceState.DRAFT)


def is_issued(invoice: Any) -> bool:
    return bool(invoice.state is InvoiceState.ISSUED)


def is_owing(invoice: Any) -> bool:
    return bool(is_issued(invoice) and invoice.balance.minor > 0)


def is_own(invoice: Any) -> bool:
    return not invoice.is_generated and invoice.state is not InvoiceState.VOIDED


class InvoiceRules(CompanyBase):
    """What the office bills."""

    @rule(data=DATA)
    def draft_invoice(self, data: st.DataObject) -> None:
        lines = data.draw(contents())
        schedule = data.draw(due_dates(max(total_of(lines), 0), self.office.today))
        command = c.DraftInvoice(self.pick(data, "job").id, lines=lines, schedule=schedule)
        self.do(data, evolve(command, external=data.draw(EXTERNALS)))

    @rule(data=DATA, is_named=st.booleans())
    def invoice_contact(self, data: st.DataObject, is_named: bool) -> None:
        """55: a job opens by itself, unless one is named; somebody else's is refused."""
        contact = self.pick(data, "contact")
        job = self.pick(data, "job", lambda each: each.contact_id == contact.id).id if is_named else None
        self.do(data, c.InvoiceContact(contact.id, job_id=job, lines=data.draw(contents())))

    @needs("invoice", is_draft)
    @rule(data=DATA)
    def edit_invoice(self, data: st.DataObject) -> None:
        invoice = self.pick(data, "invoice", lambda each: is_draft(each) and is_own(each))
        fields = {
            "lines": contents(),
            "schedule": due_dates(max(invoice.total.minor, 0), self.office.today),
            "note": st.none() | WORDS,
            "external": EXTERNALS,
        }
        self.do(data, c.EditInvoice(invoice.id, **some(data, fields)))

    @needs("invoice", is_draft)
    @rule(data=DATA, ahead=st.integers(-1, 12), holds=st.sampled_from([False, False, True]))
    def plan_or_hold_invoice(self, data: st.DataObject, ahead: int, holds: bool) -> None:
        if holds:
            self.do(data, c.HoldInvoice(self.pick(data, "invoice", lambda each: each.send_on is not None).id))
        else:
            day = self.office.today + timedelta(days=ahead)
            self.do(data, c.PlanInvoice(self.pick(data, "invoice", is_draft).id, send_on=day))

    @needs("invoice", is_draft)
    @rule(data=DATA)
    def issue_invoice(self, data: st.DataObject) -> None:
        self.do(data, c.IssueInvoice(self.pick(data, "invoice", is_draft).id))

    @needs("invoice")
    @rule(data=DATA)
    def send_invoice(self, data: st.DataObject) -> None:
        self.do(data, c.SendInvoice(self.pick(data, "invoice", lambda each: each.sent_at is None).id))

    @needs("invoice", lambda each: each.leaves_on is not None)
    @rule(data=DATA, days=st.sampled_from([0, 5, 20]))
    def send_planned_invoice(self, data: st.DataObject, days: int) -> None:
        """28: not before its day."""
        self.office.clock.advance(days=days)
        today = self.office.today
        due = self.pick(data, "invoice", lambda each: each.leaves_on is not None and each.leaves_on <= today)
        self.do(data, c.SendPlannedInvoice(due.id))

    @needs("invoice", is_draft)
    @rule(data=DATA)
    def discard_draft(self, data: st.DataObject) -> None:
        self.do(data, c.DiscardDraft(self.pick(data, "invoice", is_draft).id))

    @needs("invoice", is_issued)
    @rule(data=DATA)
    def adjust_invoice(self, data: st.DataObject) -> None:
        """Something off, something more, or its own lines taken back."""
        invoice = self.pick(data, "invoice", is_issued)
        back = [evolve(each, quantity=-each.quantity) for each in invoice.lines[:2]]
        off = st.integers(0, max(invoice.subtotal.minor, 0)).map(lambda cents: [Line("Rabais", -1, cad(cents))])
        choices = [off, MANY] + ([st.just(back)] if back else [])
        self.do(
            data, c.AdjustInvoice(invoice.id, lines=data.draw(st.one_of(choices)), reason=data.draw(st.none() | WORDS))
        )

    @needs("invoice", is_issued)
    @rule(data=DATA)
    def void_invoice(self, data: st.DataObject) -> None:
        """37: exactly when nothing was received that was not given back."""
        self.do(data, c.VoidInvoice(self.pick(data, "invoice", lambda each: is_issued(each) and not each.paid).id))

    @needs("invoice", is_own)
    @rule(data=DATA)
    def move_invoice(self, data: st.DataObject) -> None:
        """56: there and, as often as not, back again; then everything is as it was."""
        invoice = self.pick(data, "invoice", is_own)
        job = self.pick(data, "job", lambda each: each.contact_id == invoice.contact_id and each.id != invoice.job_id)
        found = self.do(data, c.MoveInvoice(invoice.id, job_id=job.id))
        if found.error is None and data.draw(st.booleans()):
            back = self.must(data, c.MoveInvoice(invoice.id, job_id=invoice.job_id))
            assert evolve(back, version=invoice.version) == invoice

    @needs("invoice")
    @rule(data=DATA, ahead=st.none() | st.integers(-30, 60))
    def plan_instalment(self, data: st.DataObject, ahead: int | None) -> None:
        day = None if ahead is None else self.office.today + timedelta(days=ahead)
        invoice = self.pick(data, "invoice", is_owing)
        place = data.draw(st.integers(1, len(invoice.instalments) + data.draw(st.sampled_from([0, 0, 0, 1]))))
        self.do(data, c.PlanInstalment(invoice.id, instalment=place, due_on=day))

    # ------------------------------------------------------------------------------------------------------ work orders

    @rule(data=DATA, ahead=st.none() | st.integers(-3, 30))
    def plan_work_order(self, data: st.DataObject, ahead: int | None) -> None:
        day = None if ahead is None else self.office.today + timedelta(days=ahead)
        self.do(data, c.PlanWorkOrder(self.pick(data, "job").id, title=data.draw(WORDS), on=day))

    @rule(data=DATA, end=st.sampled_from([c.CompleteWorkOrder, c.CompleteWorkOrder, c.CancelWorkOrder]))
    def end_work_order(self, data: st.DataObject, end: Any) -> None:
        self.do(data, end(self.pick(data, "work_order", lambda each: each.state == "planned").id))

    @needs("invoice")
    @rule(data=DATA)
    def attach_invoice(self, data: st.DataObject) -> None:
        """59, 60: nothing is made by it, and it only takes what is of its own job."""
        jobs = {each.job_id for each in self.office.of("invoice")}
        order = self.pick(data, "work_order", lambda each: each.job_id in jobs)
        invoice = self.pick(data, "invoice", lambda each: each.job_id == order.job_id)
        self.do(data, c.AttachInvoice(order.id, invoice_id=invoice.id))

    @needs("work_order", lambda each: each.invoice_ids)
    @rule(data=DATA)
    def detach_invoice(self, data: st.DataObject) -> None:
        order = self.pick(data, "work_order", lambda each: each.invoice_ids)
        invoice = self.pick(data, "invoice", lambda each: each.id in order.invoice_ids)
        self.do(data, c.DetachInvoice(order.id, invoice_id=invoice.id))

    @rule(data=DATA, new=st.booleans())
    def add_invoice(self, data: st.DataObject, new: bool) -> None:
        """58: and a second tap finds the one that is attached, unless there are several to choose from."""
        live = {each.job_id for each in self.office.of("invoice") if each.state is not InvoiceState.VOIDED}
        is_wanted = data.draw(st.booleans())
        order = self.pick(
            data, "work_order", lambda each: each.state != "cancelled" and (each.job_id in live) is is_wanted
        )
        lines = data.draw(st.just(()) | contents())
        found = self.do(data, c.AddInvoice(order.id, new=new, lines=lines))
        again = self.do(data, c.AddInvoice(order.id, lines=data.draw(st.sampled_from([(), lines]))))
        if found.error is None and again.error is None:
            assert again.writes == again.removes == again.events == ()
