"""The shelf: storages that are wrong in one way each, and the check that must notice it."""

from __future__ import annotations

from .besides import BESIDES, JOINING, LASTING
from .finding import FINDING, UNIQUE
from .keeping import OWN_WRITES, RECEIPTS, VERSIONS
from .reading import COMPANIES, EQUALITY, SNAPSHOTS
from .rest import AROUND, READERS, WHOLE, WRITERS
from .restoring import CURSORS, RESTORING, SINCE
from .telling import ERRORS, EVENTS
from .writing import ALL_OR_NOTHING, TURNS

_BOARDS = (
    *(ALL_OR_NOTHING, TURNS, VERSIONS, SNAPSHOTS, OWN_WRITES, EQUALITY, EVENTS, RECEIPTS, COMPANIES, ERRORS, FINDING),
    *(UNIQUE, BESIDES, LASTING, JOINING, CURSORS, RESTORING, SINCE, WRITERS, READERS, AROUND, WHOLE),
)

SHELF = {what: wrong for board in _BOARDS for what, wrong in board.items()}
"""What is wrong with it, in words → the storage, and the check that must fail."""
