"""The domain of a small trade business: one customer request, one job folder, and every document finds its way into it.

An independent implementation, not affiliated with Plannit.
"""

from __future__ import annotations

from . import commands, presets
from .app import Plannit
from .clocks import FixedClock, SystemClock
from .decisions import Decision
from .errors import (
    Conflict,
    InvalidInput,
    NotFound,
    PlannitError,
    Reason,
    Refused,
    SchemaError,
    StorageError,
    Unavailable,
)
from .model.company import CompanySettings
from .policies import Permission, Policies
from .values.actors import Actor
from .values.ids import ContactId, InvoiceId, JobId, PaymentId, QuoteId, WorkOrderId
from .values.lines import Line
from .values.money import Currency, Money, Price
from .values.numbering import Numbering
from .values.schedule import Discount, Instalment, Schedule, Share, When
from .values.tax import Tax, TaxGroup

__all__ = [
    # the door
    "Plannit",
    "Actor",
    "Decision",
    "commands",
    "presets",
    "CompanySettings",
    "Policies",
    "Permission",
    "FixedClock",
    "SystemClock",
    # values
    "Money",
    "Price",
    "Currency",
    "Line",
    "Tax",
    "TaxGroup",
    "Schedule",
    "Instalment",
    "When",
    "Share",
    "Discount",
    "Numbering",
    # ids
    "ContactId",
    "JobId",
    "QuoteId",
    "InvoiceId",
    "WorkOrderId",
    "PaymentId",
    # errors
    "PlannitError",
    "InvalidInput",
    "Refused",
    "Reason",
    "NotFound",
    "Conflict",
    "StorageError",
    "Unavailable",
    "SchemaError",
]
