"""Every command and every view in small and in large books: what one costs must not hang on what is stored.

A working day runs through every command, the same in each of the books, which take turns; only what is stored besides differs.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

from attrs import evolve

from benchmarks.filling import fill
from benchmarks.flow import THIRDS
from benchmarks.measure import Figure, quartile
from benchmarks.office import lines, opened
from plannit_core import Instalment, Money, Schedule, When
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sqlite import SqliteStorage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plannit_core import JobId, Plannit
    from plannit_core.model.contact import Contact
    from plannit_core.ports import Storage

SIZES = (100, 10_000)
DEEP = (100, 10_000, 100_000)
LATER = date(2026, 6, 15)
LATEST = date(2026, 7, 1)
TODAY = date(2026, 3, 2)


class Timed:
    """A door that notes how long everything takes, by the name of the command or view."""

    def __init__(self, app: Plannit) -> None:
        self.app = app
        self.times: dict[str, list[float]] = defaultdict(list)

    def do(self, command: c.Command[Any]) -> Any:
        return self.timed(type(command).__name__, lambda: self.app.do(command))

    def timed(self, name: str, act: Callable[[], Any]) -> Any:
        began = perf_counter()
        result = act()
        self.times[name].append(perf_counter() - began)
        return result


def working_day(door: Timed) -> None:
    """Every command at least once, then every view."""
    settings = door.app.settings
    door.do(c.ConfigureCompany(evolve(settings, terms_days=30 - settings.terms_days)))
    contact = door.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))
    door.do(c.EditContact(contact.id, phones=["514 555-0100"]))
    job = door.do(c.OpenJob(contact.id))
    door.do(c.EditJob(job.id, title="Toit, 12 rue du Moulin"))
    _quotes(door, job.id)
    _invoices(door, job.id, contact)
    _visits(door, job.id)
    door.do(c.HoldNumbers())
    door.do(c.ResumeNumbers())
    _views(door, job.id, contact)


def _quotes(door: Timed, job_id: JobId) -> None:
    declined = door.do(c.DraftQuote(job_id, lines=lines(2)))
    door.do(c.SendQuote(declined.id))
    door.do(c.DeclineQuote(declined.id))
    quote = door.do(c.DraftQuote(job_id, lines=lines(2)))
    door.do(c.EditQuote(quote.id, lines=lines(3), schedules=[THIRDS]))
    door.do(c.SendQuote(quote.id))
    door.do(c.ExtendQuote(quote.id, valid_until=LATER))
    first, *_ = door.do(c.ApproveQuote(quote.id)).invoices
    door.do(c.IssueInvoice(first.id))
    door.do(c.VoidInvoice(first.id))
    door.do(c.GenerateInvoices(quote.id))


def _invoices(door: Timed, job_id: JobId, contact: Contact) -> None:
    halves = Schedule.one_invoice([Instalment.percent(50, When.AT_BILLING), Instalment.rest(When.on(LATER))])
    invoice = door.do(c.DraftInvoice(job_id, lines=lines(3), schedule=halves))
    door.do(c.EditInvoice(invoice.id, note="Merci"))
    door.do(c.PlanInvoice(invoice.id, send_on=LATER))
    door.do(c.HoldInvoice(invoice.id))
    door.do(c.PlanInstalment(invoice.id, instalment=2, due_on=LATEST))
    sent = door.do(c.SendInvoice(invoice.id))
    paid = door.do(c.RecordPayment(invoice.id, sent.total, method="cheque"))
    door.do(c.VoidPayment(invoice.id, payment_id=paid.payments[0].id))
    door.do(c.RecordPayment(invoice.id, sent.total, method="cheque"))
    door.do(c.RefundPayment(invoice.id, Money.cad("10.00"), method="cheque"))
    door.do(c.AdjustInvoice(invoice.id, lines=[evolve(lines(1)[0], quantity="-1")]))
    intake = door.do(c.InvoiceContact(contact.id, lines=lines(1)))
    door.do(c.MoveInvoice(intake.invoice.id, job_id=job_id))
    door.do(c.PlanInvoice(intake.invoice.id, send_on=TODAY))
    door.do(c.SendPlannedInvoice(intake.invoice.id))
    door.do(c.DiscardDraft(door.do(c.DraftInvoice(job_id)).id))


def _visits(door: Timed, job_id: JobId) -> None:
    order = door.do(c.PlanWorkOrder(job_id, title="Visite"))
    invoice = door.do(c.AddInvoice(order.id, new=True, lines=lines(1)))
    door.do(c.DetachInvoice(order.id, invoice_id=invoice.id))
    door.do(c.AttachInvoice(order.id, invoice_id=invoice.id))
    door.do(c.CompleteWorkOrder(order.id))
    door.do(c.CancelWorkOrder(door.do(c.PlanWorkOrder(job_id, title="Retour")).id))


def _views(door: Timed, job_id: JobId, contact: Contact) -> None:
    app = door.app
    door.timed("folder", lambda: app.folder(job_id))
    [*_, last] = door.timed("documents", lambda: app.documents(contact.id)).invoices
    door.timed("get", lambda: app.get(last.id))
    door.timed("actions", lambda: app.actions(last.id))
    door.timed("receivables", app.receivables)
    door.timed("departures", app.departures)
    with app.reading() as read:
        door.timed("find by job", lambda: read.invoices.find(job_id=job_id))


def measure(*, deep: bool = False) -> Iterator[Figure]:
    for name in ("memory", "SQLite file"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="plannit-growth-")))
            doors = {}
            for size in DEEP if deep else SIZES:
                storage: Storage = MemoryStorage()
                if name != "memory":
                    storage = SqliteStorage(folder / f"{size}.db", synchronous="NORMAL")
                stack.enter_context(closing(storage))
                doors[size] = Timed(
                    opened(storage, first_id=size * 10**9)
                )  # what was read in one is not known in another
                fill(doors[size].app, size)
            yield from compared(name, doors, days=60 if deep else 40)


def compared(name: str, doors: dict[int, Timed], *, days: int) -> Iterator[Figure]:
    """So many working days in books of each size, which take turns; what each command and view took against the smallest books."""
    for _ in range(days):
        for door in doors.values():
            working_day(door)
    small, *larger = doors
    for what, floor in doors[small].times.items():
        for size in larger:
            yield Figure(
                what=f"{what}, {size} jobs, {name}",
                took=quartile(doors[size].times[what]),
                against=f"with {small}",
                floor=quartile(floor),
                aim="at most 1.5",
            )
