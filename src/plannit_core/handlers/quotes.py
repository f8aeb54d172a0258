"""Quotes: draft, send, approve, and the invoices that follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve

from .. import commands as c
from ..commands.base import UNSET
from ..decisions import Context, Decision, saved
from ..events import (
    Event,
    QuoteApproved,
    QuoteDeclined,
    QuoteDrafted,
    QuoteEdited,
    QuoteExtended,
    QuoteSent,
    QuoteUndeliverable,
)
from ..lifecycle import QUOTE, InvoiceState, QuoteAction, QuoteState
from ..model.changed import changed
from ..model.invoice import Invoice
from ..model.quote import Approval, Quote
from ..policies import guards
from ..policies.approval import PlannedInvoice
from ..ports import Reader
from ..values.ids import QuoteId
from ..values.recurrence import later
from ..values.schedule import Instalment, Schedule, When
from .documents import (
    check_external,
    check_not_past,
    check_schedule,
    drafting,
    edited_by,
    generated,
    issued,
    own_lines,
    refuse,
    sent,
)
from .numbers import Numbers

TO_BE_PLANNED = Schedule.one_invoice([Instalment.rest(When.TO_BE_PLANNED)])


def draft_quote(cmd: c.DraftQuote, read: Reader, ctx: Context) -> Decision[Quote]:
    """A new quote in a job folder."""
    job = read.jobs.get(cmd.job_id)
    check_external(read.quotes, cmd.external)
    quote = Quote(
        ctx.new_id(QuoteId),
        1,
        job.id,
        job.contact_id,
        ctx.settings.currency,
        own_lines(cmd.lines, ctx),
        _offered(cmd.schedules, ctx),
        external=cmd.external,
    )
    quote = _in_order(quote)
    return Decision(quote, writes=(quote,), events=(QuoteDrafted(quote.id, quote.job_id),))


def edit_quote(cmd: c.EditQuote, read: Reader, ctx: Context) -> Decision[Quote]:
    """A draft quote with what was given changed."""
    quote = read.quotes.get(cmd.quote_id)
    refuse(QUOTE.objections(quote.state, QuoteAction.EDIT))
    if cmd.external is not UNSET:
        check_external(read.quotes, cmd.external, quote)
    edited = edited_by(quote, cmd, "external")
    if cmd.lines is not UNSET:
        edited = changed(edited, lines=own_lines(cmd.lines, ctx))
    if cmd.schedules is not UNSET:
        edited = changed(edited, schedules=_offered(cmd.schedules, ctx))
    edited = _in_order(edited)
    if edited == quote:
        return Decision(quote)
    edited = saved(edited)
    return Decision(edited, writes=(edited,), events=(QuoteEdited(edited.id, edited.job_id),))


def _in_order(quote: Quote) -> Quote:
    """`quote` with the discount of its only schedule, when every schedule comes to what can be held.

    Raises:
        InvalidInput: `money.too-large` when what it comes to cannot be held.
    """
    plain = guards.with_schedule(quote, None)
    offers = [guards.with_schedule(plain, schedule) for schedule in quote.schedules]
    for offered in (plain, *(each for each in offers if each is not plain)):
        _ = offered.total, offered.profit
    return offers[0] if len(offers) == 1 else plain


def _offered(schedules: tuple[Schedule, ...], ctx: Context) -> tuple[Schedule, ...]:
    offered = schedules or ctx.settings.default_schedules or (TO_BE_PLANNED,)
    for schedule in offered:
        check_schedule(schedule, ctx)
    return offered


def send_quote(cmd: c.SendQuote, read: Reader, ctx: Context) -> Decision[Quote]:
    """A quote sent; the first time with its number and its last day."""
    quote = read.quotes.get(cmd.quote_id)
    refuse(guards.objections_to_sending_quote(quote))
    numbers = Numbers(read, ctx)
    first: dict[str, Any] = {}
    if quote.number is None:
        first = {
            "state": QuoteState.SENT,
            "number": numbers.quote(ctx.today),
            "sent_at": ctx.now,
            "sent_on": ctx.today,
            "valid_until": later(ctx.today, days=ctx.settings.quote_validity_days),
        }
    quote = saved(quote, **first)
    assert quote.valid_until is not None  # it was sent
    events: tuple[Event, ...] = (QuoteSent(quote.id, quote.job_id, quote.total, quote.valid_until),)
    if not read.contacts.get(quote.contact_id).can_be_sent_to:
        events = (QuoteUndeliverable(quote.id, quote.job_id),)
    return Decision(quote, writes=(quote, *numbers.writes), events=events)


def approve_quote(cmd: c.ApproveQuote, read: Reader, ctx: Context) -> Decision[c.QuoteApproval]:
    """A quote approved, with the invoices its schedule calls for; what is due at once is issued and sent with it."""
    quote = read.quotes.get(cmd.quote_id)
    refuse(
        guards.objections_to_approving(
            quote,
            ctx.actor,
            ctx.today,
            schedule=cmd.schedule,
            on_behalf_of=cmd.on_behalf_of,
            despite_expiry=cmd.despite_expiry,
        )
    )
    schedule = quote.schedule_named(cmd.schedule)
    assert schedule is not None  # the guard saw it
    approval = Approval(ctx.now, ctx.today, ctx.actor, quote.contact_id, _in_force(schedule, ctx), ctx.settings.split)
    approved = saved(guards.with_schedule(quote, schedule), state=QuoteState.APPROVED, approval=approval)
    numbers = Numbers(read, ctx)
    sends = cmd.send and ctx.settings.sends_on_approval
    missing = _missing(approved, read, ctx) if ctx.settings.generates_on_approval else ()
    invoices, events = _made(approved, missing, sends, numbers, read, ctx)
    happened = QuoteApproved(quote.id, quote.job_id, quote.contact_id, approved.total)
    return Decision(
        c.QuoteApproval(approved, invoices),
        writes=(approved, *invoices, *numbers.writes),
        events=(happened, *events),
    )


def _in_force(schedule: Schedule, ctx: Context) -> Schedule:
    """The schedule chosen; with the company's setting its first instalment is due on approval."""
    if not ctx.settings.has_first_payment_on_approval:
        return schedule
    first, *others = schedule.instalments
    return evolve(schedule, instalments=(evolve(first, when=When.ON_APPROVAL), *others))


