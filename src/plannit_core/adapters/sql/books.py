"""One company's books in a database, as a reader and as a writer see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Executable

from ... import serial
from ...decisions import Record
from ...errors import Conflict, StorageError, Unavailable
from ...ports import Commit, Receipt, Recorded, Row, Value
from ...values.actors import ActorKind
from .acts import acts_of, add, together
from .failures import Taken
from .links import Link
from .statements import (
    ADD_EVENT,
    ADD_HEAD,
    ADD_RECEIPT,
    EVENTS,
    MOVE_HEAD,
    NEWEST,
    POSITION,
    RECEIPT_OF,
    RECEIPTS,
    STATEMENTS,
    TAKE_TURN,
    TIMELINE,
    TRY_TURN,
    looked_up,
    native,
)


def events_after(link: Link, company: str, after: int, limit: int) -> list[Recorded]:
    """The company's events after a position, in order."""
    return [_recorded(row) for row in link.rows(EVENTS, in_company=company, after=after, limit=limit)]


def position_of(link: Link, company: str) -> int:
    """The position of the company's last event; 0 when it has none."""
    found = link.rows(POSITION, in_company=company)
    return int(found[0][0]) if found else 0


class SqlSnapshot:
    """A company's books as they stood when the transaction began."""

    def __init__(self, link: Link, company: str) -> None:
        self._link = link
        self._company = company

    def load(self, kind: str, id: str) -> Record | None:
        """The record, or `None` when there is no such one in this company."""
        found = self._link.rows(STATEMENTS[kind].load, in_company=self._company, of_id=native(id))
        return serial.load_record(kind, found[0][0]) if found else None

    def select(
        self, kind: str, index: str, value: Value, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Any]:
        """The records whose `index` matches `value`, in order of id."""
        found = self._found(looked_up(STATEMENTS[kind].bodies, index, value), value, after, limit)
        return [serial.load_record(kind, body) for (body,) in found]

    def figures(
        self, kind: str, index: str, value: Value, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Row]:
        """As `select`, but only the native columns."""
        found = self._found(looked_up(STATEMENTS[kind].rows, index, value), value, after, limit)
        return [dict(zip(STATEMENTS[kind].columns, row, strict=True)) for row in found]

    def timeline(self, job_id: str, *, after: int = 0, limit: int = 100, newest: bool = False) -> Sequence[Recorded]:
        """The events of a job after position `after`, oldest first; the first of them or the `newest`."""
        of = {"in_company": self._company, "of_job": native(job_id), "after": after, "limit": limit}
        found = self._link.rows(NEWEST if newest else TIMELINE, **of)
        return [_recorded(row) for row in (reversed(found) if newest else found)]

    def receipt(self, key: str) -> Receipt | None:
        """What is kept under an idempotency key."""
        found = self._link.rows(RECEIPT_OF, in_company=self._company, of_key=key)
        return Receipt(*found[0]) if found else None

    def receipts(self, *, after: str = "", limit: int = 1_000) -> Sequence[Receipt]:
        """What is kept under the keys after `after`, in order of key."""
        found = self._link.rows(RECEIPTS, in_company=self._company, after=after, limit=limit)
        return [Receipt(*each) for each in found]

    def position(self) -> int:
        """The position of the last event; 0 when there is none."""
        return position_of(self._link, self._company)

    def _found(self, statement: Executable, value: Value, after: str | None, limit: int | None) -> Sequence[Any]:
        at_most = self._link.kind.no_limit if limit is None else limit
        return self._link.rows(
            statement, in_company=self._company, value=native(value), after=native(after or ""), limit=at_most
        )


