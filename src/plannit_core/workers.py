"""The day of many companies, by many workers: each takes a company that no other is at, lets a few invoices leave, and goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, timedelta

from .app import Plannit, TransactionDoor
from .commands import SendPlannedInvoice
from .door import settings_of
from .errors import Conflict, NotFound, Refused, Unavailable, reason, reasons_of
from .repositories import Books
from .values.checks import check_limit
from .values.ids import InvoiceId
from .views import DayReport, RefusedInvoice, due

__all__ = ["run_days"]

_AHEAD = timedelta(hours=14)  # so far ahead of UTC a company's day can be
_PATIENCE_SECONDS = 60.0


def run_days(app: Plannit, *, chunk: int = 50) -> Iterator[tuple[str, DayReport]]:
    """Let leave what is due, in every company of the storage, each on its own day; running it again adds nothing.

    Any number of processes may run this at once. A worker takes the turn of a company that nobody else has, lets at most `chunk`
    invoices leave in one commit, and goes on to the next company; one that died holds nobody up. The invoices of a company leave in
    the order of their days, whoever lets them, and each leaves once.

    It is a generator: it goes as far as you go through it.

    >>> from plannit_core.adapters.memory import MemoryStorage
    >>> list(run_days(Plannit(MemoryStorage(), company="any")))
    []

    Args:
        app: A door of any company, even of one that there is not: its storage, clock, ids, policies and actor serve for all.
        chunk: How many invoices leave in one commit at most, 1 or more.

    Yields:
        A company and what was done in it, after each commit: a company may come several times, and also with nothing issued.

    Raises:
        Unavailable: for a minute somebody else had the turn of every company that is left; `Conflict` on a storage without turns.
        Exception: what failed in a company, the first if several did, with a note that names it; after all others had their day.
    """
    size = max(check_limit(chunk, "chunk"), 1)
    done: set[str] = set()
    refused: dict[str, set[InvoiceId]] = {}
    failures: list[Exception] = []
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while left := [each for each in app.storage.companies(due_on=_latest(app)) if each not in done]:
        was_busy = True
        for company in left:
            known = refused.setdefault(company, set())
            try:
                report, is_over = _run_chunk(app.for_company(company), size, known)
            except (Conflict, Unavailable) as busy:  # another worker is at it
                if time.monotonic() > give_up:
                    if failures:
                        raise failures[0] from busy
                    raise
                continue
            except Exception as error:  # noqa: BLE001  # told at the end, whatever it is
                error.add_note(f"in the company {company}")
                failures.append(error)
                done.add(company)
                continue
            was_busy = False
            known.update(each.invoice_id for each in report.refused)
            if is_over:
                done.add(company)
            give_up = time.monotonic() + _PATIENCE_SECONDS
            yield company, report
        if was_busy:
            time.sleep(0.02)
    if failures:
        raise failures[0]


def _latest(app: Plannit) -> date:
    """The latest day it is in any time zone."""
    return (app.clock.now().astimezone(UTC) + _AHEAD).date()


def _run_chunk(door: Plannit, size: int, known: set[InvoiceId]) -> tuple[DayReport, bool]:
    """What left of a company, in one commit, but for those `known` to be refused; and whether that was all."""
    with door.storage.writing(door.company, wait=False) as txn, TransactionDoor.over(door, txn) as here:
        read, today = Books(txn), here.today
        cap = settings_of(read).day_cap
        ids = due(read, today, cap)
        if ids is None:
            return DayReport(today, stopped=reason("day.too-many", cap=cap)), True
        waiting = [each for each in ids if each not in known]
        issued, refused = [], []
        for id in waiting[:size]:
            try:
                issued.append(here.do(SendPlannedInvoice(id)))
            except (Refused, NotFound) as error:  # not found: a contact that its host let go
                refused.append(RefusedInvoice(id, reasons_of(error)))
        return DayReport(today, tuple(issued), tuple(refused)), len(waiting) <= size
