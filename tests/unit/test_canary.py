"""A canary sits in every field that may hold something personal; it must never be heard where programs talk about programs.

Not in a `repr`, not in a log line, not in an error's text or problem document, not in an event. Every text field of every command
is either in `PERSONAL` or, with its reason, in `PLAIN`; a new one has to be put in one of them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from attrs import evolve, fields

from hostile import FIRST, Offices, offices_on
from plannit_core import Actor, InvalidInput, Line, PlannitError, Refused, labels, serial
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.handlers import HANDLERS
from plannit_core.values import ids
from plannit_core.values.mapping import Keys
from support import cad, everything

CANARY = "canari7qz"
TITLE, EMAIL = f"Toit de {CANARY}", f"{CANARY}@example.com"

PERSONAL: dict[str, Any] = {
    "name": CANARY,
    "emails": [EMAIL],
    "phones": [CANARY],
    "title": TITLE,
    "note": CANARY,
    "reason": CANARY,
    "reference": CANARY,
    "external": {"erp": CANARY},
}
PLAIN = {
    "language": "fr or en",
    "source": "where requests come from, such as Web",
    "status": "the shop's own milestone",
    "method": "how money changed hands",
    "last": "printed numbers",
    "schedule": "the name of a payment schedule, which errors may carry",
}


def holds_text(kind: Any) -> bool:
    """Whether a field of this type can hold any text."""
    return kind in (str, Keys) or any(holds_text(each) for each in get_args(kind))


def is_heard(*said: object) -> bool:
    return any(CANARY in str(each).lower() or CANARY in repr(each).lower() for each in said)


def all_said_of(error: PlannitError) -> list[object]:
    return [error, error.args, error.params, *(json.dumps(labels.problem(error, lang)) for lang in ("en", "fr"))]


def with_canaries(command: c.Command[Any]) -> c.Command[Any]:
    names = {each.name for each in fields(type(command))}
    return evolve(command, **{name: value for name, value in PERSONAL.items() if name in names})


@pytest.fixture
def offices(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Offices]:
    """Prepared books, and an actor with a canary for a name; whatever is logged is looked at in the end."""
    caplog.set_level(logging.DEBUG)
    storages = MemoryStorage(), SqliteStorage(str(tmp_path / "books.db"), synchronous="NORMAL")
    found = offices_on(*storages)
    yield evolve(found, apps=tuple(app.acting_as(Actor.user("u17", name=CANARY)) for app in found.apps))
    for storage in storages:
        storage.close()
    lines = [record for when in ("setup", "call") for record in caplog.get_records(when)]
    assert any("RecordPayment" in line.getMessage() for line in lines)
    assert not is_heard(*(line.getMessage() for line in lines), *(line.args for line in lines))


@pytest.fixture(scope="module")
def commands() -> dict[type, Any]:
    """A command of every kind, which would be done in the books of `offices`."""
    return offices_on(MemoryStorage()).commands


def test_every_text_field_of_a_command_is_known_to_be_personal_or_plain() -> None:
    hints = {kind: get_type_hints(kind) for kind in HANDLERS}
    texts = {each.name for kind in HANDLERS for each in fields(kind) if holds_text(hints[kind][each.name])}
    assert texts == PERSONAL.keys() | PLAIN.keys()


@pytest.mark.parametrize("kind", HANDLERS, ids=lambda kind: kind.__name__)
def test_no_command_decision_record_or_event_says_what_is_personal(
    offices: Offices, commands: dict[type, Any], kind: type
) -> None:
    command = with_canaries(commands[kind])
    for app in offices.apps:
        if kind in FIRST:
            app.do(FIRST[kind])
        plan = app.preview(command)
        result = app.do(command, key=f"click-{kind.__name__}")
        state = everything(app.storage, app.company, keys=[f"click-{kind.__name__}"])
        assert not is_heard(command, plan, result, *plan.writes, *plan.removes, *plan.events, state, app)
        assert not is_heard(*(serial.dump_event(each.event) for each in state["events"]))


def test_no_screen_says_what_is_personal_in_its_repr(offices: Offices, commands: dict[type, Any]) -> None:
    for app in offices.apps:
        for kind in (c.EditContact, c.EditJob, c.EditInvoice, c.RecordPayment, c.PlanWorkOrder):
            app.do(with_canaries(commands[kind]))
        ada, roof = ids.ContactId("con_1"), ids.JobId("job_2")
        invoice = commands[c.RecordPayment].invoice_id
        views = (
            app.folder(roof),
            app.documents(ada),
            app.receivables(),
            app.departures(),
            app.actions(invoice),
            app.run_day(),
        )
        assert app.get(ada).name == CANARY
        assert app.folder(roof).job.title == TITLE
        assert not is_heard(*views, *app.folder(roof).timeline, app.folder(roof).contact, app.get(invoice).payments)


def test_the_lines_of_a_command_or_a_document_are_not_in_its_repr(offices: Offices, commands: dict[type, Any]) -> None:
    line = Line(CANARY, 1, cad(5_00))
    for app in offices.apps:
        asked = [evolve(each, lines=[line]) for each in commands.values() if hasattr(each, "lines")]
        assert not is_heard(*asked, *(app.preview(each) for each in asked))
        quote = app.do(evolve(commands[c.EditQuote], lines=[line]))
        invoice = app.do(evolve(commands[c.EditInvoice], lines=[line]))
        adjusted = app.do(evolve(commands[c.AdjustInvoice], lines=[line]))
        app.do(commands[c.RecordPayment])
        assert quote.lines[0].text == CANARY
        assert not is_heard(
            quote, invoice, adjusted, app.preview(c.SendQuote(quote.id)), everything(app.storage, app.company)
        )


# ---------------------------------------------------------------------------------------------------------------- errors

WRONG: dict[str, Any] = {
    "too long": CANARY * 2_000,
    "not to be stored": f"{CANARY}\x00",
    "half a character": f"{CANARY}\ud800",
    "of another type": [[CANARY]],
    "bytes": CANARY.encode(),
    "a mapping": {f"{CANARY} !": CANARY},  # a name that could be a field's own is told: the caller has to find it
    "a list": [CANARY, f"{CANARY}\x00"],
    "no address": [f"{CANARY} at example.com"],
    "many": [EMAIL] * 30,
    "a key": {"erp": f"{CANARY}\x00"},
}


def wrong_fields() -> Iterator[tuple[type, str]]:
    for kind in HANDLERS:
        yield from ((kind, each.name) for each in fields(kind))


@pytest.mark.parametrize(("kind", "name"), list(wrong_fields()), ids=lambda each: getattr(each, "__name__", each))
def test_no_error_of_a_field_says_what_was_typed_in(commands: dict[type, Any], kind: type, name: str) -> None:
    wire = serial.to_wire(commands[kind])
    for value in WRONG.values():
        for make in (
            lambda value=value: evolve(commands[kind], **{name: value}),
            lambda value=value: serial.from_wire({**wire, "fields": {**wire["fields"], name: value}}),
        ):
            assert not is_heard(*said_of(make))


def said_of(make: Callable[[], Any]) -> list[object]:
    """What is said when `make` is refused; the repr of what it made when it is not."""
    try:
        return [make()]
    except InvalidInput as error:
        return all_said_of(error)


def test_no_refusal_says_whose_record_it_was(offices: Offices, commands: dict[type, Any]) -> None:
    """The same external key twice, a client who is somebody else, nobody to send to, and all that a draft or a void is refused."""
    for app in offices.apps:
        zoe = app.do(with_canaries(commands[c.AddContact]))
        app.do(evolve(commands[c.EditContact], name=CANARY, emails=[], phones=[CANARY]))
        app.do(evolve(commands[c.RecordPayment], reference=CANARY))
        app.do(commands[c.DetachInvoice])
        somebody = app.acting_as(Actor.client(zoe.id, name=CANARY))
        with pytest.raises(Refused) as caught:
            somebody.do(evolve(commands[c.DeclineQuote], reason=CANARY))
        assert not is_heard(*all_said_of(caught.value))
        for command in (
            c.AddContact("x", external={"erp": CANARY}),
            evolve(commands[c.ApproveQuote], on_behalf_of=zoe.id),
            commands[c.SendInvoice],
            c.InvoiceContact(zoe.id, job_id=ids.JobId("job_2")),
            evolve(commands[c.PlanInstalment], instalment=9),
            evolve(commands[c.AddInvoice], new=False),
            c.VoidInvoice(commands[c.VoidPayment].invoice_id),
            evolve(commands[c.RecordPayment], received_on=date(2026, 3, 3), reference=CANARY),
        ):
            with pytest.raises((Refused, InvalidInput)) as caught_too:
                app.do(command)
            assert not is_heard(*all_said_of(caught_too.value))


def test_the_key_of_another_command_is_not_said_again(offices: Offices, commands: dict[type, Any]) -> None:
    for app in offices.apps:
        app.do(commands[c.RecordPayment], key=CANARY)
        with pytest.raises(InvalidInput) as caught:
            app.do(commands[c.OpenJob], key=CANARY)
        assert caught.value.code == "key.reused"
        assert not is_heard(*all_said_of(caught.value))
