"""The migrations of the tables, for Alembic: `script_location = plannit_core.adapters.sql:migrations`.

They keep their place in a table of their own, `plannit_version`, so that a host's migrations and these never meet. In PostgreSQL,
and in SQLite, a migration that is interrupted leaves nothing; the next run does it from its beginning.
"""
