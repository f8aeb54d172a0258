"""A connection while it is in a transaction. Every statement goes through here, and so does every error of the driver."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ...errors import Conflict, PlannitError, StorageError, Unavailable
from ...values.made import keep

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_COMMIT = "COMMIT"
_SHORT, _MANY = 4_000, 256


def _translated(error: sqlite3.Error, statement: str) -> PlannitError:
    """The library's error for one of the driver's, without its words.

    Only a busy file leaves no doubt at COMMIT. When writing failed there, the transaction may stand on the disk already.
    """
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _BUSY:
        return Unavailable("storage.busy")
    if statement == _COMMIT:
        return StorageError("storage.outcome-unknown")
    if code == sqlite3.SQLITE_CONSTRAINT:
        return Conflict()
    return StorageError("storage.damaged" if code in _DAMAGED else "storage.failed")


Key = tuple[str, str, str]
"""Company, kind and id of a record."""


class Connection(sqlite3.Connection):
    """A connection of our own, and what it has seen of the file, which holds until another connection commits.

    Attributes:
        state: SQLite's number for the file as it was seen; another one once another connection has committed, `None` while this one
            writes.
        seen: The records that were read or written, and the positions of last events, by company, kind and id.
    """

    state: int | None = None
    seen: dict[Key, Any]


def connected(path: str, timeout: float) -> Connection:
    """A connection to a file, which is made when there is none. Raises `StorageError`."""
    try:
        connection = sqlite3.connect(
            path,
            timeout=timeout,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
            factory=Connection,
        )
    except sqlite3.Error as error:
        raise _translated(error, "") from error
    connection.seen = {}
    return connection


class Link:
    """A connection in a transaction. Once a statement failed it can only be undone, for SQLite may have done so by itself.

    Attributes:
        connection: The driver's.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._own = connection if isinstance(connection, Connection) else None
        self._seen = {} if self._own is None else self._own.seen
        self._cursor = connection.cursor()
        self._cursor.row_factory = None  # a host's connection may have one
        self._failure: BaseException | None = None
        self._is_over = False
        self._state: int | None = None

    def check(self) -> None:
        """Refuse what must not go on. Raises `StorageError`, `transaction.over`, or again what made it fail."""
        if self._is_over:
            raise StorageError("transaction.over")
        if self._failure is not None:
            raise self._failure

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """What fails inside undoes the whole transaction, even when somebody catches the error."""
        self.check()
        try:
            yield
        except BaseException as failure:
            self._failure = failure
            raise

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Everything that a statement gives."""
        self.check()
        try:
            return self._cursor.execute(statement, values).fetchall()
        except (sqlite3.Error, UnicodeError) as error:
            raise self._failed(error, statement) from error

    def run(self, statement: str, values: Sequence[Any] = ()) -> int:
        """How many rows a statement changed. Raises `Conflict` when a unique value is taken."""
        return self._run(self._cursor.execute, statement, values)

    def run_each(self, statement: str, many: Iterable[Sequence[Any]]) -> None:
        """Run a statement once with each of `many`. Raises as `run`."""
        self._run(self._cursor.executemany, statement, many)

    def commit(self) -> None:
        """Commit. Raises `StorageError`, `storage.outcome-unknown`, unless it is certain that nothing was stored."""
        self.run(_COMMIT)
        if self._own is not None:
            self._own.state = self._state

    def end(self) -> None:
        """Refuse to be used from now on."""
        self._is_over = True

    def look_again(self, check: Callable[[Link], None]) -> None:
        """When another connection has committed since ours looked last: forget what it has seen, and `check` the file."""
        [(state,)] = self.rows("PRAGMA main.data_version")
        if self._own is not None and self._own.state != state:
            self._seen.clear()
            check(self)
            self._own.state = state

    def seen(self, key: Key) -> Any:
        """What the connection has seen there; `None` when it has not."""
        self.check()
        return self._seen.get(key)

    def saw(self, key: Key, value: Any, *, size: int = 0) -> None:
        """What stands there now, to be kept for a while unless it is large or `None`.

        Of a host's connection nothing is kept, for the host may write as well.
        """
        self._seen.pop(key, None)
        if self._own is not None and size <= _SHORT and value is not None:
            keep(self._seen, key, value, many=_MANY)

    def doubt(self) -> None:
        """What is seen from here on holds once it is committed: whatever keeps it from that, and whenever, it is forgotten."""
        if self._own is not None:
            self._state, self._own.state = self._own.state, None

    def let_go(self) -> None:
        """Let go of the last statement, which would keep the file open after its connection is closed."""
        self._cursor.close()

    def _run(self, execute: Callable[[str, Any], sqlite3.Cursor], statement: str, values: Any) -> int:
        self.check()
        try:
            return execute(statement, values).rowcount
        except (sqlite3.Error, UnicodeError) as error:
            raise self._failed(error, statement) from error

    def _failed(self, error: sqlite3.Error | UnicodeError, statement: str) -> PlannitError:
        if isinstance(error, UnicodeError):  # what the file holds is no text, or what was asked for is none
            is_damaged = isinstance(error, UnicodeDecodeError)
            failure: PlannitError = StorageError("storage.damaged" if is_damaged else "storage.failed")
        else:
            failure = _translated(error, statement)
        if not isinstance(failure, Conflict):  # which undoes its statement only
            self._failure = failure
        return failure
