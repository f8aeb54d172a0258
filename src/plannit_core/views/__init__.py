"""Read models for screens. Current figures come from columns; a report as of a past day reads the invoices that were open."""

from __future__ import annotations

from .actions import Available, actions
from .day import DayReport, Departure, RefusedInvoice, departures
from .figures import InvoiceFigures, JobFigures, QuoteFigures
from .folder import ContactDocuments, JobFolder, contact_documents, job_folder
from .receivables import Bucket, Receivable, Receivables, receivables

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
    "job_folder",
    "receivables",
]
