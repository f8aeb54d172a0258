"""What handlers share about documents: plain functions that take and give records, and decide nothing by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from attrs import evolve

from .. import commands as c
from ..commands.base import UNSET
from ..decisions import Context
from ..errors import InvalidInput, Reason, Refused, reason
from ..events import Event, InvoiceDrafted, InvoiceIssued, InvoicePaid, InvoiceSent, InvoiceUndeliverable
from ..lifecycle import InvoiceState
from ..model.changed import changed
from ..model.contact import Contact
from ..model.instalments import InvoiceInstalment, planned
from ..model.invoice import Invoice
from ..model.job import Job
from ..model.quote import Quote
from ..policies.approval import AT_BILLING, PlannedInvoice
from ..ports import RecordT, Repository
from ..values.ids import InvoiceId
from ..values.lines import Line, check_currency, totals, with_group
from ..values.mapping import Keys
from ..values.money import Money
from ..values.recurrence import later
from ..values.schedule import Schedule, WhenKind
from .numbers import Numbers

WHOLE = Schedule.one_invoice([AT_BILLING])


def own_lines(lines: Sequence[Line], ctx: Context) -> tuple[Line, ...]:
    """`lines` in the company's currency, with its tax group where a line names none.

    Raises:
        InvalidInput: `money.currencies`.
    """
    for index, line in enumerate(lines):
        check_currency(line.price.currency, ctx.settings.currency, f"lines[{index}].price")
    return with_group(lines, ctx.settings.tax_group)


def check_schedule(schedule: Schedule, ctx: Context) -> None:
    """Nothing when every amount of `schedule` is in the company's currency.

    Raises:
        InvalidInput: `money.currencies`.
    """
    check_currency(schedule.currency or ctx.settings.currency, ctx.settings.currency, "schedule")


def check_external(records: Repository[RecordT], keys: Keys, own: RecordT | None = None) -> None:
    """Nothing when no other record stands under one of `keys`.

    Raises:
        Refused: `external.taken`.
    """
    for source, key in keys.items():
        found = records.with_external(source, key)
        if found is not None and (own is None or found.id != own.id):
            raise Refused([reason("external.taken", source=source, id=found.id)])


def check_not_past(day: date, today: date, path: str) -> None:
    """Nothing when `day` is today or later. Raises `InvalidInput`, `day.in-the-past`."""
    if day < today:
        raise InvalidInput("day.in-the-past", path=path, day=day, today=today)


def check_not_future(day: date, today: date, path: str) -> None:
    """Nothing when `day` is today or earlier. Raises `InvalidInput`, `day.in-the-future`."""
    if day > today:
        raise InvalidInput("day.in-the-future", path=path, day=day, today=today)


def drafted(job: Job, lines: Sequence[Line], schedule: Schedule | None, external: Keys, ctx: Context) -> Invoice:
    """A new draft of its own in `job`."""
    known = own_lines(lines, ctx)
    result = totals(known, ctx.settings.currency)
    return Invoice(
        ctx.new_id(InvoiceId),
        1,
        job.id,
        job.contact_id,
        ctx.settings.currency,
        known,
        result.taxes,
        due_dates(schedule, result.total, ctx),
        external=external,
    )


def due_dates(schedule: Schedule | None, total: Money, ctx: Context) -> tuple[InvoiceInstalment, ...]:
    """The instalments of a draft of its own; all at billing when no schedule is given."""
    known = schedule or WHOLE
    check_schedule(known, ctx)
    return planned(known, total, [each.when.fixed_on for each in known.instalments])


def generated(quote: Quote, part: PlannedInvoice, ctx: Context) -> Invoice:
    """The draft that a quote's approval calls for; its day is kept only when it lies ahead."""
    lies_ahead = part.send_on is not None and part.send_on > ctx.today
    return Invoice(
        ctx.new_id(InvoiceId),
        1,
        quote.job_id,
        quote.contact_id,
        quote.currency,
        part.lines,
        part.taxes,
        part.instalments,
        quote_id=quote.id,
        part=part.part,
        send_on=part.send_on if lies_ahead else None,
    )


def drafting(invoice: Invoice) -> InvoiceDrafted:
    """The event that `invoice` was drafted."""
    return InvoiceDrafted(invoice.id, invoice.job_id, invoice.total, invoice.quote_id, invoice.part)


def issued(invoice: Invoice, on: date, numbers: Numbers, ctx: Context) -> tuple[Invoice, tuple[Event, ...]]:
    """`invoice` with its number, dated `on`; as it is when it was issued before."""
    if invoice.state is not InvoiceState.DRAFT:
        return invoice, ()
    number = numbers.invoice(on)
    due_on = later(on, days=ctx.settings.terms_days)
    instalments = tuple(
        evolve(each, due_on=due_on) if each.when.kind is WhenKind.AT_BILLING else each for each in invoice.instalments
    )
    result = changed(
        invoice,
        state=InvoiceState.ISSUED,
        number=number,
        issued_on=on,
        issued_at=ctx.now,
        instalments=instalments,
    )
    events: tuple[Event, ...] = (InvoiceIssued(invoice.id, invoice.job_id, number, on, invoice.total),)
    if not result.balance:
        events += (InvoicePaid(invoice.id, invoice.job_id),)
    return result, events


def sent(invoice: Invoice, contact: Contact, ctx: Context) -> tuple[Invoice, tuple[Event, ...]]:
    """`invoice` sent to its contact, or marked undeliverable."""
    if not contact.can_be_sent_to:
        return changed(invoice, is_undeliverable=True), (InvoiceUndeliverable(invoice.id, invoice.job_id),)
    return (
        changed(invoice, sent_at=ctx.now, is_undeliverable=False),
        (InvoiceSent(invoice.id, invoice.job_id),),
    )


def edited_by(record: RecordT, cmd: c.Command[object], *names: str) -> RecordT:
    """`record` with those fields of an `Edit…` command that were given."""
    values: dict[str, Any] = {name: getattr(cmd, name) for name in names}
    return evolve(record, **{name: value for name, value in values.items() if value is not UNSET})


def refuse(reasons: Sequence[Reason]) -> None:
    """Raise `Refused` with `reasons`, if there are any."""
    if reasons:
        raise Refused(reasons)
