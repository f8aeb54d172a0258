"""The one place where the drivers' errors become the library's."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ...errors import Conflict, PlannitError, StorageError, Unavailable

_CONFLICT, _BUSY, _AWAY, _UNKNOWN = "record.changed", "storage.busy", "storage.unreachable", "storage.outcome-unknown"
_DAMAGED, _FAILED = "storage.damaged", "storage.failed"

_STATES = {
    "23505": _CONFLICT,  # unique_violation
    "40001": _CONFLICT,  # serialization_failure
    "40P01": _CONFLICT,  # deadlock_detected
    "40003": _UNKNOWN,  # statement_completion_unknown
    "55P03": _BUSY,  # lock_not_available
    "57014": _BUSY,  # query_canceled, by statement_timeout
    "53300": _AWAY,  # too_many_connections
    "57P01": _AWAY,  # admin_shutdown
    "57P02": _AWAY,  # crash_shutdown
    "57P03": _AWAY,  # cannot_connect_now
    "XX001": _DAMAGED,  # data_corrupted
    "XX002": _DAMAGED,  # index_corrupted
}
"""What PostgreSQL's SQLSTATE means. A whole class of them, 08, is about lost connections."""

_CODES = {
    sqlite3.SQLITE_CONSTRAINT: _CONFLICT,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
"""What SQLite's result codes mean."""

_CLASSES: dict[str, type[StorageError]] = {_BUSY: Unavailable, _AWAY: Unavailable}
_SURE = (_CONFLICT, _BUSY)
"""What leaves no doubt at COMMIT: nothing was stored."""


def translated(error: SQLAlchemyError, *, at_commit: bool = False) -> PlannitError:
    """The library's error for one of SQLAlchemy's or of the driver's, without its words."""
    code = _code(error)
    if at_commit and code not in _SURE:
        code = _UNKNOWN
    return Conflict() if code == _CONFLICT else _CLASSES.get(code, StorageError)(code)


def _code(error: SQLAlchemyError) -> str:
    if isinstance(error, PoolTimeoutError):
        return _BUSY
    driver: Any = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(driver, sqlite3.Error):
        return _CODES.get(getattr(driver, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF, _FAILED)
    state = getattr(driver, "sqlstate", None)
    if state in _STATES:
        return _STATES[state]
    return _AWAY if _is_lost(error, state) else _FAILED


def _is_lost(error: SQLAlchemyError, state: str | None) -> bool:
    """Whether the connection is, or never was: the driver then has no SQLSTATE, or one of class 08."""
    if state is not None and not state.startswith("08"):
        return False
    return isinstance(error, DBAPIError) and type(error.orig).__name__ in ("OperationalError", "InterfaceError")
