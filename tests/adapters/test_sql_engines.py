"""`SqlStorage` on engines as hosts have them: made at once by many, forked, set up in their own way; and how much it says."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Engine, create_engine, event

from databases import database, new_database
from plannit_core import Conflict, StorageError
from plannit_core.adapters.sql import SqlStorage
from plannit_core.ports import EVERY
from plannit_core.testing.samples import ACME, OTHER, commit, contact, drafted, found, ids, invoice, store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import URL


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each gives, or its error, when all begin together."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        barrier.wait(30)
        try:
            results[number] = act()
        except Exception as error:  # noqa: BLE001  # looked at by the test
            results[number] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.fixture(params=["postgresql", "sqlite"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL | str]:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'office.db'}"
    else:
        with new_database() as url:
            yield url


class TestAtOnce:
    def test_all_that_open_an_empty_database_find_the_tables(self, empty: URL | str) -> None:
        opened = at_once(*[lambda: SqlStorage(empty)] * 4)
        for number, storage in enumerate(opened):
            assert isinstance(storage, SqlStorage), storage
            store(storage, contact(str(number)))
        assert ids(opened[0], "contact", EVERY, "") == [f"con_{number}" for number in range(4)]
        for storage in opened:
            storage.close()

    def test_all_that_write_a_company_for_the_first_time_have_their_turn(self, empty: URL | str) -> None:
        storage = SqlStorage(empty)
        for run in range(10):
            company = f"company-{run}"
            acts = [
                lambda tail=tail, company=company: store(
                    storage, contact(tail), events=(drafted(invoice()),), company=company
                )
                for tail in "abc"
            ]
            assert at_once(*acts) == [None, None, None]
            assert ids(storage, "contact", EVERY, "", company) == ["con_a", "con_b", "con_c"]
            assert storage.position(company) == 3
        storage.close()

    def test_one_that_gives_up_lets_the_next_make_the_company(self) -> None:
        """The second waits for the row that the first has made and takes back."""
        with database() as engine:
            storage = SqlStorage(engine)
            has_begun = threading.Event()

            def second() -> None:
                has_begun.wait(30)
                store(storage, contact("2"))

            thread = threading.Thread(target=second)
            thread.start()
            with pytest.raises(ZeroDivisionError), storage.writing(ACME) as txn:
                txn.write(commit(contact("1")))
                has_begun.set()
                thread.join(0.2)
                assert thread.is_alive()
                raise ZeroDivisionError
            thread.join(30)
            assert ids(storage, "contact", EVERY, "") == ["con_2"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_of_a_fork_has_connections_of_its_own() -> None:
    with database() as engine:
        storage = SqlStorage(engine.url)
        store(storage, contact("parent"))
        pid = os.fork()
        if pid == 0:
            try:
                store(storage, contact("child"))
                os._exit(0)
            finally:
                os._exit(1)
        for number in range(5):
            store(storage, contact(f"parent{number}"))
        assert os.waitpid(pid, 0)[1] == 0
        assert len(ids(storage, "contact", EVERY, "")) == 7
        storage.close()


# --------------------------------------------------------------------------------------------- SQLite, as hosts have it


def plain(engine: Engine) -> None:
    """As SQLAlchemy makes it."""


def with_begin(engine: Engine) -> None:
    """As SQLAlchemy's own documentation advises for savepoints: the driver begins nothing, each transaction says BEGIN."""

    @event.listens_for(engine, "connect")
    def connect(driver: Any, _: Any) -> None:
        driver.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")


def without_begin(engine: Engine) -> None:
    """The driver begins nothing."""

    @event.listens_for(engine, "connect")
    def connect(driver: Any, _: Any) -> None:
        driver.isolation_level = None


@pytest.fixture(params=[plain, with_begin, without_begin])
def hosts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'office.db'}", connect_args={"timeout": 0.05})
    request.param(engine)
    yield engine
    engine.dispose()


