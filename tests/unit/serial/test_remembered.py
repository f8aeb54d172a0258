"""What was written once is given again for the same object, and only where it would have been written the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from plannit_core import serial
from plannit_core.errors import InvalidInput
from plannit_core.serial.remembered import FEW, MANY, remembered
from plannit_core.values.lines import Line
from plannit_core.values.money import Currency, Money, Price
from plannit_core.values.schedule import Instalment, Schedule, When
from schema.samples import QC, QC_BEFORE, RECORDS

CAD, USD = Currency("CAD"), Currency("USD")
INVOICE = evolve(RECORDS["invoice"]["issued"], adjustments=())
QUOTE = RECORDS["quote"]["approved"]
COMPANY = RECORDS["company"]["quebec"]
NOW, BEFORE = (Line("Labour", 1, Price.cad("85"), tax=group) for group in (QC, QC_BEFORE))
FIXED = Schedule.one_invoice([Instalment.fixed(Money.cad("20"), When.ON_APPROVAL), Instalment.rest(When.AT_BILLING)])


def keys(record: Any) -> list[str]:
    """The keys of tax groups on the lines of `record` as written, its adjustments' last; it is read again as it was."""
    text = serial.dump_record(record)
    assert serial.load_record("invoice", text) == record
    body = json.loads(text)["body"]
    adjusted = [line for each in body["adjustments"] for line in each["lines"]]
    return [line["tax"] for line in (*body["lines"], *adjusted)]


def test_a_line_has_the_key_that_its_group_has_in_this_document() -> None:
    for _ in range(2):
        assert keys(evolve(INVOICE, lines=(NOW,))) == ["qc"]
        assert keys(evolve(INVOICE, lines=(BEFORE, NOW))) == ["qc", "qc~2"]
        assert keys(evolve(INVOICE, lines=(NOW, BEFORE))) == ["qc", "qc~2"]


def test_the_same_lines_have_other_keys_as_an_adjustment() -> None:
    lines, (correction, *_) = (NOW,), RECORDS["invoice"]["issued"].adjustments
    plain = evolve(INVOICE, lines=lines)
    adjusted = evolve(INVOICE, lines=(BEFORE,), adjustments=(evolve(correction, lines=lines),))
    for _ in range(2):
        assert keys(plain) == ["qc"]
        assert keys(adjusted) == ["qc", "qc~2"]
        assert keys(evolve(plain, adjustments=(evolve(correction, lines=(BEFORE,)),))) == ["qc", "qc~2"]


@pytest.mark.parametrize(
    "record",
    [
        evolve(INVOICE, payments=(), instalments=(), original_taxes=()),
        evolve(QUOTE, schedules=(), discount_lines=(), approval=None),
        evolve(QUOTE, lines=(), schedules=(FIXED,), discount_lines=(), approval=None),
    ],
)
def test_what_was_written_in_one_currency_is_refused_in_another(record: Any) -> None:
    text = serial.dump_record(record)
    for _ in range(2):
        with pytest.raises(InvalidInput) as refused:
            serial.dump_record(evolve(record, currency=USD))
        assert refused.value.params == {"expected": "USD", "found": "CAD"}
        assert serial.dump_record(record) == text


def test_a_fixed_share_stands_alone_outside_a_document() -> None:
    quote = evolve(QUOTE, schedules=(FIXED,))
    company = evolve(COMPANY, settings=evolve(COMPANY.settings, default_schedules=(FIXED,)))
    for _ in range(2):
        assert '{"fixed":"20.00"}' in serial.dump_record(quote)
        assert '{"fixed":{"amount":"20.00","currency":"CAD"}}' in serial.dump_record(company)


def test_an_hour_that_comes_twice_is_two_instants() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/Toronto"))
    texts = [
        serial.dump_record(evolve(RECORDS["job"]["open"], opened_at=each)) for each in (first, first.replace(fold=1))
    ]
    assert ["05:30:00+00:00" in texts[0], "06:30:00+00:00" in texts[1]] == [True, True]
    assert serial.dump_record(evolve(RECORDS["job"]["open"], opened_at=first.astimezone(UTC))) == texts[0]


class Writing:
    """Counts what is written."""

    def __init__(self) -> None:
        self.count = 0
        self.written = remembered(self._write, len)

    def _write(self, lines: tuple[int, ...], currency: Currency) -> list[str]:
        self.count += 1
        return [f"{each} {currency}" for each in lines]


def test_only_the_same_object_in_the_same_currency_is_not_written_anew() -> None:
    writing, first, other = Writing(), (1, 2), (*[1, 2],)
    assert writing.written(first, CAD) is writing.written(first, CAD)
    assert writing.written(other, CAD) == ["1 CAD", "2 CAD"]
    assert writing.count == 2
    assert writing.written(first, USD) == ["1 USD", "2 USD"]
    assert writing.count == 3


def test_long_ones_are_not_remembered() -> None:
    writing, short, long = Writing(), (0,) * FEW, (0,) * (FEW + 1)
    for _ in range(2):
        writing.written(short, CAD)
        writing.written(long, CAD)
    assert writing.count == 3


def test_no_more_than_so_many_are_remembered() -> None:
    writing, values = Writing(), [(each,) for each in range(MANY + 1)]
    for value in values[:MANY]:
        writing.written(value, CAD)
    writing.written(values[0], CAD)
    assert writing.count == MANY
    writing.written(values[MANY], CAD)
    writing.written(values[0], CAD)
    assert writing.count == MANY + 2


def test_an_id_is_never_taken_for_that_of_a_value_that_is_gone() -> None:
    writing = Writing()
    for each in range(10 * MANY):
        assert writing.written((each, each), CAD) == [f"{each} CAD"] * 2
