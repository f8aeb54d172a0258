"""Books in one SQLite file, with nothing but the standard library: the embedded default.

Readers see the file as it stood when they began and wait for nobody; writers of one file follow one another, whichever company they
write. Every commit is on the disk when it returns (`synchronous=FULL`); `NORMAL` is faster and may lose the last commits in a power
cut, which can give out an invoice number twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from ... import serial
from ...cursors import Cursor
from ...errors import Conflict, InvalidInput
from ...ports import Recorded, Restoration, Snapshot, Storage, Transaction
from .books import SqliteRestoration, SqliteSnapshot, SqliteTransaction, events_after, position_of
from .selfcheck import Damage, damage
from .sessions import Joined, Pool, Sessions

__all__ = ["SqliteStorage"]

_CURSOR = """
SELECT position, version, failures, held_until > julianday('now') FROM plannit_cursor WHERE company = ? AND consumer = ?
"""
_BEGIN_CURSOR = """
INSERT INTO plannit_cursor (position, version, has_put_back, failures, held_until, company, consumer)
VALUES (?, ?, ?, ?, julianday('now') + ?, ?, ?)
"""
_STEP_CURSOR = """
UPDATE plannit_cursor SET position = ?, version = ?, has_put_back = ?, failures = ?, held_until = julianday('now') + ?
WHERE company = ? AND consumer = ? AND version = ?
"""
_CONSUMERS = "SELECT consumer FROM plannit_cursor WHERE company = ? ORDER BY consumer"
_EPOCH = "SELECT epoch FROM plannit_head WHERE company = ?"
_DAY = 86_400.0
_COMPANIES = """
SELECT h.company FROM plannit_head AS h
WHERE (? IS NULL OR EXISTS (SELECT 1 FROM plannit_invoice AS i WHERE i.company = h.company AND i.leaves_on <= ?))
AND (? IS NULL OR h.position > ifnull(
    (SELECT c.position - c.has_put_back * c.position FROM plannit_cursor AS c
     WHERE c.company = h.company AND c.consumer = ?), 0))
