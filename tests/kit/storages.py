"""Storages by name, for the report and for other processes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import evolve

from plannit_core.adapters.memory import MemoryStorage
from plannit_core.testing import Ability, StorageConformance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from plannit_core.ports import Transaction

NOT_A_FUNCTION = 7


def memory(where: Path) -> MemoryStorage:
    return MemoryStorage()


class Placed(MemoryStorage):
    """It takes its place, as most storages do."""

    def __init__(self, where: Path) -> None:
        super().__init__()
        self.where = where


class SeventhHeaven(MemoryStorage):
    """It is always at event 7."""

    def position(self, company: str) -> int:
        return 7


class Forgetful(MemoryStorage):
    """It keeps no receipt."""

    @contextmanager
    def writing(self, company: str, *, wait: bool = True) -> Iterator[Transaction]:
        with super().writing(company, wait=wait) as transaction:
            write = transaction.write
            transaction.write = lambda commit: write(evolve(commit, receipt=None))  # type: ignore[method-assign]  # so it is wrong
            yield transaction


def forgetful(where: Path) -> MemoryStorage:
    return Forgetful()


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
