"""Finds what a key points at, in all files of a folder at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Any

from ..errors import InvalidInput
from ..values.schedule import Schedule
from .cells import columns, is_key
from .near import near
from .records import (
    ACTION_TARGETS,
    CONTACTS,
    INVOICES,
    MAKING,
    QUOTES,
    REQUESTS,
    SCHEDULES,
    WORK_ORDERS,
    InvoiceRow,
    QuoteRow,
    WorkOrderRow,
)
from .tables import NEEDED, Tables

_SHOWN = 60


class Index:
    """The rows of every file by key.

    Args:
        tables: The files.

    Attributes:
        tables: The files.
        missed: Files that should have rows and have none, or are not there: every season needs them, or a cell can mean
            no other file.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        empty = {file for file, table in tables.by_file().items() if table.is_sound and not table.keys}
        empty |= {SCHEDULES} if tables.schedules == {} else set()
        self.missed = (tables.absent & set(NEEDED)) | ((tables.absent | empty) & set(_named_files(tables)))
        self._rows: Mapping[str, Mapping[str, Any]] = {
            file: {row.key: row for row in table.rows} for file, table in tables.by_file().items()
        }

    def knows(self, file: str, key: str) -> bool:
        """Whether a file has this key, on a good row or a bad one; taken as read of a file that cannot be, or is missed."""
        if file in self.missed:
            return True
        if file == SCHEDULES:
            return self.tables.schedules is None or key in self.tables.schedules
        table = self.tables.by_file()[file]
        return key in table.keys or not table.is_sound

    def unknown(self, reference: str, *files: str) -> dict[str, str]:
        """The params of a problem with a reference that none of the files has: what is close to it, if anything."""
        head, slash, place = reference.partition("/")
        keys: Iterable[str] = chain.from_iterable(self._keys(file) for file in files)
        close = {name: f"{key}{slash}{place.strip()}" for name, key in near(head[:_SHOWN].strip(), keys).items()}
        return {"found": reference[:_SHOWN], "files": ", ".join(files), **close}

    def row(self, file: str, key: str) -> Any | None:
        """The row of this key; `None` when there is none, or it has a problem of its own."""
        return self._rows.get(file, {}).get(key)

    def schedule(self, key: str | None) -> Schedule | None:
        """The schedule of this key; `None` when there is none, or it has a problem of its own."""
        offer = (self.tables.schedules or {}).get(key or "")
        return offer.fr if offer else None

    def language(self, request: str | None, contact: str | None = None) -> str:
        """What the client of a request (or this contact) reads."""
        job = self.row(REQUESTS, request or "") or self.row(INVOICES, request or "")
        who = self.row(CONTACTS, contact or (job.contact if job else None) or "")
        fallback = self.tables.company.language() if self.tables.company else "fr"
        return who.language or fallback if who else fallback

    def invoice_day(self, reference: str) -> date | None:
        """From which day on an invoice exists; `None` when the row that makes it has a problem of its own.

        Args:
            reference: `Q-014/2` for the second invoice of a quote, `Q-014` when it makes one only; else the key of an
                invoice, or of a work order that makes one.

        Raises:
            InvalidInput: `key.unknown`, `invoice.none`, `invoice.which`, `invoice.no-such-part`.
        """
        head, slash, place = reference.partition("/")
        if self.knows(QUOTES, head):
            quote = self.row(QUOTES, head)
            return None if quote is None else self._part_day(quote, place)
        if slash or not (self.knows(INVOICES, head) or self.knows(WORK_ORDERS, head)):
            raise InvalidInput("key.unknown", **self.unknown(reference, QUOTES, INVOICES, WORK_ORDERS))
        maker: InvoiceRow | WorkOrderRow | None = self.row(INVOICES, head) or self.row(WORK_ORDERS, head)
        if maker is None or isinstance(maker, InvoiceRow):
            return maker.day if maker else None
        if maker.billing not in MAKING:
            raise InvalidInput("invoice.none", found=head)
        return maker.done_on

    def _keys(self, file: str) -> Iterable[str]:
        keys: Iterable[str] = (self.tables.schedules or {}) if file == SCHEDULES else self.tables.by_file()[file].keys
        return filter(is_key, keys)

    def _part_day(self, quote: QuoteRow, place: str) -> date | None:
        """From which day on the invoice in `place` of a quote's schedule exists."""
        made_on = quote.generated_on or quote.answered_on
        company = self.tables.company
        waits = company and made_on and not quote.generated_on and not company.settings(made_on).generates_on_approval
        if not quote.is_approved or waits:
            raise InvalidInput("invoice.none", found=quote.key)
        schedule = self.schedule(quote.schedule)
        if quote.schedule and schedule is None:
            return made_on
        count = schedule.invoice_count if schedule else 1
        if count > 1 and not place:
            raise InvalidInput("invoice.which", count=count)
        if place and place not in map(str, range(1, count + 1)):
            raise InvalidInput("invoice.no-such-part", count=count)
        return made_on


def _named_files(tables: Tables) -> Iterator[str]:
    """Files that a cell names, or that lines belong to, where no other file can be meant."""
    for table in (*tables.by_file().values(), *tables.lines.values()):
        cells = [(each.column, each.value) for each in table.named]
        cells += [(column, getattr(row, column.name)) for row in table.rows for column in columns(type(row))]
        yield from (column.points_to[0] for column, value in cells if value and len(column.points_to) == 1)
    yield from (file for file, table in tables.lines.items() if table.rows or table.named)
    yield from (ACTION_TARGETS[row.action] for row in tables.actions.rows if row.action in ACTION_TARGETS)
