"""What the library needs from outside: a storage, a clock, ids. This is the file an adapter author prints.

**What a storage promises**

1. All of one transaction or nothing; an exception inside it leaves no trace.
2. Writing transactions of one company follow one another; companies do not wait for each other (on one SQLite file they do).
3. A written record's stored version is compared with its own less one, a removed record's with its own: else `Conflict`.
4. A reading transaction agrees with itself from its first read on and takes no write lock.
5. A transaction sees what it wrote itself; nobody else does until it is over.
6. Records come back equal. They are deeply immutable, so they may be shared.
7. Event positions are 1, 2, 3 … for each company, and become visible in that order.
8. A receipt is kept once for each key, in the commit it belongs to: a second one is `Conflict`.
9. What belongs to another company is not found.
10. The driver's errors arrive as `StorageError` or `Unavailable` with the cause attached and none of its words.
11. `select` and `figures` cost what they return, in order of id (by code point); without a limit they give everything.
12. Two records of a kind never share the value of a `unique` column, nor two of a kind a pair of `external`: else `Conflict`.
13. A consumer's cursor steps from its stored version to the next, else `Conflict`: the version is the token of whoever holds it.
14. A company is filled from a backup before anything was stored in it, all or nothing; its epoch is then the one that was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar

from attrs import frozen

from .columns import COLUMNS, EVERY, EXTERNAL, Column, Match, Row, Value, external_of, row_of
from .cursors import Cursor, Failure
from .decisions import Record
from .events import Event
from .model.company import Company, Series
from .model.contact import Contact
from .model.invoice import Invoice
from .model.job import Job
from .model.quote import Quote
from .model.work_order import WorkOrder
from .values.actors import ActorKind
from .values.ids import Id, JobId
from .values.shown import shown

__all__ = [
    "COLUMNS",
    "EVERY",
    "EXTERNAL",
    "Clock",
    "Column",
    "Commit",
    "Cursor",
    "Failure",
    "Ids",
    "Match",
    "Reader",
    "Receipt",
    "Record",
    "Recorded",
    "Repository",
    "Restoration",
    "Row",
    "Snapshot",
    "Storage",
    "Transaction",
    "Value",
    "external_of",
    "row_of",
]

RecordT = TypeVar("RecordT", bound=Record)
IdT = TypeVar("IdT", bound=Id[Any])
R_co = TypeVar("R_co", covariant=True)


@frozen
class Recorded:
    """An event as stored.

    Attributes:
        position: 1, 2, 3 … in its company.
        at: The instant of its commit.
        actor_kind: Of who did it; with `actor_id` all that is kept of the actor.
        actor_id: Of who did it.
        command: The name of the command's class.
        key: The idempotency key it was done with, if any.
        event: What happened.
    """

    __repr__ = shown

    position: int
    at: datetime
    actor_kind: ActorKind
    actor_id: str
    command: str
    key: str | None
    event: Event


@frozen
class Receipt:
    """What is kept of a command done with a key.

    Attributes:
        key: The idempotency key.
        digest: Of the command.
        result: Its result as text, records replaced by their ids.
    """

    __repr__ = shown

    key: str
    digest: str
    result: str


@frozen(kw_only=True)
class Commit:
    """What one command stores.

    Attributes:
        at: The instant.
        actor_kind: Of who did it.
        actor_id: Of who did it.
        command: The name of the command's class.
        writes: Records in their new version.
        removes: Records as they are stored.
        events: What happened, in order.
        receipt: Kept when the command came with a key.
    """

    at: datetime
    actor_kind: ActorKind
    actor_id: str
    command: str
    writes: tuple[Record, ...] = ()
    removes: tuple[Record, ...] = ()
    events: tuple[Event, ...] = ()
    receipt: Receipt | None = None


class Snapshot(Protocol):
    """One company's books as they stood when the transaction began."""

    def load(self, kind: str, id: str) -> Record | None:
        """The record, or `None` when there is no such one in this company."""
        ...

    def select(
        self, kind: str, index: str, value: Value, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Any]:
        """The records whose `index` matches `value`, in order of id; only those after id `after`, at most `limit`.

        Raises:
            InvalidInput: `find.unknown-field`, with the index as `path`, for a column without one.
        """
        ...

    def figures(
        self, kind: str, index: str, value: Value, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Row]:
        """As `select`, but only the native columns (see `row_of`), read without the bodies."""
        ...

    def timeline(self, job_id: str, *, after: int = 0, limit: int = 100, newest: bool = False) -> Sequence[Recorded]:
        """The events of a job after position `after`, oldest first; at most `limit`, the first of them or the `newest`."""
        ...

    def receipt(self, key: str) -> Receipt | None:
        """What is kept under an idempotency key."""
        ...

    def receipts(self, *, after: str = "", limit: int = 1_000) -> Sequence[Receipt]:
        """What is kept under the keys after `after`, in order of key (by code point), at most `limit`."""
        ...

    def position(self) -> int:
        """The position of the last event; 0 when there is none."""
        ...


class Transaction(Snapshot, Protocol):
    """The turn of one writer."""

    def write(self, commit: Commit) -> None:
        """Store one command's outcome; later reads of this transaction see it.

        Raises:
            Conflict: a version is not the stored one, a unique value or a key is taken: with the kind and id of the record that
                could not be written, and the versions expected and found; without them for a key.
        """
        ...


