"""One company's books in SQLite, as a reader and as a writer see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from ... import serial
from ...decisions import Record
from ...errors import Conflict, StorageError
from ...events import Event
from ...ports import Commit, Receipt, Recorded, Row, Value, external_of
from ...values.actors import ActorKind
from ...values.made import Made
from .links import Link
from .seals import check_seal, seal_of
from .statements import STATEMENTS, looked_up, native

_EVENT = "SELECT position, at, actor_kind, actor_id, command, key, name, schema, body, job, seal FROM plannit_event"
_EVENTS = f"{_EVENT} WHERE company = ? AND position > ? ORDER BY position LIMIT ?"
_IN_JOB = f"{_EVENT} INDEXED BY plannit_event_job WHERE company = ? AND job = ? AND position > ? ORDER BY position"
_TIMELINE, _NEWEST = f"{_IN_JOB} LIMIT ?", f"{_IN_JOB} DESC LIMIT ?"
_ADD_EVENT = "INSERT INTO plannit_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_POSITION = "SELECT position FROM plannit_head WHERE company = ?"
_MOVE_HEAD = (
    "INSERT INTO plannit_head (company, position) VALUES (?, ?) ON CONFLICT DO UPDATE SET position = excluded.position"
)
_NEW_HEAD = "INSERT INTO plannit_head (company, position, epoch) VALUES (?, 0, ?)"
_ADD_CONSUMER = "INSERT OR IGNORE INTO plannit_cursor (company, consumer, position, version) VALUES (?, ?, 0, 0)"
_PUT_CONSUMERS = """
UPDATE plannit_cursor SET position = ?, version = version + 1, has_put_back = 0, failures = '[]', held_until = 0
WHERE company = ?
"""
_RECEIPT = "SELECT key, digest, result, seal FROM plannit_receipt WHERE company = ? AND key = ?"
_RECEIPTS = "SELECT key, digest, result, seal FROM plannit_receipt WHERE company = ? AND key > ? ORDER BY key LIMIT ?"
_ADD_RECEIPT = "INSERT INTO plannit_receipt VALUES (?, ?, ?, ?, ?)"
_DROP_KEYS = "DELETE FROM plannit_external_key WHERE company = ? AND kind = ? AND id = ?"
_ADD_KEY = "INSERT INTO plannit_external_key VALUES (?, ?, ?, ?)"


_INSTANTS, _ACTORS = Made(datetime.fromisoformat), Made(ActorKind)


def events_after(link: Link, company: str, after: int, limit: int) -> list[Recorded]:
    """The company's events after a position, in order."""
    return [_recorded(company, row) for row in link.rows(_EVENTS, (company, after, limit))]


def position_of(link: Link, company: str) -> int:
    """The position of the company's last event; 0 when it has none."""
    found = link.rows(_POSITION, (company,))
    return int(found[0][0]) if found else 0


class SqliteSnapshot:
    """A company's books as they stood when the transaction began."""

    def __init__(self, link: Link, company: str) -> None:
        self._link = link
        self._company = company
        self._head = (company, "head", "")

    def load(self, kind: str, id: str) -> Record | None:
        """The record, or `None` when there is no such one in this company."""
        key = (self._company, kind, id)
        record: Record | None = self._link.seen(key)
        if record is None and (found := self._link.rows(STATEMENTS[kind].load, (self._company, native(id)))):
            record = self._record(kind, *found[0])
            self._link.saw(key, record, size=len(found[0][1]))
        return record

    def select(
        self, kind: str, index: str, value: Value, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Any]:
        """The records whose `index` matches `value`, in order of id."""
        statement = looked_up(STATEMENTS[kind].bodies, index)
        return [self._record(kind, *each) for each in self._found(statement, value, after, limit)]

    def figures(
        self, kind: str, index: str, value: Value, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Row]:
        """As `select`, but only the native columns."""
        statement = looked_up(STATEMENTS[kind].rows, index)
        return STATEMENTS[kind].read(self._found(statement, value, after, limit))

    def timeline(self, job_id: str, *, after: int = 0, limit: int = 100, newest: bool = False) -> Sequence[Recorded]:
        """The events of a job after position `after`, oldest first; the first of them or the `newest`."""
        rows = self._link.rows(_NEWEST if newest else _TIMELINE, (self._company, native(job_id), after, limit))
        return [_recorded(self._company, row) for row in (reversed(rows) if newest else rows)]

    def receipt(self, key: str) -> Receipt | None:
        """What is kept under an idempotency key."""
        found = self._link.rows(_RECEIPT, (self._company, key))
        return self._receipt(*found[0]) if found else None

    def receipts(self, *, after: str = "", limit: int = 1_000) -> Sequence[Receipt]:
        """What is kept under the keys after `after`, in order of key."""
        return [self._receipt(*row) for row in self._link.rows(_RECEIPTS, (self._company, after, limit))]

    def position(self) -> int:
        """The position of the last event; 0 when there is none."""
        position: int | None = self._link.seen(self._head)
        if position is None:
            position = position_of(self._link, self._company)
            self._link.saw(self._head, position)
        return position

    def _receipt(self, key: str, digest: str, result: str, seal: bytes) -> Receipt:
        check_seal(seal, "receipt", key, self._company, key, digest, result)
        return Receipt(key, digest, result)

    def _record(self, kind: str, id: str, body: str, seal: bytes) -> Record:
        check_seal(seal, kind, id, self._company, kind, id, body)
        return serial.load_record(kind, body)

    def _found(self, statement: str, value: Value, after: str | None, limit: int | None) -> list[Any]:
        values = (self._company, native(value), native(after or ""), -1 if limit is None else limit)
        return self._link.rows(statement, values)


