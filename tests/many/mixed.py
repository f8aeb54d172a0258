"""Many processes give random commands to a few companies at once; then one process gives them again, one after the other.

    python tests/many/mixed.py                                   # 8 processes, 4 companies, 20 seconds, in an SQLite file
    python tests/many/mixed.py --storage postgresql+psycopg://…  # in a database that is empty
    python tests/many/mixed.py --seconds 600

Each command has a key of its own, so that the events tell in which order they were stored. Given again in that order, in memory,
they have to come to the same records and the same events. Ends with 1 when they do not.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from attrs import define, field, frozen

from many.storages import HELP, opened, placed
from plannit_core import FixedClock, Instalment, Line, Money, Plannit, PlannitError, Schedule, When, presets, serial
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from support import everything

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from plannit_core.ports import Storage

MORNING = "2026-03-02T09:00-05:00"
TODAY = date(2026, 3, 2)
METHODS = ("cheque", "card", "interac")


@define
class NotedIds:
    """Ids that no other process gives, and those given since `begin`."""

    name: str
    count: int = 0
    given: list[str] = field(factory=list)

    def begin(self) -> None:
        self.given.clear()

    def new(self, kind: type[Any], at: datetime) -> Any:  # they tell nothing of when
        self.count += 1
        id = kind(f"{kind.prefix}_{self.name}-{self.count:07d}")
        self.given.append(id)
        return id


@define
class SameIds:
    """Ids that were given before, in their order."""

    left: list[str]

    def new(self, kind: type[Any], at: datetime) -> Any:  # as above
        return kind(self.left.pop(0))


# ------------------------------------------------------------------------------------------------------------- what is asked


def lines(chance: random.Random) -> list[Line]:
    return [
        Line(f"Visit {place}", chance.randint(1, 9), Money.of_minor(chance.randint(1, 99_999), "CAD"))
        for place in range(chance.randint(1, 3))
    ]


def schedules(chance: random.Random) -> list[Schedule]:
    """None, or one of a few."""
    later = When.on(TODAY + timedelta(days=chance.randint(1, 60)))
    return chance.choice(
        [
            [],
            [Schedule.one_invoice([Instalment.percent(50, When.ON_APPROVAL), Instalment.rest(later)])],
            [
                Schedule.many_invoices(
                    [
                        Instalment.percent(30, When.ON_APPROVAL),
                        Instalment.rest(later),
                        Instalment.rest(When.TO_BE_PLANNED),
                    ]
                )
            ],
        ]
    )


def asked(app: Plannit, chance: random.Random) -> c.Command[Any]:
    """A random command about something that is there."""
    with app.reading() as read:
        contacts, jobs = read.contacts.find(limit=50), read.jobs.find(limit=50)
        if not contacts or chance.random() < 0.1:
            return c.AddContact(
                f"Client {chance.randint(1, 99)}", emails=["client@example.com"][: chance.randint(0, 1)]
            )
        if not jobs or chance.random() < 0.1:
            return c.OpenJob(chance.choice(contacts).id)
        job = chance.choice(jobs)
        quotes, invoices = read.quotes.find(job_id=job.id), read.invoices.find(job_id=job.id)
        orders = read.work_orders.find(job_id=job.id)
    choices: list[c.Command[Any]] = [
        c.DraftQuote(job.id, lines=lines(chance), schedules=schedules(chance)),
        c.DraftInvoice(job.id, lines=lines(chance)),
        c.InvoiceContact(job.contact_id, lines=lines(chance)),
        c.EditJob(job.id, status=f"Stage {chance.randint(1, 9)}"),
        c.PlanWorkOrder(job.id, title="Visit"),
    ]
    if quotes:
        quote = chance.choice(quotes)
        choices += [c.SendQuote(quote.id), c.ApproveQuote(quote.id), c.GenerateInvoices(quote.id)] * 2
    if orders:
        order = chance.choice(orders)
        choices += [c.AddInvoice(order.id, lines=lines(chance)), c.CompleteWorkOrder(order.id)]
    if invoices:
        invoice = chance.choice(invoices)
        method = chance.choice(METHODS)
        choices += [
            c.SendInvoice(invoice.id),
            c.IssueInvoice(invoice.id),
            c.RecordPayment(invoice.id, max(invoice.balance, Money.cad("0.05")), method=method),
            c.RecordPayment(invoice.id, Money.cad("1.00"), method=method),
            c.AdjustInvoice(invoice.id, lines=[Line("Rebate", 1, Money.cad("-1.00"))]),
            c.VoidInvoice(invoice.id),
            *[c.VoidPayment(invoice.id, payment_id=each.id) for each in invoice.payments[:1]],
        ]
    return chance.choice(choices)


def work(where: str, number: int, companies: Sequence[str], seconds: float, seed: int, journal: str) -> None:
    """What one process does: random commands, and a line for each that was done."""
    chance, ids = random.Random(f"{seed}-{number}"), NotedIds(f"p{number}")
    storage = opened(where)
    app = Plannit(storage, company=companies[0], clock=FixedClock(MORNING), ids=ids)
    give_up, count = time.monotonic() + seconds, 0
    with Path(journal).open("w", encoding="utf-8") as file:
        while time.monotonic() < give_up:
            door = app.for_company(chance.choice(companies))
            command = asked(door, chance)
            key, count = f"{number}-{count}", count + 1
            ids.begin()
            try:
                door.do(command, key=key)
                verdict = "done"
            except PlannitError as error:
                verdict = error.code
            line = {"key": key, "command": serial.to_wire(command), "ids": ids.given, "verdict": verdict}
            file.write(json.dumps(line) + "\n")
    storage.close()


# ----------------------------------------------------------------------------------------------------------- once more


@frozen
class Outcome:
    """What came of it.

    Attributes:
        verdicts: How often each.
        events: How many were stored.
        differing: Companies that one process alone would have left otherwise.
    """

    verdicts: Counter[str]
    events: int
    differing: list[str]


def again(storage: Storage, company: str, told: dict[str, Any]) -> MemoryStorage:
    """The commands of a company once more, in the order of their events, by one process in memory."""
    alone = MemoryStorage()
    app = Plannit(alone, company=company, clock=FixedClock(MORNING))
    app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    for key in keys_in_order(storage, company):
        line = told[key]
        command, given = serial.from_wire(line["command"]), line["ids"]
        looking = SameIds(list(given))
        Plannit(alone, company=company, clock=app.clock, ids=looking).preview(command)
        taken = len(given) - len(looking.left)  # when it was decided twice, the last ones are those that count
        ids = SameIds(given[len(given) - taken :])
        Plannit(alone, company=company, clock=app.clock, ids=ids).do(command, key=key)
    return alone


def keys_in_order(storage: Storage, company: str) -> Iterator[str]:
    """The keys of the events, each once."""
    last = None
    for recorded in storage.events(company, limit=10**7):
        if recorded.key is not None and recorded.key != last:
            last = recorded.key
            yield last


def run(where: str, folder: Path, *, processes: int, companies: int, seconds: float, seed: int) -> Outcome:
    """The whole of it, in a storage that is empty."""
    storage = opened(where)
    names = [f"company-{number}" for number in range(companies)]
    for name in names:
        Plannit(storage, company=name, clock=FixedClock(MORNING)).do(
            c.ConfigureCompany(presets.quebec(name="Toitures Lavoie"))
        )
    spawn = multiprocessing.get_context("spawn")
    journals = [folder / f"journal-{number}.jsonl" for number in range(processes)]
    running = [
        spawn.Process(target=work, args=(where, number, names, seconds, seed, str(journal)))
        for number, journal in enumerate(journals)
    ]
    for each in running:
        each.start()
    for each in running:
        each.join()
    assert [each.exitcode for each in running] == [0] * processes
    told = {
        line["key"]: line for journal in journals for line in map(json.loads, journal.read_text("utf-8").splitlines())
    }
    differing = [name for name in names if everything(storage, name) != everything(again(storage, name, told), name)]
    events = sum(storage.position(name) for name in names)
    storage.close()
    return Outcome(Counter(line["verdict"] for line in told.values()), events, differing)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--storage", help=HELP)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--companies", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    asked_for = parser.parse_args()
    with TemporaryDirectory(prefix="plannit-mixed-") as folder, placed(asked_for.storage, Path(folder)) as where:
        outcome = run(
            where,
            Path(folder),
            processes=asked_for.processes,
            companies=asked_for.companies,
            seconds=asked_for.seconds,
            seed=asked_for.seed,
        )
    verdicts = ", ".join(f"{code} {count}" for code, count in outcome.verdicts.most_common())
    print(
        f"{asked_for.processes} processes, {asked_for.companies} companies, {asked_for.seconds:g} s, seed {asked_for.seed}, "
        f"{outcome.events} events: {outcome.differing or 'as one alone would have left it'}\n{verdicts}"
    )
    return 1 if outcome.differing else 0


if __name__ == "__main__":
    sys.exit(main())
