"""What SQLite, and the seals, find wrong with a file: for `SqliteStorage.damage`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...ports import COLUMNS
from .links import Link
from .seals import seal_of

Damage = tuple[str, str, str]
"""The kind of record, its id, and what is wrong: `seal` or `text`; for the file as a whole `storage`, no id, SQLite's words."""

_SEALED = {
    **{kind: (f"plannit_{kind}", "id", f"company, '{kind}', id, body") for kind in COLUMNS},
    "event": (
        "plannit_event",
        "position",
        "company, position, at, actor_kind, actor_id, command, key, job, name, schema, body",
    ),
    "receipt": ("plannit_receipt", "key", "company, key, digest, result"),
}


def damage(link: Link, company: str) -> Iterator[Damage]:
    """What is wrong with the file, and with the rows of a company. Reads all of it."""
    for (text,) in link.rows("PRAGMA main.integrity_check(20)"):
        if text != "ok":
            yield "storage", "", text
    link.connection.text_factory = _lenient
    try:
        for kind, (table, id, said) in _SEALED.items():
            size = said.count(",") + 1
            for name, seal, *values in link.rows(
                f"SELECT {id}, seal, {said}, * FROM {table} WHERE company = ?", (company,)
            ):
                if not all(map(_is_text, values)):
                    yield kind, str(name).encode(errors="replace").decode(), "text"
                elif seal != seal_of(*values[:size]):
                    yield kind, str(name), "seal"
    finally:
        link.connection.text_factory = str


def _lenient(raw: bytes) -> str:
    return raw.decode(errors="surrogateescape")


def _is_text(value: Any) -> bool:
    """Whether a value, if it is text, is well-formed."""
    return not isinstance(value, str) or value.isascii() or not any("\ud800" <= each <= "\udfff" for each in value)
