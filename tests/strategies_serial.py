"""Hypothesis strategies for every stored record, every event and every command, read off the types of their fields.

All amounts of one document are in one currency, as `of(kind, currency)` says.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from attrs import fields, has
from hypothesis import strategies as st

from plannit_core import commands as c
from plannit_core.commands import UNSET
from plannit_core.model.company import CompanySettings, Split
from plannit_core.values.actors import Actor
from plannit_core.values.checks import plain
from plannit_core.values.ids import ContactId, Id
from plannit_core.values.lines import Line
from plannit_core.values.mapping import Keys
from plannit_core.values.money import Currency, Money, Price, currency_of
from plannit_core.values.numbering import Numbering, Restart
from plannit_core.values.schedule import Discount, Instalment, Schedule, Share, When
from plannit_core.values.tax import Tax, TaxGroup

CURRENCIES = ("CAD", "JPY", "BHD")
TAILS = st.text("abcXYZ019_-", min_size=1, max_size=12)
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\té€"), min_size=1, max_size=20
).filter(lambda text: text.strip() != "")
DAYS = st.dates(date(1900, 1, 1), date(9998, 12, 31))
INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
PERCENTS = st.integers(1, 99_0000).map(lambda units: plain(units, 4))
KEYS = st.dictionaries(TAILS, TEXTS, max_size=3).map(Keys)
RATES = st.integers(0, 100_0000).map(lambda units: plain(units, 4))


@cache
def ids(kind: type[Id[Any]]) -> st.SearchStrategy[Id[Any]]:
    return TAILS.map(lambda tail: kind(f"{kind.prefix}_{tail}"))


@cache
def amounts(currency: str) -> st.SearchStrategy[Money]:
    return st.integers(-(10**12), 10**12).map(lambda minor: Money.of_minor(minor, currency))


@cache
def positive(currency: str) -> st.SearchStrategy[Money]:
    return st.integers(1, 10**9).map(lambda minor: Money.of_minor(minor, currency))


@cache
def prices(currency: str) -> st.SearchStrategy[Price]:
    return st.integers(-(10**9), 10**9).map(lambda units: Price.of_units(units, currency))


TAX_GROUPS = st.builds(  # few codes, so that two groups of a document may share one
    TaxGroup,
    st.sampled_from(["qc", "on", "qc.2"]),
    st.lists(
        st.builds(Tax, st.sampled_from(["GST", "QST", "HST", "x y"]), RATES), max_size=3, unique_by=lambda tax: tax.code
    ),
)


@cache
def lines(currency: str) -> st.SearchStrategy[Line]:
    return st.builds(
        Line,
        TEXTS,
        st.integers(-(10**8), 10**8).map(lambda units: plain(units, 4)),
        prices(currency),
        tax=st.none() | st.just(TaxGroup.EXEMPT) | TAX_GROUPS,
        cost=st.none() | prices(currency),
    )


WHENS = (
    st.sampled_from([When.ON_APPROVAL, When.TO_BE_PLANNED])
    | DAYS.map(When.on)
    | st.builds(When.after, days=st.integers(0, 10_000), months=st.integers(0, 1_200))
)


@cache
def shares(currency: str) -> st.SearchStrategy[Share]:
    return st.just(Share()) | PERCENTS.map(Share) | positive(currency).map(lambda amount: Share(fixed=amount))


@cache
def discounts(currency: str) -> st.SearchStrategy[Discount]:
    return PERCENTS.map(Discount.percent) | positive(currency).map(Discount.amount)


@st.composite
def schedules(draw: st.DrawFn, currency: str, named: bool = False) -> Schedule:
    """Percentages below 100 and fixed amounts, then what is left; or equal parts."""
    many = draw(st.booleans())
    whens = WHENS if many else WHENS | st.just(When.AT_BILLING)
    first = draw(st.lists(st.integers(1, 20), max_size=4))
    parts = [Instalment.percent(part, draw(whens)) for part in first]
    parts += [Instalment.fixed(amount, draw(whens)) for amount in draw(st.lists(positive(currency), max_size=2))]
    parts += [Instalment.rest(draw(whens)) for _ in range(draw(st.integers(1, 3)))]
    discount = draw(st.none() | discounts(currency))
    name = draw(TEXTS) if named or discount else draw(st.none() | TEXTS)
    return (Schedule.many_invoices if many else Schedule.one_invoice)(parts, name=name, discount=discount)


@cache
def several_schedules(currency: str) -> st.SearchStrategy[tuple[Schedule, ...]]:
    return st.lists(schedules(currency, named=True), max_size=2, unique_by=lambda each: each.name).map(tuple)


@st.composite
def due_dates(draw: st.DrawFn) -> Schedule:
    """What an invoice without a quote may have."""
    whens = DAYS.map(When.on) | st.sampled_from([When.AT_BILLING, When.TO_BE_PLANNED])
    parts = [Instalment.percent(part, draw(whens)) for part in draw(st.lists(st.integers(1, 20), max_size=4))]
    return Schedule.one_invoice([*parts, Instalment.rest(draw(whens))], name=draw(st.none() | TEXTS))


NUMBERINGS = st.builds(
    Numbering,
    prefix=st.sampled_from(["", "F{year}-", "é"]),
    suffix=st.sampled_from(["", "/{year}"]),
    length=st.integers(1, 9),
    start=st.integers(1, 10**9),
    restart=st.sampled_from(Restart),
    strict=st.booleans(),
)


@cache
def settings(currency: str) -> st.SearchStrategy[CompanySettings]:
    return st.builds(
        CompanySettings,
        name=TEXTS,
        currency=st.just(currency_of(currency)),
        language=st.sampled_from(["fr", "en", "fr_CA", "en-GB"]),
        time_zone=st.sampled_from(["America/Toronto", "UTC", "Asia/Tokyo"]),
        tax_group=TAX_GROUPS,
        job_numbers=NUMBERINGS,
        quote_numbers=NUMBERINGS,
        invoice_numbers=NUMBERINGS,
        terms_days=st.integers(0, 3_650),
        quote_validity_days=st.integers(0, 3_650),
        generates_on_approval=st.booleans(),
        sends_on_approval=st.booleans(),
        has_first_payment_on_approval=st.booleans(),
        rounds_cash=st.booleans(),
        split=st.sampled_from(Split),
        day_cap=st.integers(1, 100_000),
        default_schedules=several_schedules(currency),
    )


ACTORS = (
    st.builds(Actor.user, TAILS, name=st.just("") | TEXTS)
    | st.builds(Actor.client, ids(ContactId), name=st.just("") | TEXTS)
    | st.builds(Actor.system, TAILS)
)

_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(1, 4_000),
    bool: st.booleans(),
    Decimal: RATES,
    date: DAYS,
    datetime: INSTANTS,
    Keys: KEYS,
    When: WHENS,
    TaxGroup: TAX_GROUPS,
    Numbering: NUMBERINGS,
    Actor: ACTORS,
}
_IN_A_CURRENCY: dict[Any, Any] = {
    Money: amounts,
    Price: prices,
    Line: lines,
    Share: shares,
    Discount: discounts,
    Schedule: schedules,
    CompanySettings: settings,
    Currency: lambda currency: st.just(currency_of(currency)),
}
_BY_FIELD: dict[tuple[type, str], st.SearchStrategy[Any]] = {
    (c.AdjustInvoice, "lines"): st.lists(lines("CAD"), min_size=1, max_size=3).map(tuple),
    (c.AddContact, "emails"): st.lists(st.sampled_from(["a@b.ca", "ß@x.org"]), max_size=2).map(tuple),
    (c.EditContact, "emails"): st.just(UNSET) | st.lists(st.just("a@b.ca"), max_size=2).map(tuple),
    (c.AddContact, "language"): st.sampled_from([None, "fr", "en"]),
    (c.EditContact, "language"): st.sampled_from([UNSET, None, "fr", "en"]),
    (c.DraftQuote, "schedules"): several_schedules("CAD"),
    (c.DraftInvoice, "schedule"): st.none() | due_dates(),
    (c.InvoiceContact, "schedule"): st.none() | due_dates(),
    (c.AddInvoice, "schedule"): st.none() | due_dates(),
    (c.EditInvoice, "schedule"): st.sampled_from([UNSET, None]) | due_dates(),
    (c.RecordPayment, "amount"): positive("CAD"),
    (c.RefundPayment, "amount"): positive("CAD"),
    (c.EditQuote, "schedules"): st.just(UNSET) | several_schedules("CAD"),
}


@cache
def of(kind: Any, currency: str = "CAD") -> st.SearchStrategy[Any]:
    """Values of a field's type, amounts in `currency`."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in _IN_A_CURRENCY:
        return _IN_A_CURRENCY[kind](currency)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return st.one_of(*(of(each, currency) for each in arguments))
    if kind is NoneType or origin is Literal:
        return st.just(None if kind is NoneType else UNSET)
    if origin is tuple:
        return st.lists(of(arguments[0], currency), max_size=3).map(tuple)
    if issubclass(kind, (Enum, Id)):
        return st.sampled_from(kind) if issubclass(kind, Enum) else ids(kind)
    assert has(kind), kind
    hints = get_type_hints(kind)
    parts = {
        each.name: _BY_FIELD[kind, each.name] if (kind, each.name) in _BY_FIELD else of(hints[each.name], currency)
        for each in fields(kind)
    }
    return st.builds(kind, **parts)


@cache
def in_any_currency(kind: Any) -> st.SearchStrategy[Any]:
    """Values of `kind`, each in one currency or another."""
    return st.one_of(*(of(kind, currency) for currency in CURRENCIES))


OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timedelta(minutes=minutes))
