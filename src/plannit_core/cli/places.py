"""What `--db` names, an SQLite file or a database by its URL, and how that is shown: without what is secret."""

from __future__ import annotations

import re

from .words import say

_URL = re.compile(r"[A-Za-z][\w+.-]+://")  # of two letters at least: one is a drive
_SECRET = re.compile(rf"({_URL.pattern})\S.*", re.DOTALL)
_LIKE_A_SECRET = re.compile(r"(sql:|postgres:|\w\w://|password\s*=)\s*\S.*", re.DOTALL | re.IGNORECASE)
"""How a URL begins that was mistyped, and what a password follows in the driver's own form."""


def is_url(db: str) -> bool:
    """Whether it is a URL, not a file."""
    return bool(_URL.match(db))


def file_of(db: str) -> str | None:
    """The SQLite file that it names; `None` for a database on a server."""
    if not is_url(db):
        return db
    return db.partition(":///")[2].partition("?")[0] if db.startswith("sqlite") else None


def shown(db: str) -> str:
    """As it may be shown: of a URL neither who it is nor the options, where a password might stand.

    >>> shown("office.db"), shown("postgresql://me:secret@host:5432/books?sslmode=require")
    ('office.db', 'postgresql://***@host:5432/books')
    >>> shown("postgresql://me:se@cret@host/books")  # not escaped as it should be
    'postgresql://…'
    >>> shown("'postgresql://me:secret@host/books'")  # with quotes around it, as some read them from a file
    "'postgresql:…"
    """
    if not is_url(db):
        return _LIKE_A_SECRET.sub(r"\1…", db)
    scheme, _, rest = db.partition("://")
    who, at, where = rest.rpartition("@")
    where = where.partition("?")[0]
    is_sure = not {"@", "?"} & set(who) if at else ":" not in where  # where a password ends, or that there is none
    is_sure = is_sure and not _LIKE_A_SECRET.search(where)
    return f"{scheme}://{'***@' if at else ''}{where}" if is_sure else f"{scheme}://…"


def without_urls(text: str) -> str:
    """A text that may quote what was typed: nothing is left of a URL but how it begins, nor of what follows."""
    return _SECRET.sub(r"\1…", text)


def told(db: str, lang: str) -> str:
    """The file or the database, in words."""
    return say("database" if is_url(db) else "file", lang, path=shown(db))
