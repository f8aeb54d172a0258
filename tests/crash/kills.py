"""Processes killed in the midst of a season's replay, and what they leave behind.

A child process replays the first days of the bundled season and tells the position of the last event after each commit that
returned. It is killed at a random moment. What is in the file then has to be a beginning of the whole story, with everything that
was told, and the closing check has to find nothing. The next child goes on from there, until the story is whole; then it has to be
the same story.
"""

from __future__ import annotations

import os
import random
import re
import signal
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from attrs import define

from crash.office import dump
from plannit_core import audit
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.season import bundled, replay

UNTIL = date(2025, 10, 7)
_ID = re.compile(r"\b(con|job|quo|inv|wor|pay)_[0-9a-z]{20,}\b")
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
_MOST_COMMITS = 40
_MOST_SECONDS = 0.005
_TOLD = struct.Struct("<q")


class Telling(SqliteStorage):
    """A storage that tells how far it is after each commit that returned.

    Args:
        file: Where the books are.
        pipe: Where it tells.
    """

    def __init__(self, file: Path, pipe: int) -> None:
        super().__init__(file)
        self._pipe = pipe
        self._last = 0

    @contextmanager
    def writing(self, company: str) -> Iterator[Any]:
        with super().writing(company) as txn:
            yield txn
        if (position := self.position(company)) > self._last:
            os.write(self._pipe, _TOLD.pack(position))
            self._last = position


@define
class Verdict:
    """What came of many kills.

    Attributes:
        kills: How many processes were killed in the midst of it.
        whole: How often a story was brought to its end.
        lost: Kills after which something was missing that a commit had acknowledged.
        half: Kills that left something that is no beginning of the story, or that the closing check found wrong.
        twice: Stories that did not end as the whole one did.
    """

    kills: int = 0
    whole: int = 0
    lost: int = 0
    half: int = 0
    twice: int = 0

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.half or self.twice)


class Killing:
    """Replays that are killed.

    Args:
        folder: Where the files are.
        seed: Says when.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._chance = random.Random(seed)
        self._season = bundled()
        self._company = self._season.company.key
        self._truth = self._told(self._replayed(folder / "whole.db"))
        self.verdict = Verdict()

    def run(self, kills: int) -> Verdict:
        """Kill so many processes."""
        file = self._folder / "killed.db"
        while self.verdict.kills < kills:
            position, was_killed = self._one(file)
            if was_killed:
                self.verdict.kills += 1
                self._judge(file, position)
            else:
                self.verdict.whole += 1
                self.verdict.twice += self._told(file) != self._truth
                self._remove(file)
        self.verdict.twice += self._told(self._replayed(file)) != self._truth
        self.verdict.whole += 1
        self._remove(file)
        return self.verdict

    def _one(self, file: Path) -> tuple[int, bool]:
        """One child: the last position it told, and whether it was killed."""
        reads, writes = os.pipe()
        child = os.fork()
        if not child:
            os.close(reads)
            self._child(file, writes)
        os.close(writes)
        commits, told = self._chance.randrange(_MOST_COMMITS), b""
        while len(told) < commits * _TOLD.size and (piece := os.read(reads, _TOLD.size)):
            told += piece
        time.sleep(self._chance.uniform(0, _MOST_SECONDS))
        os.kill(child, signal.SIGKILL)
        while piece := os.read(reads, 4096):
            told += piece
        os.close(reads)
        _, status = os.waitpid(child, 0)
        last = len(told) // _TOLD.size * _TOLD.size
        position = _TOLD.unpack(told[last - _TOLD.size : last])[0] if last else 0
        return position, os.WIFSIGNALED(status)

    def _child(self, file: Path, pipe: int) -> None:
        """Replay, and never come back."""
        code = 1
        try:
            replay(self._season, Telling(file, pipe), to=UNTIL)
            code = 0
        finally:
            os._exit(code)

    def _replayed(self, file: Path) -> Path:
        storage = SqliteStorage(file, synchronous="NORMAL")
        replay(self._season, storage, to=UNTIL)
        storage.close()
        return file

    def _judge(self, file: Path, position: int) -> None:
        """What a killed process left."""
        if not file.exists():
            return
        storage = SqliteStorage(file)
        findings = audit.check(storage, self._company)
        storage.close()
        events = self._told(file)[0]
        self.verdict.lost += len(events) < position
        self.verdict.half += not findings.is_clean or events != self._truth[0][: len(events)]

    def _told(self, file: Path) -> tuple[list[str], list[str]]:
        """The events and everything else, ids replaced by the order in which the events name them."""
        names: dict[str, str] = {}

        def renamed(row: Any) -> str:
            text = _DIGEST.sub("", repr(row))  # a command's digest is that of its ids too
            return _ID.sub(lambda found: names.setdefault(found[0], f"{found[1]}_{len(names) + 1}"), text)

        tables = dump(file)
        events = [renamed(row[:-1]) for row in sorted(tables.pop("plannit_event"), key=lambda row: row[1])]
        unsealed = (row[:-1] if isinstance(row[-1], bytes) else row for rows in tables.values() for row in rows)
        rest = sorted(map(renamed, unsealed))
        return events, rest

    def _remove(self, file: Path) -> None:
        for left in self._folder.glob(f"{file.name}*"):
            left.unlink()
