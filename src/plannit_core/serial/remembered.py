"""What is written again and again while a document goes from draft to paid is made once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..values.made import keep
from ..values.money import Currency

ValueT = TypeVar("ValueT")
WrittenT = TypeVar("WrittenT")
CurrencyT = TypeVar("CurrencyT", bound="Currency | None")
MANY, FEW = 128, 10  # a line's text may be long


def remembered(
    write: Callable[[ValueT, CurrencyT], WrittenT], length: Callable[[ValueT], int]
) -> Callable[[ValueT, CurrencyT], WrittenT]:
    """As `write`, for values that never change: a short one that comes again in the same currency is not written anew.

    A value is known by its `id`, and held, so that no other can have that id. What was written is given again and never changed.
    """
    known: dict[int, tuple[ValueT, CurrencyT, WrittenT]] = {}

    def once(value: ValueT, currency: CurrencyT) -> WrittenT:
        found = known.get(id(value))
        if found is not None and found[1] == currency:
            return found[2]
        written = write(value, currency)
        if length(value) <= FEW:
            keep(known, id(value), (value, currency, written), many=MANY)
        return written

    return once
