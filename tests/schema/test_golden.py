"""The stored and the wire form stay as they are: each golden file holds what fixed samples come to, and is never edited.

When a stored shape has to change: raise the number (`serial.SCHEMAS`, or `schema` on the event), write the upcaster, and let
`python tests/schema/write_missing.py` add the file of the new number. The old file stays, and must still load.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from attrs import fields

from plannit_core import events, serial
from plannit_core.serial.text import written  # keeps the order of keys, which is compared as well
from schema.samples import COMMANDS, EVENTS, RECORDS, RESULTS
from schema.shapes import HERE, command_shapes, event_shapes, file_of, record_shapes, result_shapes


def golden(name: str) -> Any:
    """What the file holds."""
    file = HERE / name
    assert file.exists(), f"no golden file {name}: a new shape needs one, see write_missing.py"
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", serial.KINDS)
def test_a_stored_record_looks_as_it_always_did(kind: str) -> None:
    assert written(record_shapes(kind)) == written(golden(file_of(kind, serial.SCHEMAS[kind])))


@pytest.mark.parametrize("kind", serial.KINDS)
def test_every_stored_record_of_old_still_loads(kind: str) -> None:
    for number in range(1, serial.SCHEMAS[kind] + 1):
        for name, document in golden(file_of(kind, number)).items():
            assert serial.load_record(kind, written(document)) == RECORDS[kind][name]


@pytest.mark.parametrize("kind", serial.KINDS)
def test_the_samples_of_a_kind_give_every_field_a_value(kind: str) -> None:
    bodies = [document["body"] for document in golden(file_of(kind, serial.SCHEMAS[kind])).values()]
    for attribute in fields(serial.KINDS[kind]):
        assert any(body[attribute.name] not in (None, [], {}) for body in bodies), attribute.name


def test_a_stored_event_looks_as_it_always_did() -> None:
    assert written(event_shapes()) == written(golden("events.json"))


def test_every_event_has_a_sample() -> None:
    assert {each.name for each in EVENTS} == set(events.EVENTS)


def test_every_stored_event_of_old_still_loads() -> None:
    stored = [(name, each) for name, all_of_it in golden("events.json").items() for each in all_of_it]
    loaded = [serial.load_event(name, each["schema"], written(each["body"])) for name, each in stored]
    assert set(loaded) == set(EVENTS)


@pytest.mark.parametrize("name", serial.COMMANDS)
def test_a_command_on_the_wire_looks_as_it_always_did(name: str) -> None:
    assert written(command_shapes(name)) == written(golden(f"commands/{name}.json"))


@pytest.mark.parametrize("name", serial.COMMANDS)
def test_a_command_of_old_is_still_understood(name: str) -> None:
    for sample, shape in golden(f"commands/{name}.json").items():
        assert serial.from_wire(shape["wire"]) == COMMANDS[name][sample]


@pytest.mark.parametrize("name", serial.COMMANDS)
def test_the_samples_of_a_command_show_every_field(name: str) -> None:
    shown = {field for each in golden(f"commands/{name}.json").values() for field in each["wire"]["fields"]}
    assert shown == {each.name for each in fields(serial.COMMANDS[name])}


def test_a_kept_result_looks_as_it_always_did() -> None:
    assert written(result_shapes()) == written(golden("results.json"))


def test_a_kept_result_of_old_is_still_rebuilt() -> None:
    job, invoice, quote = RECORDS["job"]["open"], RECORDS["invoice"]["draft"], RECORDS["quote"]["approved"]
    stored = {each.id: each for each in (job, invoice, quote)}
    for name, shape in golden("results.json").items():
        assert serial.load_result(written(shape), stored.__getitem__) == RESULTS[name]
