"""The flow on `SqlStorage` and PostgreSQL against two bare programs that write the same rows.

What the library has SQLAlchemy write is written down once, as the statements of Core and their values. One bare program runs them
by SQLAlchemy Core, in transactions of the same engine; the other one has them as text, and sends each commit by psycopg in pipeline
mode, in one round trip. Neither takes a turn, reads, decides or serialises. What the library's loads take is told apart.

    python tests/benchmarks/run.py sql

It starts a PostgreSQL of its own with every safety on, unless `PLANNIT_POSTGRES` names another one. "Commit on" and "off" is its
`synchronous_commit`: whether each commit waits for the disk.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

from attrs import define, frozen
from sqlalchemy import Engine, UpdateBase, create_engine, event, select

from benchmarks import servers
from benchmarks.flow import FIRST_ID, FLOWS, steps
from benchmarks.measure import Figure, quartile, taking_turns, timed
from benchmarks.office import opened, with_jobs
from databases import database
from plannit_core.adapters.sql import SqlStorage, metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import psycopg

    from plannit_core import JobId
    from plannit_core.ports import Transaction

    Statement = tuple[UpdateBase, Any]
    Commits = list[list[Statement]]
    Texts = list[list[tuple[str, Any]]]

COMMITS = ("on", "off")
LOADS = ("load", "select", "figures", "timeline", "receipt", "receipts")


@frozen
class Office:
    """Three databases with the same jobs, and what the flows write there.

    Attributes:
        library: For the library.
        bare: For the bare program with SQLAlchemy.
        pipelined: For the one with psycopg.
        jobs: One for each flow.
        written: For each flow, for each of its four commands, the statements that write.
    """

    library: Engine
    bare: Engine
    pipelined: Engine
    jobs: list[JobId]
    written: list[Commits]

    def commits(self, how: str) -> list[Commits]:
        """For each flow its commits: four, or all in one."""
        if how != "all in one":
            return self.written
        return [[[statement for commit in flow for statement in commit]] for flow in self.written]

    def texts(self, how: str) -> list[Texts]:
        """The same as the driver takes them."""
        return [
            [[(as_text(statement, values, self.pipelined), values) for statement, values in commit] for commit in flow]
            for flow in self.commits(how)
        ]

    def by_library(self, how: str) -> None:
        """All flows through the door."""
        app = opened(SqlStorage(self.library), first_id=FIRST_ID)
        for job in self.jobs:
            FLOWS[how](app, job)

    def by_bare(self, how: str) -> None:
        """All flows by the bare program with SQLAlchemy."""
        for commits in self.commits(how):
            write(self.bare, commits)

    def by_pipeline(self, how: str) -> None:
        """All flows by the bare program with psycopg."""
        with drivers_own(self.pipelined) as connection:
            for commits in self.texts(how):
                write_at_once(connection, commits)


@contextmanager
def office(jobs: int) -> Iterator[Office]:
    """An office with so many jobs, and so many flows written down."""
    with database() as engine:
        written = noted(engine, with_jobs(opened(SqlStorage(engine)), jobs))
    with database() as library, database() as bare, database() as pipelined:
        known, *_ = [with_jobs(opened(SqlStorage(each)), jobs) for each in (library, bare, pipelined)]
        yield Office(library, bare, pipelined, known, written)


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


def as_text(statement: UpdateBase, values: Any, engine: Engine) -> str:
    """A statement as the driver takes it."""
    one = values[0] if isinstance(values, list) else values
    return str(statement.compile(dialect=engine.dialect, column_keys=list(one)))


@contextmanager
def drivers_own(engine: Engine) -> Iterator[psycopg.Connection[Any]]:
    """The driver's connection behind one of SQLAlchemy's."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        yield driver


def write_at_once(connection: psycopg.Connection[Any], commits: Texts) -> None:
    """The same statements, each commit in one round trip."""
    with connection.pipeline():
        for commit in commits:
            cursor = connection.cursor()
            for text, values in commit:
                if isinstance(values, list):
                    cursor.executemany(text, values)
                else:
                    cursor.execute(text, values)
            connection.commit()


def rows(engine: Engine) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with engine.connect() as connection:
        return {
            name: sorted(connection.execute(select(table)).all(), key=repr) for name, table in metadata.tables.items()
        }


@define
class LoadsTimed:
    """A storage, and how long its writers have been reading."""

    storage: SqlStorage
    seconds: float = 0.0

    @contextmanager
    def writing(self, company: str, *, wait: bool = True) -> Iterator[_ReaderTimed]:
        with self.storage.writing(company, wait=wait) as transaction:
            yield _ReaderTimed(transaction, self)


@frozen
class _ReaderTimed:
    _transaction: Transaction
    _times: LoadsTimed

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._transaction, name)
        return self._timed(found) if name in LOADS else found

    def _timed(self, load: Callable[..., Any]) -> Callable[..., Any]:
        def loading(*asked: Any, **more: Any) -> Any:
            began = perf_counter()
            try:
                return load(*asked, **more)
            finally:
                self._times.seconds += perf_counter() - began

        return loading


def measure(*, deep: bool = False) -> Iterator[Figure]:
    servers.needed()
    for how in FLOWS:
        for waits in COMMITS:
            with office(400 if deep else 120) as known, ExitStack() as stack:
                engines = (known.library, known.bare, known.pipelined)
                yield from _turns(known, how, waits, [_engine(stack, each, waits) for each in engines])


def _engine(stack: ExitStack, like: Engine, waits: str) -> Engine:
    engine = create_engine(like.url.update_query_dict({"options": f"-c synchronous_commit={waits}"}))
    stack.callback(engine.dispose)
    return engine


def _turns(known: Office, how: str, waits: str, engines: Sequence[Engine]) -> Iterator[Figure]:
    library, bare, pipelined = engines
    storage: Any = LoadsTimed(SqlStorage(library))
    app = opened(storage, first_id=FIRST_ID)
    jobs, commits, texts = iter(known.jobs), iter(known.commits(how)), iter(known.texts(how))
    loads, others = [], []

    def flow() -> None:
        storage.seconds = 0.0
        took = timed(lambda: FLOWS[how](app, next(jobs)))
        loads.append(storage.seconds)
        others.append(took - storage.seconds)

    with drivers_own(pipelined) as connection:
        took, core, pipeline = taking_turns(
            flow,
            lambda: write(bare, next(commits)),
            lambda: write_at_once(connection, next(texts)),
            turns=len(known.jobs),
            counts=quartile,
        )
    what = f"flow, PostgreSQL, commit {waits}, {how}"
    floors = (("bare SQLAlchemy Core", core, "at least 0.7"), ("psycopg in pipeline mode", pipeline, "at least 0.5"))
    for against, floor, aim in floors:
        yield Figure(what=what, took=took, against=against, floor=floor, is_rate=True, aim=aim)
        yield Figure(
            what=f"{what}, but for its loads", took=quartile(others), against=against, floor=floor, is_rate=True
        )
    yield Figure(what=f"{what}, its loads", took=quartile(loads), against="all of it", floor=took)
