"""What is shown of a replayed season, read from the books it left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import field, frozen

from ..model.company import CompanySettings
from ..ports import EVERY, Storage
from ..season import Reconciliation, Replay, Season, reconcile
from ..values.ids import InvoiceId
from ..views import InvoiceFigures, Receivables
from .books import FolderView, folder_view
from .flows import shown_folders


@frozen
class SeasonView:
    """A replayed season.

    Attributes:
        replay: What the replay did.
        settings: The company's.
        starts_on: The first day.
        counts: How many clients, jobs, quotes, invoices and work orders there are.
        folders: The job folders to show, each with the flows it is there for.
        invoices: Every invoice as figures.
        receivables: What is owed on the last day.
        reconciliation: Whether it all adds up.
    """

    replay: Replay
    settings: CompanySettings
    starts_on: date
    counts: Mapping[str, int] = field(hash=False)
    folders: tuple[tuple[tuple[str, ...], FolderView], ...]
    invoices: Mapping[InvoiceId, InvoiceFigures] = field(hash=False)
    receivables: Receivables
    reconciliation: Reconciliation


def season_view(season: Season, done: Replay, storage: Storage) -> SeasonView:
    """What is shown of a season after its replay."""
    app = done.app
    settings = app.settings
    with app.reading() as read:
        figures = InvoiceFigures.each_of(read.invoices.rows(EVERY, ""), settings.currency)
        counts = {
            "client": len(read.contacts.rows(EVERY, "")),
            "job": len(read.jobs.rows(EVERY, "")),
            "quote": len(read.quotes.rows(EVERY, "")),
            "invoice": len(figures),
            "visit": len(read.work_orders.rows(EVERY, "")),
        }
    shown = shown_folders(storage, app.company)
    return SeasonView(
        done,
        settings,
        season.company.starts_on,
        counts,
        tuple((flows, folder_view(app, job_id)) for job_id, flows in shown.items()),
        {each.id: each for each in figures},
        app.receivables(done.until),
        reconcile(app),
    )
