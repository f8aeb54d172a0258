"""What the samples come to today, in the layout of the golden files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from plannit_core import serial
from schema.samples import COMMANDS, EVENTS, RECORDS, RESULTS

HERE = Path(__file__).parent


def file_of(kind: str, number: int) -> str:
    """The golden file of a kind's schema number."""
    return f"{kind}.json" if number == 1 else f"{kind}.{number}.json"


def record_shapes(kind: str) -> dict[str, Any]:
    """Sample to stored document."""
    return {name: json.loads(serial.dump_record(record)) for name, record in RECORDS[kind].items()}


def event_shapes() -> dict[str, list[Any]]:
    """Event name to its samples as stored."""
    shapes: dict[str, list[Any]] = {}
    for event in EVENTS:
        shapes.setdefault(event.name, []).append({"schema": event.schema, "body": json.loads(serial.dump_event(event))})
    return shapes


def command_shapes(name: str) -> dict[str, Any]:
    """Sample to wire form and digest."""
    return {
        sample: {"wire": serial.to_wire(command), "digest": serial.digest(command)}
        for sample, command in COMMANDS[name].items()
    }


def result_shapes() -> dict[str, Any]:
    """Sample to result as kept."""
    return {name: json.loads(serial.dump_result(result)) for name, result in RESULTS.items()}


def all_shapes() -> dict[str, Any]:
    """File name to what it should hold."""
    return {
        **{file_of(kind, serial.SCHEMAS[kind]): record_shapes(kind) for kind in RECORDS},
        "events.json": event_shapes(),
        **{f"commands/{name}.json": command_shapes(name) for name in COMMANDS},
        "results.json": result_shapes(),
    }
