"""One company's books in memory, as a reader and as a writer see them."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from heapq import nsmallest
from itertools import chain as chained
from itertools import islice, takewhile
from operator import itemgetter
from typing import Any

from attrs import frozen

from ...cursors import Cursor
from ...decisions import Record
from ...errors import Conflict, StorageError, Unavailable
from ...events import Event
from ...ports import COLUMNS, Commit, Match, Receipt, Recorded, Row, Value
from .tables import UNIQUE, Chain, Entry, Table, Version, following, match_of, seen, version_of


@frozen
class Head:
    """How far a company's books have come: the number of the last commit, the position of the last event, the epoch."""

    number: int
    position: int
    epoch: int = 1


class Books:
    """One company's books."""

    def __init__(self) -> None:
        self.head = Head(0, 0)
        self.tables = {kind: Table() for kind in COLUMNS}
        self.events: list[Recorded] = []
        self.jobs: dict[str, list[int]] = {}
        self.receipts: dict[str, tuple[int, Receipt]] = {}
        self.cursors: dict[str, tuple[Cursor, float]] = {}
        self.cursors_lock = threading.Lock()
        self.readers: dict[object, int] = {}
        self.stale: deque[tuple[int, str, str]] = deque()
        self._lock = threading.Lock()
        self._owner: int | None = None

    @contextmanager
    def turn(self, timeout: float) -> Iterator[None]:
        """The turn of one writer."""
        me = threading.get_ident()
        if self._owner == me:
            raise StorageError("storage.nested")
        if not self._lock.acquire(timeout=timeout):
            raise Unavailable("storage.busy")
        self._owner = me
        try:
            yield
        finally:
            self._owner = None
            self._lock.release()

    def put_consumers(self, names: Iterable[str], position: int) -> None:
        """Put the cursor of each consumer, named or known, at a position."""
        with self.cursors_lock:
            for name in {*self.cursors, *names}:
                known, _ = self.cursors.get(name, (Cursor(0, version=0), 0.0))
                self.cursors[name] = (Cursor(position, known.version + 1), 0.0)

    def is_behind(self, consumer: str) -> bool:
        """Whether there is something to hand to a consumer."""
        cursor, _ = self.cursors.get(consumer, (Cursor(0), 0.0))
        return cursor.is_behind(self.head.position)

    def sweep(self) -> None:
        """Drop what no snapshot can see any more; only in a writer's turn."""
        oldest = min(self.readers.copy().values(), default=self.head.number)  # a copy: readers come and go meanwhile
        while self.stale and self.stale[0][0] <= oldest:
            _, kind, id = self.stale.popleft()
            versions = self.tables[kind].chains.get(id, ())
            while len(versions) > 1 and versions[-2].number <= oldest:
                versions = versions[:-1]
            self.tables[kind].put(id, () if len(versions) == 1 and versions[0].record is None else versions)


class BooksSnapshot:
    """A company's books as of one commit."""

    def __init__(self, books: Books, head: Head) -> None:
        self._books = books
        self._number = head.number
        self._position = head.position
        self._is_over = False

    def _check(self) -> None:
        if self._is_over:
            raise StorageError("transaction.over")

    def end(self) -> None:
        """Refuse to be used from now on."""
        self._is_over = True

    def load(self, kind: str, id: str) -> Record | None:
        """The record, or `None` when there is no such one in this company."""
        self._check()
        found = seen(self._books.tables[kind].chains.get(id, ()), self._number)
        return found.record if found else None

    def select(
        self, kind: str, index: str, value: Value, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Any]:
        """The records whose `index` matches `value`, in order of id."""
        return [each.record for each in self._matching(kind, index, value, after, limit)]

    def figures(
        self, kind: str, index: str, value: Value, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Row]:
        """As `select`, but only the native columns."""
        return [each.row for each in self._matching(kind, index, value, after, limit)]

    def timeline(self, job_id: str, *, after: int = 0, limit: int = 100, newest: bool = False) -> Sequence[Recorded]:
        """The events of a job after position `after`, oldest first; the first of them or the `newest`."""
        self._check()
        places = self._books.jobs.get(job_id, [])
        start, end = bisect_right(places, after), bisect_right(places, self._position)
        first = max(start, end - limit) if newest else start
        return [self._books.events[place - 1] for place in places[first : min(first + limit, end)]]

    def receipt(self, key: str) -> Receipt | None:
        """What is kept under an idempotency key."""
        self._check()
        number, kept = self._books.receipts.get(key, (0, None))
        return kept if number <= self._number else None

    def receipts(self, *, after: str = "", limit: int = 1_000) -> Sequence[Receipt]:
        """What is kept under the keys after `after`, in order of key."""
        self._check()
        every = self._books.receipts.copy().items()  # a copy: a writer adds to it meanwhile
        keys = nsmallest(limit, (key for key, (number, _) in every if key > after and number <= self._number))
        return [self._books.receipts[key][1] for key in keys]

    def position(self) -> int:
        """The position of the last event; 0 when there is none."""
        self._check()
        return self._position

    def _matching(self, kind: str, index: str, value: Value, after: str | None, limit: int | None) -> Iterable[Version]:
        self._check()
        sets = self._books.tables[kind].sets
        match match_of(kind, index):
            case Match.EQUAL:
                ids = following(sets.get((index, value), ()), after or "")
                return islice(self._live(kind, (((index, value), id) for id in ids)), limit)
            case _ if value is None:
                return ()
            case Match.UP_TO:
                every = chained.from_iterable(sets.get((index,), ()))
                days: Iterable[Any] = takewhile(lambda entry: entry[0] <= value, every)
            case _:
                days = following(sets.get((index,), ()), (value, ""))
        entries = sorted((entry for entry in days if entry[1] > (after or "")), key=itemgetter(1))
        return islice(self._live(kind, (((index,), entry) for entry in entries)), limit)

    def _live(self, kind: str, entries: Iterable[Entry]) -> Iterator[Version]:
        """The versions seen here of what stands in the sets, which also hold what others see.

        A chain is read later than the set, and may be swept in between: even the only version in it may stand elsewhere.
        """
        chains = self._books.tables[kind].chains
        for name, entry in entries:
            id = entry if isinstance(entry, str) else entry[1]
            found = seen(chains.get(id, ()), self._number)
            if found is not None and (name, entry) in found.entries:
                yield found


