"""What a test begins with: an office, a job, an issued invoice. Each goes through commands, as your application does.

What is not given is sensible: a contact that can be written to, one line of 100.00 before the company's taxes. `total` is what a
document comes to exactly, on one line without tax; for anything else give `lines`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from .. import commands as c
from ..adapters.memory import MemoryStorage
from ..app import Plannit
from ..clocks import FixedClock
from ..commands.quotes import QuoteApproval
from ..door import Door
from ..model.company import CompanySettings
from ..model.contact import Contact
from ..model.invoice import Invoice
from ..model.job import Job
from ..model.quote import Quote
from ..model.work_order import WorkOrder
from ..ports import Clock, Storage
from ..presets import quebec
from ..values.actors import Actor
from ..values.lines import Line
from ..values.money import Money
from ..values.schedule import Instalment, Schedule, When
from ..values.tax import TaxGroup
from .ids import CountingIds

Amount = Money | str
MORNING = "2026-03-02T09:00-05:00"


def an_office(
    storage: Storage | None = None,
    *,
    company: str = "erabliere",
    clock: Clock | None = None,
    settings: CompanySettings | None = None,
) -> Plannit:
    """A configured company and its user Marie: in memory, in Québec, on a Monday at nine, unless you say otherwise.

    >>> app = an_office()
    >>> str(app.today), app.settings.name
    ('2026-03-02', 'Toitures Lavoie')
    """
    app = Plannit(
        MemoryStorage() if storage is None else storage,
        company=company,
        clock=clock or FixedClock(MORNING),
        ids=CountingIds(),
        actor=Actor.user("u17", name="Marie"),
    )
    app.do(c.ConfigureCompany(settings or quebec(name="Toitures Lavoie")))
    return app


def a_contact(app: Door, name: str = "Ada Byron", *, emails: Sequence[str] = ("ada@example.com",)) -> Contact:
    """A contact that can be written to."""
    return app.do(c.AddContact(name, emails=emails))


def a_contact_without_an_address(app: Door, name: str = "Bob Tremblay") -> Contact:
    """A contact that nothing can be sent to."""
    return a_contact(app, name, emails=())


def a_job(app: Door, contact: Contact | None = None) -> Job:
    """An open job folder, with nothing in it."""
    return app.do(c.OpenJob((contact or a_contact(app)).id))


# --------------------------------------------------------------------------------------------------------------- quotes


def a_draft_quote(
    app: Door,
    job: Job | None = None,
    *,
    total: Amount | None = None,
    lines: Sequence[Line] | None = None,
    schedules: Sequence[Schedule] = (),
) -> Quote:
    """A quote that was not sent yet."""
    found = _lines(app, total, lines)
    return app.do(c.DraftQuote((job or a_job(app)).id, lines=found, schedules=schedules))


def a_sent_quote(app: Door, job: Job | None = None, **more: Any) -> Quote:
    """A quote that waits for its answer. Takes what `a_draft_quote` takes."""
    return app.do(c.SendQuote(a_draft_quote(app, job, **more).id))


def an_approved_quote(app: Door, job: Job | None = None, **more: Any) -> QuoteApproval:
    """A quote that was approved, with the invoices it came to. Takes what `a_draft_quote` takes.

    >>> approval = an_approved_quote(an_office(), total="985.92")
    >>> str(approval.quote.state), [str(invoice.total) for invoice in approval.invoices]
    ('approved', ['985.92'])
    """
    return app.do(c.ApproveQuote(a_sent_quote(app, job, **more).id))


def a_declined_quote(app: Door, job: Job | None = None, **more: Any) -> Quote:
    """A quote that was declined. Takes what `a_draft_quote` takes."""
    return app.do(c.DeclineQuote(a_sent_quote(app, job, **more).id))


# ------------------------------------------------------------------------------------------------------------- invoices


def a_draft_invoice(
    app: Door,
    job: Job | None = None,
    *,
    total: Amount | None = None,
    lines: Sequence[Line] | None = None,
    schedule: Schedule | None = None,
) -> Invoice:
    """An invoice that was not issued yet."""
    return app.do(c.DraftInvoice((job or a_job(app)).id, lines=_lines(app, total, lines), schedule=schedule))


def a_planned_invoice(app: Door, job: Job | None = None, *, send_on: date | None = None, **more: Any) -> Invoice:
    """A draft that leaves by itself, today unless another day is given. Takes what `a_draft_invoice` takes."""
    return app.do(c.PlanInvoice(a_draft_invoice(app, job, **more).id, send_on=send_on or app.today))


def an_issued_invoice(app: Door, job: Job | None = None, **more: Any) -> Invoice:
    """An invoice with a number, to be paid. Takes what `a_draft_invoice` takes.

    >>> invoice = an_issued_invoice(an_office(), total="115.00")
    >>> invoice.number, str(invoice.balance), str(invoice.payment_state)
    ('F2026-00001', '115.00', 'to_pay')
    """
    return app.do(c.IssueInvoice(a_draft_invoice(app, job, **more).id))


def an_overdue_invoice(app: Door, job: Job | None = None, **more: Any) -> Invoice:
    """An issued invoice that should have been paid yesterday. Takes what `a_draft_invoice` takes, but no `schedule`."""
    yesterday = app.today - timedelta(days=1)
    return an_issued_invoice(app, job, schedule=Schedule.one_invoice([Instalment.rest(When.on(yesterday))]), **more)


def a_partially_paid_invoice(app: Door, job: Job | None = None, *, paid: Amount | None = None, **more: Any) -> Invoice:
    """An issued invoice of which half was paid, by cheque, or as much as you say. Takes what `a_draft_invoice` takes."""
    invoice = an_issued_invoice(app, job, **more)
    amount = invoice.balance.split(2)[0] if paid is None else _money(app, paid)
    return app.do(c.RecordPayment(invoice.id, amount, method="cheque"))


def a_paid_invoice(app: Door, job: Job | None = None, **more: Any) -> Invoice:
    """An issued invoice that was paid, by cheque. Takes what `a_draft_invoice` takes."""
    invoice = an_issued_invoice(app, job, **more)
    return app.do(c.RecordPayment(invoice.id, invoice.balance, method="cheque"))


def a_voided_invoice(app: Door, job: Job | None = None, **more: Any) -> Invoice:
    """An invoice that was issued and voided. Takes what `a_draft_invoice` takes."""
    return app.do(c.VoidInvoice(an_issued_invoice(app, job, **more).id))


# --------------------------------------------------------------------------------------------------------------- visits


def a_work_order(app: Door, job: Job | None = None, *, on: date | None = None) -> WorkOrder:
    """A planned visit, with no invoice attached."""
    return app.do(c.PlanWorkOrder((job or a_job(app)).id, title="Visite", on=on))


def a_work_order_with_an_invoice(app: Door, job: Job | None = None) -> WorkOrder:
    """A planned visit with a draft of its job attached."""
    order = a_work_order(app, job)
    invoice = app.do(c.AddInvoice(order.id, new=True, lines=_lines(app, None, None)))
    return app.do(c.AttachInvoice(order.id, invoice_id=invoice.id))


def _money(app: Door, amount: Amount) -> Money:
    return amount if isinstance(amount, Money) else Money(amount, app.settings.currency)


def _lines(app: Door, total: Amount | None, lines: Sequence[Line] | None) -> Sequence[Line]:
    if lines is not None:
        return lines
    if total is not None:
        return [Line("Work", 1, _money(app, total), tax=TaxGroup.EXEMPT)]
    return [Line("Work", 1, Money(100, app.settings.currency))]