class Restoration(Transaction, Protocol):
    """The one transaction that fills an empty company with what a backup holds."""

    def put(
        self, *, records: Iterable[Record] = (), events: Iterable[Recorded] = (), receipts: Iterable[Receipt] = ()
    ) -> None:
        """Store these as they are, versions and positions as given; any number of times, events in order.

        Raises:
            Conflict: a record, a unique value or a key is there already; an event's position is not the next one.
        """
        ...

    def events(self, *, after: int = 0, limit: int = 100) -> Sequence[Recorded]:
        """As `Storage.events`, with those of this transaction."""
        ...


class Storage(Protocol):
    """Where the books are kept. One object for all companies, to be shared by threads."""

    def reading(self, company: str) -> AbstractContextManager[Snapshot]:
        """A reading transaction."""
        ...

    def writing(self, company: str, *, wait: bool = True) -> AbstractContextManager[Transaction]:
        """A writing transaction: committed when the block ends, undone when it raises.

        Raises:
            Unavailable: somebody else had the company's turn for too long; without `wait`, has it now. Another company's turn does
                not matter, where companies do not wait for each other.
        """
        ...

    def events(self, company: str, *, after: int = 0, limit: int = 100) -> Sequence[Recorded]:
        """The company's events after position `after`, in order, at most `limit`."""
        ...

    def position(self, company: str) -> int:
        """The position of the company's last event; 0 when it has none."""
        ...

    def cursor(self, company: str, consumer: str) -> Cursor | None:
        """How far a consumer of events has come; `None` when it was never seen. Its `is_held` goes by the storage's clock."""
        ...

    def keep_cursor(self, company: str, consumer: str, cursor: Cursor, *, hold_seconds: float = 0) -> None:
        """Keep how far a consumer has come, and hold it for so long, by the storage's clock.

        Raises:
            Conflict: the stored version is not the cursor's less one.
        """
        ...

    def consumers(self, company: str) -> Sequence[str]:
        """The consumers of the company's events that were ever seen, in order of name."""
        ...

    def epoch(self, company: str) -> int:
        """How often the company began anew from a backup, plus 1: positions of one epoch are not those of another."""
        ...

    def restoring(
        self, company: str, *, epoch: int, consumers: Iterable[str] = ()
    ) -> AbstractContextManager[Restoration]:
        """A writing transaction that fills an empty company: stored when the block ends, undone when it raises.

        With it the company gets its epoch, and the cursor of each consumer, named or known here, stands after the last event.

        Raises:
            StorageError: `restore.not-empty` for a company in which something was ever stored.
        """
        ...

    def companies(self, *, due_on: date | None = None, behind: str | None = None) -> Sequence[str]:
        """The ids of all companies; those with an invoice that leaves by `due_on`; those where consumer `behind` is behind.

        What a consumer set aside does not count. Both questions at once are for those to which both apply.
        """
        ...

    def joined(self, connection: Any) -> Storage:
        """This storage inside the transaction that the host began on `connection`, and that the host ends.

        Raises:
            StorageError: `storage.cannot-join`, `storage.not-in-transaction`.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections; the storage is not used afterwards."""
        ...


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """The instant, aware."""
        ...


class Ids(Protocol):
    """Where ids come from."""

    def new(self, kind: type[IdT], at: datetime) -> IdT:
        """A new id, made at the instant `at`."""
        ...


class Repository(Protocol, Generic[RecordT]):
    """The records of one kind in a company, to read."""

    def get(self, id: Id[RecordT]) -> RecordT:
        """The record.

        Raises:
            NotFound: there is no such one in this company.
        """
        ...

    def find(
        self, *, after: Id[RecordT] | None = None, limit: int | None = None, **criteria: str
    ) -> tuple[RecordT, ...]:
        """The records whose fields equal all criteria (`state=`, `job_id=`, `contact_id=` …), in order of id.

        Raises:
            InvalidInput: `find.unknown-field`.
        """
        ...

    def rows(self, index: str, value: Value, *, limit: int | None = None) -> Sequence[Row]:
        """The native columns of those whose `index` matches, without their bodies, in order of id."""
        ...

    def with_external(self, source: str, key: str) -> RecordT | None:
        """The record that stands under `key` in the system `source`."""
        ...


class Reader(Protocol):
    """A company's books, to read: what handlers and views see. It has no way to write."""

    @property
    def contacts(self) -> Repository[Contact]:
        """The contacts."""
        ...

    @property
    def jobs(self) -> Repository[Job]:
        """The job folders."""
        ...

    @property
    def quotes(self) -> Repository[Quote]:
        """The quotes."""
        ...

    @property
    def invoices(self) -> Repository[Invoice]:
        """The invoices."""
        ...

    @property
    def work_orders(self) -> Repository[WorkOrder]:
        """The work orders."""
        ...

    def company(self) -> Company | None:
        """The company's settings; `None` before it was configured."""
        ...

    def series(self, id: Id[Series]) -> Series | None:
        """A series of numbers; `None` before its first number."""
        ...

    def get(self, id: Id[R_co]) -> R_co:
        """The record with this id, typed by it.

        Raises:
            NotFound: there is no such one in this company.
        """
        ...

    def timeline(self, job_id: JobId, *, after: int = 0, limit: int = 100, newest: bool = False) -> Sequence[Recorded]:
        """What happened in a job folder, oldest first; at most `limit`, the first of it or the `newest`."""
