"""A storage one can see through: plain dictionaries, copied for each writer, with a driver that can fail.

It keeps every promise, in small methods: each of the wrong ones overrides one.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from copy import copy
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from attrs import evolve

from plannit_core import serial
from plannit_core.cursors import Cursor
from plannit_core.errors import Conflict, InvalidInput, PlannitError, StorageError, Unavailable
from plannit_core.ports import COLUMNS, EVERY, EXTERNAL, Match, Receipt, Recorded, external_of, row_of
from plannit_core.values.actors import ActorKind

from .disk import DETAIL, DISKS, DriverError, State, Stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from plannit_core.decisions import Record
    from plannit_core.ports import Commit, Row, Value


class GlassSnapshot:
    """One company's books as they stood when it began."""

    def __init__(self, storage: Glass, company: str, state: State) -> None:
        self.storage, self.company, self.state = storage, company, state
        self.is_over = False

    def check(self) -> None:
        if self.is_over:
            raise StorageError("transaction.over")

    def load(self, kind: str, id: str) -> Record | None:
        self.check()
        found = self.now().records.get((kind, str(id)))
        return self.read(kind, found) if found else None

    def select(
        self, kind: str, index: str, value: Value, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Any]:
        return [self.read(kind, each) for each in self.page(kind, index, value, after, limit)]

    def figures(
        self, kind: str, index: str, value: Value, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Row]:
        return [dict(each.row) for each in self.page(kind, index, value, after, limit)]

    def timeline(self, job_id: str, *, after: int = 0, limit: int = 100, newest: bool = False) -> Sequence[Recorded]:
        self.check()
        own = [each for each in self.now().events if each[-1] == job_id and each[0] > after]
        return [recorded(each) for each in (own[max(len(own) - limit, 0) :] if newest else own[:limit])]

    def receipt(self, key: str) -> Receipt | None:
        self.check()
        return self.now().receipts.get(key)

    def receipts(self, *, after: str = "", limit: int = 1_000) -> Sequence[Receipt]:
        self.check()
        known = self.now().receipts
        return [known[key] for key in self.keys_in_order(known) if key > after][:limit]

    def keys_in_order(self, keys: Iterable[str]) -> list[str]:
        return sorted(keys)

    def position(self) -> int:
        self.check()
        return len(self.now().events)

    def now(self) -> State:
        """What it sees."""
        return self.storage.driven(lambda: self.state)

    def read(self, kind: str, stored: Stored) -> Record:
        return serial.load_record(kind, stored.body)

    def page(self, kind: str, index: str, value: Value, after: str | None, limit: int | None) -> list[Stored]:
        self.check()
        column = COLUMNS[kind].get(index)
        if index not in (EVERY, EXTERNAL) and (column is None or column.index is None):
            raise InvalidInput("find.unknown-field", path=index)
        found = [
            each
            for (of, _), each in self.now().records.items()
            if of == kind and self.matches(kind, each, index, value)
        ]
        return [each for each in self.in_order(found) if self.is_after(each.row["id"], after or "")][:limit]

    def in_order(self, found: list[Stored]) -> list[Stored]:
        return sorted(found, key=lambda each: each.row["id"])

    def is_after(self, id: str, after: str) -> bool:
        return id > after

    def matches(self, kind: str, stored: Stored, index: str, value: Any) -> bool:
        if index == EVERY:
            return True
        if index == EXTERNAL:
            return value in stored.keys
        own, how = stored.row[index], COLUMNS[kind][index].index
        if how is Match.EQUAL:
            return own == value
        if own is None or value is None:
            return False
        return own <= value if how is Match.UP_TO else own >= value


