"""The run of the day: with ten invoices due and with a thousand, among many that are stored. It must cost what is due."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from attrs import evolve

from benchmarks.filling import fill
from benchmarks.measure import Figure, quartile, timed
from benchmarks.office import lines, opened, stored, with_jobs
from plannit_core import InvoiceId
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sqlite import SqliteStorage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plannit_core import Plannit

DUE = (10, 1_000)
RUNS = {10: 50, 1_000: 3}
TODAY = date(2026, 3, 2)


def let_leave_today(app: Plannit, number: int, run: int) -> None:
    """So many drafts that leave today, in one job."""
    [job_id] = with_jobs(app, 1)
    draft = app.do(c.DraftInvoice(job_id, lines=lines(3)))
    due = [
        evolve(draft, id=InvoiceId(f"inv_due-{number}-{run}-{place:05d}"), version=1, send_on=TODAY)
        for place in range(number)
    ]
    stored(app, due)


def measure(*, deep: bool = False) -> Iterator[Figure]:
    stored_jobs = 100_000 if deep else 1_000
    with (
        TemporaryDirectory(prefix="plannit-days-") as folder,
        closing(SqliteStorage(Path(folder) / "books.db", synchronous="NORMAL")) as file,
    ):
        for name, storage in (("memory", MemoryStorage()), ("SQLite file", file)):
            app = opened(storage)
            fill(app, stored_jobs)
            few, many = (_each(app, number) for number in DUE)
            yield Figure(
                what=f"run_day, each of {DUE[1]} due, {stored_jobs} jobs, {name}",
                took=many,
                against=f"each of {DUE[0]} due",
                floor=few,
                aim="about 1",
            )
            yield Figure(
                what=f"run_day, nothing due, {stored_jobs} jobs, {name}",
                took=quartile(timed(app.run_day) for _ in range(20)),
                against=f"one of {DUE[0]} due",
                floor=few,
            )


def _each(app: Plannit, number: int) -> float:
    """What a run of the day takes for each invoice that is due."""
    times = []
    for run in range(RUNS[number]):
        let_leave_today(app, number, run)
        times.append(timed(app.run_day) / number)
    return sum(times) / len(times)  # the mean: what a file tidies up now and then belongs to it
