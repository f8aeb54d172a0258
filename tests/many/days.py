"""Many workers let leave what is due in many companies, and are killed now and then: each invoice leaves once, numbered 1 to n.

    python tests/many/days.py                                        # 2,000 invoices of 50 companies, in an SQLite file
    python tests/many/days.py --storage postgresql+psycopg://…       # in a database that is empty
    python tests/many/days.py --companies 500 --invoices 50000

Ends with 1 when an invoice did not leave, left twice, or has a number out of turn.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from attrs import evolve, frozen

from many.storages import HELP, opened, placed
from plannit_core import Actor, FixedClock, Line, Money, Plannit, audit, presets
from plannit_core import commands as c
from plannit_core.events import InvoiceIssued
from plannit_core.workers import run_days

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from plannit_core.ports import Storage

MORNING, LATER = "2026-03-02T09:00-05:00", "2026-06-15T09:00-04:00"
FIRST_DAY = date(2026, 4, 1)


@frozen
class Outcome:
    """What came of it.

    Attributes:
        invoices: How many there were.
        killed: How many workers were killed.
        wrong: What is wrong, by company.
    """

    invoices: int
    killed: int
    wrong: dict[str, str]


def fill(storage: Storage, companies: int, invoices: int) -> None:
    """So many companies with so many drafts in all, each leaving on one of ten days."""
    for number in range(companies):
        app = Plannit(storage, company=f"company-{number}", clock=FixedClock(MORNING))
        app.do(c.ConfigureCompany(evolve(presets.quebec(name="Toitures Lavoie"), day_cap=100_000)))
        ada = app.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))
        job = app.do(c.OpenJob(ada.id))
        own = invoices // companies + (number < invoices % companies)
        for start in range(0, own, 100):
            with app.transaction() as here:
                for place in range(start, min(start + 100, own)):
                    draft = here.do(c.DraftInvoice(job.id, lines=[Line("Visit", 1, Money.cad("100.00"))]))
                    here.do(c.PlanInvoice(draft.id, send_on=FIRST_DAY + timedelta(days=place % 10)))


def work(where: str, number: int, chunk: int) -> None:
    """What a worker does until nothing is due any more."""
    storage = opened(where)
    app = Plannit(storage, company="any", clock=FixedClock(LATER), actor=Actor.system(f"worker-{number}"))
    for _ in run_days(app, chunk=chunk):
        pass


def let_leave(where: str, *, workers: int, kill_seconds: float, seed: int, chunk: int = 10) -> int:
    """Let so many workers do the day, one killed now and then and replaced. Gives how many were killed."""
    chance, spawn = random.Random(seed), multiprocessing.get_context("spawn")
    started = killed = 0
    running: list[BaseProcess] = []
    storage = opened(where)
    due = FIRST_DAY + timedelta(days=365)
    last_kill = time.monotonic()
    while storage.companies(due_on=due):
        running = [each for each in running if each.is_alive()]
        while len(running) < workers:
            started += 1
            process = spawn.Process(target=work, args=(where, started, chunk))
            process.start()
            running.append(process)
        if time.monotonic() - last_kill > kill_seconds:
            chance.choice(running).kill()
            killed, last_kill = killed + 1, time.monotonic()
        time.sleep(0.05)
    for each in running:
        each.join()
    storage.close()
    return killed


def wrongs(storage: Storage) -> dict[str, str]:
    """Companies whose invoices did not all leave once, in the order of their days, numbered 1 to n."""
    found = {}
    for company in storage.companies():
        app = Plannit(storage, company=company, clock=FixedClock(LATER))
        with app.reading() as read:
            invoices = sorted(read.invoices.find(), key=lambda each: each.number or "")
        issued = [
            each.event.invoice_id
            for each in storage.events(company, limit=10**6)
            if isinstance(each.event, InvoiceIssued)
        ]
        if [each.number for each in invoices] != [f"F2026-{place:05d}" for place in range(1, len(invoices) + 1)]:
            found[company] = "numbers"
        elif [each.issued_on for each in invoices] != sorted(each.issued_on for each in invoices if each.issued_on):
            found[company] = "days"
        elif sorted(issued) != sorted(each.id for each in invoices):
            found[company] = "issued twice or never"
        elif audit.check(storage, company).found:
            found[company] = "the closing check"
    return found


def run(where: str, *, companies: int, invoices: int, workers: int, kill_seconds: float, seed: int) -> Outcome:
    """The whole of it, in a storage that is empty."""
    storage = opened(where)
    fill(storage, companies, invoices)
    killed = let_leave(where, workers=workers, kill_seconds=kill_seconds, seed=seed)
    wrong = wrongs(storage)
    storage.close()
    return Outcome(invoices, killed, wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--storage", help=HELP)
    parser.add_argument("--companies", type=int, default=50)
    parser.add_argument("--invoices", type=int, default=2_000)
    parser.add_argument("--workers", type=int, default=16)
    parser.add_argument("--kill-seconds", type=float, default=2.0, help="one worker is killed so often")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="plannit-days-") as folder, placed(asked.storage, Path(folder)) as where:
        began = time.monotonic()
        outcome = run(
            where,
            companies=asked.companies,
            invoices=asked.invoices,
            workers=asked.workers,
            kill_seconds=asked.kill_seconds,
            seed=asked.seed,
        )
    print(
        f"{outcome.invoices} invoices of {asked.companies} companies, {asked.workers} workers, {outcome.killed} killed, "
        f"{time.monotonic() - began:.0f} s, seed {asked.seed}: {outcome.wrong or 'each left once, numbered 1 to n'}"
    )
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
