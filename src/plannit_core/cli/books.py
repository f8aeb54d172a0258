"""Opens the books of one company in a file or a database, and finds a job folder or an invoice in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from attrs import frozen

from ..app import Plannit
from ..errors import InvalidInput, NotFound
from ..model.contact import Contact
from ..model.invoice import Invoice
from ..model.job import Job
from ..model.quote import Quote
from ..ports import Recorded, Storage
from ..values.actors import Actor
from ..values.checks import MAX_LIMIT
from ..values.ids import InvoiceId, JobId
from ..views import Available, DayReport, Departure, JobFolder
from .failures import CommandError, Exit
from .places import file_of, is_url, shown

AT_THE_TERMINAL = Actor.system("plannit-cli")


@frozen
class FolderView:
    """A job folder with its documents whole.

    Attributes:
        folder: The folder.
        quotes: Its quotes.
        invoices: Its invoices.
        timeline: All that happened, oldest first.
        today: The company's day.
        zone: Its time zone.
    """

    folder: JobFolder
    quotes: tuple[Quote, ...]
    invoices: tuple[Invoice, ...]
    timeline: tuple[Recorded, ...]
    today: date
    zone: ZoneInfo


@frozen
class InvoiceView:
    """An invoice with what surrounds it.

    Attributes:
        invoice: The invoice.
        job: Its folder.
        contact: Who pays.
        quote: What generated it, if a quote did.
        actions: What can be done with it, and why not the rest.
        today: The company's day.
    """

    invoice: Invoice
    job: Job
    contact: Contact
    quote: Quote | None
    actions: tuple[Available, ...]
    today: date


@frozen
class DayView:
    """What one run of the day did, and what comes next.

    Attributes:
        report: What left and what could not.
        left: The invoices that left, each with its contact and its job.
        refused: Those that could not, likewise.
        next: What leaves next.
    """

    report: DayReport
    left: tuple[InvoiceView, ...]
    refused: tuple[InvoiceView, ...]
    next: tuple[Departure, ...]


@contextmanager
def opened(db: str, company: str | None) -> Iterator[Plannit]:
    """The door to a company's books.

    Args:
        db: The SQLite file or the URL of a database, which must exist.
        company: Whose; may be left out when there is one company.

    Raises:
        CommandError: `company.several`, and as `opened_each`.
        StorageError: it cannot be read.
    """
    with opened_each(db, company) as doors:
        if len(doors) > 1:
            raise CommandError(Exit.USAGE, "company.several", companies=tuple(door.company for door in doors))
        yield doors[0]


@contextmanager
def opened_each(db: str, company: str | None) -> Iterator[tuple[Plannit, ...]]:
    """The doors to the books of every company, in order of id; or of one.

    Args:
        db: The SQLite file or the URL of a database, which must exist.
        company: Whose; all of them unless given.

    Raises:
        CommandError: `company.none`, `company.unknown`, and as `stored`.
        StorageError: it cannot be read.
    """
    with stored(db, must_exist=True) as storage:
        yield tuple(Plannit(storage, company=each, actor=AT_THE_TERMINAL) for each in _chosen(storage, company))


@contextmanager
def stored(db: str, *, must_exist: bool = False, is_passing: bool = False) -> Iterator[Storage]:
    """What keeps books: an SQLite file, or a database.

    Args:
        db: The file, or the URL of the database.
        must_exist: Whether a file and tables that are not there are refused; else they are made.
        is_passing: Whether a file need not outlive a power cut.

    Raises:
        CommandError: `file.none`, `sql.missing`.
        StorageError: it cannot be used.
    """
    file = file_of(db)
    if must_exist and file is not None and not Path(file).is_file():
        raise CommandError(Exit.STORAGE, "file.none", path=shown(db))
    storage = _database(db, creates_tables=not must_exist) if is_url(db) else _file(db, is_passing=is_passing)
    try:
        yield storage
    finally:
        storage.close()


def _file(path: str, *, is_passing: bool) -> Storage:
    from ..adapters.sqlite import SqliteStorage

    return SqliteStorage(path, synchronous="NORMAL" if is_passing else "FULL")


def _database(url: str, *, creates_tables: bool) -> Storage:
    """Raises `CommandError`, `sql.missing` where the extra is not installed, and as `SqlStorage`."""
    try:
        from ..adapters.sql import SqlStorage

        return SqlStorage(url, creates_tables=creates_tables)
    except ImportError:  # of SQLAlchemy, or of the driver
        raise CommandError(Exit.STORAGE, "sql.missing", extra="plannit-core[sql]") from None


def job_named(app: Plannit, name: str) -> JobId:
    """The job with that id or number. Raises `NotFound`."""
    try:
        return app.get(JobId(name)).id
    except InvalidInput:
        pass  # not an id, so it is a number
    with app.reading() as read:
        found = read.jobs.find(number=name)
    if not found:
        raise NotFound("job", name)
    return found[0].id


def invoice_named(app: Plannit, name: str) -> InvoiceId:
    """The invoice with that id or number. Raises `NotFound`."""
    try:
        return app.get(InvoiceId(name)).id
    except InvalidInput:
        pass  # not an id, so it is a number
    with app.reading() as read:
        found = read.invoices.find(number=name)
    if not found:
        raise NotFound("invoice", name)
    return found[0].id


def folder_view(app: Plannit, job_id: JobId) -> FolderView:
    """A job folder with its documents. Raises `NotFound`."""
    folder = app.folder(job_id)
    with app.reading() as read:
        timeline = tuple(read.timeline(job_id, limit=MAX_LIMIT))
        quotes = tuple(read.quotes.get(each.id) for each in folder.quotes)
        invoices = tuple(read.invoices.get(each.id) for each in folder.invoices)
    return FolderView(folder, quotes, invoices, timeline, app.today, app.settings.zone)


def invoice_view(app: Plannit, invoice_id: InvoiceId) -> InvoiceView:
    """An invoice with what surrounds it. Raises `NotFound`."""
    invoice = app.get(invoice_id)
    return InvoiceView(
        invoice,
        app.get(invoice.job_id),
        app.get(invoice.contact_id),
        app.get(invoice.quote_id) if invoice.quote_id else None,
        app.actions(invoice_id),
        app.today,
    )


def day_view(app: Plannit, report: DayReport) -> DayView:
    """What one run of the day did."""
    return DayView(
        report,
        tuple(invoice_view(app, each.id) for each in report.issued),
        tuple(invoice_view(app, each.invoice_id) for each in report.refused),
        app.departures(),
    )


def _chosen(storage: Storage, company: str | None) -> Sequence[str]:
    known = sorted(storage.companies())
    if not known:
        raise CommandError(Exit.REFUSED, "company.none")
    if company is None:
        return known
    if company not in known:
        raise CommandError(Exit.REFUSED, "company.unknown", company=company, companies=tuple(known))
    return [company]
