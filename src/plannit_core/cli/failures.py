"""What went wrong, for the person at the terminal or as a problem document, and the number the command ends with."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Any

from .. import labels
from ..errors import InvalidInput, PlannitError, SchemaError, StorageError
from ..season import Problem, SeasonError
from ..season.words import problem_words
from ..serial import plain
from .blocks import Block, Piece, Table, Tone, long, row, sentence, strong
from .words import counted, say

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
    """The command itself cannot go on.

    Attributes:
        exit: What it ends with.
    """

    def __init__(self, exit: Exit, code: str, **params: object) -> None:
        super().__init__(code, **params)
        self.exit = exit


class WrongFolder(SeasonError):
    """As `SeasonError`, and which folder it was.

    Attributes:
        folder: As it was named.
    """

    def __init__(self, error: SeasonError, folder: str) -> None:
        super().__init__(error.problems)
        self.folder = folder


def exit_of(error: PlannitError) -> Exit:
    """What the command ends with after an error."""
    if isinstance(error, CommandError):
        return error.exit
    if isinstance(error, InvalidInput):
        return Exit.INPUT
    return Exit.STORAGE if isinstance(error, StorageError | SchemaError) else Exit.REFUSED


def document(error: PlannitError, lang: str) -> dict[str, Any]:
    """An error as an RFC 9457 problem document, with `exit` and, for a season's folder, every problem."""
    if isinstance(error, CommandError):
        params = {name: plain(value) for name, value in error.params.items()}
        detail = say(error.code, lang, **error.params)
        told = {"type": f"{TYPE}:{error.code}", "title": say("error", lang), "detail": detail}
        return {**told, "code": error.code, "params": params, "exit": int(error.exit)}
    shown = labels.problem(error, lang)
    if isinstance(error, WrongFolder):
        shown["detail"] = _summary(error, lang)
        shown["problems"] = [_problem(problem, lang) for problem in error.problems]
    return {**shown, "exit": int(exit_of(error))}


def blocks(error: PlannitError, lang: str) -> Iterator[Block]:
    """An error for a person."""
    if isinstance(error, WrongFolder):
        yield sentence(Piece(_summary(error, lang), Tone.BAD))
        yield _problems(error, lang)
        return
    told = say(error.code, lang, **error.params) if isinstance(error, CommandError) else labels.error(error, lang)
    for line in told.splitlines():
        yield sentence(Piece(line, Tone.BAD))


def _summary(error: WrongFolder, lang: str) -> str:
    return say("input", lang, problems=counted("problem", len(error.problems), lang), folder=error.folder)


def _problem(problem: Problem, lang: str) -> dict[str, Any]:
    return {
        "file": problem.file,
        "row": problem.row,
        "column": problem.column,
        "code": problem.code,
        "params": {name: plain(value) for name, value in problem.params.items()},
        "detail": problem_words(problem, lang),
    }


def _problems(error: WrongFolder, lang: str) -> Table:
    columns = (long(say("input.where", lang)), long(say("input.column", lang)), long(say("input.why", lang)))
    rows = tuple(
        row(strong(_where(problem, lang)), problem.column, problem_words(problem, lang)) for problem in error.problems
    )
    return Table(columns, rows)


def _where(problem: Problem, lang: str) -> str:
    if not problem.file:
        return say("input.folder", lang)
    return say("input.row", lang, file=problem.file, row=problem.row) if problem.row else problem.file
