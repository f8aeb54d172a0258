"""The door: keys, expectations, transactions, other people and other companies."""

from __future__ import annotations

import logging
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from plannit_core import (
    Actor,
    Conflict,
    FixedClock,
    InvalidInput,
    Line,
    NotFound,
    Plannit,
    Policies,
    Refused,
    StorageError,
    TaxGroup,
    labels,
    presets,
)
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.app import RandomIds
from plannit_core.model.invoice import Invoice
from plannit_core.model.job import Job
from plannit_core.values.ids import ContactId, InvoiceId, JobId
from support import cad, client_and_job, events_of, everything

GUTTERS = Line("Gutters", 1, cad(100_00), tax=TaxGroup.EXEMPT)


@pytest.fixture
def job(app: Plannit) -> Job:
    return client_and_job(app)[1]


@pytest.fixture
def invoice(app: Plannit, job: Job) -> Invoice:
    return app.do(c.DraftInvoice(job.id, lines=[GUTTERS]))


# ------------------------------------------------------------------------------------------------------------------ keys


def test_a_key_makes_a_command_safe_to_repeat(app: Plannit, invoice: Invoice) -> None:
    payment = c.RecordPayment(invoice.id, cad(30_00), method="card")
    first = app.do(payment, key="click-1")
    before = everything(app.storage)
    assert app.do(payment, key="click-1") == first
    assert app.acting_as(Actor.system("webhook")).do(payment, key="click-1") == first
    assert everything(app.storage) == before
    assert len(app.do(payment, key="click-2").payments) == 2


def test_a_repeat_gives_the_records_as_they_are_now(app: Plannit, job: Job) -> None:
    draft = c.DraftInvoice(job.id, lines=[GUTTERS])
    first = app.do(draft, key="form-1")
    app.do(c.IssueInvoice(first.id))
    assert app.do(draft, key="form-1") == app.get(first.id) != first
    other = app.do(draft, key="form-2")
    app.do(c.DiscardDraft(other.id))
    with pytest.raises(NotFound) as caught:
        app.do(draft, key="form-2")
    assert caught.value.id == other.id


def test_a_key_of_another_command_is_refused(app: Plannit, invoice: Invoice) -> None:
    app.do(c.RecordPayment(invoice.id, cad(30_00), method="card"), key="click-1")
    before = everything(app.storage)
    for other in (c.RecordPayment(invoice.id, cad(30_01), method="card"), c.IssueInvoice(invoice.id)):
        with pytest.raises(InvalidInput) as caught:
            app.do(other, key="click-1")
        assert (caught.value.code, caught.value.path) == ("key.reused", "key")
    assert everything(app.storage) == before


def test_a_key_is_the_companys_own(app: Plannit) -> None:
    app.do(c.AddContact("Ada"), key="k")
    other = app.for_company("voisin")
    other.do(c.ConfigureCompany(presets.quebec(name="Voisin")))
    assert other.do(c.AddContact("Zoé"), key="k").name == "Zoé"


def test_a_command_that_was_refused_is_judged_anew(app: Plannit, job: Job) -> None:
    empty = app.do(c.DraftInvoice(job.id))
    with pytest.raises(Refused):
        app.do(c.IssueInvoice(empty.id), key="click")
    app.do(c.EditInvoice(empty.id, lines=[GUTTERS]))
    assert app.do(c.IssueInvoice(empty.id), key="click").number == "F2026-00001"


def test_a_command_that_changes_nothing_still_keeps_its_key(app: Plannit, job: Job) -> None:
    events = len(events_of(app.storage))
    app.do(c.EditJob(job.id, title=job.title), key="click")
    with pytest.raises(InvalidInput):
        app.do(c.EditJob(job.id, title="Autre"), key="click")
    assert len(events_of(app.storage)) == events


@pytest.mark.parametrize("key", ["", "  ", "x" * 201, "a\x00", 5, b"k"])
def test_a_key_is_a_text_that_is_not_blank(app: Plannit, key: Any) -> None:
    before = everything(app.storage)
    with pytest.raises(InvalidInput) as caught:
        app.do(c.AddContact("Ada"), key=key)
    assert caught.value.path == "key"
    assert everything(app.storage) == before


# ---------------------------------------------------------------------------------------------------------- expectations


def test_what_the_screen_showed_is_compared_before_anything_is_done(app: Plannit, invoice: Invoice) -> None:
    now = app.do(c.EditInvoice(invoice.id, note="x"))
    before = everything(app.storage)
    with pytest.raises(Conflict) as caught:
        app.do(c.IssueInvoice(invoice.id), expecting=[invoice])
    assert (caught.value.kind, caught.value.id, caught.value.expected, caught.value.found) == (
        "invoice",
        invoice.id,
        1,
        2,
    )
    assert everything(app.storage) == before
    assert app.do(c.IssueInvoice(invoice.id), expecting=(each for each in [now])).state == "issued"


