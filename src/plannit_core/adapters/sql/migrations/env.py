"""Run by Alembic: on `sqlalchemy.url`, or on the host's connection, given as `config.attributes["connection"]`."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, event

from plannit_core.adapters.sql.tables import VERSIONS, metadata


def _is_ours(name: str | None, kind: str, _: object) -> bool:
    """What is compared (`alembic check`): never the host's tables, which would be dropped."""
    return kind != "table" or name in metadata.tables


_OURS: dict[str, Any] = {
    "target_metadata": metadata,
    "include_name": _is_ours,
    "version_table": VERSIONS.name,
    "transaction_per_migration": True,
    "transactional_ddl": True,
}


def _run(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":  # whose driver would not begin before CREATE TABLE
        event.listen(connection, "begin", lambda begun: begun.exec_driver_sql("BEGIN IMMEDIATE"))
    context.configure(connection=connection, **_OURS)
    with context.begin_transaction():
        context.run_migrations()


def _write() -> None:
    """Write SQL instead of running it: `alembic upgrade head --sql`."""
    context.configure(url=context.config.get_main_option("sqlalchemy.url"), literal_binds=True, **_OURS)
    with context.begin_transaction():
        context.run_migrations()


def _connect() -> None:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "", hide_parameters=True)
    try:
        with engine.connect() as connection:
            _run(connection)
    finally:
        engine.dispose()


if context.is_offline_mode():
    _write()
elif (given := context.config.attributes.get("connection")) is not None:
    _run(given)
else:
    _connect()
