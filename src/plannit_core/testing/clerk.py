"""A clerk who draws commands that make sense more often than not, from what is in an office's books."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from .. import commands as c
from ..app import Plannit
from ..handlers import HANDLERS
from ..model.company import Split
from ..values.ids import PaymentId
from ..values.lines import Line
from ..values.money import Money, Price
from ..values.schedule import Discount, Instalment, Schedule, When
from ..values.tax import Tax, TaxGroup
from .builders import MORNING

TODAY = date.fromisoformat(MORNING[:10])
WORDS = st.sampled_from(["Labour", "Nails", "Rabais", "Main-d'œuvre", "Déplacement", "Permit", "Gutters, 12 m"])
ALBERTA = TaxGroup("ab", [Tax("GST", "5")])
ONTARIO = TaxGroup("on", [Tax("HST", "13")])


def cad(cents: int) -> Money:
    """So many cents."""
    return Money.of_minor(cents, "CAD")


class Known:
    """What is in the books of an office now, to choose from."""

    def __init__(self, app: Plannit) -> None:
        with app.reading() as read:
            self.contacts, self.jobs = read.contacts.find(), read.jobs.find()
            self.quotes, self.invoices, self.orders = read.quotes.find(), read.invoices.find(), read.work_orders.find()
        self.today = app.today
        self.settings = app.settings


FEW_LINES = st.lists(
    st.sampled_from(
        [
            Line("Labour", 2, cad(85_00)),
            Line("Nails", "333.3333", Price.cad("0.075"), tax=ALBERTA),
            Line("Permit", 1, cad(40_00), tax=TaxGroup.EXEMPT),
            Line("Rabais", -1, cad(10_00)),
            Line("Screw", 1, cad(2), tax=TaxGroup.EXEMPT),
            Line("Travel", "1.5", cad(33_33), tax=ONTARIO, cost=cad(20_00)),
        ]
    ),
    max_size=4,
)
WORDS_OR_NONE = st.none() | WORDS
KEYS = st.dictionaries(st.sampled_from(["erp", "books"]), st.sampled_from(["A-1", "B-2"]), max_size=2)
OFFERED = st.sampled_from(
    [
        [],
        [Schedule.one_invoice([Instalment.percent(30, When.ON_APPROVAL), Instalment.rest(When.TO_BE_PLANNED)])],
        [Schedule.many_invoices([Instalment.rest(When.ON_APPROVAL), Instalment.rest(When.after(days=5))])],
        [
            Schedule.many_invoices(
                [Instalment.percent(50, When.on(TODAY)), Instalment.rest(When.TO_BE_PLANNED)], name="a"
            ),
            Schedule.one_invoice([Instalment.rest(When.AT_BILLING)], name="b", discount=Discount.amount(cad(5_00))),
        ],
    ]
)
DUE = st.none() | st.sampled_from(
    [
        Schedule.one_invoice([Instalment.fixed(cad(50_00), When.on(TODAY)), Instalment.rest(When.AT_BILLING)]),
        Schedule.one_invoice(
            [Instalment.rest(When.TO_BE_PLANNED), Instalment.rest(When.on(TODAY + timedelta(days=50)))]
        ),
    ]
)
METHODS = st.sampled_from(["card", "cheque", "cash"])


class Clerk:
    """Draws commands that make sense more often than not, from what is in the books."""

    def __init__(self, draw: Callable[..., Any], known: Known) -> None:
        self.draw, self.known = draw, known

    def one(self, records: Sequence[Any]) -> Any:
        """The id of one of these records."""
        return self.draw(st.sampled_from(records)).id

    def day(self, low: int = -10, high: int = 40) -> date:
        """A day, not far from today."""
        return self.known.today + timedelta(days=self.draw(st.integers(low, high)))

    def invoice(self, *states: str) -> Any:
        """An invoice in one of the states, seven times in eight."""
        fitting = [each for each in self.known.invoices if each.state in states]
        usual = fitting if fitting and self.draw(st.integers(0, 7)) else self.known.invoices
        return self.draw(st.sampled_from(usual))

    def quote(self, *states: str) -> Any:
        """A quote in one of the states, seven times in eight."""
        fitting = [each for each in self.known.quotes if each.state in states]
        usual = fitting if fitting and self.draw(st.integers(0, 7)) else self.known.quotes
        return self.draw(st.sampled_from(usual))

    def amount(self, most: int) -> Money:
        """All of it, or some, or a cent too much."""
        most = max(most, 0)
        return cad(self.draw(st.just(most) | st.integers(0, most + 1) | st.integers(0, most // 5).map(lambda n: 5 * n)))

    def some(self, **choices: st.SearchStrategy[Any]) -> dict[str, Any]:
        """Some of these fields."""
        names = self.draw(st.lists(st.sampled_from(sorted(choices)), max_size=3, unique=True))
        return {name: self.draw(choices[name]) for name in names}

    def command(self, kind: type[c.Command[Any]]) -> c.Command[Any]:
        """A command of this kind."""
        return DRAWN[kind](self)


def _configure_company(clerk: Clerk) -> c.Command[Any]:
    own = clerk.known.settings
    changes = clerk.some(
        terms_days=st.integers(0, 60),
        generates_on_approval=st.booleans(),
        sends_on_approval=st.booleans(),
        rounds_cash=st.booleans(),
        split=st.sampled_from(Split),
        has_first_payment_on_approval=st.booleans(),
        invoice_numbers=st.sampled_from([own.invoice_numbers, evolve(own.invoice_numbers, prefix="G-")]),
    )
    return c.ConfigureCompany(evolve(own, **changes))


def _edit_contact(clerk: Clerk) -> c.Command[Any]:
    fields_ = clerk.some(
        name=WORDS, emails=st.sampled_from([[], ["y@example.com"]]), language=st.sampled_from([None, "en"])
    )
    return c.EditContact(clerk.one(clerk.known.contacts), **fields_)


def _approve_quote(clerk: Clerk) -> c.Command[Any]:
    quote = clerk.quote("sent")
    name = clerk.draw(st.sampled_from([*(each.name for each in quote.schedules), None]))
    return c.ApproveQuote(quote.id, schedule=name, **clerk.some(send=st.booleans(), despite_expiry=st.booleans()))


def _invoice_contact(clerk: Clerk) -> c.Command[Any]:
    job = clerk.draw(st.none() | st.sampled_from([each.id for each in clerk.known.jobs]))
    return c.InvoiceContact(
        clerk.one(clerk.known.contacts), job_id=job, lines=clerk.draw(FEW_LINES), schedule=clerk.draw(DUE)
    )


def _edit_invoice(clerk: Clerk) -> c.Command[Any]:
    changes = clerk.some(lines=FEW_LINES, schedule=DUE, note=WORDS_OR_NONE, external=KEYS)
    return c.EditInvoice(clerk.invoice("draft").id, **changes)


def _send_planned_invoice(clerk: Clerk) -> c.Command[Any]:
    due = [each for each in clerk.known.invoices if each.leaves_on is not None and each.leaves_on <= clerk.known.today]
    return c.SendPlannedInvoice(clerk.one(due or clerk.known.invoices))


def _plan_instalment(clerk: Clerk) -> c.Command[Any]:
    place, day = clerk.draw(st.integers(1, 3)), clerk.draw(st.none() | st.just(clerk.day()))
    return c.PlanInstalment(clerk.invoice("draft", "issued").id, instalment=place, due_on=day)


def _record_payment(clerk: Clerk) -> c.Command[Any]:
    invoice = clerk.invoice("issued", "draft")
    more = clerk.some(
        instalment=st.integers(1, 2),
        allow_overpayment=st.booleans(),
        received_on=st.just(clerk.day(-30, 0)),
        reference=WORDS,
    )
    return c.RecordPayment(invoice.id, clerk.amount(invoice.balance.minor), method=clerk.draw(METHODS), **more)


def _void_payment(clerk: Clerk) -> c.Command[Any]:
    paid = [each for each in clerk.known.invoices if each.payments]
    invoice = clerk.draw(st.sampled_from(paid or clerk.known.invoices))
    payments = [each.id for each in invoice.payments] or [PaymentId("pay_unknown")]
    return c.VoidPayment(invoice.id, payment_id=clerk.draw(st.sampled_from(payments)))


def _refund_payment(clerk: Clerk) -> c.Command[Any]:
    paid = [each for each in clerk.known.invoices if each.paid]
    invoice = clerk.draw(st.sampled_from(paid or clerk.known.invoices))
    most = -invoice.balance.minor if invoice.to_refund and clerk.draw(st.booleans()) else invoice.paid.minor
    return c.RefundPayment(invoice.id, clerk.amount(most), method=clerk.draw(METHODS))


def _attach_invoice(clerk: Clerk) -> c.Command[Any]:
    order = clerk.draw(st.sampled_from(clerk.known.orders))
    own = [each for each in clerk.known.invoices if each.job_id == order.job_id]
    usual = own if own and clerk.draw(st.integers(0, 3)) else clerk.known.invoices
    return c.AttachInvoice(order.id, invoice_id=clerk.one(usual))


def _detach_invoice(clerk: Clerk) -> c.Command[Any]:
    holding = [each for each in clerk.known.orders if each.invoice_ids]
    order = clerk.draw(st.sampled_from(holding or clerk.known.orders))
    ids = order.invoice_ids or [each.id for each in clerk.known.invoices]
    return c.DetachInvoice(order.id, invoice_id=clerk.draw(st.sampled_from(ids)))


DRAWN: Mapping[type[c.Command[Any]], Callable[[Clerk], c.Command[Any]]] = {
    c.ConfigureCompany: _configure_company,
    c.HoldNumbers: lambda _: c.HoldNumbers(),
    c.ResumeNumbers: lambda clerk: c.ResumeNumbers(
        last=clerk.draw(st.lists(st.sampled_from(["F2026-00042", "J-00100", "no number"])))
    ),
    c.AddContact: lambda clerk: c.AddContact(
        clerk.draw(WORDS), **clerk.some(emails=st.just(["x@example.com"]), phones=st.just(["1"]), external=KEYS)
    ),
    c.EditContact: _edit_contact,
    c.OpenJob: lambda clerk: c.OpenJob(
        clerk.one(clerk.known.contacts), **clerk.some(title=WORDS, source=WORDS, external=KEYS)
    ),
    c.EditJob: lambda clerk: c.EditJob(
        clerk.one(clerk.known.jobs), **clerk.some(title=WORDS, source=WORDS, status=WORDS, external=KEYS)
    ),
    c.DraftQuote: lambda clerk: c.DraftQuote(
        clerk.one(clerk.known.jobs), lines=clerk.draw(FEW_LINES), schedules=clerk.draw(OFFERED)
    ),
    c.EditQuote: lambda clerk: c.EditQuote(
        clerk.quote("draft").id, **clerk.some(lines=FEW_LINES, schedules=OFFERED, external=KEYS)
    ),
    c.SendQuote: lambda clerk: c.SendQuote(clerk.quote("draft", "sent").id),
    c.ApproveQuote: _approve_quote,
    c.DeclineQuote: lambda clerk: c.DeclineQuote(clerk.quote("sent").id, reason=clerk.draw(WORDS_OR_NONE)),
    c.ExtendQuote: lambda clerk: c.ExtendQuote(clerk.quote("sent").id, valid_until=clerk.day(-2)),
    c.GenerateInvoices: lambda clerk: c.GenerateInvoices(clerk.quote("approved").id),
    c.DraftInvoice: lambda clerk: c.DraftInvoice(
        clerk.one(clerk.known.jobs), lines=clerk.draw(FEW_LINES), schedule=clerk.draw(DUE)
    ),
    c.InvoiceContact: _invoice_contact,
    c.EditInvoice: _edit_invoice,
    c.PlanInvoice: lambda clerk: c.PlanInvoice(clerk.invoice("draft").id, send_on=clerk.day(-2)),
    c.HoldInvoice: lambda clerk: c.HoldInvoice(clerk.invoice("draft").id),
    c.IssueInvoice: lambda clerk: c.IssueInvoice(clerk.invoice("draft").id),
    c.SendInvoice: lambda clerk: c.SendInvoice(clerk.invoice("draft", "issued").id),
    c.SendPlannedInvoice: _send_planned_invoice,
    c.DiscardDraft: lambda clerk: c.DiscardDraft(clerk.invoice("draft").id),
    c.AdjustInvoice: lambda clerk: c.AdjustInvoice(
        clerk.invoice("issued").id, lines=clerk.draw(FEW_LINES.filter(bool))
    ),
    c.VoidInvoice: lambda clerk: c.VoidInvoice(clerk.invoice("issued").id),
    c.MoveInvoice: lambda clerk: c.MoveInvoice(clerk.invoice("draft", "issued").id, job_id=clerk.one(clerk.known.jobs)),
    c.PlanInstalment: _plan_instalment,
    c.RecordPayment: _record_payment,
    c.VoidPayment: _void_payment,
    c.RefundPayment: _refund_payment,
    c.PlanWorkOrder: lambda clerk: c.PlanWorkOrder(
        clerk.one(clerk.known.jobs), title=clerk.draw(WORDS), on=clerk.draw(st.none() | st.just(clerk.day()))
    ),
    c.CompleteWorkOrder: lambda clerk: c.CompleteWorkOrder(clerk.one(clerk.known.orders)),
    c.CancelWorkOrder: lambda clerk: c.CancelWorkOrder(clerk.one(clerk.known.orders)),
    c.AttachInvoice: _attach_invoice,
    c.DetachInvoice: _detach_invoice,
    c.AddInvoice: lambda clerk: c.AddInvoice(
        clerk.one(clerk.known.orders), new=clerk.draw(st.booleans()), lines=clerk.draw(FEW_LINES)
    ),
}
"""How a command of each kind is drawn."""

KINDS: tuple[type[c.Command[Any]], ...] = tuple(
    kind for kind in HANDLERS if kind not in (c.HoldNumbers, c.ResumeNumbers)
)
"""What is done in an office from day to day."""

MONEY_KINDS = (
    c.RecordPayment,
    c.VoidPayment,
    c.RefundPayment,
    c.AdjustInvoice,
    c.SendInvoice,
    c.IssueInvoice,
    c.VoidInvoice,
)


def a_command(draw: Callable[..., Any], app: Plannit, kinds: Sequence[type[c.Command[Any]]] = KINDS) -> c.Command[Any]:
    """A command of one of `kinds`, about what is in the books now."""
    return Clerk(draw, Known(app)).command(draw(st.sampled_from(kinds)))
