"""A small office in which every kind of command is done once or more, the same each time to the last byte."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from attrs import define, evolve

from plannit_core import Actor, Discount, FixedClock, Instalment, Line, Money, Plannit, Schedule, When, presets
from plannit_core import commands as c
from plannit_core.adapters.sqlite import SqliteStorage

COMPANY = "erabliere"
MORNING = "2026-03-02T09:00-05:00"
LATER = date(2026, 3, 20)

Step = tuple[int, c.Command[Any]]
"""How many days pass first, and what is done then."""


@define
class CountedIds:
    """Ids that are counted; a step that is done again is given the same ones."""

    count: int = 0

    def new(self, kind: Any, at: object) -> Any:
        self.count += 1
        return kind(f"{kind.prefix}_{self.count:04d}")


def script() -> Generator[Step, Any, None]:
    """What happens in the office; each result is sent in."""
    work = [Line("Labour", 10, Money.cad("85.00"), cost=Money.cad("40.00")), Line("Part", 1, Money.cad("349.95"))]
    company = presets.quebec(name="Toitures Lavoie")
    yield 0, c.ConfigureCompany(company)
    ada = yield 0, c.AddContact("Ada Byron", emails=["ada@example.com"], external={"erp": "A-1"})
    bob = yield 0, c.AddContact("Bob Tremblay")
    yield 0, c.EditContact(bob.id, phones=["514 555-0101"], external={"erp": "B-2"})
    roof = yield 0, c.OpenJob(ada.id, title="Toit", external={"erp": "J-1"})
    yard = yield 0, c.OpenJob(ada.id)
    yield 0, c.EditJob(yard.id, status="Quoted", external={"erp": "J-2"})
    yield from _quotes(roof, work)
    yield from _invoices(roof, yard, bob, work)
    yield from _money(yard, work)
    yield from _visits(roof, yard, work)
    yield 1, c.ConfigureCompany(evolve(company, invoice_numbers=evolve(company.invoice_numbers, prefix="G{year}-")))
    last = yield 0, c.DraftInvoice(roof.id, lines=work)
    yield 0, c.SendInvoice(last.id)
    yield 0, c.HoldNumbers()
    yield 1, c.ResumeNumbers(last=["G2026-00042", "J-00042"])


def _quotes(roof: Any, work: list[Line]) -> Generator[Step, Any, None]:
    parts = [
        Instalment.percent(30, When.ON_APPROVAL),
        Instalment.rest(When.on(LATER)),
        Instalment.rest(When.after(days=9)),
    ]
    many = Schedule.many_invoices(parts, name="parts")
    once = Schedule.one_invoice([Instalment.rest(When.ON_APPROVAL)], name="once", discount=Discount.percent(5))
    quote = yield 0, c.DraftQuote(roof.id, lines=work[:1])
    yield 0, c.EditQuote(quote.id, lines=work, schedules=[many, once])
    yield 0, c.SendQuote(quote.id)
    yield 0, c.ExtendQuote(quote.id, valid_until=date(2026, 5, 1))
    done = yield 0, c.ApproveQuote(quote.id, schedule="parts")
    yield 0, c.VoidInvoice(done.invoices[0].id)
    yield 0, c.GenerateInvoices(quote.id)
    other = yield 0, c.DraftQuote(roof.id, lines=work)
    yield 0, c.SendQuote(other.id)
    yield 0, c.DeclineQuote(other.id, reason="Trop cher")


def _invoices(roof: Any, yard: Any, bob: Any, work: list[Line]) -> Generator[Step, Any, None]:
    halves = [Instalment.percent(50, When.on(LATER)), Instalment.rest(When.AT_BILLING)]
    draft = yield 0, c.DraftInvoice(roof.id, lines=work)
    yield 0, c.EditInvoice(draft.id, note="Merci", schedule=Schedule.one_invoice(halves), external={"erp": "F-1"})
    yield 0, c.PlanInvoice(draft.id, send_on=date(2026, 3, 5))
    yield 0, c.HoldInvoice(draft.id)
    yield 0, c.PlanInstalment(draft.id, instalment=1, due_on=date(2026, 4, 1))
    yield 0, c.MoveInvoice(draft.id, job_id=yard.id)
    yield 0, c.IssueInvoice(draft.id)
    yield 0, c.AdjustInvoice(draft.id, lines=[Line("Rabais", -1, Money.cad("50.00"))], reason="Tache")
    planned = yield 0, c.DraftInvoice(roof.id, lines=work[1:])
    yield 0, c.PlanInvoice(planned.id, send_on=date(2026, 3, 4))
    yield 2, c.SendPlannedInvoice(planned.id)
    gone = yield 0, c.DraftInvoice(yard.id)
    yield 0, c.DiscardDraft(gone.id)
    intake = yield 0, c.InvoiceContact(bob.id, lines=work[1:])
    yield 0, c.IssueInvoice(intake.invoice.id)


def _money(yard: Any, work: list[Line]) -> Generator[Step, Any, None]:
    bill = yield 0, c.DraftInvoice(yard.id, lines=work)
    bill = yield 0, c.RecordPayment(bill.id, Money.cad("400.00"), method="cheque", reference="118")
    bill = yield 0, c.RecordPayment(bill.id, Money.cad("979.65"), method="cash")
    yield 0, c.VoidPayment(bill.id, payment_id=bill.payments[0].id)
    yield 1, c.RefundPayment(bill.id, Money.cad("100.00"), method="card")


def _visits(roof: Any, yard: Any, work: list[Line]) -> Generator[Step, Any, None]:
    visit = yield 0, c.PlanWorkOrder(roof.id, title="Visite", on=LATER)
    made = yield 0, c.AddInvoice(visit.id, new=True, lines=work)
    yield 0, c.DetachInvoice(visit.id, invoice_id=made.id)
    yield 0, c.AttachInvoice(visit.id, invoice_id=made.id)
    yield 0, c.CompleteWorkOrder(visit.id)
    off = yield 0, c.PlanWorkOrder(yard.id, title="Inspection")
    yield 0, c.CancelWorkOrder(off.id)


class Office:
    """The office on an SQLite file, its clock and its ids.

    Args:
        file: Where the books are.
    """

    def __init__(self, file: Path, *, synchronous: str = "FULL") -> None:
        self.file = file
        self.clock = FixedClock(MORNING)
        self.ids = CountedIds()
        self._synchronous = synchronous
        self.open()

    def open(self) -> None:
        """Open the books, or open them again."""
        self.storage = SqliteStorage(self.file, synchronous=self._synchronous)
        actor = Actor.user("u17", name="Marie")
        self.app = Plannit(self.storage, company=COMPANY, clock=self.clock, ids=self.ids, actor=actor)

    def close(self) -> None:
        self.storage.close()

    def copied(self) -> bytes:
        """The file as it stands."""
        with closing(sqlite3.connect(self.file)) as connection:
            return connection.serialize()

    def put_back(self, copy: bytes) -> None:
        """Make the file what it was."""
        self.close()
        for left in self.file.parent.glob(f"{self.file.name}*"):
            left.unlink()
        self.file.write_bytes(copy)
        self.open()

    def play(self, do: Callable[[str, c.Command[Any]], Any] | None = None) -> Iterator[tuple[str, c.Command[Any]]]:
        """Do the script, a minute for each step; gives each step once it is done."""
        steps, result = script(), None
        number = 0
        while True:
            try:
                days, command = steps.send(result)
            except StopIteration:
                return
            number += 1
            self.clock.advance(days=days, minutes=1)
            key = f"step-{number}"
            result = do(key, command) if do else self.app.do(command, key=key)
            yield key, command


def dump(file: Path) -> dict[str, list[Any]]:
    """Every row of every table, read by the driver alone."""
    with closing(sqlite3.connect(file)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
        ]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in tables}
