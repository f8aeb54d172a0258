"""The numbers of a series follow one another; what may explain a jump is a changed start, a new year, a number that is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve

from plannit_core import FixedClock, Line, Money, Plannit, audit
from plannit_core import commands as c
from plannit_core.ports import Commit
from plannit_core.values.actors import ActorKind
from plannit_core.values.ids import SeriesId

if TYPE_CHECKING:
    from collections.abc import Iterable


def job(app: Plannit) -> Any:
    return app.do(c.OpenJob(app.do(c.AddContact("Ada Byron")).id))


def issued(app: Plannit, job: Any, count: int = 1) -> list[Any]:
    """So many invoices, issued one after the other."""
    lines = [Line("Call-out", 1, Money.cad("120.00"))]
    return [app.do(c.IssueInvoice(app.do(c.DraftInvoice(job.id, lines=lines)).id)) for _ in range(count)]


def numbering(app: Plannit, **changes: Any) -> None:
    """Change how invoices are numbered."""
    numbers = evolve(app.settings.invoice_numbers, **changes)
    app.do(c.ConfigureCompany(evolve(app.settings, invoice_numbers=numbers)))


def set_counter(app: Plannit, last: int, id: str = "ser_invoice_2026") -> None:
    """Behind the library's back."""
    with app.storage.writing(app.company) as txn:
        series = txn.load("series", SeriesId(id))
        forged = evolve(series, version=series.version + 1, last=last)
        txn.write(Commit(at=app.clock.now(), actor_kind=ActorKind.SYSTEM, actor_id="", command="", writes=(forged,)))


def codes(app: Plannit) -> list[tuple[str, str]]:
    return [(each.code, each.id) for each in audit.check(app.storage, app.company).found]


def printed(invoices: Iterable[Any]) -> list[str]:
    return [each.number for each in invoices]


def test_a_count_that_was_left_out_is_found_on_the_invoice_after_it(app: Plannit) -> None:
    folder = job(app)
    issued(app, folder, 2)
    set_counter(app, 4)
    [late] = issued(app, folder)
    assert late.number == "F2026-00005"
    assert codes(app) == [("series.jump", late.id)]


def test_a_series_that_does_not_begin_at_its_start_is_found(app: Plannit) -> None:
    numbering(app, start=7)
    folder = job(app)
    issued(app, folder)
    assert codes(app) == []
    numbering(app, start=8)
    assert printed(issued(app, folder)) == ["F2026-00008"]
    assert codes(app) == []


def test_a_counter_set_back_is_found(app: Plannit) -> None:
    issued(app, job(app), 3)
    set_counter(app, 2)
    assert codes(app) == [("series.last", "ser_invoice_2026")]


def test_a_series_that_is_gone_is_found(app: Plannit) -> None:
    issued(app, job(app))
    with app.storage.writing(app.company) as txn:
        gone = txn.load("series", SeriesId("ser_invoice_2026"))
        txn.write(Commit(at=app.clock.now(), actor_kind=ActorKind.SYSTEM, actor_id="", command="", removes=(gone,)))
    assert codes(app) == [("series.last", "ser_invoice_2026")]


def test_a_changed_start_explains_a_jump(app: Plannit) -> None:
    folder = job(app)
    issued(app, folder, 2)
    numbering(app, start=100)
    assert printed(issued(app, folder, 2)) == ["F2026-00100", "F2026-00101"]
    assert codes(app) == []


def test_a_changed_start_explains_no_other_jump(app: Plannit) -> None:
    folder = job(app)
    issued(app, folder, 2)
    numbering(app, start=100)
    issued(app, folder)
    set_counter(app, 200)
    [late] = issued(app, folder)
    assert codes(app) == [("series.jump", late.id)]


def test_numbers_that_are_used_already_explain_a_jump(app: Plannit) -> None:
    folder = job(app)
    issued(app, folder, 3)
    numbering(app, start=50)
    issued(app, folder)
    numbering(app, start=2)
    assert printed(issued(app, folder)) == ["F2026-00004"]
    assert codes(app) == []


def test_a_new_year_explains_a_jump(app: Plannit, clock: FixedClock) -> None:
    folder = job(app)
    issued(app, folder, 2)
    clock.set("2027-01-04T09:00-05:00")
    assert printed(issued(app, folder)) == ["F2027-00001"]
    assert codes(app) == []


def test_years_that_are_paid_in_turns_are_two_series(app: Plannit, clock: FixedClock) -> None:
    """A payment issues a draft of next year, dated its day, between two invoices of this year."""
    folder = job(app)
    issued(app, folder)
    clock.set("2026-12-30T09:00-05:00")
    lines = [Line("Call-out", 1, Money.cad("120.00"))]
    draft = app.do(c.DraftInvoice(folder.id, lines=lines))
    draft = app.do(c.PlanInvoice(draft.id, send_on=app.today.replace(year=2027, month=1, day=5)))
    early = app.do(c.RecordPayment(draft.id, draft.total, method="card"))
    assert printed([early, *issued(app, folder)]) == ["F2027-00001", "F2026-00002"]
    assert codes(app) == []


@pytest.mark.parametrize(
    "changes",
    [{"prefix": "G-"}, {"suffix": "-A"}, {"length": 7}, {"restart": "never"}, {"prefix": "2026", "length": 2}],
)
def test_another_form_goes_on_and_the_older_numbers_stay_in_order(app: Plannit, changes: dict[str, Any]) -> None:
    folder = job(app)
    issued(app, folder, 2)
    numbering(app, **changes)
    issued(app, folder, 2)
    assert codes(app) == []
    numbering(app, prefix="Z-", suffix="")
    issued(app, folder, 2)
    assert codes(app) == []


def test_a_count_left_out_in_an_older_form_is_found_as_well(app: Plannit) -> None:
    folder = job(app)
    issued(app, folder)
    set_counter(app, 4)
    [late] = issued(app, folder)
    numbering(app, prefix="G-")
    issued(app, folder)
    assert codes(app) == [("series.jump", late.id)]


def test_numbers_that_outgrow_their_length_follow_one_another(app: Plannit) -> None:
    numbering(app, length=1, start=8)
    folder = job(app)
    assert printed(issued(app, folder, 4))[-1] == "F2026-11"
    assert codes(app) == []


def test_jobs_and_quotes_are_numbered_in_a_row_too(app: Plannit) -> None:
    folder = job(app)
    quotes = [app.do(c.DraftQuote(folder.id, lines=[Line("Labour", 1, Money.cad("1.00"))])) for _ in range(2)]
    for quote in quotes:
        app.do(c.SendQuote(quote.id))
    assert codes(app) == []
    set_counter(app, 9, "ser_quote_2026")
    set_counter(app, 9, "ser_job")
    other = job(app)
    late = app.do(c.SendQuote(app.do(c.DraftQuote(other.id, lines=quotes[0].lines)).id))
    assert codes(app) == [("series.jump", other.id), ("series.jump", late.id)]
