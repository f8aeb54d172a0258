"""Several processes on one file of SQLite: killed, forked, and at work at once."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plannit_core import StorageError
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.errors import Unavailable
from plannit_core.ports import EVERY
from plannit_core.testing.samples import ACME, contact, drafted, found, ids, invoice, series, store

if TYPE_CHECKING:
    from collections.abc import Iterator

CHILD = Path(__file__).with_name("child.py")


@contextmanager
def child(act: str, file: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that does `act`; the end of the block waits for its end."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, str(CHILD), act, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        try:
            yield process
        finally:
            process.stdin.close()


def heard(process: subprocess.Popen[str]) -> str:
    return process.stdout.readline().strip()


def tell(process: subprocess.Popen[str]) -> None:
    process.stdin.write("\n")
    process.stdin.flush()


class TestDurability:
    def test_what_was_committed_is_there_for_a_second_handle_and_after_closing(self, file: Path) -> None:
        first, second = SqliteStorage(file), SqliteStorage(file)
        store(first, contact())
        assert found(second, "contact", "con_1") == contact()
        first.close()
        second.close()
        third = SqliteStorage(file)
        assert found(third, "contact", "con_1") == contact()
        third.close()

    def test_a_process_killed_in_the_middle_of_a_transaction_leaves_no_trace_of_it(self, file: Path) -> None:
        with child("halfway", file) as process:
            assert heard(process) == "written"
            process.kill()
        storage = SqliteStorage(file)
        assert ids(storage, "contact", EVERY, "") == ["con_kept"]
        store(storage, contact("next"), events=(drafted(invoice()),), key="click-1")
        assert [each.position for each in storage.events(ACME)] == [1, 2]
        storage.close()

    def test_a_process_killed_right_after_a_commit_has_stored_it(self, file: Path) -> None:
        with child("after_commit", file) as process:
            assert heard(process) == "committed"
            process.kill()
        storage = SqliteStorage(file)
        assert found(storage, "contact", "con_1") == contact()
        assert storage.position(ACME) == 1
        with storage.reading(ACME) as snapshot:
            assert snapshot.receipt("click-1") is not None
        storage.close()


class TestManyProcesses:
    def test_processes_that_make_the_file_together_and_write_one_company_lose_nothing(self, file: Path) -> None:
        with child("count", file) as one, child("count", file) as two, child("count", file) as three:
            pass
        assert [each.returncode for each in (one, two, three)] == [0, 0, 0]
        storage = SqliteStorage(file)
        assert found(storage, "series", "ser_invoice") == series(version=120, last=120)
        assert [each.position for each in storage.events(ACME, limit=1_000)] == list(range(1, 121))
        storage.close()

    def test_a_process_that_has_the_turn_keeps_writers_waiting_but_no_readers(self, file: Path) -> None:
        storage = SqliteStorage(file, timeout=0.02)
        store(storage, contact())
        with child("hold", file) as process:
            assert heard(process) == "mine"
            with pytest.raises(Unavailable) as busy:
                store(storage, contact("2"))
            assert busy.value.code == "storage.busy"
            assert found(storage, "contact", "con_1") == contact()
            tell(process)
        store(storage, contact("2"))
        storage.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
class TestForks:
    def test_parent_and_child_of_a_fork_both_go_on(self, file: Path) -> None:
        with child("fork", file) as process:
            assert heard(process) == "closed"
            other = SqliteStorage(file)
            store(other, contact("other"))
            other.close()
            tell(process)
            assert heard(process) == "0"
        storage = SqliteStorage(file)
        expected = ["child", "child-again", "other", "parent", "parent-again"]
        assert ids(storage, "contact", EVERY, "") == [f"con_{each}" for each in expected]
        storage.close()

    def test_a_fork_in_a_transaction_leaves_it_to_the_parent(self, file: Path) -> None:
        with child("fork_in_transaction", file) as process:
            assert heard(process) == "transaction.over transaction.over storage.forked storage.forked"
            assert heard(process) == "True"
        storage = SqliteStorage(file)
        assert ids(storage, "contact", EVERY, "") == ["con_parent"]
        storage.close()


def test_closing_while_a_transaction_is_open_lets_it_end(file: Path) -> None:
    storage = SqliteStorage(file)
    with storage.writing(ACME) as txn:
        storage.close()
        assert txn.load("contact", "con_1") is None
    with pytest.raises(StorageError) as closed:
        store(storage, contact())
    assert closed.value.code == "storage.closed"
    assert sorted(each.name for each in file.parent.iterdir()) == [file.name]
