"""`plannit jobs`, `plannit invoices`: what there is, by number; drafts by id."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plannit_core import commands as c
from unit.cli.running import longest, planned_invoice

if TYPE_CHECKING:
    from plannit_core import Plannit
    from unit.cli.conftest import Run
    from unit.cli.running import Ran

Office = tuple[Path, "Plannit"]

JOBS = """\
Job folders  2 job folders
────────────────────────────────────────────────────────────────────────────────
Number   Opened      Client              Title           Status
───────────────────────────────────────────────────────────────
J-00001  2026-03-02  Zoé Lebœuf          Toit du chalet  New
J-00002  2026-03-03  Walter Finch [sic]  Leaking gutter  New
"""
"""What `plannit jobs` prints."""


def squeezed(text: str) -> str:
    return re.sub(" +", " ", text)


def test_job_folders_are_listed_by_number(plannit: Run, books: Path) -> None:
    ran = plannit("jobs", "--db", books, "--lang", "en")
    assert (ran.code, ran.out, ran.err) == (0, JOBS, "")
    for job in plannit("jobs", "--db", books, "--json").data["jobs"]:
        assert plannit("job", job["number"], "--db", books, "--json").data["contact"]["name"] == job["contact_name"]


def test_job_folders_of_one_status(plannit: Run, office: Office) -> None:
    path, app = office
    ada = app.do(c.AddContact("Ada Byron"))
    first, second = (app.do(c.OpenJob(ada.id)) for _ in range(2))
    app.do(c.EditJob(second.id, status="Scheduled"))
    data = plannit("jobs", "--db", path, "--status", "Scheduled", "--json").data
    assert [each["number"] for each in data["jobs"]] == [second.number]
    text = plannit("jobs", "--db", path, "--status", "Scheduled", "--lang", "en").out
    assert (second.number in text, first.number in text) == (True, False)
    assert plannit("jobs", "--db", path, "--status", "Lost", "--lang", "en").out.startswith(
        "Job folders  0 job folders\n"
    )


def test_invoices_are_listed_by_number_with_what_is_left_to_pay(plannit: Run, books: Path) -> None:
    text = squeezed(plannit("invoices", "--db", books, "--lang", "en").out)
    assert text.startswith("Invoices 3 invoices\n")
    assert "\nF2026-00001 2026-03-04 Zoé Lebœuf Paid $510.21 $0.00\n" in text
    assert text.index("F2026-00002") < text.index("\nF2026-00003 2026-06-15 Zoé Lebœuf To pay $510.20 $510.20\n")
    assert "Drafts" not in text
    data = plannit("invoices", "--db", books, "--json").data["invoices"]
    assert [each["number"] for each in data] == ["F2026-00001", "F2026-00002", "F2026-00003"]
    assert [each["payment_state"] for each in data] == ["paid", "paid", "to_pay"]
    assert (data[1]["contact_name"], data[1]["job_number"]) == ("Walter Finch [sic]", "J-00002")


def test_a_draft_is_listed_by_the_id_that_shows_it(plannit: Run, office: Office) -> None:
    path, app = office
    planned = planned_invoice(app)
    kept = app.do(c.HoldInvoice(planned_invoice(app)))
    voided = app.do(c.VoidInvoice(app.do(c.IssueInvoice(planned_invoice(app))).id))
    text = squeezed(plannit("invoices", "--db", path, "--lang", "en").out)
    numbered, drafts = text.split("\nDrafts\n")
    assert f"{voided.number} 2024-03-04 Ada Byron Voided $137.97 $0.00" in numbered
    assert f"\n{planned} 2024-03-06 Ada Byron $137.97\n{kept.id} Ada Byron $137.97\n" in drafts
    assert "its id stands for it" in drafts
    assert plannit("invoice", str(planned), "--db", path, "--lang", "en").code == 0


@pytest.mark.parametrize(
    ("state", "numbers"),
    [
        ("draft", []),
        ("issued", ["F2026-00001", "F2026-00002", "F2026-00003"]),
        ("paid", ["F2026-00001", "F2026-00002"]),
        ("to_pay", ["F2026-00003"]),
        ("partially_paid", []),
        ("voided", []),
    ],
)
def test_invoices_in_one_state(plannit: Run, books: Path, state: str, numbers: list[str]) -> None:
    data = plannit("invoices", "--db", books, "--state", state, "--json").data
    assert [each["number"] for each in data["invoices"]] == numbers


def test_the_lists_of_a_season_fit_their_terminal(
    plannit: Run, demo: tuple[Path, Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    for width in (40, 80):
        monkeypatch.setenv("COLUMNS", str(width))
        for name in ("jobs", "invoices"):
            for lang in ("fr", "en"):
                ran = plannit(name, "--db", demo[0], "--lang", lang)
                assert ran.code == 0
                assert longest(ran.out) <= width
