"""A season as a list of acts: one command each, with its day, its key, and the row it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from enum import IntEnum, auto
from itertools import chain
from typing import Any, Protocol, TypeVar

from attrs import frozen

from .. import commands as c
from ..errors import InvalidInput
from ..model.company import CompanySettings
from ..values.ids import ContactId, Id, InvoiceId, JobId, PaymentId, QuoteId, WorkOrderId
from ..values.money import Money
from .cells import Balance
from .plan import Season
from .records import (
    BY_PHONE,
    COMPANY,
    LATE,
    MAKING,
    ActionRow,
    ContactRow,
    InvoiceRow,
    PaymentRow,
    QuoteRow,
    RequestRow,
    WorkOrderRow,
)

SOURCE = "season"
T = TypeVar("T")
IdT = TypeVar("IdT", bound=Id[Any])
Ask = Callable[["Book"], c.Command[Any]]


class Stage(IntEnum):
    """What comes first on one day; the daily run is after `SETTINGS`. Within a stage the order is that of the file."""

    SETTINGS = auto()
    CONTACT = auto()
    REQUEST = auto()
    INVOICE = auto()
    QUOTE = auto()
    QUOTE_SENT = auto()
    QUOTE_EXTENDED = auto()
    ANSWER = auto()
    GENERATION = auto()
    VISIT = auto()
    VISIT_DONE = auto()
    BILLING = auto()
    SENDING = auto()
    PAYMENT = auto()
    ACTION = auto()


class Book(Protocol):
    """What earlier acts made."""

    def find(self, kind: type[IdT], key: str, /) -> IdT:
        """The id of what was made under a key of the folder: `Q-014/2` is an invoice, `Q-014` a quote, or its only invoice.

        Raises:
            InvalidInput: `season.not-made` when the act that makes it was refused.
        """
        ...

    def amount(self, act: str, invoice: InvoiceId, amount: Decimal | Balance, method: str, sign: int, /) -> Money:
        """How much an act comes to: `amount`, or (`balance`) what settles an invoice by `method`.

        `sign` is 1 for what the client pays and -1 for what is given back.
        """
        ...


@frozen
class Act:
    """One command of a season.

    Attributes:
        day: When it is done.
        stage: Its place in the day.
        key: Makes it safe to repeat.
        file: Where it was read.
        row: The line there.
        ask: The command, once what came before is known.
        makes: The key under which its result is named later; empty when nothing names it.
        client: The key of the contact who does it; `None` for the office.
    """

    day: date
    stage: Stage
    key: str
    file: str
    row: int
    ask: Ask
    makes: str = ""
    client: str | None = None


class Keyed(Protocol):
    """A row that has a key."""

    @property
    def file(self) -> str:
        """Its file."""

    @property
    def row(self) -> int:
        """Its line."""

    @property
    def key(self) -> str:
        """Its key."""


def acts(season: Season) -> tuple[Act, ...]:
    """Everything the season asks for, in the order it is done."""
    parts = chain(
        _settings(season),
        chain.from_iterable(_contact(season, row) for row in season.contacts),
        chain.from_iterable(_request(row) for row in season.requests),
        chain.from_iterable(_quote(season, row) for row in season.quotes),
        chain.from_iterable(_invoice(season, row) for row in season.invoices),
        chain.from_iterable(_work_order(season, row) for row in season.work_orders),
        chain.from_iterable(_payment(row) for row in season.payments),
        chain.from_iterable(_action(season, row) for row in season.actions),
    )
    return tuple(sorted(parts, key=lambda act: (act.day, act.stage)))


def act_key(file: str, key: str, step: str = "") -> str:
    """The key under which the act of a row is done; `step` when a row asks for several."""
    return ":".join(part for part in (SOURCE, file, key, step) if part)


def _act(
    row: Keyed,
    day: date,
    stage: Stage,
    ask: Ask,
    *,
    step: str = "",
    makes: str = "",
    client: str | None = None,
) -> Act:
    return Act(day, stage, act_key(row.file, row.key, step), row.file, row.row, ask, makes, client)


def _settings(season: Season) -> Iterator[Act]:
    for change in season.company.changes:
        yield Act(
            change.on, Stage.SETTINGS, act_key(COMPANY, f"{change.on}"), COMPANY, change.row, _always(change.settings)
        )


def _always(settings: CompanySettings) -> Ask:
    return lambda _: c.ConfigureCompany(settings)


def _contact(season: Season, row: ContactRow) -> Iterator[Act]:
    def add(_: Book) -> c.AddContact:
        return c.AddContact(
            row.name, emails=row.email, phones=row.phone, language=row.language, external={SOURCE: row.key}
        )

    yield _act(row, row.added_on or season.company.starts_on, Stage.CONTACT, add, makes=row.key)


def _request(row: RequestRow) -> Iterator[Act]:
    def open_job(book: Book) -> c.OpenJob:
        return c.OpenJob(
            book.find(ContactId, row.contact), title=row.title, source=row.source, external={SOURCE: row.key}
        )

    yield _act(row, row.day, Stage.REQUEST, open_job, makes=row.key)


def _quote(season: Season, row: QuoteRow) -> Iterator[Act]:
    def draft(book: Book) -> c.DraftQuote:
        schedules = [season.schedule(key, row.key) for key in row.schedules]
        lines = season.lines.get(row.key, ())
        return c.DraftQuote(book.find(JobId, row.request), lines=lines, schedules=schedules, external={SOURCE: row.key})

    yield _act(row, row.day, Stage.QUOTE, draft, makes=row.key)
    if row.sent_on:
        yield _act(
            row, row.sent_on, Stage.QUOTE_SENT, lambda book: c.SendQuote(book.find(QuoteId, row.key)), step="send"
        )
    if row.extended_on:
        until = _given(row.extended_to)
        yield _act(
            row,
            row.extended_on,
            Stage.QUOTE_EXTENDED,
            lambda book: c.ExtendQuote(book.find(QuoteId, row.key), valid_until=until),
            step="extend",
        )
    if row.answered_on:
        yield _answer(season, row, row.answered_on)
    if row.generated_on:
        yield _act(
            row,
            row.generated_on,
            Stage.GENERATION,
            lambda book: c.GenerateInvoices(book.find(QuoteId, row.key)),
            step="generate",
            makes=row.key,
        )


def _answer(season: Season, row: QuoteRow, day: date) -> Act:
    contact = season.owner(row.key).key
    client = None if row.answer in BY_PHONE else contact

    def decline(book: Book) -> c.DeclineQuote:
        return c.DeclineQuote(book.find(QuoteId, row.key), reason=row.reason)

    def approve(book: Book) -> c.ApproveQuote:
        return c.ApproveQuote(
            book.find(QuoteId, row.key),
            schedule=season.schedule(row.chosen, row.key).name if row.chosen else None,
            on_behalf_of=None if client else book.find(ContactId, contact),
            despite_expiry=row.answer == LATE,
        )

    if row.is_approved:
        return _act(row, day, Stage.ANSWER, approve, step="approve", makes=row.key, client=client)
    return _act(row, day, Stage.ANSWER, decline, step="decline", client=client)


def _invoice(season: Season, row: InvoiceRow) -> Iterator[Act]:
    schedule = season.schedule(row.schedule, row.key) if row.schedule else None
    lines = season.lines.get(row.key, ())
    external = {SOURCE: row.key}

    def draft(book: Book) -> c.DraftInvoice | c.InvoiceContact:
        job = book.find(JobId, row.request) if row.request else None
        if row.contact:
            contact = book.find(ContactId, row.contact)
            return c.InvoiceContact(contact, job_id=job, lines=lines, schedule=schedule, external=external)
        return c.DraftInvoice(_given(job), lines=lines, schedule=schedule, external=external)

    yield _act(row, row.day, Stage.INVOICE, draft, makes=row.key)
    if row.planned_for:
        leaves_on = row.planned_for
        yield _act(
            row,
            row.day,
            Stage.SENDING,
            lambda book: c.PlanInvoice(book.find(InvoiceId, row.key), send_on=leaves_on),
            step="plan",
        )
    if row.sent_on:
        yield _act(row, row.sent_on, Stage.SENDING, _leave(season, row.key), step="send")


def _leave(season: Season, reference: str) -> Ask:
    """Sends an invoice; only issues it, for printing, when its client has no address."""
    command = c.SendInvoice if season.owner(reference).email else c.IssueInvoice
    return lambda book: command(book.find(InvoiceId, reference))


def _work_order(season: Season, row: WorkOrderRow) -> Iterator[Act]:
    def plan(book: Book) -> c.PlanWorkOrder:
        return c.PlanWorkOrder(book.find(JobId, row.request), title=row.title, on=row.visit_on or row.day)

    def complete(book: Book) -> c.CompleteWorkOrder:
        return c.CompleteWorkOrder(book.find(WorkOrderId, row.key))

    def tap_again(book: Book) -> c.AddInvoice:
        return c.AddInvoice(book.find(WorkOrderId, row.key))

    yield _act(row, row.day, Stage.VISIT, plan, makes=row.key)
    if row.done_on is None:
        return
    yield _act(row, row.done_on, Stage.VISIT_DONE, complete, step="complete")
    if row.billing is None:
        return
    makes = row.key if row.billing in MAKING else ""
    yield _act(row, row.done_on, Stage.BILLING, _billing(season, row), step="bill", makes=makes)
    for tap in range(2, (row.taps or 1) + 1):
        yield _act(row, row.done_on, Stage.BILLING, tap_again, step=f"tap{tap}")
    if row.sent_on:
        yield _act(row, row.sent_on, Stage.SENDING, _leave(season, row.invoice or row.key), step="send")


def _billing(season: Season, row: WorkOrderRow) -> Ask:
    if row.billing in MAKING:
        lines = season.lines.get(row.key, ())
        return lambda book: c.AddInvoice(book.find(WorkOrderId, row.key), new=row.billing == "create", lines=lines)
    reference = _given(row.invoice)
    return lambda book: c.AttachInvoice(book.find(WorkOrderId, row.key), invoice_id=book.find(InvoiceId, reference))


def _payment(row: PaymentRow) -> Iterator[Act]:
    def receive(book: Book) -> c.RecordPayment:
        invoice = book.find(InvoiceId, row.invoice)
        return c.RecordPayment(
            invoice,
            book.amount(act.key, invoice, row.amount, row.method, 1),
            method=row.method,
            reference=row.reference or "",
            received_on=row.received_on or row.day,
            instalment=row.instalment,
            allow_overpayment=bool(row.overpaid),
        )

    act = _act(row, row.day, Stage.PAYMENT, receive)
    yield act


def _action(season: Season, row: ActionRow) -> Iterator[Act]:
    makes = row.target if row.action == "generate" else ""
    act = _act(row, row.day, Stage.ACTION, lambda book: _asked(season, row, act.key, book), makes=makes)
    yield act


def _asked(season: Season, row: ActionRow, key: str, book: Book) -> c.Command[Any]:
    """The command of a row of `actions.csv`."""
    match row.action:
        case "generate":
            return c.GenerateInvoices(book.find(QuoteId, row.target))
        case "cancel_visit":
            return c.CancelWorkOrder(book.find(WorkOrderId, row.target))
        case "void_payment":
            return c.VoidPayment(
                book.find(InvoiceId, season.paid_invoice(row.target)), payment_id=book.find(PaymentId, row.target)
            )
        case "send":
            return _leave(season, row.target)(book)
        case "refund":
            invoice, method = book.find(InvoiceId, row.target), _given(row.method)
            money = book.amount(key, invoice, _given(row.amount), method, -1)
            return c.RefundPayment(invoice, money, method=method, refunded_on=row.day)
        case _:
            return _on_invoice(season, row, book.find(InvoiceId, row.target), book)


def _on_invoice(season: Season, row: ActionRow, invoice: InvoiceId, book: Book) -> c.Command[Any]:
    match row.action:
        case "plan":
            return c.PlanInvoice(invoice, send_on=_given(row.planned_for))
        case "hold":
            return c.HoldInvoice(invoice)
        case "discard":
            return c.DiscardDraft(invoice)
        case "instalment":
            return c.PlanInstalment(invoice, instalment=_given(row.instalment), due_on=row.planned_for)
        case "adjust":
            return c.AdjustInvoice(invoice, lines=season.lines.get(row.key, ()), reason=row.reason)
        case "move":
            return c.MoveInvoice(invoice, job_id=book.find(JobId, _given(row.request)))
        case "void":
            return c.VoidInvoice(invoice)
        case _:
            raise InvalidInput("choice.unknown", path="action")


def _given(value: T | None) -> T:
    """A cell that must be filled. Raises `InvalidInput`: `cell.missing`."""
    if value is None:
        raise InvalidInput("cell.missing")
    return value
