"""A whole company on a storage and in memory: whatever is asked of both, in whatever order, comes to the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from .. import audit
from .. import commands as c
from ..adapters.memory import MemoryStorage
from ..app import Plannit
from ..clocks import FixedClock
from ..door import Door
from ..errors import Conflict, PlannitError
from ..ports import COLUMNS, EVERY, IdT, Storage
from ..presets import quebec
from ..values.actors import Actor
from ..values.lines import Line
from ..values.money import Money
from .base import Opener
from .builders import MORNING
from .clerk import KINDS, MONEY_KINDS, OFFERED, a_command
from .machine import run_stateful

STEPS = 25
MANY = 1_000_000
TRIES = 50
SOME_KINDS = st.sampled_from([KINDS, KINDS, MONEY_KINDS])


class Desk:
    """A clock, and ids that are counted anew by whoever asks the time: a command that is tried again makes the same."""

    def __init__(self) -> None:
        self.clock = FixedClock(MORNING)
        self.command = 0
        self._count = 0

    def now(self) -> datetime:
        """The instant. Each try of a command begins with it."""
        self._count = 0
        return self.clock.now()

    def new(self, kind: type[IdT], at: datetime) -> IdT:  # noqa: ARG002  # a counted id does not tell its age
        """The next id of this command."""
        self._count += 1
        return kind(f"{kind.prefix}_{self.command * 2_654_435_761 % 2**32:08x}_{self._count}")  # in no order


class Side:
    """The company on one storage.

    Attributes:
        app: The door to it.
    """

    def __init__(self, storage: Storage, company: str) -> None:
        self._desk = Desk()
        self.app = Plannit(storage, company=company, clock=self._desk, ids=self._desk, actor=Actor.user("u17"))

    def advance(self, days: int) -> None:
        """Let days pass."""
        self._desk.clock.advance(days=days)

    def do(self, door: Door, command: c.Command[Any], **more: Any) -> Any:
        """Do a command by a door to this side."""
        self._desk.command += 1
        return door.do(command, **more)

    def together(self, commands: list[c.Command[Any]]) -> list[Any]:
        """Several in one commit; anew when somebody was faster, as nothing is tried again by itself there."""
        before = self._desk.command
        for left in reversed(range(TRIES)):
            self._desk.command = before
            try:
                with self.app.transaction() as here:
                    return [self.do(here, command) for command in commands]
            except Conflict:
                if not left:
                    raise
        raise AssertionError  # it has returned, or raised

    def books(self) -> dict[str, Any]:
        """All that is stored."""
        storage, company = self.app.storage, self.app.company
        with storage.reading(company) as snapshot:
            records = {kind: list(snapshot.select(kind, EVERY, "")) for kind in COLUMNS}
            rows = {kind: [dict(row) for row in snapshot.figures(kind, EVERY, "")] for kind in COLUMNS}
            receipts, position = list(snapshot.receipts(limit=MANY)), snapshot.position()
        events = list(storage.events(company, limit=MANY))
        return {"records": records, "rows": rows, "receipts": receipts, "position": position, "events": events}


class CompanyMachine(RuleBasedStateMachine):
    """An office that does anything, on the storage and in memory. Each run has a company of its own.

    Attributes:
        storage: The storage.
        runs: Counts the runs.
    """

    storage: ClassVar[Storage]
    runs: ClassVar[count[int]]

    def __init__(self) -> None:
        super().__init__()
        name = f"company-{next(self.runs)}"
        self.here, self.there = Side(self.storage, name), Side(MemoryStorage(), name)
        self.keys: list[tuple[str, c.Command[Any]]] = []
        self.seen: list[Any] = []

    @initialize(schedules=OFFERED)
    def begin(self, schedules: Any) -> None:
        """One of everything at least, also when drafts are discarded: there is always one to choose."""
        lines = [Line("Labour", 2, Money("85.00", "CAD"))]
        self.do(c.ConfigureCompany(quebec(name="Toitures Lavoie")))
        ada = self.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))
        job, _ = (self.do(c.OpenJob(ada.id)) for _ in range(2))
        self.do(c.SendQuote(self.do(c.DraftQuote(job.id, lines=lines, schedules=schedules)).id))
        self.do(c.IssueInvoice(self.do(c.DraftInvoice(job.id, lines=lines)).id))
        self.do(c.DraftInvoice(job.id, lines=lines))
        self.do(c.PlanWorkOrder(job.id, title="Visite"))
        self.compare()

    def teardown(self) -> None:
        """The closing check finds nothing."""
        app = self.here.app
        assert audit.check(app.storage, app.company).found == ()

    # ---------------------------------------------------------------------------------------------------------- commands

    @rule(data=st.data(), kinds=SOME_KINDS, days=st.sampled_from([0, 0, 0, 1, 12]))
    def do_something(self, data: st.DataObject, kinds: Any, days: int) -> None:
        """A command, a refused one as well as any other."""
        self.pass_days(days)
        self.do(a_command(data.draw, self.there.app, kinds))
        self.compare()

    @rule(data=st.data(), kinds=SOME_KINDS)
    def do_something_with_a_key(self, data: st.DataObject, kinds: Any) -> None:
        """A command that is safe to repeat."""
        command = a_command(data.draw, self.there.app, kinds)
        self.keys.append((f"click-{len(self.keys)}", command))
        self.do(command, key=self.keys[-1][0])
        self.compare()

    @rule(data=st.data())
    def do_it_again(self, data: st.DataObject) -> None:
        """What was asked for with a key; now and then something else with its key."""
        if self.keys:
            key, command = data.draw(st.sampled_from(self.keys))
            other = a_command(data.draw, self.there.app)
            self.do(command if data.draw(st.integers(0, 3)) else other, key=key)
            self.compare()

    @rule(data=st.data())
    def do_something_from_an_old_screen(self, data: st.DataObject) -> None:
        """A command that expects records to be as somebody saw them, a while ago as often as not."""
        with self.there.app.reading() as read:
            self.seen += [*read.jobs.find(limit=2), *read.invoices.find(limit=2)]
        expected = [data.draw(st.sampled_from(self.seen))]
        self.do(a_command(data.draw, self.there.app), expecting=expected)
        self.compare()

    @rule(data=st.data(), kinds=SOME_KINDS)
    def do_two_things_at_once(self, data: st.DataObject, kinds: Any) -> None:
        """Both or neither."""
        commands = [a_command(data.draw, self.there.app, kinds) for _ in range(2)]
        self.both(lambda side: side.together(commands))
        self.compare()

    @rule(days=st.integers(0, 20))
    def run_the_day(self, days: int) -> None:
        """What is due leaves."""
        self.pass_days(days)
        self.both(lambda side: side.app.run_day())
        self.compare()

    # ----------------------------------------------------------------------------------------------------------- looking

    @rule(data=st.data(), kinds=SOME_KINDS)
    def look(self, data: st.DataObject, kinds: Any) -> None:
        """Every view, and a command beforehand."""
        with self.there.app.reading() as read:
            jobs, contacts, invoices = read.jobs.find(), read.contacts.find(), read.invoices.find()
        job, contact = data.draw(st.sampled_from(jobs)).id, data.draw(st.sampled_from(contacts)).id
        any_id = data.draw(st.sampled_from([*(each.id for each in invoices), *(each.id for each in jobs)]))
        command = a_command(data.draw, self.there.app, kinds)
        views: tuple[Callable[[Plannit], Any], ...] = (
            lambda app: app.folder(job),
            lambda app: app.documents(contact),
            lambda app: app.receivables(),
            lambda app: app.departures(),
            lambda app: app.actions(any_id),
            lambda app: app.get(any_id),
            lambda app: app.preview(command),
        )
        for view in views:
            self.both(lambda side: view(side.app))  # noqa: B023  # called in this round of the loop only

    # -------------------------------------------------------------------------------------------------------- both sides

    def pass_days(self, days: int) -> None:
        """On both sides."""
        for side in (self.here, self.there):
            side.advance(days)

    def do(self, command: c.Command[Any], **more: Any) -> Any:
        """Do a command on both sides; its result, or `None`."""
        return self.both(lambda side: side.do(side.app, command, **more))

    def both(self, act: Callable[[Side], Any]) -> Any:
        """What an act comes to on both sides, which is the same; its result, or `None`."""
        (error, result), there = outcome(act, self.here), outcome(act, self.there)
        assert (error, result) == there
        return result

    def compare(self) -> None:
        """The books of both sides are the same, and sound."""
        here, there = self.here.books(), self.there.books()
        assert here == there
        app = self.there.app
        assert audit.check(app.storage, app.company).found == ()


def outcome(act: Callable[[Side], Any], side: Side) -> tuple[Any, Any]:
    """The error that an act comes to, in a form that can be compared, and its result."""
    try:
        return None, act(side)
    except PlannitError as error:
        return (type(error), error.code, error.params, getattr(error, "reasons", None)), None


def run_company(opener: Opener) -> None:
    """A third of the runs that the current profile of Hypothesis says; the same ones each time when the opener has a seed."""
    run_stateful(opener, CompanyMachine, steps=STEPS, share=3)
