"""Everything one can ask for, and what each gives back.

A command is frozen data; `app.do(command)` does it, `app.preview(command)` shows what it would do. The record that changes, or the
owner of what is made, comes first; an amount may follow; all else by keyword.
"""

from __future__ import annotations

from .base import UNSET, Command
from .folders import AddContact, ConfigureCompany, EditContact, EditJob, HoldNumbers, OpenJob, ResumeNumbers
from .invoices import (
    AdjustInvoice,
    DiscardDraft,
    DraftInvoice,
    EditInvoice,
    HoldInvoice,
    Intake,
    InvoiceContact,
    IssueInvoice,
    MoveInvoice,
    PlanInstalment,
    PlanInvoice,
    SendInvoice,
    SendPlannedInvoice,
    VoidInvoice,
)
from .payments import RecordPayment, RefundPayment, VoidPayment
from .quotes import (
    ApproveQuote,
    DeclineQuote,
    DraftQuote,
    EditQuote,
    ExtendQuote,
    GenerateInvoices,
    QuoteApproval,
    SendQuote,
)
from .work_orders import (
    AddInvoice,
    AttachInvoice,
    CancelWorkOrder,
    CompleteWorkOrder,
    DetachInvoice,
    PlanWorkOrder,
)

__all__ = [
    "UNSET",
    "AddContact",
    "AddInvoice",
    "AdjustInvoice",
    "ApproveQuote",
    "AttachInvoice",
    "CancelWorkOrder",
    "Command",
    "CompleteWorkOrder",
    "ConfigureCompany",
    "DeclineQuote",
    "DetachInvoice",
    "DiscardDraft",
    "DraftInvoice",
    "DraftQuote",
    "EditContact",
    "EditInvoice",
    "EditJob",
    "EditQuote",
    "ExtendQuote",
    "GenerateInvoices",
    "HoldInvoice",
    "HoldNumbers",
    "Intake",
    "InvoiceContact",
    "IssueInvoice",
    "MoveInvoice",
    "OpenJob",
    "PlanInstalment",
    "PlanInvoice",
    "PlanWorkOrder",
    "QuoteApproval",
    "RecordPayment",
    "RefundPayment",
    "ResumeNumbers",
    "SendInvoice",
    "SendPlannedInvoice",
    "SendQuote",
    "VoidInvoice",
    "VoidPayment",
]
