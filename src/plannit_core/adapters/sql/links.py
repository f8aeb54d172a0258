"""A connection while it is in a transaction. Every statement goes through here, and so does every error of the driver."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, CursorResult, Executable, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ...errors import Conflict, PlannitError, StorageError
from .engines import Kind
from .failures import Taken, translated
from .hosts import Host
from .row_security import SAID, SAY, Claim

_POINT = "plannit"
_INNER = "plannit_inner"
_CLAIMS: WeakKeyDictionary[Any, Claim] = WeakKeyDictionary()
"""The last claim on each connection of a host's, by the driver's; none where it was taken back."""


def _rows_of(result: CursorResult[Any]) -> int:
    """How many rows a statement changed: what only the cursor knows when it was said in a pipeline."""
    return result.rowcount if result.rowcount >= 0 else int(result.context.cursor.rowcount)


class Link(ABC):
    """A connection in a transaction. Once a statement failed it can only be undone.

    Args:
        claim: What row-level security is told first.

    Attributes:
        kind: Of database.
        is_done: Whether it is committed.
    """

    def __init__(self, connection: Connection, kind: Kind, *, claim: Claim | None = None) -> None:
        self.kind = kind
        self._connection = connection
        self._claim = claim
        self.is_done = False
        self._failure: BaseException | None = None
        self._is_over = False
        self._changed: list[tuple[CursorResult[Any], int]] = []
        self._is_marked = False

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
        self.check()
        with self.failing():
            return self._connection.execute(statement, values).fetchall()

    def run(self, statement: Executable, **values: Any) -> int:
        """How many rows a statement changed. Raises `Taken` when a unique value is taken."""
        return self._written(statement, values).rowcount

    @contextmanager
    def together(self, *, at_once: bool = True) -> Iterator[None]:
        """What is written inside goes to the database in one round trip, where the driver can; the answer comes at the end.

        Args:
            at_once: Whether it does; of a statement run many times it is not known then how many rows it changed.

        Raises:
            Taken: a unique value is taken, or a row that was to be changed was not there.
        """
        dbapi: Any = self._connection.dialect.loaded_dbapi
        driver: Any = self._connection.connection.driver_connection
        is_able = hasattr(dbapi, "Pipeline") and dbapi.Pipeline.is_supported()  # by its libpq
        self._changed = []
        failure: PlannitError | DBAPIError | None = None
        with self.failing(is_change=True):
            try:
                with driver.pipeline() if is_able and at_once else nullcontext():
                    try:
                        yield
                    except PlannitError as error:  # kept from the pipeline, which would log what fails after it
                        failure = error
            except dbapi.Error as error:  # an answer that came after SQLAlchemy was done with the statement
                failure = failure or DBAPIError.instance(None, None, error, dbapi.Error)
            if failure is not None:
                raise failure
        if any(_rows_of(result) != expected for result, expected in self._changed):
            raise Taken

    def run_each(self, statement: Executable, many: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement once with each of `many`. Only inside `together`."""
        if many:
            self._written(statement, many)

    def change_each(self, statement: Executable, many: Sequence[Mapping[str, Any]]) -> None:
        """As `run_each`; each time one row has to change, which `together` sees at the end."""
        self._changed.append((self._written(statement, many), len(many)))

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

    def mark(self) -> None:
        """A savepoint, instead of the one before; whatever ends the transaction ends it too. Raises `StorageError`."""
        if self._is_marked:
            self.command(f"RELEASE SAVEPOINT {_INNER}")
        self.command(f"SAVEPOINT {_INNER}")
        self._is_marked = True

    def back(self) -> None:
        """Undo what was written since `mark`. Raises `StorageError`."""
        self.command(f"ROLLBACK TO SAVEPOINT {_INNER}")

    @contextmanager
    def hurrying(self, is_hurried: bool) -> Iterator[None]:
        """Whoever would have to wait for a lock inside is told `Unavailable` at once."""
        if is_hurried and self.kind.hurry:
            [(usual,)] = self.rows(text(self.kind.asked_patience))
            self.command(self.kind.hurry)
            yield
            self.command(self.kind.calm.format(usual))
        else:
            yield

    def command(self, said: str) -> None:
        """Run a command without values. Raises `StorageError`."""
        self.check()
        with self.failing():
            self._connection.exec_driver_sql(said)

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

    def claim(self) -> None:
        """Say what row-level security has to be told. Raises `StorageError`."""
        if self._claim is not None:
            setting, said = self._claim
            self.rows(SAY, setting=setting, said=said)

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
        except PlannitError:
            raise
        except BaseException as interruption:  # by a signal, in the middle of a statement
            self._failure = interruption
            raise

    def _written(self, statement: Executable, values: Any) -> CursorResult[Any]:
        self.check()
        with self.failing(is_change=True):
            return self._connection.execute(statement, values)


