"""Files of SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

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


@pytest.fixture
def fewer_examples() -> Iterator[None]:
    """A sixth of what the profile of Hypothesis says: for a kit that is run once more."""
    usual = settings.get_current_profile_name()
    settings.register_profile("fewer", settings.get_profile(usual), max_examples=settings.default.max_examples // 6)
    settings.load_profile("fewer")
    yield
    settings.load_profile(usual)
