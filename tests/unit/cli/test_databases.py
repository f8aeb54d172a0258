"""Books in a database, by its URL: every command works there as with a file, and what is secret is shown nowhere."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from databases import new_database
from plannit_core.cli.places import shown
from unit.cli.running import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unit.cli.conftest import Run

SECRET = "s3cret"


@contextmanager
def on_a_server(_: Path) -> Iterator[str]:
    """With a password, which the server does not ask for."""
    with new_database() as database:
        yield database.set(password=SECRET).render_as_string(hide_password=False)


@contextmanager
def in_a_file(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'sql.db'}"


@pytest.fixture(params=[on_a_server, in_a_file], ids=["postgresql", "sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database in which there is nothing yet."""
    with request.param(tmp_path) as made:
        yield made


@pytest.fixture
def saved(plannit: Run, books: Path) -> Path:
    """A backup of the small season, out of a file."""
    assert plannit("backup", "--db", books).code == 0
    return books.with_suffix(".jsonl")


def test_books_go_from_a_file_into_a_database_and_back(plannit: Run, saved: Path, url: str, tmp_path: Path) -> None:
    shows, told = [], shown(url)
    ran = plannit("restore", saved, "--db", url, "--lang", "en")
    assert (ran.code, ran.err) == (0, "")
    assert f"plannit numbers --db {told if url.startswith('sqlite') else repr(told)} --company petits-toits" in ran.out
    shows.append(ran)
    for words in (
        ["jobs"],
        ["job", "J-00001"],
        ["invoices"],
        ["invoice", "F2026-00001"],
        ["numbers", "--resume", "F2026-00042"],
        ["day"],
        ["check"],
        ["backup", "--out", tmp_path / "again.jsonl"],
    ):
        for more in ([], ["--json"]) if words[0] not in ("numbers", "backup") else ([],):
            ran = plannit(*words, "--db", url, *more)
            assert (ran.code, ran.err) == (0, "")
            shows.append(ran)
    ran = plannit("restore", tmp_path / "again.jsonl", "--db", tmp_path / "back.db", "--json")
    assert (ran.code, ran.data["companies"][0]["epoch"]) == (0, 2)
    assert plannit("jobs", "--db", url, "--json").data == plannit("jobs", "--db", tmp_path / "back.db", "--json").data
    assert not any(SECRET in ran.out + ran.err for ran in shows)


def test_a_season_is_replayed_into_a_database(plannit: Run, season_folder: Path, url: str) -> None:
    ran = plannit("replay", season_folder, "--db", url, "--json")
    assert (ran.code, ran.data["db"], ran.data["balances"]) == (0, shown(url), True)
    assert plannit("replay", season_folder, "--db", url, "--json").data["done"] == 0
    assert SECRET not in ran.out + plannit("replay", season_folder, "--db", url).out


def test_what_is_refused_there_names_the_database_but_no_password(plannit: Run, saved: Path, url: str) -> None:
    refused = [plannit("jobs", "--db", url, "--lang", "en"), plannit("backup", "--db", url, "--out", "a", "--json")]
    assert plannit("restore", saved, "--db", url).code == 0
    refused += [
        plannit("restore", saved, "--db", url, "--lang", "en"),
        plannit("job", "J-99999", "--db", url),
        plannit("job", "J-1", "--db", url, "--company", "nobody"),
        plannit("backup", "--db", url),
        plannit("backup", "--db", url, "--out", url),
        plannit("restore", url, "--db", url),
        plannit("jobs", url, "--db", url),
        plannit("day", "--on", url, "--db", url, "--lang", "fr"),
    ]
    assert [ran.code for ran in refused] == [5, 5, 5, 4, 4, 2, 2, 5, 2, 2]
    assert not any(SECRET in ran.out + ran.err for ran in refused)
    assert not any(ran.out for ran in refused)
    assert f"The database: {shown(url)}" in refused[2].err.replace("\n", " ")


