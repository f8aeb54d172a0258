"""Commands of quotes: from draft to approval, and the invoices that follow."""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from ..model.invoice import Invoice
from ..model.quote import Quote
from ..policies.permissions import Permission
from ..values.checks import is_a, is_day, is_flag, is_text
from ..values.ids import ContactId, JobId, QuoteId
from ..values.lines import Line
from ..values.mapping import Keys
from ..values.schedule import Schedule
from ..values.shown import shown
from . import fields
from .base import UNSET, Command, IsUnset


@frozen
class QuoteApproval:
    """What approving a quote gives.

    Attributes:
        quote: The approved quote.
        invoices: Those that were generated, in the order of the schedule.
    """

    __repr__ = shown

    quote: Quote
    invoices: tuple[Invoice, ...]


@frozen(repr=False, eq=False)
class DraftQuote(Command[Quote]):
    """Draft a quote in a job folder. Gives the `Quote`.

    Attributes:
        job_id: The folder.
        lines: At most 10,000; a line without a tax group gets the company's.
        schedules: Payment schedules to choose from; none takes the company's own, else one invoice, to be planned.
        external: Source to key in other systems; each pair belongs to one quote.

    Raises:
        InvalidInput: `lines.too-many`, `schedule.no-name`, `schedule.same-name`, `money.currencies`.
        NotFound: no such job.
        Refused: `external.taken`.
    """

    needs = (Permission.QUOTES,)

    job_id: JobId = field(validator=is_a(JobId))
    lines: tuple[Line, ...] = field(default=(), kw_only=True, converter=fields.lines, repr=False)
    schedules: tuple[Schedule, ...] = field(default=(), kw_only=True, converter=fields.schedules)
    external: Keys = field(factory=Keys, kw_only=True, converter=fields.external, repr=False)


@frozen(repr=False, eq=False)
class EditQuote(Command[Quote]):
    """Change a draft quote; what is not given stays. Gives the `Quote`.

    Raises:
        InvalidInput: as `DraftQuote`.
        NotFound: no such quote.
        Refused: `quote.sent`, `quote.approved`, `quote.declined`, `external.taken`.
    """

    needs = (Permission.QUOTES,)

    quote_id: QuoteId = field(validator=is_a(QuoteId))
    lines: tuple[Line, ...] | IsUnset = field(default=UNSET, kw_only=True, converter=fields.lines_or_unset, repr=False)
    schedules: tuple[Schedule, ...] | IsUnset = field(default=UNSET, kw_only=True, converter=fields.schedules_or_unset)
    external: Keys | IsUnset = field(default=UNSET, kw_only=True, converter=fields.external_or_unset, repr=False)


@frozen(repr=False, eq=False)
class SendQuote(Command[Quote]):
    """Send a quote; the first time it gets its number and its last day. Gives the `Quote`.

    A contact without an address does not stop it: the event is `quote.undeliverable`.

    Raises:
        NotFound: no such quote.
        Refused: `document.no-lines`, `quote.negative`, `schedule.not-balanced`, `numbers.held`, `numbering.exhausted`,
            `quote.approved`, `quote.declined`.
    """

    needs = (Permission.QUOTES,)

    quote_id: QuoteId = field(validator=is_a(QuoteId))


@frozen(repr=False, eq=False)
class ApproveQuote(Command[QuoteApproval]):
    """Approve a sent quote. Gives a `QuoteApproval` with the invoices it generated.

    With the company's `generates_on_approval` every invoice of the schedule exists afterwards, each leaving on its own day;
    what is due at once is issued and sent in the same commit. Without it there is none until `GenerateInvoices`. The discount of
    the schedule chosen is part of the price from now on, whenever the invoices are paid.

    Attributes:
        quote_id: The quote.
        schedule: The name of the schedule chosen; needed where several are offered.
        on_behalf_of: The client, when somebody else approves; the quote's contact unless given.
        despite_expiry: A user may approve after the last day; a client may not.
        send: False makes what is due at once a draft without a date.

    Raises:
        NotFound: no such quote.
        Refused: `quote.draft`, `quote.approved`, `quote.declined`, `quote.expired`, `quote.other-contact`,
            `schedule.choice-required`, `schedule.unknown`, `schedule.not-balanced`, `quote.negative`,
            `numbers.held`, `numbering.exhausted`.
    """

    needs = (Permission.QUOTES,)

    quote_id: QuoteId = field(validator=is_a(QuoteId))
    schedule: str | None = field(default=None, kw_only=True, validator=is_text(200, optional=True))
    on_behalf_of: ContactId | None = field(default=None, kw_only=True, validator=is_a(ContactId, optional=True))
    despite_expiry: bool = field(default=False, kw_only=True, validator=is_flag)
    send: bool = field(default=True, kw_only=True, validator=is_flag)


@frozen(repr=False, eq=False)
class DeclineQuote(Command[Quote]):
    """Decline a sent quote, for good. Gives the `Quote`.

    Attributes:
        quote_id: The quote.
        reason: Why, at most 2,000 characters.

    Raises:
        NotFound: no such quote.
        Refused: `quote.draft`, `quote.approved`, `quote.declined`, `quote.other-contact`.
    """

    needs = (Permission.QUOTES,)

    quote_id: QuoteId = field(validator=is_a(QuoteId))
    reason: str | None = field(default=None, kw_only=True, validator=is_text(2_000, optional=True), repr=False)


@frozen(repr=False, eq=False)
class ExtendQuote(Command[Quote]):
    """Give a sent quote another last day. Gives the `Quote`.

    Attributes:
        quote_id: The quote.
        valid_until: Its last day, today or later.

    Raises:
        InvalidInput: `day.in-the-past`, `day.wrong-type`.
        NotFound: no such quote.
        Refused: `quote.draft`, `quote.approved`, `quote.declined`.
    """

    needs = (Permission.QUOTES,)

    quote_id: QuoteId = field(validator=is_a(QuoteId))
    valid_until: date = field(kw_only=True, validator=is_day())


@frozen(repr=False, eq=False)
class GenerateInvoices(Command[tuple[Invoice, ...]]):
    """Make the invoices of an approved quote that are missing; nothing when none is. Gives a tuple of those it made.

    What was due today or earlier becomes a draft without a date, which a person sends.

    Raises:
        NotFound: no such quote.
        Refused: `quote.not-approved`.
    """

    needs = (Permission.INVOICES,)

    quote_id: QuoteId = field(validator=is_a(QuoteId))
