"""The turn of one writer: the company's head row, locked first."""

from __future__ import annotations

from ...errors import Conflict
from .links import Link
from .statements import ADD_HEAD, TAKE_TURN


def take_turn(link: Link, company: str) -> int:
    """Wait for the company's turn, and give the position of its last event.

    A company that is not there yet gets its row, which stays only if something is written. Two that make it at once wait for each
    other here as well: the second finds it taken, and looks again.

    Raises:
        Conflict: the host's transaction sees an older state and cannot have the turn.
        Unavailable: `storage.busy`.
    """
    found = link.rows(TAKE_TURN, {"of_company": company})
    if not found:
        try:
            with link.attempt():
                link.run(ADD_HEAD, {"of_company": company})
        except Conflict:
            found = link.rows(TAKE_TURN, {"of_company": company})
            if not found:
                raise
        else:
            return 0
    return int(found[0].position)
