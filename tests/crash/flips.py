"""Flips one random bit of an SQLite file, many times, and counts what comes of it.

    python tests/crash/flips.py --flips 5000 --seed 1             with the seals of the rows
    python tests/crash/flips.py --flips 5000 --seed 1 --unsealed  as it would be without them

`docs/explanation/damaged-files.md` says what was measured.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[1]))

from crash.office import COMPANY, Office
from plannit_core import PlannitError, SchemaError, audit
from plannit_core.adapters.sqlite import SqliteStorage, books, selfcheck
from plannit_core.ports import COLUMNS, EVERY


def everything(storage: SqliteStorage, keys: list[str]) -> Any:
    """All that the library reads out of a company's books."""
    with storage.reading(COMPANY) as read:
        records = {kind: list(read.select(kind, EVERY, "")) for kind in COLUMNS}
        figures = {kind: list(read.figures(kind, EVERY, "")) for kind in COLUMNS}
        folders = [
            (
                list(read.timeline(job.id)),
                *(list(read.figures(kind, "job_id", job.id)) for kind in ("quote", "invoice")),
            )
            for job in records["job"]
        ]
        receipts = [read.receipt(key) for key in keys]
    return records, figures, folders, receipts, list(storage.events(COMPANY)), storage.position(COMPANY)


def outcome(file: Path, truth: Any, keys: list[str]) -> tuple[str, bool]:
    """What reading the damaged file comes to, and whether the check finds that something is wrong."""
    try:
        storage = SqliteStorage(file)
    except PlannitError:
        return "unreadable", True
    try:
        try:
            came_to = "nothing changed" if everything(storage, keys) == truth else "wrong and looks right"
        except SchemaError as error:
            came_to = "refused, named" if "id" in error.params else "unreadable"
        except (PlannitError, ValueError):  # the latter only without seals
            came_to = "unreadable"
        return came_to, finds_damage(storage)
    finally:
        storage.close()


def finds_damage(storage: SqliteStorage) -> bool:
    try:
        return not audit.check(storage, COMPANY).is_clean
    except ValueError:  # only without seals
        return True


def any_seal_will_do(*_: object) -> object:
    return mock.ANY


def run(flips: int, seed: int, folder: Path) -> Counter[tuple[str, bool]]:
    """`flips` times one bit of the office's file."""
    chance = random.Random(seed)
    file = folder / "books.db"
    office = Office(file, synchronous="NORMAL")
    keys = [key for key, _ in office.play()]
    truth = everything(office.storage, keys)
    office.close()
    whole = file.read_bytes()
    counts: Counter[tuple[str, bool]] = Counter()
    for _ in range(flips):
        damaged = bytearray(whole)
        place = chance.randrange(len(whole) * 8)
        damaged[place // 8] ^= 1 << place % 8
        for left in folder.glob("books.db*"):
            left.unlink()
        file.write_bytes(damaged)
        counts[outcome(file, truth, keys)] += 1
    return counts


def report(counts: Counter[tuple[str, bool]]) -> str:
    rows = [f"{'what reading came to':24} {'flips':>7} {'found by check':>15}"]
    for name in ("nothing changed", "refused, named", "unreadable", "wrong and looks right"):
        found, missed = counts[name, True], counts[name, False]
        rows.append(f"{name:24} {found + missed:7} {found:15}")
    return "\n".join(rows)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--flips", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--unsealed", action="store_true")
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if args.unsealed:
            any_seal = mock.patch.object(selfcheck, "seal_of", any_seal_will_do)
            with mock.patch.object(books, "check_seal", any_seal_will_do), any_seal:
                counts = run(args.flips, args.seed, Path(folder))
        else:
            counts = run(args.flips, args.seed, Path(folder))
    print(report(counts))


if __name__ == "__main__":
    main()
