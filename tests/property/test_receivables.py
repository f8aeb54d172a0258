"""Invariants 70 and 71: what is owed, and what was received ahead, as of any day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from plannit_core import FixedClock, InvalidInput, NotFound, Plannit, Refused
from plannit_core import commands as c
from plannit_core.model.invoice import adjusted_taxes
from plannit_core.testing.clerk import Clerk, Known
from plannit_core.views import Bucket, Receivables
from support import TODAY, busy, cad, looks, walk

if TYPE_CHECKING:
    from plannit_core.model.invoice import Invoice

MORNING = "2026-03-02T09:00-05:00"


def received_by(invoice: Invoice, day: date, *, with_roundings: bool) -> int:
    """Payments less refunds that counted on the evening of `day`."""
    total = 0
    for each in invoice.payments:
        if each.paid_on <= day and (each.voided_on is None or each.voided_on > day):
            total += (-each.amount if each.kind == "refund" else each.amount).minor
            total += each.rounding.minor if with_roundings else 0
    return total


def owed_on(invoice: Invoice, day: date) -> int:
    """What was open on the evening of `day`, recomputed from lines and payments."""
    if invoice.issued_on is None or invoice.issued_on > day:
        return 0
    if invoice.voided_on is not None and invoice.voided_on <= day:
        return 0
    corrections = tuple(each for each in invoice.adjustments if each.adjusted_on <= day)
    lines = [*invoice.lines, *(line for each in corrections for line in each.lines)]
    taxes = adjusted_taxes(invoice.original_taxes, corrections, invoice.currency)
    total = sum(line.amount.minor for line in lines) + sum(tax.amount.minor for tax in taxes)
    return total - received_by(invoice, day, with_roundings=True)


def in_order(found: Receivables) -> None:
    """What every report promises of itself."""
    assert found.total == sum(found.buckets.values()) == sum((row.amount for row in found.rows), cad(0))
    limits = {
        Bucket.NOT_DUE: (0, 0),
        Bucket.DAYS_1_30: (1, 30),
        Bucket.DAYS_31_60: (31, 60),
        Bucket.DAYS_61_90: (61, 90),
    }
    for row in found.rows:
        late = max((found.as_of - row.due_on).days, 0) if row.due_on is not None else 0
        low, high = limits.get(row.bucket, (91, 10**6))
        assert low <= late == row.days_late <= high
        assert row.amount
    for bucket in Bucket:
        assert found.buckets[bucket] == sum((row.amount for row in found.rows if row.bucket is bucket), cad(0))
    days = [row.due_on or date.max for row in found.rows]
    assert days == sorted(days)


@looks(20)
@given(data=st.data())
def test_inv_70_71_a_report_as_of_a_day_counts_what_was_dated_by_that_day_and_nothing_later(
    open_app: Any, data: st.DataObject
) -> None:
    clock = FixedClock(MORNING)
    with open_app(clock) as app:
        busy(app, clock)
        for _ in walk(data.draw, app, clock, 12):
            pass
        invoices = Known(app).invoices
        for ahead in data.draw(st.lists(st.integers(-5, 130), min_size=1, max_size=4)):
            day = TODAY + timedelta(days=ahead)
            found = app.receivables(day)
            in_order(found)
            rows: dict[str, int] = {}
            for row in found.rows:
                rows[row.invoice_id] = rows.get(row.invoice_id, 0) + row.amount.minor
            assert rows == {each.id: owed for each in invoices if (owed := owed_on(each, day))}
            ahead_of = [each for each in invoices if each.issued_on is None or each.issued_on > day]
            assert found.deposits.minor == sum(received_by(each, day, with_roundings=False) for each in ahead_of)


@looks(15)
@given(data=st.data())
def test_inv_70_what_happens_later_never_rewrites_the_report_of_a_day(open_app: Any, data: st.DataObject) -> None:
    """Nothing here is dated back, and no due date is changed."""
    kinds = [
        c.RecordPayment,
        c.RecordPayment,
        c.RefundPayment,
        c.VoidPayment,
        c.AdjustInvoice,
        c.VoidInvoice,
        c.IssueInvoice,
        c.SendInvoice,
        c.ApproveQuote,
        c.DraftInvoice,
    ]
    clock = FixedClock(MORNING)
    with open_app(clock) as app:
        busy(app, clock)
        app.run_day()
        reports = [app.receivables()]
        for _ in range(data.draw(st.integers(1, 8))):
            clock.advance(days=data.draw(st.integers(1, 20)))
            app.run_day()  # each day's own invoices first
            reports.append(app.receivables())
            for _ in range(data.draw(st.integers(1, 3))):
                try_today(app, Clerk(data.draw, Known(app)).command(data.draw(st.sampled_from(kinds))))
            reports[-1] = app.receivables()
        last = app.today
        for report in reports:
            assert report.as_of <= last
            later = app.receivables(report.as_of)
            assert amounts(later) == amounts(report)


def try_today(app: Plannit, command: c.Command[Any]) -> None:
    if isinstance(command, c.RecordPayment) and command.received_on is not None:
        return
    try:
        app.do(command)
    except (Refused, NotFound, InvalidInput):
        return


def amounts(report: Receivables) -> Any:
    return [(row.invoice_id, row.instalment, row.amount) for row in report.rows], report.total, report.deposits
