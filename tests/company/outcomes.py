"""What each command has to come to: what has to be true of what it did."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from plannit_core import When
from plannit_core import commands as c
from plannit_core import events as e
from plannit_core.lifecycle import InvoiceState
from plannit_core.values.recurrence import later
from support import cents_of

from . import naive
from .allowed import check_verdict, is_live, is_rounded, own_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from plannit_core import Actor
    from plannit_core.decisions import Record
    from plannit_core.model.company import CompanySettings
    from plannit_core.model.invoice import Invoice
    from plannit_core.model.quote import Quote

    from .naive import Figures, Part
    from .office import Change, Found


@frozen
class Then:
    """How things stood before a command."""

    books: Mapping[str, Record]
    figures: Mapping[str, Figures]
    settings: CompanySettings
    today: date


@frozen
class Step:
    """One command: who did it, what it came to, and how things stood before and after."""

    command: Any
    actor: Actor
    found: Found
    change: Change
    then: Then
    books: Mapping[str, Record]
    figures: Mapping[str, Figures]
    parts: Mapping[str, list[Part]]

    @property
    def before(self) -> Mapping[str, Any]:
        """The records as they were."""
        return self.then.books

    def were(self, kind: str, **wanted: Any) -> list[Any]:
        """The records of a kind as they were before."""
        return [each for each in self.before.values() if each.kind == kind and _has(each, wanted)]

    def are(self, kind: str, **wanted: Any) -> list[Any]:
        """The records of a kind as they are now."""
        return [each for each in self.books.values() if each.kind == kind and _has(each, wanted)]


def _has(record: Record, wanted: Mapping[str, Any]) -> bool:
    return all(getattr(record, name) == value for name, value in wanted.items())


# -------------------------------------------------------------------------------------------------- what it has to do


def _opened(step: Step) -> None:
    """50, 51: a number at once; the contact's name where no title is given."""
    job = step.found.result
    contact = step.books[step.command.contact_id]
    assert job.title == (step.command.title or contact.name)
    assert (job.contact_id, job.opened_on, bool(job.number)) == (contact.id, step.then.today, True)


def _took_in(step: Step) -> None:
    """55: exactly one new job, or the one that was named; never a document without a job."""
    intake, cmd = step.found.result, step.command
    new = {each.id for each in step.are("job")} - {each.id for each in step.were("job")}
    assert new == ({intake.job.id} if cmd.job_id is None else set())
    assert intake.job_is_new is (cmd.job_id is None)
    assert intake.invoice.job_id == intake.job.id == (cmd.job_id or intake.job.id)
    assert cmd.job_id is not None or (intake.job.title, intake.job.source) == (
        step.books[cmd.contact_id].name,
        "application",
    )


def _approved(step: Step) -> None:
    """22, 23, 26, 31, 32: all invoices of the chosen schedule or none, and one fact that says who approved and when."""
    quote, invoices = step.found.result.quote, step.found.result.invoices
    approval, cmd, own = quote.approval, step.command, step.then.settings
    assert (approval.by, approval.approved_on, approval.on_behalf_of) == (step.actor, step.then.today, quote.contact_id)
    assert [each.subject for each in step.found.events if isinstance(each, e.QuoteApproved)] == [quote.id]
    names = {each.name: each for each in quote.schedules}
    chosen = names[cmd.schedule] if cmd.schedule is not None else quote.schedules[0]
    wanted = list(chosen.instalments)
    if own.has_first_payment_on_approval:
        wanted[0] = evolve(wanted[0], when=When.ON_APPROVAL)
    assert list(approval.schedule.instalments) == wanted
    found = {each.tax: -cents_of(each) for each in quote.discount_lines}
    assert found == naive.discount_of(chosen, quote.lines)
    parts = step.parts[quote.id]
    assert len(parts) == (len(wanted) if chosen.has_many_invoices else 1)
    assert [each.part for each in invoices] == (list(range(1, len(parts) + 1)) if own.generates_on_approval else [])
    assert sum(each.total for each in parts) == quote.total.minor or own.split == "per_invoice"
    _made(step, quote, invoices, sends=cmd.send and own.sends_on_approval)


def _generated(step: Step) -> None:
    """24, 25: what is missing and nothing else; as drafts, which have no number and leave by themselves only later."""
    quote, invoices = step.books[step.command.quote_id], step.found.result
    live = {each.part for each in step.were("invoice", quote_id=quote.id) if is_live(each)}
    wanted = [part for part in range(1, len(step.parts[quote.id]) + 1) if part not in live]
    assert [each.part for each in invoices] == wanted
    _made(step, quote, invoices, sends=False)


