"""Several at once open a database that has no tables yet, as the workers of a host do when it is started for the first time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url

from databases import new_database
from plannit_core.adapters.sql import SqlStorage
from plannit_core.ports import EVERY
from plannit_core.testing.samples import contact, ids, store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import URL

WORKERS = 8


@pytest.fixture(params=["postgresql", "sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """An empty database."""
    if request.param == "sqlite":
        yield make_url(f"sqlite:///{tmp_path / 'office.db'}")
    else:
        with new_database() as made:
            yield made


def test_all_of_them_find_the_tables_and_write_the_same_new_company(url: URL) -> None:
    starting = Barrier(WORKERS)

    def work(number: int) -> None:
        starting.wait()
        storage = SqlStorage(url, connections=1)
        store(storage, contact(str(number)))
        storage.close()

    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(work, range(WORKERS)))
    storage = SqlStorage(url)
    assert ids(storage, "contact", EVERY, "") == [f"con_{number}" for number in range(WORKERS)]
    storage.close()
