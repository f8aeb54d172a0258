"""The first tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = ("plannit",)
depends_on = None

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _table(name: str, key: Sequence[str], columns: Sequence[sa.Column[Any]], unique: Sequence[str] = ()) -> None:
    op.create_table(
        f"plannit_{name}",
        sa.Column("company", _KEY, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("company", *key, name=f"plannit_{name}_pkey"),
        *(sa.UniqueConstraint("company", each, name=f"plannit_{name}_{each}") for each in unique),
    )


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, _KEY, nullable=False) for name in names]


def _document(name: str = "body") -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=False, autoincrement=False)


def _kind(
    name: str,
    *,
    texts: Sequence[str] = (),
    days: Sequence[str] = (),
    numbers: Sequence[str] = (),
    unique: Sequence[str] = (),
    indexed: Sequence[str] = (),
) -> None:
    columns = [
        *_texts("id"),
        _number("version"),
        *(sa.Column(each, _KEY) for each in texts),
        *(sa.Column(each, sa.Date) for each in days),
        *(sa.Column(each, sa.BigInteger) for each in numbers),
        _document(),
    ]
    _table(name, ("id",), columns, unique)
    for each in indexed:
        op.create_index(f"plannit_{name}_{each}", f"plannit_{name}", ["company", each, "id"])


def upgrade() -> None:
    """Make them."""
    _table("head", (), [_number("position"), _number("epoch")])
    _table("external_key", ("kind", "key"), _texts("kind", "key", "id"))
    op.create_index("plannit_external_key_id", "plannit_external_key", ["company", "kind", "id"])
    said = [
        _number("position"),
        *_texts("at", "actor_kind", "actor_id", "command"),
        sa.Column("key", _KEY),
        sa.Column("job", _KEY),
        *_texts("name"),
        _number("schema"),
        _document(),
    ]
    _table("event", ("position",), said)
    op.create_index("plannit_event_job", "plannit_event", ["company", "job", "position"])
    _table("receipt", ("key",), [*_texts("key", "digest"), _document("result")])
    places = [_number(each) for each in ("position", "settled", "version")]
    held = sa.Column("held_until", sa.Double, nullable=False)
    _table("cursor", ("consumer",), [*_texts("consumer"), *places, _document("failures"), held])
    for name in ("company", "series", "contact"):
        _kind(name)
    _kind(
        "job",
        texts=("contact_id", "number", "state", "status"),
        days=("opened_on",),
        unique=("number",),
        indexed=("contact_id", "state", "status"),
    )
    _kind(
        "quote",
        texts=("job_id", "contact_id", "state", "number"),
        days=("sent_on", "valid_until"),
        numbers=("subtotal", "total", "invoice_count"),
        unique=("number",),
        indexed=("job_id", "contact_id", "state"),
    )
    _kind(
        "invoice",
        texts=("job_id", "contact_id", "quote_id", "live_part", "state", "number"),
        days=("send_on", "leaves_on", "issued_on", "due_on", "open_until"),
        numbers=("part", "subtotal", "total", "original_total", "paid", "rounding", "balance"),
        unique=("live_part", "number"),
        indexed=("job_id", "contact_id", "quote_id", "state", "leaves_on", "open_until"),
    )
    _kind("work_order", texts=("job_id", "state"), days=("planned_on",), indexed=("job_id", "state"))


def downgrade() -> None:
    """Nothing takes the books away."""
    raise NotImplementedError("the first tables hold all that there is")