def _made(step: Step, quote: Quote, invoices: tuple[Invoice, ...], *, sends: bool) -> None:
    """The invoices of a quote: their shares, their days, and which of them left at once."""
    assert quote.approval is not None
    schedule = quote.approval.schedule
    days = [each.when.day(quote.approval.approved_on) for each in schedule.instalments]
    for each in invoices:
        part = step.parts[quote.id][each.part - 1]
        assert (each.quote_id, each.job_id, each.contact_id) == (quote.id, quote.job_id, quote.contact_id)
        assert tuple(cents_of(line) for line in each.lines) == part.lines
        assert tuple(tax.amount.minor for tax in each.original_taxes) == part.taxes
        amounts = [instalment.amount.minor for instalment in each.instalments]
        if schedule.has_many_invoices:
            day = days[each.part - 1]
            assert amounts == [part.total]
        else:
            day = min((day for day in days if day is not None), default=None)
            assert amounts == naive.amounts_of(schedule, part.total)
        is_due = day is not None and day <= step.then.today
        assert (each.state is InvoiceState.ISSUED) is (sends and is_due)
        assert each.send_on == (None if day is None or is_due else day)
        assert each.issued_on == (day if sends and is_due else None)


def _voided(step: Step) -> None:
    """37: it counts for nothing, and is still readable with its lines, its number and its total."""
    before, after = step.before[step.command.invoice_id], step.found.result
    assert (after.state, after.voided_on, after.balance.minor) == (InvoiceState.VOIDED, step.then.today, 0)
    assert (after.number, after.total, after.lines) == (before.number, before.total, before.lines)


def _paid(step: Step) -> None:
    """45: what falls due first is paid first, unless another is aimed at. 46: cash settles what it is nearest to."""
    before, after, cmd = step.before[step.command.invoice_id], step.found.result, step.command
    assert after.payments[:-1] == before.payments
    payment, left = after.payments[-1], naive.balance(before)
    assert (payment.amount, payment.method, payment.voided_on) == (cmd.amount, cmd.method, None)
    assert payment.paid_on == (cmd.received_on or step.then.today)
    settles = is_rounded(step) and left > 0 and cmd.amount.minor == naive.in_cash(left)
    assert payment.rounding.minor == (left - cmd.amount.minor if settles else 0)
    assert after.taxes == before.taxes
    opens = [each.amount.minor - each.paid.minor for each in before.instalments]
    days = [each.due_on for each in after.instalments]
    expected = naive.poured(opens, days, cmd.amount.minor + payment.rounding.minor, cmd.instalment)
    assert [
        now.paid.minor - was.paid.minor for was, now in zip(before.instalments, after.instalments, strict=True)
    ] == (expected)


def _payment_voided(step: Step) -> None:
    """43: as if it had not been, but that it can still be read."""
    before, after = step.before[step.command.invoice_id], step.found.result
    gone = next(each for each in before.payments if each.id == step.command.payment_id)
    assert after.payments == tuple(
        evolve(each, voided_on=step.then.today) if each is gone else each for each in before.payments
    )
    undone = {each.place: each.amount.minor for each in gone.allocations}
    for place, (was, now) in enumerate(zip(before.instalments, after.instalments, strict=True), start=1):
        assert now.paid.minor == was.paid.minor - undone.get(place, 0)


def _refunded(step: Step) -> None:
    """44, decision 57: what was paid too much goes first, then what fell due last is open again."""
    before, after = step.before[step.command.invoice_id], step.found.result
    amount, owed = step.command.amount.minor, -naive.balance(before)
    assert naive.paid(after) == naive.paid(before) - amount
    expected = 0
    if is_rounded(step) and owed > 0 and amount == naive.in_cash(owed):
        expected = amount - owed
    elif is_rounded(step) and amount == naive.paid(before):
        expected = -naive.rounding(before)
    assert after.payments[-1].rounding.minor == expected
    parts = sorted(
        (now.due_on or date.max, place, was, now)
        for place, (was, now) in enumerate(zip(before.instalments, after.instalments, strict=True))
    )
    reopened = [place for place, (*_, was, now) in enumerate(parts) if now.open.minor > max(was.open.minor, 0)]
    if reopened:
        assert all(now.open.minor >= 0 for *_, now in parts)
        assert all(min(now.paid, now.amount).minor <= 0 for *_, now in parts[reopened[0] + 1 :])


