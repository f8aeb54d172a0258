"""The time to import the library, against what it stands on. Each in a Python process of its own, counted inside it.

Importing `plannit_core` loads no storage, no season, no command line, and cattrs only with the first key or file; so it is measured
with the SQLite storage as well.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import plannit_core
from benchmarks.measure import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

FLOOR = "import attrs, cattrs.preconf.json, sqlite3, decimal, json, uuid"
WHOLE = {
    "import plannit_core": "import plannit_core",
    "import plannit_core and its SQLite storage": "import plannit_core, plannit_core.adapters.sqlite",
}
COUNTED = """
from time import process_time
before = process_time()
{statement}
print(process_time() - before)
"""


def environment() -> dict[str, str]:
    """A new process finds the library that this one found."""
    return {**os.environ, "PYTHONPATH": str(Path(plannit_core.__file__).parents[1])}


def seconds(statement: str) -> float:
    """The processor time of an import, once, in a new process."""
    asked = [sys.executable, "-c", COUNTED.format(statement=statement)]
    return float(subprocess.run(asked, check=True, capture_output=True, text=True, env=environment()).stdout)


def measure(*, deep: bool = False) -> Iterator[Figure]:
    statements = [FLOOR, *WHOLE.values()]
    times = [[seconds(statement) for statement in statements] for _ in range(40 if deep else 15)]
    floor, *others = [min(each) for each in zip(*times, strict=True)]
    for what, took in zip(WHOLE, others, strict=True):
        yield Figure(
            what=what, took=took, against="importing what it stands on", floor=floor, aim="at most 3, better 2"
        )
