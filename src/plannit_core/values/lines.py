"""A line of a quote or an invoice, and the totals of a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from attrs import field, frozen

from ..errors import InvalidInput
from .checks import EXAMPLES, MAX_LINES, is_text, plain, scaled, tuple_of, wrong_type
from .money import Currency, Money, Price, currency_of, price_of, units_in_minor, within_limits
from .shown import shown
from .split import round_half_away
from .tax import Tax, TaxAmount, TaxGroup, tax_amounts, tax_group

QUANTITY_DECIMALS = 4
_ONE = Decimal(1)
MAX_LINE_TEXT = 5_000
_MAX_WHOLE = 10**9


def _quantity(value: str | int | Decimal) -> Decimal:
    if type(value) is int and -_MAX_WHOLE < value < _MAX_WHOLE:  # as nearly all are that the library makes itself
        return Decimal(value)
    units = scaled(value, QUANTITY_DECIMALS, "quantity")
    if abs(units) >= _MAX_WHOLE * 10**QUANTITY_DECIMALS:
        raise InvalidInput("number.too-large", path="quantity")
    return plain(units, QUANTITY_DECIMALS)


def _price(value: Price | Money, path: str = "price") -> Price:
    if not isinstance(value, (Price, Money)):
        raise wrong_type(value, "Price or Money", path, EXAMPLES["Money"])
    return price_of(value, path)


def _cost(value: Price | Money | None) -> Price | None:
    return None if value is None else _price(value, "cost")


@frozen
class Line:
    """One line of a document: what, how many, at what price.

    A discount by hand is a line with a negative price. What a unit costs in fractions of a cent is a `Price`.

    >>> Line("Labour", "7.3125", Money.cad("48.88")).amount
    Money('357.44', 'CAD')
    >>> Line("Nails", 1000, Price.cad("0.0375")).amount
    Money('37.50', 'CAD')

    Attributes:
        text: What the client reads; never blank, at most 5,000 characters.
        quantity: Signed, up to four decimals, below 10^9; from `str`, `int` or `Decimal`.
        price: For one unit, before tax, signed, up to four decimals; a `Money` is taken as a `Price`.
        tax: The taxes it carries; `None` means the company's own group, put in when the line is stored.
        cost: What one unit costs the company; for the merchant's eyes only.
        minor: The amount in minor units: quantity times price, rounded once, half away from zero.

    Raises:
        InvalidInput: `line.no-text`, `number.wrong-type` (a float, say), `number.too-precise`, `number.too-large`,
            `field.wrong-type` for a price that is no `Price` or `Money`, `money.currencies` when cost and price differ in currency.
    """

    __repr__ = shown

    text: str = field(validator=is_text(MAX_LINE_TEXT, empty="line.no-text"))
    quantity: Decimal = field(converter=_quantity)
    price: Price = field(converter=_price)
    tax: TaxGroup | None = field(default=None, kw_only=True, converter=tax_group)
    cost: Price | None = field(default=None, kw_only=True, converter=_cost)

    minor: int = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        currency, cost = self.price.currency, self.cost
        scale = units_in_minor(currency)
        minor = self._times(self.price, scale)
        object.__setattr__(self, "minor", minor)
        within_limits(minor * scale)  # a part of it has to be a price, too: said here and not later
        if cost is not None:
            if cost.currency != currency:
                raise InvalidInput("money.currencies", path="cost", expected=currency, found=cost.currency)
            within_limits(self._times(cost, scale) * scale)

    @property
    def amount(self) -> Money:
        """Quantity times price, to the cent."""
        return Money.of_minor(self.minor, self.price.currency)

    @property
    def cost_minor(self) -> int:
        """What the line costs the company, in minor units; 0 when no cost is known."""
        return 0 if self.cost is None else self._times(self.cost, units_in_minor(self.cost.currency))

    def _times(self, price: Price, scale: int) -> int:
        top, bottom = self.quantity.as_integer_ratio()
        return round_half_away(top * price.units, bottom * scale)


def unit_line(text: str, minor: int, currency: Currency, *, tax: TaxGroup | None, cost: Price | None) -> Line:
    """One unit at `minor` minor units, of a text and a cost that are checked already.

    Raises:
        InvalidInput: `money.too-large`.
    """
    return _unchecked(text, _ONE, Price.of_minor(minor, currency), tax, cost, minor)


def _unchecked(
    text: str, quantity: Decimal, price: Price, tax: TaxGroup | None, cost: Price | None, minor: int
) -> Line:
    new = object.__new__(Line)
    _set_text(new, text)
    _set_quantity(new, quantity)
    _set_price(new, price)
    _set_tax(new, tax)
    _set_cost(new, cost)
    _set_minor(new, minor)
    return new


_set_text, _set_quantity, _set_price, _set_tax, _set_cost, _set_minor = (
    vars(Line)[name].__set__ for name in ("text", "quantity", "price", "tax", "cost", "minor")
)


@frozen
class Totals:
    """What a document comes to.

    Attributes:
        subtotal: The sum of the lines' amounts.
        taxes: Each tax once, in the order of the lines' tax groups.
    """

    __repr__ = shown

    subtotal: Money
    taxes: tuple[TaxAmount, ...]

    @property
    def total(self) -> Money:
        """Subtotal and taxes."""
        minor = self.subtotal.minor + sum([tax.amount.minor for tax in self.taxes])
        return Money.of_minor(minor, self.subtotal.currency)


def totals(lines: Sequence[Line], currency: str) -> Totals:
    """What `lines` come to in `currency`. Lines without a tax group carry no tax.

    >>> roof = TaxGroup("qc", [Tax("GST", "5"), Tax("QST", "9.975")])
    >>> totals([Line("Labour", 1, Money.cad("1740.00"), tax=roof)], "CAD").total
    Money('2000.57', 'CAD')
    """
    subtotal = Money.of_minor(sum([line.minor for line in lines]), currency)
    return Totals(subtotal, tax_amounts(tax_bases(lines), currency))


def tax_bases(lines: Iterable[Line]) -> tuple[tuple[Tax, int], ...]:
    """Each tax once with the sum of the lines that carry it, groups in order of first appearance."""
    groups: dict[TaxGroup, int] = {}
    for group, neighbours in groupby(lines, key=attrgetter("tax")):
        if group is not None:
            groups[group] = groups.get(group, 0) + sum([line.minor for line in neighbours])
    bases: dict[Tax, int] = {}
    for group, minor in groups.items():
        for tax in group.taxes:
            bases[tax] = bases.get(tax, 0) + minor
    return tuple(bases.items())


def lines_of(values: Iterable[Line]) -> tuple[Line, ...]:
    """`values` as the lines of one document.

    Raises:
        InvalidInput: `field.wrong-type`, `lines.too-many` above 10,000, `money.currencies` when they are not all in one currency.
    """
    lines = tuple_of(values, Line, "lines", limit=MAX_LINES, code="lines.too-many")
    for index, line in enumerate(lines):
        check_currency(line.price.currency, lines[0].price.currency, f"lines[{index}].price")
    return lines


def check_currency(found: str, expected: str, path: str) -> None:
    """Nothing when both are one currency.

    Raises:
        InvalidInput: `money.currencies`.
    """
    if found != expected:
        raise InvalidInput("money.currencies", path=path, expected=str(expected), found=str(found))


def with_group(lines: Sequence[Line], group: TaxGroup) -> tuple[Line, ...]:
    """`lines` with the company's `group` put in where a line names none."""
    return tuple(
        line if line.tax is not None else _unchecked(line.text, line.quantity, line.price, group, line.cost, line.minor)
        for line in lines
    )


def profit(lines: Sequence[Line], currency: str) -> Money:
    """What is left of the lines' amounts after their costs (a line without a cost counts as free)."""
    known = currency_of(currency)
    return Money.of_minor(sum([line.minor - line.cost_minor for line in lines]), known)
