"""Inside the host's own transaction: the host begins, the host ends."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from plannit_core import Conflict, StorageError
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.cursors import Cursor
from plannit_core.errors import SchemaError, Unavailable
from plannit_core.ports import EVERY
from plannit_core.testing.samples import ACME, MARCH_2, commit, contact, drafted, found, ids, invoice, store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def host(file: Path, sqlite: SqliteStorage) -> Iterator[sqlite3.Connection]:
    """The host's connection to our file, with a table of its own."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0.02)) as connection:
        connection.execute("CREATE TABLE visits (at TEXT)")
        yield connection


def visits(connection: sqlite3.Connection) -> int:
    return connection.execute("SELECT count(*) FROM visits").fetchone()[0]


class TestTheHostDecides:
    def test_what_was_written_is_stored_when_the_host_commits(
        self, sqlite: SqliteStorage, host: sqlite3.Connection
    ) -> None:
        host.execute("BEGIN")
        host.execute("INSERT INTO visits VALUES ('now')")
        store(sqlite.joined(host), contact(), events=(drafted(invoice()),), key="click-1")
        assert found(sqlite, "contact", "con_1") is None
        host.execute("COMMIT")
        assert found(sqlite, "contact", "con_1") == contact()
        assert sqlite.position(ACME) == 1
        assert visits(host) == 1

    def test_a_failure_inside_undoes_what_was_ours_and_nothing_of_the_hosts(
        self, sqlite: SqliteStorage, host: sqlite3.Connection
    ) -> None:
        host.execute("BEGIN")
        host.execute("INSERT INTO visits VALUES ('now')")
        joined = sqlite.joined(host)
        store(joined, contact("1"))
        with pytest.raises(ZeroDivisionError), joined.writing(ACME) as txn:
            txn.write(commit(contact("2")))
            raise ZeroDivisionError
        with pytest.raises(Conflict):
            store(joined, contact("3"), contact("1"))
        store(joined, contact("4"))
        assert host.in_transaction
        host.execute("COMMIT")
        assert ids(sqlite, "contact", EVERY, "") == ["con_1", "con_4"]
        assert visits(host) == 1

    def test_everything_else_works_inside_too(self, sqlite: SqliteStorage, host: sqlite3.Connection) -> None:
        store(sqlite, contact("1"), events=(drafted(invoice()),))
        host.execute("BEGIN")
        joined = sqlite.joined(host)
        store(joined, invoice(send_on=MARCH_2), events=(drafted(invoice()),))
        joined.keep_cursor(ACME, "mailer", Cursor(2))
        assert found(joined, "contact", "con_1") == contact("1")
        assert [each.position for each in joined.events(ACME)] == [1, 2]
        assert (joined.position(ACME), joined.cursor(ACME, "mailer")) == (2, Cursor(2))
        assert joined.companies(due_on=MARCH_2) == [ACME]
        assert joined.companies(behind="mailer") == []
        assert found(joined.joined(host), "invoice", "inv_1") == invoice(send_on=MARCH_2)
        host.execute("ROLLBACK")
        assert (sqlite.position(ACME), sqlite.cursor(ACME, "mailer")) == (1, None)

    def test_a_host_with_rows_of_its_own_kind_may_join(self, sqlite: SqliteStorage, host: sqlite3.Connection) -> None:
        store(sqlite, contact(), events=(drafted(invoice()),))
        host.row_factory = lambda cursor, row: {
            column[0]: each for column, each in zip(cursor.description, row, strict=True)
        }
        host.execute("BEGIN")
        joined = sqlite.joined(host)
        assert found(joined, "contact", "con_1") == contact()
        assert len(joined.events(ACME)) == 1
        assert host.execute("SELECT 1 AS one").fetchone() == {"one": 1}
        host.execute("COMMIT")

    def test_a_host_whose_driver_begins_transactions_may_join(self, file: Path, sqlite: SqliteStorage) -> None:
        with closing(sqlite3.connect(file)) as host:
            host.execute("CREATE TABLE visits (at TEXT)")
            host.execute("INSERT INTO visits VALUES ('now')")
            store(sqlite.joined(host), contact())
            host.rollback()
            assert visits(host) == 0
        assert found(sqlite, "contact", "con_1") is None

    def test_a_decision_is_not_taken_on_what_is_old(self, sqlite: SqliteStorage, host: sqlite3.Connection) -> None:
        host.execute("BEGIN")
        assert visits(host) == 0  # fixes what the host sees
        store(sqlite, contact())
        with pytest.raises(Unavailable) as stale:
            store(sqlite.joined(host), contact("2"))
        assert stale.value.code == "storage.busy"
        host.execute("ROLLBACK")


class TestWhatCannotBeJoined:
    def test_a_connection_without_a_transaction(self, sqlite: SqliteStorage, host: sqlite3.Connection) -> None:
        with pytest.raises(StorageError) as no:
            sqlite.joined(host)
        assert no.value.code == "storage.not-in-transaction"

    def test_a_transaction_that_the_host_ends_under_our_feet(
        self, sqlite: SqliteStorage, host: sqlite3.Connection
    ) -> None:
        host.execute("BEGIN")
        with pytest.raises(StorageError) as no, sqlite.joined(host).writing(ACME) as txn:
            txn.write(commit(contact()))
            host.execute("ROLLBACK")
        assert no.value.code == "storage.failed"
        assert found(sqlite, "contact", "con_1") is None

    def test_a_database_without_our_tables(self, sqlite: SqliteStorage, tmp_path: Path) -> None:
        for path in (":memory:", tmp_path / "other.db"):
            with closing(sqlite3.connect(path, isolation_level=None)) as host:
                host.execute("CREATE TABLE visits (at TEXT)")
                host.execute("BEGIN")
                with pytest.raises(StorageError) as no:
                    sqlite.joined(host)
                assert no.value.code == "storage.foreign-file"

    def test_another_file_of_ours(self, sqlite: SqliteStorage, tmp_path: Path) -> None:
        SqliteStorage(tmp_path / "other.db").close()
        with closing(sqlite3.connect(tmp_path / "other.db", isolation_level=None)) as host:
            host.execute("BEGIN")
            with pytest.raises(StorageError) as no:
                sqlite.joined(host)
        assert no.value.code == "storage.foreign-file"

    def test_a_newer_version(self, sqlite: SqliteStorage, host: sqlite3.Connection) -> None:
        host.execute("PRAGMA user_version = 4")
        host.execute("BEGIN")
        with pytest.raises(SchemaError):
            sqlite.joined(host)

    def test_after_closing_the_hosts_connection_is_still_the_hosts(
        self, sqlite: SqliteStorage, host: sqlite3.Connection
    ) -> None:
        host.execute("BEGIN")
        joined = sqlite.joined(host)
        joined.close()
        with pytest.raises(StorageError) as closed:
            store(joined, contact())
        assert closed.value.code == "storage.closed"
        host.execute("INSERT INTO visits VALUES ('now')")
        host.execute("COMMIT")
        store(sqlite, contact())