def generate_invoices(cmd: c.GenerateInvoices, read: Reader, ctx: Context) -> Decision[tuple[Invoice, ...]]:
    """The invoices of an approved quote that are missing."""
    quote = read.quotes.get(cmd.quote_id)
    refuse(guards.objections_to_generating(quote))
    numbers = Numbers(read, ctx)
    invoices, events = _made(quote, _missing(quote, read, ctx), False, numbers, read, ctx)
    return Decision(invoices, writes=invoices, events=events)


def _missing(quote: Quote, read: Reader, ctx: Context) -> Sequence[PlannedInvoice]:
    """What the approval calls for and no live invoice covers."""
    assert quote.approval is not None  # it is approved
    rows = read.invoices.rows("quote_id", quote.id)
    covered = {row["part"] for row in rows if row["state"] != InvoiceState.VOIDED}
    planned = ctx.policies.invoices_on_approval(quote, quote.approval)
    return [part for part in planned if part.part not in covered]


def _made(
    quote: Quote,
    parts: Sequence[PlannedInvoice],
    sends: bool,
    numbers: Numbers,
    read: Reader,
    ctx: Context,
) -> tuple[tuple[Invoice, ...], tuple[Event, ...]]:
    """The invoices of `parts`, ready to store; with `sends` those due by today are issued and sent."""
    contact = read.contacts.get(quote.contact_id)
    invoices: list[Invoice] = []
    events: list[Event] = []
    for part in parts:
        invoice = generated(quote, part, ctx)
        events.append(drafting(invoice))
        if sends and part.send_on is not None and part.send_on <= ctx.today:
            refuse(guards.objections_to_issuing(invoice))
            invoice, issuing = issued(invoice, part.send_on, numbers, ctx)
            invoice, sending = sent(invoice, contact, ctx)
            events += [*issuing, *sending]
        invoices.append(invoice)
    return tuple(invoices), tuple(events)


def decline_quote(cmd: c.DeclineQuote, read: Reader, ctx: Context) -> Decision[Quote]:
    """A quote declined, for good."""
    quote = read.quotes.get(cmd.quote_id)
    refuse(guards.objections_to_declining(quote, ctx.actor))
    declined = saved(quote, state=QuoteState.DECLINED, decline_reason=cmd.reason)
    return Decision(declined, writes=(declined,), events=(QuoteDeclined(quote.id, quote.job_id),))


def extend_quote(cmd: c.ExtendQuote, read: Reader, ctx: Context) -> Decision[Quote]:
    """A sent quote with another last day."""
    quote = read.quotes.get(cmd.quote_id)
    refuse(QUOTE.objections(quote.state, QuoteAction.EXTEND))
    check_not_past(cmd.valid_until, ctx.today, "valid_until")
    if cmd.valid_until == quote.valid_until:
        return Decision(quote)
    extended = saved(quote, valid_until=cmd.valid_until)
    event = QuoteExtended(quote.id, quote.job_id, cmd.valid_until)
    return Decision(extended, writes=(extended,), events=(event,))
