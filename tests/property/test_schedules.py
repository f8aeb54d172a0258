"""Invariants 12 to 14 and 18 to 21 for the instalments of one document: shares, rebalancing, part payments."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plannit_core import Discount, Instalment, InvalidInput, Line, Money, Schedule, TaxGroup, When
from plannit_core.model.instalments import (
    Instalments,
    InvoiceInstalment,
    applied,
    by_day,
    fits,
    given_back,
    netted,
    planned,
    rebalanced,
    received,
    recomputed,
)
from plannit_core.values.recurrence import later
from support import DUE_DATES, TODAY, cad, exact, percents, schedules, shares_of, whens

TOTALS = st.integers(0, 20) | st.integers(0, 100_000_00)
CHANGES = st.integers(-3, 3) | st.integers(-500_00, 500_00)


@st.composite
def totals_and_schedules(draw: st.DrawFn) -> tuple[int, Schedule]:
    total = draw(TOTALS)
    return total, draw(schedules(total))


def cents(amounts: tuple[Money, ...]) -> list[int]:
    return [amount.minor for amount in amounts]


def due(schedule: Schedule, total: int) -> Instalments:
    return planned(schedule, cad(total), [each.when.day(TODAY) for each in schedule.instalments])


@given(totals_and_schedules())
def test_inv_12_the_instalments_add_up_to_the_total_whatever_the_schedule(case: tuple[int, Schedule]) -> None:
    total, schedule = case
    assert schedule.fits(cad(total))
    assert sum(cents(schedule.amounts(cad(total)))) == total
    assert fits(due(schedule, total), cad(total))


@pytest.mark.parametrize("total", [0, 1, 2, 3])
@given(st.data())
def test_inv_12_a_total_of_a_cent_or_two_is_shared_out_as_exactly(total: int, data: st.DataObject) -> None:
    schedule = data.draw(schedules(total))
    amounts = cents(schedule.amounts(cad(total)))
    assert sum(amounts) == total
    assert all(amount >= 0 for amount in amounts)


@given(TOTALS, st.integers(1, 40))
def test_inv_13_equal_instalments_differ_by_at_most_a_cent(total: int, count: int) -> None:
    schedule = Schedule.one_invoice([Instalment.rest(When.TO_BE_PLANNED)] * count)
    amounts = cents(schedule.amounts(cad(total)))
    assert max(amounts) - min(amounts) <= 1
    assert amounts == cents(cad(total).split(count))


@given(totals_and_schedules())
def test_inv_14_an_instalment_is_within_a_cent_of_its_exact_share_and_a_fixed_one_is_that_amount(
    case: tuple[int, Schedule],
) -> None:
    total, schedule = case
    shares, amounts = shares_of(schedule, total), cents(schedule.amounts(cad(total)))
    assert all(abs(amount - share) <= 1 for amount, share in zip(amounts, shares, strict=True))
    for each, amount in zip(schedule.instalments, amounts, strict=True):
        if each.share.fixed is not None:
            assert amount == each.share.fixed.minor
    if total:
        assert sum(schedule.weights(cad(total))) == 1
        assert [weight * total for weight in schedule.weights(cad(total))] == shares


@given(st.data())
def test_inv_18_percentages_that_do_not_make_100_are_refused_when_nothing_takes_the_rest(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 6))
    right = percents(data.draw, count)
    off = data.draw(st.integers(-50_0000, 50_0000).filter(bool))
    wrong = [*right[:-1], right[-1] + Decimal(off) / 10_000]
    if not 0 < wrong[-1] <= 100:
        return
    for build in (Schedule.one_invoice, Schedule.many_invoices):
        assert build([Instalment.percent(each, When.TO_BE_PLANNED) for each in right]).invoice_count in (1, count)
        with pytest.raises(InvalidInput) as caught:
            build([Instalment.percent(each, When.TO_BE_PLANNED) for each in wrong])
        assert caught.value.code == "schedule.not-balanced"


@given(st.data())
def test_inv_18_percentages_of_100_leave_nothing_for_a_rest_or_a_fixed_amount(data: st.DataObject) -> None:
    parts = [Instalment.percent(each, When.TO_BE_PLANNED) for each in percents(data.draw, data.draw(st.integers(1, 4)))]
    more = data.draw(st.sampled_from([Instalment.rest(When.ON_APPROVAL), Instalment.fixed(cad(1), When.ON_APPROVAL)]))
    with pytest.raises(InvalidInput) as caught:
        Schedule.one_invoice([*parts, more])
    assert caught.value.code == "schedule.not-balanced"


@given(st.integers(0, 10_000), st.lists(st.integers(1, 5_000), min_size=1, max_size=4))
def test_inv_18_fixed_amounts_fit_only_the_total_they_make(total: int, amounts: list[int]) -> None:
    alone = Schedule.one_invoice([Instalment.fixed(cad(each), When.ON_APPROVAL) for each in amounts])
    assert alone.fits(cad(total)) is (sum(amounts) == total)
    with_rest = Schedule.one_invoice([*alone.instalments, Instalment.rest(When.ON_APPROVAL)])
    assert with_rest.fits(cad(total)) is (sum(amounts) <= total)


# ----------------------------------------------------------------------------------------------- money through instalments


@st.composite
def part_paid(draw: st.DrawFn) -> tuple[int, Instalments]:
    """A total and its instalments, some of them paid in part, in full, or (when flagged) too much."""
    total = draw(TOTALS)
    instalments = due(draw(schedules(total, many=False)), total)
    for amount in draw(st.lists(st.integers(1, max(total, 1)), max_size=3)):
        first = draw(st.none() | st.integers(1, len(instalments)))
        instalments, _ = received(instalments, cad(amount), first=first)
    return total, instalments


def moved(instalments: Instalments, places: list[int], amounts: list[int]) -> list[int]:
    """What each instalment's `paid` is once allocations are added."""
    paid = [each.paid.minor for each in instalments]
    for place, amount in zip(places, amounts, strict=True):
        paid[place - 1] += amount
    return paid


