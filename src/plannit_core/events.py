"""What happened: facts in the past tense, kept for ever.

An event holds ids, amounts and days, and no personal data. Its `subject` is its first field; `job_id` says on whose timeline it
belongs, if on any. Name and schema number stand on the class.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from attrs import fields, frozen

from .model.payment import PaymentKind
from .values.by_fields import ByFields
from .values.ids import CompanyId, ContactId, Id, InvoiceId, JobId, PaymentId, QuoteId, SeriesId, WorkOrderId
from .values.money import Money


class Event(ByFields):
    """A fact. Subclasses are frozen and have a dotted, stable `name`; `schema` is raised when the fields change."""

    __slots__ = ()
    name: ClassVar[str]
    schema: ClassVar[int] = 1

    @property
    def subject(self) -> Id[object]:
        """The record it is about."""
        subject: Id[object] = getattr(self, fields(type(self))[0].name)  # type: ignore[arg-type]  # every subclass is attrs
        return subject

    @property
    def timeline(self) -> JobId | None:
        """The job on whose timeline it belongs."""
        return getattr(self, "job_id", None)


@frozen(repr=False, eq=False)
class CompanyConfigured(Event):
    """The company's settings were stored."""

    name = "company.configured"
    company_id: CompanyId


@frozen(repr=False, eq=False)
class NumbersHeld(Event):
    """No number is given until somebody says which were given last."""

    name = "numbers.held"
    company_id: CompanyId


@frozen(repr=False, eq=False)
class NumbersResumed(Event):
    """Numbers are given again."""

    name = "numbers.resumed"
    company_id: CompanyId


@frozen(repr=False, eq=False)
class SeriesMovedOn(Event):
    """A series of numbers goes on after a count that was given outside these books."""

    name = "series.moved-on"
    series_id: SeriesId
    last: int


@frozen(repr=False, eq=False)
class ContactAdded(Event):
    """A contact was added."""

    name = "contact.added"
    contact_id: ContactId


@frozen(repr=False, eq=False)
class ContactEdited(Event):
    """A contact was edited."""

    name = "contact.edited"
    contact_id: ContactId


@frozen(repr=False, eq=False)
class JobOpened(Event):
    """A job folder was opened."""

    name = "job.opened"
    job_id: JobId
    contact_id: ContactId


@frozen(repr=False, eq=False)
class JobEdited(Event):
    """A job's title, source or status changed."""

    name = "job.edited"
    job_id: JobId


@frozen(repr=False, eq=False)
class QuoteDrafted(Event):
    """A quote was drafted."""

    name = "quote.drafted"
    quote_id: QuoteId
    job_id: JobId


@frozen(repr=False, eq=False)
class QuoteEdited(Event):
    """A draft quote was edited."""

    name = "quote.edited"
    quote_id: QuoteId
    job_id: JobId


@frozen(repr=False, eq=False)
class QuoteSent(Event):
    """A quote was sent, or sent again."""

    name = "quote.sent"
    quote_id: QuoteId
    job_id: JobId
    total: Money
    valid_until: date


@frozen(repr=False, eq=False)
class QuoteUndeliverable(Event):
    """A quote was to be sent, and its contact has no address."""

    name = "quote.undeliverable"
    quote_id: QuoteId
    job_id: JobId


@frozen(repr=False, eq=False)
class QuoteApproved(Event):
    """A quote was approved."""

    name = "quote.approved"
    quote_id: QuoteId
    job_id: JobId
    on_behalf_of: ContactId
    total: Money


@frozen(repr=False, eq=False)
class QuoteDeclined(Event):
    """A quote was declined."""

    name = "quote.declined"
    quote_id: QuoteId
    job_id: JobId


@frozen(repr=False, eq=False)
class QuoteExtended(Event):
    """A quote got another last day."""

    name = "quote.extended"
    quote_id: QuoteId
    job_id: JobId
    valid_until: date


@frozen(repr=False, eq=False)
class InvoiceDrafted(Event):
    """An invoice was drafted: by a person, or (with `quote_id`) generated."""

    name = "invoice.drafted"
    invoice_id: InvoiceId
    job_id: JobId
    total: Money
    quote_id: QuoteId | None = None
    part: int | None = None


@frozen(repr=False, eq=False)
class InvoiceEdited(Event):
    """A draft's lines, schedule or note changed."""

    name = "invoice.edited"
    invoice_id: InvoiceId
    job_id: JobId
    total: Money


@frozen(repr=False, eq=False)
class InvoicePlanned(Event):
    """A draft got the day on which it leaves."""

    name = "invoice.planned"
    invoice_id: InvoiceId
    job_id: JobId
    send_on: date


