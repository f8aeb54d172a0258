"""A storage whose contacts are the host's own: your customers stay in your own table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from attrs import evolve, frozen

from ..columns import Row, Value, row_of
from ..decisions import Record
from ..model.contact import Contact
from ..ports import Commit, Receipt, Recorded, Snapshot, Storage, Transaction

__all__ = ["HostContacts", "Routed"]


class HostContacts(Protocol):
    """The host's customers, as contacts. Ids are the host's own with `con_` before them: `con_42`."""

    def load(self, company: str, id: str) -> Contact | None:
        """The contact, or `None` when there is no such one in this company."""
        ...

    def select(
        self, company: str, index: str, value: Value, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Contact]:
        """All of a company (index `every`), or the one under `source:key` (index `external`), as `Snapshot.select`."""
        ...

    def write(self, company: str, contact: Contact) -> None:
        """Store a contact that was added or edited.

        Raises:
            Conflict: the stored version is not the contact's less one.
        """
        ...


@frozen
class Routed:
    """A storage that leaves the contacts to the host, and everything else to another storage.

    What the host writes is written in the host's own way: where both or neither matters, give both one connection
    (`Plannit.within`). If the commit fails after the host stored a contact, that contact stays.

    Attributes:
        storage: Keeps everything else.
        contact: Keeps the contacts.
    """

    storage: Storage
    contact: HostContacts

    @contextmanager
    def reading(self, company: str) -> Iterator[Snapshot]:
        """As the storage's own."""
        with self.storage.reading(company) as snapshot:
            yield _RoutedSnapshot(snapshot, company, self.contact)

    @contextmanager
    def writing(self, company: str, *, wait: bool = True) -> Iterator[Transaction]:
        """As the storage's own."""
        with self.storage.writing(company, wait=wait) as transaction:
            yield _RoutedTransaction(transaction, company, self.contact)

    def joined(self, connection: Any) -> Any:
        """As the storage's own."""
        return evolve(self, storage=self.storage.joined(connection))

    def __getattr__(self, name: str) -> Any:
        """Events, cursors and the list of companies are the storage's own."""
        return getattr(self.storage, name)


class _RoutedSnapshot:
    def __init__(self, snapshot: Snapshot, company: str, contacts: HostContacts) -> None:
        self._snapshot = snapshot
        self._company = company
        self._contacts = contacts

    def load(self, kind: str, id: str) -> Record | None:
        if kind == Contact.kind:
            return self._contacts.load(self._company, id)
        return self._snapshot.load(kind, id)

    def select(
        self, kind: str, index: str, value: Value, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Any]:
        if kind == Contact.kind:
            return self._contacts.select(self._company, index, value, after=after, limit=limit)
        return self._snapshot.select(kind, index, value, after=after, limit=limit)

    def figures(
        self, kind: str, index: str, value: Value, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Row]:
        if kind == Contact.kind:
            return [row_of(each) for each in self.select(kind, index, value, after=after, limit=limit)]
        return self._snapshot.figures(kind, index, value, after=after, limit=limit)

    def timeline(self, job_id: str, *, after: int = 0, limit: int = 100, newest: bool = False) -> Sequence[Recorded]:
        return self._snapshot.timeline(job_id, after=after, limit=limit, newest=newest)

    def receipt(self, key: str) -> Receipt | None:
        return self._snapshot.receipt(key)

    def receipts(self, *, after: str = "", limit: int = 1_000) -> Sequence[Receipt]:
        return self._snapshot.receipts(after=after, limit=limit)

    def position(self) -> int:
        return self._snapshot.position()


class _RoutedTransaction(_RoutedSnapshot):
    _snapshot: Transaction

    def write(self, commit: Commit) -> None:
        self._snapshot.write(evolve(commit, writes=tuple(each for each in commit.writes if not _is_routed(each))))
        for record in commit.writes:
            if isinstance(record, Contact):
                self._contacts.write(self._company, record)


def _is_routed(record: Record) -> bool:
    return isinstance(record, Contact)
