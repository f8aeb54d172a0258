"""Promise 10 of a storage, on `SqlStorage`: whatever the driver says, at whichever statement and at COMMIT, arrives as ours."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from databases import connected, database, new_database
from plannit_core import Conflict, InvalidInput, Plannit, PlannitError, StorageError, presets
from plannit_core import commands as c
from plannit_core.adapters.sql import SqlStorage
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.errors import SchemaError, Unavailable
from plannit_core.ports import EVERY
from plannit_core.testing.samples import ACME, commit, contact, drafted, found, ids, invoice, job, store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECRET = "Key (number)=(Ada Byron) already exists"
LOST = ""
MEANINGS = {
    "23505": "record.changed",
    "40001": "record.changed",
    "40P01": "record.changed",
    "40003": "storage.outcome-unknown",
    "55P03": "storage.busy",
    "57014": "storage.busy",
    "53300": "storage.unreachable",
    "57P01": "storage.unreachable",
    "57P05": "storage.unreachable",
    "25P04": "storage.unreachable",
    "08006": "storage.unreachable",
    LOST: "storage.unreachable",
    "XX001": "storage.damaged",
    "53100": "storage.failed",
    "22003": "storage.failed",
}
CERTAIN_AT_COMMIT = ("23505", "40001", "40P01", "55P03")


def driver_error(state: str) -> psycopg.Error:
    kind = psycopg.errors.lookup(state) if state else psycopg.OperationalError
    return kind(SECRET)


def check_words(error: PlannitError) -> None:
    """The driver's error is the cause, and none of its words are in ours."""
    cause = error.__cause__
    assert isinstance(cause, psycopg.Error | sqlite3.Error | PoolTimeoutError)
    told = f"{error} {error!r} {error.args} {error.params} {error.__dict__}"
    for word in (str(cause), SECRET, "Ada", "postgres", "sqlite", "duplicate", "lock", "server", "plannit_", "SELECT"):
        assert word not in told


@pytest.fixture
def engine() -> Iterator[Engine]:
    with database() as made:
        yield made


@pytest.fixture
def office(engine: Engine) -> SqlStorage:
    storage = SqlStorage(engine)
    store(storage, contact("kept"))
    return storage


def everything(storage: SqlStorage) -> None:
    """A transaction that says nearly all that a writer can say."""
    with storage.writing(ACME) as txn:
        txn.load("contact", "con_kept")
        txn.write(commit(contact("kept", version=2), invoice("1", external={"erp": "1"}), job(), key="click-1"))
        txn.write(commit(contact("kept", version=3), removes=(invoice("1"),), events=(drafted(invoice()),)))


