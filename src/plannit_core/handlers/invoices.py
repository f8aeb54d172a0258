"""Invoices: draft, plan, issue, send, correct, void, move."""

from __future__ import annotations

from attrs import evolve

from .. import commands as c
from ..commands.base import UNSET
from ..decisions import Context, Decision, saved
from ..events import (
    DraftDiscarded,
    Event,
    InstalmentPlanned,
    InvoiceAdjusted,
    InvoiceEdited,
    InvoiceHeld,
    InvoiceMovedIn,
    InvoiceMovedOut,
    InvoicePaid,
    InvoicePlanned,
    InvoiceVoided,
    JobOpened,
)
from ..lifecycle import INVOICE, InvoiceAction, InvoiceState
from ..model.changed import changed
from ..model.instalments import rebalanced, recomputed
from ..model.invoice import Adjustment, Invoice, adjusted_taxes
from ..model.job import Job
from ..model.work_order import WorkOrder
from ..policies import guards
from ..ports import Reader
from ..values.lines import totals
from ..values.mapping import Keys
from ..values.money import Money
from ..values.schedule import When
from .documents import (
    check_external,
    check_not_past,
    drafted,
    drafting,
    due_dates,
    edited_by,
    issued,
    own_lines,
    refuse,
    sent,
)
from .folders import opened
from .numbers import Numbers


def draft_invoice(cmd: c.DraftInvoice, read: Reader, ctx: Context) -> Decision[Invoice]:
    """A new invoice of its own in a job folder."""
    job = read.jobs.get(cmd.job_id)
    check_external(read.invoices, cmd.external)
    invoice = drafted(job, cmd.lines, cmd.schedule, cmd.external, ctx)
    return Decision(invoice, writes=(invoice,), events=(drafting(invoice),))


def invoice_contact(cmd: c.InvoiceContact, read: Reader, ctx: Context) -> Decision[c.Intake]:
    """A draft for a contact, in the job that was named or in a new one that opens by itself."""
    contact = read.contacts.get(cmd.contact_id)
    check_external(read.invoices, cmd.external)
    named = read.jobs.get(cmd.job_id) if cmd.job_id is not None else None
    job = ctx.policies.job_for_invoice(contact, named)
    numbers = Numbers(read, ctx)
    opening: tuple[Job, ...] = ()
    events: tuple[Event, ...] = ()
    if job is None:
        job = opened(contact, None, None, Keys(), numbers, ctx)
        opening, events = (job,), (JobOpened(job.id, contact.id),)
    invoice = drafted(job, cmd.lines, cmd.schedule, cmd.external, ctx)
    return Decision(
        c.Intake(job, invoice, bool(opening)),
        writes=(*opening, invoice, *numbers.writes),
        events=(*events, drafting(invoice)),
    )


def edit_invoice(cmd: c.EditInvoice, read: Reader, ctx: Context) -> Decision[Invoice]:
    """A draft with what was given changed; days already set on its instalments stay unless a schedule is given."""
    invoice = read.invoices.get(cmd.invoice_id)
    refuse(guards.objections_to_editing(invoice, content=cmd.lines is not UNSET or cmd.schedule is not UNSET))
    if cmd.external is not UNSET:
        check_external(read.invoices, cmd.external, invoice)
    edited = edited_by(invoice, cmd, "note", "external")
    if cmd.lines is not UNSET:
        lines = own_lines(cmd.lines, ctx)
        result = totals(lines, invoice.currency)
        instalments = recomputed(invoice.instalments, result.total)
        edited = changed(edited, lines=lines, original_taxes=result.taxes, instalments=instalments)
    if cmd.schedule is not UNSET:
        edited = changed(edited, instalments=due_dates(cmd.schedule, edited.total, ctx))
    if edited == invoice:
        return Decision(invoice)
    edited = saved(edited)
    event = InvoiceEdited(edited.id, edited.job_id, edited.total)
    return Decision(edited, writes=(edited,), events=(event,))


