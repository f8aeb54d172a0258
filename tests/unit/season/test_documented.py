"""The reference of the folder names every file, column, action and setting, and each has its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plannit_core.labels import REASONS
from plannit_core.season import company, words
from plannit_core.season.cells import columns
from plannit_core.season.records import (
    ACTION_COLUMNS,
    ActionRow,
    ContactRow,
    InvoiceRow,
    LineRow,
    PaymentRow,
    PriceRow,
    QuoteRow,
    RequestRow,
    WorkOrderRow,
)
from plannit_core.season.tables import FILES

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "season.md").read_text(encoding="utf-8")
SECTIONS = {part.split("\n", 1)[0]: part for part in PAGE.split("\n## ")}
KINDS = {
    "contacts.csv": ContactRow,
    "prices.csv": PriceRow,
    "requests.csv": RequestRow,
    "quotes.csv": QuoteRow,
    "invoices.csv": InvoiceRow,
    "work_orders.csv": WorkOrderRow,
    "Lines": LineRow,
    "payments.csv": PaymentRow,
    "actions.csv": ActionRow,
}


@pytest.mark.parametrize("title", KINDS)
def test_the_columns_told_are_those_of_the_file(title: str) -> None:
    table = SECTIONS[title].split("\n\n")[1 if title != "Lines" else 2]
    told = [name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert told == [column.name for column in columns(KINDS[title])]
    needed = [re.findall(r"`(\w+)`", row)[0] for row in table.splitlines()[2:] if row.split("|")[2].strip() == "needed"]
    assert needed == [column.name for column in columns(KINDS[title]) if column.is_needed]


def test_the_actions_told_are_those_there_are() -> None:
    table = SECTIONS["actions.csv"].split("\n\n")[2]
    told = {
        row.split("|")[1].strip(" `"): tuple(re.findall(r"`(\w+)`", row.split("|")[3].replace("`balance`", "")))
        for row in table.splitlines()[2:]
    }
    assert told == ACTION_COLUMNS


def test_every_file_and_setting_is_told() -> None:
    assert all(f"`{file}`" in PAGE for file in FILES)
    settings = (*company._SETTINGS, *company._NUMBERS, *company._NUMBERING)
    assert all(re.search(rf"\b{name}\b", SECTIONS["company.toml"]) for name in settings)


def test_every_code_of_the_package_has_words() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(words.__file__).parent.glob("*.py"))
    own = {"file", "folder", "row", "column", "cell", "key", "day", "number", "amount", "choice", "schedule", "invoice"}
    own |= {"job", "document", "lines", "season", "value"}
    codes = {code for code in re.findall(r'"([a-z_]+\.[a-z-]+)"', sources) if code.split(".")[0] in own}
    assert codes - {"key.reused"} <= set(words.WORDS) | set(REASONS)
    assert set(words.WORDS) <= codes
