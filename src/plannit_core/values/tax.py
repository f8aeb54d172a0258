"""Sales taxes: each on the lines that carry it, rounded once per document, never a tax on a tax."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from attrs import field, frozen

from ..errors import InvalidInput
from .checks import plain, scaled, tuple_of, wrong_type
from .money import Money
from .shown import shown
from .split import round_half_away

RATE_DECIMALS = 4
_HUNDRED = 100 * 10**RATE_DECIMALS
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,19}", re.ASCII)


def _code(value: str) -> str:
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise InvalidInput("tax.code", path="code")
    return value


def _rate(value: str | int | Decimal) -> Decimal:
    units = scaled(value, RATE_DECIMALS, "rate")
    if not 0 <= units <= _HUNDRED:
        raise InvalidInput("tax.rate", path="rate")
    return plain(units, RATE_DECIMALS)


@frozen(cache_hash=True)
class Tax:
    """One tax on sales.

    >>> Tax("QST", "9.975").on(10000)  # on 100.00, in cents
    998

    Attributes:
        code: 1 to 20 letters, digits, spaces or `._-`.
        rate: Percent of the price before any tax, 0 to 100, up to four decimals.

    Raises:
        InvalidInput: `tax.code`, `tax.rate`, `number.wrong-type`, `number.too-precise`.
    """

    code: str = field(converter=_code)
    rate: Decimal = field(converter=_rate)

    @cached_property
    def units(self) -> int:
        """The rate in ten-thousandths of a percent, to reckon with."""
        return scaled(self.rate, RATE_DECIMALS, "rate")

    def on(self, minor: int) -> int:
        """The tax on `minor` minor units, rounded once, half away from zero."""
        return round_half_away(minor * self.units, _HUNDRED)


def _taxes(values: Iterable[Tax]) -> tuple[Tax, ...]:
    taxes = tuple_of(values, Tax, "taxes", limit=10)
    if len({tax.code for tax in taxes}) != len(taxes):
        raise InvalidInput("tax.repeated", path="taxes")
    return taxes


@frozen(cache_hash=True)
class TaxGroup:
    """The taxes a line carries together, such as GST and QST in Québec.

    Each is levied on the price, never on the other tax. `TaxGroup.EXEMPT` is the group of a line without tax.

    >>> TaxGroup("on", [Tax("HST", "13")]).taxes[0].on(10000)
    1300

    Attributes:
        code: Names the group; 1 to 20 letters, digits, spaces or `._-`.
        taxes: None at all for `TaxGroup.EXEMPT`.

    Raises:
        InvalidInput: `tax.code`, `tax.repeated`.
    """

    EXEMPT: ClassVar[TaxGroup]

    code: str = field(converter=_code)
    taxes: tuple[Tax, ...] = field(converter=_taxes)


TaxGroup.EXEMPT = TaxGroup("exempt", ())


@frozen
class TaxAmount:
    """What one tax comes to on a document.

    Attributes:
        code: The tax.
        rate: Percent.
        base: The sum of the lines that carry it.
        amount: The tax itself, to the cent. On a generated invoice it is this invoice's share of the quote's tax, which may be a
            cent or two away from rate times base.
    """

    __repr__ = shown

    code: str
    rate: Decimal
    base: Money
    amount: Money

    @property
    def tax(self) -> Tax:
        """The tax, without amounts."""
        return Tax(self.code, self.rate)

    @property
    def own_cents(self) -> Money:
        """What the split gave this document beyond rate times base."""
        return self.amount - Money.of_minor(self.tax.on(self.base.minor), self.base.currency)


def tax_amounts(bases: Iterable[tuple[Tax, int]], currency: str) -> tuple[TaxAmount, ...]:
    """Each tax computed on its base, in the order given."""
    return tuple(
        [
            TaxAmount(tax.code, tax.rate, Money.of_minor(base, currency), Money.of_minor(tax.on(base), currency))
            for tax, base in bases
        ]
    )


def tax_group(value: TaxGroup | None) -> TaxGroup | None:
    """`value`, which is a tax group or nothing.

    Raises:
        InvalidInput: `field.wrong-type`.
    """
    if value is not None and not isinstance(value, TaxGroup):
        raise wrong_type(value, "TaxGroup", "tax")
    return value