class GlassTransaction(GlassSnapshot):
    """The turn of one writer, on a copy of his own."""

    failure: BaseException | None = None
    has_written = False

    def check(self) -> None:
        super().check()
        if self.failure is not None:
            raise self.failure

    def write(self, commit: Commit) -> None:
        self.whole(lambda: self.store(commit))

    def whole(self, act: Any) -> None:
        self.check()
        self.has_written = True
        try:
            self.storage.driven(act)
        except BaseException as failure:
            self.failure = failure
            raise

    def store(self, commit: Commit) -> None:
        for record in commit.removes:
            self.remove(record)
        for record in sorted(commit.writes, key=lambda each: each.version == 1):
            self.put(record)
        self.append(commit)
        if commit.receipt is not None:
            self.keep(commit.receipt)

    def compare(self, record: Record, expected: int) -> None:
        known = self.state.records.get((record.kind, str(record.id)))
        if (known.version if known else 0) != expected:
            raise Conflict(record.kind, record.id, expected=expected, found=known.version if known else 0)

    def remove(self, record: Record) -> None:
        self.compare(record, record.version)
        del self.state.records[record.kind, str(record.id)]

    def put(self, record: Record) -> None:
        expected = record.version - 1
        self.compare(record, expected)
        if taken := self.taken(record):
            error = Conflict(record.kind, record.id, expected=expected, found=expected)
            raise error from DriverError(f"duplicate key {taken}: {DETAIL}")
        self.state.records[record.kind, str(record.id)] = self.stored(record)

    def stored(self, record: Record) -> Stored:
        return Stored(record.version, serial.dump_record(record), row_of(record), external_of(record))

    def taken(self, record: Record) -> list[str]:
        """What another record of the kind has already."""
        row = row_of(record)
        own = {(name, row[name]) for name in self.unique(record.kind) if row[name] is not None}
        own |= {(EXTERNAL, key) for key in self.unique_keys(record)}
        if not own:
            return []
        return [str(each) for each in own & set(chain.from_iterable(map(self.claims, self.others(record))))]

    def unique(self, kind: str) -> list[str]:
        return [name for name, column in COLUMNS[kind].items() if column.unique]

    def unique_keys(self, record: Record) -> tuple[str, ...]:
        return external_of(record)

    def others(self, record: Record) -> list[Stored]:
        known = self.state.records.items()
        return [each for (kind, id), each in known if kind == record.kind and id != record.id]

    def claims(self, stored: Stored) -> set[tuple[str, Any]]:
        return {*stored.row.items(), *((EXTERNAL, key) for key in stored.keys)}

    def append(self, commit: Commit) -> None:
        key = commit.receipt.key if commit.receipt else None
        whose = (str(commit.actor_kind), commit.actor_id, commit.command, key)
        for event in commit.events:
            told = (event.name, event.schema, serial.dump_event(event))
            self.state.events.append((self.next_position(), self.instant(commit.at), *whose, *told, self.job_of(event)))

    def next_position(self) -> int:
        return len(self.state.events) + 1

    def instant(self, at: datetime) -> str:
        return at.astimezone(UTC).isoformat()

    def job_of(self, event: Any) -> str | None:
        return event.timeline

    def keep(self, receipt: Receipt) -> None:
        if receipt.key in self.state.receipts:
            raise Conflict from DriverError(f"duplicate key: {DETAIL}")
        self.state.receipts[receipt.key] = receipt


class GlassRestoration:
    """A writer's turn that fills an empty company."""

    def __init__(self, txn: GlassTransaction, epoch: int) -> None:
        self.txn = txn
        txn.whole(lambda: setattr(txn.state, "epoch", epoch))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.txn, name)

    def put(self, *, records: Any = (), events: Any = (), receipts: Any = ()) -> None:
        self.txn.whole(lambda: self.fill(records, events, receipts))

    def fill(self, records: Any, events: Any, receipts: Any) -> None:
        for record in records:
            self.compare(record, 0)
            if self.taken(record):
                raise Conflict(record.kind, record.id)
            self.state.records[record.kind, str(record.id)] = self.stored(record)
        for each in events:
            self.follow(each)
        for receipt in receipts:
            self.keep(receipt)

    def follow(self, each: Recorded) -> None:
        if each.position != self.next_position():
            raise Conflict
        whose = (str(each.actor_kind), each.actor_id, each.command, each.key)
        told = (each.event.name, each.event.schema, serial.dump_event(each.event))
        self.state.events.append((each.position, self.instant(each.at), *whose, *told, self.job_of(each.event)))

    def events(self, *, after: int = 0, limit: int = 100) -> list[Recorded]:
        self.check()
        return [recorded(each) for each in self.state.events if each[0] > after][:limit]


