"""What books come to, reckoned the plain way: whole cents and exact fractions, nothing of the library's own arithmetic."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from attrs import frozen

from plannit_core import Line
from plannit_core.lifecycle import InvoiceState, QuoteState
from plannit_core.model.company import Split
from support import bases_of, cad, cents_of, exact, fractions_of, nearest, shares_of, subtotal_of, taxes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from plannit_core import Schedule
    from plannit_core.model.invoice import Invoice
    from plannit_core.model.payment import Payment
    from plannit_core.model.quote import Quote

# -------------------------------------------------------------------------------------------------------- one invoice


def lines_on(invoice: Invoice, day: date = date.max) -> list[Line]:
    """Its lines and those of the adjustments that count on a day."""
    added = [line for each in invoice.adjustments if each.adjusted_on <= day for line in each.lines]
    return [*invoice.lines, *added]


def taxes_on(invoice: Invoice, day: date = date.max) -> dict[Any, int]:
    """Each tax in cents: as it was issued, or anew on the whole with the cents that the split had given (decision 22)."""
    own = {(each.code, each.rate): each for each in invoice.original_taxes}
    added = bases_of(lines_on(invoice, day)[len(invoice.lines) :])
    if not any(each.adjusted_on <= day for each in invoice.adjustments):
        return {tax: each.amount.minor for tax, each in own.items()}
    found = {}
    for code, rate in {**own, **added}:
        known = own.get((code, rate))
        first = known.base.minor if known else 0
        base = first + added.get((code, rate), 0)
        cents = known.amount.minor - nearest(first * exact(rate) / 100) if known and base else 0
        found[code, rate] = nearest(base * exact(rate) / 100) + cents
    return found


def total_on(invoice: Invoice, day: date = date.max) -> int:
    return subtotal_of(lines_on(invoice, day)) + sum(taxes_on(invoice, day).values())


def counting(invoice: Invoice, day: date = date.max) -> list[Payment]:
    """The payments and refunds that count at the end of a day."""
    return [
        each for each in invoice.payments if each.paid_on <= day and (each.voided_on is None or each.voided_on > day)
    ]


def signed(payment: Payment) -> int:
    return -payment.amount.minor if payment.kind == "refund" else payment.amount.minor


def paid(invoice: Invoice) -> int:
    """Payments less refunds, none of the voided ones."""
    return sum(signed(each) for each in invoice.payments if each.voided_on is None)


def rounding(invoice: Invoice) -> int:
    return sum(each.rounding.minor for each in invoice.payments if each.voided_on is None)


def balance(invoice: Invoice) -> int:
    return 0 if invoice.state is InvoiceState.VOIDED else total_on(invoice) - paid(invoice) - rounding(invoice)


def open_parts(invoice: Invoice) -> list[tuple[date | None, int]]:
    """What is open and its day, once what is to be given back is set against what falls due first."""
    parts = [[each.due_on, each.amount.minor - each.paid.minor] for each in invoice.instalments]
    parts.sort(key=lambda part: part[0] or date.max)
    sign = 1 if sum(cents for _, cents in parts) >= 0 else -1
    spare = sum(max(-sign * cents, 0) for _, cents in parts)
    left = []
    for day, cents in parts:
        used = min(spare, max(sign * cents, 0))
        spare -= used
        if sign * cents > used:
            left.append((day, cents - sign * used))
    return left


def is_overdue(invoice: Invoice, today: date) -> bool:
    late = any(day is not None and day < today for day, _ in open_parts(invoice))
    return invoice.state is InvoiceState.ISSUED and balance(invoice) > 0 and late


def columns(invoice: Invoice) -> dict[str, Any]:
    """The figures that a list shows of an invoice."""
    days = [day for day, _ in open_parts(invoice) if day is not None]
    is_live = invoice.state is not InvoiceState.VOIDED
    waits = is_live and invoice.sent_at is None and not invoice.is_undeliverable
    return {
        "subtotal": subtotal_of(lines_on(invoice)),
        "total": total_on(invoice),
        "original_total": subtotal_of(invoice.lines) + sum(each.amount.minor for each in invoice.original_taxes),
        "paid": paid(invoice),
        "rounding": rounding(invoice),
        "balance": balance(invoice),
        "due_on": max(days, default=None),
        "leaves_on": invoice.send_on if waits else None,
        "live_part": f"{invoice.quote_id}/{invoice.part}" if invoice.quote_id and is_live else None,
    }


# ------------------------------------------------------------------------------------------------- money that moves


def in_cash(cents: int) -> int:
    """The nearest multiple of 0.05."""
    return 5 * nearest(Fraction(cents, 5))


def poured(opens: Sequence[int], days: Sequence[date | None], cents: int, first: int | None) -> list[int]:
    """A payment over what is open: the instalment that is aimed at, then what falls due first; too much stays on the last."""
    order = sorted(range(len(opens)), key=lambda place: (days[place] or date.max, place))
    if first is not None:
        order.sort(key=lambda place: place != first - 1)
    parts = [0] * len(opens)
    last = order[-1]
    for place in order:
        if opens[place] > 0:
            parts[place] = min(opens[place], cents)
            cents -= parts[place]
            last = place
    parts[last] += cents
    return parts


def rebalanced(opens: Sequence[int], change: int) -> list[int]:
    """A change shared over what is open in proportion, by the running total; where nothing is, a part of its own."""
    sign = 1 if any(each > 0 for each in opens) else -1
    weights = [max(sign * each, 0) for each in opens]
    if change == 0:
        return [0] * len(opens)
    if not any(weights):
        return [*([0] * len(opens)), change]
    edges = [nearest(Fraction(change * sum(weights[:count]), sum(weights))) for count in range(len(opens) + 1)]
    return [after - before for before, after in pairwise(edges)]


# ---------------------------------------------------------------------------------------------------- what is owed


def owed(invoices: Iterable[Invoice], day: date) -> tuple[int, int]:
    """What was open at the end of a day, and what had been received on invoices that are dated later."""
    total = deposits = 0
    for each in invoices:
        if each.issued_on is None:
            continue
        if each.issued_on > day:
            deposits += sum(signed(payment) for payment in counting(each, day))
        elif each.voided_on is None or each.voided_on > day:
            received = sum(signed(payment) + payment.rounding.minor for payment in counting(each, day))
            total += total_on(each, day) - received
    return total, deposits


# ---------------------------------------------------------------------------------------------- a quote's invoices


@frozen
class Part:
    """One of the invoices that a quote's approval calls for, in cents."""

    lines: tuple[int, ...]
    taxes: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.lines) + sum(self.taxes)


