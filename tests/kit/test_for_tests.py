"""What is shipped for the tests of others: builders, strategies, faults, counting ids, and whether two decisions are the same."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import plannit_core
from plannit_core import Conflict, JobId, Line, Money, Refused, StorageError, Unavailable, audit, testing
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.handlers import HANDLERS
from plannit_core.lifecycle import InvoiceState, QuoteState
from plannit_core.model.contact import Contact
from plannit_core.model.invoice import Invoice
from plannit_core.model.job import Job
from plannit_core.model.quote import Quote
from plannit_core.model.work_order import WorkOrder
from plannit_core.policies import Permission
from plannit_core.testing import (
    CountingIds,
    Fault,
    Faulty,
    a_draft_quote,
    a_job,
    a_paid_invoice,
    a_sent_quote,
    an_issued_invoice,
    an_office,
    builders,
    same_decision,
    strategies,
)

BUILDERS = {name: getattr(builders, name) for name in testing.__all__ if name.startswith(("a_", "an_"))}
OF_DOCUMENTS = [name for name in BUILDERS if "quote" in name or (name.endswith("invoice") and "work_order" not in name)]

# ------------------------------------------------------------------------------------------------------------- builders


def test_every_builder_is_public() -> None:
    written = {name for name, each in vars(builders).items() if inspect.isfunction(each) and not name.startswith("_")}
    assert {name for name in written if name.startswith(("a_", "an_"))} == set(BUILDERS)


@pytest.mark.parametrize("name", [each for each in BUILDERS if each != "an_office"])
def test_what_is_built_is_in_sound_books_and_in_the_state_of_its_name(name: str) -> None:
    app = an_office()
    built = BUILDERS[name](app)
    record = getattr(built, "quote", built)
    assert app.get(record.id) == record
    assert audit.check(app.storage, app.company).found == ()
    states = {*map(str, InvoiceState), *map(str, QuoteState), "overdue", "paid", "partially_paid"}
    for state in states & {name.removeprefix("a_").removeprefix("an_").removesuffix("_invoice").removesuffix("_quote")}:
        is_so = {
            "overdue": lambda: record.is_overdue(app.today),
            "paid": lambda: record.payment_state == "paid",
            "partially_paid": lambda: record.payment_state == "partially_paid",
        }
        assert is_so[state]() if state in is_so else record.state == state


@pytest.mark.parametrize("name", OF_DOCUMENTS)
@pytest.mark.parametrize("total", ["985.92", Money.cad("33333.33")])
def test_a_document_comes_to_the_total_that_is_asked_for(name: str, total: Any) -> None:
    built = BUILDERS[name](an_office(), total=total)
    assert str(getattr(built, "quote", built).total) == str(total)


def test_a_document_may_be_built_in_a_job_with_lines_of_ones_own() -> None:
    app = an_office()
    job = a_job(app)
    lines = [Line("Labour", 10, Money.cad("85.00"))]
    invoices = [an_issued_invoice(app, job, lines=lines), a_paid_invoice(app, job, lines=lines)]
    assert [invoice.job_id for invoice in invoices] == [job.id] * 2
    assert [str(invoice.total) for invoice in invoices] == ["977.29", "977.29"]
    assert [invoice.number for invoice in invoices] == ["F2026-00001", "F2026-00002"]


def test_an_office_may_be_anywhere() -> None:
    storage = MemoryStorage()
    one = an_office(storage, company="one", clock=testing.FixedClock("2027-01-01T09:00-05:00"))
    other = an_office(storage, company="two")
    assert (str(one.today), str(other.today)) == ("2027-01-01", "2026-03-02")
    assert list(storage.companies()) == ["one", "two"]


# ----------------------------------------------------------------------------------------------------------- strategies

PUBLIC_TYPES = [
    each
    for name in plannit_core.__all__
    if inspect.isclass(each := getattr(plannit_core, name)) and not issubclass(each, Exception)
]
NOT_DRAWN = {"Plannit", "Decision", "Policies", "FixedClock", "SystemClock", "Reason"}
RECORDS = [Contact, Job, Quote, Invoice, WorkOrder]
DRAWN = [each for each in PUBLIC_TYPES if each.__name__ not in NOT_DRAWN] + RECORDS + [c.Command, *HANDLERS]


@pytest.mark.parametrize("kind", DRAWN, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_there_is_a_registered_strategy_for_every_public_type(kind: type, data: st.DataObject) -> None:
    assert isinstance(data.draw(st.from_type(kind)), kind)


def test_everything_public_that_holds_data_can_be_drawn() -> None:
    assert Permission in DRAWN
    assert {each.__name__ for each in PUBLIC_TYPES} >= NOT_DRAWN


@given(data=st.data())
def test_records_are_made_by_commands_and_in_your_books_when_you_give_them(data: st.DataObject) -> None:
    app = an_office()
    for strategy in (
        strategies.contacts,
        strategies.jobs,
        strategies.quotes,
        strategies.invoices,
        strategies.work_orders,
    ):
        record = data.draw(strategy(app))
        assert app.get(record.id) == record
    assert audit.check(app.storage, app.company).found == ()


def test_records_come_in_every_state() -> None:
    seen = set()

    @given(st.lists(strategies.invoices() | strategies.quotes() | strategies.work_orders(), min_size=3, max_size=6))
    def look(records: list[Any]) -> None:
        seen.update((record.kind, str(record.state)) for record in records)
        seen.update(("payment", str(record.payment_state)) for record in records if record.kind == "invoice")

    look()
    wanted = {
        "invoice": InvoiceState,
        "quote": QuoteState,
        "work_order": WorkOrder.__annotations__ and ["planned", "completed", "cancelled"],
        "payment": ["to_pay", "partially_paid", "paid", "None"],
    }
    assert {(kind, str(state)) for kind, states in wanted.items() for state in states} <= seen


@given(st.data())
def test_a_strategy_stays_in_the_currency_it_is_given(data: st.DataObject) -> None:
    line = data.draw(strategies.lines("JPY"))
    assert (line.price.currency, line.amount.currency) == ("JPY", "JPY")
    assert data.draw(strategies.lines(positive=True)).amount.minor > 0


# --------------------------------------------------------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("fault", "error", "code", "effects"),
    [
        (Fault.BUSY, Unavailable, "storage.busy", 0),
        (Fault.FAILED, StorageError, "storage.failed", 0),
        (Fault.COMMIT_LOST, StorageError, "storage.outcome-unknown", 0),
        (Fault.ANSWER_LOST, StorageError, "storage.outcome-unknown", 1),
    ],
)
def test_a_faulty_storage_fails_once_as_it_is_told(fault: Fault, error: type, code: str, effects: int) -> None:
    storage = Faulty(MemoryStorage())
    app = an_office(storage)
    storage.faults.append(fault)
    with pytest.raises(error) as failed:
        app.do(c.AddContact("Ada Byron"))
    assert failed.value.code == code
    with app.reading() as read:
        assert len(read.contacts.find()) == effects
    app.do(c.AddContact("Grace Hopper"))
    assert storage.log == [None, fault, None]


def test_a_conflict_is_tried_again_by_itself() -> None:
    storage = Faulty(MemoryStorage(), None, Fault.CONFLICT, Fault.CONFLICT)
    an_office(storage).do(c.AddContact("Ada Byron"))
    assert storage.log == [None, Fault.CONFLICT, Fault.CONFLICT, None]


@pytest.mark.parametrize("after", [Fault.BUSY, Fault.FAILED])
@pytest.mark.parametrize("unknown", [Fault.ANSWER_LOST, Fault.COMMIT_LOST])
def test_what_is_unknown_stays_unknown_when_the_next_try_fails(unknown: Fault, after: Fault) -> None:
    """The next try stored nothing; whether the one before did, nobody knows."""
    storage = Faulty(MemoryStorage())
    app = an_office(storage)
    storage.faults += [unknown, after]
    with pytest.raises(StorageError) as failed:
        app.do(c.AddContact("Ada Byron"), key="form-1")
    assert failed.value.code == "storage.outcome-unknown"
    app.do(c.AddContact("Ada Byron"), key="form-1")
    assert storage.log == [None, unknown, after, None]
    with app.reading() as read:
        assert len(read.contacts.find()) == 1


def test_an_error_of_ones_own_comes_before_the_fault() -> None:
    storage = Faulty(MemoryStorage())
    app = an_office(storage)
    storage.faults.append(Fault.CONFLICT)
    with pytest.raises(Refused):
        app.do(c.ApproveQuote(a_draft_quote(an_office(storage.storage)).id))
    assert storage.log == [None, Fault.CONFLICT]
    with pytest.raises(Conflict), storage.writing(app.company):
        storage.faults.append(None)
        raise Conflict


def test_everything_else_is_the_storages_own() -> None:
    storage = Faulty(MemoryStorage())
    app = an_office(storage)
    an_issued_invoice(app)
    assert app.outbox.drain("mailer", lambda _: None, start="beginning") == storage.position(app.company)
    cursor = storage.cursor(app.company, "mailer")
    assert cursor is not None
    assert cursor.position == len(storage.events(app.company))
    assert list(storage.companies()) == [app.company]
    with pytest.raises(StorageError):
        storage.joined(object())
    storage.close()
    with pytest.raises(StorageError):
        storage.storage.position(app.company)


# -------------------------------------------------------------------------------------------------------- ids, decisions


def test_ids_are_counted_for_each_kind() -> None:
    app, other = an_office(), an_office()
    assert [a_job(app).id, a_job(app).id] == [JobId("job_0001"), JobId("job_0002")]
    assert a_job(other).id == "job_0001"
    assert CountingIds().new(JobId, datetime(2026, 3, 2, tzinfo=UTC)) == "job_0001"


def test_two_previews_of_one_command_are_the_same_decision_whenever_they_were_taken() -> None:
    app = an_office()
    quote = a_sent_quote(app, total="985.92")
    invoice = an_issued_invoice(app, total="100.00")
    for command in (
        c.ApproveQuote(quote.id),
        c.RecordPayment(invoice.id, Money.cad("50.00"), method="card"),
        c.DraftQuote(quote.job_id),
    ):
        before = app.preview(command)
        app.clock.advance(minutes=5)
        assert before != app.preview(command)
        assert same_decision(before, app.preview(command))


def test_decisions_that_differ_in_an_amount_a_day_or_a_record_are_two() -> None:
    app = an_office()
    one, other = (an_issued_invoice(app, total="100.00") for _ in range(2))

    def pay(invoice: Invoice, amount: str) -> Any:
        return app.preview(c.RecordPayment(invoice.id, Money.cad(amount), method="card"))

    assert same_decision(pay(one, "50.00"), pay(one, "50.00"))
    assert not same_decision(pay(one, "50.00"), pay(one, "50.01"))
    assert not same_decision(pay(one, "50.00"), pay(other, "50.00"))
    today = pay(one, "50.00")
    app.clock.advance(days=1)
    assert not same_decision(today, pay(one, "50.00"))
