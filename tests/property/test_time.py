"""Days and instants: year ends, 29 February, month ends, clock changes, six time zones, late runs, clocks that jump back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from company import naive
from plannit_core import Actor, FixedClock, Instalment, Line, Plannit, Schedule, TaxGroup, When
from plannit_core import commands as c
from plannit_core.app import RandomIds
from plannit_core.audit import check
from plannit_core.lifecycle import InvoiceState
from plannit_core.values.ids import InvoiceId
from support import cad, client_and_job, events_of, everything, looks, sent_quote

if TYPE_CHECKING:
    from plannit_core.model.invoice import Invoice
    from plannit_core.model.job import Job

ZONES = (
    "America/St_Johns",
    "America/Halifax",
    "America/Toronto",
    "America/Winnipeg",
    "America/Regina",  # the one that never changes its clocks
    "America/Edmonton",
    "America/Vancouver",
)
WORK = [Line("Déneigement", 1, cad(1_000_00))]


def at(instant: str, zone: str = "America/Toronto") -> datetime:
    """What the wall clock of a place says, as an instant."""
    return datetime.fromisoformat(instant).replace(tzinfo=ZoneInfo(zone))


def set_up(app: Plannit, **changes: Any) -> None:
    app.do(c.ConfigureCompany(evolve(app.settings, **changes)))


def planned(app: Plannit, job: Job, day: date, cents: int = 1_000_00) -> Invoice:
    invoice = app.do(c.DraftInvoice(job.id, lines=[Line("Visite", 1, cad(cents))]))
    return app.do(c.PlanInvoice(invoice.id, send_on=day))


def approved(app: Plannit, whens: list[When]) -> tuple[Invoice, ...]:
    """The invoices of a quote in equal parts, one for each of these days."""
    contact, job = client_and_job(app)
    schedule = Schedule.many_invoices([Instalment.rest(when) for when in whens])
    quote = sent_quote(app, job, WORK, [schedule])
    return app.acting_as(Actor.client(contact.id)).do(c.ApproveQuote(quote.id)).invoices


# ------------------------------------------------------------------------------------------------ year ends, month ends


def test_what_is_dated_in_the_old_year_has_its_number_however_late_the_run(open_app: Any) -> None:
    clock = FixedClock(at("2026-12-20T09:00"))
    with open_app(clock) as app:
        _, job = client_and_job(app)
        days = [date(2027, 1, 1), date(2026, 12, 31), date(2026, 12, 30), date(2027, 1, 2)]
        for day in days:
            planned(app, job, day)
        clock.set(at("2027-01-09T09:00"))  # a week late
        report = app.run_day()
        assert [(each.issued_on, each.number) for each in report.issued] == [
            (date(2026, 12, 30), "F2026-00001"),
            (date(2026, 12, 31), "F2026-00002"),
            (date(2027, 1, 1), "F2027-00001"),
            (date(2027, 1, 2), "F2027-00002"),
        ]
        assert [each.due_on for each in report.issued] == sorted(days)
        by_hand = app.do(c.DraftInvoice(job.id, lines=WORK))
        assert app.do(c.IssueInvoice(by_hand.id)).number == "F2027-00003"


def test_the_old_year_ends_when_it_ends_at_the_companys_place(open_app: Any) -> None:
    clock = FixedClock(at("2026-12-31T23:59"))
    with open_app(clock) as app:
        _, job = client_and_job(app)
        drafts = [app.do(c.DraftInvoice(job.id, lines=WORK)).id for _ in range(2)]
        assert clock.now().year == 2027  # in UTC
        assert app.do(c.IssueInvoice(drafts[0])).number == "F2026-00001"
        clock.advance(minutes=1)
        assert app.do(c.IssueInvoice(drafts[1])).number == "F2027-00001"
        quotes = [sent_quote(app, job, WORK, []).number for _ in range(2)]
        assert quotes == ["S2027-00001", "S2027-00002"]


@pytest.mark.parametrize(
    ("approved_on", "months", "days"),
    [
        ("2026-01-31", (1, 2, 3, 13), ("2026-02-28", "2026-03-31", "2026-04-30", "2027-02-28")),
        ("2027-11-30", (1, 2, 3, 4), ("2027-12-30", "2028-01-30", "2028-02-29", "2028-03-30")),
        ("2028-02-29", (1, 11, 12, 48), ("2028-03-29", "2029-01-29", "2029-02-28", "2032-02-29")),
        ("2026-12-31", (1, 2, 6, 12), ("2027-01-31", "2027-02-28", "2027-06-30", "2027-12-31")),
    ],
)
def test_months_are_counted_from_the_approval_and_never_drift(
    open_app: Any, approved_on: str, months: tuple[int, ...], days: tuple[str, ...]
) -> None:
    """User promise 11."""
    clock = FixedClock(at(f"{approved_on}T09:00"))
    with open_app(clock) as app:
        invoices = approved(app, [When.after(months=count) for count in months])
        assert [str(each.send_on) for each in invoices] == list(days)
        for day in days:
            clock.set(at(f"{day}T06:00"))
            assert [str(each.issued_on) for each in app.run_day().issued] == [day]


@looks(60)
@given(start=st.dates(date(2026, 1, 1), date(2029, 12, 31)), months=st.integers(0, 60), days=st.integers(0, 40))
def test_a_monthly_instalment_falls_on_the_day_of_the_approval_or_on_the_last_of_a_shorter_month(
    open_app: Any, start: date, months: int, days: int
) -> None:
    clock = FixedClock(at(f"{start}T12:00"))
    with open_app(clock) as app:
        (invoice,) = approved(app, [When.after(months=months, days=days)])
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
        last = (first_of_next - timedelta(days=1)).day
        expected = date(year, month + 1, min(start.day, last)) + timedelta(days=days)
        assert (invoice.send_on or invoice.issued_on) == expected


@pytest.mark.parametrize(
    ("today", "terms", "due_on"),
    [("2028-02-29", 365, "2029-02-28"), ("2028-01-30", 30, "2028-02-29"), ("2026-12-31", 60, "2027-03-01")],
)
def test_terms_and_the_validity_of_a_quote_are_counted_in_days(
    open_app: Any, today: str, terms: int, due_on: str
) -> None:
    with open_app(FixedClock(at(f"{today}T12:00"))) as app:
        set_up(app, terms_days=terms, quote_validity_days=terms)
        _, job = client_and_job(app)
        assert str(sent_quote(app, job, WORK, []).valid_until) == due_on
        invoice = app.do(c.IssueInvoice(app.do(c.DraftInvoice(job.id, lines=WORK)).id))
        assert str(invoice.due_on) == due_on


# -------------------------------------------------------------------------------------------------------- clock changes


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-06-15", 24)], ids=["spring", "autumn", "summer"]
)
@pytest.mark.parametrize("zone", ["America/St_Johns", "America/Halifax", "America/Toronto", "America/Winnipeg"])
def test_a_day_is_as_long_as_it_is_at_the_companys_place(open_app: Any, zone: str, day: str, hours: int) -> None:
    """User promise 10: an invoice leaves in the first run after midnight there, once, whatever the clocks do that day."""
    clock = FixedClock(at(f"{day}T00:00", zone) - timedelta(days=1))
    with open_app(clock) as app:
        set_up(app, time_zone=zone)
        _, job = client_and_job(app)
        planned(app, job, date.fromisoformat(day))
        clock.set(at(f"{day}T00:00", zone))
        midnight = clock.now()
        clock.advance(minutes=-1)
        assert app.run_day().issued == ()
        left = []
        for half_hour in range(2 * hours):  # the hour that comes twice is run through twice
            clock.set(midnight + timedelta(minutes=30 * half_hour))
            assert str(app.today) == day
            left += app.run_day().issued
        assert [str(each.issued_on) for each in left] == [day]
        clock.set(midnight + timedelta(hours=hours))
        assert app.today == date.fromisoformat(day) + timedelta(days=1)


@pytest.mark.parametrize("zone", ["America/St_Johns", "America/Toronto", "America/Edmonton"])
def test_a_winters_day_is_planned_in_summer(open_app: Any, zone: str) -> None:
    """User promise 10: no offset of today is used for another day."""
    clock = FixedClock(at("2026-07-01T12:00", zone))
    with open_app(clock) as app:
        set_up(app, time_zone=zone)
        _, job = client_and_job(app)
        planned(app, job, date(2027, 1, 15))
        clock.set(at("2027-01-14T23:59", zone))
        assert app.run_day().issued == ()
        clock.set(at("2027-01-15T00:00", zone))
        assert [str(each.issued_on) for each in app.run_day().issued] == ["2027-01-15"]


# --------------------------------------------------------------------------------------------------------------- places

AT_ONE_INSTANT = [
    ("America/St_Johns", "2026-06-15"),  # half past midnight
    ("America/Halifax", "2026-06-15"),  # midnight
    ("America/Toronto", "2026-06-14"),
    ("America/Winnipeg", "2026-06-14"),
    ("America/Vancouver", "2026-06-14"),
]


@pytest.mark.parametrize(("zone", "today"), AT_ONE_INSTANT)
def test_at_one_instant_it_is_a_days_difference_from_newfoundland_to_british_columbia(
    open_app: Any, zone: str, today: str
) -> None:
    clock = FixedClock("2026-06-15T03:00+00:00")
    with open_app(clock) as app:
        set_up(app, time_zone=zone)
        assert str(app.today) == today
        _, job = client_and_job(app)
        assert str(job.opened_on) == today
        clock.advance(days=-1)
        planned(app, job, date(2026, 6, 15))
        clock.advance(days=1)
        assert [str(each.issued_on) for each in app.run_day().issued] == (
            ["2026-06-15"] if today > "2026-06-14" else []
        )


@looks(90)
@given(
    zone=st.sampled_from(ZONES),
    seconds=st.integers(0, 4 * 365 * 86_400),
    ahead=st.integers(0, 3),
    late=st.integers(0, 90),
)
def test_nothing_leaves_before_midnight_at_the_companys_place_and_everything_from_then_on(
    open_app: Any, zone: str, seconds: int, ahead: int, late: int
) -> None:
    """28, at any instant of four years."""
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
    with open_app(clock) as app:
        set_up(app, time_zone=zone)
        _, job = client_and_job(app)
        day = app.today + timedelta(days=ahead)
        planned(app, job, day)
        clock.advance(hours=late)
        local = clock.now().astimezone(ZoneInfo(zone))
        issued = app.run_day().issued
        assert bool(issued) is (local.replace(tzinfo=None) >= datetime(day.year, day.month, day.day))
        assert all(each.issued_on == day for each in issued)


SERVER = """
import json, sys, time
from datetime import date, datetime
from zoneinfo import ZoneInfo
from attrs import evolve
from plannit_core import FixedClock, Line, Money, Plannit, commands as c, presets
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.serial import plain