@given(part_paid(), CHANGES)
def test_inv_19_rebalancing_leaves_paid_lines_alone_and_the_lines_make_the_new_total(
    case: tuple[int, Instalments], change: int
) -> None:
    total, before = case
    after, allocations = rebalanced(before, cad(change))
    assert sum(each.amount.minor for each in after) == total + change
    assert sum(each.amount.minor for each in allocations) == change
    for old, new in zip(before, after, strict=False):
        assert (new.paid, new.due_on, new.when, new.share) == (old.paid, old.due_on, old.when, old.share)
        if not old.open:
            assert new == old
    for each in allocations:
        known = before[each.place - 1].amount.minor if each.place <= len(before) else 0
        assert after[each.place - 1].amount.minor == known + each.amount.minor


@given(part_paid(), CHANGES)
def test_inv_19_a_change_is_shared_in_proportion_to_what_is_open(case: tuple[int, Instalments], change: int) -> None:
    _, before = case
    after, _ = rebalanced(before, cad(change))
    opens = [max(each.open.minor, 0) for each in before]
    if not sum(opens):
        return
    assert len(after) == len(before)
    for old, new, is_open in zip(before, after, opens, strict=True):
        assert abs(new.amount.minor - old.amount.minor - Fraction(change * is_open, sum(opens))) <= 1
    if 0 <= -change <= sum(opens):
        assert all(new.open.minor >= 0 for new, is_open in zip(after, opens, strict=True) if is_open)


@given(totals_and_schedules(), CHANGES.filter(bool))
def test_inv_19_20_where_nothing_is_open_the_change_is_a_line_of_its_own_of_exactly_what_is_missing(
    case: tuple[int, Schedule], change: int
) -> None:
    total, schedule = case
    before = due(schedule, total)
    paid, _ = received(before, cad(total)) if total else (before, ())
    after, allocations = rebalanced(paid, cad(change))
    *kept, added = after
    assert tuple(kept) == paid
    assert added.amount.minor == (total + change) - sum(each.amount.minor for each in paid) == change
    assert (added.when, added.due_on, added.paid.minor) == (When.TO_BE_PLANNED, None, 0)
    assert [(each.place, each.amount.minor) for each in allocations] == [(len(after), change)]