def recorded(row: tuple[Any, ...]) -> Recorded:
    position, at, actor_kind, actor_id, command, key, name, schema, body, _ = row
    event = serial.load_event(name, schema, body)
    return Recorded(position, datetime.fromisoformat(at), ActorKind(actor_kind), actor_id, command, key, event)


class Glass:
    """Books in dictionaries, shared by all handles on one place."""

    snapshot: Any = GlassSnapshot
    transaction: Any = GlassTransaction
    restoration: Any = GlassRestoration

    def __init__(self, where: Path, timeout: float = 60.0) -> None:
        self.where, self.timeout = where, timeout
        self.disk = DISKS[where]
        self.is_closed = False

    @contextmanager
    def reading(self, company: str) -> Iterator[Any]:
        self.check()
        snapshot = self.snapshot(self, company, self.state(company))
        try:
            yield snapshot
        finally:
            snapshot.is_over = True

    def writing(self, company: str, *, wait: bool = True) -> Any:
        handle = self if wait else copy(self)
        if not wait:
            handle.timeout = 0
        return handle.transact(company)

    @contextmanager
    def transact(self, company: str) -> Iterator[Any]:
        self.check()
        with self.turn(company):
            txn = self.transaction(self, company, self.state(company).copy())
            try:
                yield txn
                txn.check()
                self.publish(company, txn)
            finally:
                txn.is_over = True

    @contextmanager
    def turn(self, company: str) -> Iterator[None]:
        me, lock = threading.get_ident(), self.lock(company)
        if self.disk.owners.get(company) == me:
            raise StorageError("storage.nested")
        if not lock.acquire(timeout=self.timeout):
            raise Unavailable("storage.busy") from DriverError(f"lock timeout: {DETAIL}")
        self.disk.owners[company] = me
        try:
            yield
        finally:
            del self.disk.owners[company]
            lock.release()

    def lock(self, company: str) -> threading.Lock:
        return self.disk.locks[company]

    def publish(self, company: str, txn: GlassTransaction) -> None:
        if txn.has_written:
            self.disk.states[company] = txn.state

    def state(self, company: str) -> State:
        return self.driven(lambda: self.disk.states.get(company) or State())

    def events(self, company: str, *, after: int = 0, limit: int = 100) -> Sequence[Recorded]:
        self.check()
        return [recorded(each) for each in self.state(company).events if each[0] > after][:limit]

    def position(self, company: str) -> int:
        self.check()
        return len(self.state(company).events)

    def cursor(self, company: str, consumer: str) -> Cursor | None:
        self.check()
        cursor, until = self.driven(lambda: self.disk.cursors.get((company, consumer), (None, 0)))
        return cursor and evolve(cursor, is_held=until > time.monotonic())

    def keep_cursor(self, company: str, consumer: str, cursor: Cursor, *, hold_seconds: float = 0) -> None:
        self.check()
        with self.disk.cursor_lock:
            self.step(cursor, self.cursor(company, consumer))
            kept = (cursor, time.monotonic() + hold_seconds)
            self.driven(lambda: self.disk.cursors.__setitem__((company, consumer), kept))

    def consumers(self, company: str) -> Sequence[str]:
        self.check()
        return self.driven(lambda: sorted(consumer for owner, consumer in self.disk.cursors if owner == company))

    def epoch(self, company: str) -> int:
        self.check()
        return self.state(company).epoch

    @contextmanager
    def restoring(self, company: str, *, epoch: int, consumers: Iterable[str] = ()) -> Iterator[Any]:
        with self.writing(company) as txn:
            self.check_empty(company)
            yield self.restoration(txn, epoch)
            txn.check()
            self.move_consumers(company, {*self.consumers(company), *consumers}, txn.position())

    def check_empty(self, company: str) -> None:
        if company in self.disk.states:
            raise StorageError("restore.not-empty", company=company)

    def move_consumers(self, company: str, consumers: Iterable[str], position: int) -> None:
        for consumer in consumers:
            known = self.cursor(company, consumer)
            self.keep_cursor(company, consumer, Cursor(position, known.version + 1 if known else 1))

    def step(self, cursor: Cursor, known: Cursor | None) -> None:
        found = known.version if known else 0
        if found != cursor.version - 1:
            raise Conflict("cursor", expected=cursor.version - 1, found=found)

    def companies(self, *, due_on: date | None = None, behind: str | None = None) -> Sequence[str]:
        self.check()
        every = self.driven(lambda: sorted(self.disk.states))
        due = [each for each in every if due_on is None or self.is_due(each, due_on)]
        return [each for each in due if behind is None or self.is_behind(each, behind)]

    def is_due(self, company: str, day: date) -> bool:
        with self.reading(company) as snapshot:
            return bool(snapshot.figures("invoice", "leaves_on", day, limit=1))

    def is_behind(self, company: str, consumer: str) -> bool:
        cursor = self.cursor(company, consumer) or Cursor(0)
        return cursor.position < self.position(company) or bool(cursor.put_back)

    def joined(self, connection: Any) -> Any:
        self.check()
        if not isinstance(connection, Host):
            raise StorageError("storage.cannot-join")
        joined = Joined(type(self), connection)
        joined.check()
        return joined.storage

    def close(self) -> None:
        self.is_closed = True

    def check(self) -> None:
        if self.is_closed:
            raise StorageError("storage.closed")

    def driven(self, act: Any) -> Any:
        """What the driver does; its errors become ours here and nowhere else."""
        try:
            self.touch()
            return act()
        except DriverError as error:
            raise self.translated(error) from error

    def touch(self) -> None:
        if self.disk.is_spoiled:
            raise DriverError(f"the disk is gone: {DETAIL}")

    def translated(self, error: DriverError) -> PlannitError:
        return StorageError("storage.failed")


