"""The folder of a job with a thousand invoices, beside one with ten, in books that hold both."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from attrs import evolve

from benchmarks.measure import Figure, taking_turns
from benchmarks.office import lines, opened, stored, with_jobs
from plannit_core import InvoiceId
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sqlite import SqliteStorage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plannit_core import JobId, Plannit

SIZES = (10, 1_000)


def with_invoices(app: Plannit, job_id: JobId, number: int) -> None:
    """So many invoices in one job, a draft and issued ones, each of another amount; and an event of each on its timeline."""
    draft = app.do(c.DraftInvoice(job_id, lines=lines(3)))
    issued = app.preview(c.IssueInvoice(draft.id))
    [event] = issued.events
    copies = [
        evolve(
            issued.result,
            id=InvoiceId(f"inv_copy-{job_id[4:]}-{place:05d}"),
            version=1,
            number=f"C-{job_id}-{place}",
            lines=tuple(evolve(line, quantity=place) for line in issued.result.lines),
        )
        for place in range(1, number)
    ]
    stored(app, copies, [evolve(event, invoice_id=each.id, number=each.number) for each in copies])


def turns(app: Plannit, jobs: list[JobId], *, deep: bool) -> list[float]:
    """What the folder of each job takes."""
    return taking_turns(*(partial(app.folder, job) for job in jobs), turns=200 if deep else 60)


def measure(*, deep: bool = False) -> Iterator[Figure]:
    with (
        TemporaryDirectory(prefix="plannit-folders-") as folder,
        closing(SqliteStorage(Path(folder) / "books.db", synchronous="NORMAL")) as file,
    ):
        for name, storage in (("SQLite file", file), ("memory", MemoryStorage())):
            app = opened(storage)
            jobs = with_jobs(app, len(SIZES))
            for job, size in zip(jobs, SIZES, strict=True):
                with_invoices(app, job, size)
            small, large = turns(app, jobs, deep=deep)
            yield Figure(
                what=f"a folder of {SIZES[1]} invoices, {name}",
                took=large,
                against=f"a folder of {SIZES[0]}",
                floor=small,
                aim="under 5 ms",
            )
