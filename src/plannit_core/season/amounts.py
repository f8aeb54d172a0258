"""Numbers as people write them: `1 379,65 $`, `($400.00)`, `50.00-`, `1,234.5`.

A file does not say whether it was written in French or in English, so a number is taken only when it can be read in
one way. `1,234` and `12.345` could be two amounts each: they are refused, never guessed.
"""

from __future__ import annotations

import re
from decimal import Decimal

from ..errors import InvalidInput

_SPACES = re.compile("[ \u00a0\u2009\u202f]+")
_CURRENCY = re.compile(r"\$ ?CA|CA ?\$|\$|CAD")
_BODY = re.compile(r"[0-9]+(?:[ .,][0-9]+)*|[.,][0-9]+", re.ASCII)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?P<separator>[ .,])[0-9]{3}(?:(?P=separator)[0-9]{3})*", re.ASCII)
_MINUS = "-\u2212"


def read_number(text: str) -> Decimal:
    """The one number that `text` can mean.

    >>> read_number("($1,234.50)")
    Decimal('-1234.50')

    Args:
        text: With or without a dollar sign, spaces or marks between the thousands, a decimal point or comma, and a minus
            sign before, a minus sign after, or parentheses.

    Raises:
        InvalidInput: `number.ambiguous` when it could be two numbers, `number.not-a-number` when it is none.
    """
    unsigned, is_negative = _without_sign(_SPACES.sub(" ", text).strip())
    number = _read_body(unsigned, text)
    return -number if is_negative else number


def _without_sign(text: str) -> tuple[str, bool]:
    """`text` without currency, sign and parentheses, and whether it is below zero."""
    bare = _CURRENCY.sub("", text, count=1).strip()
    if bare.startswith("(") and bare.endswith(")"):
        return bare[1:-1].strip(), True
    if bare[:1] and bare[0] in _MINUS:
        return bare[1:].strip(), True
    if bare[-1:] and bare[-1] in _MINUS:
        return bare[:-1].strip(), True
    return bare.removeprefix("+"), False


def _read_body(body: str, text: str) -> Decimal:
    if not _BODY.fullmatch(body):
        raise InvalidInput("number.not-a-number", found=text)
    marks = [mark for mark in body if mark in " .,"]
    if not marks:
        return Decimal(body)
    whole, _, decimals = body.rpartition(marks[-1])
    is_decimal = marks[-1] != " " and marks.count(marks[-1]) == 1
    is_thousands = _GROUPED.fullmatch(body) is not None
    if is_decimal and is_thousands:
        raise InvalidInput("number.ambiguous", found=text)
    if is_thousands:
        return Decimal(_digits(body))
    if not is_decimal or not (whole.isdigit() or not whole or _GROUPED.fullmatch(whole)):
        raise InvalidInput("number.not-a-number", found=text)
    return Decimal(f"{_digits(whole) or '0'}.{decimals}")


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
