"""The closing check: reads everything a company has stored and says what cannot be right.

It works through the ports alone, so it serves every storage, and it changes nothing. `docs/how-to/check-your-books.md` tells how
to use it.

>>> from plannit_core.adapters.memory import MemoryStorage
>>> check(MemoryStorage(), "erabliere").is_clean
True
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..errors import SchemaError, StorageError
from ..ports import COLUMNS, Storage
from .books import Evidence, settled
from .findings import Collector, Finding, Findings
from .history import History
from .relations import relate
from .words import WORDS, words

__all__ = ["WORDS", "Finding", "Findings", "check", "words"]


def check(storage: Storage, company: str) -> Findings:
    """Everything that is wrong with a company's books; nothing when they are sound.

    A storage that has a method `damage`, giving texts, is asked for what it finds wrong by itself first.

    Args:
        storage: Where the books are. Others may go on writing meanwhile: what is looked at is one snapshot.
        company: Whose.

    Raises:
        Unavailable: `storage.busy` when somebody writes all the time.
    """
    found = Collector()
    counts, events = dict.fromkeys(COLUMNS, 0), 0
    try:
        for detail in _own_check(storage)():
            found.add("storage", "", "storage.damage", detail=detail)
        with settled(storage, company) as (snapshot, position):
            books = Evidence(snapshot, found)
            books.look()
            counts = {kind: len(rows) for kind, rows in books.rows.items()}
            history = History(books, found)
            events = history.read(storage, company, position)
            if position or any(counts.values()):
                relate(books, found)
                history.compare()
    except (StorageError, SchemaError) as error:
        found.add("storage", "", "storage.failed", problem=error.code)
    return Findings(company, counts, events, tuple(found.found))


def _own_check(storage: Any) -> Callable[[], Sequence[str]]:
    """What a storage can find wrong by itself; nothing where it has no such check."""
    own: Callable[[], Sequence[str]] = getattr(storage, "damage", tuple)
    return own
