"""Numbers that are held, and where each series goes on: after the last number that was given, here or elsewhere."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve

from plannit_core import FixedClock, Line, Money, Plannit, Refused, TaxGroup, audit, labels
from plannit_core import commands as c
from plannit_core.ports import EVERY, Commit
from plannit_core.values.numbering import Numbering, Restart
from support import everything

if TYPE_CHECKING:
    from collections.abc import Callable

    from plannit_core.model.contact import Contact
    from plannit_core.model.job import Job

GUTTERS = Line("Gutters", 1, Money.cad("100.00"), tax=TaxGroup.EXEMPT)


@pytest.fixture
def ada(app: Plannit) -> Contact:
    return app.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))


@pytest.fixture
def job(app: Plannit, ada: Contact) -> Job:
    return app.do(c.OpenJob(ada.id))


def draft(app: Plannit, job: Job) -> Any:
    return app.do(c.DraftInvoice(job.id, lines=[GUTTERS])).id


def numbered(app: Plannit, job: Job) -> str | None:
    return app.do(c.IssueInvoice(draft(app, job))).number


def series(app: Plannit) -> dict[str, int]:
    with app.storage.reading(app.company) as snapshot:
        return {each.id: each.last for each in snapshot.select("series", EVERY, "")}


def invoices_numbered(app: Plannit, **how: Any) -> None:
    app.do(c.ConfigureCompany(evolve(app.settings, invoice_numbers=Numbering(**how))))


def resumed(app: Plannit, *last: str) -> list[tuple[str, int]]:
    """The series that were moved on."""
    app.do(c.HoldNumbers())
    before = app.storage.position(app.company)
    app.do(c.ResumeNumbers(last=last))
    _, *moved = [each.event for each in app.storage.events(app.company, after=before)]
    return [(each.series_id, each.last) for each in moved]


NEEDS_A_NUMBER: dict[str, Callable[[Plannit, Job], c.Command[Any]]] = {
    "a job": lambda app, job: c.OpenJob(job.contact_id),
    "an invoice straight from the contact": lambda app, job: c.InvoiceContact(job.contact_id),
    "a quote that is sent": lambda app, job: c.SendQuote(app.do(c.DraftQuote(job.id, lines=[GUTTERS])).id),
    "an invoice that is issued": lambda app, job: c.IssueInvoice(draft(app, job)),
    "an invoice that is sent": lambda app, job: c.SendInvoice(draft(app, job)),
    "a draft that is paid": lambda app, job: c.RecordPayment(draft(app, job), Money.cad("1.00"), method="card"),
}


@pytest.mark.parametrize("make", NEEDS_A_NUMBER.values(), ids=NEEDS_A_NUMBER)
def test_what_needs_a_number_is_refused_while_they_are_held_and_done_afterwards(
    app: Plannit, job: Job, make: Callable[[Plannit, Job], c.Command[Any]]
) -> None:
    command = make(app, job)
    assert app.do(c.HoldNumbers()).numbers_are_held
    before = everything(app.storage)
    with pytest.raises(Refused) as caught:
        app.do(command)
    assert [each.code for each in caught.value.reasons] == ["numbers.held"]
    assert everything(app.storage) == before
    assert not app.do(c.ResumeNumbers()).numbers_are_held
    app.do(command)


def test_what_needs_no_number_goes_on(app: Plannit, job: Job) -> None:
    issued, waiting = app.do(c.IssueInvoice(draft(app, job))), draft(app, job)
    app.do(c.HoldNumbers())
    assert app.do(c.SendInvoice(issued.id)).sent_at is not None
    assert app.do(c.RecordPayment(issued.id, Money.cad("100.00"), method="card")).payment_state == "paid"
    assert app.do(c.EditInvoice(waiting, note="Merci")).note == "Merci"
    assert app.do(c.InvoiceContact(job.contact_id, job_id=job.id)).job == job
    assert app.do(c.ConfigureCompany(evolve(app.settings, terms_days=30))).numbers_are_held


def test_holding_twice_changes_nothing_and_what_is_not_held_is_not_resumed(app: Plannit) -> None:
    held = app.do(c.HoldNumbers())
    before = everything(app.storage)
    assert app.do(c.HoldNumbers()) == held
    assert everything(app.storage) == before
    app.do(c.ResumeNumbers())
    with pytest.raises(Refused) as caught:
        app.do(c.ResumeNumbers(last=["no number"]))
    assert [each.code for each in caught.value.reasons] == ["numbers.not-held"]


def test_each_series_goes_on_after_the_greatest_number_told(app: Plannit, job: Job) -> None:
    moved = resumed(app, "F2026-00007", "F2026-00042", "F2026-00041", "S2026-00003", "J-00001")
    assert moved == [("ser_invoice_2026", 42), ("ser_quote_2026", 3)]
    assert numbered(app, job) == "F2026-00043"
    assert series(app) == {"ser_invoice_2026": 43, "ser_job": 1, "ser_quote_2026": 3}
    assert audit.check(app.storage, app.company).found == ()


def test_what_the_books_know_already_moves_nothing(app: Plannit, job: Job) -> None:
    for _ in range(3):
        numbered(app, job)
    assert resumed(app, "F2026-00002", "F2026-00003") == []
    assert numbered(app, job) == "F2026-00004"


def test_a_series_that_begins_later_is_not_moved_by_what_came_before(app: Plannit, job: Job) -> None:
    invoices_numbered(app, prefix="F-", start=100)
    assert resumed(app, "F-00042") == []
    assert numbered(app, job) == "F-00100"
    invoices_numbered(app, prefix="F-", start=500)
    assert resumed(app, "F-00501") == [("ser_invoice", 501)]
    assert numbered(app, job) == "F-00502"
    assert audit.check(app.storage, app.company).found == ()


def test_a_number_of_no_form_is_told_by_its_place_and_nothing_is_resumed(app: Plannit) -> None:
    app.do(c.HoldNumbers())
    with pytest.raises(Refused) as caught:
        app.do(c.ResumeNumbers(last=["F2026-00007", "F2026-7", "J-00001", ""]))
    assert [(each.code, each.params) for each in caught.value.reasons] == [
        ("numbers.unknown-form", {"place": 2, "number": "F2026-7"}),
        ("numbers.unknown-form", {"place": 4, "number": ""}),
    ]
    seventh, nothing = caught.value.reasons
    assert labels.reason(seventh, "fr").startswith("F2026-7 ne ressemble à aucun numéro")
    assert labels.reason(nothing, "en").startswith("What was told in place 4 looks like no number")
    assert app.do(c.HoldNumbers()).numbers_are_held


def test_a_number_of_last_year_moves_last_years_series(app: Plannit, job: Job) -> None:
    assert resumed(app, "F2025-00042") == [("ser_invoice_2025", 42)]
    assert numbered(app, job) == "F2026-00001"


def test_a_year_that_is_not_shown_may_be_this_one_or_the_last(app: Plannit, job: Job, clock: FixedClock) -> None:
    clock.set("2025-12-30T09:00-05:00")
    late = app.do(c.PlanInvoice(draft(app, job), send_on=date(2025, 12, 31))).id
    clock.set("2026-01-02T09:00-05:00")
    invoices_numbered(app, prefix="F-", restart=Restart.YEARLY)
    assert resumed(app, "F-00042") == [("ser_invoice_2025", 42), ("ser_invoice_2026", 42)]
    assert [each.number for each in app.run_day().issued] == ["F-00043"]
    assert app.get(late).issued_on == date(2025, 12, 31)
    assert numbered(app, job) == "F-00044"
    assert audit.check(app.storage, app.company).found == ()


def test_a_number_that_fits_two_series_moves_both(app: Plannit, job: Job) -> None:
    plain = Numbering(length=3)
    app.do(c.ConfigureCompany(evolve(app.settings, invoice_numbers=plain, quote_numbers=plain)))
    assert resumed(app, "012") == [("ser_quote", 12), ("ser_invoice", 12)]
    assert numbered(app, job) == "013"


def test_a_jump_that_no_resumption_explains_is_still_found(app: Plannit, job: Job) -> None:
    numbered(app, job)
    resumed(app, "F2026-00042")
    with app.storage.writing(app.company) as txn:
        [counter] = [each for each in txn.select("series", EVERY, "") if each.id == "ser_invoice_2026"]
        forged = evolve(counter, version=counter.version + 1, last=50)
        at, kind = app.clock.now(), app.actor.kind
        txn.write(Commit(at=at, actor_kind=kind, actor_id="", command="", writes=(forged,)))
    assert [each.code for each in audit.check(app.storage, app.company).found] == ["series.last"]
    assert numbered(app, job) == "F2026-00051"
    [found] = audit.check(app.storage, app.company).found
    assert found.code == "series.jump"
    assert "F2026-00051" in audit.words(found, "en")


@pytest.mark.parametrize(
    ("numbering", "printed", "found"),
    [
        (Numbering(prefix="F{year}-"), "F2026-00042", (42, 2026)),
        (Numbering(prefix="F{year}-"), "F2026-123456", (123456, 2026)),
        (Numbering(prefix="F{year}-"), "F2026-000042", None),
        (Numbering(prefix="F{year}-"), "F2026-0042", None),
        (Numbering(prefix="F{year}-"), "F26-00042", None),
        (Numbering(prefix="F{year}-"), "f2026-00042", None),
        (Numbering(prefix="F{year}-"), "F2026-00042 ", None),
        (Numbering(prefix="F{year}-"), "F2026-٠٠٠٤٢", None),
        (Numbering(prefix="F{year}-"), f"F2026-{'9' * 12}", (10**12 - 1, 2026)),
        (Numbering(prefix="F{year}-"), f"F2026-{'9' * 13}", None),
        (Numbering(prefix="{year}", suffix="{year}", length=1), "202672026", (7, 2026)),
        (Numbering(prefix="{year}", suffix="{year}", length=1), "202672025", None),
        (Numbering(suffix="/{year}", length=2), "07/2026", (7, 2026)),
        (Numbering(prefix="a+b (", suffix=")", length=1), "a+b (3)", (3, None)),
        (Numbering(), "00042", (42, None)),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_the_count_is_read_back_from_a_printed_number(
    numbering: Numbering, printed: str, found: tuple[int, int | None] | None
) -> None:
    assert numbering.count_in(printed) == found


def test_a_held_company_says_so_where_its_actions_are_asked_for_nothing(app: Plannit, job: Job) -> None:
    """That there is no number speaks against no record in particular: it is told when the command is tried."""
    waiting = draft(app, job)
    told = app.actions(waiting)
    app.do(c.HoldNumbers())
    assert app.actions(waiting) == told


def test_a_day_that_is_run_while_numbers_are_held_lets_nothing_leave(app: Plannit, job: Job, clock: FixedClock) -> None:
    planned = app.do(c.PlanInvoice(draft(app, job), send_on=app.today)).id
    app.do(c.HoldNumbers())
    clock.advance(days=1)
    report = app.run_day()
    assert (report.issued, [each.invoice_id for each in report.refused]) == ((), [planned])
    app.do(c.ResumeNumbers())
    [issued] = app.run_day().issued
    assert issued.issued_on == app.today - timedelta(days=1)
