"""Properties open hundreds of offices: on SQLite they are kept with `synchronous="NORMAL"`, which does not wait for the disk.

That a commit survives a power cut is not what they are about; the storage's own tests are.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sqlite import SqliteStorage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plannit_core.ports import Storage


@pytest.fixture(scope="session", params=["memory", "sqlite"])
def open_storage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """`with open_storage() as storage`, as everywhere, and faster."""
    folder = tmp_path_factory.mktemp(request.param)
    numbers = count(1)

    @contextmanager
    def opened() -> Iterator[Storage]:
        file = folder / f"books-{next(numbers)}.db"
        on_disk = request.param == "sqlite"
        storage = SqliteStorage(str(file), synchronous="NORMAL") if on_disk else MemoryStorage()
        try:
            yield storage
        finally:
            storage.close()
            for left in folder.glob(f"{file.name}*"):
                left.unlink()

    return opened
