"""A whole company, driven at random: invariants 31 to 71, on memory and SQLite side by side.

`python -m company.deep --steps 100000 --seed 1` in tests/ goes on for as long as one likes.
"""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from company import office
from company.base import TALLY
from company.machine import CompanyMachine
from databases import on_postgresql
from support import looks


@pytest.mark.slow
def test_whatever_a_company_does_in_whatever_order_its_books_are_right() -> None:
    """31 to 39, 42 to 47, 49 to 61, 65, 70 and 71, as far as their commands exist; see `company.watch`."""
    TALLY.clear()
    run_state_machine_as_test(CompanyMachine, settings=settings(looks(30), stateful_step_count=50))
    assert len({name for name, outcome in TALLY if outcome == "done"}) >= 25


@pytest.mark.slow
def test_a_company_in_postgresql_is_the_same_company(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same machine, with `SqlStorage` on PostgreSQL beside memory and SQLite."""
    monkeypatch.setattr(office, "MORE", (on_postgresql,))
    run_state_machine_as_test(CompanyMachine, settings=settings(looks(8), stateful_step_count=40))
