"""What the business refuses: the code, its params, every reason at once, and the books as they were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve

from plannit_core import (
    Actor,
    ContactId,
    Discount,
    FixedClock,
    Instalment,
    InvalidInput,
    InvoiceId,
    JobId,
    Line,
    Money,
    NotFound,
    Plannit,
    Policies,
    Price,
    QuoteId,
    Refused,
    Schedule,
    TaxGroup,
    When,
    WorkOrderId,
    labels,
    presets,
)
from plannit_core import commands as c
from plannit_core.commands import UNSET
from plannit_core.model.contact import Contact
from plannit_core.model.invoice import Invoice
from plannit_core.model.job import Job
from plannit_core.model.quote import Quote
from plannit_core.policies import guards
from plannit_core.values.ids import PaymentId
from support import cad, everything, noon, sent_quote

GUTTERS = Line("Gutters", 1, cad(100_00), tax=TaxGroup.EXEMPT)
CREDIT = Line("Rabais", -2, cad(100_00), tax=TaxGroup.EXEMPT)
AT_ONCE = Schedule.one_invoice([Instalment.rest(When.ON_APPROVAL)])
TODAY = date(2026, 3, 2)


@pytest.fixture
def ada(app: Plannit) -> Contact:
    return app.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))


@pytest.fixture
def job(app: Plannit, ada: Contact) -> Job:
    return app.do(c.OpenJob(ada.id))


@pytest.fixture
def bob(app: Plannit) -> Contact:
    """Somebody nothing can be sent to."""
    return app.do(c.AddContact("Bob Tremblay"))


@pytest.fixture
def no(app: Plannit) -> Callable[..., list[tuple[str, dict[str, Any]]]]:
    """The reasons for which a command is refused; nothing is different afterwards, and the preview says the same."""

    def reasons(command: c.Command[Any], door: Plannit = app) -> list[tuple[str, dict[str, Any]]]:
        before = everything(app.storage)
        with pytest.raises(Refused) as caught:
            door.do(command)
        with pytest.raises(Refused) as foreseen:
            door.preview(command)
        assert foreseen.value.reasons == caught.value.reasons
        assert everything(app.storage) == before
        assert (caught.value.code, caught.value.params) == (
            caught.value.reasons[0].code,
            caught.value.reasons[0].params,
        )
        return [(each.code, dict(each.params)) for each in caught.value.reasons]

    return reasons


No = Callable[..., list[tuple[str, dict[str, Any]]]]


def draft(app: Plannit, job: Job, *lines: Line, schedule: Schedule | None = None) -> Invoice:
    return app.do(c.DraftInvoice(job.id, lines=lines or [GUTTERS], schedule=schedule))


def issued(app: Plannit, job: Job, *lines: Line) -> Invoice:
    return app.do(c.IssueInvoice(draft(app, job, *lines).id))


def offered(app: Plannit, job: Job, *schedules: Schedule) -> Quote:
    return sent_quote(app, job, [GUTTERS], schedules or [AT_ONCE])


# --------------------------------------------------------------------------------------------------------------- company


def test_before_a_company_is_configured_everything_else_is_refused(storage: Any, clock: FixedClock) -> None:
    app = Plannit(storage, company="new", clock=clock)
    for ask in (
        lambda: app.do(c.AddContact("Ada")),
        lambda: app.preview(c.AddContact("Ada")),
        lambda: app.settings,
        lambda: app.today,
        app.run_day,
        app.receivables,
        app.departures,
        lambda: app.folder(JobId("job_1")),
    ):
        with pytest.raises(Refused) as caught:
            ask()
        assert caught.value.code == "company.not-configured"
    assert app.do(c.ConfigureCompany(presets.quebec(name="Neuve"))).version == 1


def test_the_currency_stays_once_there_are_documents_in_it(app: Plannit, job: Job, no: No) -> None:
    dollars = evolve(app.settings, currency="USD")
    assert app.do(c.ConfigureCompany(dollars)).settings.currency == "USD"
    app.do(c.ConfigureCompany(evolve(dollars, currency="CAD")))
    app.do(c.DraftQuote(job.id))
    assert no(c.ConfigureCompany(dollars)) == [("company.currency", {"currency": "CAD"})]


def test_the_currency_stays_once_there_is_an_invoice_too(app: Plannit, job: Job, no: No) -> None:
    app.do(c.DraftInvoice(job.id))
    assert no(c.ConfigureCompany(evolve(app.settings, currency="USD")))[0][0] == "company.currency"


@pytest.mark.parametrize(
    "again",
    [
        lambda app, ids: c.ConfigureCompany(app.settings),
        lambda app, ids: c.EditContact(ids["contact"], name="Ada Byron", emails=["ada@example.com"]),
        lambda app, ids: c.EditContact(ids["contact"]),
        lambda app, ids: c.EditJob(ids["job"], title="Ada Byron", status="New"),
        lambda app, ids: c.EditJob(ids["job"]),
        lambda app, ids: c.EditQuote(ids["quote"], lines=[GUTTERS]),
        lambda app, ids: c.EditInvoice(ids["invoice"], lines=[GUTTERS], schedule=None, note=None),
        lambda app, ids: c.HoldInvoice(ids["invoice"]),
        lambda app, ids: c.PlanInvoice(ids["planned"], send_on=TODAY),
        lambda app, ids: c.PlanInstalment(ids["dated"], instalment=1, due_on=TODAY),
        lambda app, ids: c.MoveInvoice(ids["invoice"], job_id=ids["job"]),
        lambda app, ids: c.ExtendQuote(ids["sent"], valid_until=TODAY + timedelta(days=30)),
        lambda app, ids: c.DetachInvoice(ids["visit"], invoice_id=ids["invoice"]),
        lambda app, ids: c.AttachInvoice(ids["visit"], invoice_id=ids["planned"]),
    ],
)
def test_asking_for_what_is_already_so_changes_nothing(app: Plannit, ada: Contact, job: Job, again: Any) -> None:
    ids: dict[str, Any] = {"contact": ada.id, "job": job.id, "sent": offered(app, job).id}
    ids["quote"] = app.do(c.DraftQuote(job.id, lines=[GUTTERS])).id
    ids["invoice"] = draft(app, job).id
    ids["planned"] = app.do(c.PlanInvoice(draft(app, job).id, send_on=TODAY)).id
    ids["dated"] = draft(app, job, schedule=Schedule.one_invoice([Instalment.rest(When.on(TODAY))])).id
    ids["visit"] = app.do(c.PlanWorkOrder(job.id, title="Visite")).id
    app.do(c.AttachInvoice(ids["visit"], invoice_id=ids["planned"]))
    before = everything(app.storage)
    command = again(app, ids)
    assert app.preview(command).writes == ()
    app.do(command)
    assert everything(app.storage) == before


@pytest.mark.parametrize("again", ["contact", "job", "quote", "invoice", "intake"])
def test_a_key_of_another_system_belongs_to_one_record_of_a_kind(
    app: Plannit, ada: Contact, job: Job, no: No, again: str
) -> None:
    keys = {"erp": "A-1"}
    add: dict[str, c.Command[Any]] = {
        "contact": c.AddContact("Bob", external=keys),
        "job": c.OpenJob(ada.id, external=keys),
        "quote": c.DraftQuote(job.id, external=keys),
        "invoice": c.DraftInvoice(job.id, external=keys),
        "intake": c.InvoiceContact(ada.id, external=keys),
    }
    first = app.do(add[again])
    owner = first.invoice if again == "intake" else first
    told = [("external.taken", {"source": "erp", "id": owner.id})]
    assert no(add[again]) == told
    other = app.do(evolve(add[again], external={"erp": "B-2", "books": "A-1"}))
    second = other.invoice if again == "intake" else other
    edits: dict[str, Callable[[Any], c.Command[Any]]] = {
        "contact": lambda id: c.EditContact(id, external=keys),
        "job": lambda id: c.EditJob(id, external=keys),
        "quote": lambda id: c.EditQuote(id, external=keys),
        "invoice": lambda id: c.EditInvoice(id, external=keys),
        "intake": lambda id: c.EditInvoice(id, external=keys),
    }
    assert no(edits[again](second.id)) == told
    assert app.do(edits[again](owner.id)) == owner
    app.do(evolve(edits[again](owner.id), external={}))
    assert app.do(edits[again](second.id)).external == keys


# ---------------------------------------------------------------------------------------------------------------- quotes


def test_a_quote_leaves_only_with_lines_a_total_and_schedules_that_add_up(app: Plannit, job: Job, no: No) -> None:
    empty = app.do(c.DraftQuote(job.id))
    assert no(c.SendQuote(empty.id)) == [("document.no-lines", {})]
    owed = app.do(c.DraftQuote(job.id, lines=[CREDIT]))
    assert no(c.SendQuote(owed.id)) == [("quote.negative", {"total": cad(-200_00)})]
    fixed = Schedule.one_invoice([Instalment.fixed(cad(100_01), When.ON_APPROVAL), Instalment.rest(When.ON_APPROVAL)])
    short = Schedule.one_invoice([Instalment.fixed(cad(99_99), When.ON_APPROVAL)], name="b")
    both = [evolve(fixed, name="a"), evolve(AT_ONCE, name="c", discount=Discount.amount(cad(100_01))), short]
    wrong = app.do(c.DraftQuote(job.id, lines=[GUTTERS], schedules=both))
    total = cad(100_00)
    assert no(c.SendQuote(wrong.id)) == [
        ("schedule.not-balanced", {"schedule": "a", "total": total}),
        ("quote.negative", {"total": cad(-1)}),
        ("schedule.not-balanced", {"schedule": "b", "total": total}),
    ]


@pytest.mark.parametrize("state", ["approved", "declined"])
def test_a_quote_that_was_answered_is_frozen(app: Plannit, job: Job, no: No, state: str) -> None:
    """User promise 13."""
    quote = offered(app, job)
    app.do(c.ApproveQuote(quote.id) if state == "approved" else c.DeclineQuote(quote.id, reason="Trop cher"))
    commands: dict[str, c.Command[Any]] = {
        "edit": c.EditQuote(quote.id, lines=[]),
        "send": c.SendQuote(quote.id),
        "approve": c.ApproveQuote(quote.id),
        "decline": c.DeclineQuote(quote.id),
        "extend": c.ExtendQuote(quote.id, valid_until=TODAY),
    }
    for action, command in commands.items():
        assert (f"quote.{state}", {"action": action}) in no(command)
    if state == "declined":
        assert no(c.GenerateInvoices(quote.id)) == [("quote.not-approved", {"state": "declined"})]
        assert app.get(quote.id).decline_reason == "Trop cher"


def test_a_sent_quote_is_not_edited_and_a_draft_is_neither_declined_nor_extended(
    app: Plannit, job: Job, no: No
) -> None:
    assert no(c.EditQuote(offered(app, job).id, lines=[])) == [("quote.sent", {"action": "edit"})]
    quote = app.do(c.DraftQuote(job.id, lines=[GUTTERS]))
    assert no(c.DeclineQuote(quote.id)) == [("quote.draft", {"action": "decline"})]
    assert no(c.ExtendQuote(quote.id, valid_until=TODAY)) == [("quote.draft", {"action": "extend"})]
    assert no(c.GenerateInvoices(quote.id)) == [("quote.not-approved", {"state": "draft"})]


def test_a_client_answers_only_for_himself_and_all_reasons_are_told_at_once(
    app: Plannit, bob: Contact, job: Job, clock: FixedClock, no: No
) -> None:
    quote = offered(app, job, evolve(AT_ONCE, name="a"), evolve(AT_ONCE, name="b"))
    clock.advance(days=31)
    other = app.acting_as(Actor.client(bob.id))
    assert no(c.ApproveQuote(quote.id), other) == [
        ("quote.other-contact", {"quote": quote.id}),
        ("quote.expired", {"valid_until": TODAY + timedelta(days=30)}),
        ("schedule.choice-required", {"schedules": ("a", "b")}),
    ]
    assert no(c.DeclineQuote(quote.id), other) == [("quote.other-contact", {"quote": quote.id})]
    assert no(c.ApproveQuote(quote.id, schedule="a", on_behalf_of=bob.id, despite_expiry=True)) == [
        ("quote.other-contact", {"quote": quote.id})
    ]


def test_a_quote_is_extended_from_today_on_only(app: Plannit, job: Job, clock: FixedClock) -> None:
    quote = offered(app, job)
    clock.advance(days=40)
    with pytest.raises(InvalidInput) as caught:
        app.do(c.ExtendQuote(quote.id, valid_until=app.today - timedelta(days=1)))
    assert (caught.value.code, caught.value.path) == ("day.in-the-past", "valid_until")
    assert not app.do(c.ExtendQuote(quote.id, valid_until=app.today)).is_expired(app.today)


# -------------------------------------------------------------------------------------------------------------- invoices


def test_a_draft_that_nothing_is_due_on_is_refused_whatever_made_it(app: Plannit, job: Job) -> None:
    """A policy of the host's, or a backup written by hand."""
    draft = app.do(c.DraftInvoice(job.id, lines=[evolve(GUTTERS, quantity=0)]))
    assert guards.objections_to_issuing(draft) == ()
    [objection] = guards.objections_to_issuing(evolve(draft, instalments=()))
    assert (objection.code, objection.params["total"]) == ("schedule.not-balanced", cad(0))


