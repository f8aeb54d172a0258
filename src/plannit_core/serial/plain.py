"""Any public value as plain data, to be printed as JSON. It is for reading only: nothing is built from it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import singledispatch
from typing import Any

from attrs import fields, has

from ..commands import UNSET
from ..decisions import Record
from ..events import Event
from ..values.checks import wrong_type
from ..values.money import Money, Price
from .values import amount_out

FIGURES: dict[str, tuple[str, ...]] = {
    "Line": ("amount",),
    "Quote": ("subtotal", "taxes", "total"),
    "Invoice": ("subtotal", "taxes", "total", "paid", "rounding", "balance", "payment_state", "to_refund", "due_on"),
    "InvoiceInstalment": ("open",),
    "InvoiceFigures": ("payment_state",),
}
"""What follows from a value's own fields and is shown with them, by the name of its class."""


@singledispatch
def plain(value: Any) -> Any:
    """`value` as dictionaries, lists, texts, whole numbers and nothing else that JSON does not have.

    >>> plain(Money.cad("12.00"))
    {'amount': '12.00', 'currency': 'CAD'}

    Raises:
        InvalidInput: `field.wrong-type` for what has no such form, such as a function.
    """
    if value is None:
        return None
    if not has(type(value)):
        raise wrong_type(value, "a public value", "")
    names = (*(each.name for each in fields(type(value)) if each.init), *FIGURES.get(type(value).__name__, ()))
    parts = {name: getattr(value, name) for name in names}
    return {**_title(value), **{name: plain(part) for name, part in parts.items() if part is not UNSET}}


def _title(value: object) -> dict[str, str]:
    if isinstance(value, Record):
        return {"record": value.kind}
    return {"event": value.name} if isinstance(value, Event) else {}


plain.register(bool, lambda value: value)
plain.register(int, lambda value: value)
plain.register(str, str.__str__)
plain.register(Enum, lambda value: plain(value.value))
plain.register(Decimal, lambda value: f"{value:f}")
plain.register(date, lambda value: value.isoformat())  # and instants, which are days to Python
plain.register(Money, amount_out)
plain.register(Price, amount_out)


@plain.register(Mapping)
def _mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(plain(key)): plain(each) for key, each in value.items()}


@plain.register(tuple)
@plain.register(list)
@plain.register(set)
@plain.register(frozenset)
def _list(value: Iterable[Any]) -> list[Any]:
    return [plain(each) for each in value]
