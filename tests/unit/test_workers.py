"""The day of many companies by many workers: each invoice leaves once, numbered in order, whoever lets it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING, Any, Self

import pytest
from attrs import evolve, frozen

from plannit_core import Actor, FixedClock, Line, Money, Plannit, Unavailable, presets, workers
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.policies import Permission, Policies
from plannit_core.workers import run_days
from support import everything

if TYPE_CHECKING:
    from plannit_core.ports import Storage
    from plannit_core.views import DayReport

APRIL_1 = date(2026, 4, 1)


def office(storage: Storage, company: str, invoices: int, **settings: Any) -> Plannit:
    """A company with so many invoices that leave on the days from 1 April on, the last one first."""
    clock = FixedClock("2026-03-02T09:00-05:00")
    app = Plannit(storage, company=company, clock=clock)
    app.do(c.ConfigureCompany(evolve(presets.quebec(name="Toitures Lavoie"), **settings)))
    ada = app.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))
    for number in range(invoices):
        made = app.do(c.InvoiceContact(ada.id, lines=[Line("Visit", 1, Money.cad("100.00"))]))
        app.do(c.PlanInvoice(made.invoice.id, send_on=date(2026, 4, invoices - number)))
    clock.set("2026-05-04T09:00-04:00")
    return app


def numbers_in_order(app: Plannit) -> None:
    """Every invoice issued once, numbered 1 to n in the order of their days."""
    with app.reading() as read:
        found = sorted(read.invoices.find(state="issued"), key=lambda each: each.number or "")
        assert [each.number for each in found] == [f"F2026-{n:05d}" for n in range(1, len(found) + 1)]
        assert [each.issued_on for each in found] == sorted(each.issued_on for each in found if each.issued_on)
        assert read.invoices.find(state="draft") == ()


def test_every_company_of_a_storage_gets_its_day(storage: Storage) -> None:
    doors = [office(storage, name, 5) for name in ("a", "b", "c")]
    reports = list(run_days(doors[0], chunk=2))
    assert [company for company, _ in reports] == ["a", "b", "c"] * 3
    assert [len(report.issued) for _, report in reports] == [2] * 6 + [1] * 3
    for door in doors:
        numbers_in_order(door)
    before = [everything(storage, name) for name in ("a", "b", "c")]
    assert list(run_days(doors[0])) == []
    assert before == [everything(storage, name) for name in ("a", "b", "c")]


def test_what_is_refused_is_told_once_and_the_others_leave(storage: Storage) -> None:
    app = office(storage, "a", 3)
    with app.reading() as read:
        [first] = [each for each in read.invoices.find() if each.send_on == APRIL_1]
    app.do(c.EditInvoice(first.id, lines=[]))
    reports = [report for _, report in run_days(app, chunk=1)]
    assert [each.invoice_id for report in reports for each in report.refused] == [first.id]
    assert [len(report.issued) for report in reports] == [0, 1, 1]


def test_more_than_the_cap_of_a_company_stops_that_company_alone(storage: Storage) -> None:
    few, many = office(storage, "few", 2), office(storage, "many", 3, day_cap=2)
    reports: dict[str, DayReport] = dict(run_days(few))
    assert reports["many"].stopped is not None
    assert reports["many"].stopped.code == "day.too-many"
    assert reports["many"].issued == ()
    assert len(reports["few"].issued) == 2
    assert many.folder(many.departures()[0].job_id).invoices[0].state == "draft"


def test_a_company_that_another_worker_is_at_is_passed_over(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PATIENCE_SECONDS", 0.0)
    app = office(storage, "a", 1)
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with app.transaction():
            held.set()
            let_go.wait(30)

    other = threading.Thread(target=hold)
    other.start()
    held.wait(30)
    with pytest.raises(Unavailable):
        list(run_days(app))
    let_go.set()
    other.join()
    assert [len(report.issued) for _, report in run_days(app)] == [1]


def test_what_failed_is_told_also_when_another_company_stays_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PATIENCE_SECONDS", 0.0)
    storage = MemoryStorage(timeout=0.02)

    def fails(actor: Actor, needs: Permission) -> bool:
        raise ZeroDivisionError

    app = evolve(office(storage, "a", 1), policies=Policies(may=fails))
    office(storage, "b", 1)
    with storage.writing("b"), ThreadPoolExecutor(1) as other, pytest.raises(ZeroDivisionError) as failed:
        other.submit(lambda: list(run_days(app))).result()
    assert failed.value.__notes__ == ["in the company a"]
    assert isinstance(failed.value.__cause__, Unavailable)


def test_a_company_that_fails_is_told_after_all_the_others_had_their_day(storage: Storage) -> None:
    bad, good = office(storage, "bad", 2), office(storage, "good", 2)

    def fails_for_bad(actor: Actor, needs: Permission) -> bool:
        if asked[0] == "bad":
            raise ZeroDivisionError
        return True

    asked: list[str] = []

    @frozen
    class Office(Plannit):
        def for_company(self, id: str) -> Self:
            asked[:] = [id]
            return super().for_company(id)

    app = Office(storage, company="any", clock=good.clock, policies=Policies(may=fails_for_bad))
    days = run_days(app)
    company, report = next(days)
    assert (company, len(report.issued)) == ("good", 2)
    with pytest.raises(ZeroDivisionError) as failed:
        next(days)
    assert failed.value.__notes__ == ["in the company bad"]
    assert len(bad.run_day().issued) == 2


def test_several_workers_let_each_invoice_leave_once(storage: Storage) -> None:
    doors = [office(storage, name, 12) for name in ("a", "b", "c")]
    left: list[str] = []

    def work(number: int) -> None:
        app = doors[0].acting_as(Actor.system(f"worker-{number}"))
        left.extend(each.id for _, report in run_days(app, chunk=3) for each in report.issued)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(left) == len(set(left)) == 36
    for door in doors:
        numbers_in_order(door)


def test_each_company_has_its_own_day(storage: Storage) -> None:
    west = office(storage, "west", 1, time_zone="America/Vancouver")
    east = office(storage, "east", 1, time_zone="America/St_Johns")
    clock = FixedClock("2026-04-01T03:30+00:00")  # 1 April in Newfoundland, still 31 March in British Columbia
    app = Plannit(storage, company="any", clock=clock)
    assert [company for company, report in run_days(app) if report.issued] == ["east"]
    clock.set("2026-04-01T07:30+00:00")
    assert [company for company, report in run_days(app) if report.issued] == ["west"]
    numbers_in_order(east)
    numbers_in_order(west)
