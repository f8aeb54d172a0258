"""Every command and every view in large books on PostgreSQL, against the same in smaller ones; see `growth`.

python tests/benchmarks/run.py large           # 1,000 jobs against 100
python tests/benchmarks/run.py large --deep    # a million against 10,000: a quarter of an hour, 10 GB
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from sqlalchemy import create_engine

from benchmarks import servers
from benchmarks.bulk import fill_in_bulk
from benchmarks.growth import Timed, compared
from benchmarks.office import opened
from databases import new_database
from plannit_core.adapters.sql import SqlStorage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measure import Figure

SIZES = (100, 1_000)
DEEP = (10_000, 1_000_000)


def measure(*, deep: bool = False) -> Iterator[Figure]:
    servers.needed()
    with ExitStack() as stack:
        doors = {size: _filled(stack, size) for size in (DEEP if deep else SIZES)}
        yield from compared("PostgreSQL", doors, days=100 if deep else 40)


def _filled(stack: ExitStack, size: int) -> Timed:
    """Books of so many jobs, in a database of their own."""
    where = stack.enter_context(new_database())
    storage = stack.enter_context(closing(SqlStorage(where)))
    app = opened(storage, first_id=size * 10**9)  # what was read in one is not known in another
    engine = create_engine(where)
    fill_in_bulk(app, engine, size)
    engine.dispose()
    return Timed(app)
