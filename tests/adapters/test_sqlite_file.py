"""The file of SQLite: whose it is, of which version, and what is refused before anything is written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from plannit_core import InvalidInput, StorageError
from plannit_core.adapters.sqlite import SqliteStorage, sessions
from plannit_core.cursors import Cursor
from plannit_core.errors import SchemaError, Unavailable
from plannit_core.ports import COLUMNS, Match
from plannit_core.testing.samples import ACME, MARCH_2, commit, contact, found, invoice, store

if TYPE_CHECKING:
    from pathlib import Path


def run(file: Path, statement: str) -> list[tuple[object, ...]]:
    """A statement on the file, past the library."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        return connection.execute(statement).fetchall()


def refused(file: Path) -> StorageError | SchemaError:
    """The error of opening it; nothing of the file is changed, and nothing left beside it."""
    before = file.read_bytes()
    with pytest.raises((StorageError, SchemaError)) as error:
        SqliteStorage(file)
    assert file.read_bytes() == before
    assert [each.name for each in file.parent.iterdir()] == [file.name]
    return error.value


class TestTheFile:
    @pytest.mark.parametrize("path", [":memory:", ""])
    def test_memory_is_refused_with_a_hint(self, path: str) -> None:
        with pytest.raises(InvalidInput) as no:
            SqliteStorage(path)
        assert no.value.code == "storage.no-memory-file"
        assert "MemoryStorage" in str(no.value)

    def test_a_path_may_be_text_or_a_path(self, file: Path) -> None:
        for path in (file, str(file)):
            storage = SqliteStorage(path)
            assert storage.companies() == []
            storage.close()

    def test_a_name_that_sqlite_would_take_for_an_address_is_a_name(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        storage = SqliteStorage("file:books?mode=memory")
        store(storage, contact())
        storage.close()
        assert [each.name for each in tmp_path.iterdir()] == ["file:books?mode=memory"]

    def test_a_relative_path_stays_what_it_was_when_the_process_moves(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        storage = SqliteStorage("office.db")
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        with storage.reading(ACME), storage.reading(ACME) as snapshot:  # the second needs a connection of its own
            assert snapshot.load("contact", "con_1") is None
        storage.close()
        assert list((tmp_path / "elsewhere").iterdir()) == []

    def test_an_empty_file_is_a_new_one(self, file: Path) -> None:
        file.touch()
        storage = SqliteStorage(file)
        store(storage, contact())
        storage.close()
        assert run(file, "PRAGMA user_version") == [(3,)]
        assert run(file, "PRAGMA journal_mode") == [("wal",)]

    def test_a_file_in_a_folder_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(StorageError) as failed:
            SqliteStorage(tmp_path / "nowhere" / "office.db")
        assert failed.value.code == "storage.failed"

    def test_a_file_whose_journal_another_process_is_just_switching_is_tried_again(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        SqliteStorage(file).close()
        run(file, "PRAGMA journal_mode = DELETE")
        with closing(sqlite3.connect(file, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM plannit_contact").fetchall()
            monkeypatch.setattr(sessions.time, "monotonic", lambda: 0.0)
            monkeypatch.setattr(sessions.time, "sleep", lambda seconds: reader.execute("ROLLBACK"))
            SqliteStorage(file, timeout=0.02).close()
        assert run(file, "PRAGMA journal_mode") == [("wal",)]

    def test_a_file_whose_tables_another_process_has_just_made_keeps_them(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        storage = SqliteStorage(file)
        store(storage, contact())
        storage.close()
        answers, is_new = [True], sessions.is_new
        monkeypatch.setattr(sessions, "is_new", lambda link: answers.pop() if answers else is_new(link))
        storage = SqliteStorage(file)
        assert found(storage, "contact", "con_1") == contact()
        storage.close()

    def test_a_file_whose_journal_cannot_be_switched_is_busy(self, file: Path) -> None:
        SqliteStorage(file).close()
        run(file, "PRAGMA journal_mode = DELETE")
        with closing(sqlite3.connect(file, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM plannit_contact").fetchall()
            with pytest.raises(Unavailable) as busy:
                SqliteStorage(file, timeout=0.05)
        assert busy.value.code == "storage.busy"

    def test_a_newer_version_is_refused_before_any_write(self, file: Path) -> None:
        SqliteStorage(file).close()
        run(file, "PRAGMA user_version = 7")
        error = refused(file)
        assert isinstance(error, SchemaError)
        assert (error.code, error.params) == ("storage.newer-version", {"found": 7, "known": 3})

    def test_a_newer_version_is_refused_before_the_file_is_switched_to_another_journal(self, file: Path) -> None:
        SqliteStorage(file).close()
        run(file, "PRAGMA journal_mode = DELETE")
        run(file, "PRAGMA user_version = 4")
        assert refused(file).code == "storage.newer-version"

    def test_a_version_that_becomes_newer_is_refused_from_the_next_transaction_on(
        self, file: Path, sqlite: SqliteStorage
    ) -> None:
        store(sqlite, contact())
        run(file, "PRAGMA user_version = 4")
        with pytest.raises(SchemaError):
            found(sqlite, "contact", "con_1")
        with pytest.raises(SchemaError):
            store(sqlite, contact("2"))

    def test_a_file_of_the_first_version_is_brought_to_this_one_and_loses_nothing(self, file: Path) -> None:
        storage = SqliteStorage(file)
        store(storage, contact())
        storage.keep_cursor(ACME, "mailer", Cursor(1))
        storage.close()
        for name in ("version", "has_put_back", "failures", "held_until"):
            run(file, f"ALTER TABLE plannit_cursor DROP COLUMN {name}")
        run(file, "ALTER TABLE plannit_head DROP COLUMN epoch")
        run(file, "PRAGMA user_version = 1")
        for _ in range(2):
            storage = SqliteStorage(file)
            assert storage.cursor(ACME, "mailer") == Cursor(1)
            assert found(storage, "contact", "con_1") == contact()
            assert storage.epoch(ACME) == 1
            storage.close()
        assert run(file, "PRAGMA user_version") == [(3,)]

    def test_somebody_elses_database_is_refused(self, file: Path) -> None:
        run(file, "CREATE TABLE customer (id)")
        assert refused(file).code == "storage.foreign-file"

    def test_a_database_of_another_application_is_refused_even_when_it_is_empty(self, file: Path) -> None:
        run(file, "PRAGMA application_id = 1")
        assert refused(file).code == "storage.foreign-file"

    def test_what_is_no_database_is_refused(self, file: Path) -> None:
        for content in (b"Dear Ada,\n", b"Toitures Lavoie\n" * 100, b"PK\x03\x04" * 4_000):
            file.write_bytes(content)
            assert refused(file).code == "storage.foreign-file"
            assert file.read_bytes() == content

    def test_a_database_whose_first_page_is_damaged_is_not_taken_for_something_else(self, file: Path) -> None:
        SqliteStorage(file).close()
        content = file.read_bytes()
        file.write_bytes(content[:16] + b"\xff" * 84 + content[100:])
        assert refused(file).code == "storage.damaged"

    def test_a_file_that_was_taken_away_is_not_made_anew_behind_your_back(
        self, file: Path, sqlite: SqliteStorage
    ) -> None:
        store(sqlite, contact())
        with sqlite.reading(ACME):
            for each in tuple(file.parent.iterdir()):
                each.unlink()
            with pytest.raises(StorageError) as gone:
                found(sqlite, "contact", "con_1")
        assert gone.value.code == "storage.foreign-file"

    def test_the_host_may_keep_tables_of_its_own_beside_ours(self, file: Path) -> None:
        SqliteStorage(file).close()
        run(file, "CREATE TABLE contact (id)")
        storage = SqliteStorage(file)
        store(storage, contact())
        storage.close()
        assert run(file, "SELECT * FROM contact") == []


class TestDurabilityIsChosenByName:
    @pytest.mark.parametrize(("name", "level"), [("FULL", 2), ("NORMAL", 1)])
    def test_each_connection_syncs_as_asked(self, file: Path, name: str, level: int) -> None:
        storage = SqliteStorage(file, synchronous=name)
        with storage._sessions.reading() as one, storage._sessions.writing() as two:
            assert one.rows("PRAGMA synchronous") == two.rows("PRAGMA synchronous") == [(level,)]
            assert one.rows("PRAGMA foreign_keys") == [(1,)]
        storage.close()

    def test_full_is_the_default(self, sqlite: SqliteStorage) -> None:
        with sqlite._sessions.reading() as link:
            assert link.rows("PRAGMA synchronous") == [(2,)]

    @pytest.mark.parametrize("name", ["OFF", "full", "EXTRA", "", "FULL; DROP TABLE plannit_contact"])
    def test_anything_else_is_refused(self, file: Path, name: str) -> None:
        with pytest.raises(InvalidInput) as no:
            SqliteStorage(file, synchronous=name)
        assert no.value.code == "storage.synchronous"
        assert not file.exists()


class TestTheTables:
    def test_every_key_begins_with_the_company(self, sqlite: SqliteStorage) -> None:
        with sqlite._sessions.reading() as link:
            tables = [name for (name,) in link.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
            indexes = [name for (name,) in link.rows("SELECT name FROM sqlite_master WHERE type = 'index'")]
            leading = {link.rows(f"PRAGMA index_info({name})")[0][2] for name in indexes}
            keys = {
                name: [column[1] for column in link.rows(f"PRAGMA table_info({name})") if column[5] == 1]
                for name in tables
            }
        assert {f"plannit_{kind}" for kind in COLUMNS} <= set(tables)
        assert leading == {"company"}
        assert set(map(tuple, keys.values())) == {("company",)}

    def test_every_column_is_native_and_text_is_compared_byte_by_byte(self, sqlite: SqliteStorage) -> None:
        with sqlite._sessions.reading() as link:
            for kind, columns in COLUMNS.items():
                names = [row[1] for row in link.rows(f"PRAGMA table_info(plannit_{kind})")]
                assert names[: len(columns) + 4] == ["company", "id", "version", *columns, "body"]
            assert link.rows("SELECT 1 FROM sqlite_master WHERE sql LIKE '%COLLATE%'") == []

    @pytest.mark.parametrize(
        ("kind", "index", "match"),
        [
            (kind, name, column.index)
            for kind, columns in COLUMNS.items()
            for name, column in columns.items()
            if column.index is not None
        ],
    )
    def test_finding_goes_through_an_index_also_once_the_host_had_the_file_analyzed(
        self, sqlite: SqliteStorage, kind: str, index: str, match: Match
    ) -> None:
        from plannit_core.adapters.sqlite.statements import STATEMENTS

        store(sqlite, *(invoice(f"{n}", send_on=MARCH_2, job_id=f"job_{n % 3}") for n in range(50)))
        with sqlite._sessions.writing() as link:
            link.run("ANALYZE")
            for statement in (STATEMENTS[kind].bodies[index], STATEMENTS[kind].rows[index]):
                plan = link.rows(f"EXPLAIN QUERY PLAN {statement}", (ACME, "x", "", -1))
                sign = {Match.EQUAL: "=", Match.UP_TO: "<", Match.FROM: ">"}[match]
                assert f"INDEX plannit_{kind}_{index} (company=? AND {index}{sign}?" in plan[0][3]

    @pytest.mark.parametrize("kind", ["quote", "invoice", "work_order"])
    def test_the_figures_of_a_job_are_read_from_the_index_alone(self, sqlite: SqliteStorage, kind: str) -> None:
        from plannit_core.adapters.sqlite.statements import STATEMENTS

        with sqlite._sessions.reading() as link:
            plan = link.rows(f"EXPLAIN QUERY PLAN {STATEMENTS[kind].rows['job_id']}", (ACME, "job_1", "", -1))
        assert [f"COVERING INDEX plannit_{kind}_job_id" in step[3] for step in plan] == [True]

    def test_the_timeline_goes_through_the_index_by_job(self, sqlite: SqliteStorage) -> None:
        from plannit_core.adapters.sqlite.books import _TIMELINE

        with sqlite._sessions.reading() as link:
            plan = link.rows(f"EXPLAIN QUERY PLAN {_TIMELINE}", (ACME, "job_1", 0, 10))
        assert [step[3] for step in plan] == [
            "SEARCH plannit_event USING INDEX plannit_event_job (company=? AND job=? AND position>?)"
        ]


def test_a_connection_serves_one_transaction_after_the_other(sqlite: SqliteStorage) -> None:
    pool = sqlite._sessions
    for _ in range(3):
        store(sqlite, contact(f"{_}"))
        found(sqlite, "contact", "con_0")
    assert len(pool._idle) == 1
    with sqlite.reading(ACME), sqlite.reading(ACME), sqlite.writing(ACME) as txn:
        txn.write(commit(contact("x")))
        assert pool._idle == []
    assert len(pool._idle) == 3
