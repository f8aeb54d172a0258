"""What is written on the documents of the company: lines, payment schedules of every kind, settings."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from plannit_core import Discount, Instalment, Line, Schedule, TaxGroup, When, presets
from plannit_core.model.company import Split
from plannit_core.values.numbering import Numbering
from support import ONTARIO, QC, TAX_GROUPS, WORDS, cad, exact, lines, percents, tiny_lines, total_of

MORNINGS = st.sampled_from(
    ["2026-03-02T09:00-05:00", "2026-12-29T21:30-05:00", "2028-02-28T09:00-05:00", "2026-10-31T23:50-04:00"]
)
"""An ordinary one, and those before a year's end, a 29 February and a change of the clocks."""

LINES = st.one_of(
    lines(TAX_GROUPS | st.none()),
    tiny_lines(),
    st.builds(Line, WORDS, st.just(1), st.integers(1, 900_00).map(cad)),
)
NAMES = ("a", "b", "c")
EXTERNALS = st.dictionaries(st.sampled_from(["erp", "crm"]), st.sampled_from(["1", "2", "3"]), max_size=1)


@st.composite
def contents(draw: st.DrawFn) -> tuple[Line, ...]:
    """Up to four lines; now and then none, or a total below zero."""
    found = draw(st.lists(LINES, min_size=0, max_size=4))
    is_odd = draw(st.integers(0, 9)) == 0
    if not is_odd:
        short = -min(total_of(found), 0)
        found.append(Line("Permit", 1, cad(short + draw(st.integers(0, 500_00))), tax=TaxGroup.EXEMPT))
    return tuple(found)


def whens(today: date, *, many: bool) -> st.SearchStrategy[When]:
    """Every way an instalment's day can be given on a quote."""
    known = [When.ON_APPROVAL, When.TO_BE_PLANNED] + ([] if many else [When.AT_BILLING])
    days = st.integers(-20, 90).map(lambda ahead: When.on(today + timedelta(days=ahead)))
    after = st.builds(When.after, days=st.integers(0, 40), months=st.integers(0, 3))
    return st.one_of(st.sampled_from(known), days, after)


def due_whens(today: date) -> st.SearchStrategy[When]:
    """The ways an instalment's day can be given on an invoice without a quote."""
    days = st.integers(-40, 60).map(lambda ahead: When.on(today + timedelta(days=ahead)))
    return st.one_of(st.sampled_from([When.AT_BILLING, When.TO_BE_PLANNED]), days)


@st.composite
def shares(draw: st.DrawFn, total: int, when: st.SearchStrategy[When]) -> list[Instalment]:
    """Equal parts, percentages, fixed amounts, or a mixture, that fit `total` cents as a rule."""
    kind = draw(st.sampled_from(["equal", "percents", "fixed", "mixed"]))
    if kind == "equal":
        return [Instalment.rest(draw(when)) for _ in range(draw(st.integers(1, 5)))]
    if kind == "percents":
        return [Instalment.percent(each, draw(when)) for each in percents(draw, draw(st.integers(1, 4)))]
    if kind == "fixed" and total > 1:
        cuts = sorted([0, *draw(st.sets(st.integers(1, total - 1), max_size=2)), total])
        return [Instalment.fixed(cad(after - before), draw(when)) for before, after in pairwise(cuts)]
    parts = [Instalment.percent(each, draw(when)) for each in percents(draw, 3)[:-1]]
    left = int(total - sum(exact(each.share.percent) * total / 100 for each in parts if each.share.percent))
    if left > 1:
        parts.append(Instalment.fixed(cad(draw(st.integers(1, left))), draw(when)))
    return [*parts, Instalment.rest(draw(when))]


@st.composite
def offers(draw: st.DrawFn, total: int, today: date) -> list[Schedule]:
    """Schedules side by side, with a discount here and there; none is the company's own."""
    found = []
    count = draw(st.sampled_from([0, 1, 1, 1, 2, 3]))
    for name in NAMES[:count]:
        many = draw(st.booleans())
        discount = draw(st.none() | st.none() | discounts(total)) if count else None
        parts = draw(shares(total if discount is None else 0, whens(today, many=many)))
        is_named = count > 1 or discount is not None
        found.append(Schedule(parts, many, name=name if is_named else None, discount=discount))
    return found


def discounts(total: int) -> st.SearchStrategy[Discount]:
    percent = st.integers(1, 40).map(Discount.percent)
    return percent | st.integers(1, max(total // 4, 1)).map(lambda cents: Discount.amount(cad(cents)))


@st.composite
def due_dates(draw: st.DrawFn, total: int, today: date) -> Schedule | None:
    """The payment schedule of an invoice without a quote."""
    if draw(st.booleans()):
        return None
    return Schedule.one_invoice(draw(shares(total, due_whens(today))))


NUMBERINGS = st.builds(
    Numbering,
    prefix=st.sampled_from(["", "F{year}-", "G-"]),
    suffix=st.sampled_from(["", "", "-A"]),
    length=st.integers(1, 5),
    start=st.sampled_from([1, 1, 1, 2, 9, 42]),
    restart=st.sampled_from(["never", "yearly"]),
)
STRICT = st.builds(
    Numbering, prefix=st.just("X"), length=st.just(1), start=st.sampled_from([1, 8]), strict=st.just(True)
)
CHOICES: dict[str, st.SearchStrategy[Any]] = {
    "terms_days": st.sampled_from([0, 15, 30]),
    "quote_validity_days": st.sampled_from([0, 5, 30]),
    "generates_on_approval": st.booleans(),
    "sends_on_approval": st.booleans(),
    "has_first_payment_on_approval": st.booleans(),
    "rounds_cash": st.booleans(),
    "split": st.sampled_from(Split),
    "day_cap": st.sampled_from([1, 2, 1_000]),
    "tax_group": st.sampled_from([QC, ONTARIO, TaxGroup.EXEMPT]),
    "time_zone": st.sampled_from(["America/Toronto", "America/St_Johns", "America/Vancouver"]),
    "job_numbers": NUMBERINGS,
    "quote_numbers": NUMBERINGS,
    "invoice_numbers": NUMBERINGS | NUMBERINGS | STRICT,
    "default_schedules": st.sampled_from(
        [
            (),
            (
                Schedule.many_invoices(
                    [Instalment.percent(40, When.ON_APPROVAL), Instalment.rest(When.after(months=1))]
                ),
            ),
        ]
    ),
}
"""What a company may change its mind about."""


@st.composite
def changes(draw: st.DrawFn, most: int) -> dict[str, Any]:
    """Some settings."""
    names = draw(st.lists(st.sampled_from([*CHOICES, "invoice_numbers"]), max_size=most))
    return {name: draw(CHOICES[name]) for name in dict.fromkeys(names)}


OWN = presets.quebec(name="Toitures Lavoie")
