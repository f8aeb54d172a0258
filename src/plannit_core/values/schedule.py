"""Payment schedules: how a total is shared into instalments, and when each is due.

A schedule says shares and days, not amounts; amounts follow when a total is known, exact to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate
from typing import ClassVar, Self

from attrs import field, frozen

from ..errors import InvalidInput
from .checks import EXAMPLES, check_day, is_a, is_count, is_day, is_flag, is_text, plain, scaled, tuple_of, wrong_type
from .lines import Line, unit_line
from .money import Currency, Money
from .recurrence import later
from .shown import shown
from .split import cumulative, differences, round_half_away
from .tax import TaxGroup

PERCENT_DECIMALS = 4
MAX_INSTALMENTS = 400
_WHOLE = 100 * 10**PERCENT_DECIMALS


class WhenKind(StrEnum):
    """The ways an instalment's day can be given."""

    ON_APPROVAL = "on_approval"
    AT_BILLING = "at_billing"
    ON = "on"
    AFTER = "after"
    TO_BE_PLANNED = "to_be_planned"


@frozen
class When:
    """The day of an instalment, as it is agreed.

    `When.ON_APPROVAL`, `When.AT_BILLING` (the invoice's date plus the company's terms), `When.on(date)`,
    `When.after(days=…, months=…)` counted from approval, or `When.TO_BE_PLANNED`.

    >>> When.after(months=1).day(date(2026, 1, 31))
    datetime.date(2026, 2, 28)

    Attributes:
        kind: Which of the five.
        fixed_on: The day itself, for `on`.
        days: 0 to 10,000, for `after`.
        months: 0 to 1,200, for `after`.

    Raises:
        InvalidInput: `day.wrong-type`, `number.out-of-range`, `schedule.when` for a day or a length that the kind has no use for.
    """

    __repr__ = shown

    ON_APPROVAL: ClassVar[When]
    AT_BILLING: ClassVar[When]
    TO_BE_PLANNED: ClassVar[When]

    kind: WhenKind = field(validator=is_a(WhenKind))
    fixed_on: date | None = field(default=None, validator=is_day(optional=True))
    days: int = field(default=0, validator=is_count(0, 10_000))
    months: int = field(default=0, validator=is_count(0, 1_200))

    def __attrs_post_init__(self) -> None:
        has_length = bool(self.days or self.months)
        if (self.fixed_on is not None) != (self.kind is WhenKind.ON) or (
            has_length and self.kind is not WhenKind.AFTER
        ):
            raise InvalidInput("schedule.when", path="when")

    @classmethod
    def on(cls, day: date) -> Self:
        """On a given day."""
        return cls(WhenKind.ON, check_day(day, "day"))

    @classmethod
    def after(cls, *, days: int = 0, months: int = 0) -> Self:
        """So long after approval; months first, then days."""
        return cls(WhenKind.AFTER, None, days, months)

    def day(self, approved_on: date) -> date | None:
        """The day this comes to when the quote is approved on `approved_on`, never before that; `None` when it is open."""
        if self.kind is WhenKind.ON_APPROVAL:
            return approved_on
        if self.kind is WhenKind.AFTER:
            return later(approved_on, days=self.days, months=self.months)
        return max(self.fixed_on, approved_on) if self.fixed_on is not None else None


When.ON_APPROVAL = When(WhenKind.ON_APPROVAL)
When.AT_BILLING = When(WhenKind.AT_BILLING)
When.TO_BE_PLANNED = When(WhenKind.TO_BE_PLANNED)


def _share_percent(value: str | int | Decimal | None) -> Decimal | None:
    return None if value is None else percentage(value, "schedule.percent")


def _share_fixed(value: Money | None) -> Money | None:
    return None if value is None else above_zero(value, "schedule.fixed")


def _discount_percent(value: str | int | Decimal | None) -> Decimal | None:
    return None if value is None else percentage(value, "schedule.discount")


def _discount_fixed(value: Money | None) -> Money | None:
    return None if value is None else above_zero(value, "schedule.discount")


@frozen
class Share:
    """What part of the tax-included total: a percentage, a fixed amount, or (neither) an equal part of the rest.

    Attributes:
        percent: Above 0 up to 100, up to four decimals.
        fixed: Above 0, tax included.

    Raises:
        InvalidInput: `schedule.percent`, `schedule.fixed`, `schedule.share` when both are given, `number.…`,
            `field.wrong-type` for an amount that is no `Money`.
    """

    __repr__ = shown

    percent: Decimal | None = field(default=None, converter=_share_percent)
    fixed: Money | None = field(default=None, converter=_share_fixed)

    def __attrs_post_init__(self) -> None:
        if self.percent is not None and self.fixed is not None:
            raise InvalidInput("schedule.share", path="share")

    @property
    def is_rest(self) -> bool:
        """Whether it is an equal part of the rest."""
        return self.percent is None and self.fixed is None


