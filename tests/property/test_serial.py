"""Invariant 72: what is written and read again is equal, for every record, every event and every command."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from plannit_core import serial
from plannit_core.errors import InvalidInput, PlannitError, SchemaError
from plannit_core.events import EVENTS
from plannit_core.model.job import Job
from plannit_core.testing.strategies import in_any_currency, of
from plannit_core.testing.strategies.values import INSTANTS

OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timedelta(minutes=minutes))


@pytest.mark.parametrize("kind", serial.KINDS)
@given(data=st.data())
def test_a_record_written_and_read_again_is_equal(kind: str, data: st.DataObject) -> None:
    record = data.draw(in_any_currency(serial.KINDS[kind]))
    text = serial.dump_record(record)
    again = serial.load_record(kind, text)
    assert again == record
    assert type(again.id) is type(record.id)
    assert serial.dump_record(again) == text


@pytest.mark.parametrize("name", EVENTS)
@given(data=st.data())
def test_an_event_written_and_read_again_is_equal(name: str, data: st.DataObject) -> None:
    event = data.draw(in_any_currency(EVENTS[name]))
    again = serial.load_event(name, event.schema, serial.dump_event(event))
    assert again == event
    assert type(again.subject) is type(event.subject)


@pytest.mark.parametrize("name", serial.COMMANDS)
@given(data=st.data())
def test_a_command_sent_and_received_is_equal(name: str, data: st.DataObject) -> None:
    command = data.draw(of(serial.COMMANDS[name]))
    wire = serial.to_wire(command)
    assert serial.from_wire(wire) == command
    assert serial.from_wire(json.dumps(wire)) == command
    assert serial.digest(serial.from_wire(wire)) == serial.digest(command)


@given(data=st.data())
def test_two_commands_have_one_digest_only_when_they_are_equal(data: st.DataObject) -> None:
    kinds = st.sampled_from(list(serial.COMMANDS.values())).flatmap(of)
    one, other = data.draw(kinds), data.draw(kinds)
    assert (serial.digest(one) == serial.digest(other)) == (one == other)


@given(at=INSTANTS, offset=OFFSETS, job=of(Job))
def test_an_instant_comes_back_in_utc(at: datetime, offset: timedelta, job: Job) -> None:
    elsewhere = at.astimezone(timezone(offset))
    again = serial.load_record("job", serial.dump_record(evolve(job, opened_at=elsewhere)))
    assert isinstance(again, Job)
    assert again.opened_at == elsewhere
    assert again.opened_at.tzinfo is UTC


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def _places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in `data`, the whole included."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, value in items for place in _places(value, (*path, key)))]


def _with(data: Any, place: tuple[Any, ...], value: Any) -> Any:
    """`data` with something else at `place`."""
    if not place:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[place[0]] = _with(data[place[0]], place[1:], value)
    return copy


@pytest.mark.parametrize("kind", serial.KINDS)
@given(data=st.data())
def test_a_stored_document_with_something_else_in_it_is_read_exactly_or_refused(kind: str, data: st.DataObject) -> None:
    document = json.loads(serial.dump_record(data.draw(of(serial.KINDS[kind]))))
    place, value = data.draw(st.sampled_from(_places(document))), data.draw(JSON)
    text = json.dumps(_with(document, place, value))
    try:
        record = serial.load_record(kind, text)
    except SchemaError as error:
        assert error.code in {"schema.unreadable", "schema.unknown"}
    else:
        again = serial.load_record(kind, serial.dump_record(record))
        assert again == record


@pytest.mark.parametrize("name", serial.COMMANDS)
@given(data=st.data())
def test_a_command_with_something_else_in_it_is_read_exactly_or_refused(name: str, data: st.DataObject) -> None:
    wire = serial.to_wire(data.draw(of(serial.COMMANDS[name])))
    place, value = data.draw(st.sampled_from(_places(wire))), data.draw(JSON)
    try:
        command = serial.from_wire(_with(wire, place, value))
    except InvalidInput as error:
        assert "\n" not in error.path
    else:
        assert serial.from_wire(serial.to_wire(command)) == command


@given(text=st.text() | JSON.map(json.dumps))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (
        serial.from_wire,
        lambda it: serial.load_record("quote", it),
        lambda it: serial.load_event("quote.sent", 1, it),
        lambda it: serial.load_result(it, lambda id: id),
    ):
        try:
            read(text)
        except PlannitError:
            continue


@given(data=JSON)
def test_any_data_is_a_command_or_refused(data: Any) -> None:
    for each in (data, {"command": data, "fields": data}, {"command": "DraftQuote", "fields": data}):
        with pytest.raises(InvalidInput):
            serial.from_wire(each)
