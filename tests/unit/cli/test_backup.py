"""`plannit backup`, `restore` and `numbers`: out of one file, into another, and what is left to say."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from plannit_core import Plannit, backup, presets
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sqlite import SqliteStorage
from unit.cli.running import environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from plannit_core.ports import Storage
    from unit.cli.conftest import Run


@pytest.fixture
def saved(plannit: Run, books: Path) -> Path:
    """A backup of the small season."""
    assert plannit("backup", "--db", books).code == 0
    return books.with_suffix(".jsonl")


@pytest.mark.parametrize(
    ("lang", "told"), [("en", "Saved  petits-toits"), ("fr", "Sauvegardé  petits-toits")], ids=["en", "fr"]
)
def test_a_backup_says_up_to_when_it_goes_and_where_it_is(
    plannit: Run, books: Path, tmp_path: Path, lang: str, told: str
) -> None:
    ran = plannit("backup", "--db", books, "--out", tmp_path / "a.jsonl", "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert told in ran.out
    assert "2026-06-15" in ran.out
    assert "a.jsonl" in ran.out
    data = plannit("backup", "--db", books, "--out", tmp_path / "b.jsonl", "--json").data
    [company] = data["companies"]
    assert (company["company"], company["epoch"], company["consumers"]) == ("petits-toits", 1, [])
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_a_company_without_settings_goes_out_and_in_again(plannit: Run, tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path / "empty.db")
    with storage.restoring("lavoie", epoch=2):
        pass
    storage.close()
    assert plannit("backup", "--db", tmp_path / "empty.db", "--lang", "en").out.count("Nothing had happened yet.") == 1
    ran = plannit("restore", tmp_path / "empty.jsonl", "--db", tmp_path / "new.db", "--lang", "en")
    assert (ran.code, ran.err) == (0, "")
    assert "Nothing had happened yet." in ran.out


def test_a_backup_never_replaces_a_file(plannit: Run, books: Path, saved: Path) -> None:
    before = saved.read_bytes()
    ran = plannit("backup", "--db", books, "--lang", "en")
    assert (ran.code, ran.out) == (5, "")
    assert "There is a file" in ran.err
    assert saved.read_bytes() == before
    nowhere = plannit("backup", "--db", books, "--out", saved.parent / "nowhere" / "a.jsonl", "--json")
    assert (nowhere.code, nowhere.problem["code"]) == (5, "file.failed")


def test_a_backup_that_cannot_be_finished_is_not_left_behind(
    plannit: Run, books: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", full)
    ran = plannit("backup", "--db", books, "--out", tmp_path / "a.jsonl", "--json")
    assert (ran.code, ran.problem["code"]) == (5, "file.failed")
    assert not (tmp_path / "a.jsonl").exists()


def test_books_that_cannot_be_read_are_not_backed_up(plannit: Run, tmp_path: Path) -> None:
    assert plannit("backup", "--db", tmp_path / "none.db", "--json").problem["code"] == "file.none"
    SqliteStorage(tmp_path / "empty.db").close()
    assert plannit("backup", "--db", tmp_path / "empty.db", "--json").problem["code"] == "company.none"
    assert not (tmp_path / "empty.jsonl").exists()


@pytest.mark.parametrize(
    ("lang", "told"), [("en", "No number is given for now."), ("fr", "Aucun numéro n'est donné")], ids=["en", "fr"]
)
def test_without_the_last_number_the_numbers_are_held_and_the_way_on_is_told(
    plannit: Run, saved: Path, tmp_path: Path, lang: str, told: str
) -> None:
    new = tmp_path / "new.db"
    ran = plannit("restore", saved, "--db", new, "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert told in ran.out
    assert f"plannit numbers --db {new} --company petits-toits --resume" in ran.out
    assert plannit("check", "--db", new).code == 0
    ran = plannit("numbers", "--db", new, "--resume", "F2026-00042", "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert told not in ran.out
    assert plannit("numbers", "--db", new, "--resume", "--json").problem["code"] == "numbers.not-held"
    assert plannit("numbers", "--db", new, "--hold", "--json").data == {
        "company": "petits-toits",
        "numbers_are_held": True,
    }


@pytest.mark.parametrize("words", [["--last", "F2026-00042", "J-00009"], ["--nothing-since"]], ids=["last", "nothing"])
def test_with_the_last_number_they_are_given_at_once(
    plannit: Run, saved: Path, tmp_path: Path, words: list[str]
) -> None:
    new = tmp_path / "new.db"
    ran = plannit("restore", saved, "--db", new, *words, "--json")
    [company] = ran.data["companies"]
    assert (ran.code, company["numbers_are_held"], company["refused"]) == (0, False, [])
    storage = SqliteStorage(new)
    app = Plannit(storage, company="petits-toits")
    number = app.do(c.OpenJob(app.do(c.AddContact("Ada Byron")).id)).number
    storage.close()
    assert number == ("J-00010" if "--last" in words else "J-00003")


def test_a_number_of_no_form_leaves_all_restored_and_the_numbers_held(
    plannit: Run, saved: Path, tmp_path: Path
) -> None:
    ran = plannit("restore", saved, "--db", tmp_path / "new.db", "--last", "BOGUS-7", "--json")
    [company] = ran.data["companies"]
    assert (ran.code, company["numbers_are_held"]) == (4, True)
    assert [each["code"] for each in company["refused"]] == ["numbers.unknown-form"]
    ran = plannit("restore", saved, "--db", tmp_path / "other.db", "--last", "BOGUS-7", "--lang", "en")
    assert ran.code == 4
    assert "BOGUS-7 looks like no number of today's settings" in " ".join(ran.out.split())
    assert "No number is given for now." in ran.out


def test_numbers_that_cannot_be_told_at_all_are_refused_before_anything_is_stored(
    plannit: Run, saved: Path, tmp_path: Path
) -> None:
    ran = plannit("restore", saved, "--db", tmp_path / "new.db", "--last", "F" * 101, "--json")
    assert (ran.code, ran.problem["code"], ran.problem["path"]) == (3, "text.too-long", "last[0]")
    assert not (tmp_path / "new.db").exists()


def test_a_backup_is_restored_once(plannit: Run, saved: Path, tmp_path: Path) -> None:
    assert plannit("restore", saved, "--db", tmp_path / "new.db").code == 0
    ran = plannit("restore", saved, "--db", tmp_path / "new.db", "--lang", "fr")
    assert (ran.code, ran.out) == (5, "")
    assert "Il y a déjà quelque chose dans petits-toits" in ran.err


def test_a_damaged_backup_makes_no_file(plannit: Run, saved: Path, tmp_path: Path) -> None:
    text = saved.read_bytes()
    for damaged in (b"", text[:-1], text[:3_000], text.replace(b"\xc3", b"\xff", 1), text.replace(b"\n", b"\r\n")):
        saved.write_bytes(damaged)
        ran = plannit("restore", saved, "--db", tmp_path / "new.db", "--json")
        assert (ran.code, ran.problem["code"]) == (3, "backup.damaged")
        assert not (tmp_path / "new.db").exists()
    assert (
        plannit("restore", tmp_path / "none.jsonl", "--db", tmp_path / "new.db", "--json").problem["code"]
        == "file.none"
    )


def test_all_companies_of_a_file_go_into_one_backup_or_just_one(plannit: Run, books: Path, tmp_path: Path) -> None:
    storage = SqliteStorage(books)
    Plannit(storage, company="voisin").do(c.ConfigureCompany(presets.quebec(name="Voisin")))
    storage.close()
    both, one = tmp_path / "both.jsonl", tmp_path / "one.jsonl"
    assert plannit("backup", "--db", books, "--out", both).code == 0
    assert plannit("backup", "--db", books, "--company", "voisin", "--out", one).code == 0
    assert both.read_bytes().endswith(one.read_bytes())
    assert plannit("backup", "--db", books, "--company", "nobody", "--json").problem["code"] == "company.unknown"
    new = tmp_path / "new.db"
    several = plannit("restore", both, "--db", new, "--last", "J-00009", "--json")
    assert (several.code, several.problem["code"]) == (2, "restore.several")
    assert not new.exists()
    data = plannit("restore", both, "--db", new, "--nothing-since", "--json").data
    assert [each["company"] for each in data["companies"]] == ["petits-toits", "voisin"]
    assert not any(each["numbers_are_held"] for each in data["companies"])
    for company in ("petits-toits", "voisin"):
        assert plannit("check", "--db", new, "--company", company).code == 0


def lines_of(*companies: str) -> str:
    """A backup of companies that have nothing but settings."""
    storage = MemoryStorage()
    for each in companies:
        Plannit(storage, company=each).do(c.ConfigureCompany(presets.quebec(name=each)))
    return "".join(line for each in companies for line in backup.exported(storage, each))


def companies_in(db: Path) -> list[str]:
    storage = SqliteStorage(db)
    try:
        return list(storage.companies())
    finally:
        storage.close()


@pytest.mark.parametrize(
    ("lang", "told"),
    [("en", "something in c, d already; nothing"), ("fr", "quelque chose dans c, d; rien")],
    ids=["en", "fr"],
)
def test_every_company_is_looked_at_before_the_first_is_restored(
    plannit: Run, tmp_path: Path, lang: str, told: str
) -> None:
    (tmp_path / "two.jsonl").write_text(lines_of("c", "d"), encoding="utf-8", newline="\n")
    (tmp_path / "all.jsonl").write_text(lines_of("a", "c", "b", "d"), encoding="utf-8", newline="\n")
    db = tmp_path / "books.db"
    assert plannit("restore", tmp_path / "two.jsonl", "--db", db).code == 0
    ran = plannit("restore", tmp_path / "all.jsonl", "--db", db, "--lang", lang)
    assert (ran.code, ran.out) == (5, "")
    assert told in " ".join(ran.err.split())
    problem = plannit("restore", tmp_path / "all.jsonl", "--db", db, "--json").problem
    assert (problem["code"], problem["params"]) == ("restore.some-not-empty", {"companies": ["c", "d"]})
    assert companies_in(db) == ["c", "d"]


def test_two_backups_of_one_company_are_not_restored_one_over_the_other(plannit: Run, tmp_path: Path) -> None:
    file = tmp_path / "twice.jsonl"
    file.write_text(lines_of("a") + lines_of("b", "a"), encoding="utf-8", newline="\n")
    ran = plannit("restore", file, "--db", tmp_path / "new.db", "--json")
    assert (ran.code, ran.problem["code"], ran.problem["params"]) == (3, "restore.twice", {"companies": ["a"]})
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize(("lang", "told"), [("en", "and kept: a."), ("fr", "et gardé : a.")], ids=["en", "fr"])
def test_somebody_who_is_quicker_is_told_with_what_was_restored_before(
    plannit: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, told: str
) -> None:
    file, db = tmp_path / "both.jsonl", tmp_path / "new.db"
    file.write_text(lines_of("a", "b"), encoding="utf-8", newline="\n")
    restored = backup.restored

    def after_somebody_else(lines: Sequence[str], storage: Storage) -> backup.Restored:
        if backup.checked(lines).company == "b":
            Plannit(storage, company="b").do(c.ConfigureCompany(presets.quebec(name="quicker")))
        return restored(lines, storage)

    monkeypatch.setattr(backup, "restored", after_somebody_else)
    ran = plannit("restore", file, "--db", db, "--lang", lang)
    assert (ran.code, ran.out) == (5, "")
    assert told in ran.err
    db.unlink()
    problem = plannit("restore", file, "--db", db, "--json").problem
    assert problem["type"] == "urn:plannit-core:problem:storage-error:restore.not-empty"
    assert (problem["params"], problem["restored"], problem["exit"]) == ({"company": "b"}, ["a"], 5)


@pytest.mark.parametrize(("lang", "told"), [("en", "and kept: a."), ("fr", "et gardé : a.")], ids=["en", "fr"])
def test_ctrl_c_between_two_companies_tells_what_was_restored_before(
    plannit: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, told: str
) -> None:
    """The same command would not go on from there: what was restored is no longer empty."""
    file, db = tmp_path / "both.jsonl", tmp_path / "new.db"
    file.write_text(lines_of("a", "b"), encoding="utf-8", newline="\n")
    restored = backup.restored

    def interrupted_at(company: str) -> None:
        def act(lines: Sequence[str], storage: Storage) -> backup.Restored:
            if backup.checked(lines).company == company:
                raise KeyboardInterrupt
            return restored(lines, storage)

        monkeypatch.setattr(backup, "restored", act)

    interrupted_at("a")
    assert "goes on" in plannit("restore", file, "--db", db, "--lang", "en").err
    interrupted_at("b")
    ran = plannit("restore", file, "--db", db, "--lang", lang)
    assert (ran.code, ran.out) == (130, "")
    assert told in ran.err
    assert "restore.some-not-empty" in plannit("restore", file, "--db", db, "--json").err


def piped(text: bytes, *words: str | Path) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, with this on its standard input."""
    argv = [sys.executable, "-m", "plannit_core", *map(str, words)]
    return subprocess.run(argv, input=text, capture_output=True, env=environment(), check=False)


