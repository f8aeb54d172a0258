"""The converter for a host to extend, and what it costs."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from enum import Enum, IntEnum
from typing import Any

import pytest
from attrs import frozen

from plannit_core import commands as c
from plannit_core import serial
from plannit_core.errors import InvalidInput
from plannit_core.serial.paths import located
from plannit_core.values.ids import JobId
from plannit_core.values.lines import Line
from plannit_core.values.money import Money
from schema.samples import AT, LABOUR


class Colour(str):
    """A host's own text."""

    __slots__ = ()


class Size(IntEnum):
    SMALL = 1


class Mood(str, Enum):  # noqa: UP042  # on purpose: a kind of text that has no hook of its own
    GOOD = "good"


@frozen
class Van:
    """A host's own class."""

    job_id: JobId
    colour: Colour
    size: Size
    mood: Mood
    prices: tuple[Money, ...]
    lines: tuple[Line, ...] = ()
    seen_at: datetime | None = None


VAN = Van(JobId("job_1"), Colour("red"), Size.SMALL, Mood.GOOD, (Money.cad("5.00"),), (LABOUR,), AT)


def test_a_hosts_own_class_takes_our_forms() -> None:
    converter = serial.converter()
    data = converter.unstructure(VAN)
    assert data["prices"] == [{"amount": "5.00", "currency": "CAD"}]
    again = converter.structure(data, Van)
    assert again == VAN
    assert (type(again.colour), type(again.size), type(again.mood)) == (Colour, Size, Mood)


@pytest.mark.parametrize(
    ("field", "value", "code", "path"),
    [
        ("job_id", "inv_1", "id.wrong-kind", "job_id"),
        ("colour", 5, "field.wrong-type", "colour"),
        ("size", 1.0, "field.wrong-type", "size"),
        ("size", 2, "field.wrong-type", "size"),
        ("mood", "bad", "field.wrong-type", "mood"),
        ("prices", [{"amount": "5.001", "currency": "CAD"}], "number.too-precise", "prices[0].amount"),
        ("seen_at", "2026-03-02T14:00:00", "clock.not-an-instant", "seen_at"),
        ("wheels", 4, "wire.unknown-field", "wheels"),
    ],
)
def test_a_hosts_own_class_is_read_as_strictly(field: str, value: Any, code: str, path: str) -> None:
    converter = serial.converter()
    with pytest.raises(InvalidInput) as refused:
        converter.structure({**converter.unstructure(VAN), field: value}, Van)
    assert (refused.value.code, refused.value.path) == (code, path)


def test_a_hosts_hooks_change_nothing_of_ours() -> None:
    converter = serial.converter()
    converter.register_unstructure_hook(Money, str)
    assert converter.unstructure(Money.cad("5.00")) == "5.00"
    assert serial.converter() is not converter
    assert serial.to_wire(c.DraftQuote(JobId("job_1"), lines=[LABOUR]))["fields"]["lines"][0]["price"] == {
        "amount": "85.00",
        "currency": "CAD",
    }


def test_a_hosts_hook_that_fails_is_a_wrong_value() -> None:
    error = located(KeyError("secret"), "lines[2]")
    assert (error.code, error.path) == ("field.wrong-type", "lines[2]")
    assert "secret" not in str(error)


def test_importing_it_makes_no_hooks() -> None:
    script = (
        "import plannit_core.serial.converters as it; "
        "print(it.store.cache_info().currsize, it.wire.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=_path())
    assert done.stdout.split() == ["0", "0"]


def _path() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
