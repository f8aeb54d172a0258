"""The edges of money, splits, taxes and schedules: what breaks first when somebody gets one sign or one number wrong.

Each was a mutant that the properties and examples let pass (docs/how-to/mutation-testing.md), or stands where one could be.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from plannit_core import Discount, Instalment, InvalidInput, Line, Money, Price, Schedule, Share, Tax, TaxGroup, When
from plannit_core.presets import QC
from plannit_core.values import money as money_module
from plannit_core.values.money import MAX_MINOR, Currency, currency_of, price_of, zero
from plannit_core.values.schedule import WhenKind
from plannit_core.values.split import cumulative, round_half_away, two_way
from plannit_core.values.tax import TaxAmount, tax_amounts, tax_group

ALBERTA = TaxGroup("ab", [Tax("GST", "5")])
DAY = date(2026, 3, 2)
LATER = date(2026, 6, 15)


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


# -------------------------------------------------------------------------------------------------------------- schedules


def test_a_day_after_approval_is_at_most_10_000_days_and_1_200_months_away() -> None:
    assert When.after(days=10_000).days == 10_000
    assert When.after(months=1_200).months == 1_200
    assert When.after().day(DAY) == DAY
    assert When.after(days=1, months=1).day(date(2026, 1, 31)) == date(2026, 3, 1)
    for make, field in (
        (lambda: When.after(days=10_001), "days"),
        (lambda: When.after(days=-1), "days"),
        (lambda: When.after(months=1_201), "months"),
        (lambda: When.after(months=-1), "months"),
    ):
        assert refused(make) == ("number.out-of-range", field)


def test_only_the_way_that_has_use_for_a_day_or_a_length_takes_one() -> None:
    assert When(WhenKind.ON, LATER) == When.on(LATER)
    assert When(WhenKind.AFTER, None, 3, 2) == When.after(days=3, months=2)
    assert (When.ON_APPROVAL.days, When.ON_APPROVAL.months) == (0, 0)
    for kind in WhenKind:
        if kind is WhenKind.ON:
            assert refused(lambda: When(WhenKind.ON)) == ("schedule.when", "when")
            assert refused(lambda: When(WhenKind.ON, LATER, 1)) == ("schedule.when", "when")
            continue
        assert When(kind).fixed_on is None
        assert refused(lambda kind=kind: When(kind, LATER)) == ("schedule.when", "when")
        if kind is not WhenKind.AFTER:
            assert refused(lambda kind=kind: When(kind, None, 1)) == ("schedule.when", "when")
            assert refused(lambda kind=kind: When(kind, None, 0, 1)) == ("schedule.when", "when")


def test_each_way_comes_to_its_day_and_never_to_one_before_approval() -> None:
    assert When.ON_APPROVAL.day(DAY) == DAY
    assert When.on(LATER).day(DAY) == LATER
    assert When.on(date(2026, 3, 1)).day(DAY) == DAY
    assert When.after(days=3).day(DAY) == date(2026, 3, 5)
    assert When.AT_BILLING.day(DAY) is None
    assert When.TO_BE_PLANNED.day(DAY) is None


def test_a_percentage_is_above_0_and_up_to_100_with_four_decimals() -> None:
    assert Share("100.0000").percent == 100
    assert Share("0.0001").percent == Decimal("0.0001")
    assert Discount.percent("100").percentage == 100
    for percent in ("0", "-1", "100.0001", "101"):
        assert refused(lambda percent=percent: Share(percent)) == ("schedule.percent", "percent")
        assert refused(lambda percent=percent: Discount.percent(percent)) == ("schedule.discount", "percent")
    assert refused(lambda: Share("33.33333")) == ("number.too-precise", "percent")


def test_a_fixed_amount_is_money_above_zero() -> None:
    assert Share(fixed=cad(1)).fixed == Discount.amount(cad(1)).fixed == cad(1)
    for amount in (cad(0), cad(-1), 5, "5.00", Price.cad(5)):
        assert refused(lambda amount=amount: Share(fixed=amount)) == ("schedule.fixed", "fixed")
        assert refused(lambda amount=amount: Discount.amount(amount)) == ("schedule.discount", "fixed")


def test_a_share_is_one_thing_and_a_discount_exactly_one() -> None:
    assert (Share().percent, Share().fixed) == (None, None)
    assert refused(lambda: Share(50, cad(1))) == ("schedule.share", "share")
    assert refused(lambda: Discount(5, cad(1))) == ("schedule.discount", "discount")
    assert refused(Discount) == ("schedule.discount", "discount")


def test_a_discount_is_a_negative_line_for_each_tax_group_it_falls_on() -> None:
    lines = [
        Line("a", 1, Money.cad(100), tax=QC),
        Line("b", 2, Money.cad(100), tax=ALBERTA),
        Line("c", 1, Money.cad(100), tax=QC),
    ]
    by_percent, by_amount = Discount.percent("12.5").lines(lines, "5 %"), Discount.amount(cad(1)).lines(lines, "x")
    assert [(line.text, line.quantity, str(line.price), line.tax) for line in by_percent] == [
        ("5 %", 1, "-25.00", QC),
        ("5 %", 1, "-25.00", ALBERTA),
    ]
    assert [(str(line.amount), line.tax) for line in by_amount] == [("-0.01", QC)]
    assert Discount.amount(cad(2)).lines(lines[:1], "x")[0].amount == cad(-2)


def test_a_discount_falls_on_nothing_when_there_is_no_subtotal() -> None:
    gratis = [Line("a", 1, Money.cad(5), tax=QC), Line("b", -1, Money.cad(5), tax=ALBERTA)]
    for discount in (Discount.percent(5), Discount.amount(cad(1))):
        assert discount.lines([], "x") == discount.lines(gratis, "x") == ()
    one_cent, debt = [Line("a", 1, cad(1), tax=QC)], [Line("a", 1, cad(-1), tax=QC)]
    assert [line.minor for line in Discount.percent(100).lines(one_cent, "x")] == [-1]
    assert [line.minor for line in Discount.percent(100).lines(debt, "x")] == [1]


def rests(count: int) -> list[Instalment]:
    return [Instalment.rest(When.TO_BE_PLANNED)] * count


def test_a_schedule_has_1_to_400_instalments() -> None:
    assert len(Schedule.one_invoice(rests(400)).instalments) == 400
    assert refused(lambda: Schedule.one_invoice([])) == ("schedule.empty", "instalments")
    assert refused(lambda: Schedule.many_invoices(rests(401))) == ("schedule.too-many", "instalments")


def test_a_schedules_name_is_at_most_200_characters_and_not_blank() -> None:
    assert Schedule.one_invoice(rests(1), name="x" * 200).name == "x" * 200
    assert Schedule.one_invoice(rests(1)).name is None
    with pytest.raises(TypeError):
        Schedule(rests(1), False, None)  # by keyword only
    assert refused(lambda: Schedule.one_invoice(rests(1), name="x" * 201)) == ("text.too-long", "name")
    assert refused(lambda: Schedule.one_invoice(rests(1), name=" ")) == ("schedule.no-name", "name")


def test_a_schedule_with_a_discount_has_a_name() -> None:
    five = Discount.percent(5)
    assert Schedule.one_invoice(rests(1), name="x", discount=five).discount == five
    assert refused(lambda: Schedule.one_invoice(rests(1), discount=five)) == ("schedule.no-name", "name")
    assert refused(lambda: Schedule.one_invoice(rests(1), name="x", discount=5)) == ("field.wrong-type", "discount")


def test_only_the_instalments_of_one_invoice_are_due_at_billing() -> None:
    at_billing = [Instalment.rest(When.AT_BILLING), Instalment.rest(When.ON_APPROVAL)]
    assert Schedule.one_invoice(at_billing).invoice_count == 1
    assert Schedule.many_invoices(rests(3)).invoice_count == 3
    assert refused(lambda: Schedule.many_invoices(at_billing)) == ("schedule.at-billing", "instalments")


def test_the_fixed_amounts_of_a_schedule_are_in_one_currency() -> None:
    dollars, euros = (Instalment.fixed(Money(5, code), When.ON_APPROVAL) for code in ("CAD", "EUR"))
    assert len(Schedule.one_invoice([dollars, dollars, *rests(1)]).instalments) == 3
    assert refused(lambda: Schedule.one_invoice([dollars, euros])) == ("schedule.currencies", "instalments")
    schedule = Schedule.one_invoice([euros, *rests(1)])
    assert refused(lambda: schedule.fits(Money.cad(10))) == ("money.currencies", "")


def test_percentages_alone_make_exactly_100_and_with_others_less() -> None:
    half, some, fixed = (
        Instalment.percent(50, When.ON_APPROVAL),
        Instalment.percent("49.9999", When.ON_APPROVAL),
        Instalment.fixed(cad(1), When.ON_APPROVAL),
    )
    for right in ([half, half], [half, some, *rests(1)], [half, fixed], rests(2), [fixed]):
        assert Schedule.one_invoice(right).instalments == tuple(right)
    over = [half, half, some]
    for wrong in (
        [half],
        [half, some],
        over,
        [half, half, fixed],
        [half, half, *rests(1)],
        [*over, *rests(1)],
        [*over, fixed],
    ):
        assert refused(lambda wrong=wrong: Schedule.one_invoice(wrong)) == ("schedule.not-balanced", "instalments")


def test_a_schedule_that_does_not_balance_tells_what_it_adds_up_to() -> None:
    with pytest.raises(InvalidInput) as caught:
        Schedule.one_invoice([Instalment.percent("33.3333", When.ON_APPROVAL)] * 3)
    assert caught.value.params == {"percent": Decimal("99.9999")}


def test_a_schedule_fits_a_total_when_nothing_is_below_zero() -> None:
    deposit = Schedule.one_invoice([Instalment.fixed(cad(100), When.ON_APPROVAL), *rests(2)])
    assert [deposit.fits(cad(total)) for total in (99, 100, 101, 300)] == [False, True, True, True]
    assert deposit.amounts(cad(301)) == (cad(100), cad(101), cad(100))
    alone = Schedule.one_invoice([Instalment.fixed(cad(100), When.ON_APPROVAL)])
    assert [alone.fits(cad(total)) for total in (99, 100, 101)] == [False, True, False]


def test_shares_of_a_total_of_nothing_are_those_of_the_percentages() -> None:
    schedule = Schedule.one_invoice([Instalment.percent(30, When.ON_APPROVAL), *rests(2)])
    wanted = (Fraction(30, 100), Fraction(35, 100), Fraction(35, 100))
    assert schedule.weights(cad(0)) == schedule.weights(cad(1)) == schedule.weights(cad(-5)) == wanted
    assert schedule.amounts(cad(0)) == (cad(0), cad(0), cad(0))