def plan_invoice(cmd: c.PlanInvoice, read: Reader, ctx: Context) -> Decision[Invoice]:
    """A draft that leaves on its day."""
    invoice = read.invoices.get(cmd.invoice_id)
    refuse(INVOICE.objections(invoice.state, InvoiceAction.PLAN))
    check_not_past(cmd.send_on, ctx.today, "send_on")
    if invoice.send_on == cmd.send_on:
        return Decision(invoice)
    planned = saved(invoice, send_on=cmd.send_on)
    event = InvoicePlanned(invoice.id, invoice.job_id, cmd.send_on)
    return Decision(planned, writes=(planned,), events=(event,))


def hold_invoice(cmd: c.HoldInvoice, read: Reader, ctx: Context) -> Decision[Invoice]:
    """A draft that waits for a person."""
    invoice = read.invoices.get(cmd.invoice_id)
    refuse(INVOICE.objections(invoice.state, InvoiceAction.HOLD))
    if invoice.send_on is None:
        return Decision(invoice)
    held = saved(invoice, send_on=None)
    return Decision(held, writes=(held,), events=(InvoiceHeld(invoice.id, invoice.job_id),))


def issue_invoice(cmd: c.IssueInvoice, read: Reader, ctx: Context) -> Decision[Invoice]:
    """A draft with its number, dated today."""
    invoice = read.invoices.get(cmd.invoice_id)
    refuse(guards.objections_to_issuing(invoice))
    numbers = Numbers(read, ctx)
    numbered, events = issued(saved(invoice, send_on=None), ctx.today, numbers, ctx)
    return Decision(numbered, writes=(numbered, *numbers.writes), events=events)


def send_invoice(cmd: c.SendInvoice, read: Reader, ctx: Context) -> Decision[Invoice]:
    """An invoice sent by hand; a draft is issued today first."""
    invoice = read.invoices.get(cmd.invoice_id)
    contact = read.contacts.get(invoice.contact_id)
    refuse(guards.objections_to_sending(invoice, contact))
    numbers = Numbers(read, ctx)
    if invoice.state is InvoiceState.DRAFT:
        invoice = changed(invoice, send_on=None)
    invoice, issuing = issued(saved(invoice), ctx.today, numbers, ctx)
    invoice, sending = sent(invoice, contact, ctx)
    return Decision(invoice, writes=(invoice, *numbers.writes), events=issuing + sending)


def send_planned_invoice(cmd: c.SendPlannedInvoice, read: Reader, ctx: Context) -> Decision[Invoice]:
    """A planned invoice that leaves, dated its own day."""
    invoice = read.invoices.get(cmd.invoice_id)
    refuse(guards.objections_to_leaving(invoice, ctx.today))
    assert invoice.send_on is not None  # it leaves by itself
    numbers = Numbers(read, ctx)
    invoice, issuing = issued(saved(invoice), invoice.send_on, numbers, ctx)
    invoice, sending = sent(invoice, read.contacts.get(invoice.contact_id), ctx)
    return Decision(invoice, writes=(invoice, *numbers.writes), events=issuing + sending)


def discard_draft(cmd: c.DiscardDraft, read: Reader, ctx: Context) -> Decision[None]:
    """A draft that is gone, also from the work orders it was on."""
    invoice = read.invoices.get(cmd.invoice_id)
    refuse(INVOICE.objections(invoice.state, InvoiceAction.DISCARD))
    orders = _without(invoice, read)
    event = DraftDiscarded(invoice.id, invoice.job_id)
    return Decision(None, writes=orders, removes=(invoice,), events=(event,))