class SqlTransaction(SqlSnapshot):
    """The turn of one writer: from here on nobody else writes this company.

    Attributes:
        has_written: Whether there is something to commit.
    """

    def __init__(self, link: Link, company: str, *, wait: bool) -> None:
        super().__init__(link, company)
        self.has_written = False
        self._known: dict[tuple[str, str], Record] = {}  # nobody else changes them meanwhile
        self._position = self._turn(wait=wait)

    def load(self, kind: str, id: str) -> Record | None:
        """The record, or `None` when there is no such one in this company."""
        self._link.check()
        found = self._known.get((kind, str(id))) or super().load(kind, id)
        if found is not None:
            self._known[kind, str(id)] = found
        return found

    def write(self, commit: Commit) -> None:
        """Store one command's outcome. Raises `Conflict`; from then on the transaction can only be undone."""
        with self._link.all_or_nothing():
            try:
                self._store(commit)
            except Taken as taken:
                raise self._told(commit) from taken.__cause__
            self.has_written = True
            for record in commit.removes:
                self._known.pop((record.kind, str(record.id)), None)
            self._known.update({(record.kind, str(record.id)): record for record in commit.writes})

    def _turn(self, *, wait: bool = True) -> int:
        """Lock the company's head row, which is made when there is none; gives the position of the last event."""
        for _ in range(2):
            if found := self._link.rows(TAKE_TURN if wait else TRY_TURN, in_company=self._company):
                return int(found[0][0])
            if not wait and self._link.rows(POSITION, in_company=self._company):
                raise Unavailable("storage.busy")
            with suppress(Taken), self._link.trying(), self._link.hurrying(not wait):
                self._link.run(ADD_HEAD, company=self._company, position=0, epoch=1)
                return 0
            # taken: somebody else has just made it
        raise Conflict

    def _store(self, commit: Commit) -> None:
        first, key = self._position + 1, commit.receipt.key if commit.receipt else None
        by = (commit.at, commit.actor_kind, commit.actor_id, commit.command, key)
        acts = together(commit, self._known)
        with self._link.together(at_once=all(act is add or len(records) == 1 for act, records in acts)):
            if self.has_written:
                self._link.mark()
            for act, records in acts:
                act(self._link, self._company, records)
            self._append([Recorded(place, *by, event) for place, event in enumerate(commit.events, start=first)])
            self._keep([commit.receipt] if commit.receipt else [])

    def _append(self, events: Sequence[Recorded]) -> None:
        rows = [
            {
                "company": self._company,
                "position": each.position,
                "at": each.at.astimezone(UTC).isoformat(),
                "actor_kind": str(each.actor_kind),
                "actor_id": native(each.actor_id),
                "command": each.command,
                "key": each.key,
                "job": native(each.event.timeline),
                "name": each.event.name,
                "schema": each.event.schema,
                "body": serial.dump_event(each.event),
            }
            for each in events
        ]
        self._link.run_each(ADD_EVENT, rows)
        self._position += len(rows)
        self._link.run_each(MOVE_HEAD, [{"in_company": self._company, "position": self._position}])

    def _keep(self, receipts: Iterable[Receipt]) -> None:
        rows = [
            {"company": self._company, "key": each.key, "digest": each.digest, "result": each.result}
            for each in receipts
        ]
        self._link.run_each(ADD_RECEIPT, rows)

    def _told(self, commit: Commit) -> Conflict:
        """Which record is in conflict: now they go one by one, from where nothing of the commit was written yet."""
        with suppress(StorageError):
            if self.has_written:
                self._link.back()
            else:
                self._link.undo()
                self._link.begin()
                self._turn()
            for act, record, expected in acts_of(commit):
                of = {"in_company": self._company, "of_id": str(record.id)}
                known = self._link.rows(STATEMENTS[record.kind].version, **of)
                conflict = Conflict(record.kind, record.id, expected=expected, found=known[0][0] if known else 0)
                if conflict.found != expected:
                    return conflict
                try:
                    with self._link.together():
                        act(self._link, self._company, [record])
                except Taken:
                    return conflict
        return Conflict()


class SqlRestoration(SqlTransaction):
    """The transaction that fills an empty company."""

    def __init__(self, link: Link, company: str, epoch: int) -> None:
        self._epoch = epoch
        super().__init__(link, company, wait=True)

    def _turn(self, *, wait: bool = True) -> int:  # noqa: ARG002  # there is no row yet to lock
        """Make the company's head row. Raises `StorageError`, `restore.not-empty`."""
        try:
            with self._link.trying():
                self._link.run(ADD_HEAD, company=self._company, position=0, epoch=self._epoch)
        except Taken as taken:
            raise StorageError("restore.not-empty", company=self._company) from taken.__cause__
        return 0

    def put(
        self, *, records: Iterable[Record] = (), events: Iterable[Recorded] = (), receipts: Iterable[Receipt] = ()
    ) -> None:
        """Store these as they are. Raises `Conflict`; from then on the transaction can only be undone."""
        with self._link.all_or_nothing():
            self.has_written = True
            of_kind: dict[str, list[Record]] = {}
            for record in records:
                of_kind.setdefault(record.kind, []).append(record)
            new = list(events)
            if [each.position - self._position for each in new] != list(range(1, len(new) + 1)):
                raise Conflict
            try:
                with self._link.together():
                    for several in of_kind.values():
                        add(self._link, self._company, several)
                    self._append(new)
                    self._keep(receipts)
            except Taken as taken:
                raise Conflict from taken.__cause__

    def events(self, *, after: int = 0, limit: int = 100) -> Sequence[Recorded]:
        """The events after position `after`, those of this transaction among them."""
        return events_after(self._link, self._company, after, limit)


def _recorded(row: Sequence[Any]) -> Recorded:
    position, at, actor_kind, actor_id, command, key, name, schema, body = row
    event = serial.load_event(name, schema, body)
    return Recorded(position, datetime.fromisoformat(at), ActorKind(actor_kind), actor_id, command, key, event)
