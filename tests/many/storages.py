"""A storage by the text that says where it is, so that another process can open the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plannit_core.ports import Storage


def opened(where: str) -> Storage:
    """The storage at a SQLAlchemy URL, or in an SQLite file."""
    if "://" in where:
        from plannit_core.adapters.sql import SqlStorage  # an extra

        return SqlStorage(where)
    from plannit_core.adapters.sqlite import SqliteStorage  # as above

    return SqliteStorage(where, timeout=60)
