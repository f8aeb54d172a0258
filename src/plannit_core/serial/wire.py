"""Commands as data: what a web form or a queue sends, and the digest that tells a repeat from another command."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from .. import commands
from ..commands import Command
from ..errors import InvalidInput
from ..values.checks import wrong_type
from .converters import wire
from .paths import check_keys
from .text import canonical, read

COMMANDS: dict[str, type[Command[Any]]] = {
    name: kind
    for name in commands.__all__
    if isinstance(kind := getattr(commands, name), type) and issubclass(kind, Command) and kind is not Command
}
"""Every command by its name."""

_ENVELOPE = frozenset(("command", "fields"))


def to_wire(command: Command[Any]) -> dict[str, Any]:
    """A command as plain data: `{"command": "ApproveQuote", "fields": {"quote_id": "quo_1"}}`.

    A field at its default is left out; so is what an `Edit…` leaves as it is. `None` is `None`.

    Raises:
        InvalidInput: `wire.unknown-command` for what is no command of the library.
    """
    name = type(command).__name__
    if COMMANDS.get(name) is not type(command):
        raise InvalidInput("wire.unknown-command", path="command")
    return {"command": name, "fields": wire().unstructure(command)}


def from_wire(data: object) -> Command[Any]:
    """The command that `data` spells: what `to_wire` gives, or that as JSON text.

    Strict: no number stands for a text, no float for anything, and nothing is ignored.

    Raises:
        InvalidInput: with the path to it seen from the command, such as `lines[2].quantity`. `wire.unreadable` (no JSON),
            `wire.unknown-command`, `wire.unknown-field`, `wire.missing-field`, `field.wrong-type`, or what the value itself says.
    """
    found: Any = read(data) if isinstance(data, str) else data
    check_keys(found, "command", _ENVELOPE, _ENVELOPE)
    name = found["command"]
    if not isinstance(name, str):
        raise wrong_type(name, "str", "command")
    if name not in COMMANDS:
        raise InvalidInput("wire.unknown-command", path="command")
    return wire().structure(found["fields"], COMMANDS[name])


def digest(command: Command[Any]) -> str:
    """What tells this command from every other: SHA-256 of its wire form, in which fields at their default do not stand.

    So a field that a later version adds, with a default, does not make another command of it.

    Raises:
        InvalidInput: `wire.unknown-command`.
    """
    return sha256(canonical(to_wire(command))).hexdigest()