def parts_of(quote: Quote) -> list[Part]:
    """The invoices of an approved quote: one as it is, or shares of every line and every tax by the running total.

    Taxed anew, a part of a cent could come to less than nothing; then all parts take their share of the quote's taxes.
    """
    assert quote.approval is not None
    lines = [*quote.lines, *quote.discount_lines]
    if not quote.approval.schedule.has_many_invoices:
        return [Part(tuple(cents_of(each) for each in lines), tuple(in_order(lines).values()))]
    if quote.approval.split is Split.PER_INVOICE:
        shared = [part.lines for part in shared_out(lines, [], quote.approval.schedule)]
        parts = [Part(each, tuple(anew(lines, each).values())) for each in shared]
        if all(part.total >= 0 for part in parts):
            return parts
    return shared_out(lines, [*in_order(lines).values()], quote.approval.schedule)


def shared_out(lines: Sequence[Line], taxes: Sequence[int], schedule: Schedule) -> list[Part]:
    """Rows are the lines by tax group, groups in order of first appearance, then the taxes (decision 8)."""
    groups = list(dict.fromkeys(each.tax for each in lines))
    places = [place for group in groups for place, each in enumerate(lines) if each.tax == group]
    rows = [cents_of(lines[place]) for place in places] + [*taxes]
    shares = fractions_of(schedule, subtotal_of(lines) + sum(taxes_of(lines).values()))
    back = sorted(range(len(lines)), key=places.__getitem__)
    return [Part(tuple(part[row] for row in back), tuple(part[len(lines) :])) for part in two_way(rows, shares)]


def in_order(lines: Sequence[Line]) -> dict[Any, int]:
    """Each tax of `lines` in cents, in the order of the tax groups and of the taxes in them."""
    amounts = taxes_of(lines)
    groups = dict.fromkeys(each.tax for each in lines if each.tax is not None)
    return {key: amounts[key] for group in groups for key in ((tax.code, tax.rate) for tax in group.taxes)}


