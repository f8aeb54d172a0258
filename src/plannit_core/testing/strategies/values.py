"""Strategies for values: money, lines, taxes, schedules, numbers, settings, actors, ids.

Amounts of one value are all in one currency, Canadian dollars unless another is given.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

from ...model.company import CompanySettings, Split
from ...values.actors import Actor
from ...values.checks import plain
from ...values.ids import ContactId, Id
from ...values.lines import Line
from ...values.mapping import Keys
from ...values.money import Currency, Money, Price, currency_of
from ...values.numbering import Numbering, Restart
from ...values.schedule import Discount, Instalment, Schedule, Share, When
from ...values.tax import Tax, TaxGroup

IdT = TypeVar("IdT", bound=Id[object])
CURRENCIES = ("CAD", "JPY", "BHD")
"""With two decimals, none, three."""

TAILS = st.text("abcXYZ019_-", min_size=1, max_size=12)
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\té€"), min_size=1, max_size=20
).filter(lambda text: text.strip() != "")
DAYS = st.dates(date(1900, 1, 1), date(9998, 12, 31))
INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001  # UTC is put on
PERCENTS = st.integers(1, 99_0000).map(lambda units: plain(units, 4))
RATES = st.integers(0, 100_0000).map(lambda units: plain(units, 4))
KEYS = st.dictionaries(TAILS, TEXTS, max_size=3).map(Keys)


@cache
def ids(kind: type[IdT]) -> st.SearchStrategy[IdT]:
    """Ids of a kind."""
    return TAILS.map(lambda tail: kind(f"{kind.prefix}_{tail}"))


@cache
def currencies() -> st.SearchStrategy[Currency]:
    """One with two decimals, one with none, one with three."""
    return st.sampled_from(CURRENCIES).map(currency_of)


@cache
def money(currency: str = "CAD", *, low: int = -(10**12), high: int = 10**12) -> st.SearchStrategy[Money]:
    """Amounts, of so many minor units."""
    return st.integers(low, high).map(lambda minor: Money.of_minor(minor, currency))


@cache
def prices(currency: str = "CAD", *, low: int = -(10**9), high: int = 10**9) -> st.SearchStrategy[Price]:
    """Prices for one unit, of so many ten-thousandths."""
    return st.integers(low, high).map(lambda units: Price.of_units(units, currency))


@cache
def taxes() -> st.SearchStrategy[Tax]:
    """Single taxes."""
    return st.builds(Tax, st.sampled_from(["GST", "QST", "HST", "x y"]), RATES)


@cache
def tax_groups() -> st.SearchStrategy[TaxGroup]:
    """Groups of taxes; of few codes, so that two groups of a document may share one."""
    several = st.lists(taxes(), max_size=3, unique_by=lambda tax: tax.code)
    return st.builds(TaxGroup, st.sampled_from(["qc", "on", "qc.2"]), several)


@cache
def lines(currency: str = "CAD", *, positive: bool = False) -> st.SearchStrategy[Line]:
    """Lines of a document; of 10.00 at least when they are to be positive."""
    low = 1_0000 if positive else -(10**8)
    return st.builds(
        Line,
        TEXTS,
        st.integers(low, 10**8).map(lambda units: plain(units, 4)),
        prices(currency, low=10_0000) if positive else prices(currency),
        tax=st.none() | st.just(TaxGroup.EXEMPT) | tax_groups(),
        cost=st.none() | prices(currency),
    )


@cache
def whens(*, at_billing: bool = False) -> st.SearchStrategy[When]:
    """When an instalment falls due; `at_billing` is for those of one invoice only."""
    named = [When.ON_APPROVAL, When.TO_BE_PLANNED, *([When.AT_BILLING] if at_billing else [])]
    later = st.builds(When.after, days=st.integers(0, 10_000), months=st.integers(0, 1_200))
    return st.sampled_from(named) | DAYS.map(When.on) | later


@cache
def shares(currency: str = "CAD") -> st.SearchStrategy[Share]:
    """What an instalment is of the whole: a part, an amount, or what is left."""
    fixed = money(currency, low=1, high=10**9).map(lambda amount: Share(fixed=amount))
    return st.just(Share()) | PERCENTS.map(Share) | fixed


@cache
def instalments(currency: str = "CAD") -> st.SearchStrategy[Instalment]:
    """Instalments of any kind."""
    return st.builds(Instalment, shares(currency), whens(at_billing=True))


@cache
def discounts(currency: str = "CAD") -> st.SearchStrategy[Discount]:
    """Discounts of a schedule."""
    return PERCENTS.map(Discount.percent) | money(currency, low=1, high=10**9).map(Discount.amount)


@st.composite
def schedules(draw: st.DrawFn, currency: str = "CAD", *, named: bool = False, fixed: bool = True) -> Schedule:
    """Percentages below 100 and, unless they are not wanted, fixed amounts, then what is left; or equal parts."""
    many = draw(st.booleans())
    due = whens(at_billing=not many)
    first = draw(st.lists(st.integers(1, 20), max_size=4))
    parts = [Instalment.percent(part, draw(due)) for part in first]
    amounts = draw(st.lists(money(currency, low=1, high=10**9), max_size=2)) if fixed else []
    parts += [Instalment.fixed(amount, draw(due)) for amount in amounts]
    parts += [Instalment.rest(draw(due)) for _ in range(draw(st.integers(1, 3)))]
    discount = draw(st.none() | discounts(currency)) if fixed else None
    name = draw(TEXTS) if named or discount else draw(st.none() | TEXTS)
    return (Schedule.many_invoices if many else Schedule.one_invoice)(parts, name=name, discount=discount)


@cache
def several_schedules(currency: str = "CAD") -> st.SearchStrategy[tuple[Schedule, ...]]:
    """What a quote may offer."""
    return st.lists(schedules(currency, named=True), max_size=2, unique_by=lambda each: each.name).map(tuple)


@st.composite
def due_dates(draw: st.DrawFn) -> Schedule:
    """The schedule that an invoice without a quote may have."""
    due = DAYS.map(When.on) | st.sampled_from([When.AT_BILLING, When.TO_BE_PLANNED])
    parts = [Instalment.percent(part, draw(due)) for part in draw(st.lists(st.integers(1, 20), max_size=4))]
    return Schedule.one_invoice([*parts, Instalment.rest(draw(due))], name=draw(st.none() | TEXTS))


@cache
def numberings() -> st.SearchStrategy[Numbering]:
    """How documents are numbered."""
    return st.builds(
        Numbering,
        prefix=st.sampled_from(["", "F{year}-", "é"]),
        suffix=st.sampled_from(["", "/{year}"]),
        length=st.integers(1, 9),
        start=st.integers(1, 10**9),
        restart=st.sampled_from(Restart),
        strict=st.booleans(),
    )


@cache
def company_settings(currency: str = "CAD") -> st.SearchStrategy[CompanySettings]:
    """The settings of a company."""
    return st.builds(
        CompanySettings,
        name=TEXTS,
        currency=st.just(currency_of(currency)),
        language=st.sampled_from(["fr", "en", "fr_CA", "en-GB"]),
        time_zone=st.sampled_from(["America/Toronto", "UTC", "Asia/Tokyo"]),
        tax_group=tax_groups(),
        job_numbers=numberings(),
        quote_numbers=numberings(),
        invoice_numbers=numberings(),
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


@cache
def actors() -> st.SearchStrategy[Actor]:
    """Users, clients, systems."""
    names = st.just("") | TEXTS
    users = st.builds(Actor.user, TAILS, name=names)
    return users | st.builds(Actor.client, ids(ContactId), name=names) | st.builds(Actor.system, TAILS)
