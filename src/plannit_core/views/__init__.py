"""Read models for screens. Current figures come from columns; a report as of a past day reads the invoices that were open.

They are loaded when the first of them is asked for: what only gives commands needs none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .aging import Bucket, Receivable, Receivables, receivables
    from .available import Available, actions
    from .day import DayReport, Departure, RefusedInvoice, departures, due
    from .figures import InvoiceFigures, JobFigures, QuoteFigures
    from .folder import ContactDocuments, JobFolder, contact_documents, job_folder

__all__ = [
    "Available",
    "Bucket",
    "ContactDocuments",
    "DayReport",
    "Departure",
    "InvoiceFigures",
    "JobFigures",
    "JobFolder",
    "QuoteFigures",
    "Receivable",
    "Receivables",
    "RefusedInvoice",
    "actions",
    "contact_documents",
    "departures",
    "due",
    "job_folder",
    "receivables",
]

_HOMES = ("aging", "available", "day", "figures", "folder")


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    known = {each: getattr(home, each) for home in map(_home, _HOMES) for each in __all__ if hasattr(home, each)}
    globals().update(known)
    return known[name]


def _home(name: str) -> Any:
    return import_module(f".{name}", __name__)