def test_what_is_gone_was_not_expected_either_and_a_repeat_expects_nothing(app: Plannit, invoice: Invoice) -> None:
    app.do(c.DiscardDraft(invoice.id))
    with pytest.raises(Conflict) as caught:
        app.do(c.AddContact("Ada"), expecting=[invoice])
    assert (caught.value.expected, caught.value.found) == (1, 0)
    added = app.do(c.AddContact("Ada"), key="k")
    assert app.do(c.AddContact("Ada"), key="k", expecting=[invoice]) == added


def test_one_record_is_no_list_of_them(app: Plannit, job: Job) -> None:
    for wrong in (job, 5, None):
        with pytest.raises(InvalidInput) as caught:
            app.do(c.EditJob(job.id, title="x"), expecting=wrong)
        assert (caught.value.code, caught.value.path) == ("field.wrong-type", "expecting")
        assert "expecting=[job]" in str(caught.value)
    assert app.get(job.id) == job


@pytest.mark.parametrize("expecting", ["abc", [5], [None]])
def test_only_records_can_be_expected(app: Plannit, expecting: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        app.do(c.AddContact("Ada"), expecting=expecting)
    assert caught.value.path.startswith("expecting")


# ---------------------------------------------------------------------------------------------------------- transactions


def test_several_commands_are_one_commit_or_nothing(app: Plannit, invoice: Invoice) -> None:
    before = everything(app.storage)
    with pytest.raises(Refused), app.transaction() as here:
        sent = here.do(c.SendInvoice(invoice.id))
        assert here.get(invoice.id) == sent
        assert here.folder(invoice.job_id).invoiced == sent.total
        here.do(c.RecordPayment(invoice.id, cad(200_00), method="card"))
    assert everything(app.storage) == before
    with app.transaction() as here:
        here.do(c.SendInvoice(invoice.id))
        paid = here.acting_as(Actor.user("u18")).do(c.RecordPayment(invoice.id, cad(100_00), method="card"))
    assert app.get(invoice.id) == paid
    assert events_of(app.storage)[-1].actor_id == "u18"


def test_a_refusal_inside_a_transaction_may_be_caught_and_the_rest_stands(app: Plannit, invoice: Invoice) -> None:
    with app.transaction() as here:
        here.do(c.EditInvoice(invoice.id, note="x"))
        with pytest.raises(Refused):
            here.do(c.VoidInvoice(invoice.id))
        with pytest.raises(Conflict):
            here.do(c.IssueInvoice(invoice.id), expecting=[invoice])
        assert here.preview(c.IssueInvoice(invoice.id)).result.number == "F2026-00001"
    assert app.get(invoice.id).note == "x"


def test_a_door_of_a_transaction_is_shut_afterwards_and_belongs_to_one_thread(app: Plannit, invoice: Invoice) -> None:
    found: list[str] = []

    def elsewhere() -> None:
        try:
            here.get(invoice.id)
        except StorageError as error:
            found.append(error.code)

    with app.transaction() as here:
        other = here.acting_as(Actor.user("u18"))
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert found == ["transaction.other-thread"]
    for door in (here, other):
        for ask in (lambda door=door: door.get(invoice.id), lambda door=door: door.do(c.AddContact("x"))):
            with pytest.raises(StorageError) as caught:
                ask()
            assert caught.value.code == "transaction.over"


# ------------------------------------------------------------------------------------------- what is no command, no actor


@pytest.mark.parametrize("command", [None, "AddContact", c.AddContact, 5, c.Command()])
def test_what_is_no_command_is_refused(app: Plannit, command: Any) -> None:
    for ask in (app.do, app.preview):
        with pytest.raises(InvalidInput) as caught:
            ask(command)
        assert caught.value.code == "command.unknown"


def test_the_class_of_a_command_is_told_that_it_is_one(app: Plannit) -> None:
    for ask in (app.do, app.preview):
        with pytest.raises(InvalidInput) as caught:
            ask(c.OpenJob)
        assert caught.value.params == {"found": "OpenJob", "example": "OpenJob(…)"}
        assert labels.error(caught.value, "en") == "OpenJob is no command: it is the class of one. Write OpenJob(…)."


def test_a_text_is_told_how_an_id_is_made_of_it(app: Plannit, job: Job) -> None:
    looks = {"get": JobId, "actions": JobId, "folder": JobId, "documents": ContactId}
    for name, kind in looks.items():
        with pytest.raises(InvalidInput) as caught:
            getattr(app, name)(str(job.id))
        assert caught.value.code == "id.malformed"
        assert caught.value.params == {"expected": kind.__name__, "example": f'{kind.__name__}("{kind.prefix}_…")'}
    assert app.get(JobId(str(job.id))) == job


@pytest.mark.parametrize("storage", ["office.db", Path("office.db"), None, MemoryStorage])
def test_the_path_of_a_file_is_no_storage(storage: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        Plannit(storage, company="x")
    assert (caught.value.code, caught.value.path) == ("field.wrong-type", "storage")
    assert 'SqliteStorage("office.db")' in str(caught.value)


def test_a_door_is_made_of_what_it_needs(app: Plannit) -> None:
    for wrong in ("", "a b", None, 5):
        with pytest.raises(InvalidInput):
            app.for_company(wrong)
    for nobody in (None, "u17"):
        with pytest.raises(InvalidInput):
            app.acting_as(nobody)
    assert app.acting_as(Actor.system("import")).actor.id == "import"
    assert app.actor.id == "u17"


def test_a_clock_without_an_offset_is_no_clock() -> None:
    class Wrong:
        def now(self) -> datetime:
            return datetime(2026, 3, 2)

    app = Plannit(MemoryStorage(), company="x", clock=Wrong())
    with pytest.raises(InvalidInput) as caught:
        app.do(c.ConfigureCompany(presets.quebec(name="x")))
    assert caught.value.code == "clock.no-offset"


def test_ids_are_new_each_time_and_sort_by_age(clock: FixedClock) -> None:
    ids, instant = RandomIds(), clock.now()
    made = [ids.new(kind, instant) for _ in range(50) for kind in (InvoiceId,)]
    assert made == sorted(set(made))
    clock.set("2026-01-01T00:00+00:00")
    assert ids.new(InvoiceId, clock.now()) > made[-1]  # a clock set back does not make them older
    clock.set("2027-01-01T00:00+00:00")
    assert ids.new(JobId, clock.now())[4:] > made[-1][4:]


def test_a_host_may_answer_the_questions_itself(app: Plannit, job: Job) -> None:
    """Architecture 4: a slot in code, never a subclass."""
    other = app.do(c.OpenJob(job.contact_id))
    mine = evolve(app, policies=Policies(job_for_invoice=lambda contact, named: other))
    intake = mine.do(c.InvoiceContact(job.contact_id, job_id=job.id))
    assert (intake.job, intake.job_is_new, intake.invoice.job_id) == (other, False, other.id)
    visit = app.do(c.PlanWorkOrder(job.id, title="Visite"))
    free = evolve(app, policies=Policies(objections_to_attaching=lambda invoice, order: ()))
    assert free.do(c.AttachInvoice(visit.id, invoice_id=intake.invoice.id)).invoice_ids == (intake.invoice.id,)


def test_each_command_is_one_line_in_the_log_without_anything_personal(
    app: Plannit, job: Job, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="plannit_core"):
        app.do(c.AddContact("Zoé Gagnon", emails=["zoe@example.com"]))
        with pytest.raises(Refused):
            app.do(c.IssueInvoice(app.do(c.DraftInvoice(job.id)).id))
    lines = [record.getMessage() for record in caplog.records if record.name == "plannit_core"]
    assert [line.split()[0] for line in lines] == ["AddContact", "DraftInvoice", "IssueInvoice"]
    assert "company=erabliere actor=user:u17" in lines[0]
    assert [line.split()[-1] for line in lines] == ["done", "done", "document.no-lines"]
    assert not [line for line in lines if "Zo" in line or "zoe" in line]


# ---------------------------------------------------------------------------------------------------------------- outbox


def test_a_consumer_gets_each_event_once_in_order_from_where_it_begins(app: Plannit, job: Job) -> None:
    seen: list[int] = []
    for start in (None, "yesterday"):
        with pytest.raises(InvalidInput) as caught:
            app.outbox.drain("mailer", print, start=start)
        assert caught.value.code == "outbox.no-start"
    assert app.outbox.drain("mailer", lambda each: seen.append(each.position), start="beginning", limit=2) == 2
    assert app.outbox.drain("mailer", lambda each: seen.append(each.position)) == 1
    assert app.outbox.drain("mailer", print) == 0
    assert seen == [1, 2, 3]
    assert app.outbox.drain("late", print, start="now") == 0
    app.do(c.EditJob(job.id, status="Scheduled"))
    assert app.outbox.drain("late", lambda each: seen.append(each.position), start="beginning") == 1
    assert seen[-1] == 4


def test_a_consumer_that_fails_begins_again_at_what_it_failed_on(app: Plannit, job: Job) -> None:
    seen: list[int] = []

    def fails_on_the_second(recorded: Any) -> None:
        if recorded.position == 2 and seen == [1]:
            seen.append(0)
            raise ZeroDivisionError
        seen.append(recorded.position)

    with pytest.raises(ZeroDivisionError):
        app.outbox.drain("mailer", fails_on_the_second, start="beginning")
    assert app.outbox.drain("mailer", fails_on_the_second) == 2
    assert seen == [1, 0, 2, 3]
    with pytest.raises(InvalidInput):
        app.outbox.drain("not a token", print, start="now")
