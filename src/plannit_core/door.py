"""What every door has in common: doing a command inside a transaction, and the views. It opens no transaction itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from typing import Any, Self, TypeVar, cast

from . import commands as c
from . import views
from .decisions import Context, Decision, Record
from .errors import Conflict, InvalidInput, PlannitError, Refused, reason
from .handlers import HANDLERS, decide
from .model.company import CompanySettings
from .policies import Permission, Policies
from .ports import Clock, Commit, Ids, IdT, Reader, Receipt, Snapshot, Transaction
from .repositories import Books
from .values.actors import Actor
from .values.checks import check_day, check_text, wrong_type
from .values.ids import ContactId, Id, JobId, check_is_id

R = TypeVar("R")
_LOG = logging.getLogger("plannit_core")
_NEEDS = {
    "company": Permission.SETTINGS,
    "series": Permission.SETTINGS,
    "contact": Permission.CONTACTS,
    "job": Permission.JOBS,
    "quote": Permission.QUOTES,
    "invoice": Permission.INVOICES,
    "payment": Permission.INVOICES,
    "work_order": Permission.VISITS,
}


class Door:
    """What every door has: `do`, `preview`, `get`, and the views.

    A door stands for one company, one actor, one clock. It knows no words and keeps nothing.
    """

    company: str
    clock: Clock
    ids: Ids
    policies: Policies
    actor: Actor

    def _snapshot(self) -> AbstractContextManager[Snapshot]:
        raise NotImplementedError

    def _store(self, act: Callable[[Transaction], R], *, repeatable: bool) -> R:
        raise NotImplementedError

    def acting_as(self, actor: Actor) -> Self:
        """A door like this one for somebody else. Whoever asks is signed in by you: an `Actor` is believed."""
        raise NotImplementedError

    # ---------------------------------------------------------------------------------------------------------- commands

    def do(self, command: c.Command[R], *, key: str | None = None, expecting: Iterable[Record] = ()) -> R:
        """Do what `command` asks, in one commit, and give its result.

        For up to five seconds it is tried again by itself when somebody else was faster, and, with a key, when nobody knows whether
        it was stored. `Unavailable` is not: the storage has waited already, for its own `timeout`.

        Args:
            command: What is asked for.
            key: Makes it safe to repeat: the same key again does nothing and gives the result as it stands now. Any text
                of 1 to 200 characters, made from the person's intention, not from the attempt.
            expecting: A list of records as the caller saw them; if one changed since, nothing is done.

        Raises:
            InvalidInput: `key.reused` for the key of another command, `key.malformed`, `command.unknown`, or the command's own.
            Refused: `company.not-configured`, `permission.denied`, or the command's own; nothing was changed.
            NotFound: a record it names is not there, or, at a repeat, one of the result is gone since.
            Conflict: a record in `expecting` changed, or for five seconds somebody else was always faster.
            StorageError: the storage failed; `Unavailable` when it was only busy or out of reach.
        """
        _check_command(command)
        self._check(*command.needs)
        seen = _records(expecting)
        if key is not None and not check_text(key, "key", limit=200).strip():
            raise InvalidInput("key.malformed", path="key")
        started = time.perf_counter()
        outcome = "done"
        try:
            return self._store(lambda txn: self._done(txn, command, key, seen), repeatable=key is not None)
        except PlannitError as error:
            outcome = error.code
            raise
        finally:
            _LOG.info(
                "%s company=%s actor=%s:%s %.1fms %s",
                type(command).__name__,
                self.company,
                self.actor.kind,
                self.actor.id,
                (time.perf_counter() - started) * 1_000,
                outcome,
            )

    def preview(self, command: c.Command[R]) -> Decision[R]:
        """What `do` would do, unstored: a `Decision` with its result, records and events. Raises as `do`."""
        _check_command(command)
        self._check(*command.needs)
        with self._snapshot() as snapshot:
            return self._decided(snapshot, command)

    def _done(self, txn: Transaction, command: c.Command[R], key: str | None, seen: Sequence[Record]) -> R:
        if key is None:
            return self._stored(txn, command, seen, lambda _: None)
        from . import serial  # noqa: PLC0415  # loads cattrs, which only keys and files need

        digest = serial.digest(command)
        kept = txn.receipt(key)
        if kept is None:
            return self._stored(txn, command, seen, lambda result: Receipt(key, digest, serial.dump_result(result)))
        if kept.digest != digest:
            raise InvalidInput("key.reused", path="key")
        return cast(R, serial.load_result(kept.result, Books(txn).get))

    def _stored(
        self,
        txn: Transaction,
        command: c.Command[R],
        seen: Sequence[Record],
        receipt_of: Callable[[R], Receipt | None],
    ) -> R:
        for record in seen:
            found = txn.load(record.kind, record.id)
            if found is None or found.version != record.version:
                stale = Conflict(record.kind, record.id, expected=record.version, found=found.version if found else 0)
                raise Seen(stale)
        decision = self._decided(txn, command)
        receipt = receipt_of(decision.result)
        if decision.writes or decision.removes or decision.events or receipt:
            commit = Commit(
                at=self._now(),
                actor_kind=self.actor.kind,
                actor_id=self.actor.id,
                command=type(command).__name__,
                writes=decision.writes,
                removes=decision.removes,
                events=decision.events,
                receipt=receipt,
            )
            txn.write(commit)
        return decision.result

    def _decided(self, snapshot: Snapshot, command: c.Command[R]) -> Decision[R]:
        read = Books(snapshot)
        company = read.company()
        if company is not None:
            settings = company.settings
        elif isinstance(command, c.ConfigureCompany):
            settings = command.settings
        else:
            raise Refused([reason("company.not-configured")])
        now = self._now()

        def new_id(kind: type[IdT]) -> IdT:
            return self.ids.new(kind, now)

        today = now.astimezone(settings.zone).date()
        is_held = company is not None and company.numbers_are_held
        return decide(command, read, Context(now, today, new_id, self.actor, self.policies, settings, is_held))

    # ------------------------------------------------------------------------------------------------------------ reading

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """The company's books as they stand now, for lists: `with app.reading() as read: read.jobs.find()`. Gives a `Reader`."""
        self._check(Permission.REPORTS)
        with self._snapshot() as snapshot:
            yield Books(snapshot)

    def get(self, id: Id[R]) -> R:
        """The record with this id, typed by it: an `InvoiceId` gives an `Invoice`, and text is made an id by `InvoiceId(text)`.

        Raises:
            NotFound: there is no such record in this company.
            InvalidInput: `id.malformed` for plain text.
        """
        check_is_id(id)
        self._check(_NEEDS[id.kind])
        with self._snapshot() as snapshot:
            return Books(snapshot).get(id)

    @property
    def settings(self) -> CompanySettings:
        """The company's settings. Raises `Refused`, `company.not-configured`."""
        with self._snapshot() as snapshot:
            return settings_of(Books(snapshot))

    @property
    def today(self) -> date:
        """The day it is in the company's time zone."""
        return self._now().astimezone(self.settings.zone).date()

    def folder(self, job_id: JobId) -> views.JobFolder:
        """Everything about one job, and its figures. Raises `NotFound`, `InvalidInput` (`id.malformed` for plain text)."""
        check_is_id(job_id, JobId)
        return self._view(
            Permission.JOBS, lambda read, own: views.job_folder(read, job_id, own.currency, self.policies)
        )

    def documents(self, contact_id: ContactId) -> views.ContactDocuments:
        """All jobs, quotes and invoices of a contact. Raises `NotFound`, `InvalidInput` (`id.malformed`)."""
        check_is_id(contact_id, ContactId)
        return self._view(
            Permission.CONTACTS, lambda read, own: views.contact_documents(read, contact_id, own.currency)
        )

    def receivables(self, as_of: date | None = None) -> views.Receivables:
        """What is owed by age, as of the end of a day; today unless given."""
        day = None if as_of is None else check_day(as_of, "as_of")
        return self._view(
            Permission.REPORTS, lambda read, own: views.receivables(read, day or self._day(own), own.currency)
        )

    def departures(self, until: date | None = None) -> tuple[views.Departure, ...]:
        """What leaves by itself, in order, up to and on a day; all of it unless given."""
        day = date.max if until is None else check_day(until, "until")
        return self._view(Permission.INVOICES, lambda read, own: views.departures(read, day, own.currency))

    def actions(self, id: Id[Any]) -> tuple[views.Available, ...]:
        """Every action on a record and what speaks against it.

        Raises:
            NotFound: there is no such record.
            InvalidInput: `id.no-actions`, `id.malformed`.
        """
        check_is_id(id)
        return self._view(
            _NEEDS[id.kind], lambda read, own: views.actions(read, id, self.actor, self._day(own), self.policies)
        )

    def _view(self, needs: Permission, look: Callable[[Books, CompanySettings], R]) -> R:
        self._check(needs)
        with self._snapshot() as snapshot:
            read = Books(snapshot)
            return look(read, settings_of(read))

    def _check(self, *needs: Permission) -> None:
        denied = [
            reason("permission.denied", needs=str(each)) for each in needs if not self.policies.may(self.actor, each)
        ]
        if denied:
            raise Refused(denied)

    def _now(self) -> datetime:
        now = self.clock.now()
        if now.tzinfo is None:
            raise InvalidInput("clock.no-offset", path="clock")
        return now.astimezone(UTC)

    def _day(self, settings: CompanySettings) -> date:
        return self._now().astimezone(settings.zone).date()


