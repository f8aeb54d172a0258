"""A host's own connection of the driver, as Django has one, lent to SQLAlchemy for as long as the host's transaction lasts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, PoolProxiedConnection

from ...errors import StorageError
from .engines import Kind


class _Guest(PoolProxiedConnection):
    """The driver's connection the way SQLAlchemy takes one from its pool. It is neither closed nor given back."""

    is_valid = True
    is_detached = True

    def __init__(self, driver: Any, plain_rows: Any) -> None:
        self._driver = self.dbapi_connection = self.driver_connection = driver
        self._plain_rows = plain_rows

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        cursor = self._driver.cursor(*args, **kwargs)
        cursor.row_factory = self._plain_rows  # the host may have chosen another form
        return cursor

    def invalidate(self, e: BaseException | None = None, soft: bool = False) -> None:
        """Nothing: a lost connection is the host's to replace."""


def connection_over(driver: Any, engine: Engine, kind: Kind) -> Connection:
    """SQLAlchemy's view of a host's connection, to be dropped and not closed.

    Raises:
        StorageError: `storage.cannot-join` for a connection of another driver.
    """
    dbapi: Any = engine.dialect.loaded_dbapi
    if not isinstance(driver, dbapi.Connection):
        raise StorageError("storage.cannot-join")
    return Connection(engine, _Guest(driver, kind.plain_rows(dbapi)))
