"""How the benchmarks measure: what is compared takes turns, so that a busy machine slows both alike; only the ratio is of use.

Each turn is timed by itself. Of what only reckons the fastest turn counts, for whatever is more was somebody else's; of what waits
for a disk the lower quartile, for the fastest turn may have been lucky; of a rate all turns together, for what happens every so
often belongs to it.
"""

from __future__ import annotations

import gc
from statistics import quantiles
from time import perf_counter
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@frozen(kw_only=True)
class Figure:
    """One line of the table.

    Attributes:
        what: What was measured.
        took: Seconds.
        against: What it is compared with.
        floor: Seconds that one takes; 0 when nothing is compared.
        is_rate: Whether the ratio says what part of the other's rate is reached; else how many times its time is taken.
        aim: What is wanted of the ratio, or of the time.
    """

    what: str
    took: float
    against: str = ""
    floor: float = 0.0
    is_rate: bool = False
    aim: str = ""

    @property
    def ratio(self) -> float | None:
        if not self.floor:
            return None
        return self.floor / self.took if self.is_rate else self.took / self.floor

    def __str__(self) -> str:
        ratio = (
            "" if self.ratio is None else f"{self.ratio:.2f} {'of the rate' if self.is_rate else 'times the time'} of"
        )
        return f"{self.what:58} {_time(self.took)}  {ratio:>22} {self.against:46} {self.aim}".rstrip()


def _time(seconds: float) -> str:
    return f"{seconds * 1_000:10.3f} ms"


def quartile(times: Iterable[float]) -> float:
    known = list(times)
    return quantiles(known, n=4)[0] if len(known) > 1 else known[0]


def timed(act: Callable[[], object]) -> float:
    """The seconds one call takes."""
    began = perf_counter()
    act()
    return perf_counter() - began


def taking_turns(
    *acts: Callable[[], object], turns: int, counts: Callable[[Iterable[float]], float] = min
) -> list[float]:
    """What each of `acts` takes, each called once in each turn; Python does not sweep what was there before meanwhile."""
    gc.collect()
    gc.freeze()
    times = [[timed(act) for act in acts] for _ in range(turns)]
    gc.unfreeze()
    return [counts(each) for each in zip(*times, strict=True)]
