"""Where transactions come from: a pool of connections, or a connection of the host's."""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

from sqlalchemy import Connection, Engine

from ...errors import Conflict, StorageError
from . import tables
from .engines import kind_of, prepare_file
from .failures import translating
from .hosts import host_of
from .links import JoinedLink, Link, OwnLink
from .row_security import Claim, check_is_active, claim_of


class Sessions(Protocol):
    """Transactions of one company each, not yet anybody's turn.

    Attributes:
        engine: Where the connections come from.
        says_company: Whether each transaction first tells the database its company, for row-level security.
    """

    engine: Engine
    says_company: bool

    def looking(self, company: str | None) -> AbstractContextManager[Link]:
        """For one reading statement; `None` for the lists of companies."""
        ...

    def reading(self, company: str) -> AbstractContextManager[Link]:
        """For reading statements that agree with each other."""
        ...

    def writing(self, company: str, *, wait: bool = True, takes_turn: bool = True) -> AbstractContextManager[Link]:
        """For writing: undone at the end unless it was committed."""
        ...

    def close(self) -> None:
        """Let go of what is ours."""
        ...


class Pool:
    """Connections of an engine, each used by one thread at a time."""

    def __init__(self, engine: Engine, *, is_ours: bool, creates_tables: bool, says_company: bool) -> None:
        self.engine = engine
        self.says_company = says_company
        self.kind = kind_of(engine)
        self._is_ours = is_ours
        self._is_closed = False
        self._begin_writing = self.kind.begin_writing
        self._writers: set[tuple[int, str]] = set()
        try:
            self._prepare(creates_tables=creates_tables)
        except BaseException:
            self.close()
            raise
        if is_ours:
            _POOLS.add(self)

    def looking(self, company: str | None) -> AbstractContextManager[Link]:
        """For one reading statement; where the company is said first, it takes a transaction. Raises `StorageError`."""
        options = self.kind.reading if self.says_company else self.kind.looking
        return self._transaction(company, options, self.kind.begin_reading)

    def reading(self, company: str) -> AbstractContextManager[Link]:
        """For reading statements that agree with each other. Raises `StorageError`."""
        return self._transaction(company, self.kind.reading, self.kind.begin_reading)

    @contextmanager
    def writing(self, company: str, *, wait: bool = True, takes_turn: bool = True) -> Iterator[Link]:
        """For writing. Raises `StorageError` (`storage.nested` when this thread has the company's turn already)."""
        with (
            self._turn(company) if takes_turn else nullcontext(),
            self._transaction(company, self.kind.writing, self._begin_writing, wait=wait) as link,
        ):
            yield link

    @contextmanager
    def _turn(self, company: str) -> Iterator[None]:
        me = (threading.get_ident(), company)
        if me in self._writers:
            raise StorageError("storage.nested")
        self._writers.add(me)
        try:
            yield
        finally:
            self._writers.discard(me)

    def close(self) -> None:
        """Close the connections, if the engine is ours; those in use when they are given back."""
        self._is_closed = True
        if self._is_ours:
            self.engine.dispose()

    def forget(self) -> None:
        """Leave the connections to the process that this one was forked from."""
        self.engine.dispose(close=False)

    @contextmanager
    def _transaction(
        self, company: str | None, options: Mapping[str, Any], begin: str, *, wait: bool = True
    ) -> Iterator[Link]:
        if self._is_closed:
            raise StorageError("storage.closed")
        with self._connected(options) as connection:
            link = OwnLink(connection, self.kind, begin, wait=wait, claim=_claim(self, company))
            with link.opened():
                yield link

    @contextmanager
    def _connected(self, options: Mapping[str, Any]) -> Iterator[Connection]:
        with translating():
            connection = self.engine.connect()
        try:
            yield connection.execution_options(**options)
        finally:
            connection.close()

    def _prepare(self, *, creates_tables: bool) -> None:
        with self._connected(self.kind.looking) as connection, translating():
            prepare_file(connection)
        if not self._has_tables():
            self._make_tables(creates_tables=creates_tables)
        with self._connected(self.kind.looking) as connection, translating():
            check_is_active(connection, is_asked=self.says_company)
            if self.kind.asked_patience and connection.exec_driver_sql(self.kind.asked_patience).scalar_one() == "0":
                # else a host that holds a turn would be waited for without end
                self._begin_writing = self.kind.patiently

    def _make_tables(self, *, creates_tables: bool) -> None:
        if not creates_tables:
            raise StorageError("storage.no-tables")
        try:
            with self._connected(self.kind.writing) as connection, translating():
                self.kind.begin(connection, self.kind.begin_reading, wait=True)  # there is no row yet to lock
                tables.create(connection)
                connection.commit()
        except (StorageError, Conflict):
            if not self._has_tables():  # else another process was faster
                raise

    def _has_tables(self) -> bool:
        with self._connected(self.kind.reading) as connection, translating():
            self.kind.begin(connection, self.kind.begin_reading, wait=True)  # so that what somebody makes is seen whole
            return tables.are_there(connection)


class Joined:
    """The host's own connection, in a transaction that the host began and ends: savepoints only."""

    def __init__(self, connection: Any, sessions: Sessions) -> None:
        self.engine = sessions.engine
        self.says_company = sessions.says_company
        self.kind = kind_of(self.engine)
        self._host = host_of(connection, self.engine)
        self._is_closed = False
        self._link(None)

    @contextmanager
    def looking(self, company: str | None) -> Iterator[Link]:
        """What the host's transaction sees. Raises `StorageError`."""
        link = self._link(company)
        link.claim()
        try:
            yield link
        finally:
            link.end()
            link.give_back()

    def reading(self, company: str) -> AbstractContextManager[Link]:
        """What the host's transaction sees. Raises `StorageError`."""
        return self.looking(company)

    @contextmanager
    def writing(self, company: str, *, wait: bool = True, takes_turn: bool = True) -> Iterator[Link]:  # noqa: ARG002  # the host's
        """A savepoint. Raises `StorageError`."""
        link = self._link(company)
        with link.opened():
            yield link

    def close(self) -> None:
        """Let go of the connection, which stays the host's."""
        self._is_closed = True

    def _link(self, company: str | None) -> JoinedLink:
        if self._is_closed:
            raise StorageError("storage.closed")
        with translating():
            is_in_transaction = self._host.in_transaction()
        if not is_in_transaction:
            raise StorageError("storage.not-in-transaction")
        return JoinedLink(self._host, self.kind, claim=_claim(self, company))


def _claim(sessions: Sessions, company: str | None) -> Claim | None:
    return claim_of(company) if sessions.says_company else None


_POOLS: weakref.WeakSet[Pool] = weakref.WeakSet()


def _in_child() -> None:
    for pool in tuple(_POOLS):
        pool.forget()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_in_child)