def test_what_keeps_a_draft_from_leaving_is_told_for_every_way_of_leaving(
    app: Plannit, bob: Contact, clock: FixedClock, no: No
) -> None:
    job = app.do(c.OpenJob(bob.id))
    fixed = Schedule.one_invoice([Instalment.fixed(cad(5), When.TO_BE_PLANNED)])
    empty = app.do(c.DraftInvoice(job.id, schedule=fixed))
    reasons = [("document.no-lines", {}), ("schedule.not-balanced", {"schedule": None, "total": cad(0)})]
    assert no(c.IssueInvoice(empty.id)) == reasons
    assert no(c.SendInvoice(empty.id)) == [*reasons, ("invoice.no-recipient", {"contact": bob.id})]
    above = ("payment.above-balance", {"balance": cad(0), "ask": cad(0)})
    assert no(c.RecordPayment(empty.id, cad(1), method="card")) == [*reasons, above]
    app.do(c.PlanInvoice(empty.id, send_on=TODAY))
    assert no(c.SendPlannedInvoice(empty.id)) == reasons
    owed = draft(app, job, CREDIT)
    assert no(c.IssueInvoice(owed.id)) == [("invoice.negative", {"total": cad(-200_00)})]


def test_what_is_wrong_with_a_planned_invoice_is_reported_and_the_others_leave(
    app: Plannit, job: Job, clock: FixedClock
) -> None:
    empty = app.do(c.PlanInvoice(app.do(c.DraftInvoice(job.id)).id, send_on=TODAY))
    good = app.do(c.PlanInvoice(draft(app, job).id, send_on=TODAY))
    report = app.run_day()
    assert [each.id for each in report.issued] == [good.id]
    assert [(each.invoice_id, [why.code for why in each.reasons]) for each in report.refused] == [
        (empty.id, ["document.no-lines"])
    ]
    assert (report.day, report.stopped) == (TODAY, None)