class BooksTransaction(BooksSnapshot):
    """The turn of one writer: what it writes is one commit ahead of what others see."""

    def __init__(self, books: Books) -> None:
        super().__init__(books, Head(books.head.number + 1, books.head.position))
        self._epoch = books.head.epoch
        self._undo: list[tuple[str, str, Chain]] = []
        self._keys: list[str] = []
        self._has_written = False
        self._failure: BaseException | None = None

    def _check(self) -> None:
        super()._check()
        if self._failure is not None:
            raise self._failure

    def write(self, commit: Commit) -> None:
        """Store one command's outcome. Raises `Conflict`; from then on the transaction can only be undone."""
        with self._all_or_nothing():
            self._store(commit)

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """What fails inside undoes the whole transaction, even when somebody catches the error."""
        self._check()
        self._has_written = True
        try:
            yield
        except BaseException as failure:
            self._failure = failure
            raise

    def publish(self) -> None:
        """Let everybody see what was written."""
        self._check()
        if not self._has_written:
            return
        self._books.stale.extend((self._number, kind, id) for kind, id, before in self._undo if before)
        self._books.head = Head(self._number, self._position, self._epoch)

    def undo(self) -> None:
        """Take back what was written."""
        for kind, id, before in reversed(self._undo):
            self._books.tables[kind].put(id, before)
        for key in self._keys:
            del self._books.receipts[key]
        position = self._books.head.position
        for recorded in self._books.events[position:]:
            if recorded.event.timeline is not None:
                self._books.jobs[recorded.event.timeline].pop()
        del self._books.events[position:]

    def _store(self, commit: Commit) -> None:
        """Removes, then changes, then what is new, each compared at once: the order of every storage."""
        for record in commit.removes:
            self._put(record, record.version, None)
        for record in sorted(commit.writes, key=lambda each: each.version == 1):
            self._put(record, record.version - 1, version_of(self._number, record))
        for event in commit.events:
            self._append(_recorded(commit, self._position + 1, event))
        if commit.receipt is not None:
            self._keep(commit.receipt)

    def _keep(self, receipt: Receipt) -> None:
        if receipt.key in self._books.receipts:
            raise Conflict
        self._books.receipts[receipt.key] = (self._number, receipt)
        self._keys.append(receipt.key)

    def _put(self, record: Record, expected: int, version: Version | None) -> None:
        table = self._books.tables[record.kind]
        versions = table.chains.get(record.id, ())
        known = seen(versions, self._number)
        found = known.record.version if known and known.record else 0
        if found != expected or (version and self._is_taken(table, record, version)):
            raise Conflict(record.kind, record.id, expected=expected, found=found)
        newest = version or Version(self._number, None, frozenset())
        self._undo.append((record.kind, record.id, versions))
        table.put(record.id, (newest, *(each for each in versions if each.number < self._number)))

    def _is_taken(self, table: Table, record: Record, version: Version) -> bool:
        """Whether another record has one of its unique values, or one of its keys in other systems."""
        unique = UNIQUE[record.kind]
        for name, id in version.entries:
            if name[0] in unique and name[-1] is not None:
                standing = chained.from_iterable(table.sets.get(name, ()))
                others = [(name, other) for other in standing if other != id]
                if others and any(True for _ in self._live(record.kind, others)):
                    return True
        return False

    def _append(self, recorded: Recorded) -> None:
        books, job_id = self._books, recorded.event.timeline
        self._position += 1
        if recorded.position != self._position:
            raise Conflict
        books.events.append(recorded)
        if job_id is not None:
            books.jobs.setdefault(job_id, []).append(self._position)


class BooksRestoration(BooksTransaction):
    """The transaction that fills an empty company."""

    def begin(self, company: str, epoch: int, consumers: Iterable[str]) -> None:
        """What is published at the end. Raises `StorageError`, `restore.not-empty`."""
        if self._books.head.number:
            raise StorageError("restore.not-empty", company=company)
        self._epoch, self._consumers = epoch, tuple(consumers)
        self._has_written = True

    def put(
        self, *, records: Iterable[Record] = (), events: Iterable[Recorded] = (), receipts: Iterable[Receipt] = ()
    ) -> None:
        """Store these as they are. Raises `Conflict`; from then on the transaction can only be undone."""
        with self._all_or_nothing():
            for record in records:
                self._put(record, 0, version_of(self._number, record))
            for recorded in events:
                self._append(recorded)
            for receipt in receipts:
                self._keep(receipt)

    def events(self, *, after: int = 0, limit: int = 100) -> Sequence[Recorded]:
        """The events after position `after`, those of this transaction among them."""
        self._check()
        return self._books.events[after : after + limit]

    def publish(self) -> None:
        """Let everybody see what was written, and nobody be handed it."""
        self._check()
        self._books.put_consumers(self._consumers, self._position)
        super().publish()


def _recorded(commit: Commit, position: int, event: Event) -> Recorded:
    key = commit.receipt.key if commit.receipt else None
    return Recorded(position, commit.at, commit.actor_kind, commit.actor_id, commit.command, key, event)
