"""Hypothesis strategies for every public type: `strategies.lines()`, `strategies.invoices()`, `strategies.commands()` and so on.

They are registered, so `st.from_type(Invoice)` and `@given(...)` with annotations work, too. Values are in Canadian dollars unless
another currency is given; records are made by commands; commands name what is in no books.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ...commands import Command
from ...handlers import HANDLERS
from ...model.company import CompanySettings
from ...model.contact import Contact
from ...model.invoice import Invoice
from ...model.job import Job
from ...model.quote import Quote
from ...model.work_order import WorkOrder
from ...values.actors import Actor
from ...values.ids import ID_TYPES
from ...values.lines import Line
from ...values.money import Currency, Money, Price
from ...values.numbering import Numbering
from ...values.schedule import Discount, Instalment, Schedule, Share, When
from ...values.tax import Tax, TaxGroup
from .fields import commands, in_any_currency, of
from .records import contacts, invoices, jobs, quotes, work_orders
from .values import (
    actors,
    company_settings,
    currencies,
    discounts,
    due_dates,
    ids,
    instalments,
    lines,
    money,
    numberings,
    prices,
    schedules,
    several_schedules,
    shares,
    tax_groups,
    taxes,
    whens,
)

__all__ = [
    "actors",
    "commands",
    "company_settings",
    "contacts",
    "currencies",
    "discounts",
    "due_dates",
    "ids",
    "in_any_currency",
    "instalments",
    "invoices",
    "jobs",
    "lines",
    "money",
    "numberings",
    "of",
    "prices",
    "quotes",
    "schedules",
    "several_schedules",
    "shares",
    "tax_groups",
    "taxes",
    "whens",
    "work_orders",
]

_BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    **{kind: ids(kind) for kind in ID_TYPES.values()},
    **{kind: of(kind) for kind in HANDLERS},
    Command: commands(),
    Actor: actors(),
    CompanySettings: company_settings(),
    Contact: contacts(),
    Currency: currencies(),
    Discount: discounts(),
    Instalment: instalments(),
    Invoice: invoices(),
    Job: jobs(),
    Line: lines(),
    Money: money(),
    Numbering: numberings(),
    Price: prices(),
    Quote: quotes(),
    Schedule: schedules(),
    Share: shares(),
    Tax: taxes(),
    TaxGroup: tax_groups(),
    When: whens(at_billing=True),
    WorkOrder: work_orders(),
}
for _kind, _strategy in _BY_TYPE.items():
    st.register_type_strategy(_kind, _strategy)
