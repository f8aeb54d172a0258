"""Forked processes on one file of SQLite; what holds for any storage in several processes is in the kit."""

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
from plannit_core.ports import EVERY
from plannit_core.testing.samples import ACME, contact, ids, store

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
