"""Records, events, decisions and settings: what they show of themselves, what they hide, what they derive."""

from __future__ import annotations

import copy
import pickle
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve, fields
from attrs.exceptions import FrozenInstanceError

from plannit_core import (
    Actor,
    FixedClock,
    Instalment,
    InvalidInput,
    Line,
    Money,
    Plannit,
    Schedule,
    TaxGroup,
    When,
    presets,
)
from plannit_core import commands as c
from plannit_core.commands import UNSET
from plannit_core.decisions import Decision, saved
from plannit_core.events import EVENTS, Event, InvoiceMovedIn, InvoiceMovedOut
from plannit_core.model.company import Split, schedules_of
from plannit_core.model.margin import margin
from plannit_core.ports import COLUMNS, external_of, row_of
from plannit_core.serial import COMMANDS
from plannit_core.values.ids import Id, InvoiceId, JobId
from support import a_quote, busy, by_id, cad, client_and_job, everything, sent_quote

if TYPE_CHECKING:
    from collections.abc import Callable

GUTTERS = Line("Gutters", 1, cad(100_00), tax=TaxGroup.EXEMPT)
TODAY = date(2026, 3, 2)


def refused(make: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as caught:
        make()
    return caught.value.code, caught.value.path


# ----------------------------------------------------------------------------------------------------- shown and hidden


def test_a_document_shows_its_number_its_state_and_its_total(app: Plannit) -> None:
    _, job = client_and_job(app)
    draft = app.do(c.DraftInvoice(job.id, lines=[GUTTERS]))
    assert repr(draft) == f"<Invoice {draft.id} unnumbered draft 100.00 CAD>"
    assert repr(app.do(c.IssueInvoice(draft.id))) == f"<Invoice {draft.id} F2026-00001 issued 100.00 CAD>"
    quote = sent_quote(app, job, [GUTTERS], [])
    assert repr(quote) == f"<Quote {quote.id} S2026-00001 sent 100.00 CAD>"
    assert "unnumbered draft" in repr(app.do(c.DraftQuote(job.id)))


def test_nothing_personal_is_in_a_repr_an_event_or_an_error(app: Plannit) -> None:
    """Architecture 5 and 10: events hold ids, amounts and days; names, addresses and notes stay on the record."""
    secrets = ["Ada Byron", "ada@example.com", "514 555-0101", "12 rue du Moulin", "très fâchée", "Cheque 118", "Tache"]
    ada = app.do(c.AddContact(secrets[0], emails=[secrets[1]], phones=[secrets[2]], external={"erp": secrets[0]}))
    job = app.do(c.OpenJob(ada.id, title=secrets[3]))
    quote = sent_quote(app, job, [GUTTERS], [])
    app.do(c.DeclineQuote(quote.id, reason=secrets[4]))
    invoice = app.do(c.DraftInvoice(job.id, lines=[GUTTERS]))
    app.do(c.EditInvoice(invoice.id, note=secrets[4]))
    app.do(c.RecordPayment(invoice.id, cad(1), method="cheque", reference=secrets[5]))
    app.do(c.AdjustInvoice(invoice.id, lines=[GUTTERS], reason=secrets[6]))
    app.do(c.PlanWorkOrder(job.id, title=secrets[3]))
    books = everything(app.storage)
    told = [repr(each) for found in books["records"].values() for each in found]
    told += [repr(each) for each in books["events"]]
    told += [repr(c.AddContact(secrets[0], emails=[secrets[1]])), repr(app.folder(job.id)), repr(app.receivables())]
    assert [secret for secret in secrets for text in told if secret in text] == []


def test_records_and_commands_never_change(app: Plannit) -> None:
    _, job = client_and_job(app)
    invoice = app.do(c.DraftInvoice(job.id, lines=[GUTTERS]))
    for thing, name in ((invoice, "state"), (job, "title"), (c.OpenJob(job.contact_id), "title"), (cad(1), "minor")):
        with pytest.raises((FrozenInstanceError, AttributeError)):
            setattr(thing, name, "x")
    assert hash(invoice) == hash(app.get(invoice.id))


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_records_events_and_commands_can_be_copied_and_sent_to_another_process(
    app: Plannit, clock: FixedClock, again: Any
) -> None:
    busy(app, clock)
    books = everything(app.storage)
    commands = [c.AddContact("Ada", external={"erp": "A-1"}), c.EditJob(sample_id("job"), title="x")]
    for each in (*by_id(books).values(), *books["events"], *commands):
        assert (again(each), hash(again(each))) == (each, hash(each))
    assert again(commands[1]).source is UNSET


def test_unset_is_what_was_not_given_and_never_none() -> None:
    edit = c.EditJob(sample_id("job"), title="x")
    assert (edit.title, edit.source, edit.status, edit.external) == ("x", UNSET, UNSET, UNSET)
    assert repr(UNSET) == "UNSET"


def sample_id(kind: str) -> Any:
    from plannit_core.values.ids import ID_TYPES

    (found,) = [each for each in ID_TYPES.values() if each.kind == kind]
    return found(f"{found.prefix}_1")


# ---------------------------------------------------------------------------------------------------------------- events


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_names_itself_its_subject_and_holds_no_free_text(name: str) -> None:
    kind = EVENTS[name]
    assert (kind.name, kind.schema >= 1) == (name, True)
    subject = fields(kind)[0]
    assert subject.name.endswith("_id")
    for each in fields(kind):
        assert each.name not in {"name", "note", "title", "reason", "email", "reference", "lines"}


def test_every_event_is_about_its_first_id_and_on_the_timeline_of_its_job(app: Plannit, clock: FixedClock) -> None:
    busy(app, clock)
    seen = {type(each.event): each.event for each in everything(app.storage)["events"]}
    assert len(seen) > 20
    for event in seen.values():
        assert isinstance(event.subject, Id)
        assert event.subject == getattr(event, fields(type(event))[0].name)
        assert event.timeline == getattr(event, "job_id", None)
    assert issubclass(EVENTS["job.opened"], Event)


# --------------------------------------------------------------------------------------------------------------- figures


def test_profit_and_margin_are_for_whoever_knows_the_costs(app: Plannit) -> None:
    """Scenario S49."""
    lines = [Line("Labour", 10, cad(85_00), cost=cad(40_00)), Line("Part", 1, cad(349_95), cost=cad(210_00))]
    _, job = client_and_job(app)
    for document in (app.do(c.DraftInvoice(job.id, lines=lines)), app.do(c.DraftQuote(job.id, lines=lines))):
        assert (str(document.profit), str(document.margin)) == ("589.95", "49.16")
    nothing = app.do(c.DraftInvoice(job.id))
    assert (nothing.profit, nothing.margin, margin(cad(0), cad(0))) == (cad(0), None, None)
    assert str(margin(cad(-50), cad(100))) == "-50.00"


def test_an_invoice_is_due_on_the_latest_day_of_what_is_still_open(app: Plannit, clock: FixedClock) -> None:
    """Decision 24."""
    _, job = client_and_job(app)
    days = [TODAY + timedelta(days=each) for each in (10, 30)]
    schedule = Schedule.one_invoice(
        [
            Instalment.percent(50, When.on(days[0])),
            Instalment.percent(30, When.on(days[1])),
            Instalment.rest(When.TO_BE_PLANNED),
        ]
    )
    invoice = app.do(c.IssueInvoice(app.do(c.DraftInvoice(job.id, lines=[GUTTERS], schedule=schedule)).id))
    assert invoice.due_on == days[1]
    assert [invoice.is_overdue(day + timedelta(days=1)) for day in (TODAY, days[0], days[1])] == [False, True, True]
    invoice = app.do(c.RecordPayment(invoice.id, cad(80_00), method="card"))
    assert (invoice.due_on, invoice.is_overdue(date.max)) == (None, False)
    invoice = app.do(c.PlanInstalment(invoice.id, instalment=3, due_on=days[0]))
    assert (invoice.due_on, invoice.is_overdue(days[1])) == (days[0], True)
    invoice = app.do(c.PlanInstalment(invoice.id, instalment=3, due_on=None))
    assert invoice.due_on is None
    invoice = app.do(c.RecordPayment(invoice.id, cad(20_00), method="card"))
    assert (invoice.due_on, invoice.is_overdue(date.max)) == (None, False)


def test_an_invoice_stays_open_until_the_last_thing_that_happened_to_it(app: Plannit, clock: FixedClock) -> None:
    _, job = client_and_job(app)
    invoice = app.do(c.DraftInvoice(job.id, lines=[GUTTERS]))
    assert invoice.open_until is None
    invoice = app.do(c.IssueInvoice(invoice.id))
    assert invoice.open_until == date.max
    clock.advance(days=5)
    invoice = app.do(c.RecordPayment(invoice.id, cad(100_00), method="card"))
    assert invoice.open_until == TODAY + timedelta(days=5)
    clock.advance(days=5)
    invoice = app.do(c.VoidPayment(invoice.id, payment_id=invoice.payments[0].id))
    assert invoice.open_until == date.max
    assert app.do(c.VoidInvoice(invoice.id)).open_until == TODAY + timedelta(days=10)


def test_a_schedule_is_found_by_its_name_or_by_being_the_only_one() -> None:
    one = Schedule.one_invoice([Instalment.rest(When.ON_APPROVAL)], name="a")
    quote = a_quote([GUTTERS], one)
    assert [quote.schedule_named(name) for name in ("a", None, "b")] == [one, one, None]
    both = evolve(quote, schedules=(one, evolve(one, name="b")))
    assert [both.schedule_named(name) for name in ("b", None, "c")] == [evolve(one, name="b"), None, None]


def test_a_quote_is_expired_only_while_it_waits_for_an_answer(app: Plannit) -> None:
    _, job = client_and_job(app)
    quote = sent_quote(app, job, [GUTTERS], [])
    assert quote.valid_until == TODAY + timedelta(days=30)
    assert [quote.is_expired(quote.valid_until + timedelta(days=each)) for each in (0, 1)] == [False, True]
    assert not app.do(c.DeclineQuote(quote.id)).is_expired(date.max)
    assert not app.do(c.DraftQuote(job.id)).is_expired(date.max)


def test_a_quote_without_schedules_takes_the_companys_or_is_planned_later(app: Plannit) -> None:
    _, job = client_and_job(app)
    (usual,) = app.do(c.DraftQuote(job.id)).schedules
    assert usual == Schedule.one_invoice([Instalment.rest(When.TO_BE_PLANNED)])
    own = Schedule.many_invoices([Instalment.rest(When.ON_APPROVAL)] * 2, name="halves")
    app.do(c.ConfigureCompany(evolve(app.settings, default_schedules=[own])))
    assert app.do(c.DraftQuote(job.id)).schedules == (own,)
    assert app.do(c.EditQuote(app.do(c.DraftQuote(job.id, schedules=[usual])).id, schedules=[])).schedules == (own,)


# -------------------------------------------------------------------------------------------------- decisions, columns


def test_a_decision_is_what_would_be_stored(app: Plannit) -> None:
    contact, job = client_and_job(app)
    decision = app.preview(c.EditJob(job.id, status="Scheduled"))
    assert decision.writes == (decision.result,)
    assert (decision.result.version, app.get(job.id).version) == (2, 1)
    assert saved(contact).version == contact.version + 1
    assert Decision("x") == Decision("x", writes=(), removes=(), events=())


def test_the_columns_of_a_record_are_plain_values_read_off_it(app: Plannit, clock: FixedClock) -> None:
    busy(app, clock)
    for record in by_id(everything(app.storage)).values():
        row = row_of(record)
        assert list(row) == ["id", "version", *COLUMNS[record.kind]]
        for name, column in COLUMNS[record.kind].items():
            assert row[name] is None or type(row[name]) is column.type
        assert external_of(record) == tuple(
            f"{source}:{key}" for source, key in getattr(record, "external", {}).items()
        )


# -------------------------------------------------------------------------------------------------------------- settings

AT_ONCE = Schedule.one_invoice([Instalment.rest(When.ON_APPROVAL)])


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"name": ""}, "settings.no-name", "name"),
        ({"name": 5}, "field.wrong-type", "name"),
        ({"currency": "cad"}, "money.currency-code", "currency"),
        ({"currency": None}, "money.currency-code", "currency"),
        ({"language": "de"}, "settings.language", "language"),
        ({"language": "fr_\ud800"}, "settings.language", "language"),
        ({"language": None}, "settings.language", "language"),
        ({"time_zone": "Toronto"}, "settings.time-zone", "time_zone"),
        ({"time_zone": 5}, "settings.time-zone", "time_zone"),
        ({"tax_group": "qc"}, "field.wrong-type", "tax_group"),
        ({"job_numbers": "J-"}, "field.wrong-type", "job_numbers"),
        ({"terms_days": -1}, "number.out-of-range", "terms_days"),
        ({"terms_days": True}, "field.wrong-type", "terms_days"),
        ({"quote_validity_days": 3_651}, "number.out-of-range", "quote_validity_days"),
        ({"generates_on_approval": 1}, "field.wrong-type", "generates_on_approval"),
        ({"rounds_cash": None}, "field.wrong-type", "rounds_cash"),
        ({"split": "by_hand"}, "settings.split", "split"),
        ({"split": []}, "settings.split", "split"),
        ({"day_cap": 0}, "number.out-of-range", "day_cap"),
        ({"default_schedules": AT_ONCE}, "field.wrong-type", "default_schedules"),
        ({"default_schedules": [AT_ONCE, AT_ONCE]}, "schedule.no-name", "default_schedules"),
    ],
)
def test_settings_that_no_company_could_have_are_refused(change: dict[str, Any], code: str, path: str) -> None:
    good = presets.quebec(name="Toitures Lavoie")
    assert refused(lambda: evolve(good, **change)) == (code, path)


