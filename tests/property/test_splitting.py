"""Invariants 13 to 17: a quote shared over several invoices, exact for each line, each tax, each invoice and the whole."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from plannit_core import Instalment, Line, Money, Schedule, When
from plannit_core.model.company import Split
from plannit_core.model.quote import Quote
from plannit_core.policies.approval import PlannedInvoice, invoices_on_approval
from plannit_core.policies.guards import with_schedule
from support import (
    TODAY,
    a_quote,
    an_approval,
    bases_of,
    cad,
    cents_of,
    discounts,
    documents,
    exact,
    fractions_of,
    nearest,
    schedules,
    shares_of,
    subtotal_of,
    taxes_of,
    total_of,
)

Case = tuple[Quote, tuple[PlannedInvoice, ...]]


@st.composite
def shared_out(draw: st.DrawFn, split: Split = Split.EXACT, *, many: bool = True) -> Case:
    """A quote and the invoices that its approval calls for; in half of them the schedule takes a discount off."""
    document = draw(documents())
    if draw(st.booleans()):
        discount = draw(discounts())
        probe = Schedule.one_invoice([Instalment.rest(When.ON_APPROVAL)], name="x", discount=discount)
        total = with_schedule(a_quote(document, probe), probe).total.minor
        if total < 0:
            discount, total = None, total_of(document)
        schedule = evolve(draw(schedules(total, many=many, name="x")), discount=discount)
    else:
        schedule = draw(schedules(total_of(document), many=many))
    quote = with_schedule(a_quote(document, schedule), schedule)
    return quote, invoices_on_approval(quote, an_approval(quote, split))


def total_of_part(part: PlannedInvoice) -> int:
    return subtotal_of(part.lines) + sum(tax.amount.minor for tax in part.taxes)


def tax_parts(part: PlannedInvoice) -> dict[tuple[str, Decimal], int]:
    return {(tax.code, tax.rate): tax.amount.minor for tax in part.taxes}


@given(documents(), st.integers(1, 24))
def test_inv_13_equal_invoices_differ_by_at_most_a_cent_however_many_lines_they_have(
    document: tuple[Line, ...], count: int
) -> None:
    quote = a_quote(document, Schedule.many_invoices([Instalment.rest(When.ON_APPROVAL)] * count))
    amounts = [total_of_part(part) for part in invoices_on_approval(quote, an_approval(quote))]
    assert (len(amounts), sum(amounts)) == (count, total_of(document))
    assert max(amounts) - min(amounts) <= 1


@given(shared_out())
def test_inv_14_each_invoice_is_within_a_cent_of_its_exact_share_and_a_fixed_one_is_that_amount(case: Case) -> None:
    quote, parts = case
    total = total_of(quote.all_lines)
    amounts = [total_of_part(part) for part in parts]
    assert all(
        abs(amount - share) <= 1 for amount, share in zip(amounts, shares_of(quote.schedules[0], total), strict=True)
    )
    assert amounts == [amount.minor for amount in quote.schedules[0].amounts(cad(total))]
    for each, amount in zip(quote.schedules[0].instalments, amounts, strict=True):
        if each.share.fixed is not None:
            assert amount == each.share.fixed.minor


@given(shared_out())
def test_inv_14_each_part_of_a_line_is_within_two_cents_of_its_exact_share(case: Case) -> None:
    quote, parts = case
    fractions = fractions_of(quote.schedules[0], total_of(quote.all_lines))
    for part, fraction in zip(parts, fractions, strict=True):
        for whole, piece in zip(quote.all_lines, part.lines, strict=True):
            assert abs(cents_of(piece) - cents_of(whole) * fraction) <= 2


@given(shared_out())
def test_inv_15_the_parts_of_each_line_and_of_each_tax_and_of_the_quote_add_up(case: Case) -> None:
    quote, parts = case
    for place, line in enumerate(quote.all_lines):
        assert sum(cents_of(part.lines[place]) for part in parts) == cents_of(line)
    for tax, amount in taxes_of(quote.all_lines).items():
        assert sum(tax_parts(part)[tax] for part in parts) == amount
    assert sum(total_of_part(part) for part in parts) == total_of(quote.all_lines) == quote.total.minor


@given(shared_out())
def test_inv_16_the_tax_of_a_part_is_within_a_few_cents_of_the_rate_however_many_lines_there_are(case: Case) -> None:
    """|t - r(rate x S)| <= 0.03 + 0.02 x rate x groups that carry it."""
    quote, parts = case
    for part in parts:
        bases = bases_of(part.lines)
        for (code, rate), amount in tax_parts(part).items():
            groups = {
                line.tax
                for line in quote.all_lines
                if line.tax and (code, rate) in [(t.code, t.rate) for t in line.tax.taxes]
            }
            own = nearest(bases[code, rate] * exact(rate) / 100)
            assert abs(amount - own) <= 3 + 2 * exact(rate) / 100 * len(groups)


def by_the_formula(quote: Quote, *, with_taxes: bool) -> list[tuple[list[int], list[int]]]:
    """Decision 8 word for word: for each invoice its piece of every line (in the document's order) and of every tax."""
    places = list(range(len(quote.all_lines)))
    groups = list(dict.fromkeys(line.tax for line in quote.all_lines))
    places.sort(key=lambda place: groups.index(quote.all_lines[place].tax))
    rows = [cents_of(quote.all_lines[place]) for place in places]
    taxes = list(taxes_of(quote.all_lines[place] for place in places).values()) if with_taxes else []
    running = [sum((rows + taxes)[: row + 1]) for row in range(len(rows + taxes))]
    done = [0] * len(running)
    shared, invoices = Fraction(0), []
    for fraction in fractions_of(quote.schedules[0], total_of(quote.all_lines)):
        shared += fraction
        now = [nearest(amount * shared) for amount in running]
        gained = [after - before for after, before in zip(now, done, strict=True)]
        pieces = [after - before for after, before in zip(gained, [0, *gained], strict=False)]
        by_place = dict(zip(places, pieces, strict=False))
        invoices.append(([by_place[place] for place in range(len(rows))], pieces[len(rows) :]))
        done = now
    return invoices


@given(shared_out())
def test_inv_15_every_piece_is_the_one_the_formula_of_decision_8_gives(case: Case) -> None:
    quote, parts = case
    found = [([cents_of(line) for line in part.lines], [tax.amount.minor for tax in part.taxes]) for part in parts]
    assert found == by_the_formula(quote, with_taxes=True)


@given(shared_out(Split.PER_INVOICE))
def test_inv_17_per_invoice_each_invoice_is_taxed_anew_on_its_own_lines(case: Case) -> None:
    """Only where that would make an invoice of less than nothing is the quote shared exactly instead."""
    quote, parts = case
    anew = []
    for pieces, _ in by_the_formula(quote, with_taxes=False):
        whole = zip(quote.all_lines, pieces, strict=True)
        anew.append([Line("x", 1, cad(piece), tax=line.tax) for line, piece in whole])
    if any(total_of(document) < 0 for document in anew):
        assert parts == invoices_on_approval(quote, an_approval(quote))
        return
    for part, document in zip(parts, anew, strict=True):
        assert [cents_of(line) for line in part.lines] == [cents_of(line) for line in document]
        assert tax_parts(part) == taxes_of(part.lines)
        assert total_of_part(part) == total_of(document)
    for place, line in enumerate(quote.all_lines):
        assert sum(cents_of(part.lines[place]) for part in parts) == cents_of(line)


@given(shared_out())
def test_a_part_carries_every_line_once_as_one_piece_with_its_place_in_the_series(case: Case) -> None:
    quote, parts = case
    for number, part in enumerate(parts, start=1):
        assert part.part == number
        for whole, piece in zip(quote.all_lines, part.lines, strict=True):
            assert piece.text == f"{whole.text} ({number}/{len(parts)})"
            assert (piece.quantity, piece.tax) == (1, whole.tax)
            assert piece.price.units % 100 == 0
        for tax in part.taxes:
            assert tax.base.minor == bases_of(part.lines)[tax.code, tax.rate]


@given(documents(max_size=3), st.integers(1, 4))
def test_a_line_that_stands_on_a_quote_twice_keeps_both_its_places(document: tuple[Line, ...], count: int) -> None:
    """Also when it is one object, as on books kept in memory."""
    twice = tuple(evolve(line, text=f"{place}") for place, line in enumerate(document))
    twice += twice[:1]
    if total_of(twice) < 0:
        return
    quote = a_quote(twice, Schedule.many_invoices([Instalment.rest(When.ON_APPROVAL)] * count))
    for part in invoices_on_approval(quote, an_approval(quote)):
        assert [line.text.split(" ")[0] for line in part.lines] == [line.text for line in twice]


@given(shared_out())
def test_the_costs_of_the_lines_are_shared_out_as_exactly_as_their_prices(case: Case) -> None:
    quote, parts = case
    for place, line in enumerate(quote.all_lines):
        costs = [part.lines[place].cost for part in parts]
        if line.cost is None:
            assert costs == [None] * len(parts)
        else:
            whole = nearest(exact(line.quantity) * exact(line.cost.amount) * 100)
            assert sum(exact(cost.amount) * 100 for cost in costs if cost is not None) == whole
    assert sum(margin_of(part.lines) for part in parts) == quote.profit.minor


def margin_of(document: tuple[Line, ...]) -> int:
    costs = (
        nearest(exact(line.quantity) * exact(line.cost.amount) * 100) for line in document if line.cost is not None
    )
    return subtotal_of(document) - sum(costs)


@given(shared_out())
def test_an_invoice_of_several_is_one_amount_due_by_the_companys_terms_and_leaves_on_its_own_day(case: Case) -> None:
    quote, parts = case
    for each, part in zip(quote.schedules[0].instalments, parts, strict=True):
        assert part.send_on == each.when.day(TODAY)
        (instalment,) = part.instalments
        assert (instalment.amount.minor, instalment.when, instalment.due_on) == (
            total_of_part(part),
            When.AT_BILLING,
            None,
        )


@given(shared_out(many=False))
def test_one_invoice_carries_the_quotes_own_lines_and_leaves_on_its_earliest_day(case: Case) -> None:
    quote, (only,) = case
    days = [each.when.day(TODAY) for each in quote.schedules[0].instalments]
    assert only.lines == quote.all_lines
    assert tax_parts(only) == taxes_of(quote.all_lines)
    assert sum(each.amount.minor for each in only.instalments) == quote.total.minor
    assert [each.due_on for each in only.instalments] == days
    assert only.send_on == min((day for day in days if day is not None), default=None)


@given(st.lists(st.tuples(st.integers(1, 10**7), st.integers(0, 10**7)), min_size=1, max_size=6))
def test_the_margin_is_the_part_of_the_price_that_is_not_cost(rows: list[tuple[int, int]]) -> None:
    document = [Line("x", 1, cad(price), cost=Money.of_minor(cost, "CAD")) for price, cost in rows]
    quote = a_quote(document, Schedule.one_invoice([Instalment.rest(When.ON_APPROVAL)]))
    subtotal, left = sum(price for price, _ in rows), sum(price - cost for price, cost in rows)
    assert quote.profit.minor == left
    assert quote.margin is not None
    assert exact(quote.margin) == Fraction(nearest(Fraction(left * 10_000, subtotal)), 100)
