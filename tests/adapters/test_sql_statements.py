"""All that `SqlStorage` says to PostgreSQL, word for word: `statements.txt`. Each statement names one company, as each key does.

When a statement is meant to change: `UPDATE_GOLDEN=1 pytest tests/adapters/test_sql_statements.py`, and look at the difference.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
from sqlalchemy import (
    Delete,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    Select,
    Text,
    UniqueConstraint,
    create_engine,
    event,
)
from sqlalchemy.schema import CreateTable

from adapters.router import DIALECT, OF_ALL_COMPANIES, OF_NO_COMPANY, PATIENCE, VERSION, compiled, parameter_of, plain
from databases import database
from plannit_core import Conflict
from plannit_core.adapters.sql import SqlStorage, metadata, statements
from plannit_core.cursors import Cursor
from plannit_core.errors import Unavailable
from plannit_core.ports import COLUMNS
from plannit_core.testing.samples import ACME, MARCH_2, OTHER, commit, contact, drafted, invoice, one_of_each, store

GOLDEN = Path(__file__).with_name("statements.txt")
TABLES = list(metadata.tables.values())

FORBIDDEN = (
    *("ON CONFLICT", "nextval", "SERIAL", "IDENTITY", "GENERATED", "TRIGGER", "advisory", "NOTIFY", "LISTEN", "VIEW"),
    *("xmin", "txid", "pg_snapshot", "FOREIGN KEY", "REFERENCES"),
)


@pytest.fixture(scope="module")
def said() -> list[str]:
    """Everything that is said while everything is done that a storage can do."""
    heard: set[str] = set()

    def listen(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        heard.add(plain(statement))

    with database() as engine:
        plain_engine = create_engine(engine.url)
        for each in (engine, plain_engine):
            event.listen(each, "before_cursor_execute", listen)
        do_everything(SqlStorage(engine), SqlStorage(engine))
        store(SqlStorage(plain_engine), contact("patient"))
        event.remove(engine, "before_cursor_execute", listen)
        plain_engine.dispose()
    return sorted(
        each for each in heard if "pg_catalog" not in each
    )  # whether there are tables is asked at the opening


def do_everything(storage: SqlStorage, another: SqlStorage) -> None:
    store(storage, *one_of_each(), events=(drafted(invoice()),), key="click-1")
    for record in one_of_each():
        with pytest.raises(Conflict):
            store(storage, record)
    with storage.writing(ACME) as txn:
        for record in one_of_each():
            txn.write(commit(attrs.evolve(record, version=2)))
        txn.write(commit(removes=tuple(txn.load(each.kind, each.id) for each in one_of_each())))
    with pytest.raises(Conflict), storage.writing(ACME) as txn:
        txn.write(commit(contact()))
        txn.write(commit(contact()))
    with storage.writing(ACME), pytest.raises(Unavailable), another.writing(ACME, wait=False):
        pass
    with storage.writing("new", wait=False):
        pass
    with storage._sessions.engine.begin() as connection:
        store(storage.joined(connection), contact("joined"))
        with pytest.raises(ZeroDivisionError), storage.joined(connection).writing(ACME):
            raise ZeroDivisionError
    with storage.reading(ACME) as snapshot:
        for each in one_of_each():
            snapshot.load(each.kind, each.id)
        for kind, index in ((each, name) for each in COLUMNS for name in statements.STATEMENTS[each].rows):
            is_day = index in COLUMNS[kind] and COLUMNS[kind][index].type is date
            for value in (None, MARCH_2 if is_day else "1"):
                snapshot.select(kind, index, value)
                snapshot.figures(kind, index, value)
        for kind in COLUMNS:
            snapshot.load(kind, "1")
        snapshot.timeline("job_1")
        snapshot.timeline("job_1", newest=True)
        snapshot.receipt("click-1")
        snapshot.receipts()
    storage.keep_cursor(ACME, "mailer", Cursor(0))
    storage.keep_cursor(ACME, "mailer", Cursor(0, 2))
    storage.cursor(ACME, "mailer")
    storage.events(ACME)
    storage.epoch(ACME)
    with storage.restoring(OTHER, epoch=2, consumers=["mailer"]) as books:
        books.put(records=one_of_each())
    for due_on in (None, MARCH_2):
        for behind in (None, "mailer"):
            storage.companies(due_on=due_on, behind=behind)


def test_what_is_said_is_what_stands_in_the_inventory(said: list[str]) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text("".join(f"{each}\n" for each in said))
    assert said == GOLDEN.read_text().splitlines()


def test_nothing_that_can_be_said_is_missing_in_the_inventory(said: list[str]) -> None:
    everything = [*vars(statements).values(), *OF_ALL_COMPANIES]
    for each in statements.STATEMENTS.values():
        everything += [each.load, each.version, each.delete]
        everything += [one for asked in (*each.bodies.values(), *each.rows.values()) for one in attrs.astuple(asked)]
    fixed = [compiled(each) for each in everything if isinstance(each, Select | Delete)]
    assert len(fixed) > 100
    assert set(fixed) <= set(said)
    for table in TABLES:
        for verb in ("INSERT INTO", "UPDATE"):
            is_said = any(each.startswith(f"{verb} {table.name} ") for each in said)
            is_never_changed = table.name in ("plannit_event", "plannit_receipt", "plannit_external_key")
            assert is_said == (verb == "INSERT INTO" or not is_never_changed)


def test_each_statement_names_one_company_by_equality(said: list[str]) -> None:
    exceptions = {*OF_NO_COMPANY.values(), VERSION, PATIENCE, *map(compiled, OF_ALL_COMPANIES)}
    for each in set(said) - exceptions:
        assert parameter_of(each) == ("company" if each.startswith("INSERT") else "in_company")
    assert exceptions <= set(said)


def test_what_sees_more_than_one_company_gives_nothing_but_ids() -> None:
    for each in OF_ALL_COMPANIES:
        assert [column.name for column in each.selected_columns] == ["company"]


def test_every_key_begins_with_the_company() -> None:
    for table in TABLES:
        constraints = [
            each
            for each in table.constraints
            if isinstance(each, PrimaryKeyConstraint | UniqueConstraint | ForeignKeyConstraint)
        ]
        assert len(constraints) >= 1
        for key in (*constraints, *table.indexes):
            assert next(iter(key.columns)).name == "company", key.name


def test_the_database_has_these_keys_and_no_other() -> None:
    """As PostgreSQL itself tells: primary, unique, foreign keys and all indexes begin with the company."""
    with database() as engine, engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT c.relname, i.relname, a.attname FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid "
            "JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0] "
            "WHERE starts_with(c.relname, 'plannit') AND c.relname <> 'plannit_version'"
        ).all()
        others = connection.exec_driver_sql(
            "SELECT contype, conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid "
            "WHERE starts_with(t.relname, 'plannit') AND contype NOT IN ('p', 'u', 'n')"
        ).all()
        sequences = connection.exec_driver_sql("SELECT relname FROM pg_class WHERE relkind IN ('S', 'v', 'm')").all()
    assert len(found) >= len(TABLES)
    assert {first for _, _, first in found} == {"company"}
    assert others == []
    assert [name for (name,) in sequences if name.startswith("plannit")] == []


def test_keys_are_ordered_by_code_point_whatever_the_database_speaks() -> None:
    for table in TABLES:
        ddl = str(CreateTable(table).compile(dialect=DIALECT))
        keyed = {column.name for key in (*table.constraints, *table.indexes) for column in key.columns}
        for name in keyed:
            if isinstance(table.c[name].type, Text):
                assert re.search(rf'^\s+"?{name}"? TEXT COLLATE "C"', ddl, re.MULTILINE), (table.name, name)


def test_nothing_is_used_that_machines_cannot_share(said: list[str]) -> None:
    everything = [*said, *(str(CreateTable(table).compile(dialect=DIALECT)) for table in TABLES)]
    for word in FORBIDDEN:
        assert [each for each in everything if re.search(rf"\b{word}\b", each, re.IGNORECASE)] == []
