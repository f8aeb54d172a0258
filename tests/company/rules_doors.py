"""Rules about days that pass, second clicks, what somebody saw long ago, and several commands in one commit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from attrs import evolve
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from plannit_core import Actor, Policies, Refused
from plannit_core import commands as c
from plannit_core import events as e
from plannit_core.lifecycle import InvoiceState
from plannit_core.serial import dump_result, load_result
from plannit_core.values.ids import InvoiceId
from support import cad

from .base import TALLY, CompanyBase, needs
from .documents import OWN
from .numbers import KINDS, numbering_of, text_of
from .office import MARIE
from .rules_invoices import is_draft, is_issued

DATA = st.data()
STRANGER = Actor.user("u99")


class DoorRules(CompanyBase):
    """What happens at the door, and by itself."""

    @rule(days=st.sampled_from([0, 1, 1, 2, 7, 31, 70]), hours=st.integers(0, 5))
    def time_passes(self, days: int, hours: int) -> None:
        self.office.clock.advance(days=days, hours=hours)

    @needs("invoice", lambda each: each.leaves_on is not None)
    @rule(late=st.sampled_from([None, None, 0, 1, 6]), days=st.sampled_from([0, 1, 4, 12, 45]), data=DATA)
    def run_the_day(self, late: int | None, days: int, data: st.DataObject) -> None:
        """28, 29: what is due leaves in order, dated its own day; a second run does nothing more."""
        office = self.office
        office.clock.advance(days=days, seconds=1)
        day = None if late is None else office.today - timedelta(days=late)
        until = day or office.today
        due = [each for each in office.of("invoice") if each.leaves_on is not None and each.leaves_on <= until]
        due.sort(key=lambda each: (each.leaves_on, each.id))
        if due and data.draw(st.integers(0, 3)) == 0:
            cap = max(len(due) - data.draw(st.integers(0, 1)), 1)
            self.do(data, c.ConfigureCompany(evolve(office.settings, day_cap=cap)))
        note(f"run_day({day})")
        report, change = office.catch_up(lambda side: side.door.run_day(day))
        TALLY["run_day", "issued" if report.issued else "stopped" if report.stopped else "nothing"] += 1
        self.watch.see(change)
        if len(due) > office.settings.day_cap:
            assert (report.stopped.code, report.issued, report.refused) == ("day.too-many", (), ())
            return
        assert report.stopped is None
        reasons = {each.invoice_id: each.reasons for each in report.refused}
        assert [each.id for each in report.issued] == [each.id for each in due if each.id not in reasons]
        for id, told in reasons.items():
            why = office.memory.foreseen(c.SendPlannedInvoice(id), MARIE).error
            assert why is not None
            assert why[3] == told
        for each in report.issued:
            assert each.issued_on is not None
            assert each.leaves_on is None
            assert each.send_on <= until
        again = office.ask(lambda door: door.run_day(day))
        assert (again.result.issued, again.result.refused) == ((), report.refused)

    # --------------------------------------------------------------------------------------------- numbers that are held

    @rule(data=DATA)
    def hold_the_numbers_and_resume_them(self, data: st.DataObject) -> None:
        """Nothing gets a number meanwhile; then each series goes on after the last that was given, here or elsewhere."""
        for _ in range(2):
            assert self.must(data, c.HoldNumbers()).numbers_are_held
        assert self.do(data, c.OpenJob(self.pick(data, "contact").id)).codes == ["numbers.held"]
        numbers, settings, year = self.watch.numbers, self.office.settings, self.office.today.year
        told = []
        for kind in data.draw(st.lists(st.sampled_from(KINDS), max_size=3)):
            numbering = numbering_of(settings, kind)
            count = numbers.reached(kind, numbering, year) + data.draw(st.integers(-2, 5))
            told.append(text_of(numbering, max(count, 1), year))
        expected = numbers.ahead(told, settings, year)
        before = len(self.office.events)
        assert not self.must(data, c.ResumeNumbers(last=told)).numbers_are_held
        first, *moved = [each.event for each in self.office.events[before:]]
        assert isinstance(first, e.NumbersResumed)
        assert {each.series_id: each.last for each in moved} == expected
        assert self.do(data, c.ResumeNumbers(last=told)).codes == ["numbers.not-held"]

    # ------------------------------------------------------------------------------------------------------ second taps

    @precondition(lambda self: self.kept)
    @rule(data=DATA)
    def click_again(self, data: st.DataObject) -> None:
        """The same key and command: nothing is done, whoever asks and whatever they saw; the result is as things are now."""
        key = data.draw(st.sampled_from(sorted(self.kept)))
        command, result = self.kept[key]
        stale = self.seen[: data.draw(st.integers(0, 1))]
        actor = data.draw(st.sampled_from([MARIE, STRANGER]))
        found = self.office.ask(lambda door: door.do(command, key=key, expecting=stale), actor=actor)
        gone: list[Any] = []

        def now(id: Any) -> Any:
            if id not in self.office.books:
                gone.append(id)
                return None
            return self.office.books[id]

        expected = load_result(dump_result(result), now)
        if gone:
            assert (found.error[0], found.error[2]["id"]) == ("NotFound", gone[0])
        else:
            assert (found.error, found.result) == (None, expected)

    @rule(data=DATA)
    def expect_what_was_seen_long_ago(self, data: st.DataObject) -> None:
        """A command that rests on what is no longer so is not done, and says what was expected and what was found."""
        books = self.office.books
        stale = [each for each in self.seen if each.id not in books or books[each.id].version != each.version]
        if stale:
            old = stale[data.draw(st.integers(0, len(stale) - 1))]
            found = books[old.id].version if old.id in books else 0
            answer = self.office.ask(lambda door: door.do(c.AddContact("Late"), key="late", expecting=[old]))
            assert answer.error[0] == "Conflict"
            assert answer.error[2] == {"kind": old.kind, "id": old.id, "expected": old.version, "found": found}
            self.office.check_unchanged("late")

    # ----------------------------------------------------------------------------------------------- who may, and whose

    @rule(data=DATA)
    def be_refused_at_the_door(self, data: st.DataObject) -> None:
        """65: whoever lacks a permission changes nothing; tomorrow is not billed today; what others have is not found."""
        day = self.office.today + timedelta(days=data.draw(st.integers(1, 30)))
        assert self.office.ask(lambda door: door.run_day(day)).codes == ["day.in-the-future"]
        job = self.pick(data, "job")
        commands = [c.EditJob(job.id, status="Lost"), c.OpenJob(job.contact_id), c.ConfigureCompany(OWN)]
        command = data.draw(st.sampled_from(commands))
        may = Policies(may=lambda actor, needs: actor != STRANGER or needs not in command.needs)
        found = self.office.ask(lambda door: evolve(door, policies=may).do(command), actor=STRANGER)
        assert found.codes == ["permission.denied"]
        theirs = self.office.ask(lambda door: door.for_company("autre").get(job.id))
        assert theirs.error[:2] == ("NotFound", "record.not-found")
        unknown = self.office.ask(lambda door: door.do(c.IssueInvoice(InvoiceId("inv_nobody"))))
        assert unknown.codes == ["record.not-found"]
        for key in list(self.kept)[-1:]:
            reused = self.office.ask(lambda door, key=key: door.do(c.AddContact(f"Not {key}"), key=key))
            assert reused.codes == ["key.reused"]

    # --------------------------------------------------------------------------------------------- several in one commit

    @needs("invoice", is_draft)
    @rule(data=DATA, fails=st.booleans())
    def in_front_of_the_client(self, data: st.DataObject, fails: bool) -> None:
        """Both or neither: an invoice is issued and paid in one commit, which a refusal undoes as a whole."""
        invoice = self.pick(data, "invoice", is_draft)
        amount = cad(max(invoice.balance.minor, 0) + fails)
        key, issue = f"front-{self.steps}", c.IssueInvoice(invoice.id)

        def act(side: Any) -> Any:
            count = side.ids.count
            try:
                with side.together():
                    side.door.do(issue, key=key)
                    return side.door.do(c.RecordPayment(invoice.id, amount, method="card"))
            except Refused as error:
                side.ids.count = count
                return error.reasons

        self.office.clock.advance(seconds=1)
        found, change = self.office.catch_up(act)
        TALLY["transaction", "undone" if isinstance(found, tuple) else "done"] += 1
        if isinstance(found, tuple):
            self.office.check_unchanged(key)
            assert change.events == ()
        else:
            self.kept[key] = (issue, found)
            self.watch.see(change)
            assert (found.state, found.balance.minor) == (InvoiceState.ISSUED, 0)
            assert is_issued(self.office.books[invoice.id])