@frozen(repr=False, eq=False)
class InvoiceHeld(Event):
    """A draft no longer leaves by itself."""

    name = "invoice.held"
    invoice_id: InvoiceId
    job_id: JobId


@frozen(repr=False, eq=False)
class InvoiceIssued(Event):
    """An invoice got its number and its date."""

    name = "invoice.issued"
    invoice_id: InvoiceId
    job_id: JobId
    number: str
    issued_on: date
    total: Money


@frozen(repr=False, eq=False)
class InvoiceSent(Event):
    """An invoice was sent, or sent again."""

    name = "invoice.sent"
    invoice_id: InvoiceId
    job_id: JobId


@frozen(repr=False, eq=False)
class InvoiceUndeliverable(Event):
    """An invoice was to be sent, and its contact has no address."""

    name = "invoice.undeliverable"
    invoice_id: InvoiceId
    job_id: JobId


@frozen(repr=False, eq=False)
class DraftDiscarded(Event):
    """A draft was discarded."""

    name = "invoice.discarded"
    invoice_id: InvoiceId
    job_id: JobId


@frozen(repr=False, eq=False)
class InvoiceAdjusted(Event):
    """An issued invoice was corrected."""

    name = "invoice.adjusted"
    invoice_id: InvoiceId
    job_id: JobId
    change: Money
    total: Money


@frozen(repr=False, eq=False)
class InvoiceVoided(Event):
    """An issued invoice was voided."""

    name = "invoice.voided"
    invoice_id: InvoiceId
    job_id: JobId
    total: Money


@frozen(repr=False, eq=False)
class InvoiceMovedOut(Event):
    """An invoice left this job folder."""

    name = "invoice.moved-out"
    invoice_id: InvoiceId
    job_id: JobId
    to_job_id: JobId


@frozen(repr=False, eq=False)
class InvoiceMovedIn(Event):
    """An invoice came into this job folder."""

    name = "invoice.moved-in"
    invoice_id: InvoiceId
    job_id: JobId
    from_job_id: JobId


@frozen(repr=False, eq=False)
class InstalmentPlanned(Event):
    """An instalment got another day, or none."""

    name = "invoice.instalment-planned"
    invoice_id: InvoiceId
    job_id: JobId
    instalment: int
    due_on: date | None


@frozen(repr=False, eq=False)
class PaymentRecorded(Event):
    """A payment was recorded."""

    name = "payment.recorded"
    invoice_id: InvoiceId
    job_id: JobId
    payment_id: PaymentId
    amount: Money
    rounding: Money
    paid_on: date


@frozen(repr=False, eq=False)
class PaymentVoided(Event):
    """A payment or refund was voided."""

    name = "payment.voided"
    invoice_id: InvoiceId
    job_id: JobId
    payment_id: PaymentId
    payment_kind: PaymentKind
    amount: Money


@frozen(repr=False, eq=False)
class PaymentRefunded(Event):
    """Money was given back."""

    name = "payment.refunded"
    invoice_id: InvoiceId
    job_id: JobId
    payment_id: PaymentId
    amount: Money
    rounding: Money
    paid_on: date


@frozen(repr=False, eq=False)
class InvoicePaid(Event):
    """Nothing is left to pay on an invoice."""

    name = "invoice.paid"
    invoice_id: InvoiceId
    job_id: JobId


@frozen(repr=False, eq=False)
class WorkOrderPlanned(Event):
    """A work order was planned."""

    name = "work_order.planned"
    work_order_id: WorkOrderId
    job_id: JobId


@frozen(repr=False, eq=False)
class WorkOrderCompleted(Event):
    """A work order was completed."""

    name = "work_order.completed"
    work_order_id: WorkOrderId
    job_id: JobId


@frozen(repr=False, eq=False)
class WorkOrderCancelled(Event):
    """A work order was cancelled."""

    name = "work_order.cancelled"
    work_order_id: WorkOrderId
    job_id: JobId


@frozen(repr=False, eq=False)
class InvoiceAttached(Event):
    """An invoice was attached to a work order."""

    name = "invoice.attached"
    invoice_id: InvoiceId
    job_id: JobId
    work_order_id: WorkOrderId


@frozen(repr=False, eq=False)
class InvoiceDetached(Event):
    """An invoice was detached from a work order."""

    name = "invoice.detached"
    invoice_id: InvoiceId
    job_id: JobId
    work_order_id: WorkOrderId


EVENTS: dict[str, type[Event]] = {each.name: each for each in Event.__subclasses__()}