class OwnLink(Link):
    """A connection of our own, in a transaction of its own."""

    def __init__(
        self, connection: Connection, kind: Kind, begin: str, *, wait: bool, claim: Claim | None = None
    ) -> None:
        super().__init__(connection, kind, claim=claim)
        self._wait = wait
        self._begin = begin

    def begin(self) -> None:
        """Begin the transaction. Raises `StorageError`."""
        with self.failing():
            self.kind.begin(self._connection, self._begin, wait=self._wait)
        self.claim()

    def commit(self) -> None:
        """Commit. Raises `StorageError`, `storage.outcome-unknown`, unless it is certain that nothing was stored."""
        self.check()
        with self.failing(at_commit=True):
            self._connection.commit()
        self.is_done = True

    def undo(self) -> None:
        """Roll back; a connection that cannot is closed, so that nobody after us gets it as it is."""
        try:
            self._connection.rollback()
        except SQLAlchemyError:
            self._connection.invalidate()


class JoinedLink(Link):
    """The host's connection, in the transaction that the host began: a savepoint in it."""

    def __init__(self, host: Host, kind: Kind, *, claim: Claim | None = None) -> None:
        super().__init__(host.connection, kind, claim=claim)
        self._host = host
        self._before = ""
        self._has_claimed = False

    def check(self) -> None:
        """As any. What was claimed is said again where another one has spoken meanwhile, inside the same transaction."""
        super().check()
        if self._has_claimed:
            with self.failing():
                is_said = _CLAIMS.get(self._driver()) == self._claim
            if not is_said:
                self._say()

    def claim(self) -> None:
        """Say what row-level security has to be told, and remember what the host had said. Raises `StorageError`."""
        if self._claim is not None:
            [(before,)] = self.rows(SAID, setting=self._claim[0])
            self._before = before or ""
            self._has_claimed = True
            self._say()

    def give_back(self) -> None:
        """Say again what the host had said."""
        if self._claim is not None:
            # a transaction that failed is the host's to undo, and what was said with it
            with suppress(SQLAlchemyError):
                _CLAIMS.pop(self._driver(), None)
                self._connection.execute(SAY, {"setting": self._claim[0], "said": self._before})

    def begin(self) -> None:
        """Set the savepoint. Raises `StorageError`."""
        self.command(f"SAVEPOINT {_POINT}")
        if self.kind.take_turn:
            self.command(self.kind.take_turn)
        self.claim()

    def commit(self) -> None:
        """Release the savepoint. Raises `StorageError`."""
        self.command(f"RELEASE SAVEPOINT {_POINT}")
        self.is_done = True
        self.give_back()

    def undo(self) -> None:
        """Roll back to the savepoint, and so to what was said before it."""
        self._has_claimed = False
        with suppress(SQLAlchemyError):
            if self._claim is not None:
                _CLAIMS.pop(self._driver(), None)
            if self._host.in_transaction():  # else the host has undone it already
                self._connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {_POINT}")
                self._connection.exec_driver_sql(f"RELEASE SAVEPOINT {_POINT}")

    def _say(self) -> None:
        if self._claim is not None:
            _CLAIMS[self._driver()] = self._claim
        super().claim()

    def _driver(self) -> Any:
        return self._connection.connection.driver_connection
