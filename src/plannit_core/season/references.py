"""Checks that hold for every file alike: keys, references, and days."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from .cells import Column, as_day, columns
from .index import Index
from .problems import Placed, Report
from .records import CONTACTS, PRICES

_OWN_KEYS = (CONTACTS, PRICES)


def check_references(index: Index, report: Report) -> None:
    """Files that are missing or have no rows, keys used once, references that exist by then, days in the season and in order."""
    for file in index.missed:
        report.file(file, "file.missing" if file in index.tables.absent else "file.no-rows")
    _check_keys(index, report)
    tables = index.tables
    for table in (*tables.by_file().values(), *tables.lines.values()):
        if table.rows:
            described = columns(type(table.rows[0]))
            for row in table.rows:
                _check_days(row, described, index, report)
                for column in described:
                    _check_reference(row, column, index, report)
        for each in table.named:
            for key in each.keys:
                if not _is_known(key, each.column, index):
                    _unknown(each, each.column, key, index, report)


def _check_keys(index: Index, report: Report) -> None:
    """A key stands once in the folder, apart from contacts and prices, which are only ever named as such."""
    seen: dict[str, str] = {}
    for file, table in index.tables.by_file().items():
        for key, line in table.keys.items():
            if file in _OWN_KEYS:
                continue
            if key in seen:
                report.cell(file, line, "key", "key.in-two-files", found=key, other=seen[key])
            seen.setdefault(key, file)


def _check_days(row: Any, described: tuple[Column, ...], index: Index, report: Report) -> None:
    company = index.tables.company
    for column in described:
        day = getattr(row, column.name)
        if company and column.read is as_day and day and not company.starts_on <= day <= company.ends_on:
            report.at(row, column.name, "day.outside-season", start=company.starts_on, end=company.ends_on)
    given = [(name, getattr(row, name)) for name in row.order if getattr(row, name)]
    for (earlier, first), (later, second) in pairwise(given):
        if second < first:
            report.at(row, later, "day.out-of-order", before=earlier)


def _check_reference(row: Any, column: Column, index: Index, report: Report) -> None:
    if not column.points_to:
        return
    value = getattr(row, column.name)
    for key in value if column.is_list else (value,):
        if key is None:
            continue
        if not _is_known(key, column, index):
            _unknown(row, column, key, index, report)
            continue
        target = next((found for file in column.points_to if (found := index.row(file, key))), None)
        if target is not None:
            check_by_then(row, column.name, target.day, report)


def _is_known(key: str, column: Column, index: Index) -> bool:
    return any(index.knows(file, key) for file in column.points_to)


def _unknown(record: Placed, column: Column, key: str, index: Index, report: Report) -> None:
    report.at(record, column.name, "key.unknown", **index.unknown(key, *column.points_to))


def check_by_then(row: Any, column: str, day: date | None, report: Report) -> None:
    """Reports a row that names something that only comes later."""
    if day is not None and row.day is not None and row.day < day:
        report.at(row, column, "day.too-early", since=day)
