"""The edges of money, splits and taxes: what breaks first when somebody gets one sign or one number wrong.

Each was a mutant that the properties and examples let pass (docs/how-to/mutation-testing.md), or stands where one could be.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from plannit_core import InvalidInput, Line, Money, Price, Tax, TaxGroup
from plannit_core.presets import QC
from plannit_core.values import money as money_module
from plannit_core.values.money import MAX_MINOR, Currency, currency_of, price_of, zero
from plannit_core.values.split import cumulative, round_half_away, two_way
from plannit_core.values.tax import TaxAmount, tax_amounts, tax_group


def refused(make: Callable[[], object]) -> tuple[str, str]:
    """The code and path of what is wrong."""
    with pytest.raises(InvalidInput) as caught:
        make()
    return caught.value.code, caught.value.path


def cad(cents: int) -> Money:
    return Money.of_minor(cents, "CAD")


# ----------------------------------------------------------------------------------------------------------------- money


@pytest.mark.parametrize(("code", "digits"), [("CAD", 2), ("USD", 2), ("JPY", 0), ("XPF", 0), ("KWD", 3), ("TND", 3)])
def test_a_currency_has_its_own_number_of_decimals(code: str, digits: int) -> None:
    assert Currency(code).digits == digits
    assert str(Money(1, code)) == ("1." + "0" * digits).rstrip(".")


@pytest.mark.parametrize("code", ["cad", "CA", "CADX", "CAD\n", "CÀD", "", None, 5, ["CAD"], b"CAD"])
def test_a_currency_is_three_capital_letters(code: Any) -> None:
    for make in (lambda: Currency(code), lambda: currency_of(code), lambda: Money(1, code), lambda: zero(code)):
        assert refused(make) == ("money.currency-code", "currency")


def test_a_currency_is_one_object_and_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, Currency] = {}
    monkeypatch.setattr(money_module, "_CURRENCIES", kept)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = [one + other + "X" for one in letters for other in letters]
    assert [currency_of(code) for code in codes] == codes
    assert len(kept) == 200
    assert currency_of("AAX") is currency_of("AAX")


@pytest.mark.parametrize("minor", [MAX_MINOR - 1, 1 - MAX_MINOR])
def test_the_largest_amount_is_a_cent_below_ten_to_the_sixteenth(minor: int) -> None:
    assert MAX_MINOR == 10**18
    further = minor + (1 if minor > 0 else -1)
    assert Money.of_minor(minor, "CAD").minor == Price.of_units(minor, "CAD").units == minor
    for make in (
        lambda: Money.of_minor(further, "CAD"),
        lambda: Price.of_units(further, "CAD"),
        lambda: Money.cad(Decimal(further) / 100),
        lambda: Money.of_minor(minor, "CAD") + cad(1 if minor > 0 else -1),
    ):
        assert refused(make) == ("money.too-large", "amount")


@pytest.mark.parametrize("minor", [True, False, 1.0, "1", None, Decimal(1)])
def test_minor_units_are_a_whole_number_and_nothing_like_one(minor: Any) -> None:
    assert refused(lambda: Money.of_minor(minor, "CAD")) == ("field.wrong-type", "minor")
    assert refused(lambda: Price.of_units(minor, "CAD")) == ("field.wrong-type", "units")


def test_only_nothing_is_false() -> None:
    assert [bool(cad(minor)) for minor in (-1, 0, 1)] == [True, False, True]
    assert zero("CAD") == cad(0)


def test_a_sum_may_begin_with_the_number_zero_and_with_no_other() -> None:
    assert 0 + cad(5) == cad(5)
    for other in (1, -1, 0.0, "0", Decimal(0), None):
        assert refused(lambda other=other: other + cad(5)) == ("field.wrong-type", "")


def test_money_adds_compares_and_subtracts_only_with_money_of_its_currency() -> None:
    operations = ("__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__")
    for name in operations:
        assert refused(lambda name=name: getattr(cad(5), name)(Money(5, "USD"))) == ("money.currencies", "")
        assert refused(lambda name=name: getattr(cad(5), name)(5)) == ("field.wrong-type", "")
    assert (cad(5) < cad(5), cad(5) <= cad(5), cad(5) > cad(5), cad(5) >= cad(5)) == (False, True, False, True)
    assert (cad(4) < cad(5), cad(4) <= cad(5), cad(4) > cad(5), cad(4) >= cad(5)) == (True, True, False, False)
    assert cad(5) != Money(5, "USD")
    assert cad(5) != Price.cad("0.05")


def test_money_is_compared_by_its_amount_and_printed_in_its_own_way() -> None:
    assert sorted([cad(1000), cad(200), cad(-30)]) == [cad(-30), cad(200), cad(1000)]
    assert (repr(cad(-5)), str(cad(-5))) == ("Money('-0.05', 'CAD')", "-0.05")
    assert (repr(Price.cad("-0.0375")), str(Price.cad("-0.0375"))) == ("Price('-0.0375', 'CAD')", "-0.0375")
    with pytest.raises(TypeError):
        sorted([Price.cad(2), Price.cad(1)])  # prices have no order


@pytest.mark.parametrize("factor", ["2", None, 2.0, True, cad(2)])
def test_money_is_multiplied_by_a_whole_number_or_a_decimal(factor: Any) -> None:
    assert refused(lambda: cad(5) * factor)[0] in ("field.wrong-type", "number.wrong-type")


def test_money_times_a_text_is_refused_even_when_it_spells_a_number() -> None:
    assert refused(lambda: cad(5) * "2") == ("field.wrong-type", "factor")


def test_an_amount_is_split_into_1_to_10_000_parts() -> None:
    assert cad(100).split(1) == (cad(100),)
    assert len(cad(100).split(10_000)) == 10_000
    assert cad(100).split(3) == (cad(33), cad(34), cad(33))
    for parts in (0, -1, 10_001, True, 2.0, "2", None, Decimal(2)):
        assert refused(lambda parts=parts: cad(100).split(parts)) == ("split.no-parts", "parts")


def test_weights_are_numbers_none_below_zero_and_not_all_zero() -> None:
    assert cad(100).allocate([0, 1, Decimal("0.5")]) == (cad(0), cad(67), cad(33))
    assert cad(100).allocate((Decimal("1E+1"), 30)) == (cad(25), cad(75))
    assert cad(-100).allocate([1, 3]) == (cad(-25), cad(-75))
    for weights in ([], [0, 0], [-1], [2, -1], [1, Decimal("-0.001")]):
        assert refused(lambda weights=weights: cad(100).allocate(weights)) == ("split.weights", "weights")
    for weights in ("12", None, 5, {1, 2}, iter([1, 2])):
        assert refused(lambda weights=weights: cad(100).allocate(weights)) == ("field.wrong-type", "weights")
    assert refused(lambda: cad(100).allocate([1, 0.5])) == ("number.wrong-type", "weights")


def test_cash_is_rounded_to_whole_steps_above_zero() -> None:
    assert [cad(minor).rounded_to(5).minor for minor in (2, 3, -2, -3, 7, 8)] == [0, 5, 0, -5, 5, 10]
    assert cad(7).rounded_to(1) == cad(7)
    for step in (0, -5, True, 5.0, "5", None):
        assert refused(lambda step=step: cad(7).rounded_to(step)) == ("split.no-parts", "step")


@pytest.mark.parametrize(
    ("price", "shown"),
    [
        (Price.cad("85"), "85.00"),
        (Price.cad("85.1"), "85.10"),
        (Price.cad("0.0375"), "0.0375"),
        (Price.cad("0.0370"), "0.037"),
        (Price.cad("-120.5"), "-120.50"),
        (Price.cad("-0.0001"), "-0.0001"),
        (Price.cad("1000"), "1000.00"),
        (Price("250", "JPY"), "250"),
        (Price("250.5", "JPY"), "250.5"),
        (Price("0.5", "KWD"), "0.500"),
        (Price("0.0005", "KWD"), "0.0005"),
    ],
)
def test_a_price_shows_the_decimals_of_its_currency_and_up_to_four(price: Price, shown: str) -> None:
    assert (str(price), price.amount) == (shown, Decimal(shown))
    assert -price.amount.as_tuple().exponent == len(shown.partition(".")[2])


@pytest.mark.parametrize(("amount", "currency"), [("85.01", "CAD"), ("-0.01", "CAD"), ("250", "JPY"), ("0.005", "KWD")])
def test_money_taken_as_a_price_is_the_same_amount(amount: str, currency: str) -> None:
    assert price_of(Money(amount, currency)) == Price.of_money(Money(amount, currency)) == Price(amount, currency)
    assert price_of(Price(amount, currency)) == Price(amount, currency)
    assert -Price(amount, currency) == Price(-Decimal(amount), currency)


@pytest.mark.parametrize("value", [85, "85.00", Decimal(85), None, 85.0])
def test_a_price_is_never_a_plain_number(value: Any) -> None:
    assert refused(lambda: price_of(value)) == ("field.wrong-type", "price")


def test_a_price_has_four_decimals_and_not_five() -> None:
    assert Price.cad("0.0001").units == 1
    assert refused(lambda: Price.cad("0.00001")) == ("number.too-precise", "price")


# ----------------------------------------------------------------------------------------------------------------- splits


def test_a_whole_below_zero_or_weights_below_zero_are_shared_like_their_mirror() -> None:
    assert cumulative(10_000, [1, 1, 1]) == (3333, 3334, 3333)
    assert cumulative(-10_000, [1, 1, 1]) == (-3333, -3334, -3333)
    assert cumulative(10_000, [-1, -1, -1]) == (3333, 3334, 3333)
    assert cumulative(1, [2]) == (1,)
    assert cumulative(1, [1, 1]) == cumulative(1, [-1, -1]) == (1, 0)
    assert cumulative(-1, [1, 1]) == cumulative(-1, [-1, -1]) == (-1, 0)


def test_half_a_cent_goes_away_from_zero_on_both_sides() -> None:
    halves = {-3: -2, -2: -1, -1: -1, 0: 0, 1: 1, 2: 1, 3: 2}
    assert {numerator: round_half_away(numerator, 2) for numerator in halves} == halves
    assert [round_half_away(numerator, 1) for numerator in (-1, 0, 1)] == [-1, 0, 1]


def test_rows_and_parts_are_shared_by_the_running_total_in_both_directions() -> None:
    thirds = [Fraction(1, 3)] * 3
    assert two_way([100, 50], thirds) == ((33, 17), (34, 16), (33, 17))
    assert two_way([100], [Fraction(1, 6), Fraction(1, 3), Fraction(1, 2)]) == ((17,), (33,), (50,))


# ------------------------------------------------------------------------------------------------------------------ taxes


@pytest.mark.parametrize("code", ["Q", "a" * 20, "GST 5.0_x-y", "5"])
def test_a_tax_is_named_by_1_to_20_plain_characters(code: str) -> None:
    assert Tax(code, 5).code == TaxGroup(code, ()).code == code


@pytest.mark.parametrize("code", ["", "a" * 21, " GST", "TPS é", "qc~2", "a\n", None, 5, b"GST"])
def test_a_tax_without_such_a_name_is_refused(code: Any) -> None:
    assert refused(lambda: Tax(code, 5)) == ("tax.code", "code")
    assert refused(lambda: TaxGroup(code, ())) == ("tax.code", "code")


def test_a_rate_lies_between_0_and_100_percent_with_four_decimals() -> None:
    assert [Tax("T", rate).rate for rate in (0, "100", "9.9750", "0.0001")] == [
        0,
        100,
        Decimal("9.975"),
        Decimal("0.0001"),
    ]
    assert str(Tax("T", "5.0000").rate) == "5"
    for rate in ("-0.0001", "100.0001", -1, 101):
        assert refused(lambda rate=rate: Tax("T", rate)) == ("tax.rate", "rate")
    assert refused(lambda: Tax("T", "5.00001")) == ("number.too-precise", "rate")


def test_a_tax_is_rounded_half_away_from_zero_both_ways() -> None:
    assert [Tax("QST", "9.975").on(minor) for minor in (174_000, -174_000, 1, 0)] == [17_357, -17_357, 0, 0]
    assert Tax("T", 100).on(7) == 7
    assert Tax("T", 0).on(10_000) == 0


def test_a_group_holds_at_most_ten_taxes_each_once() -> None:
    ten = [Tax(f"T{number}", 1) for number in range(10)]
    assert len(TaxGroup("g", ten).taxes) == 10
    assert refused(lambda: TaxGroup("g", [*ten, Tax("T10", 1)])) == ("list.too-long", "taxes")
    assert refused(lambda: TaxGroup("g", [Tax("GST", 5), Tax("GST", 7)])) == ("tax.repeated", "taxes")


def test_what_the_split_gave_beyond_the_rate_is_an_invoices_own_cents() -> None:
    above = TaxAmount("GST", Decimal(5), Money.cad("1802.24"), Money.cad("90.12"))
    assert (above.own_cents, above.tax) == (Money.cad("0.01"), Tax("GST", 5))
    (exact,) = tax_amounts([(Tax("GST", 5), 180_224)], "CAD")
    assert (exact.amount, exact.own_cents) == (Money.cad("90.11"), cad(0))


@pytest.mark.parametrize("value", ["qc", Tax("GST", 5), 0, False, ()])
def test_a_line_carries_a_group_of_taxes_or_none(value: Any) -> None:
    assert refused(lambda: Line("Labour", 1, Money.cad(1), tax=value)) == ("field.wrong-type", "tax")
    assert (tax_group(None), tax_group(QC)) == (None, QC)
