"""`SqlStorage` inside the host's own transaction: of SQLAlchemy (a connection, a session), of the driver, or of Django."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import django
import psycopg
import pytest
from django.conf import settings
from django.db import connections, transaction
from django.db.utils import ConnectionHandler
from django.utils.functional import empty
from psycopg.rows import dict_row
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from databases import connected, database, on_postgresql
from plannit_core import Conflict, Plannit, StorageError, presets
from plannit_core import commands as c
from plannit_core.adapters.sql import SqlStorage
from plannit_core.cursors import Cursor
from plannit_core.errors import Unavailable
from plannit_core.ports import EVERY
from plannit_core.testing.samples import ACME, MARCH_2, commit, contact, drafted, found, ids, invoice, store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    Begin = Callable[[], AbstractContextManager["Visitor"]]


class Visitor:
    """A host in its own transaction.

    Attributes:
        connection: What it lends us.
        run: Runs a statement of its own and gives the rows.
        commit: Ends the transaction.
        rollback: Ends it the other way.
    """

    def __init__(self, connection: Any, execute: Any, commit: Any, rollback: Any) -> None:
        self.connection = connection
        self._execute = execute
        self.commit = commit
        self.rollback = rollback

    def visit(self) -> None:
        self._execute("INSERT INTO visits (place) VALUES ('Rosemont')")

    def visits(self) -> int:
        return self._execute("SELECT count(*) FROM visits").fetchone()[0]


def over_connection(engine: Engine, stack: ExitStack) -> Visitor:
    connection = stack.enter_context(engine.connect())
    connection.begin()
    return Visitor(connection, connection.exec_driver_sql, connection.commit, connection.rollback)


def over_session(engine: Engine, stack: ExitStack) -> Visitor:
    session = stack.enter_context(Session(engine))
    return Visitor(session.connection(), lambda said: session.execute(text(said)), session.commit, session.rollback)


def over_driver(engine: Engine, stack: ExitStack) -> Visitor:
    if engine.name == "sqlite":
        driver: Any = sqlite3.connect(engine.url.database, isolation_level=None)
        driver.row_factory = sqlite3.Row
        driver.execute("BEGIN")
    else:
        driver = connected(engine.url)
        driver.autocommit = False
    stack.callback(driver.close)
    return Visitor(driver, driver.execute, driver.commit, driver.rollback)


def over_django(engine: Engine, stack: ExitStack) -> Visitor:
    """Inside `transaction.atomic()`, whose connection is the driver's own, as Django has set it up."""
    stack.enter_context(django_settings())
    to = engine.url.translate_connect_args(
        database="NAME", username="USER", password="PASSWORD", host="HOST", port="PORT"
    )
    to["HOST"] = to.get("HOST") or engine.url.query.get("host", "")
    backend = {"sqlite": "sqlite3", "postgresql": "postgresql"}[engine.name]
    database = ConnectionHandler({"default": {"ENGINE": f"django.db.backends.{backend}", **to}})["default"]
    connections["default"] = database
    stack.callback(connections.__delitem__, "default")
    stack.callback(database.close)
    block = stack.enter_context(ExitStack())
    block.enter_context(transaction.atomic())

    def execute(said: str) -> Any:
        cursor = database.cursor()
        cursor.execute(said)
        return cursor

    def rollback() -> None:
        if database.in_atomic_block:
            transaction.set_rollback(True)
        block.close()

    return Visitor(database.connection, execute, block.close, rollback)


@contextmanager
def django_settings() -> Iterator[None]:
    """Django's own defaults, and none afterwards: another test may have settings of its own."""
    settings.configure()
    django.setup()
    try:
        yield
    finally:
        settings._wrapped = empty


HOSTS = {"a connection": over_connection, "a session": over_session, "the driver": over_driver, "Django": over_django}


@pytest.fixture(params=["postgresql", "sqlite"])
def engine(request: pytest.FixtureRequest, file: Path) -> Iterator[Engine]:
    """That of the storage and of its host."""
    with ExitStack() as stack:
        if request.param == "postgresql":
            made = stack.enter_context(database())
        else:
            storage = SqlStorage(f"sqlite:///{file}")
            stack.callback(storage.close)
            made = storage._sessions.engine
        with made.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE visits (place TEXT)")
        yield made
        with made.begin() as connection:
            connection.exec_driver_sql("DROP TABLE visits")


@pytest.fixture
def office(engine: Engine) -> SqlStorage:
    return SqlStorage(engine)


