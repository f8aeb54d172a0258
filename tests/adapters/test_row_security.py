"""`SqlStorage` under row-level security: the whole kit, what a statement sees that forgets its company, and where that ends."""

from __future__ import annotations

from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen
from psycopg.errors import ForeignKeyViolation, InsufficientPrivilege
from sqlalchemy import Connection, NullPool, create_engine, event
from sqlalchemy.exc import ProgrammingError

from adapters.router import plain
from adapters.test_conformance_sql import MANY, SOON, host_connection
from adapters.test_sql_statements import GOLDEN, do_everything
from databases import connected, drop_tables, guard, guarded, restricted_role, schema_of
from plannit_core import Conflict, StorageError
from plannit_core.adapters.sql import SqlStorage, metadata, row_level_security
from plannit_core.backup import exported
from plannit_core.cursors import Cursor
from plannit_core.ports import EVERY
from plannit_core.testing import StorageConformance
from plannit_core.testing.samples import (
    ACME,
    JUNE_15,
    OTHER,
    commit,
    contact,
    drafted,
    found,
    ids,
    invoice,
    one_of_each,
    store,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import psycopg
    from sqlalchemy import URL

TABLES = tuple(metadata.tables)
SAY = "SELECT set_config('plannit.company', %s, %s)"
NOT_SAID = ((None,), ("",))
_numbers = count(1)


@pytest.mark.usefixtures("fewer_examples")
class TestSqlStorageUnderRowLevelSecurityOnPostgresql(StorageConformance):
    """One place for all checks, emptied before each: to make tables takes longer than a check."""

    @pytest.fixture(autouse=True)
    def empty(self) -> None:
        guard(guarded("kit")[0])

    def open_storage(self, where: Path) -> SqlStorage:
        return SqlStorage(guarded("kit")[1], row_level_security=True, timeout=60, connections=MANY)

    def open_impatient(self, where: Path) -> SqlStorage:
        return SqlStorage(guarded("kit")[1], row_level_security=True, timeout=SOON)

    def host_connection(self, where: Path) -> Connection:
        return host_connection(guarded("kit")[1])

    def spoil(self, where: Path) -> None:
        drop_tables(guarded("kit")[0])


@frozen
class Guarded:
    """Tables under row-level security: for their owner, a superuser; for the restricted role; and a storage of that role."""

    owner: URL
    url: URL
    storage: SqlStorage


@pytest.fixture
def empty() -> Iterator[Guarded]:
    owner, url = guarded(f"guarded_{next(_numbers)}")
    guard(owner)
    storage = SqlStorage(url, row_level_security=True, connections=2)
    yield Guarded(owner, url, storage)
    storage.close()


@pytest.fixture
def books(empty: Guarded) -> Guarded:
    """Two companies, with a row in every table at least."""
    for company in (ACME, OTHER):
        store(empty.storage, *one_of_each(), events=(drafted(invoice()),), key="click-1", company=company)
        empty.storage.keep_cursor(company, "mailer", Cursor(0))
    return empty


def columns_of(name: str) -> list[str]:
    return [column.name for column in metadata.tables[name].columns]


def counted(connection: psycopg.Connection) -> dict[str, int]:
    return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in TABLES}


def test_a_statement_that_forgets_the_company_sees_nothing(books: Guarded) -> None:
    with connected(books.owner) as owner:
        assert min(counted(owner).values()) >= 2  # there is something to be seen
    with connected(books.url) as restricted:
        assert set(counted(restricted).values()) == {0}
        restricted.execute(SAY, ("", False))  # what comes back after a transaction that had said one
        assert set(counted(restricted).values()) == {0}
        with pytest.raises(InsufficientPrivilege):
            restricted.execute("INSERT INTO plannit_head VALUES ('', 0, 1)")


def test_one_that_says_it_sees_its_own_rows_and_no_others(books: Guarded) -> None:
    with connected(books.url) as restricted:
        restricted.execute(SAY, (ACME, False))
        for name in TABLES:
            assert restricted.execute(f"SELECT DISTINCT company FROM {name}").fetchall() == [(ACME,)], name


