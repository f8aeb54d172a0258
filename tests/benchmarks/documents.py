"""Saving and loading one invoice of many lines, against bare JSON of the same text; and reading it through the door."""

from __future__ import annotations

import json
from contextlib import closing
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.measure import Figure, taking_turns
from benchmarks.office import lines, opened, with_jobs
from plannit_core import commands as c
from plannit_core import serial
from plannit_core.adapters.sqlite import SqliteStorage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plannit_core import Plannit
    from plannit_core.model.invoice import Invoice

SIZES = (10, 1_000, 10_000)


def drafted(app: Plannit, size: int) -> Invoice:
    """An invoice of so many lines, stored."""
    [job] = with_jobs(app, 1)
    return app.do(c.DraftInvoice(job, lines=lines(size)))


def is_kept(invoice: Invoice) -> bool:
    """Whether it is the same after it was text."""
    return serial.load_record("invoice", serial.dump_record(invoice)) == invoice


def measure(*, deep: bool = False) -> Iterator[Figure]:
    with (
        TemporaryDirectory(prefix="plannit-documents-") as folder,
        closing(SqliteStorage(Path(folder) / "books.db", synchronous="NORMAL")) as storage,
    ):
        app = opened(storage)
        for size in SIZES:
            yield from _of_size(app, size, turns=(40_000 if deep else 8_000) // size + 3)


def _of_size(app: Plannit, size: int, turns: int) -> Iterator[Figure]:
    invoice = drafted(app, size)
    text = serial.dump_record(invoice)
    data = json.loads(text)
    took, floor = taking_turns(lambda: serial.dump_record(invoice), lambda: json.dumps(data), turns=turns)
    yield Figure(what=f"saving an invoice of {size} lines", took=took, against="json.dumps", floor=floor)
    spaces = cycle(range(1, 600))
    took, floor, through = taking_turns(
        lambda: serial.load_record("invoice", text + " " * next(spaces)),  # what was read before is not read again
        lambda: json.loads(text),
        lambda: app.get(invoice.id),
        turns=turns,
    )
    yield Figure(what=f"loading an invoice of {size} lines", took=took, against="json.loads", floor=floor)
    yield Figure(what=f"app.get of an invoice of {size} lines", took=through, against="json.loads", floor=floor)
