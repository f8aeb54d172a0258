"""Making the tables in a database that has none, and the check that those in it are ours."""

from __future__ import annotations

from sqlalchemy import insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from ...errors import Conflict, SchemaError, StorageError
from .errors import translated
from .links import Link
from .sessions import Pool
from .tables import HEAD, REVISION, VERSION, metadata

_STAMP = insert(VERSION).values(version_num=f"plannit_{REVISION:04}")
_STAMPED = select(VERSION.c.version_num)


def prepare(pool: Pool) -> None:
    """Make the tables in a database that has none.

    Raises:
        StorageError: `storage.foreign-file` when there are tables of the same names that this storage did not make.
        SchemaError: `storage.newer-version` when only a newer version of this library can use them.
    """
    if _is_ready(pool):
        return
    try:
        with pool.changing() as link:
            _create(link)
    except (Conflict, StorageError):
        if not _is_ready(pool):  # else another process was faster
            raise


def _create(link: Link) -> None:
    with link.all_or_nothing():
        try:
            metadata.create_all(link.connection)
        except SQLAlchemyError as error:
            raise translated(error) from error
        link.run(_STAMP, {})


def _is_ready(pool: Pool) -> bool:
    with pool.looking() as link:
        try:
            tables = inspect(link.connection)
            is_ours, is_taken = tables.has_table(VERSION.name), tables.has_table(HEAD.name)
        except SQLAlchemyError as error:
            raise translated(error) from error
        if not is_ours and is_taken:
            raise StorageError("storage.foreign-file")
        for row in link.rows(_STAMPED, {}) if is_ours else ():
            found = int(row.version_num.removeprefix("plannit_"))
            if found > REVISION:
                raise SchemaError("storage.newer-version", found=found, known=REVISION)
        return is_ours