@given(part_paid(), st.data())
def test_inv_21_a_part_payment_keeps_every_line_its_day_and_its_way_of_paying(
    case: tuple[int, Instalments], data: st.DataObject
) -> None:
    total, before = case
    amount = data.draw(st.integers(1, max(total, 1)))
    first = data.draw(st.none() | st.integers(1, len(before)))
    after, allocations = received(before, cad(amount), first=first)
    assert [(each.amount, each.due_on, each.when, each.share) for each in after] == [
        (each.amount, each.due_on, each.when, each.share) for each in before
    ]
    assert sum(each.amount.minor for each in after) == total
    assert sum(each.amount.minor for each in allocations) == amount
    assert [each.paid.minor for each in after] == moved(
        before, [each.place for each in allocations], [each.amount.minor for each in allocations]
    )
    assert all(each.amount == each.paid + each.open for each in after)


@given(part_paid(), st.integers(1, 50_000), st.booleans())
def test_inv_43_every_movement_of_money_can_be_taken_back_exactly(
    case: tuple[int, Instalments], amount: int, is_payment: bool
) -> None:
    _, before = case
    after, allocations = received(before, cad(amount)) if is_payment else given_back(before, cad(amount))
    assert sum(each.amount.minor for each in allocations) == (amount if is_payment else -amount)
    assert applied(before, allocations) == after
    assert applied(after, allocations, sign=-1) == before


@given(part_paid(), st.data())
def test_inv_45_a_payment_fills_what_falls_due_first_and_never_more_than_is_open_while_anything_is(
    case: tuple[int, Instalments], data: st.DataObject
) -> None:
    _, before = case
    still = sum(max(each.open.minor, 0) for each in before)
    if not still:
        return
    amount = data.draw(st.integers(1, still))
    after, allocations = received(before, cad(amount))
    for each in allocations:
        assert 0 < each.amount.minor <= before[each.place - 1].open.minor
    order = [place for place in by_day(before) if before[place - 1].open.minor > 0]
    assert [each.place for each in allocations] == order[: len(allocations)]
    assert all(not after[each.place - 1].open for each in allocations[:-1])


@given(part_paid(), st.integers(1, 50_000))
def test_inv_45_what_is_paid_too_much_stays_on_the_last_line_that_was_filled(
    case: tuple[int, Instalments], above: int
) -> None:
    _, before = case
    still = sum(max(each.open.minor, 0) for each in before)
    after, allocations = received(before, cad(still + above))
    assert sum(each.amount.minor for each in allocations) == still + above
    over = [
        place for place, each in enumerate(after, start=1) if each.open.minor < min(before[place - 1].open.minor, 0)
    ]
    assert over == [allocations[-1].place]


@given(part_paid())
def test_what_is_open_once_set_off_has_one_sign_and_is_what_the_lines_leave(case: tuple[int, Instalments]) -> None:
    total, instalments = case
    rest = netted(instalments)
    assert sum(rest.values()) == total - sum(each.paid.minor for each in instalments)
    assert len({minor > 0 for minor in rest.values()}) <= 1
    assert all(rest.values())
    for place, minor in rest.items():
        assert abs(minor) <= abs(instalments[place - 1].open.minor)


@given(st.data())
def test_shares_and_days_stay_when_a_draft_has_another_total(data: st.DataObject) -> None:
    before, after = data.draw(TOTALS), data.draw(TOTALS)
    schedule = data.draw(schedules(before, many=False))
    instalments = due(schedule, before)
    changed = recomputed(instalments, cad(after))
    assert [(each.share, each.when, each.due_on) for each in changed] == [
        (each.share, each.when, each.due_on) for each in instalments
    ]
    assert tuple(each.amount for each in changed) == schedule.amounts(cad(after))
    assert fits(changed, cad(after)) or not schedule.fits(cad(after))


