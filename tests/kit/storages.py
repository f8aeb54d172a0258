"""Storages by name, for the report and for other processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plannit_core.adapters.memory import MemoryStorage
from plannit_core.testing import Ability, StorageConformance

if TYPE_CHECKING:
    from pathlib import Path

NOT_A_FUNCTION = 7


def memory(where: Path) -> MemoryStorage:
    return MemoryStorage()


class SeventhHeaven(MemoryStorage):
    """It is always at event 7."""

    def position(self, company: str) -> int:
        return 7


def wrong(where: Path) -> MemoryStorage:
    return SeventhHeaven()


class WrongButKnown(StorageConformance):
    """It says so."""

    lacks = (Ability.DURABLE, Ability.JOINED, Ability.DRIVER)
    known_failures = {  # noqa: RUF012  # as whoever writes a storage would
        "positions_are_1_2_3_in_each_company": "it is always at event 7",
        "a_rollback_leaves_no_gap": "it is thought to fail",
    }

    def open_storage(self, where: Path) -> MemoryStorage:
        return SeventhHeaven()