@pytest.fixture(params=HOSTS)
def begin(request: pytest.FixtureRequest, engine: Engine) -> Begin:
    """`with begin() as host`: a host in a transaction, undone at the end if it is still open; once for each kind."""

    @contextmanager
    def begun() -> Iterator[Visitor]:
        with ExitStack() as stack:
            host = HOSTS[request.param](engine, stack)
            stack.callback(host.rollback)
            yield host

    return begun


def visits(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM visits").scalar_one()


class TestTheHostDecides:
    def test_what_was_written_is_stored_when_the_host_commits(
        self, office: SqlStorage, engine: Engine, begin: Begin
    ) -> None:
        with begin() as host:
            host.visit()
            store(office.joined(host.connection), contact(), events=(drafted(invoice()),), key="click-1")
            assert found(office, "contact", "con_1") is None
            host.commit()
        assert found(office, "contact", "con_1") == contact()
        assert office.position(ACME) == 1
        assert visits(engine) == 1

    def test_nothing_is_stored_when_the_host_rolls_back(self, office: SqlStorage, engine: Engine, begin: Begin) -> None:
        with begin() as host:
            host.visit()
            store(office.joined(host.connection), contact(), events=(drafted(invoice()),))
            host.rollback()
        assert found(office, "contact", "con_1") is None
        assert office.companies() == []
        assert visits(engine) == 0

    def test_nothing_is_stored_when_ours_is_the_first_word_and_the_host_rolls_back(
        self, office: SqlStorage, begin: Begin
    ) -> None:
        with begin() as host:
            store(office.joined(host.connection), contact())
            host.rollback()
        assert office.companies() == []

    def test_a_savepoint_of_the_hosts_that_is_rolled_back_takes_ours_with_it(
        self, office: SqlStorage, engine: Engine, begin: Begin
    ) -> None:
        with begin() as host:
            host.visit()
            store(office.joined(host.connection), contact("1"))
            host._execute("SAVEPOINT theirs")
            store(office.joined(host.connection), contact("2"))
            host._execute("ROLLBACK TO SAVEPOINT theirs")
            store(office.joined(host.connection), contact("3"))
            host.commit()
        assert ids(office, "contact", EVERY, "") == ["con_1", "con_3"]
        assert visits(engine) == 1

    def test_a_failure_inside_undoes_what_was_ours_and_nothing_of_the_hosts(
        self, office: SqlStorage, begin: Begin
    ) -> None:
        with begin() as host:
            host.visit()
            joined = office.joined(host.connection)
            store(joined, contact("1"))
            with pytest.raises(ZeroDivisionError), joined.writing(ACME) as txn:
                txn.write(commit(contact("2")))
                raise ZeroDivisionError
            with pytest.raises(Conflict) as taken:
                store(joined, contact("3"), contact("1"))
            assert (taken.value.id, taken.value.found) == ("con_1", 1)
            store(joined, contact("4"))
            assert host.visits() == 1
            host.commit()
        assert ids(office, "contact", EVERY, "") == ["con_1", "con_4"]

    def test_a_swallowed_failure_is_undone_and_told_again(self, office: SqlStorage, begin: Begin) -> None:
        store(office, contact("2"))
        with begin() as host:
            with pytest.raises(Conflict), office.joined(host.connection).writing(ACME) as txn:
                with pytest.raises(Conflict):
                    txn.write(commit(contact("1"), contact("2")))
                with pytest.raises(Conflict):
                    txn.load("contact", "con_1")
            host.commit()
        assert ids(office, "contact", EVERY, "") == ["con_2"]

    def test_everything_else_works_inside_too(self, office: SqlStorage, begin: Begin) -> None:
        store(office, contact("1"), events=(drafted(invoice()),))
        with begin() as host:
            joined = office.joined(host.connection)
            store(joined, invoice(send_on=MARCH_2), events=(drafted(invoice()),))
            joined.keep_cursor(ACME, "mailer", Cursor(2))
            with pytest.raises(Conflict):
                joined.keep_cursor(ACME, "mailer", Cursor(3))
            assert found(joined, "contact", "con_1") == contact("1")
            assert [each.position for each in joined.events(ACME)] == [1, 2]
            assert (joined.position(ACME), joined.cursor(ACME, "mailer")) == (2, Cursor(2))
            assert joined.companies(due_on=MARCH_2) == [ACME]
            assert joined.companies(behind="mailer") == []
            with joined.reading(ACME) as snapshot:
                assert [row["send_on"] for row in snapshot.figures("invoice", EVERY, "")] == [MARCH_2]
            assert found(joined.joined(host.connection), "invoice", "inv_1") == invoice(send_on=MARCH_2)
            host.rollback()
        assert (office.position(ACME), office.cursor(ACME, "mailer")) == (1, None)

    def test_commands_go_with_the_hosts_own_rows(self, office: SqlStorage, engine: Engine, begin: Begin) -> None:
        app = Plannit(office, company=ACME)
        app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
        with begin() as host:
            host.visit()
            with app.within(host.connection) as here:
                here.do(c.AddContact("Ada Byron"), key="click-1")
            host.commit()
        assert visits(engine) == 1
        assert app.do(c.AddContact("Ada Byron"), key="click-1").name == "Ada Byron"
        assert office.position(ACME) == 2


class TestDjango:
    def test_an_inner_block_that_fails_takes_ours_with_it(self, office: SqlStorage, engine: Engine) -> None:
        with ExitStack() as stack:
            host = over_django(engine, stack)
            joined = office.joined(host.connection)
            store(joined, contact("1"))
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                host.visit()
                store(joined, contact("2"))
                raise ZeroDivisionError
            store(joined, contact("3"))
            host.commit()
        assert ids(office, "contact", EVERY, "") == ["con_1", "con_3"]
        assert visits(engine) == 0

    def test_outside_of_a_block_there_is_nothing_to_join(self, office: SqlStorage, engine: Engine) -> None:
        with ExitStack() as stack:
            host = over_django(engine, stack)
            host.commit()
            assert refusal(office, host.connection) == "storage.not-in-transaction"


class TestTheTurn:
    def test_it_is_the_hosts_until_it_ends(self, engine: Engine, begin: Begin) -> None:
        impatient = SqlStorage(engine.url, timeout=0.02)
        with begin() as host:
            store(impatient.joined(host.connection), contact())
            with pytest.raises(Unavailable) as busy:
                store(impatient, contact("2"))
            assert busy.value.code == "storage.busy"
            host.commit()
        store(impatient, contact("2"))
        impatient.close()

    def test_an_engine_of_the_hosts_that_says_nothing_of_locks_is_not_waited_for_without_end(self) -> None:
        with database() as known, ExitStack() as stack:
            engine = create_engine(known.url)
            stack.callback(engine.dispose)
            storage = SqlStorage(engine)
            assert storage._sessions._begin_writing == "SET LOCAL lock_timeout = 5000"
            storage._sessions._begin_writing = "SET LOCAL lock_timeout = 20"  # so that nobody waits here
            host = over_connection(engine, stack)
            store(storage.joined(host.connection), contact())
            with pytest.raises(Unavailable) as busy:
                store(storage, contact("2"))
            assert busy.value.code == "storage.busy"
            host.commit()
            store(storage, contact("2"))
            with engine.connect() as connection:
                assert connection.exec_driver_sql("SHOW lock_timeout").scalar_one() == "0"

    def test_what_the_host_says_of_locks_in_its_transaction_holds(self) -> None:
        """Also when a company is made by who will not wait."""
        with database() as engine, engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = 1234")
            with SqlStorage(engine).joined(connection).writing(ACME, wait=False) as txn:
                txn.write(commit(contact()))
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar_one() == "1234ms"

    def test_what_the_hosts_engine_says_of_locks_holds(self) -> None:
        with database() as engine:
            hasty = create_engine(engine.url, connect_args={"options": "-clock_timeout=20"})
            assert SqlStorage(hasty)._sessions._begin_writing == ""
            hasty.dispose()

    def test_a_decision_is_not_taken_on_what_is_old(self, office: SqlStorage, engine: Engine) -> None:
        """A host that looked before others wrote, and goes on seeing what it saw, is told to look again."""
        store(office, contact())
        with engine.connect().execution_options(**SNAPSHOTS[engine.name]) as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM plannit_contact").scalar_one() == 1
            if engine.name == "sqlite":
                connection.rollback()
                connection.exec_driver_sql("BEGIN")
                connection.exec_driver_sql("SELECT count(*) FROM plannit_contact").all()
            store(office, contact("2"))
            with pytest.raises((Conflict, Unavailable)):
                store(office.joined(connection), contact("3"))
            connection.rollback()
        assert ids(office, "contact", EVERY, "") == ["con_1", "con_2"]

    def test_a_host_that_looked_before_the_company_was_there_is_told_to_look_again(self, office: SqlStorage) -> None:
        engine = office._sessions.engine
        if engine.name == "sqlite":
            return  # where such a host is told in the test above
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            assert visits_by(connection) == 0
            store(office, contact())
            with pytest.raises(Conflict):
                store(office.joined(connection), contact("2"))


SNAPSHOTS: dict[str, dict[str, str]] = {"postgresql": {"isolation_level": "REPEATABLE READ"}, "sqlite": {}}


def visits_by(connection: Any) -> int:
    return connection.exec_driver_sql("SELECT count(*) FROM visits").scalar_one()


class TestWhatCannotBeJoined:
    def test_a_connection_that_is_in_no_transaction(self, office: SqlStorage, engine: Engine) -> None:
        with engine.connect() as connection:
            assert refusal(office, connection) == "storage.not-in-transaction"
            connection.begin()
            connection.commit()
            assert refusal(office, connection) == "storage.not-in-transaction"

    def test_a_connection_of_the_driver_that_is_in_no_transaction(self, office: SqlStorage, engine: Engine) -> None:
        driver: Any = sqlite3.connect(engine.url.database) if engine.name == "sqlite" else connected(engine.url)
        assert refusal(office, driver) == "storage.not-in-transaction"
        driver.close()

    def test_a_transaction_that_the_host_has_ended_since(self, office: SqlStorage, engine: Engine) -> None:
        with engine.connect() as connection:
            connection.begin()
            joined = office.joined(connection)
            connection.commit()
            for use in (lambda: store(joined, contact()), lambda: found(joined, "contact", "con_1")):
                with pytest.raises(StorageError) as no:
                    use()
                assert no.value.code == "storage.not-in-transaction"

    def test_a_transaction_that_the_host_ends_under_our_feet(self, office: SqlStorage, begin: Begin) -> None:
        with begin() as host:
            with pytest.raises(StorageError) as no, office.joined(host.connection).writing(ACME) as txn:
                txn.write(commit(contact()))
                host.rollback()
            assert no.value.code == "storage.failed"
        assert found(office, "contact", "con_1") is None

    def test_a_connection_of_another_kind(self, office: SqlStorage, engine: Engine, tmp_path: Path) -> None:
        assert refusal(office, object()) == "storage.cannot-join"
        if engine.name == "postgresql":
            assert refusal(office, sqlite3.connect(tmp_path / "other.db")) == "storage.cannot-join"
            other = SqlStorage(f"sqlite:///{tmp_path / 'other.db'}")
            with other._sessions.engine.begin() as connection:
                assert refusal(office, connection) == "storage.cannot-join"
            other.close()

    def test_a_connection_whose_answers_come_later(self) -> None:
        with on_postgresql() as office, office._sessions.engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("SELECT 1")
            driver: Any = connection.connection.driver_connection
            with driver.pipeline():
                assert refusal(office, driver) == "storage.cannot-join"
                assert refusal(office, connection) == "storage.cannot-join"
            store(office.joined(driver), contact())

    def test_after_closing_the_hosts_connection_is_still_the_hosts(
        self, office: SqlStorage, engine: Engine, begin: Begin
    ) -> None:
        with begin() as host:
            joined = office.joined(host.connection)
            joined.close()
            with pytest.raises(StorageError) as closed:
                store(joined, contact())
            assert closed.value.code == "storage.closed"
            host.visit()
            host.commit()
        assert visits(engine) == 1
        store(office, contact())


def refusal(storage: SqlStorage, connection: Any) -> str:
    with pytest.raises(StorageError) as no:
        storage.joined(connection)
    return no.value.code


def test_a_host_on_autocommit_is_refused() -> None:
    with database() as engine, engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.begin()
        assert refusal(SqlStorage(engine), connection) == "storage.not-in-transaction"


def test_a_host_on_autocommit_that_has_begun_by_itself_may_join() -> None:
    """As with `connection.transaction()` of psycopg; and its rows are dictionaries."""
    with database() as engine, connected(engine.url) as driver:
        driver.row_factory = dict_row
        office = SqlStorage(engine)
        with pytest.raises(ZeroDivisionError), driver.transaction():
            store(office.joined(driver), contact("1"))
            raise ZeroDivisionError
        with driver.transaction():
            store(office.joined(driver), contact("2"))
            with driver.transaction():
                store(office.joined(driver), contact("3"))
                raise psycopg.Rollback
        assert ids(office, "contact", EVERY, "") == ["con_2"]
        assert driver.execute("SELECT 1 AS one").fetchone() == {"one": 1}
