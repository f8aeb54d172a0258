"""Days and instants: year ends, 29 February, month ends, clock changes, seven time zones, a server that stands elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company.days import WORK, ZONES, approved, at, planned, set_up
from plannit_core import FixedClock, When
from plannit_core import commands as c
from support import client_and_job, looks, sent_quote

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


def test_it_makes_no_difference_where_the_server_stands(tmp_path: Any) -> None:
    """User promise 10: the books are in the company's zone and in UTC; the machine's own zone is in neither."""

    def told(zone: str) -> Any:
        file = tmp_path / f"{zone.replace('/', '-')}.db"
        environment = {**os.environ, "TZ": zone, "PYTHONPATH": os.pathsep.join(sys.path)}
        run = subprocess.run(
            [sys.executable, "-m", "company.server", str(file)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
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
