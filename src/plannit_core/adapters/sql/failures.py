"""What the drivers' errors mean. The only place that knows: by SQLSTATE for PostgreSQL, by result code for SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import exc

from ...errors import Conflict, PlannitError, StorageError, Unavailable

DriverError = exc.SQLAlchemyError | sqlite3.Error | ValueError


class Taken(Conflict):
    """A unique value is taken, or a version is not the stored one; of which record is not known yet."""


def _busy() -> PlannitError:
    return Unavailable("storage.busy")


def _unreachable() -> PlannitError:
    return Unavailable("storage.unreachable")


def _unknown() -> PlannitError:
    return StorageError("storage.outcome-unknown")


def _damaged() -> PlannitError:
    return StorageError("storage.damaged")


_BUSY, _TAKEN, _DAMAGED, _LOST = "55P03", "23505", "XX001", "08006"

_MEANINGS: Mapping[str, Callable[[], PlannitError]] = {
    _TAKEN: Taken,
    "40001": Conflict,  # could not serialize
    "40P01": Conflict,  # deadlock
    "40003": _unknown,
    _BUSY: _busy,  # lock_timeout
    "57014": _busy,  # statement_timeout
    "53300": _unreachable,  # too many connections
    "57P01": _unreachable,  # the server, or the connection, is being shut down
    "57P02": _unreachable,
    "57P03": _unreachable,
    "57P05": _unreachable,  # idle for too long
    "25P03": _unreachable,  # idle in the transaction for too long
    "25P04": _unreachable,  # in the transaction for too long
    _DAMAGED: _damaged,
    "XX002": _damaged,
}
_CERTAIN_AT_COMMIT = {_TAKEN, "40001", "40P01", _BUSY}
"""After these nothing was stored; after anything else at COMMIT nobody knows."""

_STATES_OF_SQLITE: Mapping[int, str] = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_CANTOPEN: _LOST,
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: _TAKEN,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: _TAKEN,
}


def _state_of(error: DriverError) -> str:
    """The SQLSTATE that says what happened; empty when nothing does."""
    if isinstance(error, UnicodeEncodeError):
        return ""
    if isinstance(error, ValueError):
        return _DAMAGED  # what a column holds is not what it should be
    if isinstance(error, exc.TimeoutError):
        return _BUSY  # all connections of the pool are in use
    code = getattr(_cause_of(error), "sqlite_errorcode", None)
    if code is not None:
        return _STATES_OF_SQLITE.get(code) or _STATES_OF_SQLITE.get(code & 0xFF, "")
    if not isinstance(error, exc.DBAPIError):
        return ""
    state = getattr(error.orig, "sqlstate", None)
    return state or (_LOST if error.connection_invalidated or isinstance(error, exc.OperationalError) else "")


def translated(error: DriverError, *, at_commit: bool = False) -> PlannitError:
    """The library's error for a driver's, without its words; the driver's own is its cause."""
    state = _state_of(error)
    if at_commit and state not in _CERTAIN_AT_COMMIT:
        failure = _unknown()
    elif state in _MEANINGS:
        failure = _MEANINGS[state]()
    else:
        failure = _unreachable() if state.startswith("08") else StorageError("storage.failed")
    failure.__cause__ = _cause_of(error)
    return failure


def _cause_of(error: DriverError) -> BaseException:
    """The driver's own error, where SQLAlchemy has one of its own around it, which tells the statement."""
    return getattr(error, "orig", None) or error


@contextmanager
def translating() -> Iterator[None]:
    """The driver's errors inside become ours."""
    try:
        yield
    except (exc.SQLAlchemyError, sqlite3.Error) as error:
        failure = translated(error)
        raise failure from failure.__cause__
