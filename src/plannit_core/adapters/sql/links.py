"""A connection while it is in a transaction. Every statement goes through here, and so does every error of the driver."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.exc import SQLAlchemyError

from ...errors import Conflict, StorageError
from .engines import Kind
from .failures import Taken, translated
from .hosts import Host

_POINT = "plannit"
_INNER = "plannit_inner"


class Link(ABC):
    """A connection in a transaction. Once a statement failed it can only be undone.

    Attributes:
        kind: Of database.
        is_done: Whether it is committed.
    """

    def __init__(self, connection: Connection, kind: Kind) -> None:
        self.kind = kind
        self._connection = connection
        self.is_done = False
        self._failure: BaseException | None = None
        self._is_over = False

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

    def rows(self, statement: Executable, **values: Any) -> Sequence[Any]:
        """Everything that a statement gives."""
        return self._executed(statement, values, is_change=False)[0]

    def run(self, statement: Executable, **values: Any) -> int:
        """How many rows a statement changed. Raises `Taken` when a unique value is taken."""
        return self._executed(statement, values, is_change=True)[1]

    def run_each(self, statement: Executable, many: Sequence[Mapping[str, Any]]) -> int:
        """How many rows a statement changed, run once with each of `many` in one round trip. Raises as `run`."""
        return self._executed(statement, many, is_change=True)[1] if many else 0

    @contextmanager
    def trying(self) -> Iterator[None]:
        """A savepoint: what raises `Taken` inside is undone and can be followed by something else."""
        self.command(f"SAVEPOINT {_INNER}")
        try:
            yield
        except Taken:
            self.command(f"ROLLBACK TO SAVEPOINT {_INNER}")
            self.command(f"RELEASE SAVEPOINT {_INNER}")
            raise
        self.command(f"RELEASE SAVEPOINT {_INNER}")

    @contextmanager
    def hurrying(self, is_hurried: bool) -> Iterator[None]:
        """Whoever would have to wait for a lock inside is told `Unavailable` at once."""
        if is_hurried and self.kind.hurry:
            self.command(self.kind.hurry)
            yield
            self.command(self.kind.calm)
        else:
            yield

    def command(self, text: str) -> None:
        """Run a command without values. Raises `StorageError`."""
        self.check()
        with self.failing():
            self._connection.exec_driver_sql(text)

    def end(self) -> None:
        """Refuse to be used from now on."""
        self._is_over = True

    @contextmanager
    def opened(self) -> Iterator[None]:
        """A transaction: begun, and undone at the end unless it was committed. Raises `StorageError`."""
        try:
            self.begin()
            yield
        finally:
            self.end()
            if not self.is_done:
                self.undo()

    @abstractmethod
    def begin(self) -> None:
        """Begin what `commit` stores and `undo` undoes. Raises `StorageError`."""

    @abstractmethod
    def commit(self) -> None:
        """Store what was written. Raises `StorageError`."""

    @abstractmethod
    def undo(self) -> None:
        """Undo what was written, whatever state the connection is in."""

    @contextmanager
    def failing(self, *, at_commit: bool = False, is_change: bool = False) -> Iterator[None]:
        """The driver's errors inside become ours and undo the transaction; but for `Taken`, which only a change says."""
        try:
            yield
        except (SQLAlchemyError, ValueError) as error:
            failure = translated(error, at_commit=at_commit)
            if isinstance(failure, Taken) and not is_change:  # a distributed engine may say so of any statement
                cause, failure = failure.__cause__, Conflict()
                failure.__cause__ = cause
            if not isinstance(failure, Taken):
                self._failure = failure
            raise failure from failure.__cause__

    def _executed(self, statement: Executable, values: Any, *, is_change: bool) -> tuple[Sequence[Any], int]:
        self.check()
        with self.failing(is_change=is_change):
            result = self._connection.execute(statement, values)
            return (result.fetchall() if result.returns_rows else ()), result.rowcount


class OwnLink(Link):
    """A connection of our own, in a transaction of its own."""

    def __init__(self, connection: Connection, kind: Kind, begin: str, *, wait: bool) -> None:
        super().__init__(connection, kind)
        self._wait = wait
        self._begin = begin

    def begin(self) -> None:
        """Begin the transaction. Raises `StorageError`."""
        with self.failing():
            self.kind.begin(self._connection, self._begin, wait=self._wait)

    def commit(self) -> None:
        """Commit. Raises `StorageError`, `storage.outcome-unknown`, unless it is certain that nothing was stored."""
        self.check()
        with self.failing(at_commit=True):
            self._connection.commit()
        self.is_done = True

    def undo(self) -> None:
        """Roll back."""
        with suppress(SQLAlchemyError):
            self._connection.rollback()


class JoinedLink(Link):
    """The host's connection, in the transaction that the host began: a savepoint in it."""

    def __init__(self, host: Host, kind: Kind) -> None:
        super().__init__(host.connection, kind)
        self._host = host

    def begin(self) -> None:
        """Set the savepoint. Raises `StorageError`."""
        self.command(f"SAVEPOINT {_POINT}")
        if self.kind.take_turn:
            self.command(self.kind.take_turn)

    def commit(self) -> None:
        """Release the savepoint. Raises `StorageError`."""
        self.command(f"RELEASE SAVEPOINT {_POINT}")
        self.is_done = True

    def undo(self) -> None:
        """Roll back to the savepoint."""
        with suppress(SQLAlchemyError):
            if self._host.in_transaction():  # else the host has undone it already
                self._connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {_POINT}")
                self._connection.exec_driver_sql(f"RELEASE SAVEPOINT {_POINT}")
