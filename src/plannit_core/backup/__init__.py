"""Backup and restore, between any two storages: a company's books as lines of text, and books from such lines.

A backup is taken while others go on writing: what it holds is one snapshot, up to the position that its first line states.
`docs/how-to/back-up-and-restore.md` tells how to use it.

>>> from plannit_core.adapters.memory import MemoryStorage
>>> len(list(exported(MemoryStorage(), "erabliere")))  # nothing is stored: only the first line and the last
2
"""

from __future__ import annotations

from .exporting import exported
from .lines import Header, item_of
from .restoring import Restored, checked, parts, restored

__all__ = ["Header", "Restored", "checked", "exported", "item_of", "parts", "restored"]
