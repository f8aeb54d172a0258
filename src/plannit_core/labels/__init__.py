"""Words in French and English, and the forms of amounts and days.

Everything is data and plain functions: no locale of the machine is asked, and nothing is read. `lang` is `fr` or `en`, also with a
region (`fr_CA`, `en-CA`); anything else is `InvalidInput`, `labels.language`. French is that of Québec.

>>> from datetime import date
>>> from plannit_core import labels
>>> from plannit_core.values.money import Money
>>> labels.money(Money.cad("1379.65"), "en"), labels.date(date(2026, 6, 15), "fr_CA")
('$1,379.65', '15 juin 2026')
>>> labels.state("invoice", "voided", "fr"), labels.action("invoice", "void", "fr")
('Annulée', 'Annuler')
"""

from __future__ import annotations

from .formats import date, money, number, percent, quantity, short_date, tax, tax_name
from .problems import problem
from .reasons import REASONS, error, reason
from .templates import Template
from .timeline import event_sentence
from .words import (
    action,
    event,
    kind,
    payment_kind,
    payment_method,
    payment_state,
    permission,
    state,
    when,
    when_kind,
)

__all__ = [
    "REASONS",
    "Template",
    "action",
    "date",
    "error",
    "event",
    "event_sentence",
    "kind",
    "money",
    "number",
    "payment_kind",
    "payment_method",
    "payment_state",
    "percent",
    "permission",
    "problem",
    "quantity",
    "reason",
    "short_date",
    "state",
    "tax",
    "tax_name",
    "when",
    "when_kind",
]
