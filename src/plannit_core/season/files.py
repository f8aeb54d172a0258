"""Reads the files of a folder: their bytes, their text, and the rows of a CSV file as records."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources.abc import Traversable
from typing import Any, Generic, TypeVar

from attrs import field, frozen

from ..errors import InvalidInput
from .cells import Column, columns
from .near import near
from .problems import Problem, Report, SeasonError

R = TypeVar("R")
_MARK = "\ufeff"


@frozen
class Named:
    """What a row with a problem of its own names in other files, so that a wrong name is told along with the problem.

    Attributes:
        file: The file's name.
        row: The line of the file.
        column: Where it names it.
        value: The key, or several.
    """

    file: str
    row: int
    column: Column
    value: Any

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that could be read."""
        return tuple(key for key in (self.value if self.column.is_list else (self.value,)) if key)


@frozen
class Table(Generic[R]):
    """The rows of one file.

    Attributes:
        rows: Those without a problem of their own.
        keys: Every key the file has, also those of rows with a problem, and its line.
        is_sound: Whether all its rows could be looked at.
        named: What the rows with a problem name in other files.
        damaged: The documents to which lines with a problem belong.
    """

    rows: tuple[R, ...] = ()
    keys: Mapping[str, int] = field(factory=dict, hash=False)
    is_sound: bool = True
    named: tuple[Named, ...] = ()
    damaged: frozenset[str] = frozenset()


class Folder:
    """A folder of files, all of them UTF-8.

    Args:
        root: A path, or a folder inside an installed package.
        report: Where problems go.
    """

    def __init__(self, root: Traversable, report: Report) -> None:
        self._root = root
        self._report = report

    def names(self) -> tuple[str, ...]:
        """The files of the folder, sorted. Raises `SeasonError` when there is no such folder."""
        if not self._root.is_dir():
            raise SeasonError([Problem("", 0, "", "folder.missing")])
        return tuple(sorted(each.name for each in self._root.iterdir() if each.is_file()))

    def text(self, name: str) -> str | None:
        """What the file says; `None` when it is missing, or cannot be read or is not UTF-8, which is a problem."""
        if not self.has(name):
            return None
        content = b""
        try:
            content = self._root.joinpath(name).read_bytes()
            return content.decode("utf-8").lstrip(_MARK)
        except UnicodeDecodeError as error:
            self._report.file(name, "file.encoding", content.count(b"\n", 0, error.start) + 1)
        except OSError:
            self._report.file(name, "file.unreadable")
        return None

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return self._root.joinpath(name).is_file()

    def table(self, name: str, kind: type[R]) -> Table[R]:
        """The rows of a CSV file, with commas or semicolons, as records of `kind`."""
        text = self.text(name)
        if text is None:
            return Table(is_sound=not self.has(name))
        return _TableReader(name, kind, self._report).read(text)


class _TableReader(Generic[R]):
    """Makes records of the rows of one file, and reports what cannot be one."""

    def __init__(self, file: str, kind: type[R], report: Report) -> None:
        self._file = file
        self._make: Callable[..., R] = kind
        self._report = report
        self._columns = columns(kind)
        self._is_cut = False
        self._named: list[Named] = []

    def read(self, text: str) -> Table[R]:
        rows = self._rows(text)
        _, header = next(rows, (1, []))
        names = [name.strip().lower() for name in header]
        if self._is_cut or not self._header_is_right(names):
            return Table(is_sound=False)
        records: list[R] = []
        keys: dict[str, int] = {}
        damaged: set[str] = set()
        for line, cells in rows:
            values = dict(zip(names, (cell.strip() for cell in cells), strict=False))
            self._note_key(values.get("key", ""), line, keys)
            record = self._record(line, values) if self._has_room(line, cells, len(names)) else None
            if record is not None:
                records.append(record)
            else:
                damaged.add(values.get("document", ""))
        return Table(tuple(records), keys, not self._is_cut, tuple(self._named), frozenset(damaged))

    def _has_room(self, line: int, cells: Sequence[str], count: int) -> bool:
        """Whether all the cells have a column. One too many may be a comma inside a number, even where the last is empty."""
        if len(cells) <= count:
            return True
        self._report.file(self._file, "row.too-long", line, columns=count)
        return False

    def _rows(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Each row that is not blank, with the line it begins on."""
        first = next((line for line in text.splitlines() if line.strip()), "")
        delimiter = ";" if first.count(";") > first.count(",") else ","
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error:
            self._report.file(self._file, "file.quotes", line)
            self._is_cut = True

    def _header_is_right(self, names: Sequence[str]) -> bool:
        known = [column.name for column in self._columns]
        needed = [column.name for column in self._columns if column.is_needed]
        if not any(name in known for name in names):
            code, row = ("file.no-columns", 1) if names else ("file.empty", 0)
            self._report.file(self._file, code, row, columns=", ".join(needed))
            return False
        absent = [name for name in known if name not in names]
        meant = {name: near(name, absent) for name in names if name and name not in known}
        slips = [each.get("close") for each in meant.values()]
        wrong = [("column.unknown", name) for name in meant]
        wrong += [("column.repeated", name) for name in known if names.count(name) > 1]
        wrong += [("column.missing", name) for name in absent if name in needed and name not in slips]
        for code, name in wrong:
            self._report.cell(self._file, 1, name, code, **meant.get(name, {}))
        return not wrong

    def _note_key(self, key: str, line: int, keys: dict[str, int]) -> None:
        if key in keys:
            self._report.cell(self._file, line, "key", "key.repeated", found=key, line=keys[key])
        elif key:
            keys[key] = line

    def _record(self, line: int, cells: Mapping[str, str]) -> R | None:
        before = len(self._report.problems)
        values = {column.name: self._value(line, column, cells.get(column.name, "")) for column in self._columns}
        if len(self._report.problems) > before:
            self._named += [
                Named(self._file, line, column, values[column.name])
                for column in self._columns
                if column.points_to and values[column.name]
            ]
            return None
        return self._make(file=self._file, row=line, **values)

    def _value(self, line: int, column: Column, content: str) -> Any:
        if column.is_list:
            return tuple(self._read(line, column, part.strip()) for part in content.split(" / ") if part.strip())
        if content:
            return self._read(line, column, content)
        if column.is_needed:
            self._report.cell(self._file, line, column.name, "cell.missing")
        return None

    def _read(self, line: int, column: Column, content: str) -> Any:
        try:
            return column.read(content)
        except InvalidInput as error:
            self._report.error(self._file, line, column.name, error)
            return None
