"""Money, exact to the cent: whole minor units and a currency; and `Price`, which has up to four decimals.

There is no binary float anywhere: `Money(12.9, "CAD")` is refused, not rounded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Self

from attrs import frozen

from ..errors import InvalidInput
from .checks import decimal_of, decimal_text, exponent_of, scaled, wrong_type
from .made import Made
from .split import cumulative, round_half_away

MAX_MINOR = 10**18
PRICE_DECIMALS = 4
_DIGITS = dict.fromkeys(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ],
    0,
) | dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)
_CODE = re.compile(r"[A-Z]{3}", re.ASCII)
_new = object.__new__  # amounts are made by the dozen in every command


class Currency(str):
    """An ISO 4217 currency code in capital letters, such as `CAD`.

    Raises:
        InvalidInput: `money.currency-code`.
    """

    __slots__ = ()

    def __new__(cls, code: str) -> Self:
        """`code`, checked."""
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            raise InvalidInput("money.currency-code", path="currency")
        return super().__new__(cls, code)

    @property
    def digits(self) -> int:
        """How many decimals its amounts have: 2 for the dollar, 0 for the yen."""
        return _DIGITS.get(self, 2)


def currency_of(code: str) -> Currency:
    """`code` as a `Currency`; one object for each code."""
    try:
        return _CURRENCIES[code]
    except (KeyError, TypeError):  # a list, say, cannot be looked up
        new = Currency(code)
        if len(_CURRENCIES) < 200:
            _CURRENCIES[code] = new
        return new


_CURRENCIES: dict[str, Currency] = {}


@frozen(init=False, repr=False, order=False)
class Money:
    """An exact amount in one currency.

    Amounts of one currency add, subtract and compare; times a whole number or `Decimal` is rounded to the cent; `bool` is whether
    it is not zero, `str` the bare amount (`plannit_core.labels.money` writes it for people).

    >>> Money.cad("19.99") * 3 + Money.cad("0.03")
    Money('60.00', 'CAD')
    >>> [str(part) for part in Money.cad("100.00").split(3)]
    ['33.33', '33.34', '33.33']
    >>> sum([Money.cad("0.10"), Money.cad("0.20")])
    Money('0.30', 'CAD')

    Attributes:
        minor: Whole minor units (cents), signed, below 10^18.
        currency: ISO 4217 code.

    Raises:
        InvalidInput: `number.wrong-type` for a float or another type, `number.not-a-number`, `number.too-precise` for more
            decimals than the currency has, `money.too-large`, `money.currency-code`; `money.currencies` when two currencies
            meet in one operation.
    """

    minor: int
    currency: Currency

    def __init__(self, amount: str | int | Decimal, currency: str) -> None:
        known = currency_of(currency)
        _set_minor(self, within_limits(scaled(amount, known.digits, "amount")))
        _set_currency(self, known)

    @classmethod
    def of_minor(cls, minor: int, currency: str) -> Self:
        """From whole minor units: `Money.of_minor(1999, "CAD")` is 19.99.

        Raises:
            InvalidInput: `field.wrong-type`, `money.too-large`, `money.currency-code`.
        """
        if type(minor) is not int:
            raise wrong_type(minor, "int", "minor")
        if not -MAX_MINOR < minor < MAX_MINOR:
            raise _too_large()
        new = _new(cls)
        _set_minor(new, minor)
        _set_currency(new, currency if type(currency) is Currency else currency_of(currency))
        return new

    @classmethod
    def cad(cls, amount: str | int | Decimal) -> Self:
        """Canadian dollars."""
        return cls(amount, "CAD")

    @property
    def amount(self) -> Decimal:
        """The amount in major units, with all its decimals: `Decimal("19.90")`."""
        return Decimal(str(self))

    def __str__(self) -> str:
        return decimal_text(self.minor, self.currency.digits)

    def __repr__(self) -> str:
        return f"Money('{self}', '{self.currency}')"

    def __bool__(self) -> bool:
        return self.minor != 0

    def __neg__(self) -> Money:
        return Money.of_minor(-self.minor, self.currency)

    def __abs__(self) -> Money:
        return Money.of_minor(abs(self.minor), self.currency)

    def __add__(self, other: Money) -> Money:
        return Money.of_minor(self.minor + self._same(other), self.currency)

    def __radd__(self, other: int) -> Money:
        """So that `sum()` works: it begins with the number 0."""
        if isinstance(other, int) and other == 0:
            return self
        raise wrong_type(other, "Money", "")

    def __sub__(self, other: Money) -> Money:
        return Money.of_minor(self.minor - self._same(other), self.currency)

    def __mul__(self, factor: int | Decimal) -> Money:
        """Times a number, rounded to the minor unit, half away from zero."""
        if isinstance(factor, str):
            raise wrong_type(factor, "int or Decimal", "factor")
        number = decimal_of(factor, "factor")
        top, bottom = number.as_integer_ratio()
        return Money.of_minor(round_half_away(self.minor * top, bottom), self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def split(self, parts: int) -> tuple[Money, ...]:
        """`parts` equal parts that add up to the whole and differ by at most one minor unit.

        Raises:
            InvalidInput: `split.no-parts` unless 1 to 10,000.
        """
        if not isinstance(parts, int) or isinstance(parts, bool) or not 1 <= parts <= 10_000:
            raise InvalidInput("split.no-parts", path="parts")
        return self.allocate([1] * parts)

    def allocate(self, weights: Sequence[int | Decimal]) -> tuple[Money, ...]:
        """Parts in proportion to `weights` that add up to the whole, by rounding the running total.

        Raises:
            InvalidInput: `split.weights` when a weight is negative or all are zero.
        """
        if not isinstance(weights, Sequence) or isinstance(weights, str):
            raise wrong_type(weights, "a list of numbers", "weights")
        numbers = [decimal_of(weight, "weights") for weight in weights]
        places = max((-exponent_of(number) for number in numbers), default=0)
        whole = [scaled(number, max(places, 0), "weights") for number in numbers]
        if any(weight < 0 for weight in whole) or not any(whole):
            raise InvalidInput("split.weights", path="weights")
        return tuple(Money.of_minor(part, self.currency) for part in cumulative(self.minor, whole))

    def rounded_to(self, step: int) -> Money:
        """The nearest multiple of `step` minor units, half away from zero: the rounding of cash.

        Raises:
            InvalidInput: `split.no-parts` unless `step` is above 0.
        """
        if not isinstance(step, int) or isinstance(step, bool) or step <= 0:
            raise InvalidInput("split.no-parts", path="step")
        return Money.of_minor(round_half_away(self.minor, step) * step, self.currency)

    def _same(self, other: Money) -> int:
        if not isinstance(other, Money):
            raise wrong_type(other, "Money", "")
        if other.currency != self.currency:
            raise InvalidInput("money.currencies", expected=str(self.currency), found=str(other.currency))
        return other.minor


_set_minor, _set_currency = (vars(Money)[name].__set__ for name in ("minor", "currency"))


@frozen(init=False, repr=False, order=False)
class Price:
    """What one unit costs: like `Money`, with up to four decimals.

    >>> Price.cad("0.0375")
    Price('0.0375', 'CAD')

    Attributes:
        units: Whole ten-thousandths of the currency's main unit, signed.
        currency: ISO 4217 code.

    Raises:
        InvalidInput: as `Money`, `number.too-precise` beyond four decimals.
    """

    units: int
    currency: Currency

    def __init__(self, amount: str | int | Decimal, currency: str) -> None:
        self.__attrs_init__(within_limits(scaled(amount, PRICE_DECIMALS, "price")), currency_of(currency))

    @classmethod
    def of_money(cls, money: Money) -> Self:
        """The price that is exactly `money`."""
        return cls.of_minor(money.minor, money.currency)

    @classmethod
    def of_minor(cls, minor: int, currency: Currency) -> Self:
        """From whole minor units, as `Money.of_minor`. Raises likewise."""
        return cls.of_units(minor * units_in_minor(currency), currency)

    @classmethod
    def of_units(cls, units: int, currency: str) -> Self:
        """From whole ten-thousandths: `Price.of_units(375, "CAD")` is 0.0375.

        Raises:
            InvalidInput: `field.wrong-type`, `money.too-large`, `money.currency-code`.
        """
        if type(units) is not int:
            raise wrong_type(units, "int", "units")
        if not -MAX_MINOR < units < MAX_MINOR:
            raise _too_large()
        new = _new(cls)
        _set_units(new, units)
        _set_price_currency(new, currency if type(currency) is Currency else currency_of(currency))
        return new

    @classmethod
    def cad(cls, amount: str | int | Decimal) -> Self:
        """Canadian dollars."""
        return cls(amount, "CAD")

    @property
    def amount(self) -> Decimal:
        """The price in major units, with at least the currency's decimals."""
        return Decimal(str(self))

    def __neg__(self) -> Price:
        return Price.of_units(-self.units, self.currency)

    def __str__(self) -> str:
        digits = self.currency.digits
        whole, rest = divmod(self.units, _UNITS[self.currency])
        if not rest:
            return decimal_text(whole, digits)
        return decimal_text(self.units, PRICE_DECIMALS).rstrip("0")

    def __repr__(self) -> str:
        return f"Price('{self}', '{self.currency}')"


_set_units, _set_price_currency = (vars(Price)[name].__set__ for name in ("units", "currency"))


def units_in_minor(currency: Currency) -> int:
    """How many units of a price make one minor unit of the currency: 100 for the dollar."""
    return _UNITS[currency]


_UNITS: Made[Currency, int] = Made(lambda currency: int(10 ** (PRICE_DECIMALS - currency.digits)))


def price_of(value: Price | Money, path: str = "price") -> Price:
    """A `Price` as it is, a `Money` as the same price.

    Raises:
        InvalidInput: `field.wrong-type`.
    """
    if isinstance(value, Price):
        return value
    if isinstance(value, Money):
        return Price.of_money(value)
    raise wrong_type(value, "Price or Money", path)


def zero(currency: str) -> Money:
    """Nothing, in `currency`."""
    return Money.of_minor(0, currency)


def within_limits(minor: int) -> int:
    """`minor`, which is an amount that can be held.

    Raises:
        InvalidInput: `money.too-large`.
    """
    if not -MAX_MINOR < minor < MAX_MINOR:
        raise _too_large()
    return minor


def _too_large() -> InvalidInput:
    """The error for an amount that cannot be held."""
    return InvalidInput("money.too-large", path="amount")
