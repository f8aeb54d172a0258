"""A storage that fails when it is told to, to see how an application takes it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from enum import StrEnum
from typing import Any

from ..cursors import Cursor
from ..errors import Conflict, StorageError, Unavailable
from ..ports import Recorded, Restoration, Snapshot, Storage, Transaction


class Fault(StrEnum):
    """How a writing transaction goes wrong."""

    BUSY = "busy"
    """It does not get its turn: `Unavailable`, `storage.busy`."""

    CONFLICT = "conflict"
    """Somebody was faster: undone at its end, `Conflict`."""

    FAILED = "failed"
    """The driver fails at its end: undone, `StorageError`, `storage.failed`."""

    COMMIT_LOST = "commit-lost"
    """The connection is lost before the commit arrives: undone, `StorageError`, `storage.outcome-unknown`."""

    ANSWER_LOST = "answer-lost"
    """The connection is lost after the commit arrived: it stands, and yet `StorageError`, `storage.outcome-unknown`."""


class Faulty:
    """A storage that fails when it is told to. Everything else is the storage's own.

    >>> from plannit_core.adapters.memory import MemoryStorage
    >>> from plannit_core import Plannit, commands as c, presets
    >>> storage = Faulty(MemoryStorage(), Fault.ANSWER_LOST)
    >>> app = Plannit(storage, company="erabliere")
    >>> app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")), key="form-1").version
    1
    >>> storage.log
    [<Fault.ANSWER_LOST: 'answer-lost'>, None]

    Args:
        storage: The storage.
        faults: How the next writing transactions go wrong, in order; `None` for one that goes well.

    Attributes:
        storage: The storage.
        faults: Those still to come. Add more at any time.
        log: What became of each writing transaction so far, in order.
    """

    def __init__(self, storage: Storage, *faults: Fault | None) -> None:
        self.storage = storage
        self.faults = deque(faults)
        self.log: list[Fault | None] = []

    @contextmanager
    def writing(self, company: str, *, wait: bool = True) -> Iterator[Transaction]:
        """A writing transaction, unless a fault is due.

        Raises:
            Unavailable: `Fault.BUSY`.
            Conflict: `Fault.CONFLICT`.
            StorageError: `Fault.FAILED`, `Fault.COMMIT_LOST`, `Fault.ANSWER_LOST`.
        """
        fault = self.faults.popleft() if self.faults else None
        self.log.append(fault)
        if fault is Fault.BUSY:
            raise Unavailable("storage.busy")
        with self.storage.writing(company, wait=wait) as txn:
            yield txn
            if fault in _UNDONE:
                raise _error(fault)
        if fault is Fault.ANSWER_LOST:
            raise _error(fault)

    def reading(self, company: str) -> AbstractContextManager[Snapshot]:
        """A reading transaction."""
        return self.storage.reading(company)

    def events(self, company: str, *, after: int = 0, limit: int = 100) -> Sequence[Recorded]:
        """The company's events after position `after`, in order, at most `limit`."""
        return self.storage.events(company, after=after, limit=limit)

    def position(self, company: str) -> int:
        """The position of the company's last event; 0 when it has none."""
        return self.storage.position(company)

    def cursor(self, company: str, consumer: str) -> Cursor | None:
        """How far a consumer of events has come; `None` when it was never seen."""
        return self.storage.cursor(company, consumer)

    def keep_cursor(self, company: str, consumer: str, cursor: Cursor, *, hold_seconds: float = 0) -> None:
        """Keep how far a consumer has come. Raises `Conflict` for a version that is not the next."""
        self.storage.keep_cursor(company, consumer, cursor, hold_seconds=hold_seconds)

    def consumers(self, company: str) -> Sequence[str]:
        """The consumers of the company's events that were ever seen."""
        return self.storage.consumers(company)

    def epoch(self, company: str) -> int:
        """How often the company began anew from a backup, plus 1."""
        return self.storage.epoch(company)

    def restoring(
        self, company: str, *, epoch: int, consumers: Iterable[str] = ()
    ) -> AbstractContextManager[Restoration]:
        """The transaction that fills an empty company, without faults."""
        return self.storage.restoring(company, epoch=epoch, consumers=consumers)

    def companies(self, *, due_on: date | None = None, behind: str | None = None) -> Sequence[str]:
        """The ids of all companies; those with an invoice that leaves by `due_on`; those where `behind` is behind."""
        return self.storage.companies(due_on=due_on, behind=behind)

    def joined(self, connection: Any) -> Storage:
        """The storage inside the host's transaction, without faults."""
        return self.storage.joined(connection)

    def close(self) -> None:
        """Close the storage."""
        self.storage.close()


_UNDONE = (Fault.CONFLICT, Fault.FAILED, Fault.COMMIT_LOST)


def _error(fault: Fault) -> Conflict | StorageError:
    if fault is Fault.CONFLICT:
        return Conflict()
    return StorageError("storage.failed" if fault is Fault.FAILED else "storage.outcome-unknown")
