"""The long runs of many processes on a small scale, on an SQLite file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from many import days, mixed

if TYPE_CHECKING:
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
