"""The day: what leaves when, and what one run of the day did."""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from ..errors import Reason
from ..model.invoice import Invoice
from ..ports import Reader
from ..values.ids import ContactId, InvoiceId, JobId
from ..values.money import Money


@frozen
class Departure:
    """An invoice that will leave by itself.

    Attributes:
        send_on: Its day.
        invoice_id: The invoice.
        number: Its number, if a payment issued it already.
        job_id: Its folder.
        contact_id: Who pays.
        contact_name: Their name.
        total: Tax included.
    """

    send_on: date
    invoice_id: InvoiceId
    number: str | None
    job_id: JobId
    contact_id: ContactId
    contact_name: str = field(repr=False)
    total: Money


@frozen
class RefusedInvoice:
    """An invoice that was due to leave and could not.

    Attributes:
        invoice_id: The invoice.
        reasons: Everything that spoke against it.
    """

    invoice_id: InvoiceId
    reasons: tuple[Reason, ...]


@frozen
class DayReport:
    """What one run of the day did.

    Attributes:
        day: The day it was for.
        issued: The invoices that left, in the order they did.
        refused: Those that could not; the day went on.
        stopped: Why nothing left at all: `day.too-many`; else `None`.
    """

    day: date
    issued: tuple[Invoice, ...] = ()
    refused: tuple[RefusedInvoice, ...] = ()
    stopped: Reason | None = None


def due(read: Reader, day: date, cap: int) -> tuple[InvoiceId, ...] | None:
    """The invoices that leave by themselves by `day`, in the order they do; `None` when they are more than `cap`."""
    rows = read.invoices.rows("leaves_on", day, limit=cap + 1)
    if len(rows) > cap:
        return None
    return tuple(id for _, id in sorted((row["leaves_on"], InvoiceId(row["id"])) for row in rows))


def departures(read: Reader, until: date, currency: str) -> tuple[Departure, ...]:
    """The invoices that leave by themselves up to and on `until`, in the order they do."""
    rows = sorted(read.invoices.rows("leaves_on", until), key=lambda row: (row["leaves_on"], row["id"]))
    names: dict[str, str] = {}
    for row in rows:
        if row["contact_id"] not in names:
            names[row["contact_id"]] = read.contacts.get(ContactId(row["contact_id"])).name
    return tuple(
        Departure(
            row["leaves_on"],
            InvoiceId(row["id"]),
            row["number"],
            JobId(row["job_id"]),
            ContactId(row["contact_id"]),
            names[row["contact_id"]],
            Money.of_minor(row["total"], currency),
        )
        for row in rows
    )
