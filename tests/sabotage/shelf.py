"""The shelf: storages that are wrong in one way each, and the check that must notice it."""

from __future__ import annotations

from .around import BESIDES, ERRORS, EVENTS, JOINING, LASTING
from .reading import COMPANIES, EQUALITY, FINDING, SNAPSHOTS, UNIQUE
from .writing import ALL_OR_NOTHING, OWN_WRITES, RECEIPTS, TURNS, VERSIONS

_BOARDS = (
    *(ALL_OR_NOTHING, TURNS, VERSIONS, SNAPSHOTS, OWN_WRITES, EQUALITY, EVENTS, RECEIPTS, COMPANIES, ERRORS, FINDING),
    *(UNIQUE, BESIDES, LASTING, JOINING),
)

SHELF = {what: wrong for board in _BOARDS for what, wrong in board.items()}
"""What is wrong with it, in words → the storage, and the check that must fail."""
