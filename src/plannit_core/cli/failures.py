"""What went wrong, for the person at the terminal or as a problem document, and the number the command ends with."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from enum import IntEnum
from typing import Any

from .. import labels
from ..errors import InvalidInput, NotFound, PlannitError, SchemaError, StorageError
from ..serial import plain
from .blocks import Block, Piece, Tone, Verbatim, muted, sentence
from .places import shown, told
from .words import say

LISTS = {"job": "jobs", "invoice": "invoices"}
"""The command that lists records of a kind."""
TYPE = "urn:plannit-core:problem:command"


class Exit(IntEnum):
    """What the command ends with."""

    OK = 0
    UNBALANCED = 1
    USAGE = 2
    INPUT = 3
    REFUSED = 4
    STORAGE = 5
    INTERRUPTED = 130
    NO_READER = 141


class CommandError(PlannitError):
    """The command itself cannot go on; its words are under its code.

    Attributes:
        ending: What it ends with.
    """

    def __init__(self, ending: Exit, code: str, **params: object) -> None:
        super().__init__(code, **params)
        self.ending = ending

    def detail(self, lang: str) -> str:
        """What is wrong."""
        return say(self.code, lang, **self.params)

    def more(self, lang: str) -> dict[str, Any]:  # noqa: ARG002  # for those that have more to tell
        """What else belongs in the problem document."""
        return {}

    def blocks(self, lang: str) -> Iterator[Block]:
        """What is wrong, for a person."""
        yield sentence(Piece(self.detail(lang), Tone.BAD))


class UsageError(CommandError):
    """The words after `plannit` make no command.

    Args:
        message: What is wrong with them.
        usage: How the command is used.
    """

    def __init__(self, message: str, usage: str) -> None:
        super().__init__(Exit.USAGE, "usage.wrong", message=message)
        self.usage = usage

    def blocks(self, lang: str) -> Iterator[Block]:
        """How the command is used, and what is wrong."""
        yield Verbatim(self.usage.rstrip())
        yield from super().blocks(lang)


def exit_of(error: PlannitError) -> Exit:
    """What the command ends with after an error."""
    if isinstance(error, CommandError):
        return error.ending
    if isinstance(error, InvalidInput):
        return Exit.INPUT
    return Exit.STORAGE if isinstance(error, StorageError | SchemaError) else Exit.REFUSED


def document(error: PlannitError, lang: str) -> dict[str, Any]:
    """An error as an RFC 9457 problem document, with the number the command ends with."""
    if not isinstance(error, CommandError):
        return {**labels.problem(error, lang), "detail": _detail(error, lang), "exit": int(exit_of(error))}
    return {
        "type": f"{TYPE}:{error.code}",
        "title": say("error", lang),
        "detail": error.detail(lang),
        "code": error.code,
        "params": {name: plain(value) for name, value in error.params.items()},
        **error.more(lang),
        "exit": int(error.ending),
    }


def blocks(error: PlannitError, lang: str, db: str | None = None, company: str | None = None) -> Iterator[Block]:
    """An error for a person, and what helps: where it happened, or how to list what there is."""
    if isinstance(error, CommandError):
        yield from error.blocks(lang)
        return
    for line in _detail(error, lang).splitlines():
        yield sentence(Piece(line, Tone.BAD))
    if db and exit_of(error) is Exit.STORAGE:
        yield sentence(muted(told(db, lang)))
    if db and isinstance(error, NotFound) and error.kind in LISTS:
        asked = ["plannit", LISTS[error.kind], "--db", shown(db), *(["--company", company] if company else [])]
        yield sentence(muted(say("not-found.list", lang)))
        yield Verbatim(f"  {shlex.join(asked)}")


def _detail(error: PlannitError, lang: str) -> str:
    """What is wrong; a job or an invoice may have been looked for by its number, which the library does not know."""
    if isinstance(error, NotFound) and error.kind in LISTS:
        return say(f"not-found.{error.kind}", lang, id=error.id)
    return labels.error(error, lang)
