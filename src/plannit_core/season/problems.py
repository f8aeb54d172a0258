"""What is wrong in a season's folder: every problem at once, each with its file, row, column and reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from attrs import field, frozen

from ..errors import InvalidInput

T = TypeVar("T")


def _copied(params: Mapping[str, object]) -> Mapping[str, object]:
    return dict(params)


@frozen(order=False)
class Problem:
    """One thing to mend in one file.

    Attributes:
        file: The file's name; empty for the folder itself.
        row: The line of the file, counted from 1 (the header of a CSV file is line 1); 0 for the file as a whole.
        column: The column, or the path of a TOML key such as `settings.terms_days`; empty for the row as a whole.
        code: The reason, stable and dotted; `plannit_core.season.words` has a sentence for each.
        params: What the sentence needs.
    """

    file: str
    row: int
    column: str
    code: str
    params: Mapping[str, object] = field(factory=dict, converter=_copied, hash=False)


class SeasonError(InvalidInput):
    """The folder cannot be read as a season; nothing of it was stored.

    Attributes:
        problems: All that is wrong, by file, row and column.
        language: `fr` or `en`, the company's; `None` when `company.toml` does not tell.
    """

    def __init__(self, problems: Iterable[Problem], language: str | None = None) -> None:
        self.problems = tuple(problems)
        self.language = language
        super().__init__("season.problems", count=len(self.problems))

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(_plain(problem) for problem in self.problems)])


class Placed(Protocol):
    """A record that knows where it was read."""

    @property
    def file(self) -> str:
        """The file's name."""

    @property
    def row(self) -> int:
        """The line of the file."""


class Report:
    """Collects problems while a folder is read.

    Attributes:
        problems: Those found so far.
        language: `fr` or `en`, the company's, once it is read.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.language: str | None = None

    def file(self, file: str, code: str, row: int = 0, /, **params: object) -> None:
        """A problem of a whole file, or of one of its lines."""
        self.problems.append(Problem(file, row, "", code, params))

    def cell(self, file: str, row: int, column: str, code: str, /, **params: object) -> None:
        """A problem of one cell."""
        self.problems.append(Problem(file, row, column, code, params))

    def at(self, record: Placed, column: str, code: str, /, **params: object) -> None:
        """A problem of one column of a record."""
        self.problems.append(Problem(record.file, record.row, column, code, params))

    def error(self, file: str, row: int, column: str, error: InvalidInput) -> None:
        """What the library says against a value, as a problem of the cell it came from."""
        self.problems.append(Problem(file, row, column, error.code, error.params))

    def passed(self, value: T | None, files: Iterable[str]) -> T:
        """`value`, when all is well.

        Args:
            value: What was read.
            files: The order in which files are told.

        Raises:
            SeasonError: With every problem found.
        """
        if value is None or self.problems:
            place = {file: position for position, file in enumerate(files)}
            raise SeasonError(
                sorted(self.problems, key=lambda each: (place.get(each.file, -1), each.row)), self.language
            )
        return value


def _plain(problem: Problem) -> str:
    told = "".join(f", {name}={value}" for name, value in problem.params.items())
    return f"{problem.file or '.'}:{problem.row}:{problem.column}: {problem.code}{told}"
