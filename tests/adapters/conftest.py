"""Files of SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plannit_core.adapters.sqlite import SqliteStorage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a file of SQLite may be made."""
    return tmp_path / "office.db"


@pytest.fixture
def sqlite(file: Path) -> Iterator[SqliteStorage]:
    """An empty storage on `file`."""
    opened = SqliteStorage(file)
    yield opened
    opened.close()
