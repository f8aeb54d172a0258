"""`SqlStorage` keeps what `plannit_core.ports` promises, on PostgreSQL and on SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import URL, Connection, NullPool, create_engine

from databases import connected, schema
from plannit_core.adapters.sql import SqlStorage, metadata
from plannit_core.testing import Ability, StorageConformance

if TYPE_CHECKING:
    from pathlib import Path

SOON = 0.02
MANY = 15  # as by default


def host_connection(url: URL | str, **options: Any) -> Connection:
    connection = create_engine(url, poolclass=NullPool, **options).connect()
    connection.begin()
    return connection


class TestSqlStorageOnPostgresql(StorageConformance):
    @pytest.fixture(autouse=True)
    def one_server_for_all_processes(self) -> None:
        schema("public")

    def open_storage(self, where: Path) -> SqlStorage:
        return SqlStorage(schema(where.name), timeout=60, connections=MANY)

    def open_impatient(self, where: Path) -> SqlStorage:
        return SqlStorage(schema(where.name), timeout=SOON)

    def host_connection(self, where: Path) -> Connection:
        return host_connection(schema(where.name))

    def spoil(self, where: Path) -> None:
        with connected(schema(where.name)) as other:
            other.execute(f"DROP TABLE {', '.join(metadata.tables)}")


class TestSqlStorageOnSqlite(StorageConformance):
    lacks = (Ability.PARALLEL,)

    def open_storage(self, where: Path) -> SqlStorage:
        return SqlStorage(f"sqlite:///{where}/books.db", timeout=60, connections=MANY)

    def open_impatient(self, where: Path) -> SqlStorage:
        return SqlStorage(f"sqlite:///{where}/books.db", timeout=SOON)

    def host_connection(self, where: Path) -> Connection:
        return host_connection(f"sqlite:///{where}/books.db", connect_args={"timeout": SOON})

    def spoil(self, where: Path) -> None:
        engine = create_engine(f"sqlite:///{where}/books.db", poolclass=NullPool)
        with engine.begin() as other:
            for name in metadata.tables:
                other.exec_driver_sql(f"DROP TABLE {name}")