def test_a_backup_may_come_through_the_standard_input(plannit: Run, books: Path, saved: Path, tmp_path: Path) -> None:
    text = saved.read_bytes()
    ran = piped(text, "restore", "-", "--db", tmp_path / "new.db", "--json")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert plannit("check", "--db", tmp_path / "new.db").code == 0
    for damaged in (b"", text[:-1], text.replace(b"\n", b"\r\n"), gzip.compress(text)):
        ran = piped(damaged, "restore", "-", "--db", tmp_path / "other.db", "--json")
        assert (ran.returncode, json.loads(ran.stderr)["code"]) == (3, "backup.damaged")
        assert not (tmp_path / "other.db").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_backup_may_come_through_a_pipe(plannit: Run, saved: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(saved.read_bytes()))
    writer.start()
    ran = plannit("restore", pipe, "--db", tmp_path / "new.db")
    writer.join()
    assert (ran.code, ran.err) == (0, "")


def test_a_folder_is_no_backup(plannit: Run, tmp_path: Path) -> None:
    ran = plannit("restore", tmp_path, "--db", tmp_path / "new.db", "--json")
    assert (ran.code, ran.problem["code"]) == (5, "file.failed")


def test_what_is_asked_of_numbers_and_of_a_restore_is_one_thing(plannit: Run, saved: Path, tmp_path: Path) -> None:
    for words in (["--hold", "--resume"], []):
        assert plannit("numbers", "--db", tmp_path / "new.db", *words).code == 2
    assert plannit("restore", saved, "--db", tmp_path / "new.db", "--last", "J-1", "--nothing-since").code == 2
