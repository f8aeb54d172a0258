"""A storage in two tables of a SQLite file: the books of a company are one document, the very text of its backup.

Each transaction reads that document into a `MemoryStorage`, which answers; a writing one stores what came of it.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, Never

from plannit_core import serial
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.backup import checked, exported, item_of
from plannit_core.cursors import Cursor
from plannit_core.decisions import Record
from plannit_core.errors import Conflict, InvalidInput, StorageError, Unavailable
from plannit_core.ports import Receipt, Recorded, Restoration, Snapshot, Transaction

BOOKS = "CREATE TABLE IF NOT EXISTS books (company TEXT PRIMARY KEY, document TEXT NOT NULL)"
CURSORS = """CREATE TABLE IF NOT EXISTS cursors (company TEXT, consumer TEXT, position INTEGER, version INTEGER,
failures TEXT, held_until REAL, PRIMARY KEY (company, consumer))"""


def run(connection: sqlite3.Connection, statement: str, *values: Any) -> list[Any]:
    """The rows of a statement. What the driver says becomes the cause of our error, and none of its words."""
    try:
        return connection.execute(statement, values).fetchall()
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF == sqlite3.SQLITE_BUSY:
            raise Unavailable("storage.busy") from error
        raise StorageError("storage.outcome-unknown" if statement == "COMMIT" else "storage.failed") from error


def fill(memory: MemoryStorage, company: str, document: str) -> None:
    """Read a company's document into memory, as it was: versions, positions, epoch."""
    lines = list(StringIO(document, newline="\n"))
    try:
        header = checked(lines)
        items = [item_of(line) for line in lines[1:-1]]
    except InvalidInput as error:
        raise StorageError("storage.damaged") from error
    with memory.restoring(company, epoch=header.epoch) as books:
        books.put(
            records=[each for each in items if isinstance(each, Record)],
            events=[each for each in items if isinstance(each, Recorded)],
            receipts=[each for each in items if isinstance(each, Receipt)],
        )


def books_of(connection: sqlite3.Connection, company: str) -> MemoryStorage:
    """A company's books, as they are stored now."""
    memory = MemoryStorage()
    for (document,) in run(connection, "SELECT document FROM books WHERE company = ?", company):
        fill(memory, company, document)
    return memory


class DocumentStorage:
    """Books in a file, for a few companies with some thousand records each. Threads and processes may share it.

    What each method is for stands in `plannit_core.ports`.

    Args:
        path: The file, made when there is none.
        timeout: How many seconds a writer waits for its turn.
    """

    def __init__(self, path: str | Path, *, timeout: float = 5.0) -> None:
        self._path, self._timeout = path, timeout
        self._writers: set[int] = set()
        self._is_closed = False
        with self._connected() as connection:
            run(connection, BOOKS)
            run(connection, CURSORS)

    @contextmanager
    def reading(self, company: str) -> Iterator[Snapshot]:
        with self._books(company).reading(company) as snapshot:
            yield snapshot

    @contextmanager
    def writing(self, company: str, *, wait: bool = True) -> Iterator[Transaction]:
        with self._turn(wait=wait) as connection:
            books = books_of(connection, company)  # read in the turn, not before
            with books.writing(company) as transaction:
                yield transaction  # an exception leaves here, and nothing is stored
            self._store(connection, company, books)

    @contextmanager
    def restoring(self, company: str, *, epoch: int, consumers: Iterable[str] = ()) -> Iterator[Restoration]:
        with self._turn() as connection:
            books = books_of(connection, company)
            with books.restoring(company, epoch=epoch) as restoration:
                yield restoration
            for consumer in {*self.consumers(company), *consumers}:
                known = self.cursor(company, consumer) or Cursor(0, version=0)
                self._put(connection, company, consumer, Cursor(books.position(company), known.version + 1), 0)
            self._store(connection, company, books)

    def events(self, company: str, *, after: int = 0, limit: int = 100) -> Sequence[Recorded]:
        return self._books(company).events(company, after=after, limit=limit)

    def position(self, company: str) -> int:
        return self._books(company).position(company)

    def epoch(self, company: str) -> int:
        return self._books(company).epoch(company)

    def companies(self, *, due_on: date | None = None, behind: str | None = None) -> Sequence[str]:
        with self._connected() as connection:
            names = [name for (name,) in run(connection, "SELECT company FROM books ORDER BY company")]
        if behind is not None:
            names = [each for each in names if (self.cursor(each, behind) or Cursor(0)).is_behind(self.position(each))]
        return [each for each in names if self._books(each).companies(due_on=due_on)]

    def cursor(self, company: str, consumer: str) -> Cursor | None:
        asked = "SELECT position, version, failures, held_until FROM cursors WHERE company = ? AND consumer = ?"
        with self._connected() as connection:
            for position, version, failures, held_until in run(connection, asked, company, consumer):
                return Cursor(position, version, serial.load_failures(failures), time.time() < held_until)
        return None

    def keep_cursor(self, company: str, consumer: str, cursor: Cursor, *, hold_seconds: float = 0) -> None:
        with self._turn() as connection:
            known = self.cursor(company, consumer) or Cursor(0, version=0)
            if known.version != cursor.version - 1:
                raise Conflict("cursor", consumer, expected=cursor.version - 1, found=known.version)
            self._put(connection, company, consumer, cursor, hold_seconds)
            run(connection, "COMMIT")

    def consumers(self, company: str) -> Sequence[str]:
        asked = "SELECT consumer FROM cursors WHERE company = ? ORDER BY consumer"
        with self._connected() as connection:
            return [consumer for (consumer,) in run(connection, asked, company)]

    def joined(self, connection: Any) -> Never:
        raise StorageError("storage.cannot-join")

    def close(self) -> None:
        self._is_closed = True

    # --------------------------------------------------------------------------------------------------- connections

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own; closing it undoes what was not committed."""
        if self._is_closed:
            raise StorageError("storage.closed")
        try:
            connection = sqlite3.connect(self._path, timeout=self._timeout, isolation_level=None)
        except sqlite3.Error as error:
            raise StorageError("storage.failed") from error
        with closing(connection):
            yield connection

    @contextmanager
    def _turn(self, *, wait: bool = True) -> Iterator[sqlite3.Connection]:
        """The turn of the one who writes the file."""
        me = threading.get_ident()
        if me in self._writers:
            raise StorageError("storage.nested")  # it would wait for itself
        with self._connected() as connection:
            run(connection, f"PRAGMA busy_timeout = {self._timeout * 1_000 * wait:.0f}")
            run(connection, "BEGIN IMMEDIATE")  # before anything is read: from here on nobody else writes
            run(connection, f"PRAGMA busy_timeout = {self._timeout * 1_000:.0f}")
            self._writers.add(me)
            try:
                yield connection
            finally:
                self._writers.discard(me)

    def _books(self, company: str) -> MemoryStorage:
        with self._connected() as connection:
            return books_of(connection, company)

    def _store(self, connection: sqlite3.Connection, company: str, books: MemoryStorage) -> None:
        if books.companies():  # else nothing was ever written
            run(connection, "REPLACE INTO books VALUES (?, ?)", company, "".join(exported(books, company)))
        run(connection, "COMMIT")

    def _put(self, connection: sqlite3.Connection, company: str, consumer: str, cursor: Cursor, hold: float) -> None:
        row = (cursor.position, cursor.version, serial.dump_failures(cursor.failures), time.time() + hold)
        run(connection, "REPLACE INTO cursors VALUES (?, ?, ?, ?, ?, ?)", company, consumer, *row)
