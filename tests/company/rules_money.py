"""Rules about money that changes hands."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from plannit_core import Money
from plannit_core import commands as c
from support import cad

from .base import CompanyBase, needs
from .rules_documents import some
from .rules_invoices import is_draft, is_owing

DATA = st.data()
METHODS = st.sampled_from(["card", "cheque", "cash", "cash", "interac"])


def amounts(most: int) -> st.SearchStrategy[Money]:
    """All of it, what is nearest to it in cash, a part, nothing, or a little too much."""
    in_cash = [5 * round(most / 5), 5 * (most // 10)]
    return st.one_of(
        st.just(most), st.sampled_from(in_cash), st.integers(0, most), st.sampled_from([0, 5, most + 1, most + 5])
    ).map(cad)


class MoneyRules(CompanyBase):
    """What clients pay, and what is given back to them."""

    @needs("invoice")
    @rule(data=DATA, method=METHODS)
    def pay(self, data: st.DataObject, method: str) -> None:
        """45, 46: any amount, aimed or not, of a past day, too much with or without leave; a draft is issued by it."""
        many = data.draw(st.integers(0, 1))
        invoice = self.pick(
            data, "invoice", lambda each: (is_owing(each) or is_draft(each)) and len(each.instalments) > many
        )
        fields = {
            "instalment": st.integers(1, len(invoice.instalments)) | st.just(4),
            "allow_overpayment": st.booleans(),
            "received_on": st.integers(-30, 0).map(lambda back: self.office.today + timedelta(days=back)),
        }
        amount = data.draw(amounts(max(invoice.balance.minor, 0)))
        self.do(data, c.RecordPayment(invoice.id, amount, method=method, **some(data, fields)))

    @needs("invoice", is_owing)
    @rule(data=DATA, method=METHODS)
    def settle(self, data: st.DataObject, method: str) -> None:
        """46: what is asked for settles the invoice, in cash as well; the taxes stay as they are."""
        invoice = self.pick(data, "invoice", is_owing)
        asked = max(invoice.balance.minor, 0)
        if method == "cash" and self.office.settings.rounds_cash:
            asked = 5 * ((asked + 2) // 5)
        found = self.do(data, c.RecordPayment(invoice.id, cad(asked), method=method))
        if is_owing(invoice):
            assert found.error is None
            assert (found.result.balance.minor, found.result.payment_state) == (0, "paid")
            if found.result.rounding and self.office.settings.rounds_cash and data.draw(st.booleans()):
                back = self.do(data, c.RefundPayment(invoice.id, found.result.paid, method="cash"))
                if back.error is None:  # else some of it was not paid in cash, and cannot be given back so
                    assert (back.result.paid.minor, back.result.rounding.minor) == (0, 0)

    @needs("invoice", is_owing)
    @rule(data=DATA, method=METHODS)
    def pay_by_mistake(self, data: st.DataObject, method: str) -> None:
        """43: once the payment is voided all is as before, but for the payment that can still be read."""
        invoice = self.pick(data, "invoice", is_owing)
        found = self.do(
            data, c.RecordPayment(invoice.id, data.draw(amounts(max(invoice.balance.minor, 0))), method=method)
        )
        if found.error is None and not is_draft(invoice):
            wrong = found.result.payments[-1]
            undone = self.must(data, c.VoidPayment(invoice.id, payment_id=wrong.id))
            assert undone.instalments == invoice.instalments
            assert (undone.balance, undone.payment_state) == (invoice.balance, invoice.payment_state)
            assert undone.payments[-1].is_voided

    @needs("invoice", lambda each: each.payments)
    @rule(data=DATA)
    def void_payment(self, data: st.DataObject) -> None:
        invoice = self.pick(data, "invoice", lambda each: any(not payment.is_voided for payment in each.payments))
        if invoice.payments:
            payment = data.draw(st.sampled_from(invoice.payments))
            self.do(data, c.VoidPayment(invoice.id, payment_id=payment.id))

    @needs("invoice", lambda each: each.paid)
    @rule(data=DATA, method=METHODS)
    def refund(self, data: st.DataObject, method: str) -> None:
        """44, decision 57: what is too much, all of it, or some; never more than was received."""
        invoice = self.pick(data, "invoice", lambda each: each.to_refund or each.paid)
        most = max(-invoice.balance.minor if data.draw(st.booleans()) else invoice.paid.minor, 0)
        self.do(data, c.RefundPayment(invoice.id, data.draw(amounts(most)), method=method))

    @needs("invoice", is_owing)
    @rule(data=DATA)
    def pay_in_either_order(self, data: st.DataObject) -> None:
        """47: payments in any order come to the same; looked at in a transaction that is undone, which leaves no trace."""
        invoice = self.pick(data, "invoice", is_owing)
        if not is_owing(invoice):
            return
        one = data.draw(st.integers(1, invoice.balance.minor))
        two = data.draw(st.integers(0, invoice.balance.minor - one))
        parts = [c.RecordPayment(invoice.id, cad(cents), method="card") for cents in (one, two) if cents]

        assert self.undone(parts) == self.undone(parts[::-1])
        self.office.check_unchanged()

    def undone(self, commands: list[Any]) -> Any:
        """What several payments on an invoice come to; nothing of it stays."""

        def act(side: Any) -> Any:
            count = side.ids.count
            with suppress(ZeroDivisionError), side.together():
                paid = [side.door.do(each) for each in commands][-1]
                raise ZeroDivisionError
            side.ids.count = count
            return paid.balance, paid.payment_state, paid.paid

        return self.office.both(act)
