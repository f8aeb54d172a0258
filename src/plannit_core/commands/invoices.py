"""Commands of invoices: draft, plan, issue, send, correct, void, move."""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from ..model.invoice import Invoice
from ..model.job import Job
from ..policies.permissions import Permission
from ..values.checks import is_a, is_count, is_day, is_text
from ..values.ids import ContactId, InvoiceId, JobId
from ..values.lines import Line
from ..values.mapping import Keys
from ..values.schedule import MAX_INSTALMENTS, Schedule
from ..values.shown import shown
from . import fields
from .base import UNSET, Command, IsUnset, or_unset


@frozen
class Intake:
    """What invoicing a contact gives.

    Attributes:
        job: The folder the invoice is in.
        invoice: The draft.
        job_is_new: Whether the folder was opened for it.
    """

    __repr__ = shown

    job: Job
    invoice: Invoice
    job_is_new: bool


@frozen(repr=False, eq=False)
class DraftInvoice(Command[Invoice]):
    """Draft an invoice of its own in a job folder. Gives the `Invoice`.

    Attributes:
        job_id: The folder.
        lines: At most 10,000; a line without a tax group gets the company's.
        schedule: Due dates only: `AT_BILLING`, `When.on` or `TO_BE_PLANNED`; `None` is all at billing.
        external: Source to key in other systems; each pair belongs to one invoice.

    Raises:
        InvalidInput: `schedule.needs-quote`, `lines.too-many`, `money.currencies`.
        NotFound: no such job.
        Refused: `external.taken`.
    """

    needs = (Permission.INVOICES,)

    job_id: JobId = field(validator=is_a(JobId))
    lines: tuple[Line, ...] = field(default=(), kw_only=True, converter=fields.lines, repr=False)
    schedule: Schedule | None = field(default=None, kw_only=True, converter=fields.due_dates)
    external: Keys = field(factory=Keys, kw_only=True, converter=fields.external, repr=False)


@frozen(repr=False, eq=False)
class InvoiceContact(Command[Intake]):
    """Draft an invoice for a contact; its job folder opens by itself. Gives an `Intake`.

    Attributes:
        contact_id: Who pays.
        job_id: An existing folder of that contact; `None` opens a new one.
        lines: As for `DraftInvoice`.
        schedule: As for `DraftInvoice`.
        external: Of the invoice.

    Raises:
        InvalidInput: as `DraftInvoice`.
        NotFound: no such contact or job.
        Refused: `job.other-contact`, `numbers.held`, `numbering.exhausted`, `external.taken`.
    """

    needs = (Permission.INVOICES,)

    contact_id: ContactId = field(validator=is_a(ContactId))
    job_id: JobId | None = field(default=None, kw_only=True, validator=is_a(JobId, optional=True))
    lines: tuple[Line, ...] = field(default=(), kw_only=True, converter=fields.lines, repr=False)
    schedule: Schedule | None = field(default=None, kw_only=True, converter=fields.due_dates)
    external: Keys = field(factory=Keys, kw_only=True, converter=fields.external, repr=False)


@frozen(repr=False, eq=False)
class EditInvoice(Command[Invoice]):
    """Change a draft; what is not given stays. Gives the `Invoice`. On a generated one only the note can change.

    Attributes:
        invoice_id: The draft.
        lines: All its lines.
        schedule: Its due dates; `None` is all at billing.
        note: At most 10,000 characters; `None` takes it off.

    Raises:
        InvalidInput: as `DraftInvoice`.
        NotFound: no such invoice.
        Refused: `invoice.issued`, `invoice.voided`, `invoice.generated`, `external.taken`.
    """

    needs = (Permission.INVOICES,)

    invoice_id: InvoiceId = field(validator=is_a(InvoiceId))
    lines: tuple[Line, ...] | IsUnset = field(default=UNSET, kw_only=True, converter=fields.lines_or_unset, repr=False)
    schedule: Schedule | IsUnset | None = field(default=UNSET, kw_only=True, converter=fields.due_dates_or_unset)
    note: str | IsUnset | None = field(
        default=UNSET, kw_only=True, validator=or_unset(is_text(optional=True)), repr=False
    )
    external: Keys | IsUnset = field(default=UNSET, kw_only=True, converter=fields.external_or_unset, repr=False)


@frozen(repr=False, eq=False)
class PlanInvoice(Command[Invoice]):
    """Give a draft the day on which it leaves. Gives the `Invoice`.

    Attributes:
        invoice_id: The draft.
        send_on: Today or later.

    Raises:
        InvalidInput: `day.in-the-past`, `day.wrong-type`.
        NotFound: no such invoice.
        Refused: `invoice.issued`, `invoice.voided`.
    """

    needs = (Permission.INVOICES,)

    invoice_id: InvoiceId = field(validator=is_a(InvoiceId))
    send_on: date = field(kw_only=True, validator=is_day())


@frozen(repr=False, eq=False)
class HoldInvoice(Command[Invoice]):
    """Keep a planned draft from leaving by itself. Gives the `Invoice`.

    Raises:
        NotFound: no such invoice.
        Refused: `invoice.issued`, `invoice.voided`.
    """

    needs = (Permission.INVOICES,)

    invoice_id: InvoiceId = field(validator=is_a(InvoiceId))


