"""The life cycles of jobs, quotes, invoices and work orders, as tables.

A table holds what a *person* did. What follows from amounts or the calendar (paid, partially paid, overdue, expired) is derived
from the record and the day, and is never a state. Diagrams, a screen's allowed actions and tests are all read off these tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Generic, TypeVar

from attrs import frozen

from .errors import Reason, Refused, reason
from .values.shown import shown


class JobState(StrEnum):
    """A job folder is open."""

    OPEN = "open"


class JobAction(StrEnum):
    """What one can do in a job folder."""

    EDIT = "edit"
    DRAFT_QUOTE = "draft_quote"
    DRAFT_INVOICE = "draft_invoice"
    PLAN_WORK_ORDER = "plan_work_order"


class QuoteState(StrEnum):
    """What was done with a quote."""

    DRAFT = "draft"
    SENT = "sent"
    APPROVED = "approved"
    DECLINED = "declined"


class QuoteAction(StrEnum):
    """What one can do with a quote."""

    EDIT = "edit"
    SEND = "send"
    APPROVE = "approve"
    DECLINE = "decline"
    EXTEND = "extend"
    GENERATE_INVOICES = "generate_invoices"


class InvoiceState(StrEnum):
    """What was done with an invoice."""

    DRAFT = "draft"
    ISSUED = "issued"
    VOIDED = "voided"


class InvoiceAction(StrEnum):
    """What one can do with an invoice."""

    EDIT = "edit"
    PLAN = "plan"
    HOLD = "hold"
    ISSUE = "issue"
    SEND = "send"
    RECORD_PAYMENT = "record_payment"
    VOID_PAYMENT = "void_payment"
    REFUND = "refund"
    ADJUST = "adjust"
    PLAN_INSTALMENT = "plan_instalment"
    MOVE = "move"
    DISCARD = "discard"
    VOID = "void"


class PaymentState(StrEnum):
    """What an issued invoice's amounts say; derived, never stored."""

    TO_PAY = "to_pay"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"


class WorkOrderState(StrEnum):
    """What was done with a work order."""

    PLANNED = "planned"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class WorkOrderAction(StrEnum):
    """What one can do with a work order."""

    COMPLETE = "complete"
    CANCEL = "cancel"
    ADD_INVOICE = "add_invoice"
    ATTACH_INVOICE = "attach_invoice"
    DETACH_INVOICE = "detach_invoice"


S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


@frozen
class Machine(Generic[S, A]):
    """A life cycle: for each state, the actions it allows and the state each leads to.

    >>> QUOTE.after(QuoteState.SENT, QuoteAction.APPROVE)
    <QuoteState.APPROVED: 'approved'>

    Attributes:
        kind: The kind of record, such as `invoice`.
        initial: The state of a new record.
        actions: Every action, in the order a screen shows them.
        table: State to action to next state; `None` where the record ends.
    """

    __repr__ = shown

    kind: str
    initial: S
    actions: tuple[A, ...]
    table: Mapping[S, Mapping[A, S | None]]

    def allows(self, state: S, action: A) -> bool:
        """Whether `state` allows `action`."""
        return action in self.table[state]

    def objections(self, state: S, action: A) -> tuple[Reason, ...]:
        """Nothing when `state` allows `action`, else one reason whose code is kind and state, such as `invoice.voided`."""
        if self.allows(state, action):
            return ()
        return (reason(f"{self.kind}.{state}", action=str(action)),)

    def after(self, state: S, action: A) -> S | None:
        """The state that `action` leads to; `None` when the record ends.

        Raises:
            Refused: `<kind>.<state>`.
        """
        if objections := self.objections(state, action):
            raise Refused(objections)
        return self.table[state][action]

    def mermaid(self) -> str:
        """The life cycle as the text of a Mermaid state diagram."""
        arrows = [f"    [*] --> {self.initial}"]
        for state, row in self.table.items():
            targets: dict[str, list[str]] = {}
            for action, target in row.items():
                targets.setdefault("[*]" if target is None else str(target), []).append(str(action))
            arrows += [f"    {state} --> {target}: {', '.join(actions)}" for target, actions in targets.items()]
            if not row:
                arrows.append(f"    {state} --> [*]")
        return "\n".join(["stateDiagram-v2", *arrows])


