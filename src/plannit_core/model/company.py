"""A company's settings, and its series of numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from attrs import field, frozen

from ..errors import InvalidInput
from ..values.checks import is_a, is_count, is_flag, is_text, tuple_of
from ..values.ids import CompanyId, SeriesId
from ..values.lines import check_currency
from ..values.money import Currency, currency_of
from ..values.numbering import Numbering
from ..values.schedule import Schedule
from ..values.shown import shown
from ..values.tax import TaxGroup


class Split(StrEnum):
    """How a quote is shared over its invoices."""

    EXACT = "exact"
    PER_INVOICE = "per_invoice"


class Language(StrEnum):
    """The languages documents can be in."""

    FR = "fr"
    EN = "en"


_LANGUAGE = re.compile(r"(fr|en)([_-][A-Za-z0-9]{2,8})?", re.ASCII)


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _split(value: Split | str) -> Split:
    if not isinstance(value, str) or value not in tuple(Split):
        raise InvalidInput("settings.split", path="split")
    return Split(value)


def _currency(value: str) -> Currency:
    return currency_of(value)


def _language(value: str) -> str:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise InvalidInput("settings.language", path="language")
    return value


def _time_zone(value: str) -> str:
    if not isinstance(value, str) or value not in _time_zones():
        raise InvalidInput("settings.time-zone", path="time_zone")
    return value


def _schedules(values: Iterable[Schedule]) -> tuple[Schedule, ...]:
    return schedules_of(values, "default_schedules")


@frozen
class CompanySettings:
    """What a company decided once. A preset (`plannit_core.presets`) is one ready made; `attrs.evolve` changes it.

    Attributes:
        name: The company's name, never blank.
        currency: ISO 4217; one for each company.
        language: `fr`, `en`, or with a region: `fr_CA`.
        time_zone: IANA name; every day of the company is a day there.
        tax_group: The taxes of a line that names none.
        job_numbers: Given when a job opens.
        quote_numbers: Given when a quote is first sent.
        invoice_numbers: Given when an invoice is issued.
        terms_days: Days from the invoice's date to its due date, 0 to 3,650; 0 is due on receipt.
        quote_validity_days: Days from sending to a quote's last day, 0 to 3,650.
        generates_on_approval: Whether approving a quote makes its invoices.
        sends_on_approval: Whether those due at once also leave at once; else they are drafts without a day, which a person sends.
        has_first_payment_on_approval: Whether the first instalment is due on approval, whatever the schedule says.
        rounds_cash: Whether cash settles to the nearest 0.05.
        split: `exact`, or `per_invoice` (each invoice's taxes anew from its own lines; their sum may differ by cents).
        day_cap: How many invoices may leave in one run of the day before a person has to look, 1 to 100,000.
        default_schedules: Offered on a quote that names none.

    Raises:
        InvalidInput: `settings.…`, `money.currencies` for default schedules in another one, or the errors of the fields.
    """

    __repr__ = shown

    name: str = field(validator=is_text(200, empty="settings.no-name"))
    currency: Currency = field(converter=_currency)
    language: str = field(converter=_language)
    time_zone: str = field(converter=_time_zone)
    tax_group: TaxGroup = field(validator=is_a(TaxGroup))
    job_numbers: Numbering = field(validator=is_a(Numbering))
    quote_numbers: Numbering = field(validator=is_a(Numbering))
    invoice_numbers: Numbering = field(validator=is_a(Numbering))
    terms_days: int = field(default=0, validator=is_count(0, 3_650))
    quote_validity_days: int = field(default=30, validator=is_count(0, 3_650))
    generates_on_approval: bool = field(default=True, validator=is_flag)
    sends_on_approval: bool = field(default=True, validator=is_flag)
    has_first_payment_on_approval: bool = field(default=False, validator=is_flag)
    rounds_cash: bool = field(default=True, validator=is_flag)
    split: Split = field(default=Split.EXACT, converter=_split)
    day_cap: int = field(default=1_000, validator=is_count(1, 100_000))
    default_schedules: tuple[Schedule, ...] = field(default=(), converter=_schedules)

    def __attrs_post_init__(self) -> None:
        for index, schedule in enumerate(self.default_schedules):
            check_currency(schedule.currency or self.currency, self.currency, f"default_schedules[{index}]")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone, to reckon with."""
        return ZoneInfo(self.time_zone)


def schedules_of(values: Iterable[Schedule], path: str) -> tuple[Schedule, ...]:
    """`values` as schedules offered side by side.

    Raises:
        InvalidInput: `schedule.no-name` when one of several has none, `schedule.same-name`.
    """
    schedules = tuple_of(values, Schedule, path, limit=20)
    names = [schedule.name for schedule in schedules]
    if len(schedules) > 1:
        if None in names:
            raise InvalidInput("schedule.no-name", path=path)
        if len(set(names)) < len(names):
            raise InvalidInput("schedule.same-name", path=path)
    return schedules


@frozen
class Company:
    """A company as stored: its settings, and whether its numbers are held.

    Attributes:
        id: Always `com_settings`: a company has one.
        version: 1 when first configured.
        settings: What was decided.
        numbers_are_held: Whether no number is given for now: whoever restored a backup has not said yet what was given since.
    """

    __repr__ = shown

    kind: ClassVar[str] = "company"
    ID: ClassVar[CompanyId] = CompanyId("com_settings")

    id: CompanyId
    version: int
    settings: CompanySettings
    numbers_are_held: bool = False


@frozen
class Series:
    """How far a series of numbers has come.

    Attributes:
        id: `ser_invoice`, or `ser_invoice_2026` where each year has its own.
        version: 1 when first stored.
        last: The count given last.
        start: The start that was in force then; when the setting differs, the series begins again there.
    """

    __repr__ = shown

    kind: ClassVar[str] = "series"

    id: SeriesId
    version: int
    last: int
    start: int