def adjust_invoice(cmd: c.AdjustInvoice, read: Reader, ctx: Context) -> Decision[Invoice]:
    """An issued invoice with a dated correction; what is open is rebalanced, what was paid is not touched."""
    invoice = read.invoices.get(cmd.invoice_id)
    refuse(guards.objections_to_adjusting(invoice))
    adjustment = Adjustment(own_lines(cmd.lines, ctx), ctx.today, ctx.now, (), cmd.reason)
    change = _change(invoice, adjustment)
    instalments, allocations = rebalanced(invoice.instalments, change)
    adjustment = evolve(adjustment, allocations=allocations)
    adjusted = changed(invoice, adjustments=(*invoice.adjustments, adjustment), instalments=instalments)
    refuse(guards.objections_to_adjusting(invoice, adjusted))
    adjusted = saved(adjusted)
    events: tuple[Event, ...] = (InvoiceAdjusted(invoice.id, invoice.job_id, change, adjusted.total),)
    if invoice.balance.minor > 0 >= adjusted.balance.minor:
        events += (InvoicePaid(invoice.id, invoice.job_id),)
    return Decision(adjusted, writes=(adjusted,), events=events)


def _change(invoice: Invoice, adjustment: Adjustment) -> Money:
    """What the adjustment does to the total."""
    taxes = adjusted_taxes(invoice.original_taxes, (*invoice.adjustments, adjustment), invoice.currency)
    subtotal = sum((line.amount for line in adjustment.lines), invoice.subtotal)
    return sum((tax.amount for tax in taxes), subtotal) - invoice.total


def void_invoice(cmd: c.VoidInvoice, read: Reader, ctx: Context) -> Decision[Invoice]:
    """An issued invoice that counts for nothing any more."""
    invoice = read.invoices.get(cmd.invoice_id)
    refuse(guards.objections_to_voiding(invoice))
    voided = saved(invoice, state=InvoiceState.VOIDED, voided_on=ctx.today)
    event = InvoiceVoided(invoice.id, invoice.job_id, invoice.total)
    return Decision(voided, writes=(voided,), events=(event,))


def move_invoice(cmd: c.MoveInvoice, read: Reader, ctx: Context) -> Decision[Invoice]:
    """An invoice in another job folder of the same payer."""
    invoice = read.invoices.get(cmd.invoice_id)
    job = read.jobs.get(cmd.job_id)
    refuse(guards.objections_to_moving(invoice, job))
    if invoice.job_id == job.id:
        return Decision(invoice)
    orders = _without(invoice, read)
    moved = saved(invoice, job_id=job.id)
    events = (
        InvoiceMovedOut(invoice.id, invoice.job_id, job.id),
        InvoiceMovedIn(invoice.id, job.id, invoice.job_id),
    )
    return Decision(moved, writes=(moved, *orders), events=events)


def _without(invoice: Invoice, read: Reader) -> tuple[WorkOrder, ...]:
    """The work orders of its job that held `invoice`, without it."""
    return tuple(
        saved(order, invoice_ids=tuple(each for each in order.invoice_ids if each != invoice.id))
        for order in read.work_orders.find(job_id=invoice.job_id)
        if invoice.id in order.invoice_ids
    )


def plan_instalment(cmd: c.PlanInstalment, read: Reader, ctx: Context) -> Decision[Invoice]:
    """An invoice one of whose instalments is due on another day."""
    invoice = read.invoices.get(cmd.invoice_id)
    refuse(guards.objections_to_planning_instalment(invoice, cmd.instalment))
    when = When.TO_BE_PLANNED if cmd.due_on is None else When.on(cmd.due_on)
    instalments = list(invoice.instalments)
    instalments[cmd.instalment - 1] = evolve(instalments[cmd.instalment - 1], when=when, due_on=cmd.due_on)
    planned = changed(invoice, instalments=tuple(instalments))
    if planned == invoice:
        return Decision(invoice)
    planned = saved(planned)
    event = InstalmentPlanned(invoice.id, invoice.job_id, cmd.instalment, cmd.due_on)
    return Decision(planned, writes=(planned,), events=(event,))
