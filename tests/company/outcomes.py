"""What each command has to come to: when it may be done at all, and what has to be true of what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from plannit_core import commands as c
from plannit_core import events as e
from plannit_core.lifecycle import InvoiceState, QuoteState
from plannit_core.values.actors import ActorKind
from plannit_core.values.recurrence import later
from support import cents_of

from . import naive

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

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


def is_live(invoice: Invoice) -> bool:
    return invoice.state is not InvoiceState.VOIDED


# ------------------------------------------------------------------------------------------------ when it may be done


def _may_approve(step: Step) -> bool:
    """30: only a sent quote, by its own client or for them, until its last day unless a user overrides it."""
    cmd, quote = step.command, step.before[step.command.quote_id]
    is_client = step.actor.kind is ActorKind.CLIENT
    is_late = quote.valid_until is not None and step.then.today > quote.valid_until
    names = [each.name for each in quote.schedules]
    return (
        quote.state is QuoteState.SENT
        and (not is_client or step.actor.id == quote.contact_id)
        and cmd.on_behalf_of in (None, quote.contact_id)
        and (not is_late or (cmd.despite_expiry and not is_client))
        and (cmd.schedule in names if cmd.schedule is not None else len(names) == 1)
    )


def _may_decline(step: Step) -> bool:
    quote = step.before[step.command.quote_id]
    is_other = step.actor.kind is ActorKind.CLIENT and step.actor.id != quote.contact_id
    return quote.state is QuoteState.SENT and not is_other


def _may_edit(step: Step) -> bool:
    invoice = step.before[step.command.invoice_id]
    content = step.command.lines is not c.UNSET or step.command.schedule is not c.UNSET
    return invoice.state is InvoiceState.DRAFT and not (invoice.is_generated and content)


def _may_void(step: Step) -> bool:
    """37: numbered, and nothing received that was not given back."""
    invoice = step.before[step.command.invoice_id]
    return invoice.state is InvoiceState.ISSUED and naive.paid(invoice) == 0


def _may_move(step: Step) -> bool:
    invoice, job = step.before[step.command.invoice_id], step.before[step.command.job_id]
    return is_live(invoice) and not invoice.is_generated and job.contact_id == invoice.contact_id


def _may_attach(step: Step) -> bool:
    order, invoice = step.before[step.command.work_order_id], step.before[step.command.invoice_id]
    fits = order.state != "cancelled" and invoice.job_id == order.job_id and is_live(invoice)
    return invoice.id in order.invoice_ids or fits


def _may_add(step: Step) -> bool:
    """Decisions 39 and 43: made when there is none or a new one is wanted, found when exactly one is on the order."""
    order = step.before[step.command.work_order_id]
    live = {each.id: each for each in step.were("invoice", job_id=order.job_id) if is_live(each)}
    if order.state == "cancelled":
        return False
    if step.command.new or not live:
        return True
    attached = [live[id] for id in order.invoice_ids if id in live]
    own = tuple(each if each.tax is not None else _with(each, step.then.settings) for each in step.command.lines)
    return len(attached) == 1 and (not own or own == attached[0].lines)


def _with(line: Any, settings: CompanySettings) -> Any:
    return type(line)(line.text, line.quantity, line.price, tax=settings.tax_group, cost=line.cost)


def _in(kind: str, *states: str) -> Callable[[Step], bool]:
    return lambda step: step.before[getattr(step.command, f"{kind}_id")].state in states


MAY: Mapping[type[Any], Callable[[Step], bool]] = {
    c.EditQuote: _in("quote", "draft"),
    c.DeclineQuote: _may_decline,
    c.ExtendQuote: lambda step: _in("quote", "sent")(step) and step.command.valid_until >= step.then.today,
    c.GenerateInvoices: _in("quote", "approved"),
    c.EditInvoice: _may_edit,
    c.PlanInvoice: lambda step: _in("invoice", "draft")(step) and step.command.send_on >= step.then.today,
    c.HoldInvoice: _in("invoice", "draft"),
    c.DiscardDraft: _in("invoice", "draft"),
    c.VoidInvoice: _may_void,
    c.MoveInvoice: _may_move,
    c.CompleteWorkOrder: _in("work_order", "planned"),
    c.CancelWorkOrder: _in("work_order", "planned"),
    c.AttachInvoice: _may_attach,
    c.DetachInvoice: lambda step: True,
    c.AddInvoice: _may_add,
    c.PlanWorkOrder: lambda step: True,
}
"""Exactly when a command is done; another host's key standing in the way (`external.taken`) apart."""