class Host:
    """A connection of the host's own, in a transaction: what others do not see until it commits."""

    def __init__(self, where: Path) -> None:
        self.where, self.real = where, DISKS[where]
        self.disk = evolve(self.real, states=dict(self.real.states), cursors=dict(self.real.cursors))
        self.held: set[str] = set()
        self.is_over = False

    def take(self, company: str, timeout: float) -> None:
        """The company's turn, until the host ends."""
        if company in self.held:
            return
        if not self.real.locks[company].acquire(timeout=timeout):
            raise Unavailable("storage.busy") from DriverError(f"lock timeout: {DETAIL}")
        self.held.add(company)
        with suppress(KeyError):
            self.disk.states[company] = self.real.states[company]

    def commit(self) -> None:
        self.real.states.update({each: self.disk.states[each] for each in self.held & set(self.disk.states)})
        self.real.cursors.update(self.disk.cursors)
        self.rollback()

    def rollback(self) -> None:
        for company in self.held:
            self.real.locks[company].release()
        self.held.clear()
        self.is_over = True

    def close(self) -> None:
        self.rollback()


class Joined:
    """A storage inside a host's transaction."""

    def __init__(self, kind: type[Glass], host: Host) -> None:
        class Inside(kind):  # type: ignore[misc,valid-type]  # whatever storage it was
            def check(inside) -> None:  # noqa: N805  # `self` is the outer one
                super().check()
                self.check()

            @contextmanager
            def turn(inside, company: str) -> Iterator[None]:  # noqa: N805  # as above
                host.take(company, inside.timeout)
                yield

        self.host = host
        self.storage = Inside(host.where, timeout=0.02)
        self.storage.disk = host.disk

    def check(self) -> None:
        if self.host.is_over:
            raise StorageError("storage.not-in-transaction")
