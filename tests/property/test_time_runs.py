"""Runs that are late, clocks that jump back: what is billed is the same, and once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from company import naive
from company.days import WORK, ZONES, approved, at, planned, set_up
from plannit_core import FixedClock, Line, Plannit, TaxGroup, When
from plannit_core import commands as c
from plannit_core.app import RandomIds
from plannit_core.audit import check
from plannit_core.lifecycle import InvoiceState
from plannit_core.values.ids import InvoiceId
from support import cad, client_and_job, events_of, everything, looks

if TYPE_CHECKING:
    from plannit_core.model.job import Job

# ------------------------------------------------------------------------------------------------- clocks that jump back


def test_a_clock_that_jumps_back_over_midnight_lets_nothing_leave_twice(open_app: Any) -> None:
    clock = FixedClock(at("2026-03-02T09:00"))
    with open_app(clock) as app:
        _, job = client_and_job(app)
        first, second = (planned(app, job, date(2026, 3, day)) for day in (3, 4))
        clock.set(at("2026-03-03T00:05"))
        assert [each.id for each in app.run_day().issued] == [first.id]
        clock.set(at("2026-03-02T23:55"))
        before = everything(app.storage)
        assert app.run_day().issued == ()
        assert everything(app.storage) == before
        assert app.receivables().total == cad(0)  # of the day before it was issued
        early = app.do(c.RecordPayment(first.id, cad(10_00), method="card"))
        assert (early.payments[0].paid_on, early.issued_on) == (date(2026, 3, 2), date(2026, 3, 3))
        assert app.receivables().deposits == cad(10_00)
        by_hand = app.do(c.IssueInvoice(app.do(c.DraftInvoice(job.id, lines=WORK)).id))
        assert (by_hand.number, by_hand.issued_on) == ("F2026-00002", date(2026, 3, 2))
        clock.set(at("2026-03-04T09:00"))
        assert [each.number for each in app.run_day().issued] == ["F2026-00003"]
        assert app.get(second.id).issued_on == date(2026, 3, 4)
        assert check(app.storage, app.company).found == ()


@looks(60)
@given(data=st.data())
def test_books_stay_right_under_a_clock_that_jumps_about(open_app: Any, data: st.DataObject) -> None:
    """34, 35, 42, 70 and 71, whatever the clock says: numbers are consecutive, positions are, and each day's report is right."""
    clock = FixedClock(at("2026-12-30T12:00"))
    with open_app(clock) as app:
        _, job = client_and_job(app)
        set_up(app, invoice_numbers=evolve(app.settings.invoice_numbers, restart="never", prefix=""))
        for _ in range(data.draw(st.integers(1, 12))):
            clock.advance(hours=data.draw(st.integers(-60, 90)))
            act = data.draw(st.sampled_from(["plan", "issue", "pay", "void payment", "adjust", "void", "run"]))
            do_something(app, job, act, data)
        with app.reading() as read:
            invoices = list(read.invoices.find())
        issued = [each.event for each in events_of(app.storage) if each.event.name == "invoice.issued"]
        assert [each.number for each in issued] == [f"{count:05d}" for count in range(1, len(issued) + 1)]
        assert [each.position for each in events_of(app.storage)] == list(
            range(1, app.storage.position(app.company) + 1)
        )
        for day in (date(2026, 12, 15) + timedelta(days=ahead) for ahead in range(40)):
            report = app.receivables(day)
            assert (report.total.minor, report.deposits.minor) == naive.owed(invoices, day)
        assert check(app.storage, app.company).found == ()


def do_something(app: Plannit, job: Job, act: str, data: st.DataObject) -> None:
    with app.reading() as read:
        issued = [each for each in read.invoices.find() if each.state is InvoiceState.ISSUED]
    if act == "run":
        app.run_day()
    elif act == "plan" or not issued:
        planned(app, job, app.today + timedelta(days=data.draw(st.integers(0, 4))))
    elif act == "issue":
        app.do(c.IssueInvoice(app.do(c.DraftInvoice(job.id, lines=WORK)).id))
    else:
        invoice = data.draw(st.sampled_from(issued))
        counting = [each for each in invoice.payments if not each.is_voided]
        if act == "void payment" and counting:
            app.do(c.VoidPayment(invoice.id, payment_id=counting[0].id))
        elif act == "adjust":
            app.do(c.AdjustInvoice(invoice.id, lines=[Line("Rabais", -1, cad(1_00), tax=TaxGroup.EXEMPT)]))
        elif act == "void" and not counting:
            app.do(c.VoidInvoice(invoice.id))
        elif invoice.balance.minor > 0:
            app.do(c.RecordPayment(invoice.id, cad(min(100_00, invoice.balance.minor)), method="card"))


