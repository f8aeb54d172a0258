"""Two at once: what each of them asks for, and the only outcomes that are allowed, one verdict for each kind of race."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from plannit_core import Actor, Instalment, Line, Plannit, PlannitError, Schedule, When, presets
from plannit_core import commands as c
from plannit_core.audit import check
from plannit_core.values.ids import parse_id
from support import cad

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from plannit_core.door import Door

Given = dict[str, str]
Outcome = tuple[str, Any]

TODAY = date(2026, 3, 2)
WORK = [Line("Labour", 10, cad(85_00)), Line("Nails", 3, cad(33_33))]
THREE = Schedule.many_invoices([Instalment.rest(When.ON_APPROVAL)] * 2 + [Instalment.rest(When.after(days=30))])


@frozen
class Race:
    """Two acts on books that were prepared for them.

    Attributes:
        prepare: Makes what they meet in; gives ids by name.
        acts: What the two do; each gives plain data.
        verdict: Raises `AssertionError` for every outcome that is not allowed.
    """

    prepare: Callable[[Plannit], Given]
    acts: tuple[Callable[[Any, Given], Any], Callable[[Any, Given], Any]]
    verdict: Callable[[Plannit, Given, list[Outcome]], None]


def outcome(act: Callable[[Any, Given], Any], door: Door, given: Given) -> Outcome:
    """`done` with what the act gave, or the code of the error."""
    try:
        return "done", act(door, given)
    except PlannitError as error:
        return error.code, None


def judge(race: Race, app: Plannit, given: Given, outcomes: list[Outcome]) -> None:
    """The race's own verdict, and the closing check of the books."""
    race.verdict(app, given, outcomes)
    assert check(app.storage, app.company).found == ()


def codes(outcomes: list[Outcome]) -> list[str]:
    return sorted(code for code, _ in outcomes)


def invoices(app: Plannit, given: Given) -> list[Any]:
    with app.reading() as read:
        return list(read.invoices.find(job_id=parse_id(given["job"])))


def events(app: Plannit, name: str) -> int:
    """How often it happened."""
    return sum(each.event.name == name for each in app.storage.events(app.company, limit=10_000))


def an_office(app: Plannit, **changes: Any) -> Given:
    app.do(c.ConfigureCompany(evolve(presets.quebec(name="Toitures Lavoie"), **changes)))
    contact = app.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))
    return {"contact": contact.id, "job": app.do(c.OpenJob(contact.id)).id}


# -------------------------------------------------------------------------------------------- approvals, generations


def a_sent_quote(app: Plannit, **changes: Any) -> Given:
    given = an_office(app, **changes)
    quote = app.do(c.DraftQuote(parse_id(given["job"]), lines=WORK, schedules=[THREE]))
    app.do(c.SendQuote(quote.id))
    return {**given, "quote": quote.id}


def an_approved_quote(app: Plannit) -> Given:
    given = a_sent_quote(app, generates_on_approval=False)
    app.do(c.ApproveQuote(parse_id(given["quote"])))
    return given


def approve(door: Door, given: Given) -> list[str]:
    return [str(each.id) for each in door.do(c.ApproveQuote(parse_id(given["quote"]))).invoices]


def approve_as_client(door: Door, given: Given) -> list[str]:
    return approve(door.acting_as(Actor.client(parse_id(given["contact"]))), given)


def generate(door: Door, given: Given) -> list[str]:
    return [str(each.id) for each in door.do(c.GenerateInvoices(parse_id(given["quote"])))]


def one_approval(app: Plannit, given: Given, outcomes: list[Outcome]) -> None:
    """One approves; the other is told that it was approved. Its three invoices exist once, two of them issued."""
    assert codes(outcomes) == ["done", "quote.approved"]
    (made,) = (data for code, data in outcomes if code == "done")
    found = invoices(app, given)
    assert sorted(each.id for each in found) == sorted(made)
    assert sorted(each.number for each in found if each.number) == ["F2026-00001", "F2026-00002"]
    assert events(app, "quote.approved") == 1


def one_generation(app: Plannit, given: Given, outcomes: list[Outcome]) -> None:
    """Both go through; one makes all three invoices, the other none."""
    assert codes(outcomes) == ["done", "done"]
    assert sorted(len(data) for _, data in outcomes) == [0, 3]
    assert sorted(each.part for each in invoices(app, given)) == [1, 2, 3]
    assert events(app, "invoice.drafted") == 3


# ------------------------------------------------------------------------------------------------------- work orders


def an_empty_job(app: Plannit) -> Given:
    given = an_office(app)
    return {**given, "order": app.do(c.PlanWorkOrder(parse_id(given["job"]), title="Visite")).id}


def tap(door: Door, given: Given) -> str:
    return str(door.do(c.AddInvoice(parse_id(given["order"]))).id)


def draft(door: Door, given: Given) -> str:
    return str(door.do(c.DraftInvoice(parse_id(given["job"]), lines=WORK)).id)


def one_invoice(app: Plannit, given: Given, outcomes: list[Outcome]) -> None:
    """Decision 43: both get the same invoice, which was made and attached once."""
    assert codes(outcomes) == ["done", "done"]
    (made,) = {data for _, data in outcomes}
    assert [each.id for each in invoices(app, given)] == [made]
    assert [str(each) for each in app.get(parse_id(given["order"])).invoice_ids] == [made]
    assert (events(app, "invoice.drafted"), events(app, "invoice.attached")) == (1, 1)


