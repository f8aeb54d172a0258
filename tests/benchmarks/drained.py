"""Many events handed to one consumer on PostgreSQL: what one costs, and whether the last ones cost more than the first ones.

    python tests/benchmarks/run.py drained           # 2,000 events
    python tests/benchmarks/run.py drained --deep    # a million: half an hour

After each event is kept how far the consumer has come, in a transaction of its own. The consumer itself does nothing.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import create_engine

from benchmarks import servers
from benchmarks.bulk import EVENTS_A_JOB, fill_in_bulk
from benchmarks.measure import Figure, timed
from benchmarks.office import opened
from databases import new_database
from plannit_core.adapters.sql import SqlStorage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plannit_core import Plannit
    from plannit_core.ports import Recorded

AT_ONCE = 100


def drained(app: Plannit, handle: Callable[[Recorded], object]) -> list[float]:
    """Hand out all events; how long each hundred took."""
    times = []
    while app.outbox.lag("export"):
        times.append(timed(lambda: app.outbox.drain("export", handle, start="beginning", limit=AT_ONCE)))
    return times


def measure(*, deep: bool = False) -> Iterator[Figure]:
    events = 1_000_000 if deep else 2_000
    servers.needed()
    with ExitStack() as stack:
        where = stack.enter_context(new_database())
        app = opened(stack.enter_context(closing(SqlStorage(where))))
        engine = create_engine(where)
        fill_in_bulk(app, engine, events // EVENTS_A_JOB)
        engine.dispose()
        times = drained(app, lambda _: None)
    tenth = len(times) // 10
    first, last = (median(each) / AT_ONCE for each in (times[:tenth], times[-tenth - 1 : -1]))
    yield Figure(what=f"one of {events} events drained", took=sum(times) / events)
    yield Figure(
        what="one of the last tenth", took=last, against="one of the first tenth", floor=first, aim="at most 1.5"
    )
