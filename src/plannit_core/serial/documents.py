"""Quotes and invoices as stored: currency and tax groups stand once, at the head.

```
{"tax_groups": {"qc": [{"code": "GST", "rate": "5"}, …]}, …, "currency": "CAD", …,
 "lines": [{"text": "Labour", "quantity": "10", "price": "85.00", "tax": "qc"}, …], …}
```

While a document is read or written its head is in force, and all money inside it is a plain amount. Two groups that share a code
(a rate changed between the lines and a later adjustment) are told apart as `qc` and `qc~2`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from attrs import evolve, field, frozen
from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn, override

from ..model.invoice import Invoice
from ..model.quote import Quote
from ..values.checks import wrong_type
from ..values.lines import Line, check_currency
from ..values.money import Currency, Money, Price, currency_of
from ..values.schedule import Schedule
from ..values.tax import Tax, TaxGroup
from .containers import Hook, class_in
from .paths import at, check_keys, within
from .remembered import remembered
from .scalars import text_in
from .values import amount_in, amount_out

_AGAIN = "~"  # no tax group's code may hold it
_LINE = frozenset(("text", "quantity", "price", "tax"))
_LINE_WITH_COST = _LINE | {"cost"}
_TAX = frozenset(("code", "rate"))


@frozen
class Head:
    """What stands once for a whole document.

    Attributes:
        currency: Of every amount in it.
        groups: Its tax groups by key, to read.
        keys: The key of each group, to write.
        lines: Its own lines as they are written.
    """

    currency: Currency
    groups: Mapping[str, TaxGroup] = field(factory=dict)
    keys: Mapping[TaxGroup, str] = field(factory=dict)
    lines: list[dict[str, Any]] = field(factory=list)


_HEAD: ContextVar[Head] = ContextVar("plannit_document_head")


def add_documents(converter: Converter) -> None:
    """Give `converter` the hooks of quotes, invoices and what is inside them."""
    converter.register_structure_hook_factory(_is_document, _document_in)
    converter.register_unstructure_hook_factory(_is_document, _document_out)
    converter.register_unstructure_hook_factory(lambda kind: kind is Schedule, _schedule_out)
    converter.register_structure_hook(Line, _line_in)
    converter.register_unstructure_hook(Line, _line_out)
    converter.register_structure_hook(Money, _money_in)
    converter.register_unstructure_hook(Money, _money_out)


def _is_document(kind: object) -> bool:
    return kind is Quote or kind is Invoice


def _document_out(kind: type[Quote | Invoice], converter: Converter) -> Callable[[Quote | Invoice], Any]:
    write = make_dict_unstructure_fn(kind, converter, lines=override(unstruct_hook=lambda _: _HEAD.get().lines))
    head_of = remembered(_head_of, len)

    def unstructure(document: Quote | Invoice) -> Any:
        head, all_lines = head_of(document.lines, document.currency), document.all_lines
        if len(all_lines) > len(document.lines):
            head = evolve(head, keys=_keys_of(all_lines))  # the same keys, and maybe more
        before = _HEAD.set(head)
        try:
            return {"tax_groups": {key: _group_out(group) for group, key in head.keys.items()}, **write(document)}
        finally:
            _HEAD.reset(before)

    return unstructure


def _head_of(lines: tuple[Line, ...], currency: Currency) -> Head:
    """The head of a document that has no other lines."""
    keys = _keys_of(lines)
    return Head(currency, {}, keys, [_line_data(line, currency, keys) for line in lines])


def _schedule_out(kind: type[Schedule], converter: Converter) -> Callable[[Schedule], Any]:
    write = make_dict_unstructure_fn(kind, converter)

    def anew(schedule: Schedule, _: Currency | None) -> Any:
        return write(schedule)

    written = remembered(anew, lambda schedule: len(schedule.instalments))

    def unstructure(schedule: Schedule) -> Any:
        head = _HEAD.get(None)
        return written(schedule, None if head is None else head.currency)

    return unstructure


def _document_in(kind: type[Quote | Invoice], converter: Converter) -> Hook:
    read = class_in(kind, converter)

    def structure(data: Any, _: object) -> Any:
        if not isinstance(data, dict):
            raise wrong_type(data, kind.__name__, "")
        body = dict(data)
        groups = within("tax_groups", _groups_in, body.pop("tax_groups", None))
        currency = at("currency", currency_of, text_in(body.get("currency"), "currency"))
        before = _HEAD.set(Head(currency, groups))
        try:
            return read(body, kind)
        finally:
            _HEAD.reset(before)

    return structure


def _keys_of(lines: Iterable[Line]) -> dict[TaxGroup, str]:
    """A key for each tax group: its code, unless another group of the document has that already."""
    keys: dict[TaxGroup, str] = {}
    for line in lines:
        if line.tax is not None and line.tax not in keys:
            code = line.tax.code
            namesakes = sum(group.code == code for group in keys)
            keys[line.tax] = f"{code}{_AGAIN}{namesakes + 1}" if namesakes else code
    return keys


@lru_cache(maxsize=256)
def _group_out(group: TaxGroup) -> list[dict[str, str]]:
    return [{"code": tax.code, "rate": f"{tax.rate:f}"} for tax in group.taxes]


def _groups_in(data: Any) -> dict[str, TaxGroup]:
    if not isinstance(data, dict):
        raise wrong_type(data, "tax groups", "")
    return {key: within(key, _group_in, key, taxes) for key, taxes in data.items()}


def _group_in(key: str, taxes: Any) -> TaxGroup:
    if not isinstance(taxes, list):
        raise wrong_type(taxes, "list", "")
    return _group(key.partition(_AGAIN)[0], tuple(_tax_in(tax) for tax in taxes))


def _tax_in(data: Any) -> tuple[str, str]:
    check_keys(data, "Tax", _TAX, _TAX)
    return text_in(data["code"], "code"), text_in(data["rate"], "rate")


@lru_cache(maxsize=256)
def _group(code: str, taxes: tuple[tuple[str, str], ...]) -> TaxGroup:
    return TaxGroup(code, tuple(Tax(*each) for each in taxes))


def _money_out(money: Money) -> Any:
    head = _HEAD.get(None)
    if head is None:
        return amount_out(money)
    check_currency(money.currency, head.currency, "")
    return str(money)


def _money_in(data: Any, kind: type[Money]) -> Money:
    head = _HEAD.get(None)
    if head is None:
        return amount_in(data, kind)
    return at("", Money, text_in(data), head.currency)


def _line_out(line: Line) -> dict[str, Any]:
    head = _HEAD.get()
    return _line_data(line, head.currency, head.keys)


def _line_data(line: Line, currency: Currency, keys: Mapping[TaxGroup, str]) -> dict[str, Any]:
    check_currency(line.price.currency, currency, "lines")
    data = {
        "text": line.text,
        "quantity": f"{line.quantity:f}",
        "price": str(line.price),
        "tax": None if line.tax is None else keys[line.tax],
    }
    if line.cost is not None:
        data["cost"] = str(line.cost)
    return data


def _line_in(data: Any, _: object) -> Line:
    head = _HEAD.get()
    check_keys(data, "Line", _LINE, _LINE_WITH_COST)
    quantity = text_in(data["quantity"], "quantity")
    price = at("price", Price, text_in(data["price"], "price"), head.currency)
    cost = at("cost", Price, text_in(data["cost"], "cost"), head.currency) if "cost" in data else None
    tax = data["tax"]
    if tax is not None and not (isinstance(tax, str) and tax in head.groups):
        raise wrong_type(tax, "a key of tax_groups", "tax")
    return Line(data["text"], quantity, price, tax=None if tax is None else head.groups[tax], cost=cost)
