"""How PostgreSQL and SQLite differ: how a transaction begins, what everything is to `LIMIT`, which engine we make."""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Mapping
from typing import Any

from attrs import frozen
from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from ...errors import InvalidInput, StorageError, Unavailable
from ...values.checks import MAX_LIMIT, check_limit, check_seconds

_PATIENCE = 5.0
_LONGEST = 1_000_000  # PostgreSQL counts milliseconds in 31 bits


@frozen
class Kind:
    """One kind of database.

    Attributes:
        no_limit: What its `LIMIT` takes for everything.
        looking: Options of a connection for a single reading statement.
        reading: For several that agree with each other.
        writing: For the turn of a writer.
        begin_reading: The statement that begins a transaction, where the driver does not do so by itself.
        begin_writing: Likewise.
        take_turn: Changes nothing, but from here on nobody else writes; where locking a row does not say so.
        asked_patience: How long a lock is waited for; `0` is for ever.
        patiently: From here on it is waited for some seconds.
        hurry: From here on no lock is waited for; where to begin does not say so.
        calm: From here on it is waited as long as before, which is put in.
    """

    no_limit: int | None
    looking: Mapping[str, Any] = {}
    reading: Mapping[str, Any] = {}
    writing: Mapping[str, Any] = {}
    begin_reading: str = ""
    begin_writing: str = ""
    take_turn: str = ""
    asked_patience: str = ""
    patiently: str = ""
    hurry: str = ""
    calm: str = ""

    def begin(self, connection: Connection, statement: str, *, wait: bool) -> None:
        """Begin a transaction; without `wait`, only if nobody else has SQLite's turn."""
        connection.begin()
        if getattr(connection.connection.driver_connection, "in_transaction", False):
            # the host's engine lets each transaction of SQLite begin by itself
            statement = self.take_turn if statement == self.begin_writing else ""
        if not statement:
            return
        usual = None if wait or not self.take_turn else connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
        try:
            if usual is not None:
                connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            connection.exec_driver_sql(statement)
        finally:
            if usual is not None:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {usual}")


KINDS: Mapping[str, Kind] = {
    "psycopg": Kind(
        no_limit=None,
        looking={"isolation_level": "AUTOCOMMIT"},
        reading={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
        writing={"isolation_level": "READ COMMITTED"},
        asked_patience="SHOW lock_timeout",
        patiently=f"SET LOCAL lock_timeout = {_PATIENCE * 1_000:.0f}",
        hurry="SET LOCAL lock_timeout = 1",
        calm="SET LOCAL lock_timeout = '{}'",
    ),
    "pysqlite": Kind(
        no_limit=-1,
        begin_reading="BEGIN",
        begin_writing="BEGIN IMMEDIATE",
        take_turn="UPDATE plannit_head SET position = position WHERE company = ''",
    ),
}
"""By the driver's name."""


def kind_of(engine: Engine) -> Kind:
    """How to speak to an engine. Raises `InvalidInput`, `storage.unknown-engine`."""
    return _kind(engine.driver)


def _kind(driver: str) -> Kind:
    if driver not in KINDS:
        raise InvalidInput("storage.unknown-engine", path="database", found=driver)
    return KINDS[driver]


def engine_for(database: str | URL, *, timeout: float, statement_timeout: float, connections: int) -> Engine:
    """An engine of our own. Raises `InvalidInput`, `storage.unknown-engine`, `number.out-of-range`."""
    check_seconds(timeout, "timeout", high=_LONGEST)
    check_seconds(statement_timeout, "statement_timeout", high=_LONGEST)
    if not check_limit(connections, "connections"):
        raise InvalidInput("number.out-of-range", path="connections", low=1, high=MAX_LIMIT)
    try:
        url = make_url(database)
        kind = _kind(url.get_dialect().driver)
        return create_engine(
            url,
            connect_args={"timeout": timeout} if kind.begin_writing else _limits(url, timeout, statement_timeout),
            poolclass=QueuePool,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=timeout,
            hide_parameters=True,
        )
    except (ArgumentError, NoSuchModuleError, ValueError):  # the last for a port that is no number
        raise InvalidInput("storage.unknown-engine", path="database") from None


def _limits(url: URL, timeout: float, statement_timeout: float) -> dict[str, Any]:
    """How long PostgreSQL lets us wait; options that stand in the URL come after ours, and win."""
    seconds = {"lock_timeout": timeout, "statement_timeout": statement_timeout}
    options = [f"-c {name}={math.ceil(each * 1_000)}" for name, each in seconds.items()]
    theirs = url.query.get("options", ())
    options += [theirs] if isinstance(theirs, str) else theirs
    return {"options": " ".join(options), "connect_timeout": max(2, math.ceil(timeout))}


def prepare_file(connection: Connection) -> None:
    """Let readers and a writer of a SQLite file work at once; said past SQLAlchemy, which might begin a transaction.

    Raises:
        InvalidInput: `storage.unknown-engine` for a driver that was told to commit each statement: its `commit` does nothing.
        Unavailable: `storage.busy`.
        StorageError: `storage.no-wal` where the file system cannot share memory, and in memory.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        return
    if getattr(driver, "autocommit", None) is True:  # since Python 3.12; not what `isolation_level=None` does
        raise InvalidInput("storage.unknown-engine", path="database", found="autocommit=True")
    give_up = time.monotonic() + _PATIENCE
    while not _uses_wal(driver):  # somebody else has just opened the file; SQLite does not wait here by itself
        if time.monotonic() > give_up:
            raise Unavailable("storage.busy")
        time.sleep(0.01)


def _uses_wal(driver: sqlite3.Connection) -> bool:
    try:
        [(mode,)] = driver.execute("PRAGMA journal_mode = WAL").fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return False
        raise
    if mode != "wal":
        raise StorageError("storage.no-wal")
    return True
