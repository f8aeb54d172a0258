"""`SqlStorage` on three databases behind a router that refuses what does not name exactly one company: the whole kit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, NullPool, select

from adapters.router import NotRouted, place_of, router_engine
from adapters.test_conformance_sql import MANY, SOON
from databases import connected, drop_tables, emptied, schema
from plannit_core.adapters.sql import SqlStorage, books, metadata
from plannit_core.adapters.sql.statements import ADD_HEAD
from plannit_core.adapters.sql.tables import HEAD
from plannit_core.cursors import Cursor
from plannit_core.testing import StorageConformance
from plannit_core.testing.samples import (
    ACME,
    JUNE_15,
    MARCH_2,
    OTHER,
    contact,
    drafted,
    found,
    invoice,
    one_of_each,
    store,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import URL

PLACES = 3
COMPANIES = [f"company_{number}" for number in range(12)]


def databases(name: str) -> tuple[URL, ...]:
    """The same schema in three databases."""
    return tuple(schema(name, of=f"place_{number}") for number in range(PLACES))


class Distributed(SqlStorage):
    """It makes no tables: they are there on every machine before."""

    def __init__(self, urls: tuple[URL, ...], timeout: float, **options: Any) -> None:
        limit = f"-clock_timeout={int(timeout * 1_000)}"
        patient = (url.update_query_dict({"options": f"{url.query['options']} {limit}"}) for url in urls)
        super().__init__(router_engine(patient, max_overflow=0, pool_timeout=timeout, **options), creates_tables=False)

    def close(self) -> None:
        super().close()
        self._sessions.engine.dispose()


@pytest.mark.usefixtures("fewer_examples")
class TestSqlStorageOnThreeDatabasesOfPostgresql(StorageConformance):
    """One place for all checks, emptied before each: to make tables takes longer than a check."""

    @pytest.fixture(autouse=True)
    def empty(self) -> None:
        for url in databases("kit"):
            emptied(url)

    def open_storage(self, where: Path) -> SqlStorage:
        return Distributed(databases("kit"), 60, pool_size=MANY)

    def open_impatient(self, where: Path) -> SqlStorage:
        return Distributed(databases("kit"), SOON, pool_size=15)

    def host_connection(self, where: Path) -> Connection:
        connection = router_engine(databases("kit"), poolclass=NullPool).connect()
        connection.begin()
        return connection

    def spoil(self, where: Path) -> None:
        for url in databases("kit"):
            drop_tables(url)


@pytest.fixture
def urls() -> tuple[URL, ...]:
    return tuple(emptied(url) for url in databases("routed"))


@pytest.fixture
def storage(urls: tuple[URL, ...]) -> Iterator[SqlStorage]:
    opened = Distributed(urls, 5, pool_size=2)
    yield opened
    opened.close()


def companies_in(url: URL) -> set[str]:
    """Of all tables."""
    with connected(url) as connection:
        tables = [connection.execute(f"SELECT DISTINCT company FROM {name}").fetchall() for name in metadata.tables]
    return {company for rows in tables for (company,) in rows}


def test_each_company_is_in_one_database_and_every_database_has_some(
    urls: tuple[URL, ...], storage: SqlStorage
) -> None:
    for company in COMPANIES:
        store(storage, *one_of_each(), events=(drafted(invoice()),), key="click-1", company=company)
        storage.keep_cursor(company, "mailer", Cursor(0))
    for place, url in enumerate(urls):
        here = companies_in(url)
        assert here == {company for company in COMPANIES if place_of(company, PLACES) == place}
        assert here
    assert place_of(ACME, PLACES) != place_of(OTHER, PLACES)  # the kit's own


def test_the_lists_of_companies_ask_every_database(storage: SqlStorage) -> None:
    for company in COMPANIES:
        store(storage, invoice(send_on=JUNE_15), events=(drafted(invoice()),), company=company)
    storage.keep_cursor("company_3", "mailer", Cursor(1))
    due = [name for name in sorted(COMPANIES) if name != "company_3"]
    assert list(storage.companies()) == sorted(COMPANIES)
    assert list(storage.companies(due_on=JUNE_15, behind="mailer")) == due
    assert list(storage.companies(due_on=MARCH_2)) == []


# ------------------------------------------------------------------------------------------------------- what is refused

FORGETFUL = (
    "SELECT position FROM plannit_head",
    "SELECT plannit_job.body FROM plannit_job WHERE plannit_job.id = %(of_id)s",
    "SELECT plannit_job.body FROM plannit_job WHERE plannit_job.company > %(in_company)s",
    "SELECT plannit_job.body FROM plannit_job WHERE plannit_job.company = %(in_company)s OR true",
    "SELECT plannit_job.body FROM plannit_job WHERE plannit_job.company = %(of_id)s",
    "SELECT 1 FROM plannit_job JOIN plannit_quote ON plannit_quote.id = %(of_id)s WHERE plannit_job.company = %(in_company)s",
    "UPDATE plannit_head SET position = %(position)s",
    "DELETE FROM plannit_job WHERE plannit_job.id = %(of_id)s",
    "INSERT INTO plannit_head (position, epoch) VALUES (%(position)s, 1)",
    "INSERT INTO plannit_head (company, position, epoch) VALUES ('acme', %(position)s, 1)",
    "SELECT pg_catalog.length(plannit_job.body) FROM plannit_job",
    "LOCK TABLE plannit_head",
)
VALUES = {"in_company": ACME, "company": ACME, "of_id": "job_1", "position": 1}


@pytest.mark.parametrize("statement", FORGETFUL)
def test_a_statement_without_exactly_one_company_is_refused(storage: SqlStorage, statement: str) -> None:
    with storage._sessions.engine.connect() as connection, pytest.raises(NotRouted):
        connection.exec_driver_sql(statement, VALUES)


def test_a_storage_that_forgets_the_company_is_refused(storage: SqlStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    store(storage, contact())
    monkeypatch.setattr(books, "POSITION", select(HEAD.c.position))
    with pytest.raises(NotRouted):
        storage.position(ACME)


def test_one_statement_with_rows_of_two_companies_is_refused(storage: SqlStorage) -> None:
    rows = [{"company": company, "position": 0, "epoch": 1} for company in (ACME, OTHER)]
    with storage._sessions.engine.connect() as connection, pytest.raises(NotRouted):
        connection.execute(ADD_HEAD, rows)
    assert list(storage.companies()) == []


def test_a_second_company_in_one_transaction_is_refused_and_the_first_undone(storage: SqlStorage) -> None:
    connection = storage._sessions.engine.connect()
    connection.begin()
    joined = storage.joined(connection)
    store(joined, contact())
    with pytest.raises(NotRouted):
        store(joined, contact(), company=OTHER)
    connection.rollback()
    assert list(storage.companies()) == []
    connection.begin()
    store(joined, contact("2"), company=OTHER)  # in a transaction of its own
    connection.commit()
    connection.close()
    assert list(storage.companies()) == [OTHER]
    assert found(storage, "contact", "con_2", OTHER) == contact("2")
