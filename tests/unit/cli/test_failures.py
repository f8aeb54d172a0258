"""What the command ends with, and what it says then: to a person, and to a program."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plannit_core import cli
from plannit_core.cli import run_season
from plannit_core.cli.failures import Exit
from plannit_core.errors import Unavailable
from unit.cli.running import environment, longest

if TYPE_CHECKING:
    from unit.cli.conftest import Run


COMMANDS = (
    *("demo", "replay", "jobs", "job", "invoices", "invoice", "day"),
    *("check", "backup", "restore", "numbers", "diagram"),
)


def test_a_bare_plannit_shows_its_help(plannit: Run) -> None:
    for words in ([], ["--lang", "fr"]):
        ran = plannit(*words)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out == plannit("--help", *words).out


def test_a_program_that_names_no_command_is_told_so(plannit: Run) -> None:
    ran = plannit("--json", "--lang", "fr")
    assert (ran.code, ran.out) == (2, "")
    assert ran.problem["detail"] == "il manque : COMMANDE"


def test_help_lists_the_commands_and_what_they_end_with(plannit: Run) -> None:
    ran = plannit("--help")
    assert (ran.code, ran.err) == (0, "")
    for name in COMMANDS:
        assert f"\n    {name} " in ran.out
    for number in Exit:
        assert f"  {int(number):>4}  " in ran.out


def test_the_reference_lists_what_they_end_with() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "command-line.md"
    rows = re.findall(r"^\| (\d+) \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(row) for row in rows] == [int(number) for number in Exit]


def test_help_in_french(plannit: Run) -> None:
    for argv in (["--help"], ["replay", "--help"], ["day", "-h"]):
        text = plannit(*argv, "--lang", "fr").out
        assert text.startswith("utilisation : plannit")
        for english in ("usage", "options:", "positional", "show"):
            assert english not in text


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_help_fits_80_columns(plannit: Run, name: str, lang: str) -> None:
    assert longest(plannit(name, "--help", "--lang", lang).out) <= 80


def test_the_language_of_the_environment(plannit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "fr_CA.UTF-8")
    assert plannit("--help").out.startswith("utilisation")
    monkeypatch.setenv("LC_ALL", "en_CA.UTF-8")
    assert plannit("--help").out.startswith("usage")


def test_the_version_is_told(plannit: Run) -> None:
    ran = plannit("--version")
    assert ran.code == 0
    assert ran.out.startswith("plannit ")


@pytest.mark.parametrize(
    ("argv", "french", "english"),
    [
        (["job", "J-1"], "il manque : --db", "the following arguments are required: --db"),
        (["demo", "--db"], "--db : il manque une valeur", "argument --db: expected one argument"),
        (["demo", "--loud"], "mots inconnus : --loud", "unrecognized arguments: --loud"),
        (["day", "--db", "x", "--on", "soon"], "--on : soon n'est pas une date.", "argument --on: soon is not a day."),
        (["diagram", "cat"], "kind : 'cat' n'est pas parmi", "argument kind: invalid choice: 'cat'"),
    ],
)
def test_what_is_not_understood_ends_with_2(plannit: Run, argv: list[str], french: str, english: str) -> None:
    for lang, told in (("fr", french), ("en", english)):
        ran = plannit("--lang", lang, *argv)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("utilisation : plannit" if lang == "fr" else "usage: plannit")
        assert told in ran.err


def test_what_is_not_understood_as_a_problem_document(plannit: Run) -> None:
    ran = plannit("job", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.problem["type"] == "urn:plannit-core:problem:command:usage.wrong"
    assert ran.problem["exit"] == 2


def test_the_options_of_every_command_may_stand_before_it(plannit: Run) -> None:
    assert plannit("--json", "diagram", "job").data["kind"] == "job"
    assert "open: Ouvert" in plannit("--lang=fr", "diagram", "job").out


def test_what_is_not_there_ends_with_4(plannit: Run, books: Path) -> None:
    ran = plannit("job", "J-99999", "--db", books)
    assert ran.err.startswith(
        "Aucun dossier job n'a le numéro ou l'identifiant J-99999.\nPour voir ceux qui existent :\n"
    )
    assert ran.err.endswith(f"  plannit jobs --db {books}\n")
    ran = plannit("invoice", "F1", "--db", books, "--company", "petits-toits", "--lang", "en")
    assert ran.err.startswith("No invoice has the number or the id F1.\nTo list those there are:\n")
    assert ran.err.endswith(f"  plannit invoices --db {books} --company petits-toits\n")
    for argv in (["job", "job_nobody"], ["job", "inv_wrong"], ["invoice", "F9999-1"], ["invoice", "inv_nobody"]):
        ran = plannit(*argv, "--db", books, "--json")
        assert (ran.code, ran.out) == (4, "")
        assert ran.problem["code"] == "record.not-found"


def test_a_file_that_is_not_there_is_not_made(plannit: Run, tmp_path: Path) -> None:
    ran = plannit("job", "J-1", "--db", tmp_path / "none.db", "--lang", "en")
    assert ran.code == 5
    assert "There is no file" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_something_else_ends_with_5_and_is_left_alone(plannit: Run, tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear Ada, " * 500, encoding="utf-8")
    ran = plannit("job", "J-1", "--db", other, "--lang", "en")
    assert (ran.code, ran.out) == (5, "")
    assert "This file holds something else" in ran.err
    assert "letter.txt" in "".join(ran.err.split())
    assert other.read_text(encoding="utf-8") == "Dear Ada, " * 500
    problem = plannit("job", "J-1", "--db", other, "--json").problem
    assert (problem["code"], problem["exit"]) == ("storage.foreign-file", 5)


def test_an_empty_store_has_nothing_to_show(plannit: Run, tmp_path: Path) -> None:
    from plannit_core.adapters.sqlite import SqliteStorage

    path = tmp_path / "empty.db"
    storage = SqliteStorage(str(path))
    storage.companies()
    storage.close()
    ran = plannit("day", "--db", path, "--lang", "en")
    assert ran.code == 4
    assert "There is no company yet." in ran.err


def test_a_storage_that_fails_ends_with_5(plannit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise Unavailable("storage.busy")

    monkeypatch.setattr(run_season, "replay", busy)
    ran = plannit("demo", "--json")
    assert (ran.code, ran.problem["code"]) == (5, "storage.busy")


def test_ctrl_c_gives_a_short_message_and_130(plannit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run_season, "replay", interrupted)
    ran = plannit("demo", "--lang", "en")
    assert (ran.code, ran.out) == (130, "")
    assert ran.err == "Interrupted. What was done is stored; the same command goes on from there.\n"


def test_a_reader_that_went_away_ends_with_141(plannit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(cli, "_run", gone)
    monkeypatch.setattr("plannit_core.cli.session.Session.let_go", lambda _: None)
    assert plannit("demo").code == 141


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_an_interrupted_replay_goes_on_where_it_stopped(plannit: Run, tmp_path: Path) -> None:
    from plannit_core.season import bundled_path

    path = tmp_path / "books.db"
    argv = ["replay", str(bundled_path()), "--db", str(path), "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "plannit_core", *argv], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as running:
        until = time.monotonic() + 30
        while not path.is_file() and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    if running.returncode:  # it may have been faster
        assert (running.returncode, out) == (130, b"")
        assert err.count(b"\n") <= 2
    ran = plannit(*argv)
    assert ran.code == 0
    assert ran.data["balances"]
