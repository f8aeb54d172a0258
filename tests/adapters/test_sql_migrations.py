"""The migrations make the very tables that `SqlStorage` makes, and one that is interrupted starts again from nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url

from databases import new_database
from plannit_core.adapters.sql import SqlStorage, metadata, tables
from plannit_core.testing.samples import contact, found, store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def config(url: URL | None = None, connection: Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", "plannit_core.adapters.sql:migrations")
    if url is not None:
        made.set_main_option("sqlalchemy.url", url.render_as_string(hide_password=False).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


@pytest.fixture(params=["postgresql", "sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """An empty database."""
    if request.param == "sqlite":
        yield make_url(f"sqlite:///{tmp_path / 'office.db'}")
    else:
        with new_database() as made:
            yield made


@pytest.fixture
def engine(url: URL) -> Iterator[Engine]:
    made = create_engine(url)
    yield made
    made.dispose()


def looks_of(engine: Engine) -> dict[str, Any]:
    """All that the database knows of its tables, columns in order of their names."""
    known = inspect(engine)
    return {
        name: {
            "columns": sorted((str(each["type"]), each["name"], each["nullable"]) for each in known.get_columns(name)),
            "key": known.get_pk_constraint(name),
            "unique": sorted(map(str, known.get_unique_constraints(name))),
            "indexes": sorted((each["name"], each["column_names"]) for each in known.get_indexes(name)),
            "foreign": known.get_foreign_keys(name),
        }
        for name in known.get_table_names()
    }


def test_the_last_migration_is_what_the_tables_look_like() -> None:
    scripts = ScriptDirectory.from_config(config())
    assert scripts.get_heads() == [tables.VERSION]
    assert [each.revision for each in scripts.walk_revisions()] == [tables.VERSION]


def test_they_make_the_very_tables_that_the_storage_makes(url: URL, engine: Engine, tmp_path: Path) -> None:
    command.upgrade(config(url), "head")
    made = looks_of(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "plannit_version"})
        assert compare_metadata(context, metadata) == []
    for name in made:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP TABLE {name}")
    storage = SqlStorage(engine)
    assert looks_of(engine) == made
    assert len(made) == len(metadata.tables) + 1
    storage.close()


def test_a_storage_opens_on_them(url: URL) -> None:
    command.upgrade(config(url), "head")
    storage = SqlStorage(url, creates_tables=False)
    store(storage, contact())
    assert found(storage, "contact", "con_1") == contact()
    storage.close()


def test_what_the_storage_made_is_not_made_again(url: URL) -> None:
    storage = SqlStorage(url)
    store(storage, contact())
    command.upgrade(config(url), "head")
    assert found(storage, "contact", "con_1") == contact()
    storage.close()


def test_an_interrupted_one_leaves_nothing_and_starts_again(url: URL, engine: Engine) -> None:
    said: list[str] = []

    def interrupt(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)
        if "CREATE TABLE plannit_invoice" in statement:
            raise KeyboardInterrupt

    with engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", interrupt)
        with pytest.raises(KeyboardInterrupt):
            command.upgrade(config(connection=connection), "head")
    assert sum("CREATE TABLE" in each for each in said) > 5
    assert set(inspect(engine).get_table_names()) <= {"plannit_version"}
    command.upgrade(config(url), "head")
    assert set(metadata.tables) <= set(inspect(engine).get_table_names())


def test_a_host_runs_them_in_its_own_transaction(url: URL, engine: Engine) -> None:
    if engine.name == "sqlite":
        command.upgrade(config(url), "head")
        return
    with engine.connect() as connection:
        connection.begin()
        command.upgrade(config(connection=connection), "head")
        assert inspect(connection).has_table("plannit_head")
        connection.rollback()
    assert inspect(engine).get_table_names() == []


def test_they_can_be_written_down_as_sql(capsys: pytest.CaptureFixture[str]) -> None:
    command.upgrade(config(make_url("postgresql+psycopg://")), "head", sql=True)
    written = capsys.readouterr().out
    assert written.count("CREATE TABLE") == len(metadata.tables) + 1
    assert written.startswith("BEGIN;")
    assert 'company TEXT COLLATE "C" NOT NULL' in written


def test_the_books_are_never_taken_away(url: URL) -> None:
    command.upgrade(config(url), "head")
    with pytest.raises(NotImplementedError):
        command.downgrade(config(url), "base")
