"""Properties open hundreds of offices: on SQLite they are kept where no disk is waited for.

That is with `synchronous="NORMAL"` and, where there is one, on a file system in memory. That a commit survives a power cut is
not what they are about; the storage's own tests are.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sqlite import SqliteStorage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plannit_core.ports import Storage


IN_MEMORY = "/dev/shm"


@pytest.fixture(scope="session", params=["memory", "sqlite"])
def open_storage(request: pytest.FixtureRequest) -> Iterator[Any]:
    """`with open_storage() as storage`, as everywhere, and faster."""
    numbers = count(1)
    with TemporaryDirectory(prefix="plannit-", dir=IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None) as folder:

        @contextmanager
        def opened() -> Iterator[Storage]:
            file = Path(folder) / f"books-{next(numbers)}.db"
            on_disk = request.param == "sqlite"
            storage = SqliteStorage(str(file), synchronous="NORMAL") if on_disk else MemoryStorage()
            try:
                yield storage
            finally:
                storage.close()
                for left in file.parent.glob(f"{file.name}*"):
                    left.unlink()

        yield opened
