"""The flow (draft, send, approve with three invoices, issue one) against a bare driver that writes the same rows.

What the library has SQLite write is written down once; the bare driver then runs those statements with the values ready made: no
reading, no deciding, no serialising. In memory the same statements go to a bare SQLite in memory. Beside it stands a program by
hand: the same statements, and each document in them made JSON text by `json` from a dictionary that is there.

A rate is that of all flows together: every twenty of them, SQLite moves what stands in its journal into the file, whoever wrote it.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from attrs import frozen

from benchmarks.measure import Figure, quartile, taking_turns
from benchmarks.office import lines, opened, with_jobs
from plannit_core import Instalment, Schedule, When
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sqlite import SqliteStorage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from plannit_core import JobId, Plannit
    from plannit_core.door import Door
    from plannit_core.model.invoice import Invoice

    Statement = tuple[str, Any, bool]

LINES = 3
THIRDS = Schedule.many_invoices(
    [
        Instalment.percent(30, When.on(date(2026, 4, 1))),
        Instalment.percent(30, When.on(date(2026, 5, 1))),
        Instalment.rest(When.TO_BE_PLANNED),
    ]
)
WRITING = ("INSERT", "UPDATE", "DELETE")
TURN = "SET position = position"  # how a joined storage takes the turn; a storage of its own does not


def steps(job_id: JobId) -> Iterator[Callable[[Door], Invoice | None]]:
    """The four commands, one after the other; each is told the door to go through."""
    known: dict[str, Any] = {}

    def draft(door: Door) -> None:
        known["quote"] = door.do(c.DraftQuote(job_id, lines=lines(LINES), schedules=[THIRDS]))

    def send(door: Door) -> None:
        door.do(c.SendQuote(known["quote"].id))

    def approve(door: Door) -> None:
        known["invoices"] = door.do(c.ApproveQuote(known["quote"].id)).invoices

    def issue(door: Door) -> Invoice:
        return door.do(c.IssueInvoice(known["invoices"][0].id))

    yield from (draft, send, approve, issue)


def one_by_one(app: Plannit, job_id: JobId) -> Invoice | None:
    """The flow, a transaction each."""
    issued = None
    for step in steps(job_id):
        issued = step(app)
    return issued


def at_once(app: Plannit, job_id: JobId) -> Invoice | None:
    """The flow, all in one transaction."""
    issued = None
    with app.transaction() as here:
        for step in steps(job_id):
            issued = step(here)
    return issued


FLOWS = {"a transaction each": one_by_one, "all in one": at_once}

# --------------------------------------------------------------------------------------------------------- the bare driver


class Noting(sqlite3.Connection):
    """A host's connection that notes what it is asked to write; what changes no row is none of it."""

    written: list[Statement]

    def cursor(self, *args: Any) -> sqlite3.Cursor:
        return super().cursor(NotingCursor)


class NotingCursor(sqlite3.Cursor):
    connection: Noting

    def execute(self, statement: str, values: Any = ()) -> sqlite3.Cursor:
        cursor = super().execute(statement, values)
        if statement.startswith(WRITING) and TURN not in statement and cursor.rowcount:
            self.connection.written.append((statement, tuple(values), False))
        return cursor

    def executemany(self, statement: str, many: Any) -> sqlite3.Cursor:
        rows = [tuple(values) for values in many]
        self.connection.written.append((statement, rows, True))
        return super().executemany(statement, rows)


def noted(file: Path, jobs: Sequence[JobId]) -> list[list[list[Statement]]]:
    """For each job, for each of the four commands, what the library has SQLite write. The file has the jobs already."""
    with closing(SqliteStorage(file)) as storage, closing(_connection(file, factory=Noting)) as connection:
        app = opened(storage, first_id=FIRST_ID)
        result = []
        for job in jobs:
            commits = []
            for step in steps(job):
                connection.written = []
                connection.execute("BEGIN IMMEDIATE")
                with app.within(connection) as here:
                    step(here)
                connection.execute("COMMIT")
                commits.append(connection.written)
            result.append(commits)
        return result


FIRST_ID = 10**9
"""Where the ids of the flows begin, so that the library and the bare driver write the same bytes."""


def _connection(file: Path | str, *, synchronous: str = "FULL", factory: Any = sqlite3.Connection) -> Any:
    connection = sqlite3.connect(file, isolation_level=None, factory=factory)
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def write(connection: sqlite3.Connection, commits: Sequence[Sequence[Statement]]) -> None:
    """The same statements, each commit in a transaction."""
    cursor = connection.cursor()
    for commit in commits:
        cursor.execute("BEGIN IMMEDIATE")
        for statement, values, is_many in commit:
            (cursor.executemany if is_many else cursor.execute)(statement, values)
        cursor.execute("COMMIT")


