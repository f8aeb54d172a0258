"""`plannit replay`: a season of one's own, once; wrong input is told whole and nothing of it is stored."""

from __future__ import annotations

import re
from importlib.resources import as_file
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from plannit_core import Actor, Plannit, presets
from plannit_core import commands as c
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.season import bundled_path
from unit.cli.running import longest

if TYPE_CHECKING:
    from unit.cli.conftest import Run


def changed(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def test_a_folder_is_replayed_and_its_books_are_kept(plannit: Run, season_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "own books.db"
    ran = plannit("replay", season_folder, "--db", path, "--lang", "en")
    assert ran.code == 0
    assert "Les Petits Toits  from March 2, 2026 to July 31, 2026" in ran.out
    assert "2 clients, 2 job folders, 1 quote, 3 invoices, 1 work order." in ran.out
    assert "Done: 15 operations." in ran.out
    assert f"plannit job J-00001 --db '{path}'" in ran.out
    assert path.is_file()


def test_again_it_adds_nothing_and_says_so(plannit: Run, season_folder: Path, books: Path) -> None:
    before = plannit("job", "J-00001", "--db", books, "--json").data
    ran = plannit("replay", season_folder, "--db", books)
    assert ran.code == 0
    assert "Rien n'a été ajouté : tout (15 opérations) avait déjà été fait." in ran.out
    assert plannit("job", "J-00001", "--db", books, "--json").data == before


def test_it_can_stop_at_a_day_and_go_on_later(plannit: Run, season_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    early = plannit("replay", season_folder, "--db", path, "--to", "2026-03-03", "--lang", "en").out
    assert "Quote S2026-00001 · Sent on March 2, 2026, valid until" in early
    first = plannit("replay", season_folder, "--db", path, "--to", "2026-03-05", "--json").data
    assert (first["to"], first["balances"]) == ("2026-03-05", True)
    known = first["done"] + first["repeated"]
    ran = plannit("replay", season_folder, "--db", path, "--lang", "en")
    assert f"Done: {15 - known} operations; {known} had been done before." in ran.out


def test_a_day_before_the_season_is_refused(plannit: Run, season_folder: Path, tmp_path: Path) -> None:
    ran = plannit("replay", season_folder, "--db", tmp_path / "books.db", "--to", "2026-01-01", "--lang", "en")
    assert ran.code == 2
    assert "The season begins on March 2, 2026" in ran.err
    assert not (tmp_path / "books.db").exists()


def test_wrong_input_is_told_whole_and_nothing_is_stored(plannit: Run, season_folder: Path, tmp_path: Path) -> None:
    changed(season_folder, "contacts.csv", "zoe@example.com", "nobody")
    changed(season_folder, "quotes.csv", "2026-03-04", "04/03/2026")
    changed(season_folder, "requests.csv", "C-2", "C-9")
    ran = plannit("replay", season_folder, "--db", tmp_path / "books.db", "--lang", "en")
    assert (ran.code, ran.out) == (3, "")
    assert "3 problems" in ran.err
    assert "nothing was stored" in " ".join(ran.err.split())
    for where in ("contacts.csv, line 2, email", "quotes.csv, line 2, answered_on", "requests.csv, line 3, contact"):
        assert where in ran.err
    assert "This is not an e-mail address." in ran.err
    assert not (tmp_path / "books.db").exists()


def test_wrong_input_as_a_problem_document(plannit: Run, season_folder: Path, tmp_path: Path) -> None:
    changed(season_folder, "contacts.csv", "zoe@example.com", "nobody")
    ran = plannit("replay", season_folder, "--db", tmp_path / "books.db", "--json", "--lang", "fr")
    assert (ran.code, ran.out) == (3, "")
    assert ran.problem["type"] == "urn:plannit-core:problem:command:season.problems"
    assert ran.problem["exit"] == 3
    assert ran.problem["problems"] == [
        {
            "file": "contacts.csv",
            "row": 2,
            "column": "email",
            "code": "contact.email",
            "params": {},
            "detail": "Ce n'est pas une adresse de courriel. Vérifiez-la.",
        }
    ]


def test_wrong_input_fits_a_narrow_terminal(
    plannit: Run, season_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.chdir(season_folder.parent)
    changed(season_folder, "quotes.csv", "2026-03-04", "04/03/2026")
    assert longest(plannit("replay", "season", "--db", tmp_path / "books.db").err) <= 40


def test_a_folder_that_is_not_there(plannit: Run, tmp_path: Path) -> None:
    ran = plannit("replay", tmp_path / "nowhere", "--db", tmp_path / "books.db", "--lang", "en")
    assert ran.code == 3
    assert "There is no such folder." in ran.err


def test_what_the_library_refuses_is_left_out_and_ends_with_4(
    plannit: Run, season_folder: Path, tmp_path: Path
) -> None:
    changed(season_folder, "payments.csv", "P-1,2026-03-10,Q-1/1,balance", "P-1,2026-03-10,Q-1/1,9999.00")
    ran = plannit("replay", season_folder, "--db", tmp_path / "books.db", "--lang", "en")
    assert ran.code == 4
    assert "payments.csv, line 2 · March 10, 2026" in ran.out
    assert "This is more than the balance of $510.21." in ran.out
    assert "It balances, to the cent." in ran.out
    assert plannit("replay", season_folder, "--db", tmp_path / "books.db", "--json").data["refused"][0]["row"] == 2


def test_above_refused_rows_nobody_says_that_all_was_done(plannit: Run, season_folder: Path, books: Path) -> None:
    changed(season_folder, "payments.csv", "P-1,2026-03-10,Q-1/1,balance", "P-1,2026-03-10,Q-1/1,20.00")
    ran = plannit("replay", season_folder, "--db", books, "--lang", "en")
    assert ran.code == 4
    assert "Done: 0 operations; 14 had been done before." in ran.out
    assert "Nothing was added" not in ran.out
    assert "payments.csv, line 2 · March 10, 2026" in ran.out
    assert "what it asks for has changed since" in " ".join(ran.out.split())


def test_a_changed_row_says_plainly_in_french_what_to_do(plannit: Run, season_folder: Path, books: Path) -> None:
    changed(season_folder, "payments.csv", "P-1,2026-03-10,Q-1/1,balance", "P-1,2026-03-10,Q-1/1,20.00")
    text = " ".join(plannit("replay", season_folder, "--db", books).out.replace("│", " ").split())
    assert "Annulez ce changement, puis corrigez en ajoutant une nouvelle ligne" in text


def test_rows_done_on_another_day_are_told_with_both_days(plannit: Run, season_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    changed(season_folder, "payments.csv", "Q-1/1,balance", "Q-1/1,9999.00")
    assert plannit("replay", season_folder, "--db", path).code == 4
    changed(season_folder, "payments.csv", "Q-1/1,9999.00", "Q-1/1,balance")
    ran = plannit("replay", season_folder, "--db", path, "--lang", "en")
    assert ran.code == 0
    assert "payments.csv, line 2 · March 10, 2026 → June 15, 2026" in ran.out
    assert "replay the season into a new file" in " ".join(ran.out.split())
    assert plannit("replay", season_folder, "--db", path, "--json").data["shifted"] == [
        {
            "asked_on": "2026-03-10",
            "played_on": "2026-06-15",
            "key": "season:payments.csv:P-1",
            "file": "payments.csv",
            "row": 2,
        }
    ]


def test_the_reference_shows_what_is_printed(plannit: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "season.md"
    shown = re.findall(r"```text\n\$ plannit (.+?)\n(.+?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    with as_file(bundled_path()) as bundled:
        copytree(bundled, "my-season")
    for (argv, excerpt), row in zip(shown, ("R-900,2025-10-06,C-001,Lucarne,\n", ""), strict=True):
        printed = plannit(*argv.split()).out
        assert [part for part in excerpt.split("…\n") if part not in printed] == []
        with Path("my-season/requests.csv").open("a", encoding="utf-8") as requests:
            requests.write(row)


def test_of_many_rows_done_on_another_day_the_first_are_told(plannit: Run, season_folder: Path, tmp_path: Path) -> None:
    requests = (season_folder / "requests.csv").read_text(encoding="utf-8")
    path = tmp_path / "books.db"
    plannit("replay", season_folder, "--db", path)
    more = "".join(f"R-{number},2026-03-09,C-1,,\n" for number in range(10, 22))
    (season_folder / "requests.csv").write_text(requests + more, encoding="utf-8")
    ran = plannit("replay", season_folder, "--db", path, "--lang", "en")
    assert ran.out.count("March 9, 2026 → June 15, 2026") == 10
    assert "… and 2 more." in ran.out


def test_books_of_a_live_company_are_not_touched(plannit: Run, season_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    storage = SqliteStorage(str(path))
    live = Plannit(storage, company="petits-toits", actor=Actor.user("marie"))
    live.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    before = storage.events("petits-toits")
    ran = plannit("replay", season_folder, "--db", path)
    assert (ran.code, ran.out) == (4, "")
    assert "Ce n'est pas une saison qui a commencé les livres que petits-toits a ici." in " ".join(ran.err.split())
    assert plannit("replay", season_folder, "--db", path, "--json").problem["code"] == "season.foreign-books"
    assert storage.events("petits-toits") == before
    assert live.settings.name == "Toitures Lavoie"


def test_wrong_input_is_told_in_the_language_of_the_season(plannit: Run, season_folder: Path, tmp_path: Path) -> None:
    changed(season_folder, "contacts.csv", "zoe@example.com", "nobody")
    argv = ("replay", season_folder, "--db", tmp_path / "books.db")
    assert "contacts.csv, ligne 2, email" in plannit(*argv).err
    assert "contacts.csv, line 2, email" in plannit(*argv, "--lang", "en").err
    changed(
        season_folder, "company.toml", "ends_on = 2026-07-31", 'ends_on = 2026-07-31\n\n[settings]\nlanguage = "en"'
    )
    assert "contacts.csv, line 2, email" in plannit(*argv).err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ends_on = 2026-07-31", "ends_on = 2026-01-31", "Ce jour vient avant"),  # the rest can be read
        ('preset = "quebec"', 'preset = "atlantis"', "is not one of"),
        ('preset = "quebec"', "preset =", "this is not TOML"),
    ],
)
def test_the_language_is_known_once_the_preset_can_be_read(
    plannit: Run, season_folder: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    changed(season_folder, "company.toml", old, new)
    assert said in " ".join(plannit("replay", season_folder, "--db", tmp_path / "books.db").err.split())


def test_what_could_not_leave_is_told(plannit: Run, season_folder: Path, tmp_path: Path) -> None:
    changed(season_folder, "company.toml", "ends_on = 2026-07-31", "ends_on = 2026-07-31\n\n[settings]\nday_cap = 1")
    (season_folder / "invoices.csv").write_text(
        "key,day,request,planned_for\nI-1,2026-03-09,R-1,2026-06-15\n", encoding="utf-8"
    )
    (season_folder / "invoice_lines.csv").write_text(
        "document,text,quantity,price\nI-1,Extra,1,10.00\n", encoding="utf-8"
    )
    ran = plannit("replay", season_folder, "--db", tmp_path / "books.db", "--lang", "en")
    assert "Could not leave" in ran.out
    assert "June 15, 2026" in ran.out


def test_a_season_of_requests_only_shows_one_of_them(plannit: Run, season_folder: Path, tmp_path: Path) -> None:
    for path in season_folder.iterdir():
        if path.name not in ("company.toml", "contacts.csv", "requests.csv"):
            path.unlink()
    ran = plannit("replay", season_folder, "--db", tmp_path / "books.db", "--lang", "en")
    assert ran.code == 0
    assert "Job folders  1 of 2" in ran.out
    assert "Nothing left." in ran.out
    assert "It balances, to the cent." in ran.out


def test_a_season_in_which_nobody_asked_for_anything(plannit: Run, season_folder: Path, tmp_path: Path) -> None:
    for path in season_folder.iterdir():
        if path.name not in ("company.toml", "contacts.csv"):
            path.unlink()
    (season_folder / "requests.csv").write_text("key,day,contact\n", encoding="utf-8")
    ran = plannit("replay", season_folder, "--db", tmp_path / "books.db", "--lang", "en")
    assert ran.code == 0
    assert "Job folders" not in ran.out
    assert "To try next" not in ran.out
