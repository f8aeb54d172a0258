"""Reads `schedules.toml`: the payment schedules a company offers, by key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from attrs import frozen

from ..errors import InvalidInput
from ..values.money import Money
from ..values.schedule import Discount, Instalment, Schedule, When
from .amounts import read_number
from .near import near
from .problems import Report
from .records import SCHEDULES
from .toml import TomlTable, load_toml

_WHEN = {"approval": When.ON_APPROVAL, "billing": When.AT_BILLING, "later": When.TO_BE_PLANNED}
_PART_KEYS = ("part", "when", "on", "after_days", "after_months")


@frozen
class Offer:
    """A schedule as clients read it.

    Attributes:
        fr: With its French name.
        en: With its English name.
    """

    fr: Schedule
    en: Schedule

    def in_language(self, language: str) -> Schedule:
        """As a client of this language reads it."""
        return self.en if language == "en" else self.fr


Offers = Mapping[str, Offer | None]


def read_schedules(text: str, currency: str, report: Report) -> Offers | None:
    """The schedules of the file by their key, `None` for one that has a problem; `None` when it is no TOML file.

    Args:
        text: What the file says.
        currency: The company's.
        report: Where problems go.
    """
    top = load_toml(SCHEDULES, text, report)
    if top is None:
        return None
    tables = {key: top.table(key) for key in top.keys()}  # noqa: SIM118 -- not a mapping
    return {key: _offer(table, key, currency) if table else None for key, table in tables.items()}


def _offer(table: TomlTable, key: str, currency: str) -> Offer | None:
    invoices = table.need("invoices", str)
    if invoices not in ("one", "many", None):
        table.problem(
            "invoices", "choice.unknown", found=invoices, allowed="one, many", **near(invoices, ("one", "many"))
        )
    name_fr = table.take("name_fr", str) or key
    name_en = table.take("name_en", str) or name_fr
    discount = _discount(table, currency)
    written = table.need("parts", list)
    parts = [_instalment(table, number, part, currency) for number, part in enumerate(written or [], 1)]
    table.finish()
    instalments = [part for part in parts if part is not None]
    if invoices not in ("one", "many") or written is None or len(instalments) < len(parts):
        return None
    try:
        return Offer(
            *(Schedule(instalments, invoices == "many", name=name, discount=discount) for name in (name_fr, name_en))
        )
    except InvalidInput as error:
        table.problem("parts", error.code, **error.params)
        return None


def _discount(table: TomlTable, currency: str) -> Discount | None:
    written = table.take("discount", str)
    if written is None:
        return None
    try:
        if written.endswith("%"):
            return Discount.percent(read_number(written[:-1]))
        return Discount.amount(Money(read_number(written), currency))
    except InvalidInput as error:
        table.problem("discount", error.code, **error.params)
        return None


def _instalment(table: TomlTable, number: int, part: Any, currency: str) -> Instalment | None:
    """One `{ part = "30 %", when = "approval" }`; `None` with a problem."""
    place = f"parts[{number}]"
    if not isinstance(part, dict) or not isinstance(part.get("part"), str):
        table.problem(place, "schedule.part")
        return None
    for key in part.keys() - set(_PART_KEYS):
        table.problem(f"{place}.{key}", "column.unknown", **near(key, _PART_KEYS))
        return None
    try:
        return _shared(part["part"], _when(part), currency)
    except InvalidInput as error:
        table.problem(place, error.code, **error.params)
        return None


def _when(part: Mapping[str, Any]) -> When:
    """The day of a part. Raises `InvalidInput`: `schedule.when` unless it is said in exactly one way, and as `When`."""
    said = [key for key in _PART_KEYS[1:] if key in part]
    if len(said) != 1:
        raise InvalidInput("schedule.when")
    key, value = said[0], part[said[0]]
    if key == "on" and type(value) is date:
        return When.on(value)
    if key == "after_days":
        return When.after(days=value)
    if key == "after_months":
        return When.after(months=value)
    if key == "when" and value in _WHEN:
        return _WHEN[value]
    raise InvalidInput("schedule.when")


def _shared(part: str, when: When, currency: str) -> Instalment:
    """The share that `30 %`, `500.00` or `rest` says."""
    if part.strip().lower() in ("rest", "reste"):
        return Instalment.rest(when)
    if part.strip().endswith("%"):
        return Instalment.percent(read_number(part.strip()[:-1]), when)
    return Instalment.fixed(Money(read_number(part), currency), when)