def by_hand(commits: Sequence[Sequence[Statement]]) -> list[list[Statement]]:
    """The same statements with each document as a dictionary, the way a program has it that does without the library."""

    def parsed(values: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(json.loads(each) if isinstance(each, str) and each.startswith("{") else each for each in values)

    return [
        [
            (statement, [*map(parsed, values)] if is_many else parsed(values), is_many)
            for statement, values, is_many in commit
        ]
        for commit in commits
    ]


def write_by_hand(connection: sqlite3.Connection, commits: Sequence[Sequence[Statement]]) -> None:
    """As `write`, the documents written as JSON."""

    def dumped(values: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(_json(each) if type(each) is dict else each for each in values)

    write(
        connection,
        [
            [
                (statement, [*map(dumped, values)] if is_many else dumped(values), is_many)
                for statement, values, is_many in commit
            ]
            for commit in commits
        ],
    )


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

# ------------------------------------------------------------------------------------------------------------- measuring


@frozen
class Office:
    """A folder with one file of books that has the jobs, to be copied, and what the flows write into it."""

    folder: Path
    jobs: list[JobId]
    written: list[list[list[Statement]]]

    def commits(self, how: str) -> list[list[list[Statement]]]:
        """For each flow its commits: four, or all in one."""
        if how != "all in one":
            return self.written
        return [[[statement for commit in flow for statement in commit]] for flow in self.written]

    def copy(self, name: str) -> Path:
        """Another file with the same jobs and nothing else."""
        target = self.folder / f"{name}.db"
        with closing(sqlite3.connect(self.folder / "jobs.db")) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
        return target


@contextmanager
def office(jobs: int) -> Iterator[Office]:
    """An office with so many jobs, and so many flows written down."""
    with TemporaryDirectory(prefix="plannit-flow-") as name:
        folder = Path(name)
        with closing(SqliteStorage(folder / "jobs.db", synchronous="NORMAL")) as storage:
            known = with_jobs(opened(storage), jobs)
        new = Office(folder, known, [])
        yield Office(folder, known, noted(new.copy("noted"), known))


def dumped(file: Path) -> list[str]:
    """All tables of a file, as statements that would make them."""
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


def by_library(known: Office, how: str, file: Path) -> None:
    """All flows through the door, into a file with the same jobs."""
    with closing(SqliteStorage(file)) as storage:
        app = opened(storage, first_id=FIRST_ID)
        for job in known.jobs:
            FLOWS[how](app, job)


def by_driver(known: Office, how: str, file: Path) -> None:
    """All flows by the bare driver, into a file with the same jobs."""
    with closing(_connection(file)) as connection:
        for commits in known.commits(how):
            write(connection, commits)


def measure(*, deep: bool = False) -> Iterator[Figure]:
    flows = 1_000 if deep else 300
    with office(flows) as known:
        yield _commit(known)
        for synchronous in ("FULL", "NORMAL"):
            for how in FLOWS:
                yield from _on_file(known, how, synchronous)
        for how in FLOWS:
            yield from _in_memory(known, how)


def _commit(known: Office) -> Figure:
    """What this disk takes to keep one row, which is what FULL waits for."""
    connections = [_connection(known.copy(f"commit-{each}"), synchronous=each) for each in ("FULL", "NORMAL")]
    for connection in connections:
        connection.execute("CREATE TABLE note (text TEXT)")
    full, normal = taking_turns(
        *(partial(connection.execute, "INSERT INTO note VALUES ('x')") for connection in connections),
        turns=100,
        counts=quartile,
    )
    for connection in connections:
        connection.close()
    return Figure(
        what="a commit of one row by the bare driver, FULL", took=full, against="the same, NORMAL", floor=normal
    )


def _on_file(known: Office, how: str, synchronous: str) -> Iterator[Figure]:
    files = [known.copy(f"{who}-{how}-{synchronous}") for who in ("library", "driver", "hand")]
    with (
        closing(SqliteStorage(files[0], synchronous=synchronous)) as storage,
        closing(_connection(files[1], synchronous=synchronous)) as driver,
        closing(_connection(files[2], synchronous=synchronous)) as hand,
    ):
        aim = "at least 0.5, better 0.75" if synchronous == "FULL" else "at least 0.5"
        app = opened(storage, first_id=FIRST_ID)
        yield from _turns(known, how, app, known.jobs, (driver, hand), f"SQLite file, {synchronous}", aim)


def _in_memory(known: Office, how: str) -> Iterator[Figure]:
    app = opened(MemoryStorage())
    jobs = with_jobs(app, len(known.jobs))
    with closing(_connection(":memory:")) as driver, closing(_connection(":memory:")) as hand:
        with closing(sqlite3.connect(known.folder / "jobs.db")) as source:
            source.backup(driver)
            source.backup(hand)
        yield from _turns(known, how, app, jobs, (driver, hand), "memory", "at least 0.35, better 0.6")


def _turns(
    known: Office,
    how: str,
    app: Plannit,
    jobs: Sequence[JobId],
    connections: tuple[sqlite3.Connection, sqlite3.Connection],
    where: str,
    aim: str,
) -> Iterator[Figure]:
    driver, hand = connections
    ours, theirs = iter(jobs), iter(known.commits(how))
    written = iter([by_hand(commits) for commits in known.commits(how)])
    took, *floors = taking_turns(
        lambda: FLOWS[how](app, next(ours)),
        lambda: write(driver, next(theirs)),
        lambda: write_by_hand(hand, next(written)),
        turns=len(known.jobs),
        counts=fmean,
    )
    for against, floor, wanted in zip(("the bare driver", "a program by hand"), floors, (aim, ""), strict=True):
        yield Figure(what=f"flow, {where}, {how}", took=took, against=against, floor=floor, is_rate=True, aim=wanted)
