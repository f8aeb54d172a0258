"""Books in memory: for tests, demonstrations, and hosts that need nothing kept.

Each record has a short chain of versions, newest first, each with the number of the commit that made it. A snapshot has a number
too and sees the newest version that is no newer, so readers take no lock and nobody waits for them. What nobody can see any more
is dropped by the next writer.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any, Never, TypeVar

from attrs import evolve

from ...cursors import Cursor
from ...errors import Conflict, StorageError
from ...ports import Recorded, Restoration, Snapshot, Transaction
from .books import Books, BooksRestoration, BooksSnapshot, BooksTransaction

__all__ = ["MemoryStorage"]

TransactionT = TypeVar("TransactionT", bound=BooksTransaction)


class MemoryStorage:
    """Books in memory, gone with the object. May be shared by threads.

    >>> storage = MemoryStorage()
    >>> with storage.reading("erabliere") as snapshot:
    ...     snapshot.load("contact", "con_1") is None
    True

    Attributes:
        timeout: How many seconds a writer waits for its turn.
    """

    def __init__(self, *, timeout: float = 5.0) -> None:
        self.timeout = timeout
        self._companies: dict[str, Books] = {}
        self._is_closed = False

    @contextmanager
    def reading(self, company: str) -> Iterator[Snapshot]:
        """A reading transaction. It waits for nobody."""
        books = self._of(company)
        token = object()
        books.readers[token] = 0  # holds everything, until it is known what is needed
        head = books.head
        books.readers[token] = head.number
        snapshot = BooksSnapshot(books, head.number, head.position)
        try:
            yield snapshot
        finally:
            snapshot.end()
            del books.readers[token]

    def writing(self, company: str, *, wait: bool = True) -> AbstractContextManager[Transaction]:
        """A writing transaction: committed when the block ends, undone when it raises.

        Raises:
            Unavailable: `storage.busy`.
            StorageError: `storage.nested` when this thread has the company's turn already.
        """
        return self._turn(company, BooksTransaction, self.timeout if wait else 0)

    def events(self, company: str, *, after: int = 0, limit: int = 100) -> Sequence[Recorded]:
        """The company's events after position `after`, in order, at most `limit`."""
        books = self._of(company)
        return books.events[after : min(after + limit, books.head.position)]

    def position(self, company: str) -> int:
        """The position of the company's last event; 0 when it has none."""
        return self._of(company).head.position

    def cursor(self, company: str, consumer: str) -> Cursor | None:
        """How far a consumer of events has come; `None` when it was never seen."""
        cursor, held_until = self._of(company).cursors.get(consumer, (None, 0.0))
        return cursor and evolve(cursor, is_held=time.monotonic() < held_until)

    def keep_cursor(self, company: str, consumer: str, cursor: Cursor, *, hold_seconds: float = 0) -> None:
        """Keep how far a consumer has come. Raises `Conflict`."""
        books = self._kept(company)
        with books.cursors_lock:
            stored, _ = books.cursors.get(consumer, (None, 0.0))
            found = stored.version if stored else 0
            if found != cursor.version - 1:
                raise Conflict("cursor", consumer, expected=cursor.version - 1, found=found)
            books.cursors[consumer] = (cursor, time.monotonic() + hold_seconds)

    def consumers(self, company: str) -> Sequence[str]:
        """The consumers of the company's events that were ever seen, in order of name."""
        return sorted(self._of(company).cursors.copy())

    def epoch(self, company: str) -> int:
        """1, or one more than that of the backup the company was restored from."""
        return self._of(company).head.epoch

    @contextmanager
    def restoring(self, company: str, *, epoch: int, consumers: Iterable[str] = ()) -> Iterator[Restoration]:
        """A writing transaction that fills an empty company. Raises as `writing`, and `StorageError`, `restore.not-empty`."""
        with self._turn(company, BooksRestoration, self.timeout) as restoration:
            restoration.begin(company, epoch, consumers)
            yield restoration

    def companies(self, *, due_on: date | None = None, behind: str | None = None) -> Sequence[str]:
        """The ids of all companies; those with an invoice that leaves by `due_on`; those where `behind` is behind."""
        self._check()
        return sorted(
            company
            for company, books in self._companies.copy().items()
            if books.head.number > 0
            and (behind is None or books.is_behind(behind))
            and (due_on is None or self._is_due(company, due_on))
        )

    def joined(self, connection: Any) -> Never:  # noqa: ARG002  # no storage in memory can
        """Always refused: there is no connection to join. Raises `StorageError`, `storage.cannot-join`."""
        raise StorageError("storage.cannot-join")

    def close(self) -> None:
        """Forget the books; the storage is not used afterwards."""
        self._is_closed = True
        self._companies.clear()

    def _check(self) -> None:
        if self._is_closed:
            raise StorageError("storage.closed")

    def _of(self, company: str) -> Books:
        """A company's books to read; those of an unknown one are empty and not kept."""
        self._check()
        return self._companies.get(company) or Books()

    def _kept(self, company: str) -> Books:
        """A company's books to write."""
        self._check()
        return self._companies.get(company) or self._companies.setdefault(company, Books())

    @contextmanager
    def _turn(self, company: str, kind: type[TransactionT], timeout: float) -> Iterator[TransactionT]:
        books = self._kept(company)
        books.take(timeout)
        try:
            transaction = kind(books)
            try:
                yield transaction
                transaction.publish()
            except BaseException:
                transaction.undo()
                raise
            finally:
                transaction.end()
                books.sweep()
        finally:
            books.give_back()

    def _is_due(self, company: str, day: date) -> bool:
        with self.reading(company) as snapshot:
            return bool(snapshot.figures("invoice", "leaves_on", day, limit=1))
