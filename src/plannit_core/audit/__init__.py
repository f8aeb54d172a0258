"""The closing check: reads everything a company has stored and says what cannot be right.

It works through the ports alone, so it serves every storage, and it changes nothing. `docs/how-to/check-your-books.md` tells how
to use it.

>>> from plannit_core.adapters.memory import MemoryStorage
>>> check(MemoryStorage(), "erabliere").is_clean
True
"""

from __future__ import annotations

from typing import Any

from ..errors import SchemaError, StorageError
from ..ports import COLUMNS, Storage
from .books import Evidence, Reading
from .findings import Collector, Finding, Findings
from .history import History
from .relations import relate
from .words import WORDS, words

__all__ = ["WORDS", "Finding", "Findings", "check", "words"]


def check(storage: Storage, company: str) -> Findings:
    """Everything that is wrong with a company's books; nothing when they are sound.

    A storage that has a method `damage(company)`, giving kinds, ids and words, is asked for what it finds wrong by itself first.

    Args:
        storage: Where the books are. Others may go on writing meanwhile: what is looked at is one snapshot.
        company: Whose.
    """
    found = Collector()
    counts, events = dict.fromkeys(COLUMNS, 0), 0
    _ask(storage, company, found)
    try:
        with Reading(storage, company) as reading:
            books = Evidence(reading, found)
            books.look()
            counts = {kind: len(rows) for kind, rows in books.rows.items()}
            history = History(books, found)
            events = history.read(storage, company, reading.position)
            if reading.position or any(counts.values()):
                relate(books, found)
                history.compare()
    except (StorageError, SchemaError) as error:
        kind, id = (str(error.params.get(name, default)) for name, default in (("kind", "storage"), ("id", "")))
        found.add(kind, id, "storage.failed", problem=error.code)
    return Findings(company, counts, events, tuple(found.found))


def _ask(storage: Any, company: str, found: Collector) -> None:
    """What a storage finds wrong by itself; nothing where it has no such check."""
    if not hasattr(storage, "damage"):
        return
    try:
        for kind, id, detail in storage.damage(company):
            found.add(kind, id, "storage.damage", detail=detail)
    except StorageError as error:
        found.add("storage", "", "storage.failed", problem=error.code)