ORDER BY h.company
"""


class _SessionStorage:
    """A storage over sessions: of its own pool, or of the host's connection."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @contextmanager
    def reading(self, company: str) -> Iterator[Snapshot]:
        """A reading transaction. It waits for no writer.

        Raises:
            StorageError: `storage.closed`, `storage.failed`, `storage.damaged`.
            SchemaError: `storage.newer-version`.
        """
        with self._sessions.reading() as link:
            yield SqliteSnapshot(link, company)

    @contextmanager
    def writing(self, company: str, *, wait: bool = True) -> Iterator[Transaction]:
        """A writing transaction: committed when the block ends, undone when it raises.

        Raises:
            Unavailable: `storage.busy`.
            StorageError: `storage.nested` when this thread is writing already, `storage.outcome-unknown` when nobody knows whether
                the commit stands, or as for `reading`.
            SchemaError: `storage.newer-version`.
        """
        with self._sessions.writing(wait=wait) as link:
            yield SqliteTransaction(link, company)

    def events(self, company: str, *, after: int = 0, limit: int = 100) -> Sequence[Recorded]:
        """The company's events after position `after`, in order, at most `limit`."""
        with self._sessions.reading() as link:
            return events_after(link, company, after, limit)

    def position(self, company: str) -> int:
        """The position of the company's last event; 0 when it has none."""
        with self._sessions.reading() as link:
            return position_of(link, company)

    def cursor(self, company: str, consumer: str) -> Cursor | None:
        """How far a consumer of events has come; `None` when it was never seen. Raises `SchemaError`."""
        with self._sessions.reading() as link:
            found = link.rows(_CURSOR, (company, consumer))
        if not found:
            return None
        [(position, version, failures, is_held)] = found
        return Cursor(position, version, serial.load_failures(failures), bool(is_held))

    def keep_cursor(self, company: str, consumer: str, cursor: Cursor, *, hold_seconds: float = 0) -> None:
        """Keep how far a consumer has come. Raises `Conflict`."""
        failures = serial.dump_failures(cursor.failures)
        row = (cursor.position, cursor.version, bool(cursor.put_back), failures, hold_seconds / _DAY, company, consumer)
        expected = cursor.version - 1
        conflict = Conflict("cursor", consumer, expected=expected)
        with self._sessions.writing() as link:
            try:
                is_kept = link.run(*((_STEP_CURSOR, (*row, expected)) if expected else (_BEGIN_CURSOR, row)))
            except Conflict as taken:
                raise conflict from taken.__cause__
            if not is_kept:
                raise conflict

    def consumers(self, company: str) -> Sequence[str]:
        """The consumers of the company's events that were ever seen, in order of name."""
        with self._sessions.reading() as link:
            return [consumer for (consumer,) in link.rows(_CONSUMERS, (company,))]

    def epoch(self, company: str) -> int:
        """1, or one more than that of the backup the company was restored from."""
        with self._sessions.reading() as link:
            found = link.rows(_EPOCH, (company,))
        return int(found[0][0]) if found else 1

    @contextmanager
    def restoring(self, company: str, *, epoch: int, consumers: Iterable[str] = ()) -> Iterator[Restoration]:
        """A writing transaction that fills an empty company. Raises as `writing`, and `StorageError`, `restore.not-empty`."""
        with self._sessions.writing() as link:
            restoration = SqliteRestoration(link, company)
            restoration.begin(epoch)
            yield restoration
            restoration.finish(consumers)

    def companies(self, *, due_on: date | None = None, behind: str | None = None) -> Sequence[str]:
        """The ids of all companies; those with an invoice that leaves by `due_on`; those where `behind` is behind."""
        day = due_on.isoformat() if due_on else None
        with self._sessions.reading() as link:
            return [company for (company,) in link.rows(_COMPANIES, (day, day, behind, behind))]

    def damage(self, company: str) -> Sequence[Damage]:
        """What is wrong with the file itself, and with the rows of a company: kind, id and words; nothing when it is sound.

        Reads all of it. `plannit_core.audit.check` asks for this before it looks at what the rows say.
        """
        with self._sessions.reading() as link:
            return list(damage(link, company))

    def joined(self, connection: Any) -> Storage:
        """This storage inside the transaction that the host began on `connection`, and that the host ends.

        Args:
            connection: A `sqlite3.Connection` to the same file.

        Raises:
            StorageError: `storage.cannot-join` for another kind of connection, `storage.not-in-transaction`,
                `storage.foreign-file` for one to another file.
        """
        return _SessionStorage(Joined(connection, self._sessions.path))

    def close(self) -> None:
        """Let go of the file; the storage is not used afterwards."""
        self._sessions.close()


class SqliteStorage(_SessionStorage):
    """Books in one SQLite file. May be shared by threads; other processes may open the same file.

    Args:
        path: The file, made when there is none.
        synchronous: `FULL`, or `NORMAL`: faster, but a power cut may lose the last commits.
        timeout: How many seconds a writer waits for its turn.

    Raises:
        InvalidInput: `storage.no-memory-file` for `:memory:` (use `MemoryStorage`), `storage.synchronous`.
        StorageError: `storage.foreign-file` for a file with something else in it, `storage.damaged`, `storage.failed`,
            `storage.no-wal` where the file system cannot share memory.
        SchemaError: `storage.newer-version` for a file that only a newer version can read; it is left as it is.
    """

    def __init__(self, path: str | os.PathLike[str], *, synchronous: str = "FULL", timeout: float = 5.0) -> None:
        file = os.fspath(path)
        if file in ("", ":memory:"):
            raise InvalidInput("storage.no-memory-file", path="path", use="MemoryStorage")
        if synchronous not in ("FULL", "NORMAL"):
            raise InvalidInput("storage.synchronous", path="synchronous")
        super().__init__(Pool(str(Path(file).absolute()), synchronous, timeout))
