"""Promise 10 of a storage: the driver's errors arrive as ours, with the cause attached and none of its words."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from plannit_core import Conflict, SchemaError, StorageError
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.adapters.sqlite.links import Link
from plannit_core.errors import PlannitError, Unavailable
from plannit_core.ports import EVERY
from plannit_core.testing.samples import ACME, commit, contact, ids, invoice, store

if TYPE_CHECKING:
    from pathlib import Path


def check_words(error: PlannitError) -> None:
    """None of the driver's are in ours."""
    cause = error.__cause__
    assert isinstance(cause, sqlite3.Error)
    told = f"{error} {error!r} {error.args} {error.params} {error.__dict__}"
    assert str(cause) not in told
    for word in ("sqlite", "UNIQUE", "locked", "malformed", "disk", "full", "plannit_", "I/O"):
        assert word not in told


class TestPromise10ForeignErrorsBecomeOurs:
    def test_a_busy_file(self, file: Path) -> None:
        storage = SqliteStorage(file, timeout=0.02)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable) as busy:
                store(storage, contact())
        assert busy.value.code == "storage.busy"
        check_words(busy.value)
        store(storage, contact())
        storage.close()

    def test_a_file_locked_against_all(self, file: Path) -> None:
        SqliteStorage(file).close()
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable) as busy:
                SqliteStorage(file, timeout=0.02)
        check_words(busy.value)

    def test_a_full_disk(self, sqlite: SqliteStorage) -> None:
        store(sqlite, contact())
        with pytest.raises(StorageError) as full, sqlite.writing(ACME) as txn:
            [(pages,)] = txn._link.rows("PRAGMA page_count")
            txn._link.run(f"PRAGMA max_page_count = {pages + 1}")
            txn.write(commit(*(contact(f"{n:04}", name="x" * 200) for n in range(500))))
        assert full.value.code == "storage.failed"
        check_words(full.value)
        assert ids(sqlite, "contact", EVERY, "") == ["con_1"]

    def test_a_full_disk_that_is_swallowed_stores_nothing(self, sqlite: SqliteStorage) -> None:
        with pytest.raises(StorageError) as full, sqlite.writing(ACME) as txn:
            txn.write(commit(contact("before")))
            [(pages,)] = txn._link.rows("PRAGMA page_count")
            txn._link.run(f"PRAGMA max_page_count = {pages + 1}")
            for tail in ("a", "b"):
                with pytest.raises(StorageError):
                    txn.write(commit(*(contact(f"{tail}{n:04}", name="x" * 200) for n in range(500))))
        assert full.value.code == "storage.failed"
        assert ids(sqlite, "contact", EVERY, "") == []

    def test_a_question_that_is_no_text(self, file: Path) -> None:
        storage = SqliteStorage(file)
        store(storage, contact())
        with pytest.raises(StorageError) as failed:
            storage.companies(behind="\ud800")
        assert failed.value.code == "storage.failed"
        assert storage.companies(behind="mailer") == []

    def test_a_damaged_file(self, file: Path) -> None:
        storage = SqliteStorage(file)
        store(storage, *(contact(f"{n:04}") for n in range(1_000)))
        storage.close()
        content = file.read_bytes()
        half = len(content) // 2
        file.write_bytes(content[:half] + b"\xff" * half)
        storage = SqliteStorage(file)
        with pytest.raises(StorageError) as damaged:
            ids(storage, "contact", EVERY, "")
        assert damaged.value.code == "storage.damaged"
        check_words(damaged.value)
        storage.close()

    @pytest.mark.parametrize("value", ["'2026-02-30'", "'soon'", "5", "x'00'"])
    def test_a_day_that_is_none(self, file: Path, value: str) -> None:
        storage = SqliteStorage(file)
        store(storage, *(invoice(each, number=each, issued_on=date(2026, 3, 2)) for each in "123"))
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute(f"UPDATE plannit_invoice SET due_on = {value} WHERE id = 'inv_2'")
        with pytest.raises(SchemaError) as damaged, storage.reading(ACME) as snapshot:
            snapshot.figures("invoice", EVERY, "")
        assert (damaged.value.code, damaged.value.params) == ("storage.damaged", {"kind": "invoice", "id": "inv_2"})
        storage.close()

    def test_a_unique_value_that_is_taken(self, sqlite: SqliteStorage) -> None:
        store(sqlite, invoice("1", number="F-1"), contact("1", external={"erp": "1"}), key="click-1")
        for attempt in (
            {"writes": (invoice("2", number="F-1"),)},
            {"writes": (invoice("1"),)},
            {"writes": (contact("2", external={"erp": "1"}),)},
            {"writes": (), "key": "click-1"},
        ):
            with pytest.raises(Conflict) as taken:
                store(sqlite, *attempt["writes"], **{name: each for name, each in attempt.items() if name != "writes"})
            check_words(taken.value)

    def test_a_failed_read_cannot_be_followed_by_writes(self, sqlite: SqliteStorage) -> None:
        """SQLite may have rolled back by itself; what came after would be a commit of its own."""
        with pytest.raises(StorageError), sqlite.writing(ACME) as txn:
            txn.write(commit(contact()))
            with pytest.raises(StorageError) as failed:
                txn._link.rows("SELECT * FROM nowhere")
            check_words(failed.value)
            with pytest.raises(StorageError):
                txn.write(commit(contact("2")))
        assert ids(sqlite, "contact", EVERY, "") == []


class Failing:
    """A connection whose COMMIT fails."""

    def __init__(self, code: int) -> None:
        self.code = code

    def cursor(self) -> Failing:
        return self

    def execute(self, statement: str, values: Any) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = self.code
        raise error


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_BUSY, "storage.busy"),
        (sqlite3.SQLITE_IOERR_FSYNC, "storage.outcome-unknown"),
        (sqlite3.SQLITE_FULL, "storage.outcome-unknown"),
    ],
)
def test_only_a_busy_file_leaves_no_doubt_at_commit(code: int, expected: str) -> None:
    with pytest.raises(StorageError) as error:
        Link(Failing(code)).commit()
    assert error.value.code == expected
    check_words(error.value)
