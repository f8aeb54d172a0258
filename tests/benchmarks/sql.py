"""The flow on `SqlStorage` and PostgreSQL against bare SQLAlchemy Core that writes the same rows.

What the library has SQLAlchemy write is written down once, as the statements of Core and their values; the bare program then runs
them in transactions of the same engine: no turn, no reading, no deciding, no serialising.

    python tests/benchmarks/run.py sql

It starts a PostgreSQL of its own with every safety on, unless `PLANNIT_POSTGRES` names another one. "Commit on" and "off" is its
`synchronous_commit`: whether each commit waits for the disk.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from attrs import frozen
from sqlalchemy import Engine, UpdateBase, create_engine, event, select

from benchmarks.flow import FIRST_ID, FLOWS, steps
from benchmarks.measure import Figure, quartile, taking_turns
from benchmarks.office import opened, with_jobs
from databases import database
from many.cuts import Server
from plannit_core.adapters.sql import SqlStorage, metadata

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plannit_core import JobId

    Statement = tuple[UpdateBase, Any]
    Commits = list[list[Statement]]

COMMITS = ("on", "off")


@frozen
class Office:
    """Two databases with the same jobs, and what the flows write there.

    Attributes:
        library: For the library.
        bare: For the bare program.
        jobs: One for each flow.
        written: For each flow, for each of its four commands, the statements that write.
    """

    library: Engine
    bare: Engine
    jobs: list[JobId]
    written: list[Commits]

    def commits(self, how: str) -> list[Commits]:
        """For each flow its commits: four, or all in one."""
        if how != "all in one":
            return self.written
        return [[[statement for commit in flow for statement in commit]] for flow in self.written]

    def by_library(self, how: str) -> None:
        """All flows through the door."""
        app = opened(SqlStorage(self.library), first_id=FIRST_ID)
        for job in self.jobs:
            FLOWS[how](app, job)

    def by_bare(self, how: str) -> None:
        """All flows by the bare program."""
        for commits in self.commits(how):
            write(self.bare, commits)


@contextmanager
def office(jobs: int) -> Iterator[Office]:
    """An office with so many jobs, and so many flows written down."""
    with database() as engine:
        written = noted(engine, with_jobs(opened(SqlStorage(engine)), jobs))
    with database() as library, database() as bare:
        known = [with_jobs(opened(SqlStorage(each)), jobs) for each in (library, bare)]
        yield Office(library, bare, known[0], written)


def noted(engine: Engine, jobs: Sequence[JobId]) -> list[Commits]:
    """For each job, for each of the four commands, what the library has SQLAlchemy write."""
    written: list[Statement] = []

    def note(_: Any, statement: Any, many: Any, one: Any, __: Any) -> None:
        if isinstance(statement, UpdateBase):
            written.append((statement, many or one))

    app = opened(SqlStorage(engine), first_id=FIRST_ID)
    event.listen(engine, "before_execute", note)
    result = []
    for job in jobs:
        commits = []
        for step in steps(job):
            written.clear()
            step(app)
            commits.append(list(written))
        result.append(commits)
    event.remove(engine, "before_execute", note)
    return result


def write(engine: Engine, commits: Commits) -> None:
    """The same statements, each commit in a transaction."""
    for commit in commits:
        with engine.begin() as connection:
            for statement, values in commit:
                connection.execute(statement, values)


def rows(engine: Engine) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with engine.connect() as connection:
        return {
            name: sorted(connection.execute(select(table)).all(), key=repr) for name, table in metadata.tables.items()
        }


def measure(*, deep: bool = False) -> Iterator[Figure]:
    if "PLANNIT_POSTGRES" not in os.environ:
        os.environ["PLANNIT_POSTGRES"] = Server.started().address
    for how in FLOWS:
        for waits in COMMITS:
            with office(400 if deep else 120) as known, ExitStack() as stack:
                yield _turns(known, how, waits, [_engine(stack, each, waits) for each in (known.library, known.bare)])


def _engine(stack: ExitStack, like: Engine, waits: str) -> Engine:
    engine = create_engine(like.url.update_query_dict({"options": f"-c synchronous_commit={waits}"}))
    stack.callback(engine.dispose)
    return engine


def _turns(known: Office, how: str, waits: str, engines: Sequence[Engine]) -> Figure:
    library, bare = engines
    app = opened(SqlStorage(library), first_id=FIRST_ID)
    jobs, commits = iter(known.jobs), iter(known.commits(how))
    took, floor = taking_turns(
        lambda: FLOWS[how](app, next(jobs)),
        lambda: write(bare, next(commits)),
        turns=len(known.jobs),
        counts=quartile,
    )
    return Figure(
        what=f"flow, PostgreSQL, commit {waits}, {how}",
        took=took,
        against="bare SQLAlchemy Core",
        floor=floor,
        is_rate=True,
        aim="at least 0.7",
    )