ONLY_IF: Mapping[type[Any], Callable[[Step], bool]] = {
    c.ApproveQuote: _may_approve,
    c.SendQuote: lambda step: _in("quote", "draft", "sent")(step) and step.before[step.command.quote_id].lines != (),
    c.IssueInvoice: _in("invoice", "draft"),
    c.SendInvoice: _in("invoice", "draft", "issued"),
    c.SendPlannedInvoice: _in("invoice", "draft", "issued"),
    c.AdjustInvoice: _in("invoice", "issued"),
    c.PlanInstalment: _in("invoice", "draft", "issued"),
    c.RecordPayment: _in("invoice", "draft", "issued"),
    c.VoidPayment: _in("invoice", "issued"),
    c.RefundPayment: _in("invoice", "issued"),
}
"""What a command that is done needs; more may speak against it."""

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
    shares = [each.share for each in chosen.instalments]
    assert [each.share for each in approval.schedule.instalments] == shares
    found = {each.tax: -cents_of(each) for each in quote.discount_lines}
    assert found == naive.discount_of(chosen, quote.lines)
    parts = step.parts[quote.id]
    assert len(parts) == (len(shares) if chosen.has_many_invoices else 1)
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
    """45, 46: the amount goes to open parts; only what was allowed to be too much stays beyond them."""
    before, after, cmd = step.before[step.command.invoice_id], step.found.result, step.command
    assert after.payments[:-1] == before.payments
    payment = after.payments[-1]
    assert (payment.amount, payment.method, payment.voided_on) == (cmd.amount, cmd.method, None)
    assert payment.paid_on == (cmd.received_on or step.then.today)
    opens = [each.open.minor for each in before.instalments]
    left = [each.open.minor for each in after.instalments]
    if not cmd.allow_overpayment:
        assert all(now >= min(was, 0) for was, now in zip(opens, left, strict=True))
    if cmd.instalment is not None and opens[cmd.instalment - 1] > 0:
        moved = min(opens[cmd.instalment - 1], cmd.amount.minor + payment.rounding.minor)
        assert opens[cmd.instalment - 1] - left[cmd.instalment - 1] >= moved, "the aimed instalment comes first"
    if payment.rounding:
        assert step.then.settings.rounds_cash
        assert (after.balance.minor, after.taxes) == (0, before.taxes)


def _refunded(step: Step) -> None:
    """44, decision 57: never more than was received."""
    before, after = step.before[step.command.invoice_id], step.found.result
    assert 0 < step.command.amount.minor <= naive.paid(before)
    assert naive.paid(after) == naive.paid(before) - step.command.amount.minor


def _adjusted(step: Step) -> None:
    """19: paid instalments are never touched; what was sent stays as it was."""
    before, after = step.before[step.command.invoice_id], step.found.result
    assert after.lines == before.lines
    assert len(after.adjustments) == len(before.adjustments) + 1
    assert after.total.minor >= 0
    for was, now in zip(before.instalments, after.instalments, strict=False):
        assert now.paid == was.paid
        assert now.amount == was.amount or was.open


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
    kind, is_done = type(step.command), step.found.error is None
    if kind in MAY and step.found.codes != ["external.taken"]:
        assert is_done is MAY[kind](step), f"{kind.__name__}: {step.found.error}"
    if is_done:
        assert ONLY_IF.get(kind, lambda _: True)(step)
        for look in AFTER.get(kind, ()):
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
