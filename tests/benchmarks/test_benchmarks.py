"""The benchmarks on a small scale: that what they measure is right, and not how long it takes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from importlib import import_module
from inspect import isgeneratorfunction
from subprocess import run
from sys import executable
from typing import TYPE_CHECKING

import pytest

from benchmarks import amounts, bulk, days, documents, drained, flow, folders, growth, imports, sql, writers
from benchmarks.filling import fill
from benchmarks.measure import Figure, quartile, taking_turns
from benchmarks.office import MORNING, opened, with_jobs
from benchmarks.run import TOPICS
from databases import database
from plannit_core import FixedClock, Plannit
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sql import SqlStorage
from plannit_core.handlers import HANDLERS
from plannit_core.ports import Commit
from plannit_core.season import bundled, replay
from plannit_core.values.actors import ActorKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plannit_core.ports import Storage

EMPTY = Commit(at=FixedClock(MORNING).now(), actor_kind=ActorKind.USER, actor_id="u17", command="Nothing")


@pytest.fixture(scope="module")
def office() -> Iterator[flow.Office]:
    with flow.office(3) as known:
        yield known


@pytest.mark.parametrize("how", flow.FLOWS)
def test_the_library_writes_exactly_the_rows_that_the_bare_driver_writes(office: flow.Office, how: str) -> None:
    library = office.copy(f"library {how}")
    flow.by_library(office, how, library)
    driver = office.copy(f"driver {how}")
    flow.by_driver(office, how, driver)
    assert flow.dumped(library) == flow.dumped(driver)
    assert flow.dumped(library) != flow.dumped(office.copy(f"before {how}"))


@pytest.mark.parametrize("how", flow.FLOWS)
def test_a_program_by_hand_writes_the_same_rows_too(office: flow.Office, how: str) -> None:
    driver, hand = office.copy(f"driver again {how}"), office.copy(f"hand {how}")
    flow.by_driver(office, how, driver)
    with closing(sqlite3.connect(hand, isolation_level=None)) as connection:
        for commits in office.commits(how):
            flow.write_by_hand(connection, flow.by_hand(commits))
    assert flow.dumped(hand) == flow.dumped(driver)


@pytest.mark.parametrize("how", flow.FLOWS)
def test_both_bare_programs_write_exactly_the_rows_that_the_library_writes_to_postgresql(how: str) -> None:
    with sql.office(3) as known:
        before = sql.rows(known.library)
        assert before == sql.rows(known.bare) == sql.rows(known.pipelined)
        known.by_library(how)
        known.by_bare(how)
        known.by_pipeline(how)
        assert sql.rows(known.library) == sql.rows(known.bare) == sql.rows(known.pipelined) != before


def test_loads_are_timed_apart_from_what_writes() -> None:
    with database() as engine:
        storage = sql.LoadsTimed(SqlStorage(engine))
        with storage.writing("erabliere") as transaction:
            transaction.write(EMPTY)
            assert storage.seconds == 0.0
            assert transaction.load("job", "job_none") is None
            assert storage.seconds > 0.0


def test_each_process_does_all_its_flows() -> None:
    with database() as engine:
        crew = writers.Crew("three processes, two companies", ("nord", "nord", "sud"))
        where = engine.url.render_as_string(hide_password=False)
        assert writers.seconds(crew, where, 2) > 0.0
        storage = SqlStorage(engine)
        issued = {company: _issued(Plannit(storage, company=company)) for company in storage.companies()}
    assert issued == {"nord": 6, "sud": 3}


def _issued(app: Plannit) -> int:
    return sum(each.event.name == "invoice.issued" for each in app.storage.events(app.company, limit=1_000))


@pytest.mark.parametrize("how", flow.FLOWS)
def test_the_flow_issues_the_first_of_three_invoices(storage: Storage, how: str) -> None:
    app = opened(storage)
    [job] = with_jobs(app, 1)
    issued = flow.FLOWS[how](app, job)
    assert issued.number == "F2026-00001"
    assert len(app.folder(job).invoices) == 3


@pytest.mark.parametrize("size", amounts.SIZES)
def test_the_totals_of_lines_are_those_of_bare_decimal(size: int) -> None:
    rows = amounts.texts(size)
    totals = amounts.total(amounts.made(rows))
    subtotal, taxes, total = amounts.bare(amounts.numbers(rows))
    assert totals.subtotal.amount == subtotal
    assert [tax.amount.amount for tax in totals.taxes] == taxes
    assert totals.total.amount == total


def test_importing_the_library_loads_neither_cattrs_nor_a_storage() -> None:
    loaded = "import sys, plannit_core; assert not {'cattrs', 'sqlite3', 'plannit_core.adapters'} & set(sys.modules)"
    assert run([executable, "-c", loaded], env=imports.environment(), check=False).returncode == 0


@pytest.mark.parametrize("size", [10, 1_000])
def test_an_invoice_of_many_lines_comes_back_from_its_text(size: int) -> None:
    assert documents.is_kept(documents.drafted(opened(MemoryStorage()), size))


def test_a_folder_shows_all_its_invoices(storage: Storage) -> None:
    app = opened(storage)
    [job] = with_jobs(app, 1)
    folders.with_invoices(app, job, 20)
    folder = app.folder(job)
    assert len(folder.invoices) == 20
    assert folder.invoiced == folder.pending > folder.to_invoice
    assert len({each.total for each in folder.invoices}) == 20


def test_the_day_lets_leave_what_is_due_and_nothing_else(storage: Storage) -> None:
    app = opened(storage)
    fill(app, 12)
    days.let_leave_today(app, 5, run=1)
    assert len(app.run_day().issued) == 5
    assert not app.run_day().issued


def test_large_books_are_filled_with_jobs_that_are_over(storage: Storage) -> None:
    app = opened(storage)
    fill(app, 7)
    with app.reading() as read:
        copies = [each for each in read.jobs.find() if each.id.startswith("job_copy")]
    assert len(copies) == 7
    folder = app.folder(copies[0].id)
    assert folder.contact.id == copies[0].contact_id
    assert (len(folder.quotes), len(folder.invoices), len(folder.work_orders), len(folder.timeline)) == (1, 1, 1, 6)
    assert not folder.pending
    assert not app.receivables().rows


def test_books_filled_by_the_database_hold_the_rows_that_the_library_would_write() -> None:
    with database() as by_library, database() as by_database:
        fill(opened(SqlStorage(by_library)), 12)
        bulk.fill_in_bulk(opened(SqlStorage(by_database)), by_database, 12)
        assert sql.rows(by_database) == sql.rows(by_library)


def test_every_event_is_drained_once_and_in_order() -> None:
    with database() as engine:
        app = opened(SqlStorage(engine))
        bulk.fill_in_bulk(app, engine, 40)
        handed: list[int] = []
        times = drained.drained(app, lambda each: handed.append(each.position))
        assert handed == list(range(1, app.storage.position(app.company) + 1))
        assert len(times) == -(-len(handed) // drained.AT_ONCE)


def test_a_working_day_does_every_command_and_shows_every_view(storage: Storage) -> None:
    door = growth.Timed(opened(storage))
    fill(door.app, 3)
    for _ in range(2):
        growth.working_day(door)
    assert {kind.__name__ for kind in HANDLERS} <= set(door.times)
    assert {"folder", "documents", "receivables", "departures", "actions"} <= set(door.times)
    assert c.Command.__name__ not in door.times


def test_a_season_played_again_finds_everything_done() -> None:
    season, storage = bundled(), MemoryStorage()
    until = season.company.starts_on + timedelta(days=20)
    first, again = (replay(season, storage, to=until) for _ in range(2))
    assert first.done > 0
    assert (again.done, again.repeated) == (0, first.done + first.repeated)


def test_what_is_compared_takes_turns() -> None:
    told: list[str] = []
    assert len(taking_turns(lambda: told.append("a"), lambda: told.append("b"), turns=3)) == 2
    assert told == ["a", "b"] * 3
    assert quartile([4.0, 1.0, 2.0, 3.0, 5.0]) == 1.5


def test_a_ratio_says_how_many_times_the_time_or_what_part_of_the_rate() -> None:
    assert Figure(what="totals", took=3.0, against="bare", floor=2.0).ratio == 1.5
    assert Figure(what="flow", took=4.0, against="bare", floor=2.0, is_rate=True).ratio == 0.5
    assert Figure(what="season", took=4.0).ratio is None


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_can_be_measured(topic: str) -> None:
    assert isgeneratorfunction(import_module(f"benchmarks.{topic}").measure)
