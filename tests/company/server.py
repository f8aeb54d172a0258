"""A server that bills in three places at one instant: `python -m company.server FILE` prints what it did, and its own zone."""

from __future__ import annotations

import json
import sys
import time
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from attrs import evolve

from plannit_core import FixedClock, Line, Plannit, presets
from plannit_core import commands as c
from plannit_core.adapters.sqlite import SqliteStorage
from support import cad

NIGHT = "2026-06-15T03:30+00:00"


def billed(storage: SqliteStorage, zone: str) -> list[Any]:
    """What a company of that zone has done at this instant: its day, what left, a payment, what is owed."""
    app = Plannit(storage, company=zone.replace("/", "-"), clock=FixedClock(NIGHT))
    app.do(c.ConfigureCompany(evolve(presets.quebec(name="Toitures Lavoie"), time_zone=zone)))
    contact = app.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))
    invoice = app.do(c.InvoiceContact(contact.id, lines=[Line("Call-out", 1, cad(120_00))])).invoice
    app.do(c.PlanInvoice(invoice.id, send_on=date(2026, 6, 15)))
    issued = [(each.number, str(each.issued_on), str(each.issued_at)) for each in app.run_day().issued]
    paid = app.do(c.RecordPayment(invoice.id, cad(100_00), method="card"))
    owed = app.receivables()
    return [str(app.today), issued, str(paid.payments[0].paid_on), str(owed.total), str(owed.deposits)]


def check_today(storage: SqliteStorage, zone: str) -> None:
    """By the machine's own clock, too, it is the day it is there."""
    app = Plannit(storage, company=zone.replace("/", "-"))
    before = datetime.now(ZoneInfo(zone)).date()
    assert before <= app.today <= datetime.now(ZoneInfo(zone)).date()


if __name__ == "__main__":
    books = SqliteStorage(sys.argv[1])
    found = []
    for place in ("America/St_Johns", "America/Toronto", "America/Vancouver"):
        found.append(billed(books, place))
        check_today(books, place)
    print(json.dumps([time.tzname[0], found]))
