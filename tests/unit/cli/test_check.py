"""`plannit check`: nothing wrong, or what is, by id; in both languages, and as data."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from unit.cli.conftest import Run


@pytest.mark.parametrize(("lang", "told"), [("en", "Nothing is wrong."), ("fr", "Rien à redire.")])
def test_sound_books_are_said_to_be_sound(plannit: Run, books: Path, lang: str, told: str) -> None:
    ran = plannit("check", "--db", books, "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert told in ran.out


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
    assert {"kind": "invoice", "id": id} == {name: data["found"][0][name] for name in ("kind", "id")}


def test_settings_that_cannot_be_read_are_a_finding_and_no_failure(plannit: Run, books: Path) -> None:
    connection = sqlite3.connect(books)
    connection.execute("UPDATE plannit_company SET body = replace(body, 'Petits', 'Grands')")
    connection.commit()
    connection.close()
    ran = plannit("check", "--db", books, "--lang", "en")
    assert (ran.code, ran.err) == (1, "")
    assert "company com_settings" in ran.out
    assert "Cannot be read (storage.damaged)" in ran.out