def _adjusted(step: Step) -> None:
    """19: the change is shared over what is open; what was paid and what was sent stay as they were."""
    before, after = step.before[step.command.invoice_id], step.found.result
    assert after.lines == before.lines
    assert after.adjustments[:-1] == before.adjustments
    assert list(after.adjustments[-1].lines) == own_lines(step)
    change = naive.total_on(after) - naive.total_on(before)
    opens = [each.amount.minor - each.paid.minor for each in before.instalments]
    parts = naive.rebalanced(opens, change)
    amounts = [each.amount.minor for each in before.instalments] + [0] * (len(parts) - len(opens))
    assert [each.amount.minor for each in after.instalments] == [
        was + part for was, part in zip(amounts, parts, strict=True)
    ]
    for was, now in zip(before.instalments, after.instalments, strict=False):
        assert (now.paid, now.due_on) == (was.paid, was.due_on)
    assert all(each.due_on is None for each in after.instalments[len(opens) :])


def _moved(step: Step) -> None:
    """56: what one folder loses the other gains."""
    before, after = step.before[step.command.invoice_id], step.found.result
    assert after.job_id == step.command.job_id
    assert all(after.id not in each.invoice_ids for each in step.are("work_order") if each.job_id != after.job_id)
    if before.job_id != after.job_id:
        told = [type(each).__name__ for each in step.found.events]
        assert told == ["InvoiceMovedOut", "InvoiceMovedIn"]
    jobs = before.job_id, after.job_id
    assert _together(step.figures, jobs) == _together(step.then.figures, jobs)


def _together(figures: Mapping[str, Figures], jobs: tuple[str, ...]) -> list[int]:
    """The figures of several folders, added up."""
    return [sum(parts) for parts in zip(*(figures[job].amounts for job in set(jobs)), strict=True)]


def _added(step: Step) -> None:
    """58: a job without a live invoice has one afterwards, and it is on the order."""
    order, invoice = step.books[step.command.work_order_id], step.found.result
    before = {each.id for each in step.were("invoice", job_id=order.job_id) if is_live(each)}
    after = {each.id for each in step.are("invoice", job_id=order.job_id) if is_live(each)}
    assert invoice.id in order.invoice_ids
    assert after == before | {invoice.id}
    assert (invoice.id not in before) is (step.command.new or not before)


def _attached(step: Step) -> None:
    """59, 61: no invoice comes or goes, and no figure changes."""
    assert step.are("invoice") == step.were("invoice")
    assert step.figures == step.then.figures
    order = step.books[step.command.work_order_id]
    if hasattr(step.command, "invoice_id"):
        assert (step.command.invoice_id in order.invoice_ids) is isinstance(step.command, c.AttachInvoice)


def _issued(step: Step) -> None:
    """What is due at billing is due by the company's terms."""
    before, after = step.before[step.command.invoice_id], step.found.result
    if before.state is InvoiceState.DRAFT:
        due_on = later(after.issued_on, days=step.then.settings.terms_days)
        for each in after.instalments:
            assert each.due_on == due_on or each.when.kind != "at_billing"


AFTER: Mapping[type[Any], tuple[Callable[[Step], None], ...]] = {
    c.OpenJob: (_opened,),
    c.InvoiceContact: (_took_in,),
    c.ApproveQuote: (_approved,),
    c.GenerateInvoices: (_generated,),
    c.IssueInvoice: (_issued,),
    c.SendInvoice: (_issued,),
    c.SendPlannedInvoice: (_issued,),
    c.VoidInvoice: (_voided,),
    c.RecordPayment: (_paid, _issued),
    c.VoidPayment: (_payment_voided,),
    c.RefundPayment: (_refunded,),
    c.AdjustInvoice: (_adjusted,),
    c.MoveInvoice: (_moved,),
    c.AddInvoice: (_added,),
    c.AttachInvoice: (_attached,),
    c.DetachInvoice: (_attached,),
    c.CompleteWorkOrder: (_attached,),
    c.CancelWorkOrder: (_attached,),
}


def judge(step: Step) -> None:
    """Whether it was right to do the command, or to refuse it; and whether what it did was right."""
    check_verdict(step)
    if step.found.error is None:
        for look in AFTER.get(type(step.command), ()):
            look(step)
        _check_paid_told(step)


def _check_paid_told(step: Step) -> None:
    """An invoice is told to be paid when nothing is left to pay on it and that is new."""
    expected = {
        after.id
        for before, after in step.change.records
        if after is not None
        and after.kind == "invoice"
        and after.state is InvoiceState.ISSUED
        and naive.balance(after) <= 0
        and (before is None or before.state is InvoiceState.DRAFT or naive.balance(before) > 0)
    }
    assert {each.subject for each in step.found.events if isinstance(each, e.InvoicePaid)} == expected
