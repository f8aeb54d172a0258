"""A stand-in for a distributed database: three databases, and in front of them a router that knows nothing of us.

It reads each statement as it arrives, with its values; finds the one company that it names; and sends the transaction to the place
that the company's hash says. What does not name exactly one company is refused, and so is a second company in the same transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from zlib import crc32

import psycopg
from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from plannit_core.adapters.sql import statements

DIALECT = PGDialect_psycopg()

OF_NO_COMPANY = {
    "who waits for a lock, but not for ever": "SET LOCAL lock_timeout = 5000",
    "who will not wait for a lock": "SET LOCAL lock_timeout = 1",
    "who waits as usual again": "SET LOCAL lock_timeout = '5s'",
    "a savepoint": "SAVEPOINT plannit_inner",
    "its end": "RELEASE SAVEPOINT plannit_inner",
    "its undoing": "ROLLBACK TO SAVEPOINT plannit_inner",
    "a savepoint in the host's transaction": "SAVEPOINT plannit",
    "its end there": "RELEASE SAVEPOINT plannit",
    "its undoing there": "ROLLBACK TO SAVEPOINT plannit",
}
"""They go where their transaction goes; before that is known, they wait."""
HOW_LONG = re.compile(r"'\d+(ms|s|min)'$")
OF_ALL_COMPANIES = [*statements.COMPANIES.values()]
"""The lists of companies, which give nothing but ids: asked of every database."""
VERSION = "SELECT plannit_version.version_num FROM plannit_version"
PATIENCE = "SHOW lock_timeout"
OF_THE_DATABASE = re.compile(
    rf"{VERSION}$|SHOW |SELECT current_schema\(\)$|SELECT pg_catalog\.(?!.* plannit_)", re.IGNORECASE
)
"""What is asked when an engine connects and a storage opens: of the first database."""


class NotRouted(AssertionError):
    """A statement that no router can send anywhere."""


def plain(text: str) -> str:
    return " ".join(text.split())


def compiled(statement: Any) -> str:
    return plain(str(statement.compile(dialect=DIALECT)))


LISTS = frozenset(map(compiled, OF_ALL_COMPANIES))


def parameter_of(statement: str) -> str:
    """The name of the value that is the statement's one company. Raises `NotRouted`."""
    if re.match(r"INSERT INTO \w+ \(company, .*\) VALUES \(%\(company\)s", statement):
        return "company"
    conditions = re.findall(r" WHERE (.*)", statement)
    joins = re.findall(r" JOIN \w+ ON (.*?) WHERE", statement)
    if (
        len(conditions) == 1
        and re.match(r"\w+\.company = %\(in_company\)s(?!.* OR )", conditions[0])
        and all(re.match(r"\w+\.company = \w+\.company AND (?!.*( JOIN | OR ))", each) for each in joins)
    ):
        return "in_company"
    raise NotRouted(statement)


def place_of(company: str, places: int) -> int:
    """Which database holds a company."""
    return crc32(company.encode()) % places


class Router:
    """What SQLAlchemy takes for a connection of psycopg: one to each database, opened when there is something to say there."""

    def __init__(self, urls: Sequence[URL]) -> None:
        self._urls = urls
        self._opened: dict[int, psycopg.Connection] = {}
        self._options: dict[str, Any] = {}
        self._company: str | None = None
        self._waiting: list[str] = []

    def at(self, place: int) -> psycopg.Connection:
        """The connection to a database."""
        if place not in self._opened:
            _, arguments = PGDialect_psycopg().create_connect_args(self._urls[place])
            self._opened[place] = psycopg.connect(**arguments)
            for name, value in self._options.items():
                setattr(self._opened[place], name, value)
        return self._opened[place]

    def places_for(self, statement: str, many: Sequence[Any]) -> list[int]:
        """Where a statement goes; none while nobody knows. Raises `NotRouted`."""
        everywhere = range(len(self._urls))
        if statement in LISTS:
            return [*everywhere]
        if OF_THE_DATABASE.match(statement):
            return [0]
        if HOW_LONG.sub("'5s'", statement) not in OF_NO_COMPANY.values():
            self._bind(statement, many)
        elif self._company is None:
            self._waiting.append(statement)
        return [] if self._company is None else [place_of(self._company, len(everywhere))]

    def _bind(self, statement: str, many: Sequence[Any]) -> None:
        name = parameter_of(statement)
        companies = {each[name] for each in many} | ({self._company} - {None})
        if len(companies) != 1:
            raise NotRouted(f"{sorted(companies)}: {statement}")
        [self._company] = companies
        for command in self._waiting:
            self.at(place_of(self._company, len(self._urls))).execute(command)
        self._waiting.clear()

    def said(self) -> None:
        """A statement is over, and with it its transaction where each has its own."""
        if self.autocommit:
            self._end()

    def _end(self) -> None:
        self._company = None
        self._waiting.clear()

    def commit(self) -> None:
        self._end()
        for each in self._opened.values():
            each.commit()

    def rollback(self) -> None:
        self._end()
        for each in self._opened.values():
            each.rollback()

    def close(self) -> None:
        for each in self._opened.values():
            each.close()

    def cursor(self, *_: Any) -> RouterCursor:
        return RouterCursor(self)

    @contextmanager
    def pipeline(self) -> Iterator[None]:
        with ExitStack() as stack:
            for each in self._opened.values():
                stack.enter_context(each.pipeline())
            yield

    @property
    def closed(self) -> bool:
        return any(each.closed for each in self._opened.values())

    @property
    def broken(self) -> bool:
        return any(each.broken for each in self._opened.values())

    @property
    def autocommit(self) -> bool:
        return bool(self._options.get("autocommit"))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.at(0), name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            super().__setattr__(name, value)
        else:  # how transactions are: each database is told
            self._options[name] = value
            for each in self._opened.values():
                setattr(each, name, value)


class RouterCursor:
    """Says one statement in the databases that the router names."""

    arraysize = 1

    def __init__(self, router: Router) -> None:
        self._router = router
        self.description: Any = None
        self._cursors: list[psycopg.Cursor] = []
        self._rows: list[Any] = []

    @property
    def rowcount(self) -> int:
        """Asked when it is wanted: in a pipeline it is known later."""
        return sum(each.rowcount for each in self._cursors)

    def execute(self, statement: str, values: Any = ()) -> None:
        self._say("execute", statement, values, [values])

    def executemany(self, statement: str, many: Sequence[Any]) -> None:
        self._say("executemany", statement, many, many)

    def _say(self, how: str, statement: str, values: Any, many: Sequence[Any]) -> None:
        places = self._router.places_for(plain(statement), many)
        self._cursors = cursors = [self._router.at(place).cursor() for place in places]
        for each in cursors:
            getattr(each, how)(statement, values)
        self._router.said()
        if cursors:
            self.description = cursors[0].description
        if self.description:
            self._rows = [row for each in cursors for row in each.fetchall()]
        if len(cursors) > 1:
            self._rows.sort()  # the lists of companies come in order

    def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[Any]:
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    def close(self) -> None:
        self._rows = []


def router_engine(urls: Iterable[URL], **options: Any) -> Engine:
    """An engine of SQLAlchemy whose connections are routers."""
    places = tuple(urls)
    return create_engine(
        "postgresql+psycopg://",
        creator=lambda: Router(places),
        use_native_hstore=False,
        hide_parameters=True,
        **options,
    )
