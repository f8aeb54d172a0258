"""Storages that lose patience at once, and files of SQLite."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from databases import database
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sql import SqlStorage
from plannit_core.adapters.sqlite import SqliteStorage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from plannit_core.ports import Storage


@pytest.fixture(params=["memory", "sqlite", "sql-postgresql", "sql-sqlite"])
def impatient(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    """An empty storage whose writers wait 20 ms for their turn; once for each kind."""
    with ExitStack() as stack:
        match request.param:
            case "memory":
                opened: Storage = MemoryStorage(timeout=0.02)
            case "sqlite":
                opened = SqliteStorage(tmp_path / "impatient.db", timeout=0.02)
            case "sql-postgresql":
                opened = SqlStorage(stack.enter_context(database()).url, timeout=0.02)
            case _:
                opened = SqlStorage(f"sqlite:///{tmp_path / 'impatient.db'}", timeout=0.02)
        stack.callback(opened.close)
        yield opened


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
def threads_that_alternate() -> Iterator[None]:
    """Threads change places so often that what can come between two lines does."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)
