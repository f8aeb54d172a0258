"""The long runs of many processes on a small scale: on an SQLite file, and what is cut on PostgreSQL."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve
from sqlalchemy import text

from databases import on_postgresql
from many import cuts, days, mixed
from many.clients import STEPS, Office
from many.verdicts import checked, judged
from plannit_core import Unavailable
from plannit_core import commands as c
from plannit_core.testing import Faulty

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_workers_that_are_killed_let_each_invoice_leave_once(tmp_path: Path) -> None:
    outcome = days.run(str(tmp_path / "books.db"), companies=3, invoices=90, workers=3, kill_seconds=0.3, seed=1)
    assert outcome.wrong == {}


def test_an_invoice_that_did_not_leave_is_told(tmp_path: Path) -> None:
    storage = days.opened(str(tmp_path / "books.db"))
    days.fill(storage, companies=2, invoices=3)
    assert days.wrongs(storage) == {"company-0": "numbers", "company-1": "numbers"}
    storage.close()


def test_many_processes_leave_what_one_alone_would_have_left(tmp_path: Path) -> None:
    outcome = mixed.run(str(tmp_path / "books.db"), tmp_path, processes=3, companies=2, seconds=1.5, seed=1)
    assert outcome.differing == []
    assert outcome.verdicts["done"] > 10


# -------------------------------------------------------------------------------------------------------------------- cuts


@pytest.mark.skipif(sys.platform != "linux", reason="a server's processes are found in /proc")
def test_what_is_cut_on_postgresql_is_done_or_not_done() -> None:
    asked = {"clients": 4, "servers": 1, "ended": 8, "lost": 8}
    found = cuts.run(asked, seed=1)
    assert cuts.wrongs(asked, found) == {}
    assert all(found[kind]["acknowledged"] > 0 for kind in asked)


def test_less_than_was_asked_for_is_told() -> None:
    found = {"clients": Counter(cuts=3), "lost": Counter({"cuts": 8, "unkeyed:storage.outcome-unknown": 6})}
    assert cuts.wrongs({"clients": 4, "lost": 8}, found) == {"clients": {"missing": 1}, "lost": {"missing": 2}}


@pytest.fixture
def office() -> Iterator[Office]:
    """Where one act was done."""
    with on_postgresql() as storage:
        office = Office.new(storage, "company")
        office.act("one")
        yield office


BEGUN = [f"one/{step}" for step in STEPS]


def spoil(office: Office, statement: str) -> None:
    """Past the library."""
    with office.engine.connect() as connection:
        assert connection.execute(text(statement)).rowcount == 1
        connection.commit()


def test_what_was_done_is_right(office: Office) -> None:
    assert judged(office, BEGUN, BEGUN) == {}
    assert judged(office, [*BEGUN, "two/make"], BEGUN) == {}


def test_what_was_acknowledged_and_is_not_there_is_lost(office: Office) -> None:
    assert judged(office, ["two/make"], ["two/make"], named=["Bea"]) == {"lost": 2}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM plannit_event WHERE key = 'one/pay'",
        "DELETE FROM plannit_event WHERE key = 'one/make' AND position = 4",
        "DELETE FROM plannit_invoice",
    ],
)
def test_what_is_there_in_part_is_half_done(office: Office, statement: str) -> None:
    spoil(office, statement)
    wrong = judged(office, BEGUN, BEGUN)
    assert wrong["half"] >= 1
    assert set(wrong) == {"half"}


def test_what_is_done_again_is_twice(office: Office) -> None:
    spoil(office, "DELETE FROM plannit_receipt WHERE key = 'one/pay'")
    office.act("one")
    assert judged(office, BEGUN, BEGUN) == {"twice": 1}
    for _ in range(2):
        office.app.do(c.AddContact("Bea"))
    assert judged(office, BEGUN, BEGUN) == {"twice": 2}


def test_what_the_closing_check_finds_is_told(office: Office) -> None:
    told = [(word, key) for key in BEGUN for word in ("begun", "done")]
    assert checked(office, told) == {"acknowledged": 3}
    spoil(office, "UPDATE plannit_invoice SET balance = 1")
    assert checked(office, told) == {"acknowledged": 3, "unclean": 1}


def test_an_error_that_nobody_expects_is_told(office: Office) -> None:
    told = [("begun", "one/make"), ("storage.failed", "one/make"), ("done", "one/make")]
    assert checked(office, told, ["storage.failed"])["unexpected"] == 0
    assert checked(office, told)["unexpected"] == 1


class Lying(Faulty):
    """Says of every other commit that nothing was saved."""

    @contextmanager
    def writing(self, company: str, *, wait: bool = True) -> Iterator[Any]:
        with self.storage.writing(company, wait=wait) as txn:
            yield txn
        self.log.append(None)
        if len(self.log) % 2:
            raise Unavailable("storage.unreachable")


def test_an_error_that_is_not_true_is_told(office: Office) -> None:
    words: Counter[str] = Counter()
    lying = evolve(office, app=evolve(office.app, storage=Lying(office.storage)))
    lying.count_commits()
    lying.act("two", lambda word, _: words.update([word]))
    assert words == {"begun": 3, "storage.unreachable": 3, "untrue": 3, "done": 3}
