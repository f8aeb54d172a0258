"""A command on PostgreSQL is done once or not at all, whatever goes wrong at whichever statement and at COMMIT.

The failures are the server's own (`wires.fail`): its error breaks off the transaction, and a lost connection is closed. Each place
is tried, counting up until the command gets past it; what is in the books then is what memory says, before or after.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve, frozen

from adapters.wires import LOST, Failure, Wire
from databases import new_database
from plannit_core import Conflict, Line, Money, Plannit, PlannitError, StorageError, audit, presets
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sql import SqlStorage
from plannit_core.errors import Unavailable
from plannit_core.ports import COLUMNS, EVERY
from plannit_core.testing import (
    CHECKS,
    CountingIds,
    FixedClock,
    StorageConformance,
    a_draft_invoice,
    a_job,
    a_paid_invoice,
    a_planned_invoice,
    a_sent_quote,
    a_work_order_with_an_invoice,
    an_issued_invoice,
    an_office,
)
from plannit_core.testing.checks.whole import everything
from plannit_core.testing.samples import ACME, SCHEDULE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from plannit_core.ports import Recorded, Storage, Transaction

STATES = {"serialization": "40001", "deadlock": "40P01", "unknown": "40003", "taken, no name": "23505", "lost": LOST}
LINES = [Line("Labour", 1, Money.cad("85.00"))]
names = count(1)


def move_invoice(app: Plannit) -> c.Command[Any]:
    invoice = an_issued_invoice(app)
    return c.MoveInvoice(invoice.id, job_id=a_job(app, app.get(invoice.contact_id)).id)


def void_payment(app: Plannit) -> c.Command[Any]:
    invoice = a_paid_invoice(app)
    return c.VoidPayment(invoice.id, payment_id=invoice.payments[0].id)


COMMANDS: dict[str, Callable[[Plannit], c.Command[Any]]] = {
    "configure": lambda app: c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")),
    "change settings": lambda app: c.ConfigureCompany(evolve(app.settings, name="Toitures Lavoie et fils")),
    "add contact": lambda app: c.AddContact("Grace Hopper", external={"erp": "1", "crm": "2"}),
    "open job": lambda app: c.OpenJob(a_job(app).contact_id),
    "approve": lambda app: c.ApproveQuote(a_sent_quote(app, total="985.92", schedules=[SCHEDULE]).id),
    "issue": lambda app: c.IssueInvoice(a_draft_invoice(app).id),
    "send planned": lambda app: c.SendPlannedInvoice(a_planned_invoice(app).id),
    "discard": lambda app: c.DiscardDraft(a_draft_invoice(app).id),
    "move": move_invoice,
    "pay": lambda app: c.RecordPayment(an_issued_invoice(app, total="100.00").id, Money.cad("40.00"), method="card"),
    "void payment": void_payment,
    "visit": lambda app: c.AddInvoice(a_work_order_with_an_invoice(app).id, new=True, lines=LINES),
}


@frozen
class Case:
    """A command, the books before it, and what memory says of the books before and after.

    Attributes:
        app: A door to the books in memory before the command.
        ids: Where its ids come from, as they stand before the command.
        command: The command.
        before: See `told`.
        after: See `told`.
    """

    app: Plannit
    ids: CountingIds
    command: c.Command[Any]
    before: str
    after: str


def case_of(name: str, key: str | None) -> Case:
    """Prepared in memory."""
    if name == "configure":
        app = Plannit(MemoryStorage(), company=ACME, clock=FixedClock("2026-03-02T09:00-05:00"), ids=CountingIds())
    else:
        app = an_office(company=ACME)
    command = COMMANDS[name](app)
    twin = MemoryStorage()
    fill(twin, ACME, app)
    ids, before = going_on(app.ids), told(app.storage, ACME)
    evolve(app, storage=twin, ids=going_on(ids)).do(command, key=key)
    assert audit.check(twin, ACME).found == ()
    return Case(app, ids, command, before, told(twin, ACME))


def going_on(ids: Any) -> CountingIds:
    """Ids that come after those."""
    made = CountingIds()
    made._counts.update(ids._counts)
    return made


def fill(storage: Storage, company: str, app: Plannit) -> None:
    """Let a company begin with the books behind `app`."""
    with app.storage.reading(app.company) as snapshot:
        records = [each for kind in COLUMNS for each in snapshot.select(kind, EVERY, "")]
    if records:
        with storage.restoring(company, epoch=2) as books:
            books.put(records=records, events=app.storage.events(app.company, limit=10_000))


def told(storage: Storage, company: str) -> str:
    """All that is in the books. Ids in order of appearance: a command that is tried again makes new ones."""
    with storage.reading(company) as snapshot:
        receipts = list(snapshot.receipts())
    found = f"{everything(storage, company)} {receipts}"
    names: dict[str, str] = {}
    return re.sub(r"\b[a-z]{3}_\d{4}\b", lambda id: names.setdefault(id[0], f"{id[0][:3]} {len(names)}"), found)


@pytest.fixture(scope="module")
def storage() -> Iterator[SqlStorage]:
    with new_database() as url:
        opened = SqlStorage(url)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def wire(storage: SqlStorage) -> Wire:
    made = Wire()
    made.over(storage._sessions.engine)
    return made


def outcome(storage: SqlStorage, wire: Wire, case: Case, failure: Failure, key: str | None) -> tuple[str, str]:
    """What a command says at a failure, and what is in the books then: `before` or `after`."""
    company = f"c{next(names)}"
    fill(storage, company, case.app)
    app = evolve(case.app, storage=storage, company=company, ids=going_on(case.ids))
    wire.count, wire.failure = 0, failure
    try:
        app.do(case.command, key=key)
    except PlannitError as error:
        said = error.code
        assert isinstance(error, Unavailable) == (said == "storage.unreachable")
    else:
        said = "done"
    is_past, wire.failure = wire.failure is not None, None
    found = told(storage, company)
    assert found in (case.before, case.after), (failure, found)
    stands = "after" if found == case.after else "before"
    if said != "done" and key is not None:  # whoever was told that it failed asks again
        app.do(case.command, key=key)
        assert told(storage, company) == case.after
    return ("past" if is_past else said), stands


def places(state: str) -> Iterator[Failure]:
    """Where something may go wrong: at COMMIT, and at every statement."""
    yield Failure(state)
    if state in ("40003", LOST):
        yield Failure(state, after=True)
    for number in count(1):
        yield Failure(state, number)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a_command_with_a_key_is_done_once(storage: SqlStorage, wire: Wire, state: str, name: str) -> None:
    case = case_of(name, "click-1")
    tried = 0
    for failure in places(state):
        said = outcome(storage, wire, case, failure, "click-1")
        if said == ("past", "after"):
            break
        is_refused = state == LOST and failure.at > 0
        assert said == (("storage.unreachable", "before") if is_refused else ("done", "after")), failure
        tried += 1
    assert tried > 4


@pytest.mark.parametrize("name", ["configure", "approve"])
@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a_command_without_a_key_is_never_done_twice(storage: SqlStorage, wire: Wire, state: str, name: str) -> None:
    case = case_of(name, None)
    for failure in places(state):
        said = outcome(storage, wire, case, failure, None)
        if said == ("past", "after"):
            break
        if state == "40003" or (state == LOST and not failure.at):
            expected = ("storage.outcome-unknown", "after" if failure.after else "before")
        elif state == LOST:
            expected = ("storage.unreachable", "before")
        else:
            expected = ("done", "after")
        assert said == expected, failure


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a_failure_that_somebody_swallows_is_told_again_and_nothing_is_stored(
    storage: SqlStorage, wire: Wire, state: str
) -> None:
    """Of several commands in one transaction, whichever failed: a server commits nothing then, and does not say so."""
    app = an_office(storage, company=f"c{next(names)}")
    before = told(storage, app.company)
    job = c.AddContact("Ada Byron")
    for number in count(1):
        first = None
        try:
            with app.transaction() as here:
                wire.count, wire.failure = 0, Failure(state, number)
                try:
                    here.do(c.OpenJob(here.do(job, key=f"click-{number}").id))
                except PlannitError as error:
                    first = error
                is_past, wire.failure = wire.failure is not None, None
                here.do(job)
        except PlannitError as last:
            assert last is first, number
        if is_past:
            break
        assert first is not None
        assert told(storage, app.company) == before
    assert number > 8


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a_consumer_is_handed_everything_in_order_whatever_goes_wrong(
    storage: SqlStorage, wire: Wire, state: str
) -> None:
    app = an_office(storage, company=f"c{next(names)}")
    a_paid_invoice(app)
    wanted = [each.position for each in storage.events(app.company)]
    for number, failure in enumerate(places(state)):
        consumer = f"mailer-{number}"
        seen: list[Recorded] = []
        wire.count, wire.failure = 0, failure
        for _ in range(20):
            with suppress(Conflict, StorageError):
                app.outbox.drain(consumer, seen.append, start="beginning", hold_seconds=0.001)
        is_past, wire.failure = wire.failure is not None, None
        assert list(dict.fromkeys(each.position for each in seen)) == wanted, failure
        assert len(seen) <= len(wanted) + 1, failure  # at least once: one may be handed out again
        assert app.outbox.lag(consumer) == 0
        if is_past:
            break
    assert number > 8


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a_company_is_restored_or_it_is_not(storage: SqlStorage, wire: Wire, state: str) -> None:
    app = an_office(company=ACME)
    a_paid_invoice(app)
    whole = told(app.storage, ACME)
    nothing = told(MemoryStorage(), ACME)
    for failure in places(state):
        company = f"c{next(names)}"
        wire.count, wire.failure = 0, failure
        try:
            fill(storage, company, app)
        except PlannitError:
            is_stored = failure.after
        else:
            is_stored = True
        is_past, wire.failure = wire.failure is not None, None
        assert told(storage, company) == (whole if is_stored else nothing), failure
        assert storage.epoch(company) == (2 if is_stored else 1)
        if is_past:
            break
        if not is_stored:
            fill(storage, company, app)
            assert told(storage, company) == whole
    assert failure.at > 8


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a_view_fails_as_ours_or_tells_the_truth(storage: SqlStorage, wire: Wire, state: str) -> None:
    app = an_office(storage, company=f"c{next(names)}")
    job = app.get(a_paid_invoice(app).job_id)
    views = (
        lambda: app.folder(job.id),
        app.receivables,
        lambda: app.preview(c.OpenJob(job.contact_id)).writes[0].version,
    )
    for look in views:
        truth = look()
        for number in count(1):
            wire.count, wire.failure = 0, Failure(state, number)
            try:
                assert look() == truth
            except PlannitError as error:
                assert wire.failure is None
                assert error.__cause__ is not None
            if wire.failure is not None:
                break
        wire.failure = None
        assert number > 1


class Unlucky(StorageConformance):
    """The kit on a storage in which now and then a writer is told that somebody was faster, at any statement and at COMMIT."""

    opened: SqlStorage
    wire: Wire

    def open_storage(self, where: Path) -> SqlStorage:
        return self.opened


class UnluckyStorage(SqlStorage):
    """Readers are left alone: what is tried again by itself is a command."""

    wire: Wire

    @contextmanager
    def writing(self, company: str, *, wait: bool = True) -> Iterator[Transaction]:
        self.wire.chance = 0.03
        try:
            with super().writing(company, wait=wait) as txn:
                yield txn
        finally:
            self.wire.chance = 0


def test_a_whole_company_comes_to_the_same_as_in_memory_whatever_is_tried_again(tmp_path: Path) -> None:
    """The check of the kit in which everything is done by the door, which is who tries again: a storage does not."""
    [check] = [each for each in CHECKS if each.name == "a_whole_company_comes_to_the_same_as_in_memory"]
    with new_database() as url:
        conformance = Unlucky()
        conformance.opened = storage = UnluckyStorage(url)
        storage.wire = Wire(states=("40001", "40P01", "23505"))
        storage.wire.over(storage._sessions.engine)
        conformance.run(check, tmp_path)
    assert storage.wire.failed > 20
