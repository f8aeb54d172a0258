"""The commands that list what the books hold, so that its number is found: `jobs`, `invoices`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from datetime import date

from attrs import frozen

from .. import labels
from ..model.job import Job
from ..ports import EVERY
from ..serial import plain
from ..views import InvoiceFigures
from .answers import Answer
from .blocks import Block, Column, Heading, Table, amounts, long, muted, row, sentence
from .books import opened
from .session import Session
from .words import counted, say


@frozen
class Listed:
    """An invoice in the list.

    Attributes:
        figures: The invoice.
        client: Who pays.
        job: The number of its folder.
    """

    figures: InvoiceFigures
    client: str
    job: str


def list_jobs(args: Namespace, session: Session) -> Answer:
    """The job folders, oldest first."""
    with opened(args.db, args.company) as app:
        session.speak(app.settings.language)
        with app.reading() as read:
            found = read.jobs.find(status=args.status) if args.status else read.jobs.find()
            names = {each.id: each.name for each in read.contacts.find()}
    jobs = [(job, names[job.contact_id]) for job in sorted(found, key=lambda job: (job.opened_on, job.number))]
    return Answer(
        lambda: {"jobs": [{**plain(job), "contact_name": name} for job, name in jobs]},
        lambda lang: _jobs(jobs, lang),
    )


def list_invoices(args: Namespace, session: Session) -> Answer:
    """The invoices, oldest first; then the drafts, by id."""
    with opened(args.db, args.company) as app:
        settings = app.settings
        session.speak(settings.language)
        with app.reading() as read:
            rows = read.invoices.rows(EVERY, "")
            names = {each.id: each.name for each in read.contacts.find()}
            numbers: Mapping[str, str] = {each["id"]: each["number"] for each in read.jobs.rows(EVERY, "")}
    known = InvoiceFigures.each_of(rows, settings.currency)
    wanted = [each for each in known if args.state in (None, each.state, each.payment_state)]
    invoices = [Listed(each, names[each.contact_id], numbers[each.job_id]) for each in sorted(wanted, key=_by_day)]
    return Answer(lambda: {"invoices": [_data(each) for each in invoices]}, lambda lang: _invoices(invoices, lang))


def _by_day(invoice: InvoiceFigures) -> tuple[date, str]:
    return invoice.issued_on or invoice.send_on or date.max, invoice.number or invoice.id


def _data(invoice: Listed) -> dict[str, object]:
    return {**plain(invoice.figures), "contact_name": invoice.client, "job_number": invoice.job}


def _jobs(jobs: list[tuple[Job, str]], lang: str) -> Iterator[Block]:
    yield Heading(say("jobs", lang), counted("job", len(jobs), lang))
    if not jobs:
        return
    columns = (
        Column(say("number", lang)),
        Column(say("opened", lang)),
        long(say("client.title", lang)),
        long(say("title", lang)),
        Column(say("status", lang)),
    )
    rows = (row(job.number, labels.short_date(job.opened_on), name, job.title, muted(job.status)) for job, name in jobs)
    yield Table(columns, tuple(rows))


def _invoices(invoices: list[Listed], lang: str) -> Iterator[Block]:
    yield Heading(say("invoices", lang), counted("invoice", len(invoices), lang))
    numbered = [each for each in invoices if each.figures.number]
    drafts = [each for each in invoices if not each.figures.number]
    if numbered:
        yield _numbered(numbered, lang)
    if drafts:
        yield Heading(say("drafts", lang), is_main=False)
        yield _drafts(drafts, lang)
        yield sentence(muted(say("drafts.by-id", lang)))


def _numbered(invoices: list[Listed], lang: str) -> Table:
    columns = (
        Column(say("number", lang)),
        Column(say("day", lang)),
        long(say("client.title", lang)),
        long(say("state", lang)),
        amounts(say("total", lang)),
        amounts(say("balance.total", lang)),
    )
    rows = (
        row(
            each.figures.number or "",
            labels.short_date(each.figures.issued_on) if each.figures.issued_on else "",
            each.client,
            _state(each.figures, lang),
            labels.money(each.figures.total, lang),
            labels.money(each.figures.balance, lang),
        )
        for each in invoices
    )
    return Table(columns, tuple(rows))


def _state(invoice: InvoiceFigures, lang: str) -> str:
    if invoice.payment_state is None:
        return labels.state("invoice", invoice.state, lang)
    return labels.payment_state(invoice.payment_state, lang)


def _drafts(invoices: list[Listed], lang: str) -> Table:
    columns = (
        Column(say("id", lang)),
        Column(say("leaves", lang)),
        long(say("client.title", lang)),
        amounts(say("total", lang)),
    )
    rows = (
        row(
            each.figures.id,
            labels.short_date(each.figures.send_on) if each.figures.send_on else "",
            each.client,
            labels.money(each.figures.total, lang),
        )
        for each in invoices
    )
    return Table(columns, tuple(rows))


COMMANDS = {"jobs": list_jobs, "invoices": list_invoices}