@frozen
class Instalment:
    """One instalment of a schedule: which share of the total, and when.

    >>> thirty_now = Instalment.percent(30, When.ON_APPROVAL)
    >>> the_rest_in_two_parts = [Instalment.rest(When.after(months=month)) for month in (1, 2)]
    >>> plan = Schedule.many_invoices([thirty_now, *the_rest_in_two_parts])
    >>> [str(amount) for amount in plan.amounts(Money.cad("1000.00"))]
    ['300.00', '350.00', '350.00']

    Attributes:
        share: Its part of the tax-included total.
        when: Its day.

    Raises:
        InvalidInput: `field.wrong-type`, or the errors of `Share`.
    """

    __repr__ = shown

    share: Share = field(validator=is_a(Share))
    when: When = field(validator=is_a(When))

    @classmethod
    def percent(cls, percent: str | int | Decimal, when: When) -> Self:
        """A percentage of the tax-included total."""
        return cls(Share(percent), when)

    @classmethod
    def fixed(cls, amount: Money, when: When) -> Self:
        """A fixed amount, tax included."""
        return cls(Share(fixed=amount), when)

    @classmethod
    def rest(cls, when: When) -> Self:
        """What the others leave; several share it equally, which is how equal parts are written."""
        return cls(Share(), when)


@frozen
class Discount:
    """What a schedule takes off the price before tax: a percentage of the subtotal, or an amount.

    Attributes:
        percentage: Above 0 up to 100, up to four decimals.
        fixed: Above 0, before tax.

    Raises:
        InvalidInput: `schedule.discount` (not exactly one of the two, or out of range), `number.…`,
            `field.wrong-type` for an amount that is no `Money`.
    """

    __repr__ = shown

    percentage: Decimal | None = field(default=None, converter=_discount_percent)
    fixed: Money | None = field(default=None, converter=_discount_fixed)

    def __attrs_post_init__(self) -> None:
        if (self.percentage is None) == (self.fixed is None):
            raise InvalidInput("schedule.discount", path="discount")

    @classmethod
    def percent(cls, percent: str | int | Decimal) -> Self:
        """A percentage of the subtotal, rounded once."""
        return cls(percentage=percent)

    @classmethod
    def amount(cls, amount: Money) -> Self:
        """An amount before tax."""
        return cls(fixed=amount)

    def lines(self, lines: Sequence[Line], text: str) -> tuple[Line, ...]:
        """The discount as negative lines, one for each tax group of `lines`, in proportion to the groups' subtotals."""
        groups: dict[TaxGroup | None, int] = {}
        for line in lines:
            groups[line.tax] = groups.get(line.tax, 0) + line.minor
        subtotal = sum(groups.values())
        if subtotal == 0:
            return ()
        if self.fixed is not None:
            whole = self.fixed.minor
        else:
            whole = round_half_away(subtotal * scaled(self.percentage, PERCENT_DECIMALS, "discount"), _WHOLE)
        currency = lines[0].price.currency
        parts = cumulative(whole, list(groups.values()))
        return tuple(
            unit_line(text, -part, currency, tax=group, cost=None)
            for group, part in zip(groups, parts, strict=True)
            if part
        )


def _instalments(values: Iterable[Instalment]) -> tuple[Instalment, ...]:
    return tuple_of(values, Instalment, "instalments", limit=MAX_INSTALMENTS, code="schedule.too-many")


