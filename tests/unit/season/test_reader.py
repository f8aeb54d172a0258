"""A folder is read whole: every problem with its file, row, column and reason, and never a guess."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from plannit_core import Line, Price, TaxGroup
from plannit_core.errors import InvalidInput
from plannit_core.season import SeasonError, read_season
from plannit_core.season.words import problem_words

if TYPE_CHECKING:
    from pathlib import Path

Found = tuple[str, int, str, str]


def problems(folder: Path) -> list[Found]:
    with pytest.raises(SeasonError) as refused:
        read_season(folder)
    for problem in refused.value.problems:
        for lang in ("fr", "en"):
            assert problem.code not in problem_words(problem, lang), f"{problem.code} has no words"
    return [(each.file, each.row, each.column, each.code) for each in refused.value.problems]


def test_a_season_is_read(write_season) -> None:
    season = read_season(write_season())
    assert season.company.key == "petits-toits"
    assert season.company.settings(date(2026, 5, 1)).terms_days == 30
    assert [row.email for row in season.contacts] == [("zoe@example.com", "bureau@example.com"), ()]
    assert [row.is_approved for row in season.quotes] == [True, True, False]
    assert season.quotes[1].schedules == ("halves", "at-once")
    assert season.payments[0].amount == "balance"
    assert season.payments[3].amount == Decimal("500.00")
    assert season.owner("Q-1/2").key == season.owner("W-1").key == "C-1"
    assert season.owner("W-4").key == season.owner("I-1").key == "C-2"


def test_lines_take_from_the_price_list_what_they_leave_empty(write_season) -> None:
    season = read_season(write_season())
    labour = Line("Main-d'œuvre, l'heure", 10, Price.cad("85"), cost=Price.cad("40"))
    permit = Line("Permis municipal", 1, Price.cad("125"), tax=TaxGroup.EXEMPT)
    assert season.lines["Q-1"] == (labour, Line("Clou", 1000, Price.cad("0.0375")), permit)
    assert season.lines["I-1"][0].text == "Labour, per hour"  # the client reads English
    assert season.lines["I-2"] == (Line("Gouttière", 1, Price.cad("1300")),)


def test_a_schedule_has_the_name_its_client_reads(write_season) -> None:
    season = read_season(write_season())
    assert season.schedule("halves", "Q-1").name == "Deux moitiés"
    assert season.schedule("halves", "W-4").name == "Two halves"
    assert season.schedule("thirds", "W-4").name == "Trois tiers"
    assert season.schedule("at-billing", "I-1").name == "at-billing"


def test_commas_semicolons_a_mark_at_the_start_and_empty_columns_are_all_read_alike(write_season) -> None:
    plain = read_season(write_season())
    rows = [
        "\ufeffKEY;Name;Language;Email;Phone;Added_on;;",
        "C-1;Zoé Lebœuf;FR;zoe@example.com / bureau@example.com;514-555-0101;;;",
        ";;;;",
        "C-2;Walter Finch;en;;450-555-0102;2026-03-04",
    ]
    again = read_season(write_season({"contacts.csv": "\r\n".join(rows).encode()}))
    assert [(row.key, row.name, row.language, row.email) for row in again.contacts] == [
        (row.key, row.name, row.language, row.email) for row in plain.contacts
    ]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_lines_may_end_as_on_any_system_and_files_begin_with_marks(write_season, small_season, end: str) -> None:
    plain = read_season(write_season())
    files = {name: f"\ufeff\ufeff{text}".replace("\n", end).encode() for name, text in small_season.items()}
    assert read_season(write_season(files)) == plain


def test_what_an_editor_leaves_beside_the_files_is_passed_over(write_season) -> None:
    left = dict.fromkeys(("~$prices.csv", "._prices.csv", ".~lock.prices.csv#", "prices.csv.bak"), "x")
    assert read_season(write_season(left)).quotes


def test_settings_change_by_day(write_season) -> None:
    changes = (
        "[[changes]]\non = 2026-05-01\nterms_days = 15\n\n[[changes]]\non = 2026-06-01\ngenerates_on_approval = false\n"
    )
    company = read_season(write_season({"company.toml": ("terms_days = 30\n", f"terms_days = 30\n{changes}")})).company
    on = [date(2026, 1, 1), date(2026, 4, 30), date(2026, 5, 1), date(2026, 7, 1)]
    settings = [company.settings(day) for day in on]
    assert [each.terms_days for each in settings] == [30, 30, 15, 15]
    assert [each.generates_on_approval for each in settings] == [True, True, True, False]


def test_everything_in_company_toml_counts(write_season) -> None:
    company = """key = "a"
