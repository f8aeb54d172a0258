"""Books in PostgreSQL 15 to 18, or in SQLite through SQLAlchemy for hosts that have an engine already. Extra `sql`.

A writer locks its company's head row first, so writers of one company follow one another and companies do not wait for each other.
Readers see the books as they stood when they began and wait for nobody. Every key and every statement begins with the company.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import URL, Engine

from ... import serial
from ...cursors import Cursor
from ...errors import Conflict
from ...ports import Recorded, Restoration, Snapshot, Storage, Transaction
from .books import SqlRestoration, SqlSnapshot, SqlTransaction, events_after, position_of
from .engines import engine_for
from .failures import Taken
from .links import Link
from .row_security import row_level_security
from .sessions import Joined, Pool, Sessions
from .statements import ADD_CURSOR, COMPANIES, CONSUMERS, CURSOR_OF, EPOCH, STEP_CURSOR
from .tables import metadata

__all__ = ["SqlStorage", "metadata", "row_level_security"]


class _SessionStorage:
    """A storage over sessions: of its own pool, or of the host's connection."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @contextmanager
    def reading(self, company: str) -> Iterator[Snapshot]:
        """A reading transaction. It waits for no writer.

        Raises:
            Unavailable: `storage.unreachable`, `storage.busy` when all connections are in use.
            StorageError: `storage.closed`, `storage.failed`, `storage.damaged`.
        """
        with self._sessions.reading(company) as link:
            position_of(link, company)  # the first statement settles what is seen
            yield SqlSnapshot(link, company)

    @contextmanager
    def writing(self, company: str, *, wait: bool = True) -> Iterator[Transaction]:
        """A writing transaction: committed when the block ends, undone when it raises.

        Raises:
            Unavailable: `storage.busy`, `storage.unreachable`.
            StorageError: `storage.nested` when this thread is writing the company already, `storage.outcome-unknown` when nobody
                knows whether the commit stands, or as for `reading`.
        """
        with self._sessions.writing(company, wait=wait) as link:
            transaction = SqlTransaction(link, company, wait=wait)
            yield transaction
            link.check()
            if transaction.has_written:
                link.commit()

    def events(self, company: str, *, after: int = 0, limit: int = 100) -> Sequence[Recorded]:
        """The company's events after position `after`, in order, at most `limit`."""
        with self._sessions.looking(company) as link:
            return events_after(link, company, after, limit)

    def position(self, company: str) -> int:
        """The position of the company's last event; 0 when it has none."""
        with self._sessions.looking(company) as link:
            return position_of(link, company)

    def cursor(self, company: str, consumer: str) -> Cursor | None:
        """How far a consumer of events has come; `None` when it was never seen. Raises `SchemaError`."""
        with self._sessions.looking(company) as link:
            found = link.rows(CURSOR_OF, in_company=company, of_consumer=consumer)
        if not found:
            return None
        [(position, version, failures, is_held)] = found
        return Cursor(position, version, serial.load_failures(failures), bool(is_held))

    def keep_cursor(self, company: str, consumer: str, cursor: Cursor, *, hold_seconds: float = 0) -> None:
        """Keep how far a consumer has come. Raises `Conflict`."""
        with self._sessions.writing(company, takes_turn=False) as link:
            _keep(link, company, consumer, cursor, hold_seconds)
            link.commit()

    def consumers(self, company: str) -> Sequence[str]:
        """The consumers of the company's events that were ever seen, in order of name."""
        with self._sessions.looking(company) as link:
            return [consumer for (consumer,) in link.rows(CONSUMERS, in_company=company)]

    def epoch(self, company: str) -> int:
        """1, or one more than that of the backup the company was restored from."""
        with self._sessions.looking(company) as link:
            found = link.rows(EPOCH, in_company=company)
        return int(found[0][0]) if found else 1

    @contextmanager
    def restoring(self, company: str, *, epoch: int, consumers: Iterable[str] = ()) -> Iterator[Restoration]:
        """A writing transaction that fills an empty company. Raises as `writing`, and `StorageError`, `restore.not-empty`."""
        with self._sessions.writing(company) as link:
            restoration = SqlRestoration(link, company, epoch)
            yield restoration
            known = [consumer for (consumer,) in link.rows(CONSUMERS, in_company=company)]
            for consumer in sorted({*known, *consumers}):
                found = link.rows(CURSOR_OF, in_company=company, of_consumer=consumer)
                version = found[0][1] + 1 if found else 1
                _keep(link, company, consumer, Cursor(restoration.position(), version), 0)
            link.commit()

    def companies(self, *, due_on: date | None = None, behind: str | None = None) -> Sequence[str]:
        """The ids of all companies; those with an invoice that leaves by `due_on`; those where `behind` is behind."""
        statement = COMPANIES[due_on is not None, behind is not None]
        with self._sessions.looking(None) as link:
            return [company for (company,) in link.rows(statement, day=due_on, of_consumer=behind)]

    def joined(self, connection: Any) -> Storage:
        """This storage inside the transaction that the host began on `connection`, and that the host ends.

        Args:
            connection: To the same database: a `sqlalchemy.Connection`, as `session.connection()` gives it, or the driver's own, as
                Django's `connection.connection`.

        Raises:
            StorageError: `storage.cannot-join` for another kind of connection, `storage.not-in-transaction`.
        """
        return _SessionStorage(Joined(connection, self._sessions))

    def close(self) -> None:
        """Let go of the connections; the storage is not used afterwards."""
        self._sessions.close()


