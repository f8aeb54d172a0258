"""The checks by name: none is forgotten, none has two names, and the reference lists them all."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from plannit_core import ports
from plannit_core.decisions import Record
from plannit_core.ports import COLUMNS, row_of
from plannit_core.testing import CHECKS, TOPICS, checks
from plannit_core.testing.samples import one_of_each

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "conformance.md").read_text(encoding="utf-8")
PROMISES = (ROOT / "docs" / "explanation" / "promises.md").read_text(encoding="utf-8")
MODULES = [module for _, module in inspect.getmembers(checks, inspect.ismodule) if hasattr(module, "CHECKS")]


def test_each_promise_has_checks_of_its_own() -> None:
    promised = re.findall(r"^(\d+)\. ", ports.__doc__ or "", re.MULTILINE)
    assert [topic for topic in TOPICS if topic.isdigit()] == promised
    assert list(dict.fromkeys(check.about for check in CHECKS)) == list(TOPICS)


def test_a_check_has_a_name_of_its_own_that_reads_as_a_sentence() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    assert [name for name in names if len(name.split("_")) < 4 or not name.isidentifier()] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_no_check_is_written_and_then_forgotten(module: object) -> None:
    """What takes an opener and nothing else is a check."""
    written = {
        function
        for _, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and list(inspect.signature(function).parameters) == ["opener"]
    }
    assert written == {check.run for check in module.CHECKS}


def test_the_reference_lists_the_checks_by_topic() -> None:
    listed: dict[str, list[str]] = {}
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        heading = part.partition("\n")[0]
        names = re.findall(r"^- `(\w+)`", part, re.MULTILINE)
        if names and set(names) & {check.name for check in CHECKS}:
            listed[re.sub(r"^Promise ", "", heading).partition(":")[0].lower()] = names
    assert listed == {topic: [check.name for check in CHECKS if check.about == topic] for topic in TOPICS}


def test_the_reference_says_what_each_check_needs() -> None:
    said = dict(re.findall(r"^- `(\w+)`(?: \(needs ([a-z, ]+)\))?$", PAGE, re.MULTILINE))
    assert {check.name: ", ".join(sorted(check.needs)) for check in CHECKS}.items() <= said.items()


def test_the_promises_name_checks_that_exist() -> None:
    named = re.findall(r"with the check `(\w+)`", PROMISES)
    assert len(named) >= 2
    assert set(named) <= {check.name for check in CHECKS}


def test_every_kind_has_a_sample() -> None:
    assert {record.kind for record in one_of_each()} == set(COLUMNS)


def test_every_column_has_a_sample_with_a_value() -> None:
    records: list[Record] = one_of_each()
    seen = {(each.kind, name) for each in records for name, value in row_of(each).items() if value}
    named = {(kind, name) for kind, columns in COLUMNS.items() for name in columns}
    assert named - seen == {("invoice", "paid"), ("invoice", "rounding")}
