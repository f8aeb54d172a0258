"""Lines, taxes and totals against bare Decimal: a plain loop that rounds each line, and each tax on the lines that carry it.

The library keeps a line's amount from the moment the line is made, so two things are compared: the totals of lines that are there,
and making the lines from text (checked: characters, decimals, sizes, currencies) with their totals.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.measure import Figure, taking_turns
from plannit_core import Line, Price, presets
from plannit_core.values.lines import totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plannit_core.values.lines import Totals

SIZES = (5, 50, 500)
CENT = Decimal("0.01")
RATES = {tax.code: tax.rate for tax in presets.QC.taxes}
TEXTS = (("42.5", "38.95"), ("16", "85.00"), ("1000", "0.0375"), ("7.3125", "48.88"), ("-1", "19.99"))


def texts(number: int) -> list[tuple[str, str]]:
    """Quantity and price of so many lines."""
    return [TEXTS[place % len(TEXTS)] for place in range(number)]


def made(rows: Iterable[tuple[str, str]]) -> list[Line]:
    """The library's lines."""
    return [Line("Bardeaux", quantity, Price.cad(price), tax=presets.QC) for quantity, price in rows]


def total(lines: list[Line]) -> Totals:
    """The library's totals, the total among them."""
    result = totals(lines, "CAD")
    assert result.total
    return result


def bare(rows: Iterable[tuple[Decimal, Decimal, tuple[str, ...]]]) -> tuple[Decimal, list[Decimal], Decimal]:
    """Subtotal, taxes and total by Decimal alone."""
    subtotal, bases = Decimal(0), dict.fromkeys(RATES, Decimal(0))
    for quantity, price, codes in rows:
        amount = (quantity * price).quantize(CENT, ROUND_HALF_UP)
        subtotal += amount
        for code in codes:
            bases[code] += amount
    taxes = [(base * RATES[code] / 100).quantize(CENT, ROUND_HALF_UP) for code, base in bases.items()]
    return subtotal, taxes, subtotal + sum(taxes)


def numbers(rows: Iterable[tuple[str, str]]) -> list[tuple[Decimal, Decimal, tuple[str, ...]]]:
    """The same lines as numbers and the codes of their taxes."""
    codes = tuple(RATES)
    return [(Decimal(quantity), Decimal(price), codes) for quantity, price in rows]


def measure(*, deep: bool = False) -> Iterator[Figure]:
    for size in SIZES:
        turns = (100_000 if deep else 20_000) // size
        rows = texts(size)
        took, floor = taking_turns(partial(total, made(rows)), partial(bare, numbers(rows)), turns=turns)
        aim = {5: "at most 3", 500: "at most 1.5"}.get(size, "")
        yield Figure(what=f"totals of {size} lines", took=took, against="bare Decimal", floor=floor, aim=aim)
        took, floor = taking_turns(partial(from_text, rows), partial(bare_from_text, rows), turns=turns // 4)
        yield Figure(what=f"{size} lines from text, and their totals", took=took, against="bare Decimal", floor=floor)


def from_text(rows: list[tuple[str, str]]) -> Totals:
    """The library's lines and totals."""
    return total(made(rows))


def bare_from_text(rows: list[tuple[str, str]]) -> object:
    """Numbers from text and their totals, by Decimal alone."""
    return bare(numbers(rows))