@pytest.mark.parametrize("said", ["", ACME])
def test_nothing_is_written_for_another_company(books: Guarded, said: str) -> None:
    with connected(books.owner) as owner, connected(books.url) as restricted:
        restricted.execute(SAY, (said, False))
        for name in TABLES:
            columns = ", ".join(f"'third' AS {each}" if each == "company" else each for each in columns_of(name))
            owner.execute(f"CREATE TABLE new AS SELECT {columns} FROM {name} WHERE company = '{OTHER}' LIMIT 1")
            owner.execute(f"GRANT SELECT ON new TO {restricted_role()}")
            with pytest.raises(InsufficientPrivilege):
                restricted.execute(f"INSERT INTO {name} SELECT * FROM new")
            owner.execute("DROP TABLE new")


@pytest.mark.parametrize("said", ["", ACME])
def test_nothing_of_another_company_is_changed(books: Guarded, said: str) -> None:
    with connected(books.owner) as owner, connected(books.url) as restricted:
        before = counted(owner)
        restricted.execute(SAY, (said, False))
        for name in TABLES:
            for verb in (f"UPDATE {name} SET company = company", f"DELETE FROM {name}"):
                assert restricted.execute(f"{verb} WHERE company = '{OTHER}'").rowcount == 0, name
            if said:
                with pytest.raises(InsufficientPrivilege):
                    restricted.execute(f"UPDATE {name} SET company = 'third'")
        assert counted(owner) == before


def test_after_each_transaction_the_connection_has_no_company_left(empty: Guarded) -> None:
    engine = create_engine(empty.url, pool_size=1, max_overflow=0)
    storage = SqlStorage(engine, row_level_security=True)
    store(storage, contact())
    uses = (
        lambda: store(storage, contact("2")),
        lambda: found(storage, "contact", "con_1"),
        lambda: storage.keep_cursor(ACME, "mailer", Cursor(0)),
        lambda: storage.position(ACME),
        lambda: list(storage.companies()),
    )
    for use in uses:
        use()
        with engine.connect() as connection:
            for name in ("plannit.company", "plannit.listing"):
                assert connection.exec_driver_sql(f"SELECT current_setting('{name}', true)").one() in NOT_SAID
            assert connection.exec_driver_sql("SELECT count(*) FROM plannit_head").scalar_one() == 0
    engine.dispose()


def test_the_lists_of_companies_see_ids_of_all_and_can_change_nothing(books: Guarded) -> None:
    store(books.storage, invoice("9", send_on=JUNE_15), company="third")
    assert list(books.storage.companies()) == [ACME, OTHER, "third"]
    assert list(books.storage.companies(due_on=JUNE_15, behind="mailer")) == [ACME, OTHER]
    with connected(books.url) as restricted:
        restricted.execute("SET plannit.listing = 'on'")
        seen = {name for name, rows in counted(restricted).items() if rows}
        assert seen == {"plannit_head", "plannit_invoice", "plannit_cursor"}
        assert restricted.execute("UPDATE plannit_head SET epoch = 9").rowcount == 0
        assert restricted.execute("SELECT * FROM plannit_head FOR UPDATE").fetchall() == []


