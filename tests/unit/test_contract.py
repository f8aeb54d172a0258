"""The public contract runs, on every storage, and each of its `except` blocks is reached."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plannit_core.ports import Storage

PROGRAM = Path(__file__).parents[1] / "typing" / "downstream_contract.py"


def test_the_contract_holds_on_every_storage(storage: Storage) -> None:
    spec = importlib.util.spec_from_file_location("downstream_contract", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    assert program.contract(storage) == ["invoice.choice-required", "record.changed", "day.in-the-future"]