class Seen(Exception):  # not an error of the library: it never reaches a caller
    """Carries the conflict of an `expecting` past the retry of storage conflicts."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__()
        self.conflict = conflict


def _check_command(command: object) -> None:
    """Nothing when it is a command. Raises `InvalidInput`, `command.unknown`, which tells a class that it is one."""
    if type(command) in HANDLERS:
        return
    if isinstance(command, type) and command in HANDLERS:
        name = command.__name__
        raise InvalidInput("command.unknown", path="command", found=name, example=f"{name}(…)")
    raise InvalidInput("command.unknown", path="command", found=type(command).__name__)


def _records(values: Iterable[Record]) -> tuple[Record, ...]:
    """`values` as records. Raises `InvalidInput`, `field.wrong-type`, also for one record that is in no list."""
    if isinstance(values, Record) or not isinstance(values, Iterable):
        raise wrong_type(values, "a list of records", "expecting", "expecting=[job]")
    records = tuple(values)
    for index, record in enumerate(records):
        if not isinstance(record, Record):
            raise wrong_type(record, "a record", f"expecting[{index}]")
    return records


def settings_of(read: Books) -> CompanySettings:
    """The company's settings. Raises `Refused`, `company.not-configured`."""
    company = read.company()
    if company is None:
        raise Refused([reason("company.not-configured")])
    return company.settings