def test_settings_take_words_for_closed_sets() -> None:
    own = evolve(presets.quebec(name="x"), split="per_invoice", language="en-CA", currency="USD")
    assert (own.split, own.language, own.currency.digits, own.zone.key) == (
        Split.PER_INVOICE,
        "en-CA",
        2,
        "America/Toronto",
    )


def test_schedules_offered_side_by_side_have_names_of_their_own() -> None:
    assert schedules_of([AT_ONCE], "x") == (AT_ONCE,)
    named = [evolve(AT_ONCE, name="a"), evolve(AT_ONCE, name="b")]
    assert schedules_of(named, "x") == tuple(named)
    assert refused(lambda: schedules_of([*named, named[0]], "x")) == ("schedule.same-name", "x")


def test_the_default_schedules_of_a_company_are_in_its_currency() -> None:
    """Or every quote without schedules of its own would be refused for what nobody typed in."""
    wrong = Schedule.one_invoice(
        [Instalment.fixed(Money(5, "USD"), When.ON_APPROVAL), Instalment.rest(When.ON_APPROVAL)]
    )
    own = presets.quebec(name="x")
    assert refused(lambda: evolve(own, default_schedules=[wrong]))[0] == "money.currencies"


def test_an_actor_acts_and_only_its_kind_and_id_are_kept(app: Plannit) -> None:
    contact, job = client_and_job(app)
    quote = sent_quote(app, job, [GUTTERS], [])
    app.acting_as(Actor.client(contact.id, name="Ada")).do(c.DeclineQuote(quote.id))
    last = app.folder(job.id).timeline[-1]
    assert (last.event.name, last.actor_kind, last.actor_id, last.command, last.key) == (
        "quote.declined",
        "client",
        contact.id,
        "DeclineQuote",
        None,
    )


class TestEventsAndCommandsCompareByTheirFields:
    """Equal are two of one class with the same in every field, as of any class of attrs."""

    ONE, SAME, OTHER = (c.AddContact(name, emails=["ada@example.com"]) for name in ("Ada", "Ada", "Bob"))

    def test_equal_ones_are_one_in_a_set(self) -> None:
        assert self.ONE == self.SAME
        assert hash(self.ONE) == hash(self.SAME)
        assert {self.ONE, self.SAME, self.OTHER} == {self.ONE, self.OTHER}

    def test_a_field_or_the_class_makes_them_differ(self) -> None:
        job = JobId("job_1")
        assert self.ONE != self.OTHER
        assert self.ONE != "Ada"
        assert InvoiceMovedIn(InvoiceId("inv_1"), job, job) == InvoiceMovedIn(InvoiceId("inv_1"), job, job)
        assert InvoiceMovedIn(InvoiceId("inv_1"), job, job) != InvoiceMovedOut(InvoiceId("inv_1"), job, job)

    @pytest.mark.parametrize("kind", [*EVENTS.values(), *COMMANDS.values()])
    def test_none_has_fields_that_do_not_count(self, kind: type[Any]) -> None:
        assert all(each.eq for each in fields(kind))
