"""Processes that write at once to PostgreSQL: to one company, where they follow one another, and each to a company of its own.

    python tests/benchmarks/run.py writers

Each process does the flow's four commands for one job after the other. How much more eight do than one hangs on the number of
cores, which the processes share with the server.
"""

from __future__ import annotations

import multiprocessing
import time
from contextlib import ExitStack, closing
from statistics import median
from typing import TYPE_CHECKING, Any

from attrs import frozen

from benchmarks import servers
from benchmarks.flow import one_by_one
from benchmarks.measure import Figure
from benchmarks.office import COMPANY, opened, with_jobs
from databases import database
from plannit_core.adapters.sql import SqlStorage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.synchronize import Barrier

PROCESSES = 8
COMMANDS = 4
PATIENCE = 120.0


@frozen
class Crew:
    """Processes at work.

    Attributes:
        what: What they are called.
        companies: One for each process.
    """

    what: str
    companies: tuple[str, ...]


ALONE = Crew("one process", (COMPANY,))
CREWS = (
    ALONE,
    Crew(f"{PROCESSES} processes, one company", (COMPANY,) * PROCESSES),
    Crew(f"{PROCESSES} processes, {PROCESSES} companies", tuple(f"{COMPANY}-{n}" for n in range(PROCESSES))),
)


def seconds(crew: Crew, where: str, flows: int) -> float:
    """How long the processes take for so many flows each, from the moment when all of them are ready to the end of the last."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(len(crew.companies) + 1)
    processes = [
        context.Process(target=work, args=(where, company, number, flows, ready))
        for number, company in enumerate(crew.companies, start=1)
    ]
    for each in processes:
        each.start()
    ready.wait(PATIENCE)
    began = time.perf_counter()
    ready.wait(PATIENCE)
    took = time.perf_counter() - began
    for each in processes:
        each.join(PATIENCE)
    return took


def work(where: str, company: str, number: int, flows: int, ready: Barrier) -> None:
    """One process: its own ids, its own jobs."""
    with closing(SqlStorage(where, timeout=PATIENCE)) as storage:
        app = opened(storage, first_id=int(time.time()) * 10**9 + number * 10**8, company=company)
        jobs = with_jobs(app, flows)
        one_by_one(app, with_jobs(app, 1)[0])  # the first statements are slower than the others
        ready.wait(PATIENCE)
        for job in jobs:
            one_by_one(app, job)
        ready.wait(PATIENCE)


def measure(*, deep: bool = False) -> Iterator[Figure]:
    servers.needed()
    flows, turns = (150, 5) if deep else (40, 3)
    times: dict[str, list[float]] = {crew.what: [] for crew in CREWS}
    with ExitStack() as stack:
        where: Any = stack.enter_context(database()).url.render_as_string(hide_password=False)
        for _ in range(turns):
            for crew in CREWS:
                commands = len(crew.companies) * flows * COMMANDS
                times[crew.what].append(seconds(crew, where, flows) / commands)
    floor = median(times[ALONE.what])
    for crew in CREWS[1:]:
        took = median(times[crew.what])
        yield Figure(what=f"a command, {crew.what}", took=took, against=ALONE.what, floor=floor, is_rate=True)