clock = FixedClock("2026-06-15T03:30+00:00")
found = []
for zone in ("America/St_Johns", "America/Toronto", "America/Vancouver"):
    app = Plannit(SqliteStorage(sys.argv[1]), company=zone.replace("/", "-"), clock=clock)
    app.do(c.ConfigureCompany(evolve(presets.quebec(name="Toitures Lavoie"), time_zone=zone)))
    contact = app.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))
    invoice = app.do(c.InvoiceContact(contact.id, lines=[Line("Call-out", 1, Money.cad("120.00"))])).invoice
    app.do(c.PlanInvoice(invoice.id, send_on=date(2026, 6, 15)))
    issued = [(each.number, str(each.issued_on), str(each.issued_at)) for each in app.run_day().issued]
    paid = app.do(c.RecordPayment(invoice.id, Money.cad("100.00"), method="card"))
    owed = app.receivables()
    found.append([str(app.today), issued, str(paid.payments[0].paid_on), str(owed.total), str(owed.deposits)])
    live = Plannit(SqliteStorage(sys.argv[1]), company=app.company)
    before = datetime.now(ZoneInfo(zone)).date()
    assert before <= live.today <= datetime.now(ZoneInfo(zone)).date()
print(json.dumps([time.tzname[0], found]))
"""


def test_it_makes_no_difference_where_the_server_stands(tmp_path: Any) -> None:
    """User promise 10: the books are in the company's zone and in UTC; the machine's own zone is in neither."""

    def told(zone: str) -> Any:
        file = tmp_path / f"{zone.replace('/', '-')}.db"
        environment = {**os.environ, "TZ": zone, "PYTHONPATH": os.pathsep.join(sys.path)}
        run = subprocess.run(
            [sys.executable, "-c", SERVER, str(file)], env=environment, capture_output=True, text=True, check=True
        )
        return json.loads(run.stdout)

    names, found = zip(*map(told, ["UTC", "Asia/Tokyo", "Pacific/Kiritimati"]), strict=True)
    assert found[0] == found[1] == found[2]
    assert os.name == "nt" or len(set(names)) == 3
    newfoundland, quebec, columbia = found[0]
    assert newfoundland == [
        "2026-06-15",
        [["F2026-00001", "2026-06-15", "2026-06-15 03:30:00+00:00"]],
        "2026-06-15",
        "37.97",
        "0.00",
    ]
    assert quebec == columbia == ["2026-06-14", [], "2026-06-14", "0.00", "100.00"]  # a deposit on tomorrow's invoice


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
