"""What every rule of the company machine uses: choosing records, doing commands in the ways a host might."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import evolve, fields
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition

from plannit_core import Actor, Line
from plannit_core import commands as c
from plannit_core.lifecycle import MACHINES
from plannit_core.values.ids import Id
from support import cad

from .documents import MORNINGS, OWN, changes, contents, offers
from .office import MARIE, Office
from .outcomes import Step, Then, judge
from .truth import check_actions
from .watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from .office import Found

TALLY: Counter[tuple[str, str]] = Counter()
"""How often each command came to what: `done`, or the code of the error."""

LUC, ROBOT = Actor.user("u18", name="Luc"), Actor.system("portal")
ACTORS = st.sampled_from([MARIE, MARIE, LUC, ROBOT])
WAYS = st.sampled_from(["plain", "plain", "plain", "key", "expecting", "both"])
EVERY_SO_OFTEN = 12


def needs(kind: str, wanted: Callable[[Any], bool] = lambda _: True) -> Any:
    """A rule that waits until there is such a record."""
    return precondition(lambda self: any(wanted(each) for each in self.office.of(kind)))


class CompanyBase(RuleBasedStateMachine):
    """An office with its watch; `do` is how everything is done."""

    steps_done: ClassVar[int] = 0
    office: Office

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, tuple[c.Command[Any], Any]] = {}
        self.seen: list[Any] = []
        self.steps = 0

    @initialize(data=st.data(), at=MORNINGS)
    def open_for_business(self, data: st.DataObject, at: str) -> None:
        settings = evolve(OWN, **data.draw(changes(3)))
        self.office = Office(at, settings)
        self.watch = Watch(self.office)
        self.must(data, c.ConfigureCompany(settings))
        ada = self.must(data, c.AddContact("Ada Byron", emails=["ada@example.com"]))
        bob = self.must(data, c.AddContact("Bob Tremblay"))  # nothing can be sent to him
        jobs = [self.must(data, c.OpenJob(each.id)) for each in (ada, ada, bob)]
        lines = [*data.draw(contents()), Line("Labour", 1, cad(100_000_000))]
        quote = self.must(
            data, c.DraftQuote(jobs[0].id, lines=lines, schedules=data.draw(offers(0, self.office.today)))
        )
        self.do(data, c.SendQuote(quote.id))
        invoice = self.must(data, c.DraftInvoice(jobs[1].id, lines=data.draw(contents())))
        self.must(data, c.PlanInvoice(invoice.id, send_on=self.office.today + timedelta(days=3)))
        for job in jobs[1:]:
            self.must(data, c.PlanWorkOrder(job.id, title="Visite"))

    def teardown(self) -> None:
        if hasattr(self, "office"):
            try:
                if sys.exc_info()[0] is None:
                    self.watch.check_everything()
            finally:
                self.office.close()

    @invariant()
    def everything_is_as_it_should_be(self) -> None:
        self.steps += 1
        CompanyBase.steps_done += 1
        if self.steps % EVERY_SO_OFTEN == 0:
            self.watch.check_everything()

    # ------------------------------------------------------------------------------------------------------- choosing

    def pick(self, data: st.DataObject, kind: str, wanted: Callable[[Any], bool] = lambda _: True) -> Any:
        """A record of a kind that is wanted, seven times in eight; else any."""
        every = self.office.of(kind)
        fitting = [each for each in every if wanted(each)]
        pool = fitting if fitting and data.draw(st.integers(0, 7)) else every
        return pool[data.draw(st.integers(0, len(pool) - 1))]

    # ---------------------------------------------------------------------------------------------------------- doing

    def do(self, data: st.DataObject, command: c.Command[Any], actor: Actor | None = None) -> Found:
        """Do a command: by anybody, with a key, with what one saw before, or just so; look at all that came of it."""
        who = actor or data.draw(ACTORS)
        way = data.draw(WAYS)
        key = f"click-{len(self.kept) + 1}" if way in ("key", "both") else None
        expecting = self.named(command) if way in ("expecting", "both") else []
        return self.done(command, who, key, expecting)

    def must(self, data: st.DataObject, command: c.Command[Any], actor: Actor | None = None) -> Any:
        """What a command gives that nothing can speak against, but a series that has no number left."""
        found = self.do(data, command, actor)
        assert found.error is None or found.codes == ["numbering.exhausted"]
        return found.result

    def named(self, command: c.Command[Any]) -> list[Any]:
        """The records that a command speaks of."""
        values = [getattr(command, each.name) for each in fields(type(command))]
        return [self.office.books[each] for each in values if isinstance(each, Id) and each in self.office.books]

    def done(self, command: c.Command[Any], actor: Actor, key: str | None = None, expecting: Any = ()) -> Found:
        """The command done on both sides, and judged."""
        office, watch = self.office, self.watch
        note(f"{actor.kind} {actor.id}: {command!r}")
        office.clock.advance(seconds=1)
        self.seen += expecting or self.named(command)
        then = Then(dict(office.books), dict(watch.figures), office.settings, office.today)
        found, change = office.do(command, actor=actor, key=key, expecting=expecting)
        TALLY[type(command).__name__, found.codes[0] if found.codes else "done"] += 1
        if found.error is None:
            watch.see(change)
            if key is not None:
                self.kept[key] = (command, found.result)
        judge(Step(command, actor, found, change, then, office.books, watch.figures, watch.parts))
        for _, record in change.records[:2]:
            if record is not None and record.kind in MACHINES:
                check_actions(office, record, actor)
        return found