@frozen
class Schedule:
    """A payment schedule. Build it with `Schedule.one_invoice` or `Schedule.many_invoices`.

    A quote may offer several, each with a `name`; the approval then names one. A `discount` is given for choosing this schedule: it
    is on the invoices from the approval on, whenever they are paid.

    >>> at_once = [Instalment.rest(When.ON_APPROVAL)]
    >>> Schedule.one_invoice(at_once, name="Paid at once, 5 % off", discount=Discount.percent(5)).invoice_count
    1
    >>> halves = Schedule.one_invoice([Instalment.percent(50, When.ON_APPROVAL), Instalment.rest(When.TO_BE_PLANNED)])
    >>> [str(amount) for amount in halves.amounts(Money.cad("12821.09"))]
    ['6410.55', '6410.54']

    Attributes:
        instalments: 1 to 400, in the order they are numbered.
        has_many_invoices: Whether each instalment is an invoice of its own.
        name: What the client reads when choosing, and the text of the discount's line; needed with a discount and where a quote
            offers several.
        discount: What this schedule takes off the price before tax.

    Raises:
        InvalidInput: `schedule.empty`, `schedule.too-many`, `schedule.not-balanced` (percentages), `schedule.no-name`,
            `schedule.at-billing` (an invoice of its own already has a day), `schedule.currencies`.
    """

    __repr__ = shown

    instalments: tuple[Instalment, ...] = field(converter=_instalments)
    has_many_invoices: bool = field(validator=is_flag)
    name: str | None = field(
        default=None, kw_only=True, validator=is_text(200, optional=True, empty="schedule.no-name")
    )
    discount: Discount | None = field(default=None, kw_only=True, validator=is_a(Discount, optional=True))

    @classmethod
    def one_invoice(
        cls, instalments: Iterable[Instalment], *, name: str | None = None, discount: Discount | None = None
    ) -> Self:
        """One invoice whose instalments are its due dates."""
        return cls(instalments, False, name=name, discount=discount)

    @classmethod
    def many_invoices(
        cls, instalments: Iterable[Instalment], *, name: str | None = None, discount: Discount | None = None
    ) -> Self:
        """An invoice for each instalment, leaving on its day and due by the company's terms."""
        return cls(instalments, True, name=name, discount=discount)

    def __attrs_post_init__(self) -> None:
        shares = [each.share for each in self.instalments]
        if not shares:
            raise InvalidInput("schedule.empty", path="instalments")
        if self.discount is not None and self.name is None:
            raise InvalidInput("schedule.no-name", path="name")
        if self.has_many_invoices and any(each.when.kind is WhenKind.AT_BILLING for each in self.instalments):
            raise InvalidInput("schedule.at-billing", path="instalments")
        if len(self._currencies()) > 1:
            raise InvalidInput("schedule.currencies", path="instalments")
        percents = [scaled(each.percent, PERCENT_DECIMALS, "percent") for each in shares if each.percent is not None]
        whole, only_percent = sum(percents), len(percents) == len(shares)
        if whole > _WHOLE or (whole == _WHOLE) != only_percent:
            percent = plain(whole, PERCENT_DECIMALS)
            raise InvalidInput("schedule.not-balanced", path="instalments", percent=percent)

    def _currencies(self) -> set[Currency]:
        amounts = [each.share.fixed for each in self.instalments]
        amounts.append(self.discount.fixed if self.discount is not None else None)
        return {amount.currency for amount in amounts if amount is not None}

    @property
    def currency(self) -> Currency | None:
        """The currency of its fixed amounts; `None` when it has none."""
        return next(iter(self._currencies()), None)

    @property
    def invoice_count(self) -> int:
        """How many invoices it calls for."""
        return len(self.instalments) if self.has_many_invoices else 1

    def fits(self, total: Money) -> bool:
        """Whether the instalments add up to `total`, none of them below zero."""
        return fit([each.share for each in self.instalments], total)

    def amounts(self, total: Money) -> tuple[Money, ...]:
        """The amount of each instalment; they add up to `total` when the schedule fits it."""
        portions, one = _portions([each.share for each in self.instalments], total)
        running = (round_half_away(portion, one) for portion in accumulate(portions))
        return tuple(Money.of_minor(part, total.currency) for part in differences(running))

    def weights(self, total: Money) -> tuple[Fraction, ...]:
        """What each instalment takes of the whole; together 1 when the schedule fits `total`."""
        if total.minor:
            return self._weights(total)
        return self._weights(Money.of_minor(_WHOLE, "CAD"))  # the shares of nothing

    def _weights(self, total: Money) -> tuple[Fraction, ...]:
        portions, one = _portions([each.share for each in self.instalments], total)
        return tuple(Fraction(portion, total.minor * one) for portion in portions)


def fit(shares: Sequence[Share], total: Money) -> bool:
    """Whether there are `shares`, and they add up to `total`, none of them below zero."""
    portions, one = _portions(shares, total)
    return bool(portions) and sum(portions) == total.minor * one and min(portions) >= 0


def _portions(shares: Sequence[Share], total: Money) -> tuple[list[int], int]:
    """Each share's exact amount before rounding, and how many of these parts make one minor unit."""
    rests = sum(each.is_rest for each in shares)
    one = _WHOLE * max(rests, 1)
    named = [_portion(each, total, one) for each in shares]
    left = total.minor * one - sum(named)
    return [left // rests if each.is_rest else part for each, part in zip(shares, named, strict=True)], one


def percentage(value: str | int | Decimal, code: str) -> Decimal:
    """A percentage above 0 up to 100, with up to four decimals.

    Raises:
        InvalidInput: `code`, or `number.…`.
    """
    units = scaled(value, PERCENT_DECIMALS, "percent")
    if not 0 < units <= _WHOLE:
        raise InvalidInput(code, path="percent")
    return plain(units, PERCENT_DECIMALS)


def above_zero(value: Money, code: str) -> Money:
    """An amount above zero.

    Raises:
        InvalidInput: `code`, or `field.wrong-type`.
    """
    if not isinstance(value, Money):
        raise wrong_type(value, "Money", "fixed", EXAMPLES["Money"])
    if value.minor <= 0:
        raise InvalidInput(code, path="fixed")
    return value


def _portion(share: Share, total: Money, one: int) -> int:
    """What a share comes to in parts of which `one` make a minor unit; nothing for one of the rest."""
    if share.percent is not None:
        top, bottom = share.percent.as_integer_ratio()
        return total.minor * top * one // (bottom * 100)
    if share.fixed is not None:
        return (share.fixed - Money.of_minor(0, total.currency)).minor * one
    return 0
