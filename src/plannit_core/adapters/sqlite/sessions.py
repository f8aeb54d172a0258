"""Where transactions come from: a pool of connections of our own, or a connection of the host's."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from ...errors import StorageError, Unavailable
from .links import Link, connected
from .schema import check_ours, check_version, create, is_new, is_older, upgrade

_TAKE_TURN = "UPDATE plannit_head SET position = position WHERE company = ''"
"""Changes nothing, but from here on nobody else writes."""
_BEGINNING = b"SQLite format 3\0"


class Sessions(Protocol):
    """Reading and writing transactions."""

    path: str

    def reading(self) -> AbstractContextManager[Link]:
        """A transaction that sees the file as it stands at its beginning."""
        ...

    def writing(self, *, wait: bool = True) -> AbstractContextManager[Link]:
        """The turn of one writer: stored when the block ends, undone when it raises."""
        ...

    def close(self) -> None:
        """Let go of what is ours."""
        ...


class Pool:
    """Connections of our own to one file. Each serves one thread at a time; the writers of a process queue for their turn."""

    def __init__(self, path: str, synchronous: str, timeout: float) -> None:
        self.path = path
        self._synchronous = synchronous
        self._timeout = timeout
        self._is_closed = self._is_forked = False
        self._start()
        self._idle.append(self._opened(self._founded))
        _POOLS.add(self)

    def _start(self) -> None:
        self._idle: list[sqlite3.Connection] = []
        self._used: set[Link] = set()
        self._turn = threading.Lock()
        self._owner: int | None = None

    @contextmanager
    def reading(self) -> Iterator[Link]:
        """A transaction that sees the file as it stands at its beginning. Raises `StorageError`, `SchemaError`."""
        with self._transaction("BEGIN") as link:
            yield link

    @contextmanager
    def writing(self, *, wait: bool = True) -> Iterator[Link]:
        """The turn of one writer. Raises `StorageError` (`storage.nested`), `Unavailable`, `SchemaError`."""
        me, turn = threading.get_ident(), self._turn
        if self._owner == me:
            raise StorageError("storage.nested")
        if not turn.acquire(timeout=self._timeout if wait else 0):
            raise Unavailable("storage.busy")
        self._owner = me
        try:
            with self._transaction("BEGIN IMMEDIATE", wait=wait) as link:
                link.doubt()
                yield link
                link.commit()
        finally:
            self._owner = None
            turn.release()

    def close(self) -> None:
        """Close the connections; those in use when they are given back."""
        self._is_closed = True
        self.let_go()

    def let_go(self) -> None:
        """Close what is not in use. Before a fork: SQLite's locks are per process, and a child would believe it held them."""
        while self._idle:
            with suppress(IndexError):  # another thread took the last one
                self._idle.pop().close()

    def start_in_child(self) -> None:
        """Start anew after a fork. What was open then makes the file unsafe for this process, so nothing more is done."""
        left = [*self._idle, *(link.connection for link in self._used)]
        for link in self._used:
            link.end()
        if left:
            self._is_forked = True
            _LEFT_OPEN.extend(left)
        self._start()

    @contextmanager
    def _transaction(self, begin: str, *, wait: bool = True) -> Iterator[Link]:
        link = self._taken()
        try:
            self._begin(link, begin, wait=wait)
            link.look_again(check_version)
            yield link
        finally:
            link.end()
            self._give_back(link)

    def _begin(self, link: Link, begin: str, *, wait: bool) -> None:
        if wait:
            link.run(begin)
            return
        link.run("PRAGMA busy_timeout = 0")
        try:
            link.run(begin)
        finally:
            link.connection.execute(f"PRAGMA busy_timeout = {self._timeout * 1_000:.0f}")

    def _taken(self) -> Link:
        if self._is_forked:
            raise StorageError("storage.forked")
        if self._is_closed:
            raise StorageError("storage.closed")
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._opened(check_ours)
        link = Link(connection)
        self._used.add(link)
        return link

    def _give_back(self, link: Link) -> None:
        if link not in self._used:
            return  # it was in use at a fork, and belongs to the parent
        self._used.discard(link)
        try:
            link.let_go()
            if link.connection.in_transaction:
                link.connection.execute("ROLLBACK")
            self._idle.append(link.connection)
        except sqlite3.Error:
            link.connection.close()
        if self._is_closed or self._is_forked:
            self.let_go()

    def _opened(self, prepare: Callable[[Link], None]) -> sqlite3.Connection:
        connection = connected(self.path, self._timeout)
        link = Link(connection)
        try:
            prepare(link)
            link.run(f"PRAGMA synchronous = {self._synchronous}")
            link.run("PRAGMA foreign_keys = ON")
        except BaseException as error:
            connection.close()
            if isinstance(error, StorageError) and error.code == "storage.damaged" and not _is_sqlite(self.path):
                raise StorageError("storage.foreign-file") from error
            raise
        return connection

    def _founded(self, link: Link) -> None:
        """Make the tables in an empty file, and let readers and a writer work at once."""
        if is_new(link):
            link.run("BEGIN IMMEDIATE")
            if is_new(link):  # else another process was faster
                create(link)
            link.commit()
        if is_older(link):
            link.run("BEGIN IMMEDIATE")
            upgrade(link)
            link.commit()
        give_up = time.monotonic() + self._timeout
        while not self._uses_wal(link.connection):
            if time.monotonic() > give_up:
                raise Unavailable("storage.busy")
            time.sleep(0.01)

    def _uses_wal(self, connection: sqlite3.Connection) -> bool:
        try:
            [(mode,)] = Link(connection).rows("PRAGMA journal_mode = WAL")
        except Unavailable:
            return False  # somebody else has just opened the file; SQLite does not wait here by itself
        if mode != "wal":
            raise StorageError("storage.no-wal")
        return True


