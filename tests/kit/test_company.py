"""The company machine of the kit: it does nearly everything that a company can do, and it notices a storage that is wrong."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from plannit_core import PlannitError
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.handlers import HANDLERS
from plannit_core.testing import Opener, StorageConformance, company
from plannit_core.testing.clerk import DRAWN

if TYPE_CHECKING:
    from pathlib import Path


def test_a_command_of_every_kind_can_be_drawn() -> None:
    assert set(DRAWN) == set(HANDLERS)


class Memory(StorageConformance):
    """The kit on memory."""

    def open_storage(self, where: Path) -> MemoryStorage:
        return MemoryStorage()


def test_most_kinds_of_command_are_done_and_some_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tally: Counter[tuple[str, bool]] = Counter()
    do = company.Side.do

    def counted(side: Any, door: Any, command: Any, **more: Any) -> Any:
        try:
            result = do(side, door, command, **more)
        except PlannitError:
            tally[type(command).__name__, False] += 1
            raise
        tally[type(command).__name__, True] += 1
        return result

    monkeypatch.setattr(company.Side, "do", counted)
    with Opener(Memory(), tmp_path) as opener:
        company.run_company(opener)
    done = {name for name, is_done in tally if is_done}
    assert len(done) >= 25
    assert sum(count for (_, is_done), count in tally.items() if not is_done) >= 30