name = "A"
preset = "quebec"
starts_on = 2026-03-01
ends_on = 2026-08-31
[settings]
language = "en"
split = "per_invoice"
rounds_cash = false
[invoice_numbers]
prefix = "X"
length = 3
start = 7
restart = "never"
"""
    settings = read_season(write_season({"company.toml": company})).company.settings(date(2026, 3, 1))
    assert (settings.name, settings.language, settings.split, settings.rounds_cash) == ("A", "en", "per_invoice", False)
    assert settings.invoice_numbers.printed(7, 2026) == "X007"


CELLS = [  # file, what stands there, what is put there, the row and column told, the reason
    ("contacts.csv", "C-2,Walter", "C-1,Walter\nC-2,Walter", 3, "key", "key.repeated"),
    ("contacts.csv", "C-2,Walter", "C 2,Walter", 3, "key", "key.form"),
    ("contacts.csv", "Walter Finch", "", 3, "name", "cell.missing"),
    ("contacts.csv", "Walter Finch", "W" * 201, 3, "name", "text.too-long"),
    ("contacts.csv", "Walter Finch", "Walter\x07Finch", 3, "name", "text.characters"),
    ("contacts.csv", "C-2,Walter Finch,en", "C-2,Walter Finch,es", 3, "language", "choice.unknown"),
    ("contacts.csv", "zoe@example.com", "zoe(at)example.com", 2, "email", "contact.email"),
    ("contacts.csv", "2026-03-04", "2026-03-06", 3, "contact", "day.too-early"),
    ("contacts.csv", "2026-03-04", "2025-03-04", 3, "added_on", "day.outside-season"),
    ("contacts.csv", "2026-03-04", "03/04/2026", 3, "added_on", "day.form"),
    ("contacts.csv", "2026-03-04", "2026-02-30", 3, "added_on", "day.form"),
    ("prices.csv", "85,00 $", "1,085", 2, "price", "number.ambiguous"),
    ("prices.csv", "85,00 $", "12.345", 2, "price", "number.ambiguous"),
    ("prices.csv", "85,00 $", "n/a", 2, "price", "number.not-a-number"),
    ("prices.csv", "85,00 $", "0.12345", 2, "price", "number.too-precise"),
    ("prices.csv", ";exempt", ";free", 4, "tax", "choice.unknown"),
    ("requests.csv", "R-2,2026-03-05,C-2", "R-2,2026-03-05,C-3", 3, "contact", "key.unknown"),
    ("requests.csv", "R-2,2026-03-05,C-2", "R-2,2026-09-05,C-2", 3, "day", "day.outside-season"),
    ("requests.csv", "R-2,2026-03-05,C-2", "Q-1,2026-03-05,C-2", 2, "key", "key.in-two-files"),
    ("quotes.csv", "Q-1,R-1,2026-03-03", "Q-1,R-9,2026-03-03", 2, "request", "key.unknown"),
    ("quotes.csv", "Q-1,R-1,2026-03-03", "Q-1,I-2,2026-03-03", 2, "request", "job.of-another"),
    ("quotes.csv", "Q-1,R-1,2026-03-03", "Q-1,R-1,2026-03-01", 2, "request", "day.too-early"),
    ("quotes.csv", "client,2026-03-10", "client,2026-03-02", 2, "answered_on", "day.out-of-order"),
    ("quotes.csv", "client,2026-03-10", "client,", 2, "answered_on", "cell.missing"),
    ("quotes.csv", "client,2026-03-10", "maybe,2026-03-10", 2, "answer", "choice.unknown"),
    ("quotes.csv", "Q-1,R-1,2026-03-03,2026-03-03", "Q-1,R-1,2026-03-03,", 2, "sent_on", "cell.missing"),
    ("quotes.csv", "2026-03-12,at-once", "2026-03-12,", 3, "chosen", "schedule.choice-required"),
    ("quotes.csv", "2026-03-12,at-once", "2026-03-12,thirds", 3, "chosen", "schedule.not-offered"),
    ("quotes.csv", "halves / at-once", "halves / fifths", 3, "schedules", "key.unknown"),
    ("quotes.csv", "thirds,,,declined", "thirds,2026-03-10,,declined", 4, "extended_to", "cell.missing"),
    ("quotes.csv", "thirds,,,declined", "thirds,2026-03-12,2026-03-11,declined", 4, "extended_to", "day.out-of-order"),
    ("quotes.csv", "2026-03-10,,,", "2026-03-10,,Trop tard,", 2, "reason", "cell.not-used"),
    ("quotes.csv", "Trop cher,", "Trop cher,2026-03-21", 4, "generated_on", "cell.not-used"),
    ("quote_lines.csv", "Q-3,LAB,,4", "Q-4,LAB,,4", 6, "document", "key.unknown"),
    ("quote_lines.csv", "Q-3,LAB,,4", "Q-3,LAD,,4", 6, "item", "key.unknown"),
    ("quote_lines.csv", "Q-3,LAB,,4", "Q-3,LAB,,four", 6, "quantity", "number.not-a-number"),
    ("quote_lines.csv", "Q-3,LAB,,4", "Q-3,LAB,,", 6, "quantity", "cell.missing"),
    ("quote_lines.csv", "Q-3,LAB,,4", "Q-3,,Travail,4", 6, "price", "cell.missing"),
    ("quote_lines.csv", "Q-3,LAB,,4,", "Q-3,,,4,85.00", 6, "text", "line.no-text"),
    ("quote_lines.csv", "Q-3,LAB,,4", "Q-3,LAB,,1000000000", 6, "quantity", "number.too-large"),
    ("invoices.csv", "I-1,2026-04-02,,C-2", "I-1,2026-04-02,,", 2, "request", "cell.missing"),
    ("invoices.csv", "at-billing", "thirds", 2, "schedule", "schedule.needs-quote"),
    ("invoices.csv", "2026-04-20,", "2026-04-20,2026-04-21", 3, "sent_on", "cell.not-used"),
    ("invoices.csv", "2026-04-20", "2026-04-01", 3, "planned_for", "day.out-of-order"),
    ("work_orders.csv", "attach,Q-1/2", "attach,", 2, "invoice", "cell.missing"),
    ("work_orders.csv", "itself,,2", "itself,I-1,2", 3, "invoice", "cell.not-used"),
    ("work_orders.csv", "itself,,2", "itself,,0", 3, "taps", "number.not-a-count"),
    ("work_orders.csv", "itself,,2", "alone,,2", 3, "billing", "choice.unknown"),
    ("work_orders.csv", ",2026-04-07,itself", ",,itself", 3, "done_on", "cell.missing"),
    ("work_orders.csv", "Look again,,,,,,", "Look again,,,,,,2026-05-07", 5, "sent_on", "cell.not-used"),
    ("payments.csv", "Q-1/1,balance", "Q-1,balance", 2, "invoice", "invoice.which"),
    ("payments.csv", "Q-1/1,balance", "Q-1/3,balance", 2, "invoice", "invoice.no-such-part"),
    ("payments.csv", "Q-1/1,balance", "Q-3/1,balance", 2, "invoice", "invoice.none"),
    ("payments.csv", "Q-1/1,balance", "W-4,balance", 2, "invoice", "invoice.none"),
    ("payments.csv", "Q-1/1,balance", "X-1,balance", 2, "invoice", "key.unknown"),
    ("payments.csv", "Q-1/1,balance", "W-2,balance", 2, "invoice", "day.too-early"),
    ("payments.csv", "500.00", "(500.00)", 5, "amount", "amount.not-positive"),
    ("payments.csv", "500.00", "500.005", 5, "amount", "number.ambiguous"),
    ("payments.csv", "500.00", "0.005", 5, "amount", "number.too-precise"),
    ("payments.csv", "2026-03-11", "2026-03-13", 2, "day", "day.out-of-order"),
    ("payments.csv", "transfer,,,,", "transfer,,,,perhaps", 5, "overpaid", "choice.unknown"),
    ("actions.csv", "void_payment,P-1", "void_payment,P-9", 2, "target", "key.unknown"),
    ("actions.csv", "2026-03-13,void_payment", "2026-03-11,void_payment", 2, "target", "day.too-early"),
    ("actions.csv", "void_payment,P-1", "unvoid,P-1", 2, "action", "choice.unknown"),
    ("actions.csv", "refund,W-3,balance", "refund,W-3,", 4, "amount", "cell.missing"),
    ("actions.csv", "void,Q-1/1,", "void,Q-1/1,100.00", 5, "amount", "cell.not-used"),
    ("actions.csv", "void,Q-1/1,,,", "plan,Q-1/1,,,2026-05-31", 5, "planned_for", "day.out-of-order"),
    ("actions.csv", "generate,Q-1", "generate,Q-9", 6, "target", "key.unknown"),
]


@pytest.mark.parametrize(("file", "before", "after", "row", "column", "code"), CELLS)
def test_a_wrong_cell_is_told_with_its_place(
    write_season, file: str, before: str, after: str, row: int, column: str, code: str
) -> None:
    told = problems(write_season({file: (before, after)}))
    assert (row, column, code) in [each[1:] for each in told], told
    assert len(told) <= 3, told  # one mistake is not told as many


BIG = 'invoices = "many"\nparts = [{ part = "9000.00", when = "approval" }, { part = "rest", when = "later" }]'
FIXED = 'invoices = "many"\nparts = [{ part = "1000.00", when = "approval" }, { part = "157.28", when = "later" }]'
FILES = [  # changes, and everything told
    ({"contacts.csv": None}, [("contacts.csv", 0, "", "file.missing")]),
    ({"company.toml": None}, [("company.toml", 0, "", "file.missing")]),
    ({"quote_lines.csv": None}, [("quote_lines.csv", 0, "", "file.missing")]),
    ({"payement.csv": "key\n"}, [("payement.csv", 0, "", "file.unknown")]),
    ({"contacts.csv": "key,name\nC-1,Zoé\n".encode("cp1252")}, [("contacts.csv", 2, "", "file.encoding")]),
    ({"schedules.toml": "[halves\n"}, [("schedules.toml", 1, "", "file.toml")]),
    ({"company.toml": 'key = "a"\nname = \n'}, [("company.toml", 2, "", "file.toml")]),
    ({"contacts.csv": ("Walter Finch", '"Walter "Finch')}, [("contacts.csv", 3, "", "file.quotes")]),
    ({"requests.csv": ("Chimney,", "Chimney,,x")}, [("requests.csv", 3, "", "row.too-long")]),
    ({"payments.csv": ("500.00", "1,500")}, [("payments.csv", 5, "", "row.too-long")]),
    ({"contacts.csv": ("name,", "nom,")}, [("contacts.csv", 1, "nom", "column.unknown"),
                                           ("contacts.csv", 1, "name", "column.missing")]),
    ({"contacts.csv": ("phone,", "email,")}, [("contacts.csv", 1, "email", "column.repeated")]),
    ({"contacts.csv": ""}, [("contacts.csv", 0, "", "file.empty")]),
    ({"prices.csv": "\ufeff\r\n ;\r\n"}, [("prices.csv", 0, "", "file.empty")]),
    ({"requests.csv": "R-1,2026-03-02,C-1\n"}, [("requests.csv", 1, "", "file.no-columns")]),
    ({"requests.csv": "key\tday\tcontact\nR-1\t2026-03-02\tC-1\n"}, [("requests.csv", 1, "", "file.no-columns")]),
    ({"contacts.csv": "key,name\n"}, [("contacts.csv", 0, "", "file.no-rows")]),
    ({"prices.csv": "key,text_fr,price\n"}, [("prices.csv", 0, "", "file.no-rows")]),
    ({"schedules.toml": "# later\n"}, [("schedules.toml", 0, "", "file.no-rows")]),
    ({"prices - Copie.csv": "key\n"}, [("prices - Copie.csv", 0, "", "file.unknown")]),
    ({"prices.csv": None}, [("prices.csv", 0, "", "file.missing")]),
    ({"schedules.toml": None}, [("schedules.toml", 0, "", "file.missing")]),
    ({"quotes.csv": None}, [("quotes.csv", 0, "", "file.missing")]),
    ({"invoices.csv": None}, [("invoices.csv", 0, "", "file.missing")]),
    ({"work_orders.csv": None}, [("work_orders.csv", 0, "", "file.missing")]),
    ({"payments.csv": None}, [("payments.csv", 0, "", "file.missing")]),
    ({"quote_lines.csv": ("document,", "documents,")}, [("quote_lines.csv", 1, "documents", "column.unknown")]),
    ({"quote_lines.csv": ("Q-3,LAB,,4", "Q-3,LAB,,four")}, [("quote_lines.csv", 6, "quantity", "number.not-a-number")]),
    ({"quote_lines.csv": ("Q-3,LAB,,4,", "Q-3,LAB,,4,,,,,")}, [("quote_lines.csv", 6, "", "row.too-long")]),
    ({"quote_lines.csv": ("Q-1,NAIL,,1000,,,", "Q-1,NIAL,,1000,,,"),
      "quotes.csv": ("2026-03-03,halves", "2026-03-03,fixed"),
      "schedules.toml": ("[halves]", f"[fixed]\n{FIXED}\n[halves]")},
     [("quote_lines.csv", 3, "item", "key.unknown")]),
    ({"company.toml": ("[settings]", "changes = [1]\n[settings]")}, [("company.toml", 7, "changes", "value.wrong-type")]),
    ({"schedules.toml": ('name_fr = "Tout de suite, 5 % de rabais"', 'name_fr = "Deux moitiés"')},
     [("quotes.csv", 3, "schedules", "schedule.same-name")]),
    ({"quote_lines.csv": ("Q-3,LAB,,4,,,\n", "")}, [("quotes.csv", 4, "", "document.no-lines")]),
    ({"action_lines.csv": ("A-2", "A-3")}, [("actions.csv", 3, "", "document.no-lines"), ("actions.csv", 4, "", "lines.not-used")]),
    ({"quotes.csv": ("Q-1,R-1,2026-03-03,2026-03-03,halves", "Q-1,R-1,2026-03-03,2026-03-03,big"),
      "schedules.toml": ("[halves]", f"[big]\n{BIG}\n[halves]")},
     [("quotes.csv", 2, "schedules", "schedule.not-balanced")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "told"), FILES, ids=lambda each: next(iter(each)) if isinstance(each, dict) else ""
)
def test_a_wrong_file_is_told_once(write_season, changes: dict[str, object], told: list[Found]) -> None:
    assert problems(write_season(changes)) == told


COMPANIES = [
    ('key = "petits-toits"', 'key = "petits toits"', 1, "key", "text.not-a-token"),
    ('key = "petits-toits"', "key = 7", 1, "key", "value.wrong-type"),
    ('name = "Les Petits Toits"\n', "", 1, "name", "cell.missing"),
    ('"Les Petits Toits"', '" "', 2, "name", "settings.no-name"),
    ('preset = "quebec"', 'preset = "atlantis"', 3, "preset", "choice.unknown"),
    ("starts_on = 2026-03-01", "starts_on = 2026-03-01T00:00:00", 4, "starts_on", "value.wrong-type"),
    ("ends_on = 2026-08-31", "ends_on = 2026-02-28", 5, "ends_on", "day.out-of-order"),
    ("terms_days = 30", "terms_days = true", 8, "settings.terms_days", "value.wrong-type"),
    ("terms_days = 30", "terms_days = -1", 8, "settings.terms_days", "number.out-of-range"),
    ("terms_days = 30", "term_days = 30", 8, "settings.term_days", "column.unknown"),
    ("terms_days = 30", 'split = "even"', 8, "settings.split", "settings.split"),
    ("[settings]", "[invoice_numbers]\nlength = 12\n[settings]", 8, "invoice_numbers.length", "number.out-of-range"),
    ("[settings]", "[[changes]]\non = 2026-02-01\n[settings]", 8, "changes.on", "day.out-of-order"),
    (
        "[settings]",
        "[[changes]]\non = 2026-05-01\n[[changes]]\non = 2026-12-01\n[settings]",
        10,
        "changes.on",
        "day.outside-season",
    ),
    ("[settings]", "[[changes]]\nterms_days = 3\n[settings]", 7, "changes.on", "cell.missing"),
]


@pytest.mark.parametrize(("before", "after", "row", "column", "code"), COMPANIES)
def test_a_wrong_setting_is_told_with_its_line(
    write_season, before: str, after: str, row: int, column: str, code: str
) -> None:
    assert ("company.toml", row, column, code) in problems(write_season({"company.toml": (before, after)}))


SCHEDULES = [
    ('invoices = "many"', 'invoices = "both"', 4, "halves.invoices", "choice.unknown"),
    ('"50 %", when = "approval"', '"30 %", when = "whenever"', 5, "halves.parts[1]", "schedule.when"),
    ('"50 %", when = "approval"', '"30 %", when = "approval", on = 2026-06-01', 5, "halves.parts[1]", "schedule.when"),
    ('"50 %", when = "approval"', '"30 %"', 5, "halves.parts[1]", "schedule.when"),
    ('"50 %", when = "approval"', '"0 %", when = "approval"', 5, "halves.parts[1]", "schedule.percent"),
    ('"50 %", when = "approval"', '"1,234", when = "approval"', 5, "halves.parts[1]", "number.ambiguous"),
    ('"50 %", when = "approval"', '"half", when = "approval"', 5, "halves.parts[1]", "number.not-a-number"),
    ('"50 %", when = "approval"', '"50 %", when = "billing"', 5, "halves.parts", "schedule.at-billing"),
    ('"50 %", when = "approval"', '"50 %", when = "approval", if = 1', 5, "halves.parts[1].if", "column.unknown"),
    ('{ part = "50 %", when = "approval" }', '"50 %"', 5, "halves.parts[1]", "schedule.part"),
    ('"rest", on = 2026-06-15', '"40 %", on = 2026-06-15', 5, "halves.parts", "schedule.not-balanced"),
    ('discount = "5 %"\nparts = [{ part = "rest", when = "approval" }]', "", 19, "at-once.parts", "cell.missing"),
    ('discount = "5 %"', 'discount = "much"', 22, "at-once.discount", "number.not-a-number"),
    ('discount = "5 %"', "discount = 5", 22, "at-once.discount", "value.wrong-type"),
    ('discount = "5 %"', 'reduction = "5 %"', 22, "at-once.reduction", "column.unknown"),
]


@pytest.mark.parametrize(("before", "after", "row", "column", "code"), SCHEDULES)
def test_a_wrong_schedule_is_told_with_its_line(
    write_season, before: str, after: str, row: int, column: str, code: str
) -> None:
    assert problems(write_season({"schedules.toml": (before, after)})) == [("schedules.toml", row, column, code)]


def test_all_problems_of_all_files_are_told_at_once_and_in_order(write_season) -> None:
    folder = write_season(
        {
            "company.toml": ("terms_days = 30", "terms_days = 3.5"),
            "contacts.csv": ("zoe@example.com", "zoe"),
            "requests.csv": ("R-2,2026-03-05", "R-2,2026-3-5"),
            "payments.csv": ("500.00", '"1,500"'),
        }
    )
    assert problems(folder) == [
        ("company.toml", 8, "settings.terms_days", "value.wrong-type"),
        ("contacts.csv", 2, "email", "contact.email"),
        ("requests.csv", 3, "day", "day.form"),
        ("payments.csv", 5, "amount", "number.ambiguous"),
    ]


def test_a_row_is_told_by_the_line_it_begins_on(write_season) -> None:
    requests = (
        'key,day,contact,title\nR-1,2026-03-02,C-1,"Toit\nde la grange"\n\nR-2,2026-03-05,C-9,x\nR-3,2026-03-06,C-1,\n'
    )
    assert problems(write_season({"requests.csv": requests})) == [("requests.csv", 5, "contact", "key.unknown")]


def test_an_invoice_of_a_quote_exists_only_where_it_is_generated(write_season) -> None:
    by_hand = ("terms_days = 30", "generates_on_approval = false")
    told = problems(write_season({"company.toml": by_hand}))
    assert ("payments.csv", 2, "invoice", "invoice.none") in told
    generated = {"company.toml": by_hand, "quotes.csv": ("client,2026-03-10,,,", "client,2026-03-10,,,2026-03-13")}
    assert ("payments.csv", 2, "invoice", "day.too-early") in problems(write_season(generated))


def test_a_season_may_be_small(write_season, tmp_path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    full = write_season()
    for name in ("company.toml", "contacts.csv", "requests.csv"):
        (folder / name).write_bytes((full / name).read_bytes())
    (folder / "notes.txt").write_text("not ours")
    assert read_season(str(folder)).quotes == ()


def test_there_is_no_such_folder(tmp_path) -> None:
    assert problems(tmp_path / "nowhere") == [("", 0, "", "folder.missing")]


def test_a_file_that_may_not_be_read_is_told(write_season, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_bytes(path: Path) -> bytes:
        if path.name == "prices.csv":
            raise PermissionError
        with path.open("rb") as file:
            return file.read()

    folder = write_season()
    monkeypatch.setattr("pathlib.Path.read_bytes", read_bytes)
    assert problems(folder) == [("prices.csv", 0, "", "file.unreadable")]


def test_the_days_of_the_season_are_told_with_a_change_outside_them(write_season) -> None:
    outside = ("[settings]", "[[changes]]\non = 2026-12-01\n[settings]")
    with pytest.raises(SeasonError) as refused:
        read_season(write_season({"company.toml": outside}))
    (told,) = refused.value.problems
    assert problem_words(told, "en").endswith("from March 1, 2026 to August 31, 2026.")


def test_a_season_that_ends_before_it_begins_is_told_once(write_season) -> None:
    folder = write_season(
        {"company.toml": ("2026-08-31\n", "2025-08-31\n\n[[changes]]\non = 2026-06-01\nterms_days = 3\n")}
    )
    assert problems(folder) == [("company.toml", 5, "ends_on", "day.out-of-order")]


def test_the_error_says_where_and_what(write_season) -> None:
    with pytest.raises(InvalidInput, match=r"contacts\.csv:2:email: contact\.email") as refused:
        read_season(write_season({"contacts.csv": ("zoe@example.com", "zoe")}))
    assert refused.value.code == "season.problems"
    assert refused.value.params == {"count": 1}


def test_a_row_with_a_bad_cell_is_also_told_what_it_names_in_vain(write_season) -> None:
    folder = write_season({"requests.csv": "key,day,contact,title\nR-1,2026-03-40,C-9,Mur\n"})
    found = problems(folder)
    assert ("requests.csv", 2, "day") in {each[:3] for each in found}
    assert ("requests.csv", 2, "contact", "key.unknown") in found


MEANT = [  # file, what stands there, what is put there, the column told, and what was probably meant
    ("contacts.csv", "language", "langage", "langage", "language"),
    ("contacts.csv", "added_on", "Added on", "added on", "added_on"),
    ("contacts.csv", "name,", "nom,", "nom", None),
    ("requests.csv", "2026-03-05,C-2", "2026-03-05,C-20", "contact", None),
    ("contacts.csv", "Finch,en", "Finch,eng", "language", "en"),
    ("contacts.csv", "Finch,en", "Finch,de", "language", None),
    ("quotes.csv", "declined", "declines", "answer", "declined"),
    ("quotes.csv", "2026-03-03,halves", "2026-03-03,halfes", "schedules", "halves"),
    ("quote_lines.csv", "Q-3,LAB", "Q-3,lab", "item", "LAB"),
    ("quote_lines.csv", "Q-3,LAB", "Q-03,LAB", "document", "Q-3"),
    ("requests.csv", "2026-03-05,C-2", "2026-03-05,C2", "contact", "C-2"),
    ("requests.csv", "2026-03-05,C-2", "2026-03-05,C-9", "contact", None),
    ("payments.csv", "Q-1/1,balance", "q-1/1,balance", "invoice", "Q-1/1"),
    ("payments.csv", "Q-1/1,balance", "Q-1/1,balence", "amount", "balance"),
    ("payments.csv", "Q-1/1,balance", "q1 / 1,balance", "invoice", "Q-1/1"),
    ("actions.csv", "void_payment,P-1", "void_paiement,P-1", "action", "void_payment"),
    ("actions.csv", "void_payment,P-1", "void_payment,p1", "target", "P-1"),
    ("actions.csv", "generate,Q-1", "generate,Q1", "target", "Q-1"),
    ("company.toml", "terms_days", "term_days", "settings.term_days", "terms_days"),
    ("company.toml", "starts_on", "start_on", "start_on", "starts_on"),
    ("company.toml", '"quebec"', '"québec"', "preset", "quebec"),
    ("schedules.toml", '"many"', '"mony"', "halves.invoices", "many"),
    ("schedules.toml", '"rest", on = 2026-06-15', '"rest", After_day = 3', "halves.parts[2].After_day", "after_days"),
    ("schedules.toml", "name_en", "nam_en", "halves.nam_en", "name_en"),
]


@pytest.mark.parametrize(("file", "before", "after", "column", "close"), MEANT)
def test_what_was_probably_meant_is_told(
    write_season, file: str, before: str, after: str, column: str, close: str | None
) -> None:
    with pytest.raises(SeasonError) as refused:
        read_season(write_season({file: (before, after)}))
    (told,) = [each for each in refused.value.problems if each.file == file and each.column == column]
    assert told.params.get("close") == close
    for lang, question in (("en", f"Did you mean {close}?"), ("fr", f"Vouliez-vous dire {close}")):
        assert (question in problem_words(told, lang)) == (close is not None)


def test_a_key_that_cannot_be_one_is_not_proposed(write_season) -> None:
    with pytest.raises(SeasonError) as refused:
        read_season(write_season({"contacts.csv": ("C-2,Walter", "C 2,Walter")}))
    assert [each.params.get("close") for each in refused.value.problems if each.code == "key.unknown"] == [None, None]


def test_a_misspelled_file_is_told_with_its_name(write_season) -> None:
    with pytest.raises(SeasonError) as refused:
        read_season(write_season({"payments.csv": None, "Payement.csv": "key\n"}))
    assert [(each.file, each.code, each.params.get("close")) for each in refused.value.problems] == [
        ("Payement.csv", "file.unknown", "payments.csv"),
        ("payments.csv", "file.missing", None),
    ]
