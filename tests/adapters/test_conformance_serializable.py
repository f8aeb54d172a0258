"""`SqlStorage` keeps its promises on a database that knows SERIALIZABLE only, as the distributed ones do: there whoever waited for
the turn is told that somebody else was faster, and begins again."""

from __future__ import annotations

from secrets import token_hex
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from adapters import test_conformance_sql as on_postgresql
from databases import schema
from plannit_core.adapters.sql import SqlStorage
from plannit_core.commands import AddContact
from plannit_core.errors import Conflict
from plannit_core.testing import an_office
from plannit_core.testing.samples import ACME

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection


def strictly(storage: SqlStorage) -> SqlStorage:
    """The same storage, where every transaction of more than a statement is SERIALIZABLE, whatever it asks for."""
    dialect: Any = storage._sessions.engine.dialect
    ask = dialect.set_isolation_level

    def set_isolation_level(connection: Any, level: str) -> None:
        ask(connection, level if level == "AUTOCOMMIT" else "SERIALIZABLE")

    dialect.set_isolation_level = set_isolation_level
    return storage


@pytest.mark.slow
class TestSqlStorageUnderSerializable(on_postgresql.TestSqlStorageOnPostgresql):
    def open_storage(self, where: Path) -> SqlStorage:
        return strictly(super().open_storage(where))

    def open_impatient(self, where: Path) -> SqlStorage:
        return strictly(super().open_impatient(where))

    def host_connection(self, where: Path) -> Connection:
        return on_postgresql.host_connection(schema(where.name), isolation_level="SERIALIZABLE")


def test_whoever_waited_for_the_turn_is_told_so_and_the_door_begins_again() -> None:
    storage = strictly(SqlStorage(schema(f"books_{token_hex(6)}"), timeout=60))
    app = an_office(storage, company=ACME)
    errors: list[Any] = []

    def wait() -> None:
        try:
            with storage.writing(ACME):
                pass
        except Conflict as error:
            errors.append(error)

    for other in (wait, lambda: app.do(AddContact("Grace Hopper"))):
        waiting = Thread(target=other)
        with app.transaction() as here:
            here.do(AddContact("Ada Byron"))
            waiting.start()
            waiting.join(0.2)
            assert waiting.is_alive()
        waiting.join()
    assert [error.__cause__.sqlstate for error in errors] == ["40001"]
    with app.reading() as read:
        assert [each.name for each in read.contacts.find()] == ["Ada Byron", "Ada Byron", "Grace Hopper"]
    storage.close()
