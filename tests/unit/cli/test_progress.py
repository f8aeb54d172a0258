"""A progress bar shows on long runs, and only when somebody is looking."""

from __future__ import annotations

import io
from datetime import date

import pytest

from plannit_core.cli import progress
from unit.cli.running import Terminal

DAY = date(2026, 6, 15)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run is a long one."""
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "_BETWEEN", 0.0)


def told(err: io.StringIO, environ: dict[str, str] | None = None) -> str:
    with progress.progress_on(err, environ or {}) as tell:
        for over in range(1, 4):
            tell(over, 3, DAY)
    return err.getvalue()


@pytest.mark.usefixtures("impatient")
def test_nothing_shows_in_a_pipe() -> None:
    assert told(io.StringIO()) == ""


@pytest.mark.usefixtures("impatient")
def test_nothing_shows_on_a_dumb_terminal() -> None:
    assert told(Terminal(), {"TERM": "dumb"}) == ""


def test_nothing_shows_on_a_short_run() -> None:
    assert told(Terminal()) == ""


@pytest.mark.usefixtures("impatient")
def test_a_terminal_sees_a_bar() -> None:
    shown = told(Terminal())
    assert "2026-06-15" in shown
    assert "3/3" in shown


@pytest.mark.usefixtures("impatient", "without_rich")
def test_without_rich_it_sees_a_counter_that_leaves_nothing_behind() -> None:
    shown = told(Terminal())
    assert "\r2026-06-15  2/3" in shown
    assert shown.endswith("\r               \r")
