"""What `--json` prints: the library's own plain form of each value, with what follows from the day."""

from __future__ import annotations

from typing import Any

from ..serial import plain
from .books import FolderView, InvoiceView
from .season_view import SeasonView

Data = dict[str, Any]


def folder_data(view: FolderView) -> Data:
    """A job folder."""
    invoices = {each.id: each for each in view.invoices}
    return {
        **plain(view.folder),
        "quotes": [{**plain(each), "is_expired": each.is_expired(view.today)} for each in view.folder.quotes],
        "invoices": [
            {
                **plain(each),
                "payment_state": plain(each.payment_state),
                "is_overdue": invoices[each.id].is_overdue(view.today),
            }
            for each in view.folder.invoices
        ],
        "timeline": plain(view.timeline),
        "today": plain(view.today),
    }


def invoice_data(view: InvoiceView) -> Data:
    """An invoice with its job, its contact and what can be done with it."""
    return {
        "invoice": {**plain(view.invoice), "is_overdue": view.invoice.is_overdue(view.today)},
        "job": plain(view.job),
        "contact": plain(view.contact),
        "quote": {"id": plain(view.quote.id), "number": view.quote.number} if view.quote else None,
        "actions": plain(view.actions),
        "today": plain(view.today),
    }


def season_data(view: SeasonView, path: str | None) -> Data:
    """A replayed season; `path` is where its books are kept."""
    replay = view.replay
    return {
        "company": replay.app.company,
        "name": view.settings.name,
        "from": plain(view.starts_on),
        "to": plain(replay.until),
        "db": path,
        "counts": dict(view.counts),
        "done": replay.done,
        "repeated": replay.repeated,
        "refused": plain(replay.refused),
        "held": plain(replay.held),
        "folders": [{"flows": list(flows), **folder_data(folder)} for flows, folder in view.folders],
        "left": _left(view),
        "receivables": plain(view.receivables),
        "reconciliation": [
            {**plain(each), "difference": plain(each.difference)} for each in view.reconciliation.equations
        ],
        "balances": view.reconciliation.balances,
        "shifted": plain(replay.shifted),
    }


def _left(view: SeasonView) -> list[Data]:
    days = []
    for day, left in sorted(view.replay.left.items()):
        invoices = []
        for each in left:
            known = view.invoices.get(each.invoice_id)
            invoices.append(
                {
                    **plain(each),
                    "number": known.number if known else None,
                    "total": plain(known.total) if known else None,
                }
            )
        days.append({"day": plain(day), "invoices": invoices})
    return days
