"""A host's own connection, of SQLAlchemy or of the driver: it runs our statements, the host begins and ends the transaction."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, PoolProxiedConnection

from ...errors import StorageError

_IDLE = 0  # of libpq: not in a transaction


class _Lent(PoolProxiedConnection):
    """What SQLAlchemy takes for a connection of its pool. Nothing here ends the host's transaction or closes anything."""

    is_valid = True
    is_detached = True

    def __init__(self, driver: Any, dbapi: Any) -> None:
        self._driver = self.driver_connection = self.dbapi_connection = driver
        self._dbapi = dbapi

    def cursor(self, *_: Any, **__: Any) -> Any:
        """A plain one: the host's own may give rows of another form, or bind values in another way."""
        if hasattr(self._dbapi, "rows"):  # psycopg
            return self._dbapi.Cursor(self._driver, row_factory=self._dbapi.rows.tuple_row)
        cursor = self._driver.cursor()
        cursor.row_factory = None
        return cursor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    def invalidate(self, e: BaseException | None = None, soft: bool = False) -> None:
        """Nothing: a lost connection is the host's to replace."""


class Host:
    """A host's connection of SQLAlchemy.

    Attributes:
        connection: The connection.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def in_transaction(self) -> bool:
        """Whether the host has begun a transaction. In SQLite the driver may have put it off: it begins now.

        Raises:
            StorageError: `storage.cannot-join` in a pipeline of psycopg.
        """
        if not self.connection.in_transaction():
            return False
        driver: Any = self.connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            if not driver.in_transaction:
                self.connection.exec_driver_sql("BEGIN")
            return True
        if driver.pgconn.pipeline_status:  # where no answer is there when it is needed
            raise StorageError("storage.cannot-join")
        return not driver.autocommit or driver.info.transaction_status != _IDLE


class DriverHost(Host):
    """A host's connection of the driver, spoken to through an engine of ours."""

    def __init__(self, driver: Any, engine: Engine) -> None:
        super().__init__(Connection(engine, _Lent(driver, engine.dialect.loaded_dbapi)))
        self.connection.begin()  # says nothing to the driver
        self._driver = driver

    def in_transaction(self) -> bool:
        """Whether the host has begun a transaction."""
        is_sqlite = isinstance(self._driver, sqlite3.Connection)
        return bool(self._driver.in_transaction) if is_sqlite else super().in_transaction()


def host_of(connection: Any, engine: Engine) -> Host:
    """The host behind a connection of the kind that an engine has. Raises `StorageError`, `storage.cannot-join`."""
    if isinstance(connection, Connection) and connection.dialect.driver == engine.driver:
        return Host(connection)
    dbapi: Any = engine.dialect.loaded_dbapi
    if isinstance(connection, dbapi.Connection):
        return DriverHost(connection, engine)
    raise StorageError("storage.cannot-join")
