"""Whether this actor may do what needs this permission."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from ..values.actors import Actor


class Permission(StrEnum):
    """The switches of Plannit's users that exist here."""

    CONTACTS = "contacts"
    JOBS = "jobs"
    QUOTES = "quotes"
    INVOICES = "invoices"
    VISITS = "visits"
    TRANSACTIONS = "transactions"
    REPORTS = "reports"
    SETTINGS = "settings"


class May(Protocol):
    """May `actor` do what needs `needs`?"""

    def __call__(self, actor: Actor, needs: Permission, /) -> bool:
        """True when allowed."""
        ...


def everyone_may(actor: Actor, needs: Permission) -> bool:
    """The default: every actor may do everything."""
    return True
