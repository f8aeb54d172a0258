"""A progress bar on long runs, when a person is looking: rich's where it is there, else a plain counter."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import TextIO

PATIENCE = 0.5
_BETWEEN = 0.1

Progress = Callable[[int, int, date], None]
Paint = Callable[[int, int, str], None]


@contextmanager
def progress_on(err: TextIO, environ: Mapping[str, str]) -> Iterator[Progress]:
    """What to tell how many of how many are over, and the day. Nothing shows within the first half second.

    Args:
        err: The standard error output: nothing shows there unless it is a terminal.
        environ: `TERM=dumb` and `NO_COLOR` are respected.
    """
    if not err.isatty() or environ.get("TERM") == "dumb":
        yield lambda _over, _all, _day: None
        return
    bar = _Bar(err, has_no_color=bool(environ.get("NO_COLOR")))
    try:
        yield bar.tell
    finally:
        bar.end()


class _Bar:
    """A bar that appears once a run is long."""

    def __init__(self, err: TextIO, *, has_no_color: bool) -> None:
        self._err = err
        self._has_no_color = has_no_color
        self._next_at = time.monotonic() + PATIENCE
        self._paint: Paint | None = None
        self._wipe: Callable[[], None] = lambda: None

    def tell(self, over: int, all_: int, day: date) -> None:
        """So many of so many are over, and it is that day."""
        now = time.monotonic()
        if now < self._next_at:
            return
        self._next_at = now + _BETWEEN
        if self._paint is None:
            self._paint, self._wipe = self._begun(all_)
        self._paint(over, all_, day.isoformat())

    def end(self) -> None:
        """Take the bar away."""
        self._wipe()

    def _begun(self, all_: int) -> tuple[Paint, Callable[[], None]]:
        try:
            return _rich_bar(self._err, all_, has_no_color=self._has_no_color)
        except ImportError:
            return _counter(self._err)


def _counter(err: TextIO) -> tuple[Paint, Callable[[], None]]:
    widest = 0

    def paint(over: int, all_: int, day: str) -> None:
        nonlocal widest
        text = f"{day}  {over}/{all_}"
        widest = max(widest, len(text))
        err.write(f"\r{text.ljust(widest)}")
        err.flush()

    def wipe() -> None:
        err.write(f"\r{' ' * widest}\r")
        err.flush()

    return paint, wipe


def _rich_bar(err: TextIO, all_: int, *, has_no_color: bool) -> tuple[Paint, Callable[[], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as RichProgress

    console = Console(file=err, no_color=has_no_color)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    shown = RichProgress(*columns, console=console, transient=True, auto_refresh=False)
    task = shown.add_task("", total=all_)
    shown.start()

    def paint(over: int, _: int, day: str) -> None:
        shown.update(task, completed=over, description=day, refresh=True)

    return paint, shown.stop