@frozen(repr=False, eq=False)
class IssueInvoice(Command[Invoice]):
    """Give a draft its number and today's date, without sending it: for printing. Gives the `Invoice`.

    Raises:
        NotFound: no such invoice.
        Refused: `document.no-lines`, `invoice.negative`, `schedule.not-balanced`, `numbers.held`, `numbering.exhausted`,
            `invoice.issued`, `invoice.voided`.
    """

    needs = (Permission.INVOICES,)

    invoice_id: InvoiceId = field(validator=is_a(InvoiceId))


@frozen(repr=False, eq=False)
class SendInvoice(Command[Invoice]):
    """Send an invoice by hand: a draft is issued today, an issued one is sent again. Gives the `Invoice`.

    Raises:
        NotFound: no such invoice.
        Refused: `invoice.no-recipient`, `document.no-lines`, `invoice.negative`, `schedule.not-balanced`,
            `numbers.held`, `numbering.exhausted`, `invoice.voided`.
    """

    needs = (Permission.INVOICES,)

    invoice_id: InvoiceId = field(validator=is_a(InvoiceId))


@frozen(repr=False, eq=False)
class SendPlannedInvoice(Command[Invoice]):
    """Let a planned invoice leave, dated its own day: what `run_day` does for each. Gives the `Invoice`.

    A contact without an address does not stop it: the event is `invoice.undeliverable`.

    Raises:
        NotFound: no such invoice.
        Refused: `invoice.not-due` when it is not to leave by today, `document.no-lines`, `invoice.negative`,
            `schedule.not-balanced`, `numbers.held`, `numbering.exhausted`.
    """

    needs = (Permission.INVOICES,)

    invoice_id: InvoiceId = field(validator=is_a(InvoiceId))


@frozen(repr=False, eq=False)
class DiscardDraft(Command[None]):
    """Discard a draft; a generated one can be generated again. Gives `None`.

    Raises:
        NotFound: no such invoice.
        Refused: `invoice.issued`, `invoice.voided`.
    """

    needs = (Permission.INVOICES,)

    invoice_id: InvoiceId = field(validator=is_a(InvoiceId))


@frozen(repr=False, eq=False)
class AdjustInvoice(Command[Invoice]):
    """Correct an issued invoice by a dated adjustment; its own lines stay as they were sent. Gives the `Invoice`.

    Attributes:
        invoice_id: The invoice.
        lines: At least one, usually negative.
        reason: Why, at most 2,000 characters.

    Raises:
        InvalidInput: `lines.empty`, `lines.too-many`, `money.currencies`.
        NotFound: no such invoice.
        Refused: `invoice.negative` when the total would fall below zero, `invoice.draft`, `invoice.voided`,
            `lines.too-many`.
    """

    needs = (Permission.INVOICES,)

    invoice_id: InvoiceId = field(validator=is_a(InvoiceId))
    lines: tuple[Line, ...] = field(kw_only=True, converter=fields.some_lines, repr=False)
    reason: str | None = field(default=None, kw_only=True, validator=is_text(2_000, optional=True), repr=False)


@frozen(repr=False, eq=False)
class VoidInvoice(Command[Invoice]):
    """Void an issued invoice, for good: it keeps its number and its total, and counts for nothing. Gives the `Invoice`.

    Raises:
        NotFound: no such invoice.
        Refused: `invoice.has-payments`, `invoice.draft`, `invoice.voided`.
    """

    needs = (Permission.INVOICES,)

    invoice_id: InvoiceId = field(validator=is_a(InvoiceId))


@frozen(repr=False, eq=False)
class MoveInvoice(Command[Invoice]):
    """Move an invoice to another job folder of the same payer; its links to visits of the old one go. Gives the `Invoice`.

    Attributes:
        invoice_id: The invoice.
        job_id: The folder it belongs in.

    Raises:
        NotFound: no such invoice or job.
        Refused: `job.other-contact`, `invoice.generated`, `invoice.voided`.
    """

    needs = (Permission.INVOICES,)

    invoice_id: InvoiceId = field(validator=is_a(InvoiceId))
    job_id: JobId = field(kw_only=True, validator=is_a(JobId))


@frozen(repr=False, eq=False)
class PlanInstalment(Command[Invoice]):
    """Give an instalment of an invoice another due date. Gives the `Invoice`.

    Attributes:
        invoice_id: The invoice.
        instalment: Its place in the schedule, counted from 1.
        due_on: Its day; `None` leaves it to be planned.

    Raises:
        NotFound: no such invoice.
        Refused: `instalment.unknown`, `invoice.voided`.
    """

    needs = (Permission.INVOICES,)

    invoice_id: InvoiceId = field(validator=is_a(InvoiceId))
    instalment: int = field(kw_only=True, validator=is_count(1, 10 * MAX_INSTALMENTS))
    due_on: date | None = field(kw_only=True, validator=is_day(optional=True))
