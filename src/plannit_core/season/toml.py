"""Reads a TOML file table by table, and finds the line a problem stands on."""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar, cast

from .near import near
from .problems import Report

T = TypeVar("T")
_EXPECTED: Mapping[type, Mapping[str, str]] = {
    str: {"expected": "string", "example": '"…"'},
    int: {"expected": "integer", "example": "30"},
    bool: {"expected": "boolean", "example": "true"},
    date: {"expected": "date", "example": "2026-06-15"},
    list: {"expected": "array", "example": "[ … ]"},
    dict: {"expected": "table", "example": "{ … }"},
}
_POSITION = re.compile(r"\(at line (\d+)")


def load_toml(file: str, text: str, report: Report) -> TomlTable | None:
    """The whole of a TOML file as a table; `None` when it is not TOML, which is a problem."""
    try:
        values = tomllib.loads(io.StringIO(text, newline=None).read(), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        at = _POSITION.search(str(error))
        report.file(file, "file.toml", int(at.group(1)) if at else text.count("\n") + 1)
        return None
    return TomlTable(file, text, "", values, report)


class TomlTable:
    """One table of a TOML file; each key is taken once, and what is left over at the end is a problem.

    Args:
        file: The file's name.
        text: All of it, to find lines in.
        path: The table's own name, such as `settings`; empty for the top of the file.
        values: What the table holds.
        report: Where problems go.
        place: Which of several tables of this name, counted from 0.
    """

    def __init__(
        self, file: str, text: str, path: str, values: Mapping[str, Any], report: Report, place: int = 0
    ) -> None:
        self.file = file
        self.path = path
        self._text = text
        self._left = dict(values)
        self._asked: list[str] = []
        self._report = report
        self._place = place

    def take(self, key: str, kind: type[T]) -> T | None:
        """The value of `key`; `None` when it is absent, or of another type, which is a problem."""
        self._asked.append(key)
        value: Any = self._left.pop(key, None)
        if value is not None and not _is_a(value, kind):
            self.problem(key, "value.wrong-type", **_EXPECTED[kind])
            return None
        return cast("T | None", value)

    def need(self, key: str, kind: type[T]) -> T | None:
        """As `take`; its absence is a problem too."""
        if key not in self._left:
            self.problem(key, "cell.missing")
        return self.take(key, kind)

    def tables(self, key: str) -> tuple[TomlTable, ...]:
        """The tables written `[[key]]`."""
        values = self.take(key, list) or []
        if not all(isinstance(each, dict) for each in values):
            self.problem(key, "value.wrong-type", **_EXPECTED[dict])
            return ()
        path = self._named(key)
        return tuple(TomlTable(self.file, self._text, path, each, self._report, n) for n, each in enumerate(values))

    def table(self, key: str) -> TomlTable | None:
        """The table written `[key]`; `None` when it is absent, or no table."""
        values = self.take(key, dict)
        return None if values is None else TomlTable(self.file, self._text, self._named(key), values, self._report)

    def keys(self) -> tuple[str, ...]:
        """The keys not taken yet, in the order of the file."""
        return tuple(self._left)

    def finish(self) -> None:
        """Reports every key that nobody took."""
        for key in self._left:
            self.problem(key, "column.unknown", **near(key, self._asked))

    def problem(self, key: str, code: str, /, **params: object) -> None:
        """A problem of `key`, or of the whole table when `key` is empty."""
        self._report.cell(self.file, self.line(key), self._named(key) if key else self.path, code, **params)

    def line(self, key: str = "") -> int:
        """The line `key` stands on; that of the table's header when it is absent."""
        wanted = re.compile(rf"\s*[\"']?{re.escape(key.partition('[')[0])}[\"']?\s*=")
        current, seen, header = "", -1, 1
        for number, line in enumerate(self._text.splitlines(), 1):
            title = re.match(r"\s*\[\[?\s*([^]]+?)\s*\]", line)
            if title:
                current = title.group(1).strip("\"'")
                seen += current == self.path
                header = number if (current, seen) == (self.path, self._place) else header
            elif current == self.path and seen in (self._place, -1) and wanted.match(line):
                return number
        return header

    def _named(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def _is_a(value: object, kind: type) -> bool:
    """Whether a TOML value is of `kind`, a truth value being no number and an instant no day."""
    if isinstance(value, bool | datetime):
        return isinstance(value, kind) and kind in (bool, datetime)
    return isinstance(value, kind) and (kind is not date or type(value) is date)
