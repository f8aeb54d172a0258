"""Hooks for what has no parts. cattrs' own are too lenient for money: they make 12 of 12.9 and "5" of 5.

Each takes exactly its own JSON type. cattrs gives a class the hook of its nearest parent, so ids, currencies and enumerations,
which are texts, have hooks of their own beside that of `str`; any other kind of text is made from the text.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from cattrs import Converter

from ..errors import InvalidInput
from ..values.checks import decimal_of, wrong_type
from ..values.ids import Id
from ..values.mapping import Keys, keys_of
from ..values.money import Currency, currency_of
from .paths import at

EnumT = TypeVar("EnumT", bound=StrEnum)
IdT = TypeVar("IdT", bound=Id[Any])


def text_in(value: object, path: str = "") -> str:
    """Text, and nothing that could be made text."""
    if not isinstance(value, str):
        raise wrong_type(value, "str", path)
    return value


def whole_in(value: object) -> int:
    """A whole number, and nothing that could be cut to one."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong_type(value, "int", "")
    return value


def _str_in(value: object, kind: type[str]) -> str:
    text = text_in(value)
    return text if kind is str else kind(text)


def _int_in(value: object, kind: type[int]) -> int:
    whole = whole_in(value)
    return whole if kind is int else kind(whole)


def _bool_in(value: object, _: object) -> bool:
    if not isinstance(value, bool):
        raise wrong_type(value, "bool", "")
    return value


def _decimal_in(value: object, _: object) -> Decimal:
    return at("", decimal_of, text_in(value), "")


def _decimal_out(value: Decimal) -> str:
    return f"{value:f}"


def day_in(value: object, _: object = date) -> date:
    """A day as ISO 8601 has it: `2026-06-15`."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        raise InvalidInput("day.wrong-type", found=type(value).__name__)
    return day


def _instant_in(value: object, _: object) -> datetime:
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is not UTC or instant.isoformat() != value:
        raise InvalidInput("clock.not-an-instant")
    return instant


_utc_text = lru_cache(maxsize=256)(datetime.isoformat)  # one command stamps several records, and each is written again


def _instant_out(value: datetime) -> str:
    if value.tzinfo is UTC:  # as nearly all are
        return _utc_text(value)
    if value.utcoffset() is None:
        raise InvalidInput("clock.no-offset")
    return value.astimezone(UTC).isoformat()


def _enum_in(value: object, kind: type[EnumT]) -> EnumT:
    word = text_in(value)
    try:
        return kind(word)
    except ValueError:
        raise wrong_type(value, " or ".join(str(each.value) for each in kind), "") from None


def _id_in(value: object, kind: type[IdT]) -> IdT:
    return at("", kind, text_in(value))


def _currency_in(value: object, _: object) -> Currency:
    return at("", currency_of, text_in(value))


def _keys_in(value: Any, _: object) -> Keys:
    return at("", keys_of, value)


def _keys_out(value: Keys) -> dict[str, str]:
    return dict(value.items())


def add_scalars(converter: Converter) -> None:
    """Give `converter` the hooks of everything that has no parts."""
    for kind, read in _READ.items():
        converter.register_structure_hook(kind, read)
    for kind, write in _WRITE.items():
        converter.register_unstructure_hook(kind, write)


_READ: dict[type, Callable[[Any, Any], Any]] = {
    str: _str_in,
    int: _int_in,
    bool: _bool_in,
    Decimal: _decimal_in,
    date: day_in,
    datetime: _instant_in,
    StrEnum: _enum_in,
    Id: _id_in,
    Currency: _currency_in,
    Keys: _keys_in,
}
_WRITE: dict[type, Callable[[Any], Any]] = {
    Decimal: _decimal_out,
    date: date.isoformat,
    datetime: _instant_out,
    StrEnum: str.__str__,
    Id: str.__str__,
    Currency: str.__str__,
    Keys: _keys_out,
}
