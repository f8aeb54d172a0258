"""Which invoices a quote's approval calls for: lines, taxes, amounts and days, exact to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from attrs import frozen

from ..model.company import Split
from ..model.instalments import InvoiceInstalment, planned
from ..model.quote import Approval, Quote
from ..values.lines import MAX_LINE_TEXT, Line, tax_bases, unit_line
from ..values.money import Money, Price, zero
from ..values.schedule import Instalment, When
from ..values.shown import shown
from ..values.split import two_way
from ..values.tax import TaxAmount, TaxGroup, tax_amounts

AT_BILLING = Instalment.rest(When.AT_BILLING)


@frozen
class PlannedInvoice:
    """An invoice that an approval calls for.

    Attributes:
        part: Which instalment of the schedule it is, from 1.
        lines: What stands on it.
        taxes: Each tax once, as shared out.
        instalments: Its own payment schedule.
        send_on: The day it leaves; `None` when a person sends it.
    """

    __repr__ = shown

    part: int
    lines: tuple[Line, ...]
    taxes: tuple[TaxAmount, ...]
    instalments: tuple[InvoiceInstalment, ...]
    send_on: date | None


class InvoicesOnApproval(Protocol):
    """Which invoices does `approval` of `quote` call for?"""

    def __call__(self, quote: Quote, approval: Approval, /) -> tuple[PlannedInvoice, ...]:
        """All of them, in the order of the schedule, whether or not they exist already."""
        ...


def invoices_on_approval(quote: Quote, approval: Approval) -> tuple[PlannedInvoice, ...]:
    """One invoice with the quote's own lines, or one for each instalment with its share of every line and every tax."""
    days = [each.when.day(approval.approved_on) for each in approval.schedule.instalments]
    if approval.schedule.has_many_invoices:
        parts = _many(quote, approval.split, approval, days)
        is_below_zero = any(each.amount.minor < 0 for part in parts for each in part.instalments)
        # taxed anew, a part of a cent can come to -0.01, which nobody could issue
        return _many(quote, Split.EXACT, approval, days) if is_below_zero else parts
    send_on = min((day for day in days if day is not None), default=None)
    instalments = planned(approval.schedule, quote.total, days)
    return (PlannedInvoice(1, quote.all_lines, quote.taxes, instalments, send_on),)


def _many(quote: Quote, split: Split, approval: Approval, days: Sequence[date | None]) -> tuple[PlannedInvoice, ...]:
    lines = quote.all_lines
    rows = _by_group(lines)
    weights = approval.schedule.weights(quote.total)
    taxes = quote.taxes if split is Split.EXACT else ()
    parts = two_way([lines[place].minor for place in rows] + [tax.amount.minor for tax in taxes], weights)
    known = [lines[place].cost_minor for place in rows]
    costs = two_way(known, weights) if any(known) else [known] * len(parts)
    back = sorted(range(len(rows)), key=rows.__getitem__)
    nothing, result = zero(quote.currency), []
    for number, (part, cost, day) in enumerate(zip(parts, costs, days, strict=True), start=1):
        label = f" ({number}/{len(parts)})"
        shared = tuple([_share(lines[rows[row]], part[row], cost[row], label) for row in back])
        shared_taxes = _taxes(shared, taxes, part[len(lines) :], quote.currency)
        total = sum([line.minor for line in shared]) + sum([tax.amount.minor for tax in shared_taxes])
        amount = Money.of_minor(total, quote.currency)
        whole = InvoiceInstalment(AT_BILLING.share, AT_BILLING.when, amount, nothing)
        result.append(PlannedInvoice(number, shared, shared_taxes, (whole,), day))
    return tuple(result)


def _by_group(lines: Sequence[Line]) -> list[int]:
    """The places of the lines by tax group, groups in order of first appearance, the document's order inside each."""
    groups: dict[TaxGroup | None, list[int]] = {}
    for place, line in enumerate(lines):
        groups.setdefault(line.tax, []).append(place)
    return [place for group in groups.values() for place in group]


def _share(line: Line, minor: int, cost: int, label: str) -> Line:
    currency = line.price.currency
    known_cost = None if line.cost is None else Price.of_minor(cost, currency)
    text = line.text[: MAX_LINE_TEXT - len(label)] + label
    return unit_line(text, minor, currency, tax=line.tax, cost=known_cost)


def _taxes(
    lines: Sequence[Line], taxes: Sequence[TaxAmount], parts: Sequence[int], currency: str
) -> tuple[TaxAmount, ...]:
    """The taxes of one part: their share of the quote's (`exact`), or anew on its own lines (`per_invoice`)."""
    if not taxes:
        return tax_amounts(tax_bases(lines), currency)
    bases = tax_bases(lines)  # the lines carry the taxes of the quote's, in the same order
    return tuple(
        [
            TaxAmount(tax.code, tax.rate, Money.of_minor(base, currency), Money.of_minor(minor, currency))
            for (tax, base), minor in zip(bases, parts, strict=True)
        ]
    )
