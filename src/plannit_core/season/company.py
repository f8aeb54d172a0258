"""Reads `company.toml`: who the company is, its season, its settings and their changes by day."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs

from .. import presets
from ..errors import InvalidInput
from ..model.company import CompanySettings
from ..values.ids import company_id
from ..values.numbering import Numbering
from .near import near
from .plan import Change, CompanyPlan
from .problems import Report
from .records import COMPANY
from .toml import TomlTable, load_toml

_PRESETS = {"quebec": presets.quebec}
_SETTINGS: dict[str, type] = {
    "language": str,
    "time_zone": str,
    "terms_days": int,
    "quote_validity_days": int,
    "generates_on_approval": bool,
    "sends_on_approval": bool,
    "has_first_payment_on_approval": bool,
    "rounds_cash": bool,
    "split": str,
    "day_cap": int,
}
_NUMBERS = ("job_numbers", "quote_numbers", "invoice_numbers")
_NUMBERING: dict[str, type] = {
    "prefix": str,
    "suffix": str,
    "length": int,
    "start": int,
    "restart": str,
    "strict": bool,
}


def read_company(text: str, report: Report) -> CompanyPlan | None:
    """The company of the file; `None` when anything in it is wrong, which is reported.

    Args:
        text: What the file says.
        report: Where problems go.
    """
    before = len(report.problems)
    top = load_toml(COMPANY, text, report)
    if top is None:
        return None
    key, starts_on, ends_on = _key(top), top.need("starts_on", date), top.need("ends_on", date)
    if starts_on and ends_on and ends_on < starts_on:
        top.problem("ends_on", "day.out-of-order", before="starts_on")
        ends_on = None
    settings = _first_settings(top, report)
    later = _later_settings(top, settings, starts_on, ends_on)
    top.finish()
    if len(report.problems) > before or key is None or starts_on is None or ends_on is None:
        return None
    return CompanyPlan(key, starts_on, ends_on, (Change(starts_on, settings, top.line()), *later))


def _key(top: TomlTable) -> str | None:
    key = top.need("key", str)
    try:
        return None if key is None else company_id(key)
    except InvalidInput as error:
        top.problem("key", error.code, **error.params)
        return None


def _first_settings(top: TomlTable, report: Report) -> CompanySettings:
    """The preset, with what `[settings]` and the tables of numbers say otherwise."""
    name, preset = top.need("name", str), top.need("preset", str)
    if preset is not None and preset not in _PRESETS:
        top.problem("preset", "choice.unknown", found=preset, allowed=", ".join(_PRESETS), **near(preset, _PRESETS))
    settings = _PRESETS.get(preset or "", presets.quebec)(name="-")
    if name is not None:
        settings = _evolved(top, "name", settings, name=name)
    table = top.table("settings")
    if table is not None:
        settings = _changed(table, settings)
        table.finish()
    if preset in _PRESETS:
        report.language = settings.language[:2]
    for key in _NUMBERS:
        numbering = top.table(key)
        if numbering is not None:
            settings = _evolved(top, key, settings, **{key: _numbering(numbering, getattr(settings, key))})
    return settings


def _later_settings(
    top: TomlTable, settings: CompanySettings, starts_on: date | None, ends_on: date | None
) -> tuple[Change, ...]:
    """The tables `[[changes]]`, each on top of those before it."""
    changes: list[Change] = []
    last = starts_on
    for table in top.tables("changes"):
        on = table.need("on", date)
        settings = _changed(table, settings)
        table.finish()
        if on is None or last is None or ends_on is None:
            continue
        if on <= last:
            table.problem("on", "day.out-of-order", before=last.isoformat())
        elif on > ends_on:
            table.problem("on", "day.outside-season", start=starts_on, end=ends_on)
        last = on
        changes.append(Change(on, settings, table.line()))
    return tuple(changes)


def _changed(table: TomlTable, settings: CompanySettings) -> CompanySettings:
    """`settings` with what the table says; a value that cannot be is reported and left out."""
    for key, kind in _SETTINGS.items():
        value: Any = table.take(key, kind)
        if value is not None:
            settings = _evolved(table, key, settings, **{key: value})
    return settings


def _evolved(table: TomlTable, key: str, settings: CompanySettings, **change: Any) -> CompanySettings:
    try:
        return attrs.evolve(settings, **change)
    except InvalidInput as error:
        table.problem(key, error.code, **error.params)
        return settings


def _numbering(table: TomlTable, numbering: Numbering) -> Numbering:
    for key, kind in _NUMBERING.items():
        value: Any = table.take(key, kind)
        if value is None:
            continue
        try:
            numbering = attrs.evolve(numbering, **{key: value})
        except InvalidInput as error:
            table.problem(key, error.code, **error.params)
    table.finish()
    return numbering
