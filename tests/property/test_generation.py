"""Invariants 22 to 32: from a quote to its invoices, and their leaving on their days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from plannit_core import Actor, FixedClock, Instalment, Line, Plannit, Refused, Schedule, TaxGroup, When
from plannit_core import commands as c
from plannit_core.lifecycle import InvoiceState
from plannit_core.model.company import Split
from plannit_core.policies.guards import with_schedule
from support import (
    TODAY,
    a_quote,
    cad,
    client_and_job,
    discounts,
    documents,
    everything,
    looks,
    noon,
    schedules,
    sent_quote,
    subtotal_of,
    total_of,
)

if TYPE_CHECKING:
    from plannit_core.model.invoice import Invoice
    from plannit_core.model.quote import Quote
    from plannit_core.values.ids import QuoteId


@st.composite
def offers(draw: st.DrawFn) -> tuple[tuple[Line, ...], Schedule]:
    """A document and a schedule that fits it, with a discount in one of four."""
    document = draw(documents(max_size=3))
    schedule = draw(schedules(total_of(document)))
    if draw(st.integers(0, 3)) == 3:
        discounted = Schedule(schedule.instalments, schedule.has_many_invoices, name="less", discount=draw(discounts()))
        total = with_schedule(a_quote(document, discounted), discounted).total
        if total.minor >= 0 and discounted.fits(total):
            schedule = discounted
    return document, schedule


def of_quote(app: Plannit, quote_id: QuoteId) -> list[Invoice]:
    with app.reading() as read:
        return sorted(read.invoices.find(quote_id=quote_id), key=lambda each: (each.part or 0, each.id))


def live(app: Plannit, quote_id: QuoteId) -> list[Invoice]:
    return [each for each in of_quote(app, quote_id) if each.is_live]


def set_up(app: Plannit, **changes: Any) -> None:
    app.do(c.ConfigureCompany(evolve(app.settings, **changes)))


def on(day: date, app: Plannit) -> None:
    assert isinstance(app.clock, FixedClock)
    app.clock.set(noon(day))


def leaving(app: Plannit, offer: tuple[tuple[Line, ...], Schedule]) -> tuple[Quote, tuple[Invoice, ...]]:
    """The offer sent and approved by its client, with what that generated."""
    contact, job = client_and_job(app)
    quote = sent_quote(app, job, offer[0], [offer[1]])
    approval = app.acting_as(Actor.client(contact.id)).do(c.ApproveQuote(quote.id))
    return approval.quote, approval.invoices


# --------------------------------------------------------------------------------------------------- approval, generation


@looks(30)
@given(offer=offers())
def test_inv_22_23_the_chosen_schedule_says_how_many_invoices_and_each_is_the_quotes(open_app: Any, offer: Any) -> None:
    with open_app() as app:
        quote, invoices = leaving(app, offer)
        assert (
            len(invoices) == offer[1].invoice_count == (len(offer[1].instalments) if offer[1].has_many_invoices else 1)
        )
        assert [each.part for each in invoices] == list(range(1, len(invoices) + 1))
        for each in invoices:
            assert (each.job_id, each.contact_id, each.currency) == (quote.job_id, quote.contact_id, quote.currency)
            assert each.quote_id == quote.id
            assert app.get(each.id) == each
        assert sum(each.total for each in invoices) == quote.total
        assert sum(subtotal_of(each.lines) for each in invoices) == quote.subtotal.minor


@looks(20)
@given(offer=offers())
def test_what_is_due_on_approval_is_issued_and_sent_at_once_and_the_rest_waits_for_its_day(
    open_app: Any, offer: Any
) -> None:
    with open_app() as app:
        _, invoices = leaving(app, offer)
        days = [each.when.day(TODAY) for each in offer[1].instalments]
        if not offer[1].has_many_invoices:
            days = [min((day for day in days if day is not None), default=None)]
        for day, each in zip(days, invoices, strict=True):
            if day == TODAY:
                assert (each.state, each.issued_on, each.sent_at) == (InvoiceState.ISSUED, TODAY, app.clock.now())
            else:
                assert (each.state, each.send_on, each.number) == (InvoiceState.DRAFT, day, None)


@looks(20)
@given(offer=offers(), data=st.data())
def test_inv_24_generating_again_gives_nothing_and_no_part_ever_has_two_live_invoices(
    open_app: Any, offer: Any, data: st.DataObject
) -> None:
    with open_app() as app:
        set_up(app, generates_on_approval=data.draw(st.booleans()))
        quote, invoices = leaving(app, offer)
        made = invoices or app.do(c.GenerateInvoices(quote.id))
        before = everything(app.storage)
        assert app.do(c.GenerateInvoices(quote.id)) == ()
        assert everything(app.storage) == before
        assert [each.part for each in live(app, quote.id)] == [each.part for each in made]


@looks(20)
@given(offer=offers(), data=st.data())
def test_inv_25_what_was_voided_or_discarded_is_made_again_and_nothing_else(
    open_app: Any, offer: Any, data: st.DataObject
) -> None:
    with open_app() as app:
        quote, invoices = leaving(app, offer)
        gone = data.draw(st.lists(st.sampled_from(invoices), unique=True))
        discarded = 0
        for each in gone:
            if each.state is InvoiceState.DRAFT and data.draw(st.booleans()):
                app.do(c.DiscardDraft(each.id))
                discarded += 1
            else:
                if each.state is InvoiceState.DRAFT:
                    app.do(c.SendInvoice(each.id))
                app.do(c.VoidInvoice(each.id))
        numbers = {each.number for each in of_quote(app, quote.id) if each.number}
        again = app.do(c.GenerateInvoices(quote.id))
        assert [each.part for each in again] == sorted(each.part for each in gone if each.part)
        originals = {each.part: each for each in invoices}
        for each in again:
            original = originals[each.part]
            assert (each.lines, each.taxes, each.total) == (original.lines, original.taxes, original.total)
            assert (each.state, each.number) == (InvoiceState.DRAFT, None)
            assert each.send_on is None or each.send_on > app.today
            number = app.do(c.SendInvoice(each.id)).number
            assert number not in numbers
            numbers.add(number)
        assert sum(each.total for each in live(app, quote.id)) == quote.total
        assert len(of_quote(app, quote.id)) == len(invoices) + len(gone) - discarded


@looks(20)
@given(offer=offers())
def test_inv_26_with_the_setting_approval_makes_all_invoices_without_it_none_until_asked(
    open_app: Any, offer: Any
) -> None:
    with open_app() as app:
        quote, invoices = leaving(app, offer)
        assert live(app, quote.id) == list(invoices)
        assert len(invoices) == offer[1].invoice_count
        set_up(app, generates_on_approval=False)
        other, none = leaving(app, offer)
        assert (none, of_quote(app, other.id)) == ((), [])
        later = app.do(c.GenerateInvoices(other.id))
        assert [(each.lines, each.taxes) for each in later] == [(each.lines, each.taxes) for each in invoices]
        assert all(each.state is InvoiceState.DRAFT for each in later)


@looks(25)
@given(offer=offers(), room=st.integers(0, 12), length=st.integers(1, 2))
def test_inv_27_when_generation_fails_nothing_is_approved_and_no_number_is_taken(
    open_app: Any, offer: Any, room: int, length: int
) -> None:
    with open_app() as app:
        first = 10**length - room
        first = max(first, 1)
        strict = evolve(app.settings.invoice_numbers, strict=True, length=length, start=first)
        set_up(app, invoice_numbers=strict)
        contact, job = client_and_job(app)
        quote = sent_quote(app, job, offer[0], [offer[1]])
        days = [each.when.day(TODAY) for each in offer[1].instalments]
        needed = days.count(TODAY) if offer[1].has_many_invoices else int(TODAY in days)
        before = everything(app.storage, keys=["click"])
        client = app.acting_as(Actor.client(contact.id))
        if needed <= 10**length - first:
            assert len(client.do(c.ApproveQuote(quote.id), key="click").invoices) == offer[1].invoice_count
        else:
            with pytest.raises(Refused) as caught:
                client.do(c.ApproveQuote(quote.id), key="click")
            assert caught.value.code == "numbering.exhausted"
            assert everything(app.storage, keys=["click"]) == before
            assert app.get(quote.id).state == "sent"


# ------------------------------------------------------------------------------------------------------------- the days


@st.composite
def plans(draw: st.DrawFn) -> list[tuple[int, int, bool]]:
    """Planned invoices: how many days ahead, what they come to, and whether they are ready to leave."""
    return draw(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10**6), st.integers(0, 5).map(bool)), max_size=7))


def planned(app: Plannit, rows: list[tuple[int, int, bool]]) -> None:
    _, job = client_and_job(app)
    for days, cents, is_ready in rows:
        found = [Line("Gutters", 1, cad(cents), tax=TaxGroup.EXEMPT)] if is_ready else []
        invoice = app.do(c.DraftInvoice(job.id, lines=found))
        app.do(c.PlanInvoice(invoice.id, send_on=TODAY + timedelta(days=days)))


def as_left(app: Plannit) -> list[tuple[Any, ...]]:
    """Each invoice in the order it was made: what is printed on it."""
    with app.reading() as read:
        return [(each.total, each.state, each.issued_on, each.number, each.due_on) for each in read.invoices.find()]


@looks(25)
@given(rows=plans(), data=st.data())
def test_inv_28_29_runs_day_by_day_come_to_the_same_as_one_at_the_end_and_nothing_leaves_early(
    open_app: Any, rows: list[tuple[int, int, bool]], data: st.DataObject
) -> None:
    last = data.draw(st.integers(0, 41))
    days = sorted([*data.draw(st.lists(st.integers(0, last), max_size=10)), last])
    with open_app() as steady, open_app() as late:
        for app in (steady, late):
            planned(app, rows)
        for day in days:
            today = TODAY + timedelta(days=day)
            on(today, steady)
            for _ in range(data.draw(st.integers(1, 2))):
                report = steady.run_day(data.draw(st.sampled_from([None, today])))
                assert [each.issued_on for each in report.issued] == sorted(each.issued_on for each in report.issued)
            for total, state, issued_on, number, _ in as_left(steady):
                assert (number is None) is (state == "draft")
                assert issued_on is None or issued_on <= today, total
            waiting = [each.send_on for each in steady.departures() if each.send_on > today]
            assert waiting == sorted(TODAY + timedelta(days=ahead) for ahead, _, _ in rows if ahead > day)
        on(TODAY + timedelta(days=last), late)
        report = late.run_day()
        assert as_left(steady) == as_left(late)
        expected = sorted(TODAY + timedelta(days=ahead) for ahead, _, is_ready in rows if is_ready and ahead <= last)
        assert [each.issued_on for each in report.issued] == expected
        assert [each.number for each in report.issued] == [f"F2026-{n:05d}" for n in range(1, len(expected) + 1)]
        before = everything(late.storage)
        assert late.run_day().issued == ()
        assert everything(late.storage) == before


@looks(20)
@given(offer=offers(), runs=st.lists(st.integers(0, 200), min_size=1, max_size=5))
def test_inv_28_29_what_a_quote_generated_leaves_on_its_own_day_however_late_the_run(
    open_app: Any, offer: Any, runs: list[int]
) -> None:
    with open_app() as app:
        quote, invoices = leaving(app, offer)
        days = {each.id: each.send_on for each in invoices}
        for ahead in sorted(runs):
            on(TODAY + timedelta(days=ahead), app)
            app.run_day()
            for each in live(app, quote.id):
                day = days[each.id]
                if day is None:
                    assert each.send_on is None
                elif day <= app.today:
                    assert (each.state, each.issued_on) == (InvoiceState.ISSUED, day)
                else:
                    assert (each.state, each.number, each.sent_at) == (InvoiceState.DRAFT, None, None)


@looks(20)
@given(rows=plans(), ahead=st.integers(0, 30))
def test_inv_28_a_person_or_a_payment_may_issue_earlier_but_it_is_sent_on_its_day(
    open_app: Any, rows: list[tuple[int, int, bool]], ahead: int
) -> None:
    with open_app() as app:
        planned(app, rows)
        with app.reading() as read:
            ready = [each for each in read.invoices.find() if each.total]
        for each in ready:
            paid = app.do(c.RecordPayment(each.id, cad(1), method="card"))
            assert (paid.issued_on, paid.send_on, paid.sent_at) == (each.send_on, each.send_on, None)
        on(TODAY + timedelta(days=ahead), app)
        app.run_day()
        for each in ready:
            assert each.send_on is not None
            assert (app.get(each.id).sent_at is not None) is (each.send_on <= app.today)


@looks(15)
@given(rows=plans().filter(bool), data=st.data())
def test_more_than_the_cap_in_one_run_stops_and_sends_nothing(
    open_app: Any, rows: list[tuple[int, int, bool]], data: st.DataObject
) -> None:
    """User promise 1: a cap stops and reports instead of sending."""
    with open_app() as app:
        planned(app, rows)
        cap = data.draw(st.integers(1, 8))
        set_up(app, day_cap=cap)
        on(TODAY + timedelta(days=40), app)
        before = everything(app.storage)
        report = app.run_day()
        if len(rows) > cap:
            assert report.stopped is not None
            assert (report.stopped.code, report.issued, report.refused) == ("day.too-many", (), ())
            assert everything(app.storage) == before
        else:
            assert report.stopped is None
            assert len(report.issued) + len(report.refused) == len(rows)


# ------------------------------------------------------------------------------------------------------- who may approve


@looks(20)
@given(offer=offers(), validity=st.integers(0, 30), wait=st.integers(0, 40))
def test_inv_30_a_client_approves_until_the_last_day_and_never_after_it(
    open_app: Any, offer: Any, validity: int, wait: int
) -> None:
    with open_app() as app:
        set_up(app, quote_validity_days=validity)
        contact, job = client_and_job(app)
        quote = sent_quote(app, job, offer[0], [offer[1]])
        on(TODAY + timedelta(days=wait), app)
        client = app.acting_as(Actor.client(contact.id))
        assert quote.valid_until == TODAY + timedelta(days=validity)
        if wait <= validity:
            assert client.do(c.ApproveQuote(quote.id)).quote.state == "approved"
            return
        before = everything(app.storage)
        for despite in (False, True):
            with pytest.raises(Refused) as caught:
                client.do(c.ApproveQuote(quote.id, despite_expiry=despite))
            assert [each.code for each in caught.value.reasons] == ["quote.expired"]
        with pytest.raises(Refused):
            app.do(c.ApproveQuote(quote.id))
        assert everything(app.storage) == before
        assert app.do(c.ApproveQuote(quote.id, despite_expiry=True)).quote.state == "approved"


@looks(20)
@given(offer=offers(), state=st.sampled_from(["draft", "declined", "approved"]))
def test_inv_30_a_quote_that_is_not_sent_cannot_be_approved(open_app: Any, offer: Any, state: str) -> None:
    with open_app() as app:
        contact, job = client_and_job(app)
        quote = app.do(c.DraftQuote(job.id, lines=offer[0], schedules=[offer[1]]))
        if state != "draft":
            app.do(c.SendQuote(quote.id))
            app.do(c.DeclineQuote(quote.id) if state == "declined" else c.ApproveQuote(quote.id))
        before = everything(app.storage)
        for door in (app, app.acting_as(Actor.client(contact.id))):
            with pytest.raises(Refused) as caught:
                door.do(c.ApproveQuote(quote.id, despite_expiry=True))
            assert caught.value.code == f"quote.{state}"
        assert everything(app.storage) == before


@looks(20)
@given(offer=offers(), split=st.sampled_from(Split), data=st.data())
def test_inv_31_what_was_approved_no_longer_follows_the_settings(
    open_app: Any, offer: Any, split: Split, data: st.DataObject
) -> None:
    with open_app() as app:
        plain = tuple(evolve(line, tax=None) for line in offer[0])
        total = total_of([evolve(line, tax=app.settings.tax_group) for line in plain])
        if total < 0:
            return
        schedule = data.draw(schedules(total))
        set_up(app, generates_on_approval=False)
        quote, _ = leaving(app, (plain, schedule))
        wanted = app.preview(c.GenerateInvoices(quote.id)).result
        set_up(app, tax_group=TaxGroup("qc", []), split=split, terms_days=30)
        found = app.do(c.GenerateInvoices(quote.id))
        assert [(each.lines, each.taxes, each.total) for each in found] == [
            (each.lines, each.taxes, each.total) for each in wanted
        ]
        assert app.get(quote.id) == quote


@looks(20)
@given(offer=offers(), as_client=st.booleans())
def test_inv_32_an_approval_is_one_fact_with_who_did_it_and_when(open_app: Any, offer: Any, as_client: bool) -> None:
    with open_app() as app:
        contact, job = client_and_job(app)
        quote = sent_quote(app, job, offer[0], [offer[1]])
        actor = Actor.client(contact.id) if as_client else Actor.user("u17", name="Marie")
        approved = app.acting_as(actor).do(c.ApproveQuote(quote.id, on_behalf_of=contact.id)).quote
        assert approved.approval is not None
        assert (approved.approval.by, approved.approval.on_behalf_of) == (actor, contact.id)
        assert (approved.approval.approved_at, approved.approval.approved_on) == (app.clock.now(), TODAY)
        (fact,) = [each for each in app.folder(job.id).timeline if each.event.name == "quote.approved"]
        assert (fact.actor_kind, fact.actor_id, fact.at) == (actor.kind, actor.id, app.clock.now())


@looks(15)
@given(document=documents(max_size=3), data=st.data())
def test_of_several_schedules_one_must_be_named_and_only_its_invoices_are_made(
    open_app: Any, document: tuple[Line, ...], data: st.DataObject
) -> None:
    """Decision 5."""
    total = total_of(document)
    offered = [data.draw(schedules(total, name=name)) for name in ("a", "b")]
    with open_app() as app:
        contact, job = client_and_job(app)
        quote = sent_quote(app, job, document, offered)
        client = app.acting_as(Actor.client(contact.id))
        before = everything(app.storage)
        for name, code in ((None, "schedule.choice-required"), ("c", "schedule.unknown")):
            with pytest.raises(Refused) as caught:
                client.do(c.ApproveQuote(quote.id, schedule=name))
            assert (caught.value.code, caught.value.params["schedules"]) == (code, ("a", "b"))
        assert everything(app.storage) == before
        chosen = data.draw(st.sampled_from(offered))
        found = client.do(c.ApproveQuote(quote.id, schedule=chosen.name))
        assert len(found.invoices) == chosen.invoice_count
        assert found.quote.approval is not None
        assert found.quote.approval.schedule == chosen


@looks(15)
@given(offer=offers())
def test_the_first_instalment_is_due_on_approval_where_the_company_says_so(open_app: Any, offer: Any) -> None:
    """Decision 1."""
    with open_app() as app:
        set_up(app, has_first_payment_on_approval=True)
        quote, invoices = leaving(app, offer)
        assert quote.approval is not None
        first, *others = quote.approval.schedule.instalments
        assert first.when == When.ON_APPROVAL
        assert tuple(others) == offer[1].instalments[1:]
        assert (invoices[0].state, invoices[0].issued_on) == (InvoiceState.ISSUED, TODAY)


@looks(15)
@given(offer=offers(), by_setting=st.booleans())
def test_sending_on_approval_can_be_held_back(open_app: Any, offer: Any, by_setting: bool) -> None:
    """Decision 16, user promise 12."""
    with open_app() as app:
        set_up(app, sends_on_approval=not by_setting)
        _, job = client_and_job(app)
        quote = sent_quote(app, job, offer[0], [offer[1]])
        found = app.do(c.ApproveQuote(quote.id, send=by_setting)).invoices
        assert {each.state for each in found} == {InvoiceState.DRAFT}
        assert all(each.send_on is None or each.send_on > TODAY for each in found)


@looks(15)
@given(amount=st.integers(1, 10**7), count=st.integers(1, 12))
def test_equal_invoices_sent_one_by_one_leave_nothing_to_invoice(open_app: Any, amount: int, count: int) -> None:
    """User promise 2: the last part is what remains."""
    with open_app() as app:
        schedule = Schedule.many_invoices([Instalment.rest(When.TO_BE_PLANNED)] * count)
        quote, invoices = leaving(app, ((Line("Snow", 1, cad(amount)),), schedule))
        assert app.folder(quote.job_id).to_invoice == quote.total
        for each in invoices:
            app.do(c.SendInvoice(each.id))
        folder = app.folder(quote.job_id)
        assert (folder.to_invoice, folder.invoiced) == (cad(0), quote.total)
