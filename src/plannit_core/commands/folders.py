"""Commands of the company, its contacts and its job folders."""

from __future__ import annotations

from attrs import field, frozen

from ..model.company import Company, CompanySettings
from ..model.contact import Contact
from ..model.job import Job
from ..policies.permissions import Permission
from ..values.checks import is_a, is_text
from ..values.ids import ContactId, JobId
from ..values.mapping import Keys
from . import fields
from .base import UNSET, Command, IsUnset, or_unset


@frozen(repr=False, eq=False)
class ConfigureCompany(Command[Company]):
    """Store the company's settings. Gives the `Company`.

    Attributes:
        settings: All of them; start from a preset and `attrs.evolve`.

    Raises:
        Refused: `company.currency` when documents exist in another currency.
    """

    needs = (Permission.SETTINGS,)

    settings: CompanySettings = field(validator=is_a(CompanySettings))


@frozen(repr=False, eq=False)
class HoldNumbers(Command[Company]):
    """Give no number until `ResumeNumbers`, as after a backup was restored. Gives the `Company`; a repeat changes nothing.

    Whatever needs a number is `Refused` meanwhile (`numbers.held`); everything else goes on.

    Raises:
        Refused: `permission.denied`.
    """

    needs = (Permission.SETTINGS,)


@frozen(repr=False, eq=False)
class ResumeNumbers(Command[Company]):
    """Give numbers again, after those that were given last. Gives the `Company`.

    Attributes:
        last: Printed numbers that may be ahead of the books, such as `F2026-00042`; no number up to them is given again. Of a job,
            a quote or an invoice, in the form of today's settings; at most 100.

    Raises:
        InvalidInput: `text.…`, `list.too-long`.
        Refused: `numbers.not-held`, `numbers.unknown-form`.
    """

    needs = (Permission.SETTINGS,)

    last: tuple[str, ...] = field(default=(), kw_only=True, converter=fields.numbers, repr=False)


@frozen(repr=False, eq=False)
class AddContact(Command[Contact]):
    """Add a contact. Gives the `Contact`.

    Attributes:
        name: Display name, never blank, at most 200 characters.
        emails: At most 20 addresses, each with a dot in its domain (or at `localhost`).
        phones: At most 20, as written.
        language: `fr`, `en`, or `None` for the company's.
        external: Source to key in other systems; each pair belongs to one contact.

    Raises:
        InvalidInput: `contact.no-name`, `contact.email`, `contact.language`, `external.…`, `text.…`.
        Refused: `external.taken`.
    """

    needs = (Permission.CONTACTS,)

    name: str = field(validator=is_text(200, empty="contact.no-name"), repr=False)
    emails: tuple[str, ...] = field(default=(), kw_only=True, converter=fields.emails, repr=False)
    phones: tuple[str, ...] = field(default=(), kw_only=True, converter=fields.phones, repr=False)
    language: str | None = field(default=None, kw_only=True, converter=fields.language)
    external: Keys = field(factory=Keys, kw_only=True, converter=fields.external, repr=False)


@frozen(repr=False, eq=False)
class EditContact(Command[Contact]):
    """Change a contact; what is not given stays. Gives the `Contact`. Titles of existing jobs do not change.

    Raises:
        InvalidInput: as `AddContact`.
        NotFound: no such contact.
        Refused: `external.taken`.
    """

    needs = (Permission.CONTACTS,)

    contact_id: ContactId = field(validator=is_a(ContactId))
    name: str | IsUnset = field(
        default=UNSET, kw_only=True, validator=or_unset(is_text(200, empty="contact.no-name")), repr=False
    )
    emails: tuple[str, ...] | IsUnset = field(default=UNSET, kw_only=True, converter=fields.emails_or_unset, repr=False)
    phones: tuple[str, ...] | IsUnset = field(default=UNSET, kw_only=True, converter=fields.phones_or_unset, repr=False)
    language: str | IsUnset | None = field(default=UNSET, kw_only=True, converter=fields.language_or_unset)
    external: Keys | IsUnset = field(default=UNSET, kw_only=True, converter=fields.external_or_unset, repr=False)


@frozen(repr=False, eq=False)
class OpenJob(Command[Job]):
    """Open a job folder for a contact; it gets its number at once. Gives the `Job`.

    Attributes:
        contact_id: Whose request it is.
        title: At most 200 characters; `None` takes the contact's name.
        source: Where the request came from; `None` is `application`.
        external: Source to key in other systems; each pair belongs to one job.

    Raises:
        InvalidInput: `job.no-title`, `job.no-source`, `text.…`.
        NotFound: no such contact.
        Refused: `numbers.held`, `numbering.exhausted`, `external.taken`.
    """

    needs = (Permission.JOBS,)

    contact_id: ContactId = field(validator=is_a(ContactId))
    title: str | None = field(
        default=None, kw_only=True, validator=is_text(200, optional=True, empty="job.no-title"), repr=False
    )
    source: str | None = field(default=None, kw_only=True, validator=is_text(50, optional=True, empty="job.no-source"))
    external: Keys = field(factory=Keys, kw_only=True, converter=fields.external, repr=False)


@frozen(repr=False, eq=False)
class EditJob(Command[Job]):
    """Change a job's title, source or status; what is not given stays. Gives the `Job`.

    Attributes:
        status: The shop's own milestone; any word, moved freely.

    Raises:
        InvalidInput: `job.no-title`, `job.no-source`, `job.no-status`, `text.…`.
        NotFound: no such job.
        Refused: `external.taken`.
    """

    needs = (Permission.JOBS,)

    job_id: JobId = field(validator=is_a(JobId))
    title: str | IsUnset = field(
        default=UNSET, kw_only=True, validator=or_unset(is_text(200, empty="job.no-title")), repr=False
    )
    source: str | IsUnset = field(default=UNSET, kw_only=True, validator=or_unset(is_text(50, empty="job.no-source")))
    status: str | IsUnset = field(default=UNSET, kw_only=True, validator=or_unset(is_text(50, empty="job.no-status")))
    external: Keys | IsUnset = field(default=UNSET, kw_only=True, converter=fields.external_or_unset, repr=False)
