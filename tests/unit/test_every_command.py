"""Every command once where it succeeds: what it gives, which facts it leaves, that its preview is the act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve, fields

from plannit_core import Actor, FixedClock, Instalment, Line, Plannit, Schedule, TaxGroup, When
from plannit_core import commands as c
from plannit_core.handlers import HANDLERS
from plannit_core.policies import Permission
from plannit_core.testing.clerk import Known
from support import busy, cad, client_and_job, done, everything, foreseen, ids_in, sent_quote

GUTTERS = Line("Gutters", 1, cad(100_00), tax=TaxGroup.EXEMPT)
TODAY = date(2026, 3, 2)
WEEK = TODAY + timedelta(days=7)


class Office:
    """A client, a job, and a record in each state that some command begins with."""

    def __init__(self, app: Plannit) -> None:
        self.app = app
        contact, job = client_and_job(app)
        self.contact, self.job, self.other_job = contact.id, job.id, app.do(c.OpenJob(contact.id)).id
        halves = [Instalment.percent(50, When.ON_APPROVAL), Instalment.rest(When.on(WEEK))]
        schedules = [Schedule.many_invoices(halves)]
        self.quote = app.do(c.DraftQuote(job.id, lines=[GUTTERS], schedules=schedules)).id
        self.sent = sent_quote(app, job, [GUTTERS], schedules).id
        approval = app.do(c.ApproveQuote(sent_quote(app, job, [GUTTERS], schedules).id))
        self.approved = approval.quote.id
        app.do(c.VoidInvoice(approval.invoices[0].id))
        self.draft = app.do(c.DraftInvoice(job.id, lines=[GUTTERS])).id
        self.due = app.do(c.PlanInvoice(app.do(c.DraftInvoice(job.id, lines=[GUTTERS])).id, send_on=TODAY)).id
        self.issued = app.do(c.IssueInvoice(app.do(c.DraftInvoice(job.id, lines=[GUTTERS])).id)).id
        paid = app.do(c.DraftInvoice(job.id, lines=[GUTTERS])).id
        self.payment = app.do(c.RecordPayment(paid, cad(60_00), method="card")).payments[0].id
        self.paid = paid
        self.visit = app.do(c.PlanWorkOrder(job.id, title="Visite")).id
        self.equipped = app.do(c.PlanWorkOrder(job.id, title="Visite")).id
        app.do(c.AttachInvoice(self.equipped, invoice_id=self.issued))


def resumed(office: Office, *last: str) -> c.ResumeNumbers:
    office.app.do(c.HoldNumbers())
    return c.ResumeNumbers(last=last)


Case = tuple[Callable[[Office], c.Command[Any]], str, tuple[str, ...]]

CASES: tuple[Case, ...] = (
    (lambda o: c.ConfigureCompany(evolve(o.app.settings, terms_days=30)), "Company", ("company.configured",)),
    (lambda o: c.HoldNumbers(), "Company", ("numbers.held",)),
    (
        lambda o: resumed(o, "F2026-00042", "J-00007", "F2026-00041"),
        "Company",
        ("numbers.resumed", "series.moved-on", "series.moved-on"),
    ),
    (
        lambda o: c.AddContact("Zoé", emails=["z@example.com"], phones=["1"], language="fr"),
        "Contact",
        ("contact.added",),
    ),
    (
        lambda o: c.EditContact(o.contact, name="Ada", emails=[], phones=[], language="en"),
        "Contact",
        ("contact.edited",),
    ),
    (lambda o: c.OpenJob(o.contact, title="Toit", source="Web"), "Job", ("job.opened",)),
    (lambda o: c.EditJob(o.job, title="Toit", source="Web", status="Scheduled"), "Job", ("job.edited",)),
    (lambda o: c.DraftQuote(o.job, lines=[GUTTERS]), "Quote", ("quote.drafted",)),
    (lambda o: c.EditQuote(o.quote, lines=[GUTTERS, GUTTERS]), "Quote", ("quote.edited",)),
    (lambda o: c.SendQuote(o.quote), "Quote", ("quote.sent",)),
    (
        lambda o: c.ApproveQuote(o.sent),
        "QuoteApproval",
        ("quote.approved", "invoice.drafted", "invoice.issued", "invoice.sent", "invoice.drafted"),
    ),
    (lambda o: c.DeclineQuote(o.sent, reason="Trop cher"), "Quote", ("quote.declined",)),
    (lambda o: c.ExtendQuote(o.sent, valid_until=WEEK), "Quote", ("quote.extended",)),
    (lambda o: c.GenerateInvoices(o.approved), "tuple", ("invoice.drafted",)),
    (lambda o: c.DraftInvoice(o.job, lines=[GUTTERS]), "Invoice", ("invoice.drafted",)),
    (lambda o: c.InvoiceContact(o.contact, lines=[GUTTERS]), "Intake", ("job.opened", "invoice.drafted")),
    (lambda o: c.EditInvoice(o.draft, lines=[GUTTERS] * 2, note="Merci"), "Invoice", ("invoice.edited",)),
    (lambda o: c.PlanInvoice(o.draft, send_on=WEEK), "Invoice", ("invoice.planned",)),
    (lambda o: c.HoldInvoice(o.due), "Invoice", ("invoice.held",)),
    (lambda o: c.IssueInvoice(o.draft), "Invoice", ("invoice.issued",)),
    (lambda o: c.SendInvoice(o.draft), "Invoice", ("invoice.issued", "invoice.sent")),
    (lambda o: c.SendInvoice(o.issued), "Invoice", ("invoice.sent",)),
    (lambda o: c.SendPlannedInvoice(o.due), "Invoice", ("invoice.issued", "invoice.sent")),
    (lambda o: c.DiscardDraft(o.draft), "NoneType", ("invoice.discarded",)),
    (lambda o: c.AdjustInvoice(o.issued, lines=[GUTTERS], reason="Oubli"), "Invoice", ("invoice.adjusted",)),
    (lambda o: c.VoidInvoice(o.issued), "Invoice", ("invoice.voided",)),
    (lambda o: c.MoveInvoice(o.issued, job_id=o.other_job), "Invoice", ("invoice.moved-out", "invoice.moved-in")),
    (lambda o: c.PlanInstalment(o.issued, instalment=1, due_on=WEEK), "Invoice", ("invoice.instalment-planned",)),
    (lambda o: c.RecordPayment(o.issued, cad(10_00), method="card"), "Invoice", ("payment.recorded",)),
    (lambda o: c.RecordPayment(o.paid, cad(40_00), method="cash"), "Invoice", ("payment.recorded", "invoice.paid")),
    (lambda o: c.RecordPayment(o.due, cad(1), method="card"), "Invoice", ("invoice.issued", "payment.recorded")),
    (lambda o: c.VoidPayment(o.paid, payment_id=o.payment), "Invoice", ("payment.voided",)),
    (lambda o: c.RefundPayment(o.paid, cad(10_00), method="card"), "Invoice", ("payment.refunded",)),
    (lambda o: c.PlanWorkOrder(o.job, title="Visite", on=WEEK), "WorkOrder", ("work_order.planned",)),
    (lambda o: c.CompleteWorkOrder(o.visit), "WorkOrder", ("work_order.completed",)),
    (lambda o: c.CancelWorkOrder(o.visit), "WorkOrder", ("work_order.cancelled",)),
    (lambda o: c.AttachInvoice(o.visit, invoice_id=o.issued), "WorkOrder", ("invoice.attached",)),
    (lambda o: c.DetachInvoice(o.equipped, invoice_id=o.issued), "WorkOrder", ("invoice.detached",)),
    (lambda o: c.AddInvoice(o.visit, new=True, lines=[GUTTERS]), "Invoice", ("invoice.drafted", "invoice.attached")),
)


@pytest.mark.parametrize(("make", "gives", "facts"), CASES, ids=[case[2][0] for case in CASES])
def test_a_command_gives_its_result_leaves_its_facts_and_does_what_its_preview_said(
    app: Plannit, make: Callable[[Office], c.Command[Any]], gives: str, facts: tuple[str, ...]
) -> None:
    command = make(Office(app))
    before = everything(app.storage)
    expected = foreseen(app, command, ids_in(before))
    assert everything(app.storage) == before
    found, after = done(app, command, before, key="click")
    assert (found.error, found) == (None, expected)
    fresh = after["events"][len(before["events"]) :]
    assert tuple(each.event.name for each in fresh) == facts
    for each in fresh:
        assert (each.command, each.key, each.actor_id, each.at) == (
            type(command).__name__,
            "click",
            "u17",
            app.clock.now(),
        )
    assert type(app.do(command, key="click")).__name__ == gives
    assert everything(app.storage) == after


def test_every_command_there_is_succeeds_somewhere_above(app: Plannit) -> None:
    office = Office(app)
    assert {type(make(office)) for make, _, _ in CASES} == set(HANDLERS)


@pytest.mark.parametrize("kind", HANDLERS, ids=lambda kind: kind.__name__)
def test_a_command_begins_with_what_changes_and_takes_all_but_an_amount_by_keyword(kind: type[c.Command[Any]]) -> None:
    """Architecture 9 and 10; what changes the company itself names nothing first, for there is one."""
    positional = [each.name for each in fields(kind) if not each.kw_only]
    expected = [] if kind in (c.HoldNumbers, c.ResumeNumbers) else [next(each.name for each in fields(kind))]
    assert [name for name in positional if name != "amount"] == expected
    assert kind.needs
    assert all(isinstance(each, Permission) for each in kind.needs)
    assert set(c.__all__) >= {kind.__name__}


def test_sending_to_nobody_is_a_fact_and_no_refusal_for_quotes_approvals_and_the_run(app: Plannit) -> None:
    """Decision 77."""
    bob = app.do(c.AddContact("Bob"))
    job = app.do(c.OpenJob(bob.id))
    at_once = [Schedule.one_invoice([Instalment.rest(When.ON_APPROVAL)])]
    quote = sent_quote(app, job, [GUTTERS], at_once)
    (invoice,) = app.do(c.ApproveQuote(quote.id)).invoices
    assert (invoice.number, invoice.sent_at, invoice.is_undeliverable) == ("F2026-00001", None, True)
    planned = app.do(c.PlanInvoice(app.do(c.DraftInvoice(job.id, lines=[GUTTERS])).id, send_on=TODAY))
    assert [each.id for each in app.run_day().issued] == [planned.id]
    assert app.run_day().issued == ()
    names = [each.event.name for each in app.folder(job.id).timeline]
    assert [name for name in names if name.endswith("undeliverable")] == [
        "quote.undeliverable",
        "invoice.undeliverable",
        "invoice.undeliverable",
    ]
    app.do(c.EditContact(bob.id, emails=["bob@example.com"]))
    sent = app.do(c.SendInvoice(invoice.id))
    assert (sent.sent_at, sent.is_undeliverable, sent.number) == (app.clock.now(), False, invoice.number)


def test_an_invoice_of_nothing_is_paid_the_moment_it_is_issued(app: Plannit) -> None:
    """Decision 33."""
    _, job = client_and_job(app)
    free = app.do(c.DraftInvoice(job.id, lines=[GUTTERS, Line("Garantie", -1, cad(100_00), tax=TaxGroup.EXEMPT)]))
    decision = app.preview(c.IssueInvoice(free.id))
    assert [each.name for each in decision.events] == ["invoice.issued", "invoice.paid"]
    issued = app.do(c.IssueInvoice(free.id))
    assert (issued.payment_state, issued.payments, issued.is_overdue(date.max)) == ("paid", (), False)
    assert app.do(c.VoidInvoice(free.id)).state == "voided"


def test_a_correction_can_be_what_makes_an_invoice_paid(app: Plannit) -> None:
    _, job = client_and_job(app)
    draft = app.do(c.DraftInvoice(job.id, lines=[GUTTERS]))
    app.do(c.RecordPayment(draft.id, cad(60_00), method="card"))
    rest = [Line("Rabais", -1, cad(40_00), tax=TaxGroup.EXEMPT)]
    decision = app.preview(c.AdjustInvoice(draft.id, lines=rest))
    assert [each.name for each in decision.events] == ["invoice.adjusted", "invoice.paid"]


def test_issuing_by_hand_is_dated_today_whatever_was_planned(app: Plannit) -> None:
    """Decision 23."""
    office = Office(app)
    for command in (c.IssueInvoice, c.SendInvoice):
        draft = app.do(c.DraftInvoice(office.job, lines=[GUTTERS]))
        app.do(c.PlanInvoice(draft.id, send_on=WEEK))
        issued = app.do(command(draft.id))
        assert (issued.issued_on, issued.send_on) == (TODAY, None)


def test_what_is_billed_is_due_by_the_companys_terms(app: Plannit) -> None:
    """Scenario S29."""
    app.do(c.ConfigureCompany(evolve(app.settings, terms_days=15)))
    _, job = client_and_job(app)
    days = [When.AT_BILLING, When.on(WEEK), When.TO_BE_PLANNED]
    schedule = Schedule.one_invoice([Instalment.rest(when) for when in days])
    draft = app.do(c.DraftInvoice(job.id, lines=[GUTTERS], schedule=schedule))
    assert [each.due_on for each in draft.instalments] == [None, WEEK, None]
    issued = app.do(c.IssueInvoice(draft.id))
    assert [each.due_on for each in issued.instalments] == [TODAY + timedelta(days=15), WEEK, None]


def test_a_draft_that_goes_leaves_the_visits_it_was_on(app: Plannit) -> None:
    office = Office(app)
    app.do(c.AttachInvoice(office.visit, invoice_id=office.draft))
    app.do(c.AttachInvoice(office.visit, invoice_id=office.issued))
    app.do(c.DiscardDraft(office.draft))
    assert app.get(office.visit).invoice_ids == (office.issued,)
    app.do(c.MoveInvoice(office.issued, job_id=office.other_job))
    assert (app.get(office.visit).invoice_ids, app.get(office.equipped).invoice_ids) == ((), ())


def test_a_busy_office_has_a_record_in_every_state(app: Plannit, clock: FixedClock) -> None:
    """What the properties begin with: or they would look at half of the world."""
    busy(app, clock)
    known = Known(app)
    assert {each.state for each in known.quotes} == {"draft", "sent", "approved", "declined"}
    assert {each.state for each in known.invoices} == {"draft", "issued", "voided"}
    assert {each.payment_state for each in known.invoices} == {None, "to_pay", "partially_paid", "paid"}
    assert {each.state for each in known.orders} == {"planned", "completed", "cancelled"}
    assert any(each.is_expired(app.today) for each in known.quotes)
    assert any(each.is_overdue(app.today) for each in known.invoices)
    for has in ("to_refund", "adjustments", "leaves_on", "rounding", "is_generated"):
        assert any(getattr(each, has) for each in known.invoices), has
    assert app.acting_as(Actor.system("check")).run_day().stopped is None