def tap_or_choice(app: Plannit, given: Given, outcomes: list[Outcome]) -> None:
    """The tap first: two invoices, its own attached. The draft first: one, and the technician is asked to choose."""
    (tapped, own), (drafted, other) = outcomes
    assert drafted == "done"
    found = {str(each.id) for each in invoices(app, given)}
    attached = [str(each) for each in app.get(parse_id(given["order"])).invoice_ids]
    if tapped == "done":
        assert (found, attached) == ({own, other}, [own])
    else:
        assert (tapped, found, attached) == ("invoice.choice-required", {other}, [])


# ------------------------------------------------------------------------------------------------- payments, numbers


def a_last_cent(app: Plannit) -> Given:
    given = an_office(app)
    invoice = app.do(c.DraftInvoice(parse_id(given["job"]), lines=WORK))
    app.do(c.RecordPayment(invoice.id, invoice.total - cad(1), method="card"))
    return {**given, "invoice": invoice.id}


def pay_a_cent(door: Door, given: Given) -> str:
    paid = door.do(c.RecordPayment(parse_id(given["invoice"]), cad(1), method="card"))
    return str(paid.payments[-1].id)


def one_payment(app: Plannit, given: Given, outcomes: list[Outcome]) -> None:
    """One is taken; the other is above the balance."""
    assert codes(outcomes) == ["done", "payment.above-balance"]
    invoice = app.get(parse_id(given["invoice"]))
    (taken,) = (data for code, data in outcomes if code == "done")
    assert (invoice.balance.minor, invoice.payment_state, len(invoice.payments)) == (0, "paid", 2)
    assert str(invoice.payments[-1].id) == taken
    assert (events(app, "payment.recorded"), events(app, "invoice.paid")) == (2, 1)


def two_drafts(app: Plannit) -> Given:
    given = an_office(app)
    one, other = (app.do(c.DraftInvoice(parse_id(given["job"]), lines=WORK)) for _ in range(2))
    return {**given, "one": one.id, "other": other.id}


def issue_one(door: Door, given: Given) -> Any:
    return door.do(c.IssueInvoice(parse_id(given["one"]))).number


def issue_other(door: Door, given: Given) -> Any:
    return door.do(c.IssueInvoice(parse_id(given["other"]))).number


def two_numbers(app: Plannit, given: Given, outcomes: list[Outcome]) -> None:
    """Both are issued, with the first two numbers."""
    assert codes(outcomes) == ["done", "done"]
    assert sorted(data for _, data in outcomes) == ["F2026-00001", "F2026-00002"]
    assert [app.get(parse_id(given[name])).number for name in ("one", "other")] == [data for _, data in outcomes]


# ------------------------------------------------------------------------------------------------------- keys, days


def click(door: Door, given: Given) -> str:
    return str(door.do(c.DraftInvoice(parse_id(given["job"]), lines=WORK), key="click-7f3a").id)


def one_click(app: Plannit, given: Given, outcomes: list[Outcome]) -> None:
    """The second waits for the first, and gets what it made."""
    assert codes(outcomes) == ["done", "done"]
    (made,) = {data for _, data in outcomes}
    assert [each.id for each in invoices(app, given)] == [made]
    assert events(app, "invoice.drafted") == 1


def three_due(app: Plannit) -> Given:
    given = an_office(app)
    for _ in range(3):
        invoice = app.do(c.DraftInvoice(parse_id(given["job"]), lines=WORK))
        app.do(c.PlanInvoice(invoice.id, send_on=TODAY))
    return given


def run_day(door: Plannit, given: Given) -> list[str]:
    report = door.run_day()
    assert (report.refused, report.stopped) == ((), None)
    return [str(each.id) for each in report.issued]


def one_day(app: Plannit, given: Given, outcomes: list[Outcome]) -> None:
    """Whoever lets it leave, each invoice leaves once."""
    assert codes(outcomes) == ["done", "done"]
    left = sorted(id for _, data in outcomes for id in data)
    found = invoices(app, given)
    assert left == sorted(each.id for each in found)
    assert sorted(each.number for each in found) == ["F2026-00001", "F2026-00002", "F2026-00003"]
    assert (events(app, "invoice.issued"), events(app, "invoice.sent")) == (3, 3)


RACES: Mapping[str, Race] = {
    "two approvals": Race(a_sent_quote, (approve, approve_as_client), one_approval),
    "two generations": Race(an_approved_quote, (generate, generate), one_generation),
    "two first taps": Race(an_empty_job, (tap, tap), one_invoice),
    "a tap against a draft": Race(an_empty_job, (tap, draft), tap_or_choice),
    "two payments of the last cent": Race(a_last_cent, (pay_a_cent, pay_a_cent), one_payment),
    "two issues": Race(two_drafts, (issue_one, issue_other), two_numbers),
    "one key twice": Race(an_empty_job, (click, click), one_click),
    "two runs of a day": Race(three_due, (run_day, run_day), one_day),
}
