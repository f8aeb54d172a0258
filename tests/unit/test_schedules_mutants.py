"""The edges of payment schedules: what breaks first when somebody gets one sign or one number wrong.

The second half of test_values_mutants.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from plannit_core import Discount, Instalment, InvalidInput, Line, Money, Price, Schedule, Share, Tax, TaxGroup, When
from plannit_core.presets import QC
from plannit_core.values.schedule import WhenKind, fit

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
    for amount in (cad(0), cad(-1)):
        assert refused(lambda amount=amount: Share(fixed=amount)) == ("schedule.fixed", "fixed")
        assert refused(lambda amount=amount: Discount.amount(amount)) == ("schedule.discount", "fixed")
    for amount in (5, "5.00", Price.cad(5)):
        for make in (lambda amount: Share(fixed=amount), Discount.amount):
            assert refused(lambda make=make, amount=amount: make(amount)) == ("field.wrong-type", "fixed")


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


def test_the_fixed_amounts_of_a_schedule_and_its_discount_are_in_one_currency() -> None:
    dollars, euros = (Instalment.fixed(Money(5, code), When.ON_APPROVAL) for code in ("CAD", "EUR"))
    assert len(Schedule.one_invoice([dollars, dollars, *rests(1)]).instalments) == 3
    assert refused(lambda: Schedule.one_invoice([dollars, euros])) == ("schedule.currencies", "instalments")
    in_euros, in_dollars = (Discount.amount(Money(5, code)) for code in ("EUR", "CAD"))
    assert refused(lambda: Schedule.one_invoice([dollars, *rests(1)], name="x", discount=in_euros)) == (
        "schedule.currencies",
        "instalments",
    )
    assert Schedule.one_invoice([dollars, *rests(1)], name="x", discount=in_dollars).currency == "CAD"
    assert Schedule.one_invoice(rests(1), name="x", discount=in_euros).currency == "EUR"
    assert Schedule.one_invoice(rests(1), name="x", discount=Discount.percent(5)).currency is None
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
    sliver = [Instalment.percent("0.0001", When.ON_APPROVAL), Instalment.fixed(cad(1), When.ON_APPROVAL), *rests(1)]
    assert not Schedule.one_invoice(sliver).fits(cad(1))  # a millionth of a cent is missing
    alone = Schedule.one_invoice([Instalment.fixed(cad(100), When.ON_APPROVAL)])
    assert [alone.fits(cad(total)) for total in (99, 100, 101)] == [False, True, False]


def test_shares_of_a_total_of_nothing_are_those_of_the_percentages() -> None:
    schedule = Schedule.one_invoice([Instalment.percent(30, When.ON_APPROVAL), *rests(2)])
    wanted = (Fraction(30, 100), Fraction(35, 100), Fraction(35, 100))
    assert schedule.weights(cad(0)) == schedule.weights(cad(1)) == schedule.weights(cad(-5)) == wanted
    assert schedule.amounts(cad(0)) == (cad(0), cad(0), cad(0))


def test_no_shares_at_all_add_up_to_nothing() -> None:
    assert not fit([], cad(0))
    assert fit([Share()], cad(0))