def test_each_transaction_says_its_company_first_and_the_rest_is_what_is_said_without(empty: Guarded) -> None:
    heard: list[str] = []
    begun: list[str] = []
    engine = create_engine(empty.url)

    def listen(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        heard.append(plain(statement))
        if connection.info.pop("is_new", False):
            begun.append(plain(statement))

    storage, another = (SqlStorage(engine, row_level_security=True) for _ in range(2))
    event.listen(engine, "begin", lambda connection: connection.info.update(is_new=True))
    event.listen(engine, "before_cursor_execute", listen)
    do_everything(storage, another)
    engine.dispose()
    say = "SELECT set_config(%(setting)s::VARCHAR, %(said)s::VARCHAR, %(set_config_2)s) AS set_config_1"
    said = "SELECT current_setting(%(setting)s::VARCHAR, %(current_setting_2)s) AS current_setting_1"
    assert len(begun) > 20
    patiently = "SET LOCAL lock_timeout = 5000"  # which sees nothing
    assert set(begun) == {say, patiently, "SAVEPOINT plannit"}  # the last in the host's transaction
    assert all(then == say for now, then in pairwise(heard) if now == patiently)
    assert set(heard) - {*GOLDEN.read_text().splitlines()} == {say, said}


# ------------------------------------------------------------------------------------------------ in the host's transaction


def test_what_the_host_had_said_comes_back(books: Guarded) -> None:
    connection = host_connection(books.url)
    connection.exec_driver_sql("SET LOCAL plannit.company = 'acme'")
    joined = books.storage.joined(connection)

    def hosts() -> Any:
        return connection.exec_driver_sql("SELECT company FROM plannit_head").all()

    assert hosts() == [(ACME,)]
    with joined.reading(OTHER) as outer:
        store(joined, contact("2"), company="third")
        assert len(outer.select("contact", EVERY, "")) == 1
    assert hosts() == [(ACME,)]
    assert [joined.position(each) for each in (ACME, OTHER, "third")] == [1, 1, 0]
    assert list(joined.companies()) == [ACME, OTHER, "third"]
    with pytest.raises(ZeroDivisionError), joined.writing(OTHER):
        raise ZeroDivisionError
    assert hosts() == [(ACME,)]
    connection.commit()
    assert connection.exec_driver_sql("SELECT current_setting('plannit.company', true)").one() in NOT_SAID
    connection.close()
    assert ids(books.storage, "contact", EVERY, "", company="third") == ["con_2"]


def test_companies_side_by_side_in_a_hosts_transaction_each_see_their_own(books: Guarded) -> None:
    """The one that was begun first speaks while the other is open; it would see nothing, and a backup would be empty."""
    connection = host_connection(books.url)
    joined = books.storage.joined(connection)
    with joined.writing(ACME) as first, joined.writing(OTHER) as second:
        for number, (transaction, company) in enumerate([(first, ACME), (second, OTHER), (first, ACME)]):
            assert transaction.position() == joined.position(company) == 1
            transaction.write(commit(contact(f"new-{number}"), key=f"new-{number}"))
        with pytest.raises(Conflict), joined.writing("third") as third:
            third.write(commit(contact("1"), contact("1")))
        seen = [[str(each.id) for each in books.select("contact", EVERY, "")] for books in (first, second)]
    assert seen == [["con_1", "con_new-0", "con_new-2"], ["con_1", "con_new-1"]]
    at_once = list(zip(*(exported(joined, company) for company in (ACME, OTHER)), strict=False))
    assert len(at_once) > 6
    assert [first for first, _ in at_once] == list(exported(joined, ACME))[: len(at_once)]
    connection.commit()
    connection.close()


def test_a_hosts_own_failure_inside_is_told_as_it_is(books: Guarded) -> None:
    connection = host_connection(books.url)
    point = connection.begin_nested()
    with pytest.raises(ProgrammingError, match="nowhere"), books.storage.joined(connection).reading(ACME):
        connection.exec_driver_sql("SELECT * FROM nowhere")
    point.rollback()
    assert connection.exec_driver_sql("SELECT count(*) FROM plannit_head").scalar_one() == 0
    connection.close()


def test_a_foreign_key_of_the_hosts_holds_the_company_too(books: Guarded) -> None:
    """PostgreSQL looks past row-level security when it checks one: a key without the company would find strangers."""
    role = restricted_role()
    store(books.storage, contact("own"), company=OTHER)
    with connected(books.owner) as owner:
        owner.execute(
            "CREATE TABLE lead (company text, contact text, "
            "FOREIGN KEY (company, contact) REFERENCES plannit_contact (company, id))"
        )
        owner.execute(f"GRANT INSERT ON lead TO {role}")
    with connected(books.url) as restricted:
        restricted.execute("INSERT INTO lead VALUES ('acme', 'con_1')")  # it forgets to say the company
        with pytest.raises(ForeignKeyViolation):
            restricted.execute("INSERT INTO lead VALUES ('acme', 'con_own')")


# ---------------------------------------------------------------------------------------------------- where it is set up


def test_the_script_guards_every_table_and_may_be_run_again(empty: Guarded) -> None:
    with connected(empty.owner) as owner:
        for statement in row_level_security(restricted_role()):
            owner.execute(statement)
        found_tables = owner.execute(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind = 'r' "
            "AND relnamespace = %s::regnamespace",
            (schema_of(empty.owner),),
        ).fetchall()
    assert {name for name, *both in found_tables if both == [True, True]} == {*TABLES}
    assert {name for name, *both in found_tables if both != [True, True]} == {"plannit_version"}
    store(empty.storage, contact())
    assert found(empty.storage, "contact", "con_1") == contact()


def test_the_name_of_a_role_is_quoted() -> None:
    assert row_level_security('a"b')[0] == 'GRANT SELECT ON plannit_version TO "a""b";'


def test_a_storage_and_a_database_that_do_not_agree_are_refused(empty: Guarded, tmp_path: Path) -> None:
    """Else books would look empty, or nobody would be held to anything."""
    for database, is_asked in ((empty.url, False), (empty.owner, True), (f"sqlite:///{tmp_path}/books.db", True)):
        with pytest.raises(StorageError) as no:
            SqlStorage(database, row_level_security=is_asked)
        assert no.value.code == "storage.row-security"
    SqlStorage(empty.owner).close()


# ---------------------------------------------------------------------------------------------------------- where it ends


def test_the_restricted_role_cannot_take_it_away(empty: Guarded) -> None:
    with connected(empty.url) as restricted:
        for statement in (
            "ALTER TABLE plannit_head DISABLE ROW LEVEL SECURITY",
            "DROP POLICY plannit_company ON plannit_head",
            "CREATE POLICY mine ON plannit_head USING (true)",
            "TRUNCATE plannit_head",
            "DROP TABLE plannit_head",
            "DELETE FROM plannit_version",
        ):
            with pytest.raises(InsufficientPrivilege):
                restricted.execute(statement)


def test_the_owner_is_held_to_it_and_can_take_it_away(books: Guarded) -> None:
    with connected(books.owner) as superuser:
        superuser.execute(f"ALTER TABLE plannit_head OWNER TO {restricted_role()}")
    with connected(books.url) as owner:
        assert counted(owner)["plannit_head"] == 0
        owner.execute("ALTER TABLE plannit_head NO FORCE ROW LEVEL SECURITY")
        assert counted(owner)["plannit_head"] == 2


def test_hostile_sql_may_say_any_company(books: Guarded) -> None:
    """What is not promised."""
    with connected(books.url) as restricted:
        restricted.execute(SAY, (ACME, False))
        hostile = "SELECT body FROM plannit_contact, (SELECT set_config('plannit.company', 'other', false)) AS said"
        restricted.execute(hostile)
        assert restricted.execute("SELECT DISTINCT company FROM plannit_contact").fetchall() == [(OTHER,)]


def test_a_dump_by_the_restricted_role_is_refused_and_not_short(books: Guarded) -> None:
    with connected(books.url) as restricted:
        restricted.execute("SET row_security = off")  # as pg_dump does
        with pytest.raises(InsufficientPrivilege):
            restricted.execute("SELECT * FROM plannit_head")


def test_statements_keep_their_indexes(books: Guarded) -> None:
    """What the statement compares may be looked at before the policy is."""
    with connected(books.url) as restricted:
        restricted.execute("SET enable_seqscan = off")
        for name, column in (("plannit_receipt", "key"), ("plannit_cursor", "consumer")):
            asked = f"SELECT * FROM {name} WHERE company = 'acme' AND {column} = '1'"
            plan = [line for (line,) in restricted.execute(f"EXPLAIN {asked}")]
            [condition] = [line for line in plan if "Index Cond: " in line]
            assert "(company = 'acme'" in condition
            assert f"({column} = '1'" in condition


def test_a_superuser_passes_by_it(books: Guarded) -> None:
    engine = create_engine(books.owner, poolclass=NullPool)
    with engine.connect() as superuser:
        assert superuser.exec_driver_sql("SELECT count(*) FROM plannit_head").scalar_one() == 2
