"""What is wrong in the folder of a season, reported whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..season import Problem, SeasonError
from ..season.words import problem_words
from ..serial import plain
from .blocks import Block, Piece, Table, Tone, long, row, sentence, strong
from .failures import CommandError, Exit
from .words import counted, say


class WrongFolder(CommandError):
    """The folder of a season cannot be read; nothing was stored.

    Args:
        error: With every problem.
        folder: As it was named.
    """

    def __init__(self, error: SeasonError, folder: str) -> None:
        super().__init__(Exit.INPUT, error.code, folder=folder, count=len(error.problems))
        self.problems = error.problems
        self.folder = folder

    def detail(self, lang: str) -> str:
        """How many problems there are, and where."""
        return say(self.code, lang, problems=counted("problem", len(self.problems), lang), folder=self.folder)

    def more(self, lang: str) -> dict[str, Any]:
        """Every problem."""
        return {"problems": [_data(problem, lang) for problem in self.problems]}

    def blocks(self, lang: str) -> Iterator[Block]:
        """Every problem in a row of its own."""
        yield sentence(Piece(self.detail(lang), Tone.BAD))
        columns = (long(say("input.where", lang)), long(say("input.why", lang)))
        rows = (row(strong(_where(each, lang)), problem_words(each, lang)) for each in self.problems)
        yield Table(columns, tuple(rows))


def _data(problem: Problem, lang: str) -> dict[str, Any]:
    return {
        "file": problem.file,
        "row": problem.row,
        "column": problem.column,
        "code": problem.code,
        "params": {name: plain(value) for name, value in problem.params.items()},
        "detail": problem_words(problem, lang),
    }


def _where(problem: Problem, lang: str) -> str:
    if not problem.file:
        return say("input.folder", lang)
    return say("cell", lang, file=problem.file, row=problem.row, column=problem.column)
