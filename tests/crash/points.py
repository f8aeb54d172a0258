"""Crashes inside one process: at each statement of each commit, before it, after it, or in the midst of it.

Each command of the office is done with a key and interrupted at a point; then the driver alone looks at the file, which has to say
what it said before the command, or what it says after it. A command that stands is done again, which has to add nothing.
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

from attrs import define, field

from crash.office import COMPANY, Office, dump
from plannit_core import PlannitError, audit
from plannit_core import commands as c
from plannit_core.adapters.sqlite import sessions

MODES = ("before", "after", "failing", "inside")


class Crash(Exception):
    """Stands for whatever may be raised in the midst of things."""


@define
class Trap:
    """Where the next crash happens; it snaps once.

    Attributes:
        mode: `before` or `after` a statement an exception, `failing`: an error of the driver; `inside`: the statement is stopped.
        left: How many statements (`inside`: steps of SQLite's own machine) go well.
        then: Called when it snaps.
    """

    mode: str = ""
    left: int = 0
    has_snapped: bool = False
    then: Callable[[], None] = lambda: None

    def set(self, mode: str, left: int) -> None:
        self.mode, self.left, self.has_snapped = mode, left, False

    def snaps(self) -> bool:
        if not self.mode or self.has_snapped:
            return False
        self.left -= 1
        if self.left < 0:
            self.has_snapped = True
            self.then()
        return self.has_snapped


TRAP = Trap()


class _Cursor(sqlite3.Cursor):
    """A cursor that may fail."""

    def execute(self, *args: Any) -> Any:
        return _statement(lambda: super(_Cursor, self).execute(*args))

    def executemany(self, *args: Any) -> Any:
        return _statement(lambda: super(_Cursor, self).executemany(*args))


def _statement(run: Callable[[], Any]) -> Any:
    if TRAP.mode in ("", "inside") or not TRAP.snaps():
        return run()
    if TRAP.mode == "failing":
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise error
    if TRAP.mode == "after":
        run()
    raise Crash


class _Connection(sqlite3.Connection):
    def cursor(self, *_: Any) -> Any:
        return super().cursor(_Cursor)


def _connected(path: str, timeout: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=timeout, isolation_level=None, check_same_thread=False, cached_statements=256, factory=_Connection
    )
    connection.set_progress_handler(lambda: TRAP.mode == "inside" and TRAP.snaps(), 1)
    return connection


@define
class Verdict:
    """What came of many crashes.

    Attributes:
        points: How many there were, by mode.
        kinds: The kinds of command they were in.
        stands: How many found the command done all the same: the crash came after the commit.
        lost: Commands that gave their result and are not in the file.
        half: Files that say neither what they said before nor what they should say after.
        twice: Commands that were done again though they had been done.
        unsound: Findings of the closing check.
    """

    points: Counter[str] = field(factory=Counter)
    kinds: Counter[str] = field(factory=Counter)
    stands: int = 0
    lost: int = 0
    half: int = 0
    twice: int = 0
    unsound: int = 0

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.half or self.twice or self.unsound)


class Crashing:
    """The office, interrupted.

    Args:
        folder: Where its file is.
        choose: For a mode, how many statements (or steps) go well before each crash; until the command is over before that.
        most: How many crashes at most.
    """

    modes: ClassVar[tuple[str, ...]] = MODES

    def __init__(self, folder: Path, choose: Callable[[str], Iterator[int]], most: int | None = None) -> None:
        self._folder = folder
        self._choose = choose
        self._most = most
        self.verdict = Verdict()

    def run(self) -> Verdict:
        """Once through the office's script."""
        plain = Office(self._folder / "plain.db", synchronous="NORMAL")
        self._truth = [dump(plain.file), *(dump(plain.file) for _ in plain.play())]
        plain.close()
        with mock.patch.object(sessions, "connected", _connected):
            self._office = Office(self._folder / "crashing.db", synchronous="NORMAL")
            self._step = 0
            for _ in self._office.play(self._do):
                self._step += 1
            self.verdict.unsound += len(audit.check(self._office.storage, COMPANY).found)
            self._office.close()
        for left in self._folder.glob("*.db*"):
            left.unlink()
        return self.verdict

    def _do(self, key: str, command: c.Command[Any]) -> Any:
        """Do one step, after all crashes in it."""
        self._kept = self._office.copied()
        for mode in self.modes:
            for left in self._choose(mode):
                is_enough = self._most is not None and self.verdict.points.total() >= self._most
                if is_enough or not self._crash(mode, left, key, command):
                    break
        return self._office.app.do(command, key=key)

    def _crash(self, mode: str, left: int, key: str, command: c.Command[Any]) -> bool:
        """One crash; gives whether there was one, or whether the command was over before that point."""
        ids = self._office.ids
        count = ids.count
        TRAP.then = lambda: setattr(ids, "count", count)  # the door may try again by itself
        TRAP.set(mode, left)
        is_acknowledged = True
        try:
            self._office.app.do(command, key=key)
        except (Crash, PlannitError):
            is_acknowledged = False
        finally:
            TRAP.mode = ""
            ids.count = count
        if TRAP.has_snapped:
            self.verdict.points[mode] += 1
            self.verdict.kinds[type(command).__name__] += 1
        self._judge(key, command, is_acknowledged)
        ids.count = count
        return TRAP.has_snapped

    def _judge(self, key: str, command: c.Command[Any], is_acknowledged: bool) -> None:
        """Look at the file; where the command stands, do it again, then undo it."""
        before, after = self._truth[self._step : self._step + 2]
        found = dump(self._office.file)
        if found == after:
            self.verdict.stands += TRAP.has_snapped
            self._office.app.do(command, key=key)
            self.verdict.twice += dump(self._office.file) != after
            self._office.put_back(self._kept)
        elif found == before:
            self.verdict.lost += is_acknowledged
        else:
            self.verdict.half += 1


def every(mode: str) -> Iterator[int]:
    """Each statement in turn; of the steps of SQLite's machine one in 40."""
    yield from range(0, 1_000_000, 40 if mode == "inside" else 1)


def some(chance: random.Random, each: int) -> Callable[[str], Iterator[int]]:
    """`each` random points of every command, among the steps of SQLite's machine mostly."""

    def choose(mode: str) -> Iterator[int]:
        is_inside = mode == "inside"
        yield from sorted(chance.randrange(500 if is_inside else 16) for _ in range(each if is_inside else 2))

    return choose
