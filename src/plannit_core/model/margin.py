"""Profit as a percentage."""

from __future__ import annotations

from decimal import Decimal

from ..values.checks import decimal_text
from ..values.money import Money
from ..values.split import cumulative


def margin(profit: Money, subtotal: Money) -> Decimal | None:
    """`profit` as a percentage of `subtotal`, two decimals; `None` when there is no subtotal.

    >>> margin(Money.cad("589.95"), Money.cad("1199.95"))
    Decimal('49.16')
    """
    if not subtotal:
        return None
    hundredths, _ = cumulative(10_000, [profit.minor, subtotal.minor - profit.minor])
    return Decimal(decimal_text(hundredths, 2))
