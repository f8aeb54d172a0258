"""The company, its contacts and its job folders."""

from __future__ import annotations

from .. import commands as c
from ..commands.base import UNSET
from ..decisions import Context, Decision, saved
from ..errors import reason
from ..events import CompanyConfigured, ContactAdded, ContactEdited, JobEdited, JobOpened
from ..model.company import Company
from ..model.contact import Contact
from ..model.job import FIRST_STATUS, SOURCE_APPLICATION, Job
from ..ports import Reader
from ..values.ids import ContactId, JobId
from ..values.mapping import Keys
from .documents import check_external, edited_by, refuse
from .numbers import Numbers


def configure_company(cmd: c.ConfigureCompany, read: Reader, ctx: Context) -> Decision[Company]:
    """Store the settings; the currency stays once documents exist in it."""
    known = read.company()
    if known is not None and known.settings == cmd.settings:
        return Decision(known)
    if known is not None and known.settings.currency != cmd.settings.currency:
        has_documents = any(shelf.find(limit=1) for shelf in (read.quotes, read.invoices))
        refuse([reason("company.currency", currency=str(known.settings.currency))] if has_documents else [])
    company = saved(known, settings=cmd.settings) if known else Company(Company.ID, 1, cmd.settings)
    return Decision(company, writes=(company,), events=(CompanyConfigured(company.id),))


def add_contact(cmd: c.AddContact, read: Reader, ctx: Context) -> Decision[Contact]:
    """A new contact."""
    check_external(read.contacts, cmd.external)
    contact = Contact(ctx.new_id(ContactId), 1, cmd.name, cmd.emails, cmd.phones, cmd.language, cmd.external)
    return Decision(contact, writes=(contact,), events=(ContactAdded(contact.id),))


def edit_contact(cmd: c.EditContact, read: Reader, ctx: Context) -> Decision[Contact]:
    """A contact with what was given changed."""
    contact = read.contacts.get(cmd.contact_id)
    if cmd.external is not UNSET:
        check_external(read.contacts, cmd.external, contact)
    edited = edited_by(contact, cmd, "name", "emails", "phones", "language", "external")
    if edited == contact:
        return Decision(contact)
    edited = saved(edited)
    return Decision(edited, writes=(edited,), events=(ContactEdited(edited.id),))


def open_job(cmd: c.OpenJob, read: Reader, ctx: Context) -> Decision[Job]:
    """A new job folder with its number."""
    contact = read.contacts.get(cmd.contact_id)
    check_external(read.jobs, cmd.external)
    numbers = Numbers(read, ctx)
    job = opened(contact, cmd.title, cmd.source, cmd.external, numbers, ctx)
    return Decision(job, writes=(job, *numbers.writes), events=(JobOpened(job.id, contact.id),))


def opened(
    contact: Contact, title: str | None, source: str | None, external: Keys, numbers: Numbers, ctx: Context
) -> Job:
    """A job folder for `contact`, opened today."""
    return Job(
        ctx.new_id(JobId),
        1,
        contact.id,
        numbers.job(ctx.today),
        title if title is not None else contact.name,
        source if source is not None else SOURCE_APPLICATION,
        FIRST_STATUS,
        ctx.now,
        ctx.today,
        external=external,
    )


def edit_job(cmd: c.EditJob, read: Reader, ctx: Context) -> Decision[Job]:
    """A job folder with what was given changed."""
    job = read.jobs.get(cmd.job_id)
    if cmd.external is not UNSET:
        check_external(read.jobs, cmd.external, job)
    edited = edited_by(job, cmd, "title", "source", "status", "external")
    if edited == job:
        return Decision(job)
    edited = saved(edited)
    return Decision(edited, writes=(edited,), events=(JobEdited(edited.id),))