@pytest.mark.parametrize("state", ["issued", "voided"])
def test_an_invoice_that_was_issued_is_no_draft_any_more(app: Plannit, job: Job, no: No, state: str) -> None:
    invoice = issued(app, job)
    if state == "voided":
        app.do(c.VoidInvoice(invoice.id))
    commands: dict[str, c.Command[Any]] = {
        "edit": c.EditInvoice(invoice.id, note="x"),
        "plan": c.PlanInvoice(invoice.id, send_on=TODAY),
        "hold": c.HoldInvoice(invoice.id),
        "issue": c.IssueInvoice(invoice.id),
        "discard": c.DiscardDraft(invoice.id),
    }
    for action, command in commands.items():
        assert no(command) == [(f"invoice.{state}", {"action": action})]
    assert no(c.SendPlannedInvoice(invoice.id)) == [("invoice.not-due", {"send_on": None})]


def test_a_draft_is_neither_voided_nor_adjusted_nor_refunded(app: Plannit, job: Job, no: No) -> None:
    invoice = draft(app, job)
    assert no(c.VoidInvoice(invoice.id)) == [("invoice.draft", {"action": "void"})]
    assert no(c.AdjustInvoice(invoice.id, lines=[GUTTERS])) == [("invoice.draft", {"action": "adjust"})]
    assert no(c.RefundPayment(invoice.id, cad(1), method="card")) == [
        ("invoice.draft", {"action": "refund"}),
        ("refund.above-paid", {"paid": cad(0)}),
    ]


def test_a_generated_draft_keeps_its_lines_its_schedule_and_its_job(
    app: Plannit, ada: Contact, job: Job, no: No
) -> None:
    quote = offered(app, job)
    (invoice,) = app.do(c.ApproveQuote(quote.id, send=False)).invoices
    generated = [("invoice.generated", {"quote": quote.id})]
    assert no(c.EditInvoice(invoice.id, lines=[GUTTERS])) == generated
    assert no(c.EditInvoice(invoice.id, schedule=None)) == generated
    assert no(c.MoveInvoice(invoice.id, job_id=app.do(c.OpenJob(ada.id)).id)) == generated
    assert app.do(c.EditInvoice(invoice.id, note="Merci")).note == "Merci"
    app.do(c.IssueInvoice(invoice.id))
    assert no(c.EditInvoice(invoice.id, lines=[])) == [("invoice.issued", {"action": "edit"}), *generated]


def test_an_invoice_moves_only_between_jobs_of_its_payer(app: Plannit, bob: Contact, job: Job, no: No) -> None:
    other = app.do(c.OpenJob(bob.id))
    invoice = draft(app, job)
    told = ("job.other-contact", {"job": other.id, "contact": job.contact_id})
    assert no(c.MoveInvoice(invoice.id, job_id=other.id)) == [told]
    assert no(c.InvoiceContact(job.contact_id, job_id=other.id)) == [told]
    quote = offered(app, job)
    (generated,) = app.do(c.ApproveQuote(quote.id)).invoices
    app.do(c.VoidInvoice(generated.id))
    assert no(c.MoveInvoice(generated.id, job_id=other.id)) == [
        ("invoice.voided", {"action": "move"}),
        ("invoice.generated", {"quote": quote.id}),
        told,
    ]


def test_an_invoice_with_money_on_it_is_not_voided(app: Plannit, job: Job, no: No) -> None:
    invoice = app.do(c.RecordPayment(issued(app, job).id, cad(40_00), method="card"))
    assert no(c.VoidInvoice(invoice.id)) == [("invoice.has-payments", {"paid": cad(40_00)})]
    app.do(c.VoidPayment(invoice.id, payment_id=invoice.payments[0].id))
    assert app.do(c.VoidInvoice(invoice.id)).state == "voided"


