"""What the events alone say of the invoices: a second way to every total, payment and folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from plannit_core import events as e
from plannit_core.lifecycle import InvoiceState

if TYPE_CHECKING:
    from plannit_core.events import Event


@define
class ToldInvoice:
    """An invoice as the events tell it, in cents."""

    job_id: str
    total: int
    paid: int = 0
    rounding: int = 0
    state: InvoiceState = InvoiceState.DRAFT
    payments: dict[str, tuple[int, int]] = field(factory=dict)


class Told:
    """Every invoice, from nothing but the events."""

    def __init__(self) -> None:
        self.invoices: dict[str, ToldInvoice] = {}

    def hear(self, event: Event) -> None:
        """Take in the next event."""
        match event:
            case e.InvoiceDrafted():
                assert event.invoice_id not in self.invoices
                self.invoices[event.invoice_id] = ToldInvoice(event.job_id, event.total.minor)
            case e.DraftDiscarded():
                assert self.invoices.pop(event.invoice_id).state is InvoiceState.DRAFT
            case e.InvoiceMovedIn():
                invoice = self.invoices[event.invoice_id]
                assert invoice.job_id == event.from_job_id
                invoice.job_id = event.job_id
            case _ if event.subject in self.invoices:
                self._about(self.invoices[event.subject], event)

    def _about(self, invoice: ToldInvoice, event: Event) -> None:
        match event:
            case e.InvoiceEdited():
                invoice.total = event.total.minor
            case e.InvoiceIssued():
                assert (invoice.state, invoice.total) == (InvoiceState.DRAFT, event.total.minor)
                invoice.state = InvoiceState.ISSUED
            case e.InvoiceAdjusted():
                invoice.total += event.change.minor
                assert invoice.total == event.total.minor
            case e.InvoiceVoided():
                assert (invoice.state, invoice.paid) == (InvoiceState.ISSUED, 0), "37"
                invoice.state = InvoiceState.VOIDED
            case e.PaymentRecorded() | e.PaymentRefunded():
                sign = -1 if isinstance(event, e.PaymentRefunded) else 1
                self._move(invoice, event.payment_id, sign * event.amount.minor, event.rounding.minor)
            case e.PaymentVoided():
                amount, rounding = invoice.payments.pop(event.payment_id)
                invoice.paid -= amount
                invoice.rounding -= rounding
            case e.InvoicePaid():
                assert invoice.total - invoice.paid - invoice.rounding <= 0
        assert invoice.job_id == event.timeline, "an event stands on the timeline of the job that holds the invoice"

    @staticmethod
    def _move(invoice: ToldInvoice, payment_id: str, amount: int, rounding: int) -> None:
        assert invoice.state is InvoiceState.ISSUED
        invoice.paid += amount
        invoice.rounding += rounding
        invoice.payments[payment_id] = (amount, rounding)