# ------------------------------------------------------------------------------------------------------ days and discounts


@given(whens(many=False), st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_no_day_of_a_schedule_lies_before_the_approval(when: When, approved_on: date) -> None:
    day = when.day(approved_on)
    if when in (When.TO_BE_PLANNED, When.AT_BILLING):
        assert day is None
    else:
        assert day is not None
        assert day >= approved_on


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)), st.integers(0, 600), st.integers(0, 400))
def test_months_are_counted_from_the_anchor_and_a_missing_day_is_the_last_of_its_month(
    anchor: date, months: int, days: int
) -> None:
    """Recurrence: n months from the anchor, never from the date before."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    day = anchor.day
    while True:
        try:
            expected = date(year, month + 1, day)
            break
        except ValueError:
            day -= 1
    assert later(anchor, months=months, days=days) == expected + timedelta(days=days)


@given(
    st.lists(
        st.tuples(st.integers(0, 100_000), st.sampled_from([TaxGroup.EXEMPT, TaxGroup("a", ()), TaxGroup("b", ())])),
        min_size=1,
        max_size=6,
    ),
    st.integers(1, 1_000_000),
)
def test_a_discount_in_percent_is_rounded_once_on_the_whole_and_spread_over_the_tax_groups(
    amounts: list[tuple[int, TaxGroup]], units: int
) -> None:
    document = [Line("x", 1, cad(amount), tax=group) for amount, group in amounts]
    subtotal = sum(amount for amount, _ in amounts)
    found = Discount.percent(Decimal(units) / 10_000).lines(document, "Rabais")
    whole = -sum(line.amount.minor for line in found)
    assert abs(whole - Fraction(subtotal * units, 1_000_000)) <= Fraction(1, 2)
    assert len({line.tax for line in found}) == len(found)
    for line in found:
        group = sum(amount for amount, tax in amounts if tax == line.tax)
        assert abs(-line.amount.minor - Fraction(whole * group, subtotal)) <= 1
        assert (line.text, line.quantity) == ("Rabais", 1)


@given(st.integers(1, 10**6), DUE_DATES)
def test_a_percentage_is_kept_to_four_decimals(units: int, when: When) -> None:
    kept = Instalment.percent(Decimal(units) / 10_000, when).share.percent
    assert kept is not None
    assert exact(kept) == Fraction(units, 10_000)


@given(part_paid(), st.data())
def test_a_refund_first_takes_what_is_owed_back_then_reopens_what_fell_due_last(
    case: tuple[int, Instalments], data: st.DataObject
) -> None:
    _, before = case
    paid = sum(each.paid.minor for each in before)
    if not paid:
        return
    amount = data.draw(st.integers(1, paid))
    after, _ = given_back(before, cad(amount))
    assert sum(each.paid.minor for each in after) == paid - amount
    assert all(each.paid.minor >= 0 for each in after)
    owed = sum(max(-each.open.minor, 0) for each in before)
    if amount <= owed:
        assert all(new.open.minor <= 0 or new == old for old, new in zip(before, after, strict=True))


def an_instalment(amount: int, paid: int, due_on: date | None) -> InvoiceInstalment:
    share = Instalment.rest(When.TO_BE_PLANNED).share
    return InvoiceInstalment(share, When.TO_BE_PLANNED, cad(amount), cad(paid), due_on)


@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.none() | st.dates(date(2026, 1, 1), date(2026, 3, 1))), min_size=1, max_size=6
    )
)
def test_instalments_fall_due_by_day_then_place_and_undated_ones_last(rows: list[tuple[int, date | None]]) -> None:
    instalments = tuple(an_instalment(amount, 0, day) for amount, day in rows)
    days = [instalments[place - 1].due_on for place in by_day(instalments)]
    dated = [day for day in days if day is not None]
    assert days == sorted(dated) + [None] * (len(days) - len(dated))
    assert sorted(by_day(instalments)) == list(range(1, len(rows) + 1))
