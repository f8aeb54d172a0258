# ruff: noqa: RUF009 -- `cell`, `maybe` and `several` are attrs fields
"""The files of a season's folder: one record for each kind of row, which says what its columns are.

`docs/reference/season.md` tells the same with examples.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from attrs import frozen

from .cells import (
    Balance,
    as_amount_or_balance,
    as_any_day,
    as_count,
    as_day,
    as_email,
    as_flag,
    as_key,
    as_number,
    cell,
    maybe,
    one_of,
    several,
    up_to,
)

COMPANY, SCHEDULES = "company.toml", "schedules.toml"
CONTACTS, PRICES, REQUESTS = "contacts.csv", "prices.csv", "requests.csv"
QUOTES, WORK_ORDERS, INVOICES = "quotes.csv", "work_orders.csv", "invoices.csv"
PAYMENTS, ACTIONS = "payments.csv", "actions.csv"
QUOTE_LINES, WORK_ORDER_LINES = "quote_lines.csv", "work_order_lines.csv"
INVOICE_LINES, ACTION_LINES = "invoice_lines.csv", "action_lines.csv"

LATE = "late"
BY_PHONE = ("phone", LATE)
APPROVALS = ("client", *BY_PHONE)


@frozen(kw_only=True)
class ContactRow:
    """A client. `added_on` is the first day of the season when it is empty."""

    order: ClassVar[tuple[str, ...]] = ()
    file: str
    row: int
    key: str = cell(as_key)
    name: str = cell(up_to(200))
    language: str | None = maybe(one_of("fr", "en"))
    email: tuple[str, ...] = several(as_email)
    phone: tuple[str, ...] = several(up_to(50))
    added_on: date | None = maybe(as_day)

    @property
    def day(self) -> date | None:
        """The day from which it can be used; `None` from the start."""
        return self.added_on


@frozen(kw_only=True)
class PriceRow:
    """An item of the price list, before tax."""

    order: ClassVar[tuple[str, ...]] = ()
    day: ClassVar[date | None] = None
    file: str
    row: int
    key: str = cell(as_key)
    text_fr: str = cell(up_to(5_000))
    text_en: str | None = maybe(up_to(5_000))
    price: Decimal = cell(as_number)
    cost: Decimal | None = maybe(as_number)
    tax: str | None = maybe(one_of("exempt"))


@frozen(kw_only=True)
class RequestRow:
    """What a client asked for: a job folder is opened that day."""

    order: ClassVar[tuple[str, ...]] = ()
    file: str
    row: int
    key: str = cell(as_key)
    day: date = cell(as_day)
    contact: str = cell(as_key, CONTACTS)
    title: str | None = maybe(up_to(200))
    source: str | None = maybe(up_to(50))


@frozen(kw_only=True)
class QuoteRow:
    """A quote: when it was written and sent, what the client was offered, what became of it."""

    order: ClassVar[tuple[str, ...]] = ("day", "sent_on", "extended_on", "answered_on", "generated_on")
    file: str
    row: int
    key: str = cell(as_key)
    request: str = cell(as_key, REQUESTS, INVOICES)
    day: date = cell(as_day)
    sent_on: date | None = maybe(as_day)
    schedules: tuple[str, ...] = several(as_key, SCHEDULES)
    extended_on: date | None = maybe(as_day)
    extended_to: date | None = maybe(as_any_day)
    answer: str | None = maybe(one_of(*APPROVALS, "declined"))
    answered_on: date | None = maybe(as_day)
    chosen: str | None = maybe(as_key, SCHEDULES)
    reason: str | None = maybe(up_to(2_000))
    generated_on: date | None = maybe(as_day)

    @property
    def is_approved(self) -> bool:
        """Whether the client said yes."""
        return self.answer in APPROVALS

    @property
    def schedule(self) -> str | None:
        """The schedule that was agreed; `None` when the quote offers none."""
        return self.chosen or (self.schedules[0] if self.schedules else None)


@frozen(kw_only=True)
class InvoiceRow:
    """An invoice that no quote calls for: on a job (`request`), or for a client (`contact`), which opens its own job."""

    order: ClassVar[tuple[str, ...]] = ("day", "sent_on")
    file: str
    row: int
    key: str = cell(as_key)
    day: date = cell(as_day)
    request: str | None = maybe(as_key, REQUESTS, INVOICES)
    contact: str | None = maybe(as_key, CONTACTS)
    schedule: str | None = maybe(as_key, SCHEDULES)
    planned_for: date | None = maybe(as_any_day)
    sent_on: date | None = maybe(as_day)

    @property
    def opens_job(self) -> bool:
        """Whether it comes with a job of its own."""
        return self.request is None


@frozen(kw_only=True)
class WorkOrderRow:
    """A visit, and how it is billed: `attach` an invoice of the job, `create` one more, or let one come by `itself`."""

    order: ClassVar[tuple[str, ...]] = ("day", "done_on", "sent_on")
    file: str
    row: int
    key: str = cell(as_key)
    request: str = cell(as_key, REQUESTS, INVOICES)
    day: date = cell(as_day)
    title: str = cell(up_to(200))
    visit_on: date | None = maybe(as_any_day)
    done_on: date | None = maybe(as_day)
    billing: str | None = maybe(one_of("attach", "create", "itself"))
    invoice: str | None = maybe(up_to(200))
    taps: int | None = maybe(as_count)
    sent_on: date | None = maybe(as_day)


@frozen(kw_only=True)
class PaymentRow:
    """Money received. `received_on` is the day itself when it is empty."""

    order: ClassVar[tuple[str, ...]] = ("received_on", "day")
    file: str
    row: int
    key: str = cell(as_key)
    day: date = cell(as_day)
    invoice: str = cell(up_to(200))
    amount: Decimal | Balance = cell(as_amount_or_balance)
    method: str = cell(up_to(50))
    reference: str | None = maybe(up_to(200))
    received_on: date | None = maybe(as_any_day)
    instalment: int | None = maybe(as_count)
    overpaid: bool | None = maybe(as_flag)


MAKING = ("create", "itself")
ACTION_COLUMNS: dict[str, tuple[str, ...]] = {
    "send": (),
    "plan": ("planned_for",),
    "hold": (),
    "discard": (),
    "instalment": ("instalment", "planned_for"),
    "adjust": ("reason",),
    "refund": ("amount", "method"),
    "void": (),
    "move": ("request",),
    "void_payment": (),
    "generate": (),
    "cancel_visit": (),
}


ACTION_TARGETS = {"void_payment": PAYMENTS, "generate": QUOTES, "cancel_visit": WORK_ORDERS}
"""The file whose key an action names; all others name an invoice."""


@frozen(kw_only=True)
class ActionRow:
    """Anything else the office does to an invoice, a payment, a quote or a visit.

    `ACTION_COLUMNS` says which further columns each action needs.
    """

    order: ClassVar[tuple[str, ...]] = ()
    file: str
    row: int
    key: str = cell(as_key)
    day: date = cell(as_day)
    action: str = cell(one_of(*ACTION_COLUMNS))
    target: str = cell(up_to(200))
    amount: Decimal | Balance | None = maybe(as_amount_or_balance)
    method: str | None = maybe(up_to(50))
    planned_for: date | None = maybe(as_any_day)
    instalment: int | None = maybe(as_count)
    request: str | None = maybe(as_key, REQUESTS, INVOICES)
    reason: str | None = maybe(up_to(2_000))


@frozen(kw_only=True)
class LineRow:
    """A line of a document. What `text`, `price`, `cost` and `tax` leave empty comes from the price list."""

    order: ClassVar[tuple[str, ...]] = ()
    day: ClassVar[date | None] = None
    file: str
    row: int
    document: str = cell(as_key)
    item: str | None = maybe(as_key, PRICES)
    text: str | None = maybe(up_to(5_000))
    quantity: Decimal = cell(as_number)
    price: Decimal | None = maybe(as_number)
    cost: Decimal | None = maybe(as_number)
    tax: str | None = maybe(one_of("exempt"))
