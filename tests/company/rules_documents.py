"""Rules about the company, its contacts, its job folders and its quotes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import rule

from plannit_core import Actor
from plannit_core import commands as c
from support import WORDS, total_of

from .base import CompanyBase, needs
from .documents import EXTERNALS, changes, contents, offers

DATA = st.data()


class DocumentRules(CompanyBase):
    """What the office writes before it bills."""

    @rule(data=DATA, what=st.sampled_from(["AddContact", "EditContact", "OpenJob", "EditJob"]))
    def keep_the_files(self, data: st.DataObject, what: str) -> None:
        """50, 51: contacts and job folders, with the keys they have in other systems."""
        contact, job = self.pick(data, "contact").id, self.pick(data, "job").id
        emails = st.sampled_from([(), ("x@example.com",), ("y@example.com", "z@example.com")])
        if what == "AddContact":
            command: c.Command[Any] = c.AddContact(
                data.draw(WORDS), emails=data.draw(emails), external=data.draw(EXTERNALS)
            )
        elif what == "EditContact":
            fields = {"name": WORDS, "emails": emails, "language": st.sampled_from([None, "en"]), "external": EXTERNALS}
            command = c.EditContact(contact, **some(data, fields))
        elif what == "OpenJob":
            fields = {"title": WORDS, "source": st.sampled_from(["Web", "FB"]), "external": EXTERNALS}
            command = c.OpenJob(contact, **some(data, fields))
        else:
            fields = {"title": WORDS, "status": st.sampled_from(["New", "Lost"]), "external": EXTERNALS}
            command = c.EditJob(job, **some(data, fields))
        self.do(data, command)

    @rule(data=DATA)
    def change_the_settings(self, data: st.DataObject) -> None:
        """35: and now and then a series of numbers begins again, over numbers that were printed already."""
        own = self.office.settings
        changed = data.draw(changes(2))
        if data.draw(st.integers(0, 2)) == 0:
            name = data.draw(st.sampled_from(["job_numbers", "quote_numbers", "invoice_numbers"]))
            changed = {name: evolve(getattr(own, name), start=data.draw(st.integers(1, 3)), strict=False)}
        self.do(data, c.ConfigureCompany(evolve(own, **changed)))

    @rule(data=DATA)
    def sell(self, data: st.DataObject) -> None:
        """22, 26: drafted, sent and approved in one go, as it goes with most clients."""
        lines = data.draw(contents())
        job = self.pick(data, "job")
        schedules = data.draw(offers(max(total_of(lines), 0), self.office.today))
        quote = self.must(data, c.DraftQuote(job.id, lines=lines, schedules=schedules))
        if self.do(data, c.SendQuote(quote.id)).error is None:
            name = data.draw(st.sampled_from([each.name for each in quote.schedules]))
            sends = data.draw(st.sampled_from([True, True, True, False]))
            self.must(data, c.ApproveQuote(quote.id, schedule=name, send=sends), Actor.client(job.contact_id))

    # ---------------------------------------------------------------------------------------------------------- quotes

    @rule(data=DATA)
    def draft_quote(self, data: st.DataObject) -> None:
        lines = data.draw(contents())
        schedules = data.draw(offers(max(total_of(lines), 0), self.office.today))
        command = c.DraftQuote(self.pick(data, "job").id, lines=lines, schedules=schedules)
        self.do(data, evolve(command, external=data.draw(EXTERNALS)))

    @needs("quote", lambda each: each.state == "draft")
    @rule(data=DATA)
    def edit_quote(self, data: st.DataObject) -> None:
        quote = self.pick(data, "quote", lambda each: each.state == "draft")
        total = max(quote.total.minor, 0)
        fields = {"lines": contents(), "schedules": offers(total, self.office.today), "external": EXTERNALS}
        self.do(data, c.EditQuote(quote.id, **some(data, fields)))

    @needs("quote", lambda each: each.state in ("draft", "sent"))
    @rule(data=DATA)
    def send_quote(self, data: st.DataObject) -> None:
        """34: the first time it gets its number, which it keeps when it is sent again."""
        self.do(data, c.SendQuote(self.pick(data, "quote", lambda each: each.state in ("draft", "sent")).id))

    @needs("quote", lambda each: each.state == "sent")
    @rule(data=DATA)
    def approve_quote(self, data: st.DataObject) -> None:
        """26, 30: by the client or for them, now and then by the wrong one, too late, or without choosing."""
        quote = self.pick(data, "quote", lambda each: each.state == "sent")
        names = [each.name for each in quote.schedules if each.name is not None]
        others = [each.id for each in self.office.of("contact")]
        fields = {
            "on_behalf_of": st.sampled_from([*others, *([quote.contact_id] * 3 * len(others))]),
            "despite_expiry": st.booleans(),
            "send": st.booleans(),
        }
        name = data.draw(st.sampled_from([*(names * 3), None])) if len(names) > 1 else None
        if quote.valid_until is not None and data.draw(st.integers(0, 2)) == 0:
            ahead = (quote.valid_until - self.office.today).days  # on its last day, or the day after
            self.office.clock.advance(days=max(ahead + data.draw(st.integers(0, 1)), 0))
        self.do(data, c.ApproveQuote(quote.id, schedule=name, **some(data, fields)), self.client_or_user(data, quote))

    @needs("quote", lambda each: each.state == "sent")
    @rule(data=DATA, ahead=st.integers(-2, 40), declines=st.sampled_from([False, False, True]))
    def decline_or_extend_quote(self, data: st.DataObject, ahead: int, declines: bool) -> None:
        quote = self.pick(data, "quote", lambda each: each.state == "sent")
        if declines:
            reason = data.draw(st.none() | WORDS)
            self.do(data, c.DeclineQuote(quote.id, reason=reason), self.client_or_user(data, quote))
        else:
            self.do(data, c.ExtendQuote(quote.id, valid_until=self.office.today + timedelta(days=ahead)))

    @needs("quote", lambda each: each.state == "approved")
    @rule(data=DATA)
    def generate_invoices(self, data: st.DataObject) -> None:
        self.do(data, c.GenerateInvoices(self.pick(data, "quote", lambda each: each.state == "approved").id))

    def client_or_user(self, data: st.DataObject, quote: Any) -> Actor | None:
        """The quote's own client, any client, or (`None`) somebody of the company."""
        who = data.draw(st.sampled_from(["own", "own", "any", None, None]))
        if who is None:
            return None
        return Actor.client(quote.contact_id if who == "own" else self.pick(data, "contact").id)


def some(data: st.DataObject, fields: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """Some of these fields."""
    names = data.draw(st.lists(st.sampled_from(sorted(fields)), max_size=2, unique=True))
    return {name: data.draw(fields[name]) for name in names}
