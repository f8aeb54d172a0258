"""Runs races: as threads on a storage, as two processes on one file; `python -m company.racing --races 10000` goes on and on.

Run it in tests/. What was done stands in the state file, so that the same command goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from plannit_core import FixedClock, Plannit
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sqlite import SqliteStorage

from .races import RACES, Outcome, Race, judge, outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

    from plannit_core.ports import Storage

    Ask = tuple[str, str, int, dict[str, str], str]

PATIENCE = 60.0
MODES = ("threads in memory", "threads on one file", "processes on one file")
NOON = "2026-03-02T12:00-05:00"


def door(storage: Storage, company: str) -> Plannit:
    return Plannit(storage, company=company, clock=FixedClock(NOON))


def run_side(race: Race, app: Plannit, side: int, given: dict[str, str], order: str, barrier: Any) -> Outcome:
    """One side's act. In an `order` that is forced, the first holds its turn, its act done, until the other has set off."""
    if order == "free":
        barrier.wait(PATIENCE)
        return outcome(race.acts[side], app, given)
    if order == f"{side} first":
        with app.transaction() as here:
            found = outcome(race.acts[side], here, given)
            barrier.wait(PATIENCE)
        return found
    barrier.wait(PATIENCE)
    return outcome(race.acts[side], app, given)


# ------------------------------------------------------------------------------------------------------------- threads


class Runner:
    """Two that race; who is called first changes each time."""

    def __init__(self) -> None:
        self._calls = 0

    def _sides(self) -> tuple[int, int]:
        self._calls += 1
        return (0, 1) if self._calls % 2 else (1, 0)


class Threads(Runner):
    """Two threads; on a file each may have a storage of its own."""

    def __init__(self, storages: Sequence[Storage]) -> None:
        super().__init__()
        self.storages = storages
        self._barrier = threading.Barrier(2)
        self._pool = ThreadPoolExecutor(2)

    def run(self, name: str, company: str, given: dict[str, str], order: str) -> list[Outcome]:
        runs = {}
        for side in self._sides():
            app = door(self.storages[side], company)
            runs[side] = self._pool.submit(run_side, RACES[name], app, side, given, order, self._barrier)
        return [runs[side].result() for side in (0, 1)]

    def close(self) -> None:
        self._pool.shutdown()


# ----------------------------------------------------------------------------------------------------------- processes


def serve(connection: Connection, barrier: Any, file: str) -> None:
    """A process that runs one side of race after race, until it is told to stop."""
    storage = SqliteStorage(file, synchronous="NORMAL", timeout=PATIENCE)
    while (asked := connection.recv()) is not None:
        name, company, side, given, order = asked
        connection.send(run_side(RACES[name], door(storage, company), side, given, order, barrier))
    storage.close()


class Processes(Runner):
    """Two processes that live as long as there are races."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self._started = multiprocessing.get_context("spawn")
        self._barrier = self._started.Barrier(2)
        self._ends: list[Connection] = []
        self._children = []
        for _ in range(2):
            ours, theirs = self._started.Pipe()
            child = self._started.Process(target=serve, args=(theirs, self._barrier, file), daemon=True)
            child.start()
            theirs.close()
            self._ends.append(ours)
            self._children.append(child)

    def run(self, name: str, company: str, given: dict[str, str], order: str) -> list[Outcome]:
        for side in self._sides():
            self._ends[side].send((name, company, side, given, order))
        return [end.recv() for end in self._ends]

    def close(self) -> None:
        for end, child in zip(self._ends, self._children, strict=True):
            end.send(None)
            child.join(PATIENCE)
            end.close()


# --------------------------------------------------------------------------------------------------------------- races


class Track:
    """Where races of one mode are run; each in a company of its own."""

    def __init__(self, storage: Storage, runners: Sequence[Any]) -> None:
        self._storage = storage
        self._runners = runners
        self._count = 0

    def run(self, name: str, order: str = "free") -> list[str]:
        """One race, judged; gives how it came out."""
        self._count += 1
        app = door(self._storage, f"race-{self._count}")
        given = RACES[name].prepare(app)
        outcomes = self._runners[self._count % len(self._runners)].run(name, app.company, given, order)
        judge(RACES[name], app, given, outcomes)
        return [code for code, _ in outcomes]


@contextmanager
def track(mode: str) -> Iterator[Track]:
    """A place for races of that mode, gone afterwards."""
    with ExitStack() as stack:
        stack.callback(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(1e-6)  # else a thread is done before the other has its turn
        runners: list[Any]
        if mode == "threads in memory":
            storage: Storage = MemoryStorage(timeout=PATIENCE)
            runners = [Threads([storage, storage])]
        else:
            file = Path(stack.enter_context(TemporaryDirectory(prefix="plannit-races-"))) / "races.db"
            storage = opened(file, stack)
            if mode == "threads on one file":
                runners = [Threads([storage, storage]), Threads([storage, opened(file, stack)])]
            else:
                runners = [Processes(str(file))]
        for each in runners:
            stack.callback(each.close)
        yield Track(storage, runners)


def opened(file: Path, stack: ExitStack) -> Storage:
    storage = SqliteStorage(file, synchronous="NORMAL", timeout=PATIENCE)
    stack.callback(storage.close)
    return storage


# ---------------------------------------------------------------------------------------------------------- for as long


def run(races: int, state: Path, say: Callable[[str], None]) -> None:
    """Races of every kind in every mode, in parts of 50, until there are `races` of each kind."""
    done: Counter[str] = Counter(json.loads(state.read_text()) if state.exists() else {})
    while any(done[name] < races for name in RACES):
        for mode in MODES:
            with track(mode) as here:
                for name in RACES:
                    outs = Counter(" / ".join(here.run(name)) for _ in range(50))
                    done[name] += 50
                    say(f"{done[name]} of {races}: {name}, {mode}: {dict(outs)}")
            state.write_text(json.dumps(done))


def main() -> int:
    parser = argparse.ArgumentParser(prog="company.racing", description=__doc__)
    parser.add_argument("--races", type=int, default=10_000, help="of each kind")
    parser.add_argument("--state", type=Path, default=Path("races.json"), help="where it is kept what was done")
    given = parser.parse_args()
    run(given.races, given.state, lambda line: print(line, flush=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
