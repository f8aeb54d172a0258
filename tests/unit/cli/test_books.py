"""`plannit job`, `plannit invoice`, `plannit day`, `plannit diagram`: what a contractor sees of the books."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from attrs import evolve

from plannit_core import Actor, Discount, FixedClock, Instalment, Line, Money, Plannit, Schedule, When, presets
from plannit_core import commands as c
from plannit_core.lifecycle import MACHINES
from unit.cli.running import longest, planned_invoice

if TYPE_CHECKING:
    from unit.cli.conftest import Run
    from unit.cli.running import Ran

Office = tuple[Path, Plannit]

JOB = """\
Job folder J-00001 · Toit du chalet                                         Open
├── Client: Zoé Lebœuf · zoe@example.com · 514-555-0101
├── Quote S2026-00001 · Approved on March 4, 2026                      $1,020.41
│   └── Payment schedule: Deux moitiés
│       ├── 1/2 · 50% · Upon approval → F2026-00001                      $510.21
│       └── 2/2 · the rest · June 15, 2026 → F2026-00003                 $510.20
├── Invoice F2026-00001 · Paid · March 4, 2026                           $510.21
│   └── paid $510.21                                               balance $0.00
├── Invoice F2026-00003 · To pay, overdue · June 15, 2026                $510.20
│   └── due on June 15, 2026 · paid $0.00                        balance $510.20
├── Figures
│   ├── Revenue, before tax                                              $887.50
│   ├── Invoiced, tax included                                         $1,020.41
│   ├── Collected                                                        $510.21
│   ├── Pending                                                          $510.20
│   └── To invoice                                                         $0.00
└── Last events (8 of 12)
"""
"""What `plannit job` prints above the events."""


def test_a_job_folder_shows_everything_about_it(plannit: Run, books: Path) -> None:
    ran = plannit("job", "J-00001", "--db", books, "--lang", "en")
    assert ran.code == 0
    assert ran.out.startswith(JOB)
    assert ran.out.endswith("    └── 2026-06-15  Invoice sent.\n")


def test_a_job_in_the_company_s_own_language(plannit: Run, books: Path) -> None:
    text = plannit("job", "J-00002", "--db", books).out
    assert "Dossier J-00002 · Leaking gutter" in text
    assert "Client : Walter Finch [sic] · 450-555-0102" in text
    assert "Bon de travail : Repair · Terminé · visite le 6 mars 2026" in text
    assert "payé 137,95 $ · arrondi comptant 0,02 $" in text


def test_a_job_is_found_by_its_number_and_by_its_id(plannit: Run, books: Path) -> None:
    by_number = plannit("job", "J-00001", "--db", books, "--json").data
    assert plannit("job", by_number["job"]["id"], "--db", books, "--json").data == by_number
    assert by_number["invoiced"] == {"amount": "1020.41", "currency": "CAD"}
    assert [each["payment_state"] for each in by_number["invoices"]] == ["paid", "to_pay"]
    assert by_number["quotes"][0]["is_expired"] is False
    assert len(by_number["timeline"]) == 12


def test_schedules_offered_side_by_side_are_all_shown(plannit: Run, demo: tuple[Path, Ran]) -> None:
    texts = [plannit("job", f"J-{number:05d}", "--db", demo[0], "--lang", "en").out for number in range(1, 117)]
    offered = [text for text in texts if "Schedule offered: " in text]
    assert offered
    assert any("Expired on " in text for text in offered)
    assert any("Declined: " in text for text in texts)
    assert any("not delivered: no e-mail" in text for text in texts)


def test_every_folder_fits_its_terminal(plannit: Run, demo: tuple[Path, Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    for width in (40, 80):
        monkeypatch.setenv("COLUMNS", str(width))
        for number in range(1, 117, 5):
            assert longest(plannit("job", f"J-{number:05d}", "--db", demo[0]).out) <= width


def test_an_invoice_shows_lines_taxes_totals_and_payments(plannit: Run, books: Path) -> None:
    ran = plannit("invoice", "F2026-00002", "--db", books, "--lang", "en")
    assert ran.code == 0
    for shown in (
        r"Invoice F2026-00002  March 6, 2026",
        r"Client: Walter Finch \[sic\]",
        r"Call-out +1 +\$120\.00 +\$120\.00",
        r"GST 5% +\$6\.00",
        r"QST 9\.975% +\$11\.97",
        r"Total +\$137\.97",
        r"Paid +\$137\.95",
        r"Cash rounding +\$0\.02",
        r"Balance +\$0\.00",
        r"March 12, 2026 +Payment · Cash +\$137\.95",
    ):
        assert re.search(shown, ran.out), shown


def test_an_invoice_tells_what_can_be_done_and_why_not_the_rest(plannit: Run, books: Path) -> None:
    text = " ".join(plannit("invoice", "F2026-00003", "--db", books, "--lang", "en").out.split())
    can, cannot = text.split("What can be done now")[1].split("What cannot, and why")
    assert "Record a payment" in can
    assert "Void" in can
    assert "Edit, Plan the sending, Hold, Number, Discard the draft └── This invoice already has its number." in cannot
    assert "Move to another job └── A quote generated this invoice" in cannot


def test_an_invoice_as_json_names_its_actions_by_code(plannit: Run, books: Path) -> None:
    data = plannit("invoice", "F2026-00003", "--db", books, "--json").data
    assert list(data) == ["invoice", "job", "contact", "quote", "actions", "today"]
    assert data["invoice"]["total"]["amount"] == "510.20"
    assert data["quote"]["number"] == "S2026-00001"
    actions = {each["action"]: each for each in data["actions"]}
    assert actions["record_payment"]["allowed"]
    assert actions["edit"]["reasons"][0]["code"] == "invoice.issued"
    assert plannit("invoice", data["invoice"]["id"], "--db", books, "--json").data == data


def test_every_invoice_fits_its_terminal(plannit: Run, demo: tuple[Path, Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [f"BF2026-{number:04d}" for number in range(1, 180, 9)]
    for width in (40, 80):
        monkeypatch.setenv("COLUMNS", str(width))
        for number in numbers:
            ran = plannit("invoice", number, "--db", demo[0])
            assert ran.code == 0
            assert longest(ran.out) <= width


def test_an_adjusted_invoice_shows_what_was_corrected(plannit: Run, demo: tuple[Path, Ran]) -> None:
    texts = [
        plannit("invoice", f"BF2026-{number:04d}", "--db", demo[0], "--lang", "en").out for number in range(60, 130)
    ]
    adjusted = [text for text in texts if "Adjusted on " in text]
    assert adjusted
    assert all("Total as issued" in text for text in adjusted)
    assert any("Instalments\n" in text for text in texts)
    assert any("voided on " in text.lower() for text in texts)


def test_what_cannot_be_done_is_grouped_in_good_french(plannit: Run, books: Path) -> None:
    text = " ".join(plannit("invoice", "F2026-00001", "--db", books, "--lang", "fr").out.split())
    assert "Retenir, Numéroter, Supprimer le brouillon └── Cette facture est déjà numérotée." in text
    assert "n'est pas possible" not in text
    assert "Enregistrer un paiement └── Il ne reste rien à payer." in text


def test_what_an_adjustment_added_is_not_to_be_planned(plannit: Run, office: Office) -> None:
    path, app = office
    invoice = app.do(c.SendInvoice(planned_invoice(app)))
    app.do(c.RecordPayment(invoice.id, invoice.total, method="card"))
    app.do(c.AdjustInvoice(invoice.id, lines=[Line("One more hour", 1, Money.cad("80.00"))]))
    for lang, told, planned in (("en", "Adjustment", "To be planned"), ("fr", "Correction", "À planifier")):
        for argv in (("invoice", invoice.number or ""), ("job", "J-00001")):
            text = plannit(*argv, "--db", path, "--lang", lang).out
            assert re.search(rf"2(/2 ·)? +{told} +", text)
            assert planned not in text
    app.do(c.PlanInstalment(invoice.id, instalment=2, due_on=date(2024, 4, 1)))
    assert "Adjustment · April 1, 2024" in plannit("invoice", "F2024-00001", "--db", path, "--lang", "en").out


def test_an_invoice_voided_on_its_own_day_says_the_day_once(plannit: Run, office: Office) -> None:
    path, app = office
    first, second = (app.do(c.SendInvoice(planned_invoice(app))) for _ in range(2))
    app.do(c.VoidInvoice(first.id))
    later = evolve(app, clock=FixedClock("2024-03-05T09:00-05:00"))
    later.do(c.VoidInvoice(second.id))
    text = plannit("job", "J-00001", "--db", path, "--lang", "en").out
    assert re.search(r"F2024-00001 · Voided on March 4, 2024 +\$", text)
    text = plannit("job", "J-00002", "--db", path, "--lang", "en").out
    assert "F2024-00002 · Voided on March 5, 2024 · dated March 4, 2024" in text


def test_a_quote_shows_the_discount_of_its_schedule(plannit: Run, office: Office) -> None:
    path, app = office
    job = app.do(c.OpenJob(app.do(c.AddContact("Ada Byron")).id))
    offered = [
        Schedule.one_invoice([Instalment.rest(When.ON_APPROVAL)], name="At once", discount=Discount.percent(5)),
        Schedule.one_invoice(
            [Instalment.rest(When.TO_BE_PLANNED)], name="Later", discount=Discount.amount(Money.cad("2.00"))
        ),
    ]
    quote = app.do(c.DraftQuote(job.id, lines=[Line("Roof", 1, Money.cad("100.00"))], schedules=offered))
    text = plannit("job", job.number, "--db", path, "--lang", "en").out
    assert "├── Discount of 5%, before tax\n" in text
    assert re.search(r"├── Discount, before tax +-\$2\.00\n", text)
    app.do(c.SendQuote(quote.id))
    app.do(c.ApproveQuote(quote.id, schedule="At once", despite_expiry=True))
    text = plannit("job", job.number, "--db", path, "--lang", "fr").out
    assert re.search(r"├── Rabais de 5\s%, avant taxes +-5,00\s\$\n", text)
    assert text.count("Rabais") == 1


# ------------------------------------------------------------------------------------------------------------------ the day


def test_the_day_lets_leave_what_is_due(plannit: Run, office: Office) -> None:
    path, app = office
    planned_invoice(app)
    ran = plannit("day", "--db", path, "--lang", "en")
    assert ran.code == 0
    assert "Left: 1 invoice." in ran.out
    assert re.search(r"F2024-00001 +2024-03-06 +Ada Byron +J-00001 +sent +\$137\.97", ran.out)
    assert "Nothing was due to leave." in plannit("day", "--db", path, "--lang", "en").out


def test_the_day_says_what_was_refused_and_why(plannit: Run, office: Office) -> None:
    path, app = office
    planned_invoice(app)
    planned_invoice(app, lines=0)
    ran = plannit("day", "--db", path, "--lang", "en")
    assert ran.code == 4
    assert "Left: 1 invoice." in ran.out
    assert "Could not leave, for somebody to look at" in ran.out
    assert "Ada Byron" in ran.out
    again = plannit("day", "--db", path, "--json")
    assert again.code == 4
    assert again.data["issued"] == []
    assert again.data["refused"][0]["reasons"][0]["code"] == "document.no-lines"


def test_the_day_stops_when_too_much_would_leave(plannit: Run, office: Office) -> None:
    path, app = office
    app.do(c.ConfigureCompany(evolve(app.settings, day_cap=1)))
    planned_invoice(app)
    planned_invoice(app)
    ran = plannit("day", "--db", path, "--lang", "en")
    assert ran.code == 4
    assert "Nothing left." in ran.out
    assert plannit("day", "--db", path, "--json").data["stopped"]["code"] == "day.too-many"


def test_the_day_shows_what_leaves_next(plannit: Run, office: Office) -> None:
    path, app = office
    for _ in range(7):
        planned_invoice(app)
    ran = plannit("day", "--db", path, "--on", "2024-03-05", "--lang", "en")
    assert ran.code == 0
    assert "Nothing was due to leave." in ran.out
    assert ran.out.count("March 6, 2024") == 5
    assert "… and 2 more." in ran.out


def test_an_invoice_paid_ahead_and_one_without_an_address_leave_on_their_day_too(plannit: Run, office: Office) -> None:
    path, app = office
    ahead, silent = app.get(planned_invoice(app)), app.get(planned_invoice(app))
    app.do(c.RecordPayment(ahead.id, ahead.total, method="card"))
    app.do(c.EditContact(silent.contact_id, emails=()))
    text = plannit("day", "--db", path, "--lang", "en").out
    assert "Left: 2 invoices." in text
    assert re.search(r"F2024-00001 +2024-03-06 +Ada Byron +J-00001 +sent", text)
    assert re.search(r"F2024-00002 +2024-03-06 +Ada Byron +J-00002 +no e-mail", text)


def test_a_day_to_come_is_wrong_input(plannit: Run, books: Path) -> None:
    ran = plannit("day", "--db", books, "--on", "2999-01-01", "--json")
    assert (ran.code, ran.problem["code"], ran.problem["exit"]) == (3, "day.in-the-future", 3)


def test_somebody_without_an_address_is_marked(plannit: Run, office: Office) -> None:
    path, app = office
    invoice = app.get(planned_invoice(app))
    app.do(c.EditContact(invoice.contact_id, emails=()))
    assert re.search(r"J-00001 +no e-mail", plannit("day", "--db", path, "--lang", "en").out)
    text = plannit("invoice", "F2024-00001", "--db", path, "--lang", "en").out
    assert "not delivered: no e-mail" in text
    assert "No payment yet." in text


# -------------------------------------------------------------------------------------------------------- several companies


def test_a_file_with_several_companies_needs_to_know_which(plannit: Run, office: Office) -> None:
    path, app = office
    planned_invoice(app)
    other = Plannit(app.storage, company="rive-sud", clock=app.clock, actor=Actor.user("u1"))
    other.do(c.ConfigureCompany(presets.quebec(name="Rive-Sud")))
    ran = plannit("job", "J-00001", "--db", path, "--lang", "en")
    assert ran.code == 2
    assert "several companies: lavoie, rive-sud." in ran.err
    assert plannit("job", "J-00001", "--db", path, "--company", "lavoie").code == 0
    assert plannit("job", "J-00001", "--db", path, "--company", "rive-sud").code == 4
    unknown = plannit("job", "J-00001", "--db", path, "--company", "nobody", "--lang", "en")
    assert unknown.code == 4
    assert "no company nobody; those there are: lavoie, rive-sud." in " ".join(unknown.err.split())


# ----------------------------------------------------------------------------------------------------------------- diagrams


@pytest.mark.parametrize("kind", MACHINES)
def test_a_life_cycle_is_drawn_in_words(plannit: Run, kind: str) -> None:
    text = plannit("diagram", kind, "--lang", "fr").out
    machine = MACHINES[kind]
    lines = text.splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert f"    [*] --> {machine.initial}" in lines
    arrows = [line.partition(": ")[0] for line in machine.mermaid().splitlines()]
    assert [line.partition(": ")[0] for line in lines if "-->" in line or "stateD" in line] == arrows


def test_a_diagram_names_states_and_actions(plannit: Run) -> None:
    text = plannit("diagram", "invoice", "--lang", "fr").out
    assert "    draft: Brouillon\n" in text
    assert "    draft --> [*]: Supprimer le brouillon\n" in text
    assert "    issued --> voided: Annuler\n" in text
    assert "    issued --> voided: Void\n" in plannit("diagram", "invoice").out


def test_a_diagram_as_json_is_the_table(plannit: Run) -> None:
    data = plannit("diagram", "quote", "--json").data
    assert {"from": "sent", "action": "approve", "to": "approved"} in data["transitions"]
    assert data["mermaid"] == MACHINES["quote"].mermaid()


# ------------------------------------------------------------------------------------------------------------- unfinished


def test_drafts_say_what_they_lack(plannit: Run, office: Office) -> None:
    path, app = office
    job = app.do(c.OpenJob(app.do(c.AddContact("Ada Byron")).id))
    offered = [
        Schedule.one_invoice([Instalment.rest(When.ON_APPROVAL)], name="At once"),
        Schedule.many_invoices(
            [Instalment.fixed(Money.cad("10.00"), When.ON_APPROVAL), *[Instalment.rest(When.TO_BE_PLANNED)] * 2],
            name="In parts",
            discount=Discount.percent(5),
        ),
    ]
    app.do(c.DraftQuote(job.id, lines=[Line("Roof", 1, Money.cad("100.00"))], schedules=offered))
    empty = app.do(c.DraftInvoice(job.id))
    folder = plannit("job", job.number, "--db", path, "--lang", "en").out
    for shown in (
        "├── Client: Ada Byron\n",
        "Quote · Draft ",
        "Schedule offered: At once\n",
        "1/1 · the whole · Upon approval  ",
        "1/3 · $10.00 · Upon approval\n",
        "3/3 · an equal part · To be planned\n",
        "Invoice · Draft · no sending date ",
        f"│   └── {empty.id}\n",
    ):
        assert shown in folder
    invoice = plannit("invoice", empty.id, "--db", path, "--lang", "en").out
    assert invoice.startswith("Invoice  no sending date\n")
    assert "\nNo lines yet\n" in invoice
    assert "Send\n├── This document has no lines." in invoice


def test_too_much_received_is_to_refund_and_no_longer_due(plannit: Run, office: Office) -> None:
    path, app = office
    invoice = app.get(planned_invoice(app))
    app.do(c.EditInvoice(invoice.id, note="Thank you [again]"))
    app.do(c.RecordPayment(invoice.id, Money.cad("150.00"), method="cheque", allow_overpayment=True))
    text = plannit("invoice", "F2024-00001", "--db", path, "--lang", "en").out
    assert "\nPaid, to refund\n" in text
    assert "\nNote: Thank you [again]\n" in text
    assert "balance -$12.03" in plannit("job", "J-00001", "--db", path, "--lang", "en").out


def test_an_approved_part_that_was_not_generated_is_marked(plannit: Run, office: Office) -> None:
    path, app = office
    app.do(c.ConfigureCompany(evolve(app.settings, generates_on_approval=False)))
    job = app.do(c.OpenJob(app.do(c.AddContact("Ada Byron")).id))
    halves = Schedule.many_invoices([Instalment.percent(50, When.ON_APPROVAL), Instalment.rest(When.TO_BE_PLANNED)])
    quote = app.do(c.DraftQuote(job.id, lines=[Line("Roof", 1, Money.cad("100.00"))], schedules=[halves]))
    app.do(c.SendQuote(quote.id))
    assert "Expired on April 3, 2024" in plannit("job", job.number, "--db", path, "--lang", "en").out
    app.do(c.ApproveQuote(quote.id))
    text = plannit("job", job.number, "--db", path, "--lang", "en").out
    assert "1/2 · 50% · Upon approval → not generated" in text
    assert "To invoice" in text
