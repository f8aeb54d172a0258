"""Strategies read off the types of fields: for every command, every event, and the classes of stored records."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from attrs import fields, has
from hypothesis import strategies as st

from ... import commands as c
from ...commands import UNSET
from ...handlers import HANDLERS
from ...model.company import CompanySettings
from ...values.actors import Actor
from ...values.ids import Id
from ...values.lines import Line
from ...values.mapping import Keys
from ...values.money import Currency, Money, Price, currency_of
from ...values.numbering import Numbering
from ...values.schedule import Discount, Instalment, Schedule, Share, When
from ...values.tax import Tax, TaxGroup
from . import values as v

_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: v.TEXTS,
    int: st.integers(1, 4_000),
    bool: st.booleans(),
    Decimal: v.RATES,
    date: v.DAYS,
    datetime: v.INSTANTS,
    Keys: v.KEYS,
    When: v.whens(),
    Tax: v.taxes(),
    TaxGroup: v.tax_groups(),
    Numbering: v.numberings(),
    Actor: v.actors(),
}
_IN_A_CURRENCY: dict[Any, Any] = {
    Money: v.money,
    Price: v.prices,
    Line: v.lines,
    Instalment: v.instalments,
    Share: v.shares,
    Discount: v.discounts,
    Schedule: v.schedules,
    CompanySettings: v.company_settings,
    Currency: lambda currency: st.just(currency_of(currency)),
}
_BY_FIELD: dict[tuple[type, str], st.SearchStrategy[Any]] = {
    (c.AdjustInvoice, "lines"): st.lists(v.lines(), min_size=1, max_size=3).map(tuple),
    (c.AddContact, "emails"): st.lists(st.sampled_from(["a@b.ca", "ß@x.org"]), max_size=2).map(tuple),
    (c.EditContact, "emails"): st.just(UNSET) | st.lists(st.just("a@b.ca"), max_size=2).map(tuple),
    (c.AddContact, "language"): st.sampled_from([None, "fr", "en"]),
    (c.EditContact, "language"): st.sampled_from([UNSET, None, "fr", "en"]),
    (c.DraftQuote, "schedules"): v.several_schedules(),
    (c.DraftInvoice, "schedule"): st.none() | v.due_dates(),
    (c.InvoiceContact, "schedule"): st.none() | v.due_dates(),
    (c.AddInvoice, "schedule"): st.none() | v.due_dates(),
    (c.EditInvoice, "schedule"): st.sampled_from([UNSET, None]) | v.due_dates(),
    (c.RecordPayment, "amount"): v.money(low=1, high=10**9),
    (c.RefundPayment, "amount"): v.money(low=1, high=10**9),
    (c.EditQuote, "schedules"): st.just(UNSET) | v.several_schedules(),
}


def of(kind: Any, currency: str = "CAD") -> st.SearchStrategy[Any]:
    """Values of a type, amounts in `currency`.

    Those of a stored record's class are what the class accepts: they need not follow from commands, as those of `invoices()` do.
    """
    return _of(kind, currency)


@cache
def _of(kind: Any, currency: str) -> st.SearchStrategy[Any]:
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in _IN_A_CURRENCY:
        found: st.SearchStrategy[Any] = _IN_A_CURRENCY[kind](currency)
        return found
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return st.one_of(*(of(each, currency) for each in arguments))
    if kind is NoneType or origin is Literal:
        return st.just(None if kind is NoneType else UNSET)
    if origin is tuple:
        return st.lists(of(arguments[0], currency), max_size=3).map(tuple)
    if issubclass(kind, (Enum, Id)):
        return st.sampled_from(kind) if issubclass(kind, Enum) else v.ids(kind)
    assert has(kind), kind
    hints = get_type_hints(kind)
    parts = {
        each.name: _BY_FIELD[kind, each.name] if (kind, each.name) in _BY_FIELD else of(hints[each.name], currency)
        for each in fields(kind)
    }
    return st.builds(kind, **parts)


@cache
def in_any_currency(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type, each in one currency or another."""
    return st.one_of(*(of(kind, currency) for currency in v.CURRENCIES))


def commands(*kinds: type[c.Command[Any]]) -> st.SearchStrategy[c.Command[Any]]:
    """Commands of these kinds, of any unless some are named; what they name is in no books."""
    return st.one_of(*(of(kind) for kind in kinds or HANDLERS))
