"""The edge: one strict form for the store and the wire.

Money that stands alone is `{"amount": "985.92", "currency": "CAD"}`; inside a quote or an invoice currency and tax groups stand
once, and an amount is just `"985.92"`. Decimals are strings, days and instants ISO 8601 (instants in UTC), ids prefixed strings.
What is read is read strictly: a wrong type, an unknown or a missing field is an error with the path to it, never a guess.
"""

from __future__ import annotations

from .converters import converter
from .plain import plain
from .results import dump_result, load_result
from .stored import (
    KINDS,
    SCHEMAS,
    dump_event,
    dump_failures,
    dump_record,
    keep_record,
    load_event,
    load_failures,
    load_record,
)
from .wire import COMMANDS, digest, from_wire, to_wire

__all__ = [
    "COMMANDS",
    "KINDS",
    "SCHEMAS",
    "converter",
    "digest",
    "dump_event",
    "dump_failures",
    "dump_record",
    "dump_result",
    "from_wire",
    "keep_record",
    "load_event",
    "load_failures",
    "load_record",
    "load_result",
    "plain",
    "to_wire",
]