class Wire:
    """What stands between an engine and its driver: counts what is said, and lets one statement or COMMIT fail."""

    def __init__(self, engine: Engine, patch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.failing_at = 0
        self.state = ""
        self.at_commit: Callable[[], None] | None = None
        for name in ("do_execute", "do_executemany"):
            patch.setattr(engine.dialect, name, self._counting(getattr(engine.dialect, name)))
        patch.setattr(engine.dialect, "do_commit", self._committing(engine.dialect.do_commit))

    def _counting(self, execute: Any) -> Any:
        def counted(*args: Any) -> None:
            self.count += 1
            if self.count == self.failing_at:
                raise driver_error(self.state)
            execute(*args)

        return counted

    def _committing(self, commit: Any) -> Any:
        def committed(connection: Any) -> None:
            act, self.at_commit = self.at_commit, None
            if act is None:
                commit(connection)
            elif act is after_it:
                commit(connection)
                raise driver_error(LOST)
            else:
                act()

        return committed

    def fails_at(self, number: int, state: str) -> None:
        self.count, self.failing_at, self.state = 0, number, state


def after_it() -> None:
    """The connection is lost when COMMIT has done its work."""


@pytest.fixture
def wire(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(engine, monkeypatch)


class TestPromise10ForeignErrorsBecomeOurs:
    @pytest.mark.parametrize("state", MEANINGS)
    def test_an_error_at_any_statement(self, office: SqlStorage, wire: Wire, state: str) -> None:
        with pytest.raises(ZeroDivisionError):
            abandoned(office)
        total, tried = wire.count, 0
        assert total > 12
        for number in range(1, total + 1):
            wire.fails_at(number, state)
            with pytest.raises(PlannitError) as caught:
                everything(office)
            assert wire.count >= number
            tried += 1
            assert caught.value.code == MEANINGS[state]
            assert isinstance(caught.value, Conflict) == (MEANINGS[state] == "record.changed")
            is_away = MEANINGS[state] in ("storage.busy", "storage.unreachable")
            assert isinstance(caught.value, Unavailable) == is_away
            check_words(caught.value)
            wire.fails_at(0, "")
            assert ids(office, "contact", EVERY, "") == ["con_kept"]
            assert found(office, "contact", "con_kept") == contact("kept")
            assert office.position(ACME) == 0
        everything(office)
        assert office.position(ACME) == 1
        assert tried == total

    @pytest.mark.parametrize("state", MEANINGS)
    def test_an_error_at_commit(self, office: SqlStorage, wire: Wire, state: str) -> None:
        def fail() -> None:
            raise driver_error(state)

        wire.at_commit = fail
        with pytest.raises(PlannitError) as caught:
            everything(office)
        expected = MEANINGS[state] if state in CERTAIN_AT_COMMIT else "storage.outcome-unknown"
        assert caught.value.code == expected
        check_words(caught.value)
        assert office.position(ACME) == 0

    def test_a_unique_value_that_is_taken(self, office: SqlStorage) -> None:
        store(office, invoice("1", number="F-1"), contact("1", external={"erp": "1"}), key="click-1")
        for writes, more in (
            ((invoice("2", number="F-1"),), {}),
            ((invoice("1"),), {}),
            ((contact("2", external={"erp": "1"}),), {}),
            ((), {"key": "click-1"}),
        ):
            with pytest.raises(Conflict) as taken:
                store(office, *writes, **more)
            check_words(taken.value)

    def test_a_failed_statement_cannot_be_followed_by_others(self, office: SqlStorage, wire: Wire) -> None:
        with pytest.raises(StorageError) as left, office.writing(ACME) as txn:
            wire.fails_at(1, "53100")
            with pytest.raises(StorageError) as failed:
                txn.load("contact", "con_kept")
            with pytest.raises(StorageError) as again:
                txn.write(commit(contact("2")))
            assert again.value is failed.value
        assert left.value is failed.value
        assert ids(office, "contact", EVERY, "") == ["con_kept"]


def abandoned(storage: SqlStorage) -> None:
    with storage.writing(ACME) as txn:
        txn.load("contact", "con_kept")
        txn.write(commit(contact("kept", version=2), invoice("1", external={"erp": "1"}), job(), key="click-1"))
        txn.write(commit(contact("kept", version=3), removes=(invoice("1"),), events=(drafted(invoice()),)))
        raise ZeroDivisionError


class TestALostConnection:
    def test_in_the_middle_of_a_transaction(self, office: SqlStorage, engine: Engine) -> None:
        with pytest.raises(Unavailable) as lost, office.writing(ACME) as txn:
            txn.write(commit(contact("2")))
            end_connections(engine)
            txn.load("contact", "con_kept")
        assert lost.value.code == "storage.unreachable"
        check_words(lost.value)
        assert ids(office, "contact", EVERY, "") == ["con_kept"]

    def test_of_a_reader(self, office: SqlStorage, engine: Engine) -> None:
        with pytest.raises(Unavailable), office.reading(ACME) as snapshot:
            end_connections(engine)
            snapshot.load("contact", "con_kept")
        assert found(office, "contact", "con_kept") == contact("kept")

    def test_at_commit_leaves_the_outcome_unknown(self, office: SqlStorage, engine: Engine) -> None:
        with pytest.raises(StorageError) as lost, office.writing(ACME) as txn:
            txn.write(commit(contact("2")))
            end_connections(engine)
        assert lost.value.code == "storage.outcome-unknown"
        check_words(lost.value)
        assert ids(office, "contact", EVERY, "") == ["con_kept"]

    def test_while_nobody_used_it_is_told_once(self, office: SqlStorage, engine: Engine) -> None:
        """As after a restart of the server: all connections of the pool are gone, and all are replaced."""
        with office.reading(ACME), office.reading(ACME), office.reading(ACME):
            pass
        end_connections(engine)
        with pytest.raises(Unavailable):
            found(office, "contact", "con_kept")
        for _ in range(4):
            assert found(office, "contact", "con_kept") == contact("kept")

    def test_a_command_without_a_key_whose_acknowledgement_is_lost_is_never_repeated(
        self, office: SqlStorage, wire: Wire
    ) -> None:
        app = Plannit(office, company=ACME)
        app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
        wire.at_commit = after_it
        with pytest.raises(StorageError) as unknown:
            app.do(c.AddContact("Ada Byron"))
        assert unknown.value.code == "storage.outcome-unknown"
        with app.reading() as read:
            assert [each.name for each in read.contacts.find()].count("Ada Byron") == 2  # the sample, and this one

    def test_a_command_with_a_key_whose_acknowledgement_is_lost_is_done_once(
        self, office: SqlStorage, wire: Wire
    ) -> None:
        app = Plannit(office, company=ACME)
        app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
        for key in ("click-1", "click-2"):
            wire.at_commit = after_it
            app.do(c.AddContact("Grace Hopper"), key=key)
        with app.reading() as read:
            assert [each.name for each in read.contacts.find()].count("Grace Hopper") == 2


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timer that sends a signal")
class TestASignalInTheMiddleOfAStatement:
    """As of a worker that gives a job only so long: its handler raises."""

    @pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
    def test_that_somebody_swallows_is_told_again_and_nothing_is_stored(
        self, office: SqlStorage, error: type[BaseException]
    ) -> None:
        with pytest.raises(error), office.writing(ACME) as txn:
            txn.write(commit(contact("2")))
            with pytest.raises(error), interrupted(office, error):
                txn.select("invoice", EVERY, "")
        assert ids(office, "contact", EVERY, "") == ["con_kept"]

    @pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
    def test_leaves_nobody_the_connection_as_it_is(self, engine: Engine, error: type[BaseException]) -> None:
        """On a host's engine that trusts everybody to roll back."""
        host = create_engine(engine.url, pool_size=1, max_overflow=0, pool_timeout=0.1, pool_reset_on_return=None)
        storage = SqlStorage(host)
        for act in (lambda: ids(storage, "invoice", EVERY, ""), lambda: store(storage, contact("2"), invoice("2"))):
            with pytest.raises((error, Unavailable)), interrupted(storage, error):
                act()
            assert ids(storage, "contact", EVERY, "") == []
        store(storage, contact("2"))
        assert ids(storage, "contact", EVERY, "") == ["con_2"]
        host.dispose()


@contextmanager
def interrupted(storage: SqlStorage, error: type[BaseException]) -> Iterator[None]:
    """Whoever asks for invoices has to wait, and meanwhile a signal comes."""

    def handle(*_: Any) -> None:
        raise error

    before = signal.signal(signal.SIGALRM, handle)
    with connected(storage._sessions.engine.url) as other:
        other.execute("BEGIN")
        other.execute("LOCK TABLE plannit_invoice IN ACCESS EXCLUSIVE MODE")
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


def end_connections(engine: Engine) -> None:
    """An operator ends all connections to the database but this one."""
    with connected(engine.url) as operator:
        others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        operator.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM ({others}) AS others")


class TestAServerThatCannot:
    def test_be_reached(self, tmp_path: Path) -> None:
        with pytest.raises(Unavailable) as away:
            SqlStorage(f"postgresql+psycopg://nobody@/nowhere?host={tmp_path}")
        assert away.value.code == "storage.unreachable"
        check_words(away.value)

    def test_take_another_connection(self, engine: Engine) -> None:
        with connected(engine.url) as operator:
            operator.execute("CREATE ROLE visitor LOGIN CONNECTION LIMIT 0")
            with pytest.raises(Unavailable) as full:
                SqlStorage(engine.url.set(username="visitor"))
            operator.execute("DROP ROLE visitor")
        assert full.value.code == "storage.unreachable"
        check_words(full.value)

    def test_finish_a_statement_in_time(self, office: SqlStorage, engine: Engine) -> None:
        hurried = SqlStorage(engine.url, timeout=60, statement_timeout=0.05)
        with office.writing(ACME), pytest.raises(Unavailable) as late:
            store(hurried, contact("2"))
        hurried.close()
        assert late.value.code == "storage.busy"
        check_words(late.value)

    def test_give_a_connection_for_all_are_in_use(self, engine: Engine) -> None:
        small = SqlStorage(engine.url, timeout=0.02, connections=1)
        with small.reading(ACME), pytest.raises(Unavailable) as none_left:
            found(small, "contact", "con_1")
        small.close()
        assert none_left.value.code == "storage.busy"
        check_words(none_left.value)


class TestOpening:
    def test_the_tables_are_made_once(self) -> None:
        with new_database() as url:
            first, second = SqlStorage(url), SqlStorage(url)
            store(first, contact())
            assert found(second, "contact", "con_1") == contact()
            first.close()
            second.close()

    def test_a_host_that_makes_the_tables_by_itself_is_told_when_there_are_none(self) -> None:
        with new_database() as url:
            with pytest.raises(StorageError) as none:
                SqlStorage(url, creates_tables=False)
            assert none.value.code == "storage.no-tables"
            SqlStorage(url).close()
            SqlStorage(url, creates_tables=False).close()

    @pytest.mark.parametrize(
        "change",
        [
            "DROP TABLE plannit_head",
            "DROP TABLE plannit_event",
            "ALTER TABLE plannit_invoice DROP COLUMN balance",
            "ALTER TABLE plannit_job ADD COLUMN seal text",
            "UPDATE plannit_version SET version_num = 'first'",
        ],
    )
    @pytest.mark.parametrize("creates_tables", [True, False])
    def test_tables_that_are_half_there_or_not_ours_are_refused(self, change: str, creates_tables: bool) -> None:
        with new_database() as url:
            SqlStorage(url).close()
            with connected(url) as operator:
                operator.execute(change)
            with pytest.raises(StorageError) as other:
                SqlStorage(url, creates_tables=creates_tables)
        assert other.value.code == "storage.other-tables"

    def test_a_file_of_the_other_storage_of_sqlite_is_refused_and_left_as_it_is(self, tmp_path: Path) -> None:
        file = tmp_path / "office.db"
        with closing(SqliteStorage(file)) as owner:
            store(owner, contact())
            with pytest.raises(StorageError) as other:
                SqlStorage(f"sqlite:///{file}")
            assert other.value.code == "storage.other-tables"
            assert found(owner, "contact", "con_1") == contact()

    def test_tables_of_a_newer_version_are_refused(self, engine: Engine) -> None:
        with connected(engine.url) as operator:
            operator.execute("UPDATE plannit_version SET version_num = '0007'")
            with pytest.raises(SchemaError) as newer:
                SqlStorage(engine)
            operator.execute("UPDATE plannit_version SET version_num = '0001'")
        assert (newer.value.code, newer.value.params) == ("storage.newer-version", {"found": 7, "known": 1})

    @pytest.mark.parametrize(
        "database",
        [
            "mysql+pymysql://localhost/books",
            "postgresql+psycopg2://localhost/books",
            "postgresql://x:port/y",
            "books.db",
            "oracle://x",
        ],
    )
    def test_an_engine_of_another_kind_is_refused(self, database: str) -> None:
        with pytest.raises(InvalidInput) as unknown:
            SqlStorage(database)
        assert (unknown.value.code, unknown.value.path) == ("storage.unknown-engine", "database")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("timeout", 0),
            ("timeout", -1),
            ("timeout", "5"),
            ("timeout", float("nan")),
            ("statement_timeout", float("inf")),
            ("statement_timeout", 10**7),
            ("connections", 0),
            ("connections", -1),
        ],
    )
    def test_a_limit_that_is_none_is_refused(self, name: str, value: Any) -> None:
        with pytest.raises(InvalidInput) as none:
            SqlStorage("postgresql+psycopg://localhost/books", **{name: value})
        assert (none.value.code, none.value.path) == ("number.out-of-range", name)

    def test_what_an_interrupted_migration_left_behind_does_not_stand_in_the_way(self, tmp_path: Path) -> None:
        file = tmp_path / "office.db"
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("CREATE TABLE plannit_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        with closing(SqlStorage(f"sqlite:///{file}")) as storage:
            store(storage, contact())
            assert found(storage, "contact", "con_1") == contact()

    def test_sqlite_in_memory_is_refused(self) -> None:
        for url in ("sqlite://", "sqlite:///:memory:"):
            with pytest.raises(StorageError) as memory:
                SqlStorage(url)
            assert memory.value.code == "storage.no-wal"

    def test_a_driver_of_sqlite_that_commits_by_itself_is_refused(self, tmp_path: Path) -> None:
        """As with `autocommit=True` since Python 3.12: its `commit` does nothing, and what we began would be lost."""

        class Committing(sqlite3.Connection):
            autocommit = True

            def commit(self) -> None:
                """Nothing."""

        engine = create_engine(f"sqlite:///{tmp_path / 'office.db'}", connect_args={"factory": Committing})
        with pytest.raises(InvalidInput) as refused:
            SqlStorage(engine)
        assert (refused.value.code, refused.value.params["found"]) == ("storage.unknown-engine", "autocommit=True")
        engine.dispose()

    def test_a_host_keeps_its_engine(self, engine: Engine) -> None:
        storage = SqlStorage(engine)
        storage.close()
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1

    def test_options_of_the_url_are_kept(self) -> None:
        options = "-c application_name=office"
        with database() as made:
            storage = SqlStorage(made.url.update_query_dict({"options": options}), timeout=1.5)
            with storage.writing(ACME), storage._sessions.engine.connect() as connection:
                for name, value in (("application_name", "office"), ("lock_timeout", "1500ms")):
                    assert connection.exec_driver_sql(f"SHOW {name}").scalar_one() == value
            storage.close()
