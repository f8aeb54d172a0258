"""Row-level security of PostgreSQL, for who wants it: a statement that forgets its company sees nothing and writes nothing.

It is a net under mistakes, ours and the host's, and no defence against hostile SQL: whoever may run any statement may also say any
company. Superusers and roles with BYPASSRLS pass by it. The owner is held to it (FORCE), and can take it away.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Select, String, bindparam, func, select
from sqlalchemy.dialects.postgresql import dialect

from ...errors import StorageError
from .statements import LISTED
from .tables import VERSIONS, metadata

Claim = tuple[str, str]
"""What a transaction says before all else: a setting of PostgreSQL, and its value until the transaction ends."""

_COMPANY, _LISTING = "plannit.company", "plannit.listing"
_ONE = f"company = NULLIF(current_setting('{_COMPANY}', true), '')"  # once set it comes back as the empty text, not as NULL
_LIST = f"current_setting('{_LISTING}', true) = 'on'"

SAY: Select[tuple[str]] = select(
    func.set_config(bindparam("setting", type_=String), bindparam("said", type_=String), True)
)
SAID: Select[tuple[str]] = select(func.current_setting(bindparam("setting", type_=String), True))


def claim_of(company: str | None) -> Claim:
    """The company of a transaction; `None` for the lists of companies."""
    return (_LISTING, "on") if company is None else (_COMPANY, company)


def row_level_security(role: str) -> Sequence[str]:
    """The script: statements for the owner of the tables, to run in one transaction; again after each migration.

    Args:
        role: Who works with the books from then on, and may do nothing but read and write rows. It exists already.
    """
    to = dialect().identifier_preparer.quote(role)  # type: ignore[no-untyped-call]  # SQLAlchemy's own
    script = [f"GRANT SELECT ON {VERSIONS.name} TO {to};"]
    for name in metadata.tables:
        script += [
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;",
            f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY;",
            f"DROP POLICY IF EXISTS plannit_company ON {name};",
            f"CREATE POLICY plannit_company ON {name} USING ({_ONE});",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {to};",
        ]
    for table in LISTED:
        script += [
            f"DROP POLICY IF EXISTS plannit_listing ON {table.name};",
            f"CREATE POLICY plannit_listing ON {table.name} FOR SELECT USING ({_LIST});",
        ]
    return script


def check_is_active(connection: Connection, *, is_asked: bool) -> None:
    """Refuse what would protect nobody, and what would show empty books. Raises `StorageError`, `storage.row-security`."""
    active = {False}
    if connection.dialect.name == "postgresql":
        asked = [func.pg_catalog.row_security_active(name) for name in metadata.tables]
        active = set(connection.execute(select(*asked)).one())
    if active != {is_asked}:
        raise StorageError("storage.row-security")
