"""Hooks for values with a form of their own: amounts, and the parts of a payment schedule."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from cattrs import Converter

from ..values.checks import wrong_type
from ..values.money import Money, Price, currency_of
from ..values.schedule import Discount, Share, When, WhenKind
from .containers import Hook
from .paths import at, check_keys, within
from .scalars import day_in, text_in

AmountT = TypeVar("AmountT", Money, Price)
PartT = TypeVar("PartT", Share, Discount)
_AMOUNT = frozenset(("amount", "currency"))
_NOTHING: frozenset[str] = frozenset()
_PART = frozenset(("percent", "fixed"))
_WHEN = frozenset(("on", "after"))
_AFTER = frozenset(("months", "days"))
_PLAIN_WHEN = {each.kind.value: each for each in (When.ON_APPROVAL, When.AT_BILLING, When.TO_BE_PLANNED)}


def amount_out(amount: Money | Price) -> dict[str, str]:
    """Money or a price that stands alone."""
    return {"amount": str(amount), "currency": str(amount.currency)}


def amount_in(data: Any, kind: type[AmountT]) -> AmountT:
    """Money or a price that stands alone."""
    check_keys(data, kind.__name__, _AMOUNT, _AMOUNT)
    currency = at("currency", currency_of, text_in(data["currency"], "currency"))
    return at("amount", kind, text_in(data["amount"], "amount"), currency)


def add_values(converter: Converter) -> None:
    """Give `converter` the hooks of amounts and of the parts of a schedule."""
    converter.register_unstructure_hook(Money, amount_out)
    converter.register_unstructure_hook(Price, amount_out)
    converter.register_unstructure_hook(When, _when_out)
    converter.register_unstructure_hook_factory(lambda t: t is Share, _share_out)
    converter.register_unstructure_hook_factory(lambda t: t is Discount, _discount_out)
    converter.register_structure_hook(Money, amount_in)
    converter.register_structure_hook(Price, amount_in)
    converter.register_structure_hook(When, _when_in)
    converter.register_structure_hook_factory(lambda t: t is Share, _share_in)
    converter.register_structure_hook_factory(lambda t: t is Discount, _discount_in)


def _share_out(_: object, converter: Converter) -> Callable[[Share], Any]:
    money = converter.get_unstructure_hook(Money)

    def unstructure(share: Share) -> Any:
        return _part_out(share.percent, share.fixed, money) or "rest"

    return unstructure


def _share_in(_: object, converter: Converter) -> Hook:
    money = converter.get_structure_hook(Money)

    def structure(data: Any, _: object) -> Share:
        return Share() if data == "rest" else _part_in(data, Share, Share, money)

    return structure


def _discount_out(_: object, converter: Converter) -> Callable[[Discount], Any]:
    money = converter.get_unstructure_hook(Money)

    def unstructure(discount: Discount) -> Any:
        return _part_out(discount.percentage, discount.fixed, money)

    return unstructure


def _discount_in(_: object, converter: Converter) -> Hook:
    money = converter.get_structure_hook(Money)

    def structure(data: Any, _: object) -> Discount:
        return _part_in(data, Discount, Discount.percent, money)

    return structure


def _part_out(percent: Decimal | None, fixed: Money | None, money: Callable[[Money], Any]) -> dict[str, Any]:
    if percent is not None:
        return {"percent": f"{percent:f}"}
    return {} if fixed is None else {"fixed": money(fixed)}


def _part_in(data: Any, kind: type[PartT], of_percent: Callable[[str], PartT], money: Hook) -> PartT:
    """A percentage or an amount: exactly one of the two."""
    check_keys(data, kind.__name__, _NOTHING, _PART)
    if len(data) != 1:
        raise wrong_type(data, kind.__name__, "")
    if "percent" in data:
        return at("percent", of_percent, text_in(data["percent"], "percent"))
    amount = within("fixed", money, data["fixed"], Money)
    return at("fixed", lambda: kind(fixed=amount))


def _when_out(when: When) -> Any:
    if when.fixed_on is not None:
        return {"on": when.fixed_on.isoformat()}
    if when.kind is WhenKind.AFTER:
        return {"after": {name: count for name, count in (("months", when.months), ("days", when.days)) if count}}
    return when.kind.value


def _when_in(data: Any, _: object) -> When:
    if isinstance(data, str):
        if data not in _PLAIN_WHEN:
            raise wrong_type(data, "When", "")
        return _PLAIN_WHEN[data]
    check_keys(data, "When", _NOTHING, _WHEN)
    if len(data) != 1:
        raise wrong_type(data, "When", "")
    if "on" in data:
        return at("on", When.on, at("on", day_in, data["on"]))
    within("after", check_keys, data["after"], "After", _NOTHING, _AFTER)
    return within("after", When.after, **data["after"])