JOB = Machine(
    "job",
    JobState.OPEN,
    tuple(JobAction),
    {JobState.OPEN: dict.fromkeys(JobAction, JobState.OPEN)},
)

QUOTE = Machine(
    "quote",
    QuoteState.DRAFT,
    tuple(QuoteAction),
    {
        QuoteState.DRAFT: {QuoteAction.EDIT: QuoteState.DRAFT, QuoteAction.SEND: QuoteState.SENT},
        QuoteState.SENT: {
            QuoteAction.SEND: QuoteState.SENT,
            QuoteAction.APPROVE: QuoteState.APPROVED,
            QuoteAction.DECLINE: QuoteState.DECLINED,
            QuoteAction.EXTEND: QuoteState.SENT,
        },
        QuoteState.APPROVED: {QuoteAction.GENERATE_INVOICES: QuoteState.APPROVED},
        QuoteState.DECLINED: {},
    },
)

INVOICE = Machine(
    "invoice",
    InvoiceState.DRAFT,
    tuple(InvoiceAction),
    {
        InvoiceState.DRAFT: {
            InvoiceAction.EDIT: InvoiceState.DRAFT,
            InvoiceAction.PLAN: InvoiceState.DRAFT,
            InvoiceAction.HOLD: InvoiceState.DRAFT,
            InvoiceAction.PLAN_INSTALMENT: InvoiceState.DRAFT,
            InvoiceAction.MOVE: InvoiceState.DRAFT,
            InvoiceAction.ISSUE: InvoiceState.ISSUED,
            InvoiceAction.SEND: InvoiceState.ISSUED,
            InvoiceAction.RECORD_PAYMENT: InvoiceState.ISSUED,
            InvoiceAction.DISCARD: None,
        },
        InvoiceState.ISSUED: {
            InvoiceAction.SEND: InvoiceState.ISSUED,
            InvoiceAction.RECORD_PAYMENT: InvoiceState.ISSUED,
            InvoiceAction.VOID_PAYMENT: InvoiceState.ISSUED,
            InvoiceAction.REFUND: InvoiceState.ISSUED,
            InvoiceAction.ADJUST: InvoiceState.ISSUED,
            InvoiceAction.PLAN_INSTALMENT: InvoiceState.ISSUED,
            InvoiceAction.MOVE: InvoiceState.ISSUED,
            InvoiceAction.VOID: InvoiceState.VOIDED,
        },
        InvoiceState.VOIDED: {},
    },
)

WORK_ORDER = Machine(
    "work_order",
    WorkOrderState.PLANNED,
    tuple(WorkOrderAction),
    {
        WorkOrderState.PLANNED: {
            WorkOrderAction.COMPLETE: WorkOrderState.COMPLETED,
            WorkOrderAction.CANCEL: WorkOrderState.CANCELLED,
            WorkOrderAction.ADD_INVOICE: WorkOrderState.PLANNED,
            WorkOrderAction.ATTACH_INVOICE: WorkOrderState.PLANNED,
            WorkOrderAction.DETACH_INVOICE: WorkOrderState.PLANNED,
        },
        WorkOrderState.COMPLETED: {
            WorkOrderAction.ADD_INVOICE: WorkOrderState.COMPLETED,
            WorkOrderAction.ATTACH_INVOICE: WorkOrderState.COMPLETED,
            WorkOrderAction.DETACH_INVOICE: WorkOrderState.COMPLETED,
        },
        WorkOrderState.CANCELLED: {WorkOrderAction.DETACH_INVOICE: WorkOrderState.CANCELLED},
    },
)

MACHINES: Mapping[str, Machine[Any, Any]] = {machine.kind: machine for machine in (JOB, QUOTE, INVOICE, WORK_ORDER)}
