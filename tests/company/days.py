"""What the tests of time share: places, wall clocks, invoices that are planned for a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from attrs import evolve

from plannit_core import Actor, Instalment, Line, Plannit, Schedule, When
from plannit_core import commands as c
from support import cad, client_and_job, sent_quote

if TYPE_CHECKING:
    from plannit_core.model.invoice import Invoice
    from plannit_core.model.job import Job

ZONES = (
    "America/St_Johns",
    "America/Halifax",
    "America/Toronto",
    "America/Winnipeg",
    "America/Regina",  # the one that never changes its clocks
    "America/Edmonton",
    "America/Vancouver",
)
WORK = [Line("Déneigement", 1, cad(1_000_00))]


def at(instant: str, zone: str = "America/Toronto") -> datetime:
    """What the wall clock of a place says, as an instant."""
    return datetime.fromisoformat(instant).replace(tzinfo=ZoneInfo(zone))


def set_up(app: Plannit, **changes: Any) -> None:
    app.do(c.ConfigureCompany(evolve(app.settings, **changes)))


def planned(app: Plannit, job: Job, day: date, cents: int = 1_000_00) -> Invoice:
    invoice = app.do(c.DraftInvoice(job.id, lines=[Line("Visite", 1, cad(cents))]))
    return app.do(c.PlanInvoice(invoice.id, send_on=day))


def approved(app: Plannit, whens: list[When]) -> tuple[Invoice, ...]:
    """The invoices of a quote in equal parts, one for each of these days."""
    contact, job = client_and_job(app)
    schedule = Schedule.many_invoices([Instalment.rest(when) for when in whens])
    quote = sent_quote(app, job, WORK, [schedule])
    return app.acting_as(Actor.client(contact.id)).do(c.ApproveQuote(quote.id)).invoices
