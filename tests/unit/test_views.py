"""What a screen shows: folders, receivables, departures, actions, lists."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError

from plannit_core import (
    Actor,
    ContactId,
    FixedClock,
    Instalment,
    InvalidInput,
    InvoiceId,
    JobId,
    Line,
    NotFound,
    Plannit,
    Policies,
    QuoteId,
    Schedule,
    TaxGroup,
    When,
)
from plannit_core import commands as c
from plannit_core.lifecycle import JobAction, PaymentState
from plannit_core.model.invoice import payment_state
from plannit_core.values.ids import CompanyId, PaymentId, SeriesId, WorkOrderId
from plannit_core.views import Bucket, InvoiceFigures
from plannit_core.views.aging import bucket_of
from support import by_id, cad, client_and_job, everything, looks_like, noon, sent_quote

GUTTERS = Line("Gutters", 1, cad(100_00), tax=TaxGroup.EXEMPT)
TODAY = date(2026, 3, 2)


def invoice_in(app: Plannit, job_id: JobId, cents: int = 100_00, schedule: Schedule | None = None) -> InvoiceId:
    lines = [Line("Gutters", 1, cad(cents), tax=TaxGroup.EXEMPT)]
    return app.do(c.IssueInvoice(app.do(c.DraftInvoice(job_id, lines=lines, schedule=schedule)).id)).id


# --------------------------------------------------------------------------------------------------------------- folders


def test_a_new_folder_is_empty_and_its_figures_are_zero(app: Plannit) -> None:
    contact, job = client_and_job(app)
    folder = app.folder(job.id)
    assert (folder.job, folder.contact, folder.quotes, folder.invoices, folder.work_orders) == (
        job,
        contact,
        (),
        (),
        (),
    )
    assert [each.event.name for each in folder.timeline] == ["job.opened"]
    figures = (folder.revenue, folder.invoiced, folder.collected, folder.pending, folder.to_invoice)
    assert figures == (cad(0),) * 5
    assert folder.hours == Decimal(0)


def test_what_an_approved_quote_still_has_to_generate_is_to_be_invoiced(app: Plannit) -> None:
    """Decision 49: drafts, and the parts of approved quotes that no live invoice covers."""
    _, job = client_and_job(app)
    thirds = Schedule.many_invoices([Instalment.rest(When.ON_APPROVAL)] * 3)
    quote = sent_quote(app, job, [GUTTERS], [thirds])
    assert app.folder(job.id).to_invoice == cad(0)
    first, second, third = app.do(c.ApproveQuote(quote.id)).invoices
    assert app.folder(job.id).to_invoice == cad(0)
    app.do(c.VoidInvoice(first.id))
    assert app.folder(job.id).to_invoice == first.total
    (again,) = app.do(c.GenerateInvoices(quote.id))
    assert app.folder(job.id).to_invoice == again.total == first.total
    assert app.folder(job.id).invoiced == second.total + third.total


def test_a_folder_shows_each_quote_and_invoice_as_a_row_of_figures(app: Plannit) -> None:
    _, job = client_and_job(app)
    halves = Schedule.many_invoices([Instalment.rest(When.ON_APPROVAL), Instalment.rest(When.TO_BE_PLANNED)])
    quote = app.do(c.ApproveQuote(sent_quote(app, job, [GUTTERS], [halves]).id)).quote
    folder = app.folder(job.id)
    (row,) = folder.quotes
    assert looks_like(row, quote, "id", "job_id", "state", "number", "sent_on", "valid_until", "subtotal", "total")
    assert row.invoice_count == 2
    assert not row.is_expired(date(2027, 1, 1))
    for figures in folder.invoices:
        invoice = app.get(figures.id)
        names = ("id", "job_id", "contact_id", "quote_id", "part", "state", "number", "send_on", "issued_on", "due_on")
        assert looks_like(
            figures, invoice, *names, "subtotal", "total", "original_total", "paid", "rounding", "balance"
        )
        assert (figures.payment_state, figures.is_live) == (invoice.payment_state, True)


def test_the_figures_of_an_invoice_are_a_value_that_does_not_change(app: Plannit) -> None:
    _, job = client_and_job(app)
    invoice_in(app, job.id)
    [figures], [same] = app.folder(job.id).invoices, app.folder(job.id).invoices
    with pytest.raises(FrozenInstanceError):
        figures.total = cad(1_00)
    with pytest.raises(FrozenInstanceError):
        del figures.total
    assert figures == same
    assert len({figures, same}) == 1
    assert evolve(figures, part=2) != figures
    assert evolve(figures, part=None) == figures
    assert (type(figures), type(evolve(figures))) == (InvoiceFigures, InvoiceFigures)


def test_the_documents_of_a_contact_are_those_of_all_its_jobs(app: Plannit) -> None:
    contact, job = client_and_job(app)
    intake = app.do(c.InvoiceContact(contact.id, lines=[GUTTERS]))
    quote = app.do(c.DraftQuote(job.id))
    client_and_job(app, "Somebody else")
    found = app.documents(contact.id)
    assert [each.id for each in found.jobs] == [job.id, intake.job.id]
    assert looks_like(found.jobs[0], job, "number", "status", "opened_on")
    assert ([each.id for each in found.quotes], [each.id for each in found.invoices]) == (
        [quote.id],
        [intake.invoice.id],
    )


# ----------------------------------------------------------------------------------------------------------- receivables


@pytest.mark.parametrize(
    ("days_late", "bucket"),
    [
        (0, Bucket.NOT_DUE),
        (1, Bucket.DAYS_1_30),
        (30, Bucket.DAYS_1_30),
        (31, Bucket.DAYS_31_60),
        (60, Bucket.DAYS_31_60),
        (61, Bucket.DAYS_61_90),
        (90, Bucket.DAYS_61_90),
        (91, Bucket.OVER_90),
        (10_000, Bucket.OVER_90),
    ],
)
def test_each_open_instalment_is_aged_by_its_own_day(app: Plannit, days_late: int, bucket: Bucket) -> None:
    assert bucket_of(days_late) is bucket
    _, job = client_and_job(app)
    due = Schedule.one_invoice([Instalment.percent(40, When.on(TODAY)), Instalment.rest(When.TO_BE_PLANNED)])
    invoice = app.get(invoice_in(app, job.id, schedule=due))
    found = app.receivables(TODAY + timedelta(days=days_late))
    assert [(row.instalment, row.amount, row.bucket, row.days_late, row.due_on) for row in found.rows] == [
        (1, cad(40_00), bucket, days_late, TODAY),
        (2, cad(60_00), Bucket.NOT_DUE, 0, None),
    ]
    assert looks_like(found.rows[0], invoice, "number", "job_id", "contact_id")
    assert (found.rows[0].invoice_id, found.rows[0].contact_name) == (invoice.id, "Ada Byron")
    assert "Ada" not in repr(found)
    assert (found.total, found.buckets[bucket]) == (cad(100_00), cad(40_00 if days_late else 100_00))


def test_what_is_owed_to_a_client_counts_against_the_others(app: Plannit) -> None:
    _, job = client_and_job(app)
    invoice_in(app, job.id)
    over = invoice_in(app, job.id, 50_00)
    app.do(c.RecordPayment(over, cad(80_00), method="card", allow_overpayment=True))
    assert sorted(row.amount.minor for row in app.receivables().rows) == [-30_00, 100_00]
    assert app.receivables().total == cad(70_00)


def test_a_later_void_payment_or_correction_does_not_rewrite_an_earlier_day(app: Plannit, clock: FixedClock) -> None:
    """Case G23."""
    _, job = client_and_job(app)
    invoice = invoice_in(app, job.id)
    clock.advance(days=10)
    app.do(c.AdjustInvoice(invoice, lines=[Line("Rabais", -1, cad(30_00), tax=TaxGroup.EXEMPT)]))
    paid = app.do(c.RecordPayment(invoice, cad(20_00), method="card"))
    clock.advance(days=10)
    app.do(c.VoidPayment(invoice, payment_id=paid.payments[0].id))
    clock.advance(days=10)
    app.do(c.VoidInvoice(invoice))
    owed = [app.receivables(TODAY + timedelta(days=days)).total.minor for days in (-1, 0, 9, 10, 19, 20, 29, 30, 31)]
    assert owed == [0, 100_00, 100_00, 50_00, 50_00, 70_00, 70_00, 0, 0]


def test_money_received_before_the_invoices_day_is_a_deposit_until_then(app: Plannit, clock: FixedClock) -> None:
    _, job = client_and_job(app)
    draft = app.do(c.DraftInvoice(job.id, lines=[GUTTERS]))
    app.do(c.PlanInvoice(draft.id, send_on=TODAY + timedelta(days=20)))
    app.do(c.RecordPayment(draft.id, cad(30_00), method="card"))
    clock.advance(days=5)
    app.do(c.RefundPayment(draft.id, cad(10_00), method="card"))
    found = [app.receivables(TODAY + timedelta(days=days)) for days in (-1, 0, 5, 19, 20)]
    assert [each.deposits.minor for each in found] == [0, 30_00, 20_00, 20_00, 0]
    assert [each.total.minor for each in found] == [0, 0, 0, 0, 80_00]


def test_a_deposit_that_went_back_before_the_void_invoices_day_is_no_deposit(app: Plannit, clock: FixedClock) -> None:
    _, job = client_and_job(app)
    draft = app.do(
        c.PlanInvoice(app.do(c.DraftInvoice(job.id, lines=[GUTTERS])).id, send_on=TODAY + timedelta(days=20))
    )
    paid = app.do(c.RecordPayment(draft.id, cad(30_00), method="card"))
    clock.advance(days=3)
    app.do(c.VoidPayment(draft.id, payment_id=paid.payments[0].id))
    app.do(c.VoidInvoice(draft.id))
    found = [app.receivables(TODAY + timedelta(days=days)) for days in (0, 2, 3, 20, 30)]
    assert [(each.deposits.minor, each.total.minor) for each in found] == [
        (30_00, 0),
        (30_00, 0),
        (0, 0),
        (0, 0),
        (0, 0),
    ]


def test_a_void_invoice_is_not_owed_even_where_the_clock_went_back(app: Plannit, clock: FixedClock) -> None:
    """A machine with a wrong clock: received on the tenth, undone and voided on the fifth."""
    _, job = client_and_job(app)
    invoice = invoice_in(app, job.id)
    clock.advance(days=10)
    paid = app.do(c.RecordPayment(invoice, cad(30_00), method="card"))
    clock.advance(days=-5)
    app.do(c.VoidPayment(invoice, payment_id=paid.payments[0].id))
    app.do(c.VoidInvoice(invoice))
    owed = [app.receivables(TODAY + timedelta(days=days)) for days in (0, 4, 5, 7, 10, 11)]
    assert [each.total.minor for each in owed] == [100_00, 100_00, 0, 0, 0, 0]
    assert {each.deposits.minor for each in owed} == {0}


# ----------------------------------------------------------------------------------------------------------- departures


def test_what_leaves_by_itself_is_listed_in_the_order_it_leaves(app: Plannit) -> None:
    """User promise 12: a list says what leaves when."""
    contact, job = client_and_job(app)
    for days in (9, 3, 9):
        draft = app.do(c.DraftInvoice(job.id, lines=[GUTTERS]))
        app.do(c.PlanInvoice(draft.id, send_on=TODAY + timedelta(days=days)))
    app.do(c.DraftInvoice(job.id, lines=[GUTTERS]))
    found = app.departures()
    assert [(each.send_on - TODAY).days for each in found] == [3, 9, 9]
    assert [each.invoice_id for each in found[1:]] == sorted(each.invoice_id for each in found[1:])
    assert looks_like(found[0], job, "contact_id")
    assert (found[0].job_id, found[0].number, found[0].total, found[0].contact_name) == (
        job.id,
        None,
        cad(100_00),
        contact.name,
    )
    assert "Ada" not in repr(found)
    assert app.departures(TODAY + timedelta(days=3)) == found[:1]
    app.do(c.RecordPayment(found[0].invoice_id, cad(1), method="card"))
    assert app.departures()[0].number == "F2026-00001"
    app.do(c.HoldInvoice(found[1].invoice_id))
    assert len(app.departures()) == 2


# --------------------------------------------------------------------------------------------------------------- actions


def test_a_record_without_a_life_cycle_has_no_actions(app: Plannit) -> None:
    contact, job = client_and_job(app)
    invoice = app.do(c.RecordPayment(invoice_in(app, job.id), cad(1), method="card"))
    for id in (contact.id, CompanyId("com_settings"), SeriesId("ser_job")):
        with pytest.raises(InvalidInput) as caught:
            app.actions(id)
        assert (caught.value.code, caught.value.params) == ("id.no-actions", {"kind": id.kind})
    with pytest.raises(NotFound):
        app.actions(invoice.payments[0].id)


def test_actions_are_told_in_the_tables_order_with_the_permission_that_is_missing(app: Plannit) -> None:
    _, job = client_and_job(app)
    assert [(each.action, each.allowed) for each in app.actions(job.id)] == [(action, True) for action in JobAction]
    guarded = Plannit(
        app.storage,
        company=app.company,
        clock=app.clock,
        actor=Actor.user("u18"),
        policies=Policies(may=lambda actor, needs: needs == "jobs"),
    )
    told = {each.action: [(why.code, why.params) for why in each.reasons] for each in guarded.actions(job.id)}
    assert told == {
        "edit": [],
        "draft_quote": [("permission.denied", {"needs": "quotes"})],
        "draft_invoice": [("permission.denied", {"needs": "invoices"})],
        "plan_work_order": [("permission.denied", {"needs": "visits"})],
    }


def test_any_of_several_schedules_will_do_for_approving(app: Plannit) -> None:
    contact, job = client_and_job(app)
    offered = [Schedule.one_invoice([Instalment.rest(When.ON_APPROVAL)], name=name) for name in ("a", "b")]
    quote = sent_quote(app, job, [GUTTERS], offered)
    allowed = {each.action for each in app.acting_as(Actor.client(contact.id)).actions(quote.id) if each.allowed}
    assert allowed == {"send", "approve", "decline", "extend"}


# ------------------------------------------------------------------------------------------------------- lists, ids, days


def test_lists_are_found_by_what_one_knows(app: Plannit) -> None:
    contact, job = client_and_job(app)
    drafts = [app.do(c.DraftInvoice(job.id, lines=[GUTTERS])) for _ in range(3)]
    issued = app.do(c.IssueInvoice(drafts[0].id))
    with app.reading() as read:
        assert read.invoices.find(state="draft") == tuple(drafts[1:])
        assert read.invoices.find(job_id=job.id, state="issued") == (issued,)
        assert read.invoices.find(contact_id=contact.id, limit=2) == (issued, drafts[1])
        assert read.invoices.find(after=drafts[1].id) == (drafts[2],)
        assert read.invoices.find(state="draft", job_id=job.id, limit=1) == (drafts[1],)
        assert read.invoices.find(number="F2026-00001") == (issued,)
        assert read.jobs.find(status="New") == (job,)
        assert read.contacts.find() == (contact,)
        assert read.get(job.id) == job
        assert read.company() is not None
        assert read.series(SeriesId("ser_job")) is not None
        assert read.series(SeriesId("ser_quote")) is None
        assert read.timeline(job.id, limit=1)[0].event.name == "job.opened"
        for wrong in ("total", "nothing", "leaves_on"):
            with pytest.raises(InvalidInput) as caught:
                read.invoices.find(**{wrong: "x"})
            assert (caught.value.code, caught.value.path) == ("find.unknown-field", wrong)


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        (-1, "number.out-of-range"),
        (10**9 + 1, "number.out-of-range"),
        (True, "field.wrong-type"),
        ("1", "field.wrong-type"),
    ],
)
def test_how_many_are_wanted_is_a_number(app: Plannit, limit: object, code: str) -> None:
    _, job = client_and_job(app)
    with app.reading() as read:
        assert read.jobs.find(limit=0) == ()
        for look in (lambda: read.jobs.find(limit=limit), lambda: read.timeline(job.id, limit=limit)):
            with pytest.raises(InvalidInput) as caught:
                look()
            assert (caught.value.code, caught.value.path) == (code, "limit")
    with pytest.raises(InvalidInput) as caught:
        app.outbox.drain("mailer", print, start="now", limit=limit)
    assert caught.value.code == code


def test_a_record_is_found_by_its_key_in_another_system(app: Plannit) -> None:
    contact = app.do(c.AddContact("Ada", external={"erp": "A-7", "books": "7"}))
    with app.reading() as read:
        assert read.contacts.with_external("erp", "A-7") == contact
        assert read.contacts.with_external("books", "7") == contact
        assert read.contacts.with_external("erp", "7") is None
        assert read.jobs.with_external("erp", "A-7") is None


@pytest.mark.parametrize(
    "look",
    [
        lambda app, id: app.get(id),
        lambda app, id: app.folder(id),
        lambda app, id: app.documents(id),
        lambda app, id: app.actions(id),
    ],
)
@pytest.mark.parametrize("id", ["job_1", "", None, 5])
def test_a_plain_text_is_no_id(app: Plannit, look: object, id: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        look(app, id)
    assert caught.value.code == "id.malformed"


def test_an_id_of_another_kind_finds_nothing(app: Plannit) -> None:
    contact, job = client_and_job(app)
    for look in (lambda: app.folder(contact.id), lambda: app.documents(job.id)):
        with pytest.raises((InvalidInput, NotFound)):
            look()
    for id in (
        JobId("job_x"),
        ContactId("con_x"),
        QuoteId("quo_x"),
        InvoiceId("inv_x"),
        WorkOrderId("wor_x"),
        PaymentId("pay_x"),
    ):
        with pytest.raises(NotFound) as caught:
            app.get(id)
        assert (caught.value.kind, caught.value.id) == (id.kind, id)


@pytest.mark.parametrize("day", ["2026-03-02", 5, noon(TODAY)])
def test_a_day_asked_for_is_a_day(app: Plannit, day: object) -> None:
    for look in (app.run_day, app.receivables, app.departures):
        with pytest.raises(InvalidInput) as caught:
            look(day)
        assert caught.value.code == "day.wrong-type"


def test_tomorrow_cannot_be_billed_today(app: Plannit, clock: FixedClock) -> None:
    with pytest.raises(InvalidInput) as caught:
        app.run_day(TODAY + timedelta(days=1))
    assert (caught.value.code, caught.value.path) == ("day.in-the-future", "on")
    assert app.run_day(TODAY - timedelta(days=1)).issued == ()
    clock.set("2026-03-03T04:59:00+00:00")  # still the evening of the second in Québec
    assert app.today == TODAY
    clock.set("2026-03-03T05:00:00+00:00")
    assert app.today == TODAY + timedelta(days=1)


def test_nothing_is_shown_of_what_was_paid_before_there_is_an_invoice() -> None:
    assert payment_state("draft", cad(5), cad(5)) is None
    from plannit_core.lifecycle import InvoiceState

    states = [(cad(0), cad(5)), (cad(1), cad(5)), (cad(5), cad(0)), (cad(9), cad(-4)), (cad(0), cad(0))]
    assert [payment_state(InvoiceState.ISSUED, *each) for each in states] == [
        PaymentState.TO_PAY,
        PaymentState.PARTIALLY_PAID,
        PaymentState.PAID,
        PaymentState.PAID,
        PaymentState.PAID,
    ]


def test_every_view_reads_the_same_books(app: Plannit) -> None:
    _, job = client_and_job(app)
    invoice = app.get(invoice_in(app, job.id))
    stored = by_id(everything(app.storage))
    assert stored[invoice.id] == app.get(invoice.id) == invoice
    assert stored[job.id] == app.folder(job.id).job