class Joined:
    """The host's own connection, in a transaction that the host began and ends: savepoints only."""

    def __init__(self, connection: Any, path: str) -> None:
        if not isinstance(connection, sqlite3.Connection):
            raise StorageError("storage.cannot-join")
        self.path = path
        self._connection = connection
        self._is_closed = False
        link = self._link()
        [(_, _, found), *_] = link.rows("PRAGMA database_list")
        check_ours(link)
        if Path(found).resolve() != Path(path).resolve():
            raise StorageError("storage.foreign-file")

    @contextmanager
    def reading(self) -> Iterator[Link]:
        """What the host's transaction sees."""
        link = self._link()
        try:
            yield link
        finally:
            link.end()

    @contextmanager
    def writing(self, *, wait: bool = True) -> Iterator[Link]:  # noqa: ARG002  # the host has its turn
        """A savepoint, released when the block ends, rolled back to when it raises."""
        link = self._link()
        link.run("SAVEPOINT plannit")
        try:
            link.run(_TAKE_TURN)
            yield link
            link.run("RELEASE plannit")
        except BaseException:
            if self._connection.in_transaction:  # else it is undone already
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK TO plannit")
                    self._connection.execute("RELEASE plannit")
            raise
        finally:
            link.end()

    def close(self) -> None:
        """Let go of the connection, which stays the host's."""
        self._is_closed = True

    def _link(self) -> Link:
        if self._is_closed:
            raise StorageError("storage.closed")
        if not self._connection.in_transaction:
            raise StorageError("storage.not-in-transaction")
        return Link(self._connection)


def _is_sqlite(path: str) -> bool:
    """Whether a file begins as those of SQLite do, or cannot be looked at."""
    try:
        with Path(path).open("rb") as file:
            return file.read(len(_BEGINNING)) == _BEGINNING
    except OSError:
        return True


_POOLS: weakref.WeakSet[Pool] = weakref.WeakSet()
_LEFT_OPEN: list[sqlite3.Connection] = []
"""The parent's connections in a forked child: kept, for to close them would let go of the parent's locks."""


def _before_fork() -> None:
    for pool in tuple(_POOLS):
        pool.let_go()


def _in_child() -> None:
    for pool in tuple(_POOLS):
        pool.start_in_child()


if sys.platform != "win32":
    os.register_at_fork(before=_before_fork, after_in_child=_in_child)