class SqliteTransaction(SqliteSnapshot):
    """The turn of one writer."""

    def write(self, commit: Commit) -> None:
        """Store one command's outcome. Raises `Conflict`; from then on the transaction can only be undone."""
        with self._link.all_or_nothing():
            # all text is made before the first statement, so that neither drives the other out of the processor's memory
            before, by = self.position(), _by(commit, commit.receipt.key if commit.receipt else None)
            events = [self._event_row(place, by, event) for place, event in enumerate(commit.events, start=before + 1)]
            changes = sorted(commit.writes, key=lambda each: each.version == 1)
            records = [(each, each.version - 1, serial.dump_record(each)) for each in changes]
            for record in commit.removes:
                self._remove(record)
            for each in records:
                self._put(*each)
            self._append(events, before)
            self._keep([commit.receipt] if commit.receipt else [])

    def _remove(self, record: Record) -> None:
        one = (self._company, native(record.id), record.version)
        if not self._link.run(STATEMENTS[record.kind].delete, one):
            raise self._conflict(record, record.version)
        self._drop_keys(record)
        self._link.saw((self._company, record.kind, record.id), None)

    def _put(self, record: Record, expected: int, body: str) -> None:
        statements, key = STATEMENTS[record.kind], (self._company, record.kind, record.id)
        row = statements.values(self._company, record, body)
        try:
            is_stored = self._link.run(
                *((statements.update, [*row, expected]) if expected else (statements.insert, row))
            )
        except Conflict as taken:
            raise self._conflict(record, expected) from taken.__cause__
        if not is_stored:
            raise self._conflict(record, expected)
        if getattr(self._link.seen(key), "external", None) != getattr(record, "external", None):
            self._put_keys(record, expected)  # they are not those that stand there already
        self._link.saw(key, record, size=len(body))

    def _put_keys(self, record: Record, expected: int) -> None:
        if expected:
            self._drop_keys(record)
        try:
            if keys := [(self._company, record.kind, key, native(record.id)) for key in external_of(record)]:
                self._link.run_each(_ADD_KEY, keys)
        except Conflict as taken:
            raise Conflict(record.kind, record.id, expected=expected, found=expected) from taken.__cause__

    def _drop_keys(self, record: Record) -> None:
        if hasattr(record, "external"):
            self._link.run(_DROP_KEYS, (self._company, record.kind, native(record.id)))

    def _conflict(self, record: Record, expected: int) -> Conflict:
        stored = self._link.rows(STATEMENTS[record.kind].version, (self._company, native(record.id)))
        return Conflict(record.kind, record.id, expected=expected, found=stored[0][0] if stored else 0)

    def _append(self, events: Sequence[tuple[Any, ...]], before: int) -> None:
        if events:
            self._link.run_each(_ADD_EVENT, events)
        self._link.run(_MOVE_HEAD, (self._company, before + len(events)))
        self._link.saw(self._head, before + len(events))

    def _event_row(self, position: int, by: tuple[Any, ...], event: Event) -> tuple[Any, ...]:
        said = (native(event.timeline), event.name, event.schema, serial.dump_event(event))
        row = (self._company, position, *by, *said)
        return (*row, seal_of(*row))

    def _keep(self, receipts: Iterable[Receipt]) -> None:
        rows = [(self._company, each.key, each.digest, each.result) for each in receipts]
        if rows:
            self._link.run_each(_ADD_RECEIPT, [(*row, seal_of(*row)) for row in rows])


class SqliteRestoration(SqliteTransaction):
    """The transaction that fills an empty company."""

    def begin(self, epoch: int) -> None:
        """Begin the company. Raises `StorageError`, `restore.not-empty`."""
        try:
            self._link.run(_NEW_HEAD, (self._company, epoch))
        except Conflict as known:
            raise StorageError("restore.not-empty", company=self._company) from known.__cause__

    def put(
        self, *, records: Iterable[Record] = (), events: Iterable[Recorded] = (), receipts: Iterable[Receipt] = ()
    ) -> None:
        """Store these as they are. Raises `Conflict`; from then on the transaction can only be undone."""
        with self._link.all_or_nothing():
            for record in records:
                self._put(record, 0, serial.dump_record(record))
            new, before = tuple(events), self.position()
            if [each.position - before for each in new] != list(range(1, len(new) + 1)):
                raise Conflict
            self._append([self._event_row(each.position, _by(each, each.key), each.event) for each in new], before)
            self._keep(receipts)

    def events(self, *, after: int = 0, limit: int = 100) -> Sequence[Recorded]:
        """The events after position `after`, those of this transaction among them."""
        return events_after(self._link, self._company, after, limit)

    def finish(self, consumers: Iterable[str]) -> None:
        """Put the cursor of each consumer, named or known, after the last event."""
        self._link.run_each(_ADD_CONSUMER, ((self._company, each) for each in consumers))
        self._link.run(_PUT_CONSUMERS, (self.position(), self._company))


def _by(done: Commit | Recorded, key: str | None) -> tuple[Any, ...]:
    """When and by whom, and with which command and key."""
    at = done.at.astimezone(UTC).isoformat()
    return (at, str(done.actor_kind), native(done.actor_id), done.command, key)


def _recorded(company: str, row: Sequence[Any]) -> Recorded:
    position, at, actor_kind, actor_id, command, key, name, schema, body, job, seal = row
    said = (at, actor_kind, actor_id, command, key, job, name, schema, body)
    check_seal(seal, "event", str(position), company, position, *said)
    event = serial.load_event(name, schema, body)
    return Recorded(position, _INSTANTS[at], _ACTORS[actor_kind], actor_id, command, key, event)
