"""One company's books in memory, as a reader and as a writer see them."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import nsmallest
from itertools import chain as chained
from itertools import islice, repeat, takewhile
from operator import itemgetter
from typing import Any

from attrs import frozen

from ...cursors import Cursor
from ...decisions import Record
from ...errors import Conflict, StorageError, Unavailable
from ...ports import COLUMNS, Commit, Match, Receipt, Recorded, Row, Value
from .tables import UNIQUE, Chain, Key, Table, Version, following, gone, match_of, seen, version_of


@frozen
class Head:
    """How far a company's books have come: the number of the last commit, the position of the last event, the epoch."""

    number: int
    position: int
    epoch: int = 1


_NEVER = gone(0)


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
        self.stale: deque[tuple[int, list[tuple[Table, str]]]] = deque()
        self._lock = threading.Lock()
        self._owner: int | None = None

    def take(self, timeout: float) -> None:
        """Take the turn of the one writer. Raises `StorageError`, `storage.nested`, and `Unavailable`, `storage.busy`."""
        me = threading.get_ident()
        if self._owner == me:
            raise StorageError("storage.nested")
        if not self._lock.acquire(timeout=timeout):
            raise Unavailable("storage.busy")
        self._owner = me

    def give_back(self) -> None:
        """Let the next writer have its turn."""
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
        if not self.stale:
            return
        oldest = min(self.readers.copy().values(), default=self.head.number)  # a copy: readers come and go meanwhile
        while self.stale and self.stale[0][0] <= oldest:
            for table, id in self.stale.popleft()[1]:
                table.sweep(id, oldest)


class BooksSnapshot:
    """A company's books as of one commit."""

    def __init__(self, books: Books, number: int, position: int) -> None:
        self._books = books
        self._number = number
        self._position = position
        self._is_over = False
        self._failure: BaseException | None = None

    def _check(self) -> None:
        if self._is_over:
            raise StorageError("transaction.over")
        if self._failure is not None:
            raise self._failure

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
        match, sets = match_of(kind, index), self._books.tables[kind].sets
        if match is Match.EQUAL:
            key = (index, value)
            if (chunks := sets.get(key)) is None:
                return ()
            return islice(self._live(kind, zip(following(chunks, after or ""), repeat(key))), limit)
        if value is None or (chunks := sets.get((index,))) is None:
            return ()
        if match is Match.UP_TO:
            days: Iterable[Any] = takewhile(lambda entry: entry[0] <= value, chained.from_iterable(chunks))
        else:
            days = following(chunks, (value, ""))
        entries = sorted((entry for entry in days if entry[1] > (after or "")), key=itemgetter(1))
        return islice(self._live(kind, ((entry[1], (index, entry)) for entry in entries)), limit)

    def _live(self, kind: str, standing: Iterable[tuple[str, Key]]) -> Iterator[Version]:
        """The versions seen here of the ids in the sets, which also hold what others see.

        A chain is read later than the set, and may be swept in between: even the only version in it may stand elsewhere.
        """
        chains, number = self._books.tables[kind].chains, self._number
        for id, key in standing:
            found = seen(chains.get(id, ()), number)
            if found is not None and key in found.keys:
                yield found


class BooksTransaction(BooksSnapshot):
    """The turn of one writer: what it writes is one commit ahead of what others see."""

    def __init__(self, books: Books) -> None:
        super().__init__(books, books.head.number + 1, books.head.position)
        self._epoch = books.head.epoch
        self._undo: list[tuple[Table, str, Chain]] = []
        self._keys: list[str] = []
        self._has_written = False

    def write(self, commit: Commit) -> None:
        """Store one command's outcome. Raises `Conflict`; from then on the transaction can only be undone."""
        self._all_or_nothing(self._store, commit)

    def _all_or_nothing(self, act: Callable[..., None], *what: Any) -> None:
        """What fails in it undoes the whole transaction, even when somebody catches the error."""
        self._check()
        self._has_written = True
        try:
            act(*what)
        except BaseException as failure:
            self._failure = failure
            raise

    def publish(self) -> None:
        """Let everybody see what was written."""
        self._check()
        if not self._has_written:
            return
        self._books.stale.append((self._number, [(table, id) for table, id, _ in self._undo]))
        self._books.head = Head(self._number, self._position, self._epoch)

    def undo(self) -> None:
        """Take back what was written."""
        for table, id, before in self._undo:
            table.keep(id, before)
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
            self._put(record, record.version, gone(self._number))
        for record in sorted(commit.writes, key=_is_new):
            self._put(record, record.version - 1, version_of(self._number, record))
        key = commit.receipt.key if commit.receipt else None
        told = (commit.at, commit.actor_kind, commit.actor_id, commit.command, key)
        for position, event in enumerate(commit.events, self._position + 1):
            self._append(Recorded(position, *told, event))
        if commit.receipt is not None:
            self._keep(commit.receipt)

    def _keep(self, receipt: Receipt) -> None:
        if receipt.key in self._books.receipts:
            raise Conflict
        self._books.receipts[receipt.key] = (self._number, receipt)
        self._keys.append(receipt.key)

    def _put(self, record: Record, expected: int, version: Version) -> None:
        id, table = record.id, self._books.tables[record.kind]
        versions = table.chains.get(id, ())
        known = versions[0] if versions else _NEVER
        found = known.record.version if known.record else 0
        keys = version.keys - known.keys
        if found != expected or self._is_taken(record.kind, keys):
            raise Conflict(record.kind, id, expected=expected, found=found)
        is_first = known.number != self._number
        if is_first:
            self._undo.append((table, id, versions))
        table.add(id, version, keys)
        if not is_first:
            table.keep(id, (version, *versions[1:]))

    def _is_taken(self, kind: str, keys: Iterable[Key]) -> bool:
        """Whether a record has one of these already that are unique: a number, or a key in another system."""
        unique, sets = UNIQUE[kind], self._books.tables[kind].sets
        for key in keys:
            if key[0] in unique and key[1] is not None and (standing := sets.get(key)):
                ids = chained.from_iterable(standing)
                if any(True for _ in self._live(kind, zip(ids, repeat(key)))):
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
        self._all_or_nothing(self._fill, records, events, receipts)

    def _fill(self, records: Iterable[Record], events: Iterable[Recorded], receipts: Iterable[Receipt]) -> None:
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


def _is_new(record: Record) -> bool:
    return record.version == 1
