"""Invariants 1 to 11: money, lines and taxes, against an independent reckoning in fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import fields, has
from hypothesis import given
from hypothesis import strategies as st

from plannit_core import InvalidInput, Line, Money, Price, Tax, TaxGroup
from plannit_core.values.checks import scaled
from plannit_core.values.lines import Totals, profit, totals
from plannit_core.values.split import cumulative, round_half_away, two_way
from support import (
    CAD,
    GROUPS,
    bases_of,
    cad,
    cents_of,
    documents,
    exact,
    lines,
    nearest,
    prices,
    quantities,
    rate_of,
    subtotal_of,
    taxes_of,
    total_of,
)

WHOLE = st.integers(-(10**17), 10**17)
DECIMALS = st.integers(0, 4)


def written(units: int, decimals: int) -> str:
    """`units` with that many decimals, as a person writes it."""
    digits = f"{abs(units):0{decimals + 1}d}"
    cut = len(digits) - decimals
    return ("-" if units < 0 else "") + digits[:cut] + ("." + digits[cut:] if decimals else "")


def floats_in(value: Any) -> list[object]:
    """Every binary float anywhere inside `value`."""
    if isinstance(value, (list, tuple)):
        return [found for each in value for found in floats_in(each)]
    if has(type(value)):
        return [found for each in fields(type(value)) for found in floats_in(getattr(value, each.name))]
    return [value] if isinstance(value, float) else []


def summary(found: Totals) -> tuple[int, dict[tuple[str, Decimal], int], int]:
    """Subtotal, taxes and total in cents, the order of the taxes set aside."""
    return found.subtotal.minor, {(tax.code, tax.rate): tax.amount.minor for tax in found.taxes}, found.total.minor


# ---------------------------------------------------------------------------------------------------------------- 1 to 5


@given(WHOLE, st.sampled_from([("CAD", 2), ("JPY", 0), ("KWD", 3)]))
def test_inv_01_an_amount_is_exactly_what_was_written(units: int, known: tuple[str, int]) -> None:
    currency, decimals = known
    text = written(units, decimals)
    money = Money(text, currency)
    assert (money.minor, str(money)) == (units, text)
    assert Fraction(money.amount) == Fraction(units, 10**decimals)
    assert -money.amount.as_tuple().exponent == decimals
    assert money == Money(Decimal(text), currency) == Money.of_minor(units, currency)
    assert Money(str(money), currency) == money


@given(st.integers(-(10**12), 10**12), st.integers(-(10**9), 10**9))
def test_inv_01_a_price_and_a_quantity_keep_up_to_four_decimals(price: int, quantity: int) -> None:
    line = Line("x", written(quantity, 4), Price(written(price, 4), CAD))
    assert (exact(line.price.amount), exact(line.quantity)) == (Fraction(price, 10**4), Fraction(quantity, 10**4))
    assert 2 <= -line.price.amount.as_tuple().exponent <= 4
    assert Price(str(line.price), CAD) == line.price
    assert line.amount == Money.of_minor(cents_of(line), CAD)


@given(WHOLE, st.integers(3, 9))
def test_inv_01_an_amount_with_more_decimals_than_its_currency_is_refused_and_never_rounded(
    units: int, decimals: int
) -> None:
    text = written(units, decimals)
    if units % 10 ** (decimals - 2):
        with pytest.raises(InvalidInput) as caught:
            Money.cad(text)
        assert caught.value.code == "number.too-precise"
    else:
        assert Money.cad(text).minor * 10 ** (decimals - 2) == units


@given(st.floats())
def test_inv_01_no_float_ever_becomes_money(number: float) -> None:
    for make in (
        lambda: Money.cad(number),
        lambda: Price.cad(number),
        lambda: Line("x", number, Price.cad(1)),
        lambda: Tax("T", number),
        lambda: Money.cad(1) * number,
        lambda: Money.cad(1).allocate([number]),
    ):
        with pytest.raises(InvalidInput) as caught:
            make()
        assert caught.value.code == "number.wrong-type"


@given(documents(may_be_negative=True))
def test_inv_01_no_float_is_anywhere_in_a_document_and_its_totals(document: tuple[Line, ...]) -> None:
    assert floats_in((document, totals(document, CAD), profit(document, CAD))) == []


@given(quantities(low=-(10**12), high=10**12), prices(low=-(10**9), high=10**9))
def test_inv_02_a_line_is_quantity_times_price_rounded_once_half_away_from_zero(
    quantity: Decimal, price: Price
) -> None:
    line = Line("x", quantity, price)
    exactly = exact(quantity) * exact(price.amount) * 100
    assert line.amount.minor == nearest(exactly)
    assert abs(line.amount.minor - exactly) <= Fraction(1, 2)
    if abs(line.amount.minor - exactly) == Fraction(1, 2):
        assert abs(line.amount.minor) > abs(exactly)


@given(documents(may_be_negative=True))
def test_inv_03_the_subtotal_is_the_sum_of_the_lines(document: tuple[Line, ...]) -> None:
    assert totals(document, CAD).subtotal.minor == subtotal_of(document)
    assert totals(document, CAD).subtotal == sum(line.amount for line in document)


@given(documents(may_be_negative=True))
def test_inv_04_each_tax_is_its_rate_on_the_lines_that_carry_it_rounded_once(document: tuple[Line, ...]) -> None:
    found = totals(document, CAD).taxes
    assert {(tax.code, tax.rate): tax.amount.minor for tax in found} == taxes_of(document)
    assert {(tax.code, tax.rate): tax.base.minor for tax in found} == bases_of(document)
    assert len({(tax.code, tax.rate) for tax in found}) == len(found)
    assert all(tax.own_cents.minor == 0 for tax in found)


@given(st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=6))
def test_inv_04_qst_is_never_levied_on_gst(amounts: list[int]) -> None:
    document = [Line("x", 1, cad(amount), tax=GROUPS[0]) for amount in amounts]
    gst, qst = totals(document, CAD).taxes
    assert gst.base == qst.base == cad(sum(amounts))
    assert qst.amount.minor == nearest(Fraction(sum(amounts)) * Fraction(9975, 100_000))


@given(documents(may_be_negative=True))
def test_inv_05_the_total_is_the_subtotal_and_the_taxes(document: tuple[Line, ...]) -> None:
    found = totals(document, CAD)
    assert (
        found.total.minor == total_of(document) == found.subtotal.minor + sum(tax.amount.minor for tax in found.taxes)
    )


# --------------------------------------------------------------------------------------------------------------- 6 to 11


def negated(document: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(Line(line.text, -line.quantity, line.price, tax=line.tax, cost=line.cost) for line in document)


@given(documents(may_be_negative=True))
def test_inv_06_a_document_taken_back_is_its_mirror_to_the_cent(document: tuple[Line, ...]) -> None:
    subtotal, taxes, total = summary(totals(document, CAD))
    mirror = {tax: -amount for tax, amount in taxes.items()}
    assert summary(totals(negated(document), CAD)) == (-subtotal, mirror, -total)
    assert profit(negated(document), CAD) == -profit(document, CAD)


@given(st.data())
def test_inv_07_the_order_of_the_lines_changes_no_total(data: st.DataObject) -> None:
    document = data.draw(documents(may_be_negative=True))
    shuffled = data.draw(st.permutations(document))
    assert summary(totals(shuffled, CAD)) == summary(totals(document, CAD))


@given(documents(may_be_negative=True), lines())
def test_inv_08_a_line_added_and_removed_leaves_all_totals_as_they_were(document: tuple[Line, ...], more: Line) -> None:
    before = totals(document, CAD)
    longer = [*document, more]
    assert totals(longer, CAD).subtotal == before.subtotal + more.amount
    longer.remove(more) if more not in document else longer.pop()
    assert totals(longer, CAD) == before


@given(documents(may_be_negative=True), lines(st.just(TaxGroup.EXEMPT)))
def test_inv_09_a_line_without_tax_changes_subtotal_and_total_alike_and_no_tax(
    document: tuple[Line, ...], more: Line
) -> None:
    before, after = totals(document, CAD), totals([*document, more], CAD)
    assert after.taxes == before.taxes
    assert after.subtotal - before.subtotal == after.total - before.total == more.amount


@given(documents(max_size=30, may_be_negative=True))
def test_inv_10_taxing_line_by_line_is_never_further_off_than_half_a_cent_a_line(document: tuple[Line, ...]) -> None:
    for tax in totals(document, CAD).taxes:
        carrying = [line for line in document if line.tax is not None and tax.tax in line.tax.taxes]
        by_line = sum(nearest(cents_of(line) * rate_of(tax.tax)) for line in carrying)
        assert abs(by_line - tax.amount.minor) <= Fraction(len(carrying) + 1, 2)


@given(st.integers(1, 10_000), prices(low=0))
def test_inv_11_a_discount_by_quantity_is_that_part_of_one_unit_and_a_whole_unit_cancels_one(
    part: int, price: Price
) -> None:
    discount = Line("Rabais", written(-part, 4), price)
    assert discount.amount.minor == nearest(Fraction(-part, 10_000) * exact(price.amount) * 100)
    assert Line("x", 1, price).amount + Line("Rabais", -1, price).amount == cad(0)


# ------------------------------------------------------------------------------------------------- the arithmetic beneath


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_every_rounding_is_to_the_nearest_and_half_away_from_zero(numerator: int, denominator: int) -> None:
    assert round_half_away(numerator, denominator) == nearest(Fraction(numerator, denominator))
    assert round_half_away(-numerator, denominator) == -round_half_away(numerator, denominator)


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(-1000, 1000), min_size=1, max_size=12).filter(sum))
def test_a_whole_shared_out_adds_up_and_each_part_is_within_a_cent_of_its_share(whole: int, weights: list[int]) -> None:
    parts = cumulative(whole, weights)
    assert sum(parts) == whole
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(whole * weight, sum(weights))) <= 1


@given(
    st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=8),
    st.lists(st.integers(0, 1000), min_size=1, max_size=8).filter(sum),
)
def test_rows_shared_over_parts_add_up_both_ways(rows: list[int], weights: list[int]) -> None:
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    parts = two_way(rows, shares)
    assert [sum(column) for column in zip(*parts, strict=True)] == rows
    running, before = Fraction(0), 0
    for share, part in zip(shares, parts, strict=True):
        running += share
        now = nearest(sum(rows) * running)
        assert sum(part) == now - before
        before = now
        assert all(abs(piece - row * share) <= 2 for row, piece in zip(rows, part, strict=True))


@given(st.integers(-(10**9), 10**9), st.integers(1, 60))
def test_equal_parts_of_an_amount_add_up_and_differ_by_at_most_a_cent(minor: int, count: int) -> None:
    parts = [part.minor for part in cad(minor).split(count)]
    assert (len(parts), sum(parts)) == (count, minor)
    assert max(parts) - min(parts) <= 1


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.integers(0, 10**6).map(lambda units: Decimal(units) / 1000), min_size=1, max_size=8).filter(sum),
)
def test_an_amount_allocated_by_weights_adds_up_and_each_part_is_within_a_cent(
    minor: int, weights: list[Decimal]
) -> None:
    parts = cad(minor).allocate(weights)
    assert sum(parts) == cad(minor)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor - minor * exact(weight) / exact(sum(weights))) <= 1


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.integers(-1000, 1000))
def test_money_adds_compares_and_multiplies_as_whole_numbers_do(one: int, other: int, factor: int) -> None:
    a, b = cad(one), cad(other)
    assert (a + b).minor == one + other
    assert (a - b).minor == one - other
    assert (a * factor).minor == (factor * a).minor == one * factor
    assert (-a).minor == -one
    assert abs(a).minor == abs(one)
    assert (a < b, a <= b, a > b, a >= b, a == b) == (
        one < other,
        one <= other,
        one > other,
        one >= other,
        one == other,
    )
    assert bool(a) is (one != 0)
    assert hash(a) == hash(cad(one))


@given(st.integers(-(10**9), 10**9), st.integers(-(10**6), 10**6))
def test_money_times_a_fraction_is_rounded_once(minor: int, units: int) -> None:
    assert (cad(minor) * (Decimal(units) / 10_000)).minor == nearest(Fraction(minor * units, 10_000))


@given(st.integers(-(10**9), 10**9))
def test_cash_is_rounded_to_the_nearest_five_cents(minor: int) -> None:
    rounded_minor = cad(minor).rounded_to(5).minor
    assert rounded_minor % 5 == 0
    assert abs(rounded_minor - minor) <= 2


@given(st.integers(-(10**20), 10**20), st.integers(0, 6), st.integers(0, 6))
def test_a_number_is_the_same_as_text_as_a_whole_number_and_as_a_decimal(
    units: int, places: int, decimals: int
) -> None:
    number = Decimal(units).scaleb(-places)
    verdicts = []
    for value in (f"{number:f}", number, *([int(number)] if number == int(number) else [])):
        try:
            verdicts.append(scaled(value, decimals, "amount"))
        except InvalidInput as error:
            verdicts.append(error.code)
    assert len(set(verdicts)) == 1
    assert verdicts[0] in (number.scaleb(decimals), "number.too-precise")
