"""The storages of this library keep what `plannit_core.ports` promises: the kit that is shipped for everybody's."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from databases import connected, server
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sql import SqlStorage
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.testing import Ability, StorageConformance
from plannit_core.testing.samples import ACME, contact, store

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import URL

    from plannit_core.ports import Storage

SOON = 0.02


class TestMemoryStorage(StorageConformance):
    lacks = (Ability.DURABLE, Ability.PROCESSES, Ability.JOINED, Ability.DRIVER)

    def open_storage(self, where: Path) -> MemoryStorage:
        return MemoryStorage(timeout=60)

    def open_impatient(self, where: Path) -> MemoryStorage:
        return MemoryStorage(timeout=SOON)


class TestSqliteStorage(StorageConformance):
    lacks = (Ability.PARALLEL,)

    def open_storage(self, where: Path) -> SqliteStorage:
        return SqliteStorage(where / "books.db", timeout=60)

    def open_impatient(self, where: Path) -> SqliteStorage:
        return SqliteStorage(where / "books.db", timeout=SOON)

    def host_connection(self, where: Path) -> Any:
        connection = sqlite3.connect(where / "books.db", isolation_level=None, timeout=SOON, check_same_thread=False)
        connection.execute("BEGIN")
        return connection

    def spoil(self, where: Path) -> None:
        with closing(sqlite3.connect(where / "books.db")) as other:
            tables = other.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (name,) in tables:
                other.execute(f"DROP TABLE {name}")


class TestSqlStorageOnSqlite(StorageConformance):
    lacks = (Ability.PARALLEL,)

    def open_storage(self, where: Path) -> SqlStorage:
        return SqlStorage(f"sqlite:///{where / 'books.db'}", timeout=60, connections=60)

    def open_impatient(self, where: Path) -> SqlStorage:
        return SqlStorage(f"sqlite:///{where / 'books.db'}", timeout=SOON)

    host_connection = TestSqliteStorage.host_connection
    spoil = TestSqliteStorage.spoil


class TestSqlStorageOnPostgresql(StorageConformance):
    """Each place is a schema of its own on one server."""

    @pytest.fixture(autouse=True)
    def the_same_server_for_other_processes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PLANNIT_POSTGRES", server().render_as_string(hide_password=False))

    def open_storage(self, where: Path) -> SqlStorage:
        return SqlStorage(_in_schema(where), timeout=60, connections=60)

    def open_impatient(self, where: Path) -> SqlStorage:
        return SqlStorage(_in_schema(where), timeout=SOON)

    def host_connection(self, where: Path) -> Any:
        connection = connected(_in_schema(where))
        connection.execute(f"SET lock_timeout = {SOON * 1_000:.0f}")
        connection.execute("BEGIN")
        return connection

    def spoil(self, where: Path) -> None:
        with connected(server()) as other:
            other.execute(f"DROP SCHEMA {where.name} CASCADE")


def _in_schema(where: Path) -> URL:
    with connected(server()) as other:
        other.execute(f"CREATE SCHEMA IF NOT EXISTS {where.name}")
    return server().update_query_dict({"options": f"-csearch_path={where.name}"})


def test_a_reader_that_reads_for_the_first_time_late_sees_how_it_was_when_it_began(storage: Storage) -> None:
    """More than is promised; both storages that need no server do it."""
    with storage.reading(ACME) as snapshot:
        store(storage, contact())
        assert snapshot.load("contact", "con_1") is None