def test_an_adjustment_never_goes_below_zero_nor_beyond_the_lines_a_document_may_have(
    app: Plannit, job: Job, no: No, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = issued(app, job)
    assert no(c.AdjustInvoice(invoice.id, lines=[CREDIT])) == [("invoice.negative", {"total": cad(-100_00)})]
    monkeypatch.setattr("plannit_core.policies.guards.MAX_LINES", 2)
    assert no(c.AdjustInvoice(invoice.id, lines=[CREDIT, GUTTERS])) == [("lines.too-many", {"limit": 2})]
    assert app.do(c.AdjustInvoice(invoice.id, lines=[GUTTERS], reason="Oubli")).total == cad(200_00)


def test_only_an_instalment_the_schedule_has_is_planned_or_paid(app: Plannit, job: Job, no: No) -> None:
    invoice = issued(app, job)
    told = ("instalment.unknown", {"instalment": 2, "count": 1})
    assert no(c.PlanInstalment(invoice.id, instalment=2, due_on=None)) == [told]
    assert no(c.RecordPayment(invoice.id, cad(1), method="card", instalment=2)) == [told]


def test_days_that_are_past_are_not_planned(app: Plannit, job: Job) -> None:
    with pytest.raises(InvalidInput) as caught:
        app.do(c.PlanInvoice(draft(app, job).id, send_on=TODAY - timedelta(days=1)))
    assert (caught.value.code, caught.value.path, caught.value.params) == (
        "day.in-the-past",
        "send_on",
        {"day": TODAY - timedelta(days=1), "today": TODAY},
    )


@pytest.mark.parametrize("series", ["job", "quote", "invoice"])
def test_a_strict_series_that_is_full_gives_no_more_numbers(
    app: Plannit, ada: Contact, job: Job, no: No, series: str
) -> None:
    quote, invoice = app.do(c.DraftQuote(job.id, lines=[GUTTERS])), draft(app, job)
    name = f"{series}_numbers"
    strict = evolve(getattr(app.settings, name), strict=True, length=1, start=10)
    app.do(c.ConfigureCompany(evolve(app.settings, **{name: strict})))
    commands: dict[str, tuple[c.Command[Any], ...]] = {
        "job": (c.OpenJob(ada.id), c.InvoiceContact(ada.id)),
        "quote": (c.SendQuote(quote.id),),
        "invoice": (
            c.IssueInvoice(invoice.id),
            c.SendInvoice(invoice.id),
            c.RecordPayment(invoice.id, cad(1), method="card"),
        ),
    }
    for command in commands[series]:
        assert no(command) == [("numbering.exhausted", {"series": series, "length": 1})]


# -------------------------------------------------------------------------------------------------------------- payments


def test_all_that_speaks_against_a_payment_is_told_at_once(app: Plannit, job: Job, no: No) -> None:
    invoice = app.do(c.VoidInvoice(issued(app, job).id))
    assert no(c.RecordPayment(invoice.id, cad(103), method="cash", instalment=9)) == [
        ("invoice.voided", {"action": "record_payment"}),
        ("instalment.unknown", {"instalment": 9, "count": 1}),
        ("payment.above-balance", {"balance": cad(0), "ask": cad(0)}),
        ("payment.cash-not-rounded", {"amount": cad(103), "ask": cad(105)}),
    ]


def test_a_payment_is_above_zero_and_not_above_the_balance(app: Plannit, job: Job, no: No) -> None:
    invoice = issued(app, job)
    assert no(c.RecordPayment(invoice.id, cad(0), method="card")) == [("payment.not-positive", {})]
    assert no(c.RecordPayment(invoice.id, cad(0), method="cash")) == [("payment.not-positive", {})]
    assert no(c.RecordPayment(invoice.id, cad(100_01), method="card")) == [
        ("payment.above-balance", {"balance": cad(100_00), "ask": cad(100_00)})
    ]


@pytest.mark.parametrize(("balance", "settles"), [(1, True), (2, True), (3, False)])
def test_no_money_at_all_settles_a_cent_or_two_in_cash(app: Plannit, job: Job, balance: int, settles: bool) -> None:
    """Decision 56."""
    invoice = issued(app, job, Line("Screw", 1, cad(balance), tax=TaxGroup.EXEMPT))
    nothing = c.RecordPayment(invoice.id, cad(0), method="cash")
    if settles:
        paid = app.do(nothing)
        assert (paid.balance, paid.payment_state, paid.payments[0].rounding) == (cad(0), "paid", cad(balance))
    else:
        with pytest.raises(Refused):
            app.do(nothing)
        assert app.do(c.RecordPayment(invoice.id, cad(5), method="cash")).balance == cad(0)


def test_cash_is_to_the_cent_where_the_company_does_not_round(app: Plannit, job: Job) -> None:
    app.do(c.ConfigureCompany(evolve(app.settings, rounds_cash=False)))
    invoice = issued(app, job, Line("Screw", 1, cad(103), tax=TaxGroup.EXEMPT))
    assert app.do(c.RecordPayment(invoice.id, cad(103), method="cash")).rounding == cad(0)


def test_a_refund_is_above_zero_and_not_above_what_was_received(app: Plannit, job: Job, no: No) -> None:
    invoice = app.do(c.RecordPayment(issued(app, job).id, cad(40_00), method="card"))
    assert no(c.RefundPayment(invoice.id, cad(0), method="card")) == [("payment.not-positive", {})]
    assert no(c.RefundPayment(invoice.id, cad(40_03), method="cash")) == [
        ("refund.above-paid", {"paid": cad(40_00)}),
        ("payment.cash-not-rounded", {"amount": cad(40_03), "ask": cad(40_05)}),
    ]


def test_a_payment_is_voided_once_and_not_while_it_was_given_back(app: Plannit, job: Job, no: No) -> None:
    invoice = app.do(c.RecordPayment(issued(app, job).id, cad(40_00), method="card"))
    payment = invoice.payments[0].id
    invoice = app.do(c.RefundPayment(invoice.id, cad(10_00), method="card"))
    assert no(c.VoidPayment(invoice.id, payment_id=payment)) == [("payment.refunded", {"payment": payment})]
    refund = invoice.payments[1].id
    assert app.do(c.VoidPayment(invoice.id, payment_id=refund)).paid == cad(40_00)
    assert no(c.VoidPayment(invoice.id, payment_id=refund)) == [("payment.voided", {"payment": refund})]
    app.do(c.VoidPayment(invoice.id, payment_id=payment))
    app.do(c.VoidInvoice(invoice.id))
    assert no(c.VoidPayment(invoice.id, payment_id=payment)) == [
        ("invoice.voided", {"action": "void_payment"}),
        ("payment.voided", {"payment": payment}),
    ]


def test_voiding_a_refund_can_be_what_makes_an_invoice_paid(app: Plannit, job: Job) -> None:
    invoice = app.do(c.RecordPayment(issued(app, job).id, cad(100_00), method="card"))
    invoice = app.do(c.RefundPayment(invoice.id, cad(10_00), method="card"))
    assert invoice.payment_state == "partially_paid"
    decision = app.preview(c.VoidPayment(invoice.id, payment_id=invoice.payments[1].id))
    assert [each.name for each in decision.events] == ["payment.voided", "invoice.paid"]


def test_all_given_back_in_cash_takes_the_roundings_back_too(app: Plannit, job: Job) -> None:
    invoice = issued(app, job, Line("Screw", 1, cad(1_03), tax=TaxGroup.EXEMPT))
    assert app.do(c.RecordPayment(invoice.id, cad(1_05), method="cash")).rounding == cad(-2)
    back = app.do(c.RefundPayment(invoice.id, cad(1_05), method="cash"))
    assert (back.paid, back.rounding, back.balance) == (cad(0), cad(0), cad(1_03))


# ----------------------------------------------------------------------------------------------------------- work orders


@pytest.mark.parametrize("state", ["completed", "cancelled"])
def test_a_visit_is_completed_or_cancelled_once(app: Plannit, job: Job, no: No, state: str) -> None:
    visit = app.do(c.PlanWorkOrder(job.id, title="Visite"))
    app.do(c.CompleteWorkOrder(visit.id) if state == "completed" else c.CancelWorkOrder(visit.id))
    assert no(c.CompleteWorkOrder(visit.id)) == [(f"work_order.{state}", {"action": "complete"})]
    assert no(c.CancelWorkOrder(visit.id)) == [(f"work_order.{state}", {"action": "cancel"})]
    if state == "cancelled":
        assert no(c.AddInvoice(visit.id)) == [("work_order.cancelled", {"action": "add_invoice"})]


def test_all_that_speaks_against_attaching_an_invoice_is_told_at_once(
    app: Plannit, bob: Contact, job: Job, no: No
) -> None:
    other = app.do(c.OpenJob(bob.id))
    visit = app.do(c.CancelWorkOrder(app.do(c.PlanWorkOrder(other.id, title="Visite")).id))
    invoice = app.do(c.VoidInvoice(issued(app, job).id))
    assert no(c.AttachInvoice(visit.id, invoice_id=invoice.id)) == [
        ("work_order.cancelled", {"action": "attach_invoice"}),
        ("invoice.other-job", {"invoice": invoice.id, "job": other.id}),
        ("invoice.voided", {"action": "attach_invoice"}),
    ]


def test_where_a_job_holds_invoices_the_technician_chooses(app: Plannit, job: Job, no: No) -> None:
    visit = app.do(c.PlanWorkOrder(job.id, title="Visite"))
    one, other = issued(app, job), draft(app, job)
    invoices = ((one.number, cad(100_00)), (None, cad(100_00)))
    asked = (
        "invoice.choice-required",
        {"work_order": visit.id, "candidates": (one.id, other.id), "invoices": invoices},
    )
    assert no(c.AddInvoice(visit.id)) == [asked]
    app.do(c.AttachInvoice(visit.id, invoice_id=one.id))
    assert app.do(c.AddInvoice(visit.id)) == one
    assert app.do(c.AddInvoice(visit.id, lines=[GUTTERS])) == one
    assert no(c.AddInvoice(visit.id, lines=[CREDIT])) == [asked]
    app.do(c.AttachInvoice(visit.id, invoice_id=other.id))
    assert no(c.AddInvoice(visit.id)) == [asked]


# ------------------------------------------------------------------------------------------ somebody else's, and nobody's

UNKNOWN: tuple[c.Command[Any], ...] = (
    c.EditContact(ContactId("con_x"), name="x"),
    c.OpenJob(ContactId("con_x")),
    c.InvoiceContact(ContactId("con_x")),
    c.EditJob(JobId("job_x"), title="x"),
    c.DraftQuote(JobId("job_x")),
    c.DraftInvoice(JobId("job_x")),
    c.PlanWorkOrder(JobId("job_x"), title="x"),
    c.EditQuote(QuoteId("quo_x"), lines=[]),
    c.SendQuote(QuoteId("quo_x")),
    c.ApproveQuote(QuoteId("quo_x")),
    c.DeclineQuote(QuoteId("quo_x")),
    c.ExtendQuote(QuoteId("quo_x"), valid_until=TODAY),
    c.GenerateInvoices(QuoteId("quo_x")),
    c.EditInvoice(InvoiceId("inv_x"), note="x"),
    c.PlanInvoice(InvoiceId("inv_x"), send_on=TODAY),
    c.HoldInvoice(InvoiceId("inv_x")),
    c.IssueInvoice(InvoiceId("inv_x")),
    c.SendInvoice(InvoiceId("inv_x")),
    c.SendPlannedInvoice(InvoiceId("inv_x")),
    c.DiscardDraft(InvoiceId("inv_x")),
    c.AdjustInvoice(InvoiceId("inv_x"), lines=[GUTTERS]),
    c.VoidInvoice(InvoiceId("inv_x")),
    c.MoveInvoice(InvoiceId("inv_x"), job_id=JobId("job_x")),
    c.PlanInstalment(InvoiceId("inv_x"), instalment=1, due_on=None),
    c.RecordPayment(InvoiceId("inv_x"), cad(1), method="card"),
    c.VoidPayment(InvoiceId("inv_x"), payment_id=PaymentId("pay_x")),
    c.RefundPayment(InvoiceId("inv_x"), cad(1), method="card"),
    c.CompleteWorkOrder(WorkOrderId("wor_x")),
    c.CancelWorkOrder(WorkOrderId("wor_x")),
    c.AttachInvoice(WorkOrderId("wor_x"), invoice_id=InvoiceId("inv_x")),
    c.DetachInvoice(WorkOrderId("wor_x"), invoice_id=InvoiceId("inv_x")),
    c.AddInvoice(WorkOrderId("wor_x")),
)


@pytest.mark.parametrize("command", UNKNOWN, ids=lambda command: type(command).__name__)
def test_what_is_not_there_is_not_found(app: Plannit, command: c.Command[Any]) -> None:
    before = everything(app.storage)
    with pytest.raises(NotFound) as caught:
        app.do(command)
    assert caught.value.id.endswith("_x")
    with pytest.raises(NotFound):
        app.get(parse(caught.value.id))
    assert everything(app.storage) == before


def parse(id: str) -> Any:
    from plannit_core.values.ids import parse_id

    return parse_id(id)


def test_a_payment_of_another_invoice_is_not_found_on_this_one(app: Plannit, job: Job) -> None:
    one = app.do(c.RecordPayment(issued(app, job).id, cad(1), method="card"))
    other = app.do(c.RecordPayment(issued(app, job).id, cad(1), method="card"))
    with pytest.raises(NotFound) as caught:
        app.do(c.VoidPayment(one.id, payment_id=other.payments[0].id))
    assert (caught.value.kind, caught.value.id) == ("payment", other.payments[0].id)


def test_what_belongs_to_another_company_reads_as_if_it_were_not_there(app: Plannit, job: Job) -> None:
    """Promise 8 of the house: tenants cannot meet."""
    other = app.for_company("voisin")
    other.do(c.ConfigureCompany(presets.quebec(name="Voisin")))
    invoice, quote = draft(app, job), offered(app, job)
    visit = app.do(c.PlanWorkOrder(job.id, title="Visite"))
    before = everything(app.storage), everything(app.storage, "voisin")
    for ask in (
        lambda: other.get(invoice.id),
        lambda: other.get(job.contact_id),
        lambda: other.folder(job.id),
        lambda: other.documents(job.contact_id),
        lambda: other.actions(quote.id),
        lambda: other.do(c.DraftInvoice(job.id)),
        lambda: other.do(c.OpenJob(job.contact_id)),
        lambda: other.do(c.ApproveQuote(quote.id)),
        lambda: other.do(c.RecordPayment(invoice.id, cad(1), method="card")),
        lambda: other.do(c.AttachInvoice(visit.id, invoice_id=invoice.id)),
    ):
        with pytest.raises(NotFound) as caught:
            ask()
        assert str(caught.value) == str(NotFound(caught.value.kind, caught.value.id))
    assert (everything(app.storage), everything(app.storage, "voisin")) == before
    assert (other.receivables().rows, other.departures(), other.run_day().issued) == ((), (), ())


# ------------------------------------------------------------------------------------ what can be seen without the books

JOB, INVOICE, QUOTE, CONTACT = JobId("job_1"), InvoiceId("inv_1"), QuoteId("quo_1"), ContactId("con_1")
DOLLARS = Line("x", 1, Money(1, "USD"))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: c.AddContact(""), "contact.no-name"),
        (lambda: c.AddContact(" \t"), "contact.no-name"),
        (lambda: c.AddContact(None), "field.wrong-type"),
        (lambda: c.AddContact("x" * 201), "text.too-long"),
        (lambda: c.AddContact("a\x00"), "text.characters"),
        (lambda: c.AddContact("\udc00"), "text.characters"),
        (lambda: c.AddContact("x", emails="a@b.ca"), "field.wrong-type"),
        (lambda: c.AddContact("x", emails=["a"]), "contact.email"),
        (lambda: c.AddContact("x", emails=["a@b.ca", "a@b@c"]), "contact.email"),
        (lambda: c.AddContact("x", emails=["a@b.ca\n"]), "contact.email"),
        (lambda: c.AddContact("x", emails=["zoe@exemple"]), "contact.email"),
        (lambda: c.AddContact("x", emails=["zoe@exemple."]), "contact.email"),
        (lambda: c.AddContact("x", emails=["zoe@.ca"]), "contact.email"),
        (lambda: c.AddContact("x", emails=["zoe@exemple..ca"]), "contact.email"),
        (lambda: c.AddContact("x", emails=["a@" + "b" * 255]), "text.too-long"),
        (lambda: c.AddContact("x", emails=[None]), "field.wrong-type"),
        (lambda: c.AddContact("x", emails=["a@b.ca"] * 21), "list.too-long"),
        (lambda: c.AddContact("x", phones="514"), "field.wrong-type"),
        (lambda: c.AddContact("x", phones=["5" * 51]), "text.too-long"),
        (lambda: c.AddContact("x", language="de"), "contact.language"),
        (lambda: c.AddContact("x", language=5), "contact.language"),
        (lambda: c.AddContact("x", external={"erp": ""}), "external.empty"),
        (lambda: c.EditContact(CONTACT, name=""), "contact.no-name"),
        (lambda: c.EditContact(CONTACT, name=None), "field.wrong-type"),
        (lambda: c.EditContact("con_1", name="x"), "field.wrong-type"),
        (lambda: c.EditContact(JOB, name="x"), "field.wrong-type"),
        (lambda: c.OpenJob("con_1"), "field.wrong-type"),
        (lambda: c.OpenJob(JOB), "field.wrong-type"),
        (lambda: c.OpenJob(None), "field.wrong-type"),
        (lambda: c.OpenJob(CONTACT, title=" "), "job.no-title"),
        (lambda: c.OpenJob(CONTACT, source=""), "job.no-source"),
        (lambda: c.EditJob(JOB, status=""), "job.no-status"),
        (lambda: c.EditJob(JOB, title=None), "field.wrong-type"),
        (lambda: c.ConfigureCompany({"name": "x"}), "field.wrong-type"),
        (lambda: c.DraftQuote(CONTACT), "field.wrong-type"),
        (lambda: c.DraftQuote(JOB, lines=GUTTERS), "field.wrong-type"),
        (lambda: c.DraftQuote(JOB, lines="abc"), "field.wrong-type"),
        (lambda: c.DraftQuote(JOB, lines=[("x", 1, 5)]), "field.wrong-type"),
        (lambda: c.DraftQuote(JOB, lines=[GUTTERS, DOLLARS]), "money.currencies"),
        (lambda: c.DraftQuote(JOB, lines=[GUTTERS] * 10_001), "lines.too-many"),
        (lambda: c.DraftQuote(JOB, schedules=AT_ONCE), "field.wrong-type"),
        (lambda: c.DraftQuote(JOB, schedules=[AT_ONCE, AT_ONCE]), "schedule.no-name"),
        (lambda: c.DraftQuote(JOB, schedules=[evolve(AT_ONCE, name="a")] * 2), "schedule.same-name"),
        (lambda: c.DraftQuote(JOB, schedules=[evolve(AT_ONCE, name=f"{n}") for n in range(21)]), "list.too-long"),
        (lambda: c.EditQuote(QUOTE, lines=None), "field.wrong-type"),
        (lambda: c.SendQuote("quo_1"), "field.wrong-type"),
        (lambda: c.ApproveQuote(QUOTE, schedule=5), "field.wrong-type"),
        (lambda: c.ApproveQuote(QUOTE, on_behalf_of="con_1"), "field.wrong-type"),
        (lambda: c.ApproveQuote(QUOTE, on_behalf_of=JOB), "field.wrong-type"),
        (lambda: c.ApproveQuote(QUOTE, despite_expiry=1), "field.wrong-type"),
        (lambda: c.ApproveQuote(QUOTE, send=None), "field.wrong-type"),
        (lambda: c.DeclineQuote(QUOTE, reason="x" * 2001), "text.too-long"),
        (lambda: c.ExtendQuote(QUOTE, valid_until="2026-03-02"), "day.wrong-type"),
        (lambda: c.ExtendQuote(QUOTE, valid_until=noon(TODAY)), "day.wrong-type"),
        (lambda: c.ExtendQuote(QUOTE, valid_until=None), "day.wrong-type"),
        (lambda: c.DraftInvoice(JOB, schedule=[AT_ONCE]), "field.wrong-type"),
        (lambda: c.DraftInvoice(JOB, schedule=AT_ONCE), "schedule.needs-quote"),
        (lambda: c.DraftInvoice(JOB, schedule=many(When.TO_BE_PLANNED)), "schedule.needs-quote"),
        (lambda: c.DraftInvoice(JOB, schedule=one(When.after(days=1))), "schedule.needs-quote"),
        (lambda: c.DraftInvoice(JOB, schedule=with_discount()), "schedule.needs-quote"),
        (lambda: c.InvoiceContact(CONTACT, job_id="job_1"), "field.wrong-type"),
        (lambda: c.EditInvoice(INVOICE, note=5), "field.wrong-type"),
        (lambda: c.EditInvoice(INVOICE, note="x" * 10_001), "text.too-long"),
        (lambda: c.EditInvoice(INVOICE, schedule=AT_ONCE), "schedule.needs-quote"),
        (lambda: c.PlanInvoice(INVOICE, send_on=None), "day.wrong-type"),
        (lambda: c.PlanInvoice(INVOICE, send_on=date(9999, 12, 31)), "day.out-of-range"),
        (lambda: c.AdjustInvoice(INVOICE, lines=[]), "lines.empty"),
        (lambda: c.AdjustInvoice(INVOICE, lines=None), "field.wrong-type"),
        (lambda: c.MoveInvoice(INVOICE, job_id=INVOICE), "field.wrong-type"),
        (lambda: c.PlanInstalment(INVOICE, instalment=0, due_on=None), "number.out-of-range"),
        (lambda: c.PlanInstalment(INVOICE, instalment=True, due_on=None), "field.wrong-type"),
        (lambda: c.PlanInstalment(INVOICE, instalment=1.0, due_on=None), "field.wrong-type"),
        (lambda: c.PlanInstalment(INVOICE, instalment=1, due_on="today"), "day.wrong-type"),
        (lambda: c.RecordPayment(INVOICE, 5, method="card"), "field.wrong-type"),
        (lambda: c.RecordPayment(INVOICE, "5.00", method="card"), "field.wrong-type"),
        (lambda: c.RecordPayment(INVOICE, None, method="card"), "field.wrong-type"),
        (lambda: c.RecordPayment(INVOICE, Price.cad(5), method="card"), "field.wrong-type"),
        (lambda: c.RecordPayment(INVOICE, cad(-1), method="card"), "payment.negative"),
        (lambda: c.RecordPayment(INVOICE, cad(1), method=""), "payment.no-method"),
        (lambda: c.RecordPayment(INVOICE, cad(1), method=None), "field.wrong-type"),
        (lambda: c.RecordPayment(INVOICE, cad(1), method="card", reference=118), "field.wrong-type"),
        (lambda: c.RecordPayment(INVOICE, cad(1), method="card", received_on="today"), "day.wrong-type"),
        (lambda: c.RecordPayment(INVOICE, cad(1), method="card", instalment=0), "number.out-of-range"),
        (lambda: c.RecordPayment(INVOICE, cad(1), method="card", allow_overpayment="yes"), "field.wrong-type"),
        (lambda: c.RefundPayment(INVOICE, cad(-1), method="card"), "payment.negative"),
        (lambda: c.VoidPayment(INVOICE, payment_id=INVOICE), "field.wrong-type"),
        (lambda: c.PlanWorkOrder(JOB, title=""), "work_order.no-title"),
        (lambda: c.PlanWorkOrder(JOB, title=UNSET), "field.wrong-type"),
        (lambda: c.PlanWorkOrder(JOB, title="x", on=noon(TODAY)), "day.wrong-type"),
        (lambda: c.AttachInvoice(WorkOrderId("wor_1"), invoice_id=None), "field.wrong-type"),
        (lambda: c.AddInvoice(WorkOrderId("wor_1"), new=1), "field.wrong-type"),
    ],
)
def test_a_form_that_is_filled_in_wrongly_is_refused_before_anything_is_read(make: Any, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        make()
    assert caught.value.code == code
    assert caught.value.path


def test_a_domain_has_a_dot_inside_or_is_this_machine() -> None:
    addresses = ("zoe@exemple.ca", "zoe.roy+toit@mail.exemple.qc.ca", "root@localhost", "zoé@exemple.québec")
    assert c.AddContact("Zoé", emails=addresses).emails == addresses


@pytest.mark.parametrize(
    ("make", "params"),
    [
        (
            lambda: Instalment.fixed(2000, When.ON_APPROVAL),
            {"expected": "Money", "found": "int", "example": 'Money.cad("28.75")'},
        ),
        (
            lambda: evolve(AT_ONCE, name="x", discount=5),
            {"expected": "Discount", "found": "int", "example": "Discount.percent(5)"},
        ),
        (
            lambda: Line("Labour", 1, "28.75"),
            {"expected": "Price or Money", "found": "str", "example": 'Money.cad("28.75")'},
        ),
        (
            lambda: Line("Labour", 1, cad(5), cost=5),
            {"expected": "Price or Money", "found": "int", "example": 'Money.cad("28.75")'},
        ),
        (
            lambda: c.RecordPayment(INVOICE, "28.75", method="card"),
            {"expected": "Money", "found": "str", "example": 'Money.cad("28.75")'},
        ),
        (
            lambda: c.OpenJob("con_1"),
            {"expected": "ContactId", "found": "str", "example": 'ContactId("con_…")'},
        ),
    ],
)
def test_whoever_gives_something_plainer_is_told_how_it_is_written(make: Any, params: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        make()
    assert (caught.value.code, caught.value.params) == ("field.wrong-type", params)
    assert params["example"] in str(caught.value)
    assert f"such as {params['example']}" in labels.error(caught.value, "en")


def one(when: When) -> Schedule:
    return Schedule.one_invoice([Instalment.rest(when)])


def many(when: When) -> Schedule:
    return Schedule.many_invoices([Instalment.rest(when)])


def with_discount() -> Schedule:
    return Schedule.one_invoice([Instalment.rest(When.AT_BILLING)], name="x", discount=Discount.percent(5))


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda job, invoice: c.DraftQuote(job.id, lines=[DOLLARS]), "lines[0].price"),
        (lambda job, invoice: c.DraftInvoice(job.id, lines=[DOLLARS]), "lines[0].price"),
        (lambda job, invoice: c.EditInvoice(invoice.id, lines=[DOLLARS]), "lines[0].price"),
        (lambda job, invoice: c.DraftQuote(job.id, schedules=[fixed_in_dollars()]), "schedule"),
        (lambda job, invoice: c.DraftQuote(job.id, schedules=[less_in_dollars()]), "schedule"),
        (lambda job, invoice: c.DraftInvoice(job.id, schedule=fixed_in_dollars(When.TO_BE_PLANNED)), "schedule"),
        (lambda job, invoice: c.RecordPayment(invoice.id, Money(1, "USD"), method="card"), "amount"),
        (lambda job, invoice: c.RefundPayment(invoice.id, Money(1, "USD"), method="card"), "amount"),
    ],
)
def test_another_currency_than_the_companys_is_refused(app: Plannit, job: Job, make: Any, path: str) -> None:
    command = make(job, draft(app, job))
    before = everything(app.storage)
    for ask in (app.do, app.preview):
        with pytest.raises(InvalidInput) as caught:
            ask(command)
        assert (caught.value.code, caught.value.path) == ("money.currencies", path)
        assert caught.value.params == {"expected": "CAD", "found": "USD"}
    assert everything(app.storage) == before


