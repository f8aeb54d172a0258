"""Where transactions come from: a pool of connections, or a connection of the host's."""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from sqlalchemy import Connection, Engine

from ...errors import Conflict, StorageError
from . import tables
from .engines import kind_of, prepare_file
from .failures import translating
from .hosts import host_of
from .links import JoinedLink, Link, OwnLink


class Sessions(Protocol):
    """Transactions, not yet anybody's turn."""

    engine: Engine

    def looking(self) -> AbstractContextManager[Link]:
        """For one reading statement."""
        ...

    def reading(self) -> AbstractContextManager[Link]:
        """For reading statements that agree with each other."""
        ...

    def writing(self, company: str | None = None, *, wait: bool = True) -> AbstractContextManager[Link]:
        """For writing: undone at the end unless it was committed."""
        ...

    def close(self) -> None:
        """Let go of what is ours."""
        ...


class Pool:
    """Connections of an engine, each used by one thread at a time."""

    def __init__(self, engine: Engine, *, is_ours: bool, creates_tables: bool) -> None:
        self.engine = engine
        self.kind = kind_of(engine)
        self._is_ours = is_ours
        self._is_closed = False
        self._writers: set[tuple[int, str]] = set()
        try:
            self._prepare(creates_tables=creates_tables)
        except BaseException:
            self.close()
            raise
        if is_ours:
            _POOLS.add(self)

    def looking(self) -> AbstractContextManager[Link]:
        """For one reading statement. Raises `StorageError`."""
        return self._transaction(self.kind.looking, self.kind.begin_reading)

    def reading(self) -> AbstractContextManager[Link]:
        """For reading statements that agree with each other. Raises `StorageError`."""
        return self._transaction(self.kind.reading, self.kind.begin_reading)

    @contextmanager
    def writing(self, company: str | None = None, *, wait: bool = True) -> Iterator[Link]:
        """For writing. Raises `StorageError` (`storage.nested` when this thread is writing the company already)."""
        me = (threading.get_ident(), company or "")
        if company and me in self._writers:
            raise StorageError("storage.nested")
        self._writers.add(me)
        try:
            with self._transaction(self.kind.writing, self.kind.begin_writing, wait=wait) as link:
                yield link
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
    def _transaction(self, options: Mapping[str, Any], begin: str, *, wait: bool = True) -> Iterator[Link]:
        if self._is_closed:
            raise StorageError("storage.closed")
        with self._connected(options) as connection:
            link = OwnLink(connection, self.kind, begin, wait=wait)
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
        if self._has_tables():
            return
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

    def __init__(self, connection: Any, engine: Engine) -> None:
        self.engine = engine
        self.kind = kind_of(engine)
        self._host = host_of(connection, engine)
        self._is_closed = False
        self._link()

    def looking(self) -> AbstractContextManager[Link]:
        """What the host's transaction sees. Raises `StorageError`."""
        return self.reading()

    @contextmanager
    def reading(self) -> Iterator[Link]:
        """What the host's transaction sees. Raises `StorageError`."""
        link = self._link()
        try:
            yield link
        finally:
            link.end()

    @contextmanager
    def writing(self, company: str | None = None, *, wait: bool = True) -> Iterator[Link]:  # noqa: ARG002  # the host's turn
        """A savepoint. Raises `StorageError`."""
        link = self._link()
        with link.opened():
            yield link

    def close(self) -> None:
        """Let go of the connection, which stays the host's."""
        self._is_closed = True

    def _link(self) -> Link:
        if self._is_closed:
            raise StorageError("storage.closed")
        with translating():
            is_in_transaction = self._host.in_transaction()
        if not is_in_transaction:
            raise StorageError("storage.not-in-transaction")
        return JoinedLink(self._host, self.kind)


_POOLS: weakref.WeakSet[Pool] = weakref.WeakSet()


def _in_child() -> None:
    for pool in tuple(_POOLS):
        pool.forget()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_in_child)
