"""The conformance kit, pointed at `DocumentStorage`: `python -m plannit_core.testing document_kit:TestDocumentStorage`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from document_storage import DocumentStorage

from plannit_core.testing import Ability, StorageConformance


class TestDocumentStorage(StorageConformance):
    lacks = frozenset({Ability.PARALLEL, Ability.JOINED})

    def open_storage(self, where: Path) -> DocumentStorage:
        return DocumentStorage(where / "books.db")

    def open_impatient(self, where: Path) -> DocumentStorage:
        return DocumentStorage(where / "books.db", timeout=0.2)

    def spoil(self, where: Path) -> None:
        with closing(sqlite3.connect(where / "books.db")) as connection:
            connection.executescript("DROP TABLE books; DROP TABLE cursors")