def _keep(link: Link, company: str, consumer: str, cursor: Cursor, hold_seconds: float) -> None:
    """Keep how far a consumer has come. Raises `Conflict`."""
    expected = cursor.version - 1
    kept = {
        "position": cursor.position,
        "settled": 0 if cursor.put_back else cursor.position,
        "version": cursor.version,
        "failures": serial.dump_failures(cursor.failures),
        "hold_seconds": hold_seconds,
    }
    try:
        if expected:
            of = {"in_company": company, "of_consumer": consumer, "of_version": expected}
            is_kept = link.run(STEP_CURSOR, **of, **kept)
        else:
            is_kept = link.run(ADD_CURSOR, company=company, consumer=consumer, **kept)
    except Taken as taken:
        raise Conflict("cursor", consumer) from taken.__cause__
    if not is_kept:
        raise Conflict("cursor", consumer, expected=expected)


class SqlStorage(_SessionStorage):
    """Books in a database. May be shared by threads; any number of processes and machines may open the same.

    Args:
        database: Its URL, such as `postgresql+psycopg://…`, or an `Engine` of the host's, which brings its own pool and time-outs:
            the arguments that follow `row_level_security` are for a URL only. Where it sets no `lock_timeout`, a writer waits five
            seconds for its turn.
        creates_tables: Whether the tables are made when there are none. Otherwise the migrations make them.
        row_level_security: Whether each transaction first tells PostgreSQL its company, as the script of that name wants it.
        timeout: How many seconds a writer waits for its turn, and anybody for a connection; above 0.
        statement_timeout: How many seconds a statement may take; above 0.
        connections: How many are open at most; 1 or more.

    Raises:
        InvalidInput: `storage.unknown-engine`, of a driver of SQLite with `autocommit=True` too; `number.out-of-range`.
        Unavailable: `storage.unreachable`.
        StorageError: `storage.no-tables`, `storage.other-tables` when some are missing or are not ours (those of `SqliteStorage`,
            say), `storage.row-security` when the database holds this role to it and `row_level_security` is not set, or the other
            way round, `storage.failed`, `storage.no-wal` for SQLite in memory or on a disk that cannot share.
        SchemaError: `storage.newer-version` for tables that only a newer version can read.
    """

    metadata = metadata
    """All tables of the books, for a host that makes and changes them by its own means."""

    def __init__(
        self,
        database: str | URL | Engine,
        *,
        creates_tables: bool = True,
        row_level_security: bool = False,
        timeout: float = 5.0,
        statement_timeout: float = 60.0,
        connections: int = 15,
    ) -> None:
        is_ours = not isinstance(database, Engine)
        engine = (
            database
            if isinstance(database, Engine)
            else engine_for(database, timeout=timeout, statement_timeout=statement_timeout, connections=connections)
        )
        super().__init__(Pool(engine, is_ours=is_ours, creates_tables=creates_tables, says_company=row_level_security))
