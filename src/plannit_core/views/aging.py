"""What is owed, by age, as of a day; and what was received ahead of its invoice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from attrs import field, frozen

from ..model.instalments import netted
from ..model.invoice import Invoice
from ..ports import Reader
from ..values.ids import ContactId, InvoiceId, JobId
from ..values.money import Money, zero


class Bucket(StrEnum):
    """How long past its day an amount is."""

    NOT_DUE = "not_due"
    DAYS_1_30 = "days_1_30"
    DAYS_31_60 = "days_31_60"
    DAYS_61_90 = "days_61_90"
    OVER_90 = "over_90"


_LIMITS = ((0, Bucket.NOT_DUE), (30, Bucket.DAYS_1_30), (60, Bucket.DAYS_31_60), (90, Bucket.DAYS_61_90))


@frozen
class Receivable:
    """One open instalment.

    Attributes:
        invoice_id: The invoice.
        number: Its printed number.
        job_id: Its folder.
        contact_id: Who owes.
        contact_name: Their name.
        instalment: The place in the invoice's schedule, from 1.
        due_on: Its day; `None` while to be planned, and never late then.
        days_late: 0 when it is not past its day.
        amount: What is open; below zero when it is owed to the client.
        bucket: Its age.
    """

    invoice_id: InvoiceId
    number: str
    job_id: JobId
    contact_id: ContactId
    contact_name: str = field(repr=False)
    instalment: int
    due_on: date | None
    days_late: int
    amount: Money
    bucket: Bucket


@frozen
class Receivables:
    """What is owed as of a day.

    Attributes:
        as_of: The day; payments, refunds, adjustments and voids count from their own.
        rows: Each open instalment, the oldest first.
        buckets: The sum of each bucket.
        total: The sum of all.
        deposits: Money received by that day on invoices dated later.
    """

    as_of: date
    rows: tuple[Receivable, ...]
    buckets: Mapping[Bucket, Money]
    total: Money
    deposits: Money


def receivables(read: Reader, as_of: date, currency: str) -> Receivables:
    """What is owed as of the end of `as_of`. Reads only invoices that were open then."""
    rows: list[Receivable] = []
    deposits = zero(currency)
    for figures in read.invoices.rows("open_until", as_of + timedelta(days=1)):
        invoice = read.invoices.get(InvoiceId(figures["id"]))
        if invoice.issued_on is not None and invoice.issued_on <= as_of:
            rows += _open(invoice, as_of, read)
        else:
            deposits += _received(invoice, as_of)
    rows.sort(key=lambda row: (row.due_on or date.max, row.number, row.instalment))
    nothing = zero(currency)
    buckets = {bucket: sum((row.amount for row in rows if row.bucket is bucket), nothing) for bucket in Bucket}
    return Receivables(as_of, tuple(rows), buckets, sum(buckets.values(), nothing), deposits)


def _open(invoice: Invoice, as_of: date, read: Reader) -> list[Receivable]:
    if invoice.voided_on is not None and invoice.voided_on <= as_of:
        return []
    name = read.contacts.get(invoice.contact_id).name
    instalments = invoice.instalments_as_of(as_of)
    rows = []
    for place, minor in netted(instalments).items():
        due_on = instalments[place - 1].due_on
        days_late = max((as_of - due_on).days, 0) if due_on is not None else 0
        amount = Money.of_minor(minor, invoice.currency)
        rows.append(
            Receivable(
                invoice.id,
                invoice.number or "",
                invoice.job_id,
                invoice.contact_id,
                name,
                place,
                due_on,
                days_late,
                amount,
                bucket_of(days_late),
            )
        )
    return rows


def bucket_of(days_late: int) -> Bucket:
    """The bucket of what is `days_late` days past its day."""
    return next((bucket for limit, bucket in _LIMITS if days_late <= limit), Bucket.OVER_90)


def _received(invoice: Invoice, as_of: date) -> Money:
    """Payments less refunds that counted on `as_of`."""
    counting = [each for each in invoice.payments if each.counts_on(as_of)]
    return sum((each.signed for each in counting), zero(invoice.currency))
