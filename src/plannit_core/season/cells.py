"""What a cell of a season's file may hold, and how a record declares its columns.

A record is a frozen attrs class; each of its columns is declared with `cell`, `maybe` or `several`:

    key: str = cell(as_key)
    sent_on: date | None = maybe(as_day)

so the class is the description of the file: names, order, types, and which columns must be filled.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeVar, cast

import attrs
from attrs import field, frozen

from ..commands.fields import emails
from ..errors import InvalidInput
from ..values.checks import check_day, check_text, scaled
from .amounts import read_number
from .near import near

T = TypeVar("T")
Read = Callable[[str], T]
Balance = Literal["balance"]

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_BALANCE = ("balance", "solde")
_YES, _NO = ("yes", "oui"), ("no", "non")


@frozen
class Column:
    """One column of a file.

    Attributes:
        name: As it stands in the header.
        read: What makes a value of a cell's text.
        is_needed: Whether an empty cell is a problem.
        is_list: Whether a cell may hold several values, with ` / ` between them.
        points_to: The files whose keys it may name; none when it is no reference.
    """

    name: str
    read: Read[Any]
    is_needed: bool
    is_list: bool
    points_to: tuple[str, ...]


def cell(read: Read[T], *points_to: str) -> T:
    """A column that must be filled."""
    return cast("T", _declared(read, points_to, is_needed=True, is_list=False))


def maybe(read: Read[T], *points_to: str) -> T | None:
    """A column that may be empty, or absent."""
    return cast("T | None", _declared(read, points_to, is_needed=False, is_list=False))


def several(read: Read[T], *points_to: str) -> tuple[T, ...]:
    """A column that may be empty, or hold several values with ` / ` between them."""
    return cast("tuple[T, ...]", _declared(read, points_to, is_needed=False, is_list=True))


def _declared(read: Read[Any], points_to: tuple[str, ...], *, is_needed: bool, is_list: bool) -> object:
    return field(metadata={"column": Column("", read, is_needed, is_list, points_to)})


def columns(kind: type[Any]) -> tuple[Column, ...]:
    """The columns of a record's file, in order."""
    return tuple(
        attrs.evolve(each.metadata["column"], name=each.name)
        for each in attrs.fields(kind)
        if "column" in each.metadata
    )


def up_to(limit: int) -> Read[str]:
    """Words, at most `limit` characters. Raises `InvalidInput`: `text.too-long`, `text.characters`."""
    return lambda value: check_text(value, "", limit=limit)


def as_email(value: str) -> str:
    """An e-mail address. Raises `InvalidInput`: `contact.email`."""
    return emails([value])[0]


def is_key(value: str) -> bool:
    """Whether it may be the key of a row."""
    return _KEY.fullmatch(value) is not None


def as_key(value: str) -> str:
    """The short name by which other files point at a row. Raises `InvalidInput`: `key.form`."""
    if not is_key(value):
        raise InvalidInput("key.form")
    return value


def as_any_day(value: str) -> date:
    """Any day, written `2026-03-02`. Raises `InvalidInput`: `day.form`, `day.out-of-range`."""
    try:
        day = date.fromisoformat(value if _DAY.fullmatch(value) else "")
    except ValueError:
        raise InvalidInput("day.form", found=value[:40]) from None
    return check_day(day, "")


def as_day(value: str) -> date:
    """A day of the season, written `2026-03-02`. Raises `InvalidInput`: `day.form`, `day.out-of-range`."""
    return as_any_day(value)


def as_amount(value: str) -> Decimal:
    """An amount above zero, to the cent. Raises `InvalidInput`: `amount.not-positive`, and as `as_number`."""
    found = _exact(value, 2)
    if found <= 0:
        raise InvalidInput("amount.not-positive")
    return found


def as_amount_or_balance(value: str) -> Decimal | Balance:
    """An amount, or the word `balance`: all that is open on that day. Raises `InvalidInput` as `as_amount`."""
    if value.lower() in _BALANCE:
        return "balance"
    if close := near(value, _BALANCE):
        raise InvalidInput("number.not-a-number", found=value[:40], **close)
    return as_amount(value)


def as_number(value: str) -> Decimal:
    """A quantity or a price, of any sign, with up to four decimals.

    Raises:
        InvalidInput: `number.ambiguous`, `number.not-a-number`, `number.too-precise`, `number.too-large`.
    """
    return _exact(value, 4)


def _exact(value: str, decimals: int) -> Decimal:
    found = read_number(value[:60])
    scaled(found, decimals, "")
    return found


def as_count(value: str) -> int:
    """A whole number from 1 to 999. Raises `InvalidInput`: `number.not-a-count`."""
    if not re.fullmatch(r"[1-9][0-9]{0,2}", value, re.ASCII):
        raise InvalidInput("number.not-a-count")
    return int(value)


def as_flag(value: str) -> bool:
    """`yes` or `no`. Raises `InvalidInput`: `choice.unknown`."""
    return one_of(*_YES, *_NO)(value) in _YES


def one_of(*allowed: str) -> Read[str]:
    """One of a few words. Raises `InvalidInput`: `choice.unknown`."""

    def read(value: str) -> str:
        if value.lower() not in allowed:
            raise InvalidInput(
                "choice.unknown", found=value[:40], allowed=", ".join(allowed), **near(value[:40], allowed)
            )
        return value.lower()

    return read