def fixed_in_dollars(when: When = When.ON_APPROVAL) -> Schedule:
    return Schedule.one_invoice([Instalment.fixed(Money(1, "USD"), when), Instalment.rest(when)])


def less_in_dollars() -> Schedule:
    return Schedule.one_invoice(
        [Instalment.rest(When.ON_APPROVAL)], name="x", discount=Discount.amount(Money(1, "USD"))
    )


OPPOSED = [
    Line("a", 1, Price.cad(10**12), tax=TaxGroup.EXEMPT),
    Line("b", -1, Price.cad("999999999999.99"), tax=TaxGroup("z", [])),
]
LESS = [
    evolve(AT_ONCE, name=name, discount=Discount.amount(cad(10_00))) for name in "ab"
]  # spread over the two: too much
HUGE = [Line("x", 1, Price.cad(99 * 10**12), tax=TaxGroup.EXEMPT)] * 102


@pytest.mark.parametrize(
    "make",
    [
        lambda job, invoice, quote: c.DraftQuote(job.id, lines=HUGE),
        lambda job, invoice, quote: c.DraftQuote(job.id, lines=[evolve(line, tax=None) for line in HUGE[:100]]),
        lambda job, invoice, quote: c.EditQuote(quote.id, lines=HUGE),
        lambda job, invoice, quote: c.DraftQuote(job.id, lines=OPPOSED, schedules=LESS),
        lambda job, invoice, quote: c.DraftInvoice(job.id, lines=HUGE),
        lambda job, invoice, quote: c.EditInvoice(invoice.id, lines=HUGE),
    ],
)
def test_a_document_of_more_than_can_be_counted_is_refused_by_preview_and_do_alike(
    app: Plannit, job: Job, make: Any
) -> None:
    command = make(job, draft(app, job), app.do(c.DraftQuote(job.id)))
    before = everything(app.storage)
    for ask in (app.preview, app.do):
        with pytest.raises(InvalidInput) as caught:
            ask(command)
        assert caught.value.code == "money.too-large"
    assert everything(app.storage) == before


def test_who_may_do_what_is_asked_at_every_door(app: Plannit, job: Job) -> None:
    locked = evolve(app, policies=Policies(may=lambda actor, needs: False))
    invoice = draft(app, job)
    before = everything(app.storage)
    asked: dict[str, Callable[[], object]] = {
        "invoices": lambda: locked.do(c.IssueInvoice(invoice.id)),
        "visits, invoices": lambda: locked.do(c.AddInvoice(WorkOrderId("wor_1"))),
        "jobs": lambda: locked.folder(job.id),
        "contacts": lambda: locked.documents(job.contact_id),
        "reports": locked.receivables,
        "settings": lambda: locked.get(parse("com_settings")),
    }
    for needs, ask in asked.items():
        with pytest.raises(Refused) as caught:
            ask()
        assert ", ".join(str(each.params["needs"]) for each in caught.value.reasons) == needs
    for look in (lambda: locked.get(invoice.id), locked.departures, locked.run_day, lambda: locked.actions(invoice.id)):
        with pytest.raises(Refused) as caught:
            look()
        assert caught.value.params == {"needs": "invoices"}
    with pytest.raises(Refused), locked.reading():
        pass
    assert everything(app.storage) == before
