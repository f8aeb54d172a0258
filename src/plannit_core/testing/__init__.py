"""For tests: the conformance kit for storages, strategies, builders, a clock that stands still and ids that count.

Needs the extra `testing`: pytest and Hypothesis. `python -m plannit_core.testing my_pkg:open_storage` checks a storage without a
test suite.
"""

from __future__ import annotations

import pytest

for _module in ("checks", "company", "machine", "samples"):
    pytest.register_assert_rewrite(f"{__name__}.{_module}")  # so that a failed check shows its values

from ..clocks import FixedClock
from . import strategies
from .base import Ability, Check, Opener
from .builders import (
    a_contact,
    a_contact_without_an_address,
    a_declined_quote,
    a_draft_invoice,
    a_draft_quote,
    a_job,
    a_paid_invoice,
    a_partially_paid_invoice,
    a_planned_invoice,
    a_sent_quote,
    a_voided_invoice,
    a_work_order,
    a_work_order_with_an_invoice,
    an_approved_quote,
    an_issued_invoice,
    an_office,
    an_overdue_invoice,
)
from .checks import CHECKS, TOPICS
from .conformance import StorageConformance
from .faults import Fault, Faulty
from .ids import CountingIds
from .same import same_decision

__all__ = [
    "CHECKS",
    "TOPICS",
    "Ability",
    "Check",
    "CountingIds",
    "Fault",
    "Faulty",
    "FixedClock",
    "Opener",
    "StorageConformance",
    "a_contact",
    "a_contact_without_an_address",
    "a_declined_quote",
    "a_draft_invoice",
    "a_draft_quote",
    "a_job",
    "a_paid_invoice",
    "a_partially_paid_invoice",
    "a_planned_invoice",
    "a_sent_quote",
    "a_voided_invoice",
    "a_work_order",
    "a_work_order_with_an_invoice",
    "an_approved_quote",
    "an_issued_invoice",
    "an_office",
    "an_overdue_invoice",
    "same_decision",
    "strategies",
]