@given(hours=st.lists(st.integers(-100, 100), min_size=1, max_size=30))
def test_ids_sort_in_the_order_they_were_made_whatever_the_clock_does(hours: list[int]) -> None:
    clock, ids, made = FixedClock(at("2026-03-02T09:00")), RandomIds(), []
    for step in hours:
        clock.advance(hours=step)
        made += [ids.new(InvoiceId, clock.now()) for _ in range(2)]
    assert made == sorted(set(made))


# -------------------------------------------------------------------------------------------------------------- late runs

STARTS = ["2026-03-02T09:00", "2026-10-25T12:00", "2026-12-18T23:30", "2028-02-20T00:10"]
"""An ordinary one, and before a change of the clocks, a year's end and a 29 February."""


@looks(60)
@given(
    start=st.sampled_from(STARTS),
    zone=st.sampled_from(ZONES[:4]),
    ahead=st.lists(st.integers(0, 20), max_size=5),
    whens=st.lists(st.integers(1, 20) | st.none(), min_size=1, max_size=4),
    data=st.data(),
)
def test_running_day_by_day_equals_running_once_at_the_end(
    open_app: Any, start: str, zone: str, ahead: list[int], whens: list[int | None], data: st.DataObject
) -> None:
    """29: the same invoices with the same numbers and days, and the same reports of every day; only the stamps differ."""
    clocks = FixedClock(at(start, zone)), FixedClock(at(start, zone))
    last = data.draw(st.integers(0, 21))
    with open_app(clocks[0]) as steady, open_app(clocks[1]) as late:
        for app in (steady, late):
            set_up(app, time_zone=zone, terms_days=10)
            days = [When.TO_BE_PLANNED if each is None else When.after(days=each) for each in whens]
            approved(app, days)
            _, job = client_and_job(app)
            for place, each in enumerate(ahead):
                planned(app, job, app.today + timedelta(days=each), cents=(place + 1) * 10_01)
        for _ in range(last):
            clocks[0].advance(days=1)
            for _ in range(data.draw(st.sampled_from([1, 1, 2]))):
                steady.run_day()
        clocks[1].advance(days=last)
        for app in (steady, late):
            app.run_day()
            app.run_day()
        assert as_printed(steady) == as_printed(late)
        for day in (steady.today + timedelta(days=each) for each in (-20, -3, 0, 15, 40)):
            assert owed(steady, day) == owed(late, day)


def as_printed(app: Plannit) -> list[tuple[Any, ...]]:
    """Every invoice in the order it was made, as its client reads it."""
    with app.reading() as read:
        return [
            (each.number, each.state, each.issued_on, each.due_on, each.total, each.lines, each.send_on)
            for each in read.invoices.find()
        ]


def owed(app: Plannit, day: date) -> Any:
    report = app.receivables(day)
    return [(row.number, row.due_on, row.amount, row.days_late) for row in report.rows], report.buckets, report.deposits


def test_a_run_that_is_a_week_late_dates_each_invoice_on_its_own_day(open_app: Any) -> None:
    clock = FixedClock(at("2026-02-20T09:00"))
    with open_app(clock) as app:
        set_up(app, terms_days=3)
        _, job = client_and_job(app)
        for day in range(23, 29):
            planned(app, job, date(2026, 2, day))
        clock.set(at("2026-03-02T09:00"))
        issued = app.run_day().issued
        assert [each.issued_on for each in issued] == [date(2026, 2, day) for day in range(23, 29)]
        assert [each.due_on for each in issued] == [date(2026, 2, day) + timedelta(days=3) for day in range(23, 29)]
        assert [each.is_overdue(app.today) for each in issued] == [True] * 4 + [False] * 2
        assert {each.sent_at for each in issued} == {clock.now()}
        assert app.run_day().issued == ()


def test_a_run_for_a_past_day_lets_leave_only_what_was_due_by_then(open_app: Any) -> None:
    clock = FixedClock(at("2026-02-20T09:00"))
    with open_app(clock) as app:
        _, job = client_and_job(app)
        for day in (23, 24, 25):
            planned(app, job, date(2026, 2, day))
        clock.set(at("2026-03-02T09:00"))
        assert [each.issued_on for each in app.run_day(date(2026, 2, 24)).issued] == [
            date(2026, 2, 23),
            date(2026, 2, 24),
        ]
        assert [each.issued_on for each in app.run_day(date(2026, 2, 24)).issued] == []
        assert [each.issued_on for each in app.run_day().issued] == [date(2026, 2, 25)]
