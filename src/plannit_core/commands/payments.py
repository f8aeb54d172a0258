"""Commands of money received and given back."""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from ..model.invoice import Invoice
from ..policies.permissions import Permission
from ..values.checks import is_a, is_count, is_day, is_flag, is_text
from ..values.ids import InvoiceId, PaymentId
from ..values.money import Money
from ..values.schedule import MAX_INSTALMENTS
from . import fields
from .base import Command


@frozen(repr=False, eq=False)
class RecordPayment(Command[Invoice]):
    """Record money received; a draft is issued first. Gives the `Invoice`.

    Two payments of one amount on one day are two payments: only a key tells a second tap from a second payment.

    In cash, with the company's `rounds_cash`, the amount is what changed hands, a multiple of 0.05; the balance rounded to 0.05
    settles the invoice and the difference is kept as a rounding.

    Attributes:
        invoice_id: The invoice.
        amount: Above zero (or 0.00 in cash, for a balance of 0.01 or 0.02).
        method: `cash`, `cheque`, `card`, or the host's own word.
        reference: A cheque's number, say; at most 200 characters.
        received_on: Today unless given; never later.
        instalment: Pay this place of the schedule first; else what falls due first.
        allow_overpayment: Keep what is above the balance; it is then to be refunded.

    Raises:
        InvalidInput: `payment.negative`, `payment.no-method`, `day.in-the-future`, `money.currencies`, `field.wrong-type`.
        NotFound: no such invoice.
        Refused: `payment.not-positive`, `payment.above-balance`, `payment.cash-not-rounded`, `instalment.unknown`,
            `invoice.voided`, `document.no-lines`, `invoice.negative`, `schedule.not-balanced`, `numbers.held`,
            `numbering.exhausted`.
    """

    needs = (Permission.INVOICES,)

    invoice_id: InvoiceId = field(validator=is_a(InvoiceId))
    amount: Money = field(converter=fields.received)
    method: str = field(kw_only=True, validator=is_text(50, empty="payment.no-method"))
    reference: str = field(default="", kw_only=True, validator=is_text(200), repr=False)
    received_on: date | None = field(default=None, kw_only=True, validator=is_day(optional=True))
    instalment: int | None = field(
        default=None, kw_only=True, validator=is_count(1, 10 * MAX_INSTALMENTS, optional=True)
    )
    allow_overpayment: bool = field(default=False, kw_only=True, validator=is_flag)


@frozen(repr=False, eq=False)
class VoidPayment(Command[Invoice]):
    """Void a payment or refund recorded in error: it stays readable and no longer counts. Gives the `Invoice`.

    Attributes:
        invoice_id: The invoice.
        payment_id: The payment on it.

    Raises:
        NotFound: no such invoice, or no such payment on it.
        Refused: `payment.voided`, `payment.refunded` when refunds would exceed what is left, `invoice.draft`,
            `invoice.voided`.
    """

    needs = (Permission.INVOICES,)

    invoice_id: InvoiceId = field(validator=is_a(InvoiceId))
    payment_id: PaymentId = field(kw_only=True, validator=is_a(PaymentId))


@frozen(repr=False, eq=False)
class RefundPayment(Command[Invoice]):
    """Record money given back. Gives the `Invoice`.

    In cash the amount to give back rounded to 0.05 settles it. What goes beyond what is owed to the client reopens the balance: so
    does a refund without an adjustment, and a second one recorded by mistake. Give it a key.

    Attributes:
        invoice_id: The invoice.
        amount: Above zero, at most what was received.
        method: `cash`, `cheque`, `card`, or the host's own word.
        refunded_on: Today unless given; never later.

    Raises:
        InvalidInput: `payment.negative`, `payment.no-method`, `day.in-the-future`, `money.currencies`, `field.wrong-type`.
        NotFound: no such invoice.
        Refused: `payment.not-positive`, `refund.above-paid`, `payment.cash-not-rounded`, `invoice.draft`,
            `invoice.voided`.
    """

    needs = (Permission.INVOICES,)

    invoice_id: InvoiceId = field(validator=is_a(InvoiceId))
    amount: Money = field(converter=fields.received)
    method: str = field(kw_only=True, validator=is_text(50, empty="payment.no-method"))
    refunded_on: date | None = field(default=None, kw_only=True, validator=is_day(optional=True))
