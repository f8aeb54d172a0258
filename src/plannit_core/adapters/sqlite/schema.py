"""The tables, made from `ports.COLUMNS`, and the check that a file is ours. Every key begins with the company.

Our names begin with `plannit_`, so that a host may keep tables of its own in the same file. The index by job carries all native
columns: the figures of a folder are read from it alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from ...errors import SchemaError, StorageError
from ...ports import COLUMNS
from .links import Link

APPLICATION = 0x504C4E54  # PLNT
VERSION = 3

_TYPES: dict[type, str] = {str: "TEXT", int: "INTEGER", date: "TEXT"}

_TABLES = """
CREATE TABLE plannit_head (
    company TEXT NOT NULL PRIMARY KEY, position INTEGER NOT NULL, epoch INTEGER NOT NULL DEFAULT 1) WITHOUT ROWID;
CREATE TABLE plannit_external_key (
    company TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (company, kind, key)) WITHOUT ROWID;
CREATE INDEX plannit_external_key_id ON plannit_external_key (company, kind, id);
CREATE TABLE plannit_event (
    company TEXT NOT NULL, position INTEGER NOT NULL, at TEXT NOT NULL, actor_kind TEXT NOT NULL, actor_id TEXT NOT NULL,
    command TEXT NOT NULL, key TEXT, job TEXT, name TEXT NOT NULL, schema INTEGER NOT NULL, body TEXT NOT NULL,
    seal BLOB NOT NULL, PRIMARY KEY (company, position)) WITHOUT ROWID;
CREATE INDEX plannit_event_job ON plannit_event (company, job, position);
CREATE TABLE plannit_receipt (
    company TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, result TEXT NOT NULL, seal BLOB NOT NULL,
    PRIMARY KEY (company, key)) WITHOUT ROWID;
CREATE TABLE plannit_cursor (
    company TEXT NOT NULL, consumer TEXT NOT NULL, position INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1,
    has_put_back INTEGER NOT NULL DEFAULT 0, failures TEXT NOT NULL DEFAULT '[]', held_until REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (company, consumer)) WITHOUT ROWID
"""
_UPGRADES: Mapping[int, str] = {
    1: """
ALTER TABLE plannit_cursor ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE plannit_cursor ADD COLUMN has_put_back INTEGER NOT NULL DEFAULT 0;
ALTER TABLE plannit_cursor ADD COLUMN failures TEXT NOT NULL DEFAULT '[]';
ALTER TABLE plannit_cursor ADD COLUMN held_until REAL NOT NULL DEFAULT 0
""",
    2: "ALTER TABLE plannit_head ADD COLUMN epoch INTEGER NOT NULL DEFAULT 1",
}
"""What brings a file of that version to the next one."""


def _statements() -> Iterator[str]:
    yield from _TABLES.split(";")
    for kind, columns in COLUMNS.items():
        native = "".join(f", {name} {_TYPES[column.type]}" for name, column in columns.items())
        yield (
            f"CREATE TABLE plannit_{kind} (company TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL{native}, "
            "body TEXT NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (company, id))"
        )
        for name, column in columns.items():
            if column.unique:
                yield f"CREATE UNIQUE INDEX plannit_{kind}_{name} ON plannit_{kind} (company, {name})"
            elif column.index is not None:
                carried = ("version", *(each for each in columns if each != name)) if name == "job_id" else ()
                indexed = ", ".join(("company", name, "id", *carried))
                yield f"CREATE INDEX plannit_{kind}_{name} ON plannit_{kind} ({indexed})"
    yield f"PRAGMA application_id = {APPLICATION}"
    yield f"PRAGMA user_version = {VERSION}"


def is_new(link: Link) -> bool:
    """Whether the file is empty; only reads.

    Raises:
        StorageError: `storage.foreign-file` when it is somebody else's.
        SchemaError: `storage.newer-version` when only a newer version of this library can read it.
    """
    has_tables = link.rows("SELECT 1 FROM main.sqlite_master LIMIT 1")
    [(application,)] = link.rows("PRAGMA main.application_id")  # second: another process may make the tables in between
    if application == APPLICATION:
        check_version(link)
        return False
    if application or has_tables:
        raise StorageError("storage.foreign-file")
    return True


def check_ours(link: Link) -> None:
    """Refuse a file that does not hold our tables. Raises as `is_new`."""
    if is_new(link):
        raise StorageError("storage.foreign-file")


def check_version(link: Link) -> None:
    """Refuse what only a newer version can read. Raises `SchemaError`, `storage.newer-version`."""
    [(version,)] = link.rows("PRAGMA main.user_version")
    if version > VERSION:
        raise SchemaError("storage.newer-version", found=version, known=VERSION)


def create(link: Link) -> None:
    """Make the tables, in the writing transaction that `link` is in."""
    for statement in _statements():
        link.run(statement)


def is_older(link: Link) -> bool:
    """Whether an earlier version of this library made the file."""
    [(version,)] = link.rows("PRAGMA main.user_version")
    return bool(version < VERSION)


def upgrade(link: Link) -> None:
    """Bring an older file to this version, in the writing transaction that `link` is in; nothing if it is."""
    [(version,)] = link.rows("PRAGMA main.user_version")
    for known in range(version, VERSION):
        for statement in _UPGRADES[known].split(";"):
            link.run(statement)
    link.run(f"PRAGMA user_version = {VERSION}")
