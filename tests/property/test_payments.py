"""Invariants 19, 21 and 42 to 47: money received and given back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plannit_core import Line, Money, Plannit, Refused, TaxGroup
from plannit_core import commands as c
from plannit_core.lifecycle import PaymentState
from plannit_core.testing.clerk import METHODS
from support import TODAY, cad, client_and_job, documents, looks, schedules, total_of

if TYPE_CHECKING:
    from plannit_core.model.invoice import Invoice


@st.composite
def bills(draw: st.DrawFn) -> tuple[tuple[Line, ...], Any]:
    document = draw(documents(max_size=3))
    return document, draw(st.none() | schedules(total_of(document), many=False, due_dates=True))


def issued(app: Plannit, bill: Any) -> Invoice:
    _, job = client_and_job(app)
    return app.do(c.IssueInvoice(app.do(c.DraftInvoice(job.id, lines=bill[0], schedule=bill[1])).id))


def of(cents: int) -> Any:
    """A bill of exactly so many cents."""
    return (Line("Gutters", 1, cad(cents), tax=TaxGroup.EXEMPT),), None


def balances(invoice: Invoice) -> None:
    """Invariants 42, 44 and 45 on an invoice as it stands."""
    counting = [each for each in invoice.payments if not each.is_voided]
    received = sum(each.amount.minor for each in counting if each.kind == "payment")
    returned = sum(each.amount.minor for each in counting if each.kind == "refund")
    rounding = sum(each.rounding.minor for each in counting)
    assert invoice.paid.minor == received - returned >= 0
    assert invoice.balance.minor == invoice.total.minor - invoice.paid.minor - rounding
    for each in invoice.payments:
        assert each.method == "cash" or not each.rounding
        moved = sum(part.amount.minor for part in each.allocations)
        assert moved == (
            each.amount - each.rounding if each.kind == "refund" else each.amount + each.rounding
        ).minor * (-1 if each.kind == "refund" else 1)
    paid = [0] * len(invoice.instalments)
    for each in counting:
        for part in each.allocations:
            paid[part.place - 1] += part.amount.minor
    assert [each.paid.minor for each in invoice.instalments] == paid
    assert sum(each.amount.minor for each in invoice.instalments) == invoice.total.minor


def act(app: Plannit, invoice: Invoice, draw: st.DrawFn) -> c.Command[Any]:
    """Some movement of money on `invoice`, or a correction."""
    most = max(invoice.balance.minor, invoice.total.minor, 5)
    amount = draw(
        st.integers(0, most + 5)
        | st.integers(0, most // 5).map(lambda n: n * 5)
        | st.just(max(invoice.balance.minor, 0))
    )
    kind = draw(st.sampled_from(["pay", "pay", "pay", "refund", "void", "adjust"]))
    if kind == "pay":
        place = draw(st.none() | st.integers(1, len(invoice.instalments)))
        above = draw(st.booleans())
        return c.RecordPayment(invoice.id, cad(amount), method=draw(METHODS), instalment=place, allow_overpayment=above)
    if kind == "void" and invoice.payments:
        return c.VoidPayment(invoice.id, payment_id=draw(st.sampled_from(invoice.payments)).id)
    if kind == "refund":
        return c.RefundPayment(
            invoice.id, cad(draw(st.just(amount) | st.just(invoice.paid.minor))), method=draw(METHODS)
        )
    change = draw(st.integers(-most, most // 2))
    return c.AdjustInvoice(invoice.id, lines=[Line("Rabais", 1, cad(change), tax=TaxGroup.EXEMPT)])


@looks(30)
@given(bill=bills(), data=st.data())
def test_inv_19_42_44_45_hold_after_any_payments_refunds_voids_and_corrections(
    open_app: Any, bill: Any, data: st.DataObject
) -> None:
    with open_app() as app:
        invoice = issued(app, bill)
        for _ in range(data.draw(st.integers(1, 10))):
            before = invoice
            command = act(app, invoice, data.draw)
            try:
                invoice = app.do(command)
            except Refused:
                assert app.get(invoice.id) == before
                continue
            balances(invoice)
            assert app.get(invoice.id) == invoice
            if isinstance(command, c.AdjustInvoice):
                for old, new in zip(before.instalments, invoice.instalments, strict=False):
                    assert (new.paid, new.due_on) == (old.paid, old.due_on)
                    if not old.open:
                        assert new == old
            else:
                assert [(each.amount, each.when, each.due_on) for each in invoice.instalments] == [
                    (each.amount, each.when, each.due_on) for each in before.instalments
                ]


@looks(25)
@given(bill=bills(), data=st.data())
def test_inv_21_43_a_payment_that_is_voided_leaves_state_balance_and_schedule_as_they_were(
    open_app: Any, bill: Any, data: st.DataObject
) -> None:
    with open_app() as app:
        invoice = issued(app, bill)
        for _ in range(data.draw(st.integers(0, 3))):
            try:
                invoice = app.do(act(app, invoice, data.draw))
            except Refused:
                continue
        try:
            paid = app.do(
                c.RecordPayment(
                    invoice.id, cad(data.draw(st.integers(0, 10**6))), method=data.draw(METHODS), allow_overpayment=True
                )
            )
        except Refused:
            return
        assert [(each.amount, each.when, each.due_on) for each in paid.instalments] == [
            (each.amount, each.when, each.due_on) for each in invoice.instalments
        ]
        back = app.do(c.VoidPayment(invoice.id, payment_id=paid.payments[-1].id))
        assert (back.payment_state, back.balance, back.paid, back.rounding) == (
            invoice.payment_state,
            invoice.balance,
            invoice.paid,
            invoice.rounding,
        )
        assert back.instalments == invoice.instalments
        assert back.payments[:-1] == invoice.payments
        assert back.payments[-1].is_voided


@looks(20)
@given(bill=bills(), part=st.integers(0, 100), above=st.integers(1, 1000))
def test_inv_44_no_more_is_given_back_than_was_received(open_app: Any, bill: Any, part: int, above: int) -> None:
    with open_app() as app:
        invoice = issued(app, bill)
        amount = invoice.total.minor * part // 100
        if amount:
            invoice = app.do(c.RecordPayment(invoice.id, cad(amount), method="card"))
        with pytest.raises(Refused) as caught:
            app.do(c.RefundPayment(invoice.id, cad(amount + above), method="card"))
        assert "refund.above-paid" in [each.code for each in caught.value.reasons]
        assert app.get(invoice.id) == invoice
        if amount:
            refunded = app.do(c.RefundPayment(invoice.id, cad(amount), method="card"))
            assert (refunded.paid, refunded.balance) == (cad(0), invoice.total)
            with pytest.raises(Refused) as caught:
                app.do(c.VoidPayment(invoice.id, payment_id=refunded.payments[0].id))
            assert caught.value.code == "payment.refunded"


@looks(20)
@given(bill=bills(), above=st.integers(1, 10_000))
def test_inv_45_nothing_is_paid_above_the_balance_unless_that_is_said(open_app: Any, bill: Any, above: int) -> None:
    with open_app() as app:
        invoice = issued(app, bill)
        too_much = c.RecordPayment(invoice.id, invoice.total + cad(above), method="card")
        with pytest.raises(Refused) as caught:
            app.do(too_much)
        assert [(each.code, each.params["balance"]) for each in caught.value.reasons] == [
            ("payment.above-balance", invoice.total)
        ]
        kept = app.do(c.RecordPayment(invoice.id, too_much.amount, method="card", allow_overpayment=True))
        assert (kept.balance, kept.to_refund, kept.payment_state) == (cad(-above), True, PaymentState.PAID)


@looks(25)
@given(total=st.integers(1, 40) | st.integers(1, 10**6), given_first=st.none() | st.integers(1, 10**5))
def test_inv_46_the_rounded_balance_in_cash_settles_an_invoice_and_its_taxes_stay(
    open_app: Any, total: int, given_first: int | None
) -> None:
    with open_app() as app:
        _, job = client_and_job(app)
        draft = app.do(c.DraftInvoice(job.id, lines=[Line("Gutters", 1, cad(total))]))
        invoice = app.do(c.IssueInvoice(draft.id))
        if given_first is not None and given_first < invoice.balance.minor:
            invoice = app.do(c.RecordPayment(invoice.id, cad(given_first), method="card"))
        due = invoice.balance.minor
        tender = 5 * ((2 * due + 5) // 10)
        paid = app.do(c.RecordPayment(invoice.id, cad(tender), method="cash"))
        rounding = paid.payments[-1].rounding.minor
        assert abs(rounding) <= 2
        assert (tender % 5, tender + rounding) == (0, due)
        assert (paid.balance, paid.payment_state, paid.taxes, paid.total) == (
            cad(0),
            PaymentState.PAID,
            invoice.taxes,
            invoice.total,
        )
        assert all(not each.open for each in paid.instalments)


@looks(20)
@given(total=st.integers(1, 10**6), amount=st.integers(1, 10**6).filter(lambda n: n % 5))
def test_inv_46_cash_that_is_no_multiple_of_five_cents_is_refused_with_the_amount_to_ask_for(
    open_app: Any, total: int, amount: int
) -> None:
    with open_app() as app:
        invoice = issued(app, of(total))
        with pytest.raises(Refused) as caught:
            app.do(c.RecordPayment(invoice.id, cad(amount), method="cash", allow_overpayment=True))
        (found,) = caught.value.reasons
        assert found.code == "payment.cash-not-rounded"
        ask = found.params["ask"]
        assert isinstance(ask, Money)
        assert (ask.minor % 5, abs(ask.minor - amount) <= 2) == (0, True)
        assert app.get(invoice.id) == invoice


@looks(20)
@given(kept=st.integers(0, 10**5), owed_back=st.integers(3, 10**5))
def test_inv_46_what_is_owed_back_is_settled_in_cash_likewise(open_app: Any, kept: int, owed_back: int) -> None:
    total = kept + owed_back
    with open_app() as app:
        invoice = issued(app, of(total))
        app.do(c.RecordPayment(invoice.id, invoice.total, method="card"))
        lines = [Line("Rabais", 1, cad(kept - total), tax=TaxGroup.EXEMPT)]
        owed = -app.do(c.AdjustInvoice(invoice.id, lines=lines)).balance.minor
        assert owed == total - kept
        tender = 5 * ((2 * owed + 5) // 10)
        if tender > total:
            return
        refunded = app.do(c.RefundPayment(invoice.id, cad(tender), method="cash"))
        assert refunded.balance == cad(0)
        assert abs(refunded.payments[-1].rounding.minor) <= 2
        assert refunded.total == cad(kept)


@looks(20)
@given(bill=bills(), data=st.data())
def test_inv_47_payments_in_any_order_end_in_the_same_balance_and_state(
    open_app: Any, bill: Any, data: st.DataObject
) -> None:
    total = total_of(bill[0])
    if not total:
        return
    cuts = sorted(data.draw(st.lists(st.integers(0, total), min_size=1, max_size=5, unique=True)))
    amounts = [after - before for before, after in zip([0, *cuts], cuts, strict=False) if after > before]
    orders = [amounts, data.draw(st.permutations(amounts))]
    ends = []
    with open_app() as app:
        for order in orders:
            invoice = issued(app, bill)
            for amount in order:
                days = data.draw(st.integers(0, 30))
                invoice = app.do(
                    c.RecordPayment(invoice.id, cad(amount), method="card", received_on=TODAY - timedelta(days=days))
                )
            ends.append((invoice.balance, invoice.payment_state, [each.paid for each in invoice.instalments]))
    assert ends[0] == ends[1]
    assert ends[0][0] == cad(total - sum(amounts))


@looks(15)
@given(bill=bills(), amount=st.integers(1, 1000), ahead=st.integers(0, 30), ago=st.integers(0, 60))
def test_a_payment_on_a_draft_issues_it_first_dated_its_planned_day(
    open_app: Any, bill: Any, amount: int, ahead: int, ago: int
) -> None:
    """Decisions 18, 23 and 60: a deposit is earlier than its invoice."""
    with open_app() as app:
        _, job = client_and_job(app)
        draft = app.do(c.DraftInvoice(job.id, lines=bill[0], schedule=bill[1]))
        day = TODAY + timedelta(days=ahead)
        app.do(c.PlanInvoice(draft.id, send_on=day))
        received_on = TODAY - timedelta(days=ago)
        command = c.RecordPayment(draft.id, cad(amount), method="card", received_on=received_on, allow_overpayment=True)
        paid = app.do(command)
        assert (paid.state, paid.issued_on, paid.number) == ("issued", day, "F2026-00001")
        assert paid.payments[0].paid_on == received_on
        balances(paid)


@looks(15)
@given(data=st.data(), days=st.integers(1, 50))
def test_money_is_never_received_or_returned_on_a_day_to_come(open_app: Any, data: st.DataObject, days: int) -> None:
    """Decision 60."""
    with open_app() as app:
        invoice = app.do(c.RecordPayment(issued(app, of(1000)).id, cad(500), method="card"))
        later = TODAY + timedelta(days=days)
        for command in (
            c.RecordPayment(invoice.id, cad(100), method="card", received_on=later),
            c.RefundPayment(invoice.id, cad(100), method="card", refunded_on=later),
        ):
            with pytest.raises(ValueError, match=r"day\.in-the-future"):
                app.do(command)
        assert app.get(invoice.id) == invoice
