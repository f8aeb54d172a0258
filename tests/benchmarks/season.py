"""The replay of the bundled season: on a file and in memory, and a second replay, which finds everything done."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.measure import Figure, timed
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.season import bundled, replay

if TYPE_CHECKING:
    from collections.abc import Iterator


def measure(*, deep: bool = False) -> Iterator[Figure]:
    season = bundled()
    yield Figure(what="reading the season's files", took=min(timed(bundled) for _ in range(5)))
    with TemporaryDirectory(prefix="plannit-season-") as folder:
        firsts, agains = [], []
        for _ in range(5 if deep else 2):
            storage = MemoryStorage()
            firsts.append(timed(partial(replay, season, storage)))
            agains.append(timed(partial(replay, season, storage)))
        yield Figure(what="the season replayed, memory", took=min(firsts))
        yield Figure(
            what="the same once more, which adds nothing", took=min(agains), against="the first time", floor=min(firsts)
        )
        for synchronous in ("NORMAL", "FULL"):
            times = []
            for run in range(3 if deep else 1):
                with closing(SqliteStorage(Path(folder) / f"{synchronous}{run}.db", synchronous=synchronous)) as file:
                    times.append(timed(partial(replay, season, file)))
            yield Figure(
                what=f"the season replayed, SQLite file, {synchronous}",
                took=min(times),
                against="in memory",
                floor=min(firsts),
            )