def test_what_is_not_there_is_not_made_by_a_look(plannit: Run, tmp_path: Path) -> None:
    ran = plannit("jobs", "--db", f"sqlite:///{tmp_path / 'none.db'}?timeout=3", "--json")
    assert (ran.code, ran.problem["code"]) == (5, "file.none")
    with new_database() as database:
        empty = database.render_as_string(hide_password=False)
        for _ in range(2):
            ran = plannit("check", "--db", empty, "--json")
            assert (ran.code, ran.problem["code"]) == (5, "storage.no-tables")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (f"mysql://me:{SECRET}@localhost/books", "storage.unknown-engine"),
        (f"postgresql://me:{SECRET}@localhost:{SECRET}/books", "storage.unknown-engine"),
        (f"postgresql://me:{SECRET}@127.0.0.1:1/books", "storage.unreachable"),
        (f"postgresql://127.0.0.1:1/books?password={SECRET}", "storage.unreachable"),
        (f"postgresql://127.0.0.1:1/books?password=x@{SECRET}", "storage.unreachable"),
        (f"postgresql://me:x@{SECRET}@127.0.0.1:1/books", "storage.unreachable"),
        (f"postgresql://me:{SECRET}", "storage.unknown-engine"),
        (f"postgresql://localhost/books?port={SECRET}", "storage.unknown-engine"),
        (f"postgresql://localhost/books?plugin={SECRET}", "storage.unknown-engine"),
        (f"postgresql+psycopg_async://me:{SECRET}@localhost/books", "storage.unknown-engine"),
        (f" postgresql://me:{SECRET}@localhost/books", "file.none"),
    ],
)
def test_a_database_that_cannot_be_reached_is_told_without_the_password(plannit: Run, url: str, code: str) -> None:
    assert plannit("jobs", "--db", url, "--json").problem["code"] == code
    for lang in ("en", "fr"):
        ran = plannit("jobs", "--db", url, "--lang", lang)
        assert ran.out == ""
        assert SECRET not in ran.err


@pytest.mark.parametrize(
    ("db", "told"),
    [
        ("office.db", "office.db"),
        ("C://office.db", "C://office.db"),
        ("sqlite:///office.db", "sqlite:///office.db"),
        ("postgresql://localhost/books", "postgresql://localhost/books"),
        ("postgresql+psycopg://me:a/b?c:d@host:5432/books?sslmode=require", "postgresql+psycopg://…"),
        ("postgresql+psycopg://me:a/b:c@host:5432/books?sslmode=require", "postgresql+psycopg://***@host:5432/books"),
        ("postgresql:///books?host=/run&password=a", "postgresql:///books"),
        ("postgresql:///books?host=/run&password=a@b", "postgresql://…"),
        ("postgresql://me:a@b@host/books", "postgresql://…"),
        ("postgresql://me:forgotten", "postgresql://…"),
        ("postgresql://host/books&password=a", "postgresql://…"),
        ('"postgresql://me:a@host/books"', '"postgresql:…'),
        (" postgres://me:a@host/books", " postgres:…"),
        ("jdbc:other://me:a@host/books", "jdbc:other://…"),
        ("postgresql:/me:a@host/books", "postgresql:…"),
        ("host=localhost password = a", "host=localhost password =…"),
    ],
)
def test_a_url_is_shown_without_what_might_be_a_password(db: str, told: str) -> None:
    assert shown(db) == told


@pytest.mark.parametrize("missing", ["sqlalchemy", "psycopg"])
@pytest.mark.parametrize(("lang", "told"), [("en", "Install it: pip"), ("fr", "Installez-le : pip")], ids=["en", "fr"])
def test_without_the_extra_a_url_is_refused_with_what_to_install(missing: str, lang: str, told: str) -> None:
    ran = _alone(
        f"sys.modules[{missing!r}] = None",
        f"code = main(['jobs', '--db', 'postgresql://me:{SECRET}@localhost/books', '--lang', {lang!r}])",
        "assert code == 5",
    )
    assert ran.returncode == 0, ran.stderr
    assert told in ran.stderr
    assert "plannit-core[sql]" in ran.stderr
    assert SECRET not in ran.stderr


def test_a_file_needs_no_sqlalchemy(books: Path) -> None:
    ran = _alone(
        f"assert main(['check', '--db', {str(books)!r}]) == 0",
        "assert not {'sqlalchemy', 'psycopg'} & set(sys.modules)",
    )
    assert ran.returncode == 0, ran.stderr


def _alone(*lines: str) -> subprocess.CompletedProcess[str]:
    """These lines in a process of their own, where nothing was imported before."""
    program = "\n".join(["import sys", "from plannit_core.cli import main", *lines])
    argv = [sys.executable, "-c", program]
    return subprocess.run(argv, capture_output=True, encoding="utf-8", env=environment(PYTHONUTF8="1"), check=False)
