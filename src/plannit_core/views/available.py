"""What one can do with a record now, and why not the rest: read off the life cycles and the guards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any

from attrs import frozen

from .. import commands as c
from ..errors import InvalidInput, Reason, reason
from ..lifecycle import (
    INVOICE,
    JOB,
    MACHINES,
    QUOTE,
    WORK_ORDER,
    InvoiceAction,
    JobAction,
    QuoteAction,
    WorkOrderAction,
)
from ..policies import Policies, guards
from ..ports import Reader
from ..values.actors import Actor
from ..values.ids import Id


@frozen
class Available:
    """One action on a record: for a screen, a button and what greys it out.

    `allowed` is judged from the record and what the guards see of the books. A command can still be refused for what it brings
    along (an amount, another job) and for the number it would give: a strict series that is exhausted says no only then.

    Attributes:
        action: Its name in the life cycle's table.
        allowed: Whether nothing speaks against the command with its defaults.
        reasons: All that does, also missing permissions; none when it is allowed.
    """

    action: StrEnum
    allowed: bool
    reasons: tuple[Reason, ...]


@frozen
class Asked:
    """Who asks, when, and where one can look things up.

    Attributes:
        read: The books.
        actor: Who asks.
        today: The company's day.
    """

    read: Reader
    actor: Actor
    today: date


Guard = Callable[[Any, Asked], tuple[Reason, ...]]


def _table(machine: Any, action: StrEnum) -> Guard:
    return lambda record, asked: machine.objections(record.state, action)


ACTIONS: dict[tuple[str, str], tuple[type[c.Command[Any]], Guard]] = {
    ("job", "edit"): (c.EditJob, _table(JOB, JobAction.EDIT)),
    ("job", "draft_quote"): (c.DraftQuote, _table(JOB, JobAction.DRAFT_QUOTE)),
    ("job", "draft_invoice"): (c.DraftInvoice, _table(JOB, JobAction.DRAFT_INVOICE)),
    ("job", "plan_work_order"): (c.PlanWorkOrder, _table(JOB, JobAction.PLAN_WORK_ORDER)),
    ("quote", "edit"): (c.EditQuote, _table(QUOTE, QuoteAction.EDIT)),
    ("quote", "send"): (c.SendQuote, lambda quote, asked: guards.objections_to_sending_quote(quote)),
    ("quote", "approve"): (
        c.ApproveQuote,
        lambda quote, asked: guards.objections_to_approving(quote, asked.actor, asked.today, schedule=_first(quote)),
    ),
    ("quote", "decline"): (
        c.DeclineQuote,
        lambda quote, asked: guards.objections_to_declining(quote, asked.actor),
    ),
    ("quote", "extend"): (c.ExtendQuote, _table(QUOTE, QuoteAction.EXTEND)),
    ("quote", "generate_invoices"): (
        c.GenerateInvoices,
        lambda quote, asked: guards.objections_to_generating(quote),
    ),
    ("invoice", "edit"): (
        c.EditInvoice,
        lambda invoice, asked: guards.objections_to_editing(invoice, content=False),
    ),
    ("invoice", "plan"): (c.PlanInvoice, _table(INVOICE, InvoiceAction.PLAN)),
    ("invoice", "hold"): (c.HoldInvoice, _table(INVOICE, InvoiceAction.HOLD)),
    ("invoice", "issue"): (c.IssueInvoice, lambda invoice, asked: guards.objections_to_issuing(invoice)),
    ("invoice", "send"): (
        c.SendInvoice,
        lambda invoice, asked: guards.objections_to_sending(invoice, asked.read.contacts.get(invoice.contact_id)),
    ),
    ("invoice", "record_payment"): (
        c.RecordPayment,
        lambda invoice, asked: guards.objections_to_paying(invoice),
    ),
    ("invoice", "void_payment"): (
        c.VoidPayment,
        lambda invoice, asked: guards.objections_to_voiding_payment(invoice),
    ),
    ("invoice", "refund"): (c.RefundPayment, lambda invoice, asked: guards.objections_to_refunding(invoice)),
    ("invoice", "adjust"): (c.AdjustInvoice, lambda invoice, asked: guards.objections_to_adjusting(invoice)),
    ("invoice", "plan_instalment"): (
        c.PlanInstalment,
        lambda invoice, asked: guards.objections_to_planning_instalment(invoice),
    ),
    ("invoice", "move"): (c.MoveInvoice, lambda invoice, asked: guards.objections_to_moving(invoice)),
    ("invoice", "discard"): (c.DiscardDraft, _table(INVOICE, InvoiceAction.DISCARD)),
    ("invoice", "void"): (c.VoidInvoice, lambda invoice, asked: guards.objections_to_voiding(invoice)),
    ("work_order", "complete"): (c.CompleteWorkOrder, _table(WORK_ORDER, WorkOrderAction.COMPLETE)),
    ("work_order", "cancel"): (c.CancelWorkOrder, _table(WORK_ORDER, WorkOrderAction.CANCEL)),
    ("work_order", "add_invoice"): (c.AddInvoice, _table(WORK_ORDER, WorkOrderAction.ADD_INVOICE)),
    ("work_order", "attach_invoice"): (c.AttachInvoice, _table(WORK_ORDER, WorkOrderAction.ATTACH_INVOICE)),
    ("work_order", "detach_invoice"): (c.DetachInvoice, _table(WORK_ORDER, WorkOrderAction.DETACH_INVOICE)),
}
"""For each kind and action the command that does it, and the guard that the command's handler asks first."""


def actions(read: Reader, id: Id[Any], actor: Actor, today: date, policies: Policies) -> tuple[Available, ...]:
    """Every action on a record, in the table's order, with everything that speaks against it.

    Raises:
        NotFound: there is no such record.
        InvalidInput: `id.no-actions` for a kind without a life cycle.
    """
    record: Any = read.get(id)
    machine = MACHINES.get(id.kind)
    if machine is None:
        raise InvalidInput("id.no-actions", path="id", kind=id.kind)
    asked = Asked(read, actor, today)
    result = []
    for action in machine.actions:
        command, guard = ACTIONS[id.kind, action]
        reasons = guard(record, asked)
        reasons += tuple(
            reason("permission.denied", needs=str(needs)) for needs in command.needs if not policies.may(actor, needs)
        )
        result.append(Available(action, not reasons, reasons))
    return tuple(result)


def _first(quote: Any) -> str | None:
    """Any of several schedules will do: naming one is the caller's part."""
    return quote.schedules[0].name if len(quote.schedules) > 1 else None
