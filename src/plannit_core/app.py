"""The door: `Plannit`. The only file that opens transactions; chance and the id counter live here."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from typing import Any, Self, TypeVar

from attrs import Attribute, evolve, field, frozen

from . import commands as c
from . import views
from .clocks import SystemClock
from .door import Door, Seen, settings_of
from .errors import Conflict, InvalidInput, NotFound, Refused, StorageError, reason, reasons_of
from .outbox import Outbox
from .policies import Permission, Policies
from .ports import Clock, Ids, IdT, Snapshot, Storage, Transaction
from .repositories import Books
from .values.actors import Actor, actor_of
from .values.checks import check_day, wrong_type
from .values.ids import company_id, uuid7

R = TypeVar("R")
_RETRY_SECONDS = 5.0


class RandomIds:
    """Ids from the instant and chance; those of one process sort in the order they were made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = (datetime.min.replace(tzinfo=UTC), 0)

    def new(self, kind: type[IdT], at: datetime) -> IdT:
        """A new id, made at the instant `at`."""
        tick = at.replace(microsecond=at.microsecond // 1_000 * 1_000)  # an id tells milliseconds apart
        with self._lock:
            last, bits = self._last
            bits = bits + 1 if tick <= last else int.from_bytes(os.urandom(10)) >> 7
            self._last = (max(tick, last), bits)
            return kind(f"{kind.prefix}_{uuid7(self._last[0], bits)}")


def _is_storage(_: object, attribute: Attribute[Any], value: object) -> None:
    """An attrs validator: a storage, and neither the path of its file nor its class."""
    if isinstance(value, type) or not hasattr(value, "writing"):
        raise wrong_type(value, "Storage", attribute.name, 'SqliteStorage("office.db")')


@frozen
class Plannit(Door):
    """One company's door to the library: ask for what you want with `do`. Immutable, may be shared by threads.

    >>> from plannit_core.adapters.memory import MemoryStorage
    >>> from plannit_core import presets
    >>> app = Plannit(MemoryStorage(), company="erabliere")
    >>> company = app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    >>> app.do(c.AddContact("Ada Byron")).version
    1

    Attributes:
        storage: Where the books are kept.
        company: The host's own name for the company, 1 to 64 of `[A-Za-z0-9_-]`.
        clock: What time it is; `SystemClock()` unless given.
        ids: Where new ids come from; from the instant and chance unless given.
        policies: The business choices; the house's unless given, and then everybody may do everything.
        actor: Who acts; the system `plannit-core` unless given.

    Raises:
        InvalidInput: `text.not-a-token` for the company's name, `field.wrong-type` for what is no storage.
    """

    storage: Storage = field(validator=_is_storage)
    company: str = field(kw_only=True, converter=company_id)
    clock: Clock = field(kw_only=True, factory=SystemClock)
    ids: Ids = field(kw_only=True, factory=RandomIds)
    policies: Policies = field(kw_only=True, factory=Policies)
    actor: Actor = field(kw_only=True, default=Actor.system("plannit-core"), converter=actor_of)

    def acting_as(self, actor: Actor) -> Self:
        """A door like this one for somebody else. Whoever asks is signed in by you: an `Actor` is believed."""
        return evolve(self, actor=actor)

    def for_company(self, id: str) -> Self:
        """A door like this one for another company, on the same storage. Raises `InvalidInput`, `text.not-a-token`."""
        return evolve(self, company=id)

    @contextmanager
    def transaction(self) -> Iterator[TransactionDoor]:
        """Several commands in one commit, each seeing the ones before: both or neither.

        `with app.transaction() as here:` gives a door like this one, but without `run_day`, `for_company`, `outbox` and a
        transaction of its own. It belongs to this thread and this block. An exception that leaves the block undoes all of it.

        Nothing is tried again by itself: a `Conflict` or `Unavailable` reaches the caller.
        """
        with self.storage.writing(self.company) as txn, TransactionDoor.over(self, txn) as door:
            yield door

    @contextmanager
    def within(self, connection: Any) -> Iterator[TransactionDoor]:
        """As `transaction`, inside the host's own: savepoints only, the host commits or rolls back.

        Args:
            connection: The host's connection, inside a transaction it began; a `sqlite3.Connection` to the same file for
                `SqliteStorage`. `MemoryStorage` has none to join.

        Raises:
            StorageError: `storage.not-in-transaction`, `storage.cannot-join`, `storage.foreign-file`.
        """
        joined = self.storage.joined(connection)
        with joined.writing(self.company) as txn, TransactionDoor.over(self, txn) as door:
            yield door

    @property
    def outbox(self) -> Outbox:
        """What happened, for consumers: mailers, exports. `app.outbox.drain("mailer", handle, start="now")`."""
        return Outbox(self.storage, self.company)

    def run_day(self, on: date | None = None) -> views.DayReport:
        """Let leave what is due by a day, each in its own commit and dated its own day; running it again adds nothing.

        Args:
            on: The day; today unless given.

        Raises:
            InvalidInput: `day.in-the-future`.
            Refused: `company.not-configured`, `permission.denied`.
        """
        self._check(Permission.INVOICES)
        wanted = None if on is None else check_day(on, "on")
        with self._snapshot() as snapshot:
            read = Books(snapshot)
            settings = settings_of(read)
            today = self._day(settings)
            day = wanted or today
            if day > today:
                raise InvalidInput("day.in-the-future", path="on", day=day, today=today)
            due = views.due(read, day, settings.day_cap)
        if due is None:
            return views.DayReport(day, stopped=reason("day.too-many", cap=settings.day_cap))
        issued, refused = [], []
        for id in due:
            try:
                issued.append(self.do(c.SendPlannedInvoice(id)))
            except NotFound as error:
                if error.id != id:  # else discarded meanwhile
                    refused.append(views.RefusedInvoice(id, reasons_of(error)))
            except Refused as error:
                if error.code != "invoice.not-due":  # else somebody else let it leave meanwhile
                    refused.append(views.RefusedInvoice(id, error.reasons))
        return views.DayReport(day, tuple(issued), tuple(refused))

    def _snapshot(self) -> AbstractContextManager[Snapshot]:
        return self.storage.reading(self.company)

    def _store(self, act: Callable[[Transaction], R], *, repeatable: bool) -> R:
        """`act` in a transaction of its own, again for a while when somebody else was faster."""
        unknown: StorageError | None = None  # what came of an earlier try; that a later one failed does not settle it
        give_up = time.monotonic() + _RETRY_SECONDS
        while True:
            try:
                with self.storage.writing(self.company) as txn:
                    return act(txn)
            except Seen as seen:
                raise seen.conflict from None
            except (Conflict, StorageError) as error:
                if isinstance(error, StorageError) and error.code == "storage.outcome-unknown":
                    unknown = error
                is_again = isinstance(error, Conflict) or (error is unknown and repeatable)
                if not is_again or time.monotonic() > give_up:
                    told = unknown or error
                    raise told from told.__cause__
                time.sleep(os.urandom(1)[0] / 12_800)  # up to 20 ms


class TransactionDoor(Door):
    """A door whose commands share one transaction. It belongs to one thread and to its `with` block."""

    def __init__(self, outer: Door, txn: Transaction, *, actor: Actor, life: list[int]) -> None:
        self.company, self.clock, self.ids, self.policies = outer.company, outer.clock, outer.ids, outer.policies
        self.actor = actor_of(actor)
        self._txn = txn
        self._life = life

    @classmethod
    @contextmanager
    def over(cls, outer: Door, txn: Transaction) -> Iterator[Self]:
        """A door over an open transaction, shut when the block ends."""
        life = [threading.get_ident()]
        try:
            yield cls(outer, txn, actor=outer.actor, life=life)
        finally:
            life.clear()

    def acting_as(self, actor: Actor) -> Self:
        """A door like this one for somebody else, in the same transaction."""
        return type(self)(self, self._txn, actor=actor, life=self._life)

    def _open(self) -> Transaction:
        if not self._life:
            raise StorageError("transaction.over")
        if self._life != [threading.get_ident()]:
            raise StorageError("transaction.other-thread")
        return self._txn

    @contextmanager
    def _snapshot(self) -> Iterator[Snapshot]:
        yield self._open()

    def _store(self, act: Callable[[Transaction], R], *, repeatable: bool) -> R:  # noqa: ARG002  # nothing is repeated here
        try:
            return act(self._open())
        except Seen as seen:
            raise seen.conflict from None