def anew(lines: Sequence[Line], cents: Sequence[int]) -> dict[Any, int]:
    """Each tax on its own share of the lines."""
    bases = dict.fromkeys(in_order(lines), 0)
    for line, part in zip(lines, cents, strict=True):
        for tax in line.tax.taxes if line.tax is not None else ():
            bases[tax.code, tax.rate] += part
    return {(code, rate): nearest(base * exact(rate) / 100) for (code, rate), base in bases.items()}


def two_way(rows: Sequence[int], shares: Sequence[Fraction]) -> list[list[int]]:
    """Decision 8 as it is written: `P(l,i) − P(l,i−1) − P(l−1,i) + P(l−1,i−1)`."""

    def running(row: int, part: int) -> int:
        return nearest(sum(rows[:row]) * Fraction(sum(shares[:part])))

    return [
        [
            running(row, part) - running(row, part - 1) - running(row - 1, part) + running(row - 1, part - 1)
            for row in range(1, len(rows) + 1)
        ]
        for part in range(1, len(shares) + 1)
    ]


def amounts_of(schedule: Schedule, total: int) -> list[int]:
    """The instalments of a total, by the running total."""
    shares = shares_of(schedule, total)
    edges = [nearest(Fraction(sum(shares[:count]))) for count in range(len(shares) + 1)]
    return [after - before for before, after in pairwise(edges)]


def fits(scheduled: Any, total: int) -> bool:
    """Whether the instalments of a schedule, or of a draft, add up to a total that is not below zero, none of them below."""
    shares = shares_of(scheduled, total)
    return total >= 0 and sum(shares) == total and all(share >= 0 for share in shares)


def with_discount(schedule: Schedule, lines: Sequence[Line]) -> list[Line]:
    """`lines` and what the schedule takes off."""
    taken = discount_of(schedule, lines)
    return [*lines, *(Line("Rabais", -1, cad(cents), tax=group) for group, cents in taken.items())]


def discount_of(schedule: Schedule, lines: Sequence[Line]) -> dict[Any, int]:
    """What a schedule takes off each tax group, in cents (decision 6)."""
    subtotal = subtotal_of(lines)
    if schedule.discount is None or subtotal == 0:
        return {}
    if schedule.discount.fixed is not None:
        whole = schedule.discount.fixed.minor
    else:
        whole = nearest(subtotal * exact(schedule.discount.percentage) / 100)
    found, running = {}, 0
    for group in dict.fromkeys(each.tax for each in lines):
        before = nearest(Fraction(whole * running, subtotal))
        running += subtotal_of(each for each in lines if each.tax == group)
        found[group] = nearest(Fraction(whole * running, subtotal)) - before
    return {group: cents for group, cents in found.items() if cents}


# --------------------------------------------------------------------------------------------------------- a folder


@frozen
class Figures:
    """The figures of a job folder, in cents (decision 49)."""

    revenue: int = 0
    invoiced: int = 0
    collected: int = 0
    pending: int = 0
    to_invoice: int = 0

    @property
    def amounts(self) -> tuple[int, ...]:
        """All five, in the order above."""
        return self.revenue, self.invoiced, self.collected, self.pending, self.to_invoice


def folder(invoices: Sequence[Invoice], quotes: Iterable[Quote], parts: Mapping[str, list[Part]]) -> Figures:
    """The figures of the folder that holds these documents; `parts` are those of the approved quotes."""
    issued = [each for each in invoices if each.state is InvoiceState.ISSUED]
    drafts = [each for each in invoices if each.state is InvoiceState.DRAFT]
    live = {(each.quote_id, each.part) for each in (*issued, *drafts)}
    still = [
        part.total
        for quote in quotes
        if quote.state is QuoteState.APPROVED
        for number, part in enumerate(parts[quote.id], start=1)
        if (quote.id, number) not in live
    ]
    return Figures(
        revenue=sum(subtotal_of(lines_on(each)) for each in issued),
        invoiced=sum(total_on(each) for each in issued),
        collected=sum(paid(each) for each in issued),
        pending=sum(balance(each) for each in issued),
        to_invoice=sum(total_on(each) for each in drafts) + sum(still),
    )
