"""What a storage already knows of a season: how far it came, what left, and what each act recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from attrs import frozen

from ..events import (
    InvoiceDrafted,
    InvoiceIssued,
    InvoiceSent,
    InvoiceUndeliverable,
    JobOpened,
    PaymentRecorded,
    PaymentRefunded,
)
from ..ports import Recorded, Storage
from ..values.ids import InvoiceId, JobId, PaymentId
from ..values.money import Money

_PAGE = 1_000


@frozen
class Left:
    """An invoice that left.

    Attributes:
        at: When.
        invoice_id: The invoice.
        is_again: Whether it had left before.
        is_delivered: Whether it was sent to an address; else it was handed over.
    """

    at: datetime
    invoice_id: InvoiceId
    is_again: bool
    is_delivered: bool


class Journal:
    """The events of a company, read once each.

    Args:
        storage: Where they are.
        company: Whose.

    Attributes:
        first_key: The key that the first of them was recorded under; `None` without one, or without events.
        last_at: When the last of them was; `None` without events.
    """

    def __init__(self, storage: Storage, company: str) -> None:
        self._storage = storage
        self._company = company
        self._position = 0
        self._gone: set[InvoiceId] = set()
        self._payments: dict[str, tuple[PaymentId, Money]] = {}
        self._made: dict[str, list[tuple[InvoiceId | JobId, int | None]]] = {}
        self._done_at: dict[str, datetime] = {}
        self.first_key: str | None = None
        self.last_at: datetime | None = None
        self._sent: list[Left] = []
        self._unsent: dict[InvoiceId, Left] = {}

    @property
    def left(self) -> list[Left]:
        """Every invoice that left, in order; one that got its number and was never sent is handed over that day."""
        return sorted((*self._sent, *self._unsent.values()), key=lambda each: each.at)

    def catch_up(self) -> None:
        """Read what came since the last time."""
        while page := self._storage.events(self._company, after=self._position, limit=_PAGE):
            for recorded in page:
                self._note(recorded)
            self._position = page[-1].position

    def payment(self, key: str) -> tuple[PaymentId, Money] | None:
        """The payment or refund that an act recorded, and its amount."""
        return self._payments.get(key)

    def made(self, key: str) -> Sequence[tuple[InvoiceId | JobId, int | None]]:
        """The invoices that an act made, each with its part of a quote, and the job it opened; also those that are gone."""
        return self._made.get(key, ())

    def done_at(self, key: str) -> datetime | None:
        """When an act was first done; `None` when it recorded nothing."""
        return self._done_at.get(key)

    def _note(self, recorded: Recorded) -> None:
        if self.last_at is None:
            self.first_key = recorded.key
        self.last_at = recorded.at
        if recorded.key is not None:
            self._done_at.setdefault(recorded.key, recorded.at)
        event = recorded.event
        if isinstance(event, InvoiceSent | InvoiceUndeliverable):
            is_again = event.invoice_id in self._gone
            self._gone.add(event.invoice_id)
            self._unsent.pop(event.invoice_id, None)
            self._sent.append(Left(recorded.at, event.invoice_id, is_again, isinstance(event, InvoiceSent)))
        elif isinstance(event, InvoiceIssued):
            self._unsent[event.invoice_id] = Left(recorded.at, event.invoice_id, is_again=False, is_delivered=False)
        elif isinstance(event, PaymentRecorded | PaymentRefunded) and recorded.key is not None:
            self._payments[recorded.key] = (event.payment_id, event.amount)
        elif isinstance(event, InvoiceDrafted) and recorded.key is not None:
            self._made.setdefault(recorded.key, []).append((event.invoice_id, event.part))
        elif isinstance(event, JobOpened) and recorded.key is not None:
            self._made.setdefault(recorded.key, []).append((event.job_id, None))


def known_keys(storage: Storage, company: str, keys: Iterable[str]) -> set[str]:
    """Those of `keys` under which something was done before."""
    with storage.reading(company) as snapshot:
        return {key for key in keys if snapshot.receipt(key) is not None}
