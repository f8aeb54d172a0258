"""A storage by the text that says where it is, so that another process can open the same."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from plannit_core.ports import Storage

HELP = "a SQLAlchemy URL, or `postgresql` for a server of our own; an SQLite file of our own unless given"


def opened(where: str) -> Storage:
    """The storage at a SQLAlchemy URL, or in an SQLite file."""
    if "://" in where:
        from plannit_core.adapters.sql import SqlStorage  # an extra

        return SqlStorage(where)
    from plannit_core.adapters.sqlite import SqliteStorage  # as above

    return SqliteStorage(where, timeout=60)


@contextmanager
def placed(asked: str | None, folder: Path) -> Iterator[str]:
    """Where the books are that were asked for: see `HELP`."""
    if asked != "postgresql":
        yield asked or str(folder / "books.db")
        return
    from many.server import Server  # an extra, as above

    with Server.started(folder / "server") as server:
        yield server.where
