"""Where `Glass` keeps its books, and the driver that can fail."""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

if TYPE_CHECKING:
    from pathlib import Path

    from plannit_core.ports import Receipt

DETAIL = "row of Ada Byron (ada@example.com), Dépannage"


class DriverError(Exception):
    """What the driver says; it likes to tell what it stumbled over."""


@frozen
class Stored:
    """A record as it lies there."""

    version: int
    body: str
    row: dict[str, Any]
    keys: tuple[str, ...]


@define
class State:
    """One company's books. One that was published is never changed again."""

    records: dict[tuple[str, str], Stored] = field(factory=dict)
    events: list[tuple[Any, ...]] = field(factory=list)
    receipts: dict[str, Receipt] = field(factory=dict)
    epoch: int = 1

    def copy(self) -> State:
        return State(dict(self.records), list(self.events), dict(self.receipts), self.epoch)


@define
class Disk:
    """What handles on one place share."""

    states: dict[str, State] = field(factory=dict)
    cursors: dict[tuple[str, str], Any] = field(factory=dict)
    cursor_lock: threading.Lock = field(factory=threading.Lock)
    locks: dict[str, threading.Lock] = field(factory=lambda: defaultdict(threading.Lock))
    owners: dict[str, int] = field(factory=dict)
    is_spoiled: bool = False


DISKS: dict[Path, Disk] = defaultdict(Disk)
