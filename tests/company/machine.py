"""The company machine: a rule for each thing that an office, its clients and the passing of time can do."""

from __future__ import annotations

from .rules_documents import DocumentRules
from .rules_doors import DoorRules
from .rules_invoices import InvoiceRules
from .rules_money import MoneyRules


class CompanyMachine(DocumentRules, InvoiceRules, MoneyRules, DoorRules):
    """A whole company. See `watch` for what is looked at after every step, and `outcomes` for each command."""
