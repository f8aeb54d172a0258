"""Reads a season from a folder of CSV and TOML files, and checks all of it before anything is stored."""

from __future__ import annotations

from collections.abc import Collection
from importlib.resources import files
from importlib.resources.abc import Traversable
from os import PathLike
from pathlib import Path

from .company import read_company
from .document_lines import build_lines
from .files import Folder
from .index import Index
from .near import near
from .plan import Season
from .problems import Report
from .records import COMPANY, SCHEDULES
from .references import check_references
from .rehearsal import rehearse
from .rules import check_rules
from .schedules import Offers, read_schedules
from .tables import FILES, read_tables


def read_season(path: str | PathLike[str] | Traversable) -> Season:
    """The season that a folder describes.

    Args:
        path: The folder; `docs/reference/season.md` says what is in it.

    Raises:
        SeasonError: With every problem of every file.
    """
    report = Report()
    folder = Folder(Path(path) if isinstance(path, str | PathLike) else path, report)
    _check_names(folder.names(), report)
    company_text = folder.text(COMPANY)
    company = read_company(company_text, report) if company_text is not None else None
    currency = company.changes[0].settings.currency if company else "CAD"
    schedules = _schedules(folder, currency, report)
    tables = read_tables(folder, company, schedules)
    index = Index(tables)
    check_references(index, report)
    check_rules(index, report)
    lines = build_lines(index, report)
    season = Season(
        report.passed(company, FILES),
        tables.contacts.rows,
        tables.requests.rows,
        tables.quotes.rows,
        tables.invoices.rows,
        tables.work_orders.rows,
        tables.payments.rows,
        tables.actions.rows,
        {key: offer for key, offer in (schedules or {}).items() if offer is not None},
        lines,
    )
    rehearse(season, report)
    return report.passed(season, FILES)


def bundled_path() -> Traversable:
    """Where the bundled season lies: a year of a fictional roofer who also clears snow."""
    return files(__package__ or "") / "data"


def bundled() -> Season:
    """The bundled season, read like anybody's own."""
    return read_season(bundled_path())


def _schedules(folder: Folder, currency: str, report: Report) -> Offers | None:
    text = folder.text(SCHEDULES)
    if text is not None:
        return read_schedules(text, currency, report)
    return None if folder.has(SCHEDULES) else {}


def _check_names(names: Collection[str], report: Report) -> None:
    """Files that look like ours and are not; what an editor or a system puts beside them is passed over."""
    absent = [file for file in FILES if file not in names]
    for name in names:
        if name not in FILES and name.lower().endswith((".csv", ".toml")) and not name.startswith((".", "~$")):
            report.file(name, "file.unknown", **near(name, absent))