class TestAnEngineOfSqliteThatAHostHas:
    def test_readers_and_a_writer_work_at_once(self, hosts: Engine) -> None:
        storage = SqlStorage(hosts)
        store(storage, contact())
        with storage.reading(ACME) as before, storage.writing(ACME) as txn:
            txn.write(commit(contact(version=2)))
            assert before.load("contact", "con_1") == found(storage, "contact", "con_1") == contact()
        with storage.reading(ACME) as snapshot:
            store(storage, contact(version=3))
            assert snapshot.load("contact", "con_1") == contact(version=2)

    def test_writers_follow_one_another(self, hosts: Engine) -> None:
        storage = SqlStorage(hosts)
        with storage.writing(ACME), pytest.raises(StorageError) as busy:
            store(storage, contact(), company=OTHER)
        assert busy.value.code == "storage.busy"
        with storage.writing(ACME), pytest.raises(StorageError), storage.writing(OTHER, wait=False):
            pass
        store(storage, contact())

    def test_what_fails_leaves_no_trace(self, hosts: Engine) -> None:
        storage = SqlStorage(hosts)
        with pytest.raises(ZeroDivisionError), storage.writing(ACME) as txn:
            txn.write(commit(contact("1")))
            txn.write(commit(contact("2"), key="click-1"))
            raise ZeroDivisionError
        assert storage.companies() == []

    def test_it_waits_as_its_owner_wishes_afterwards_too(self, hosts: Engine) -> None:
        storage = SqlStorage(hosts)
        with storage.writing(ACME, wait=False):
            pass
        for _ in range(3):
            with hosts.connect() as connection:
                assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 50

    def test_a_host_in_its_own_transaction_decides(self, hosts: Engine) -> None:
        storage = SqlStorage(hosts)
        for commits in (False, True):
            with hosts.connect() as connection:
                connection.begin()
                store(storage.joined(connection), contact())
                connection.commit() if commits else connection.rollback()
            assert (found(storage, "contact", "con_1") is not None) == commits


# ------------------------------------------------------------------------------------------------------- how much it says


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    said: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    yield said
    event.remove(engine, "before_cursor_execute", listen)


def test_many_records_are_written_with_as_few_statements_as_one() -> None:
    with database() as engine:
        storage = SqlStorage(engine)
        store(storage, contact())
        for version in (1, 2):
            counts = []
            for many in (1, 200):
                records = [invoice(f"{many}-{number}", version=version) for number in range(many)]
                with counted(engine) as said:
                    store(storage, *records, events=(drafted(invoice()),) * many, key=f"{version}-{many}")
                counts.append([each.split()[:3] for each in said])
            one, two_hundred = counts
            assert one == two_hundred
            assert len(one) <= 6


@contextmanager
def traced(engine: Engine) -> Iterator[list[str]]:
    """What the only connection of an engine waits for an answer to, as PostgreSQL calls it: `Query` or `Sync`."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
    asked: list[str] = []
    with TemporaryFile("w+") as file:
        driver.pgconn.trace(file.fileno())
        yield asked
        driver.pgconn.untrace()
        file.seek(0)
        sent = [line.split("\t")[3].strip() for line in file if "\tF\t" in line]
    asked += [each for each in sent if each.startswith(("Query", "Sync"))]


@pytest.mark.skipif(sys.platform != "linux", reason="where psycopg can trace")
def test_what_a_command_stores_goes_to_postgresql_in_one_round_trip() -> None:
    with database() as tables:
        patience = {"options": "-c lock_timeout=5000"}  # else it is said in each transaction
        engine = create_engine(tables.url, pool_size=1, max_overflow=0, connect_args=patience)
        storage = SqlStorage(engine)
        store(storage, contact(), invoice("old"))
        with traced(engine) as asked, storage.writing(ACME) as transaction:
            for number in ("1", "2"):
                version = 1 + int(number)
                new = invoice(f"new-{number}", external={"crm": number})
                events = (drafted(invoice()), drafted(invoice()))
                transaction.write(commit(new, invoice("old", version=version), events=events, key=number))
        begin, turn, *writes, end = (each[:5].strip() for each in asked)
        assert (begin, turn, writes, end) == ("Query", "Sync", ["Sync", "Sync"], "Query")
        engine.dispose()


def test_the_driver_logs_nothing_when_the_first_of_many_statements_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    with database() as engine:
        storage = SqlStorage(engine)
        store(storage, contact(), invoice("old"))
        for number in range(30):  # the answer comes now before, now after the last one is sent
            with pytest.raises(Conflict) as refused:
                store(storage, invoice("old"), invoice(f"new-{number}"), events=(drafted(invoice()),) * 20)
            assert (refused.value.kind, refused.value.id) == ("invoice", "inv_old")
    assert not caplog.records
