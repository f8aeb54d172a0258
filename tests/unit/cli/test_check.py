"""`plannit check`: nothing wrong, or what is, by id; in both languages, and as data."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plannit_core import commands as c
from plannit_core import presets

if TYPE_CHECKING:
    from plannit_core import Plannit
    from unit.cli.conftest import Run


@pytest.mark.parametrize(("lang", "told"), [("en", "Nothing is wrong."), ("fr", "Rien à redire.")])
def test_sound_books_are_said_to_be_sound(plannit: Run, books: Path, lang: str, told: str) -> None:
    ran = plannit("check", "--db", books, "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert told in ran.out
    assert ran.out.startswith(f"{'The books of' if lang == 'en' else 'Les livres de'} Les Petits Toits\n")


def test_what_is_wrong_is_named_by_id_and_the_command_fails(plannit: Run, books: Path) -> None:
    connection = sqlite3.connect(books)
    [(id,)] = connection.execute("SELECT id FROM plannit_invoice WHERE number = 'F2026-00001'")
    connection.execute("UPDATE plannit_invoice SET total = total + 1 WHERE id = ?", (id,))
    connection.commit()
    connection.close()
    ran = plannit("check", "--db", books, "--lang", "en")
    assert ran.code == 1
    assert f"invoice {id}" in ran.out
    assert "The column total is not what the record says" in ran.out
    data = plannit("check", "--db", books, "--json").data
    assert not data["is_clean"]
    assert [(each["company"], each["name"]) for each in data["companies"]] == [("petits-toits", "Les Petits Toits")]
    assert data["company"] == data["found"][0]["company"] == "petits-toits"
    assert {"kind": "invoice", "id": id} == {name: data["found"][0][name] for name in ("kind", "id")}


def test_settings_that_cannot_be_read_are_a_finding_and_no_failure(plannit: Run, books: Path) -> None:
    connection = sqlite3.connect(books)
    connection.execute("UPDATE plannit_company SET body = replace(body, 'Petits', 'Grands')")
    connection.commit()
    connection.close()
    ran = plannit("check", "--db", books, "--lang", "en")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("The books of petits-toits\n")
    assert "company com_settings" in ran.out
    assert "Cannot be read (storage.damaged)" in ran.out


def test_every_company_of_a_file_is_checked_one_after_the_other(plannit: Run, office: tuple[Path, Plannit]) -> None:
    path, app = office
    other = app.for_company("rive-sud")
    other.do(c.ConfigureCompany(presets.quebec(name="Rive-Sud")))
    ran = plannit("check", "--db", path, "--lang", "en")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.index("The books of Toitures Lavoie\n") < ran.out.index("The books of Rive-Sud\n")
    assert ran.out.count("Nothing is wrong.") == 2
    one = plannit("check", "--db", path, "--company", "rive-sud", "--lang", "en").out
    assert "Lavoie" not in one
    connection = sqlite3.connect(path)
    connection.execute("UPDATE plannit_head SET position = position + 1 WHERE company = 'rive-sud'")
    connection.commit()
    connection.close()
    ran = plannit("check", "--db", path, "--json")
    assert ran.code == 1
    assert (ran.data["company"], ran.data["is_clean"], ran.data["records"]["company"]) == (None, False, 2)
    assert [(each["company"], each["is_clean"]) for each in ran.data["companies"]] == [
        ("lavoie", True),
        ("rive-sud", False),
    ]
    assert {each["company"] for each in ran.data["found"]} == {"rive-sud"}
