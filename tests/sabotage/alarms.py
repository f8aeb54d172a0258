"""No false alarm: the kit again and again on storages that are right; `python -m sabotage.alarms --runs 200` in tests/."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.test_conformance import TestMemoryStorage, TestSqliteStorage
from adapters.test_conformance_sql import TestSqlStorageOnPostgresql, TestSqlStorageOnSqlite
from plannit_core.testing import StorageConformance

from .proving import GlassConformance, failures

RIGHT: dict[str, type[StorageConformance]] = {
    "memory": TestMemoryStorage,
    "sqlite": TestSqliteStorage,
    "sql-postgresql": TestSqlStorageOnPostgresql,
    "sql-sqlite": TestSqlStorageOnSqlite,
    "glass": GlassConformance,
}
"""Storages that keep every promise."""


def main() -> int:
    """0 when there was no alarm."""
    parser = argparse.ArgumentParser(prog="sabotage.alarms", description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="of the kit on each storage")
    parser.add_argument("--on", nargs="+", choices=RIGHT, default=[*RIGHT], help="these storages and no others")
    given = parser.parse_args()
    alarms: Counter[str] = Counter()
    for run in range(1, given.runs + 1):
        for conformance in map(RIGHT.__getitem__, given.on):
            with TemporaryDirectory(prefix="plannit-alarms-") as folder:
                found = failures(conformance(), Path(folder))
            alarms.update(f"{conformance.__name__}: {name}: {error!r:.200}" for name, error in found.items())
        print(f"{run} of {given.runs} runs on {', '.join(given.on)}: {alarms.total()} alarms", flush=True)
    for alarm, count in alarms.items():
        print(count, alarm)
    return 1 if alarms else 0


if __name__ == "__main__":
    sys.exit(main())
