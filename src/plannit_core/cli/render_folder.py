"""A job folder as a tree: client, quotes, invoices, work orders, figures, last events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from .. import labels
from ..lifecycle import WorkOrderState
from ..model.invoice import Invoice
from ..model.quote import Quote
from ..model.work_order import WorkOrder
from ..values.money import zero
from ..values.schedule import Discount, Schedule
from .blocks import Node, Piece, Tone, joined, muted, node, strong, words
from .books import FolderView
from .standing import (
    instalment_day,
    invoice_day,
    invoice_due,
    invoice_name,
    invoice_standing,
    quote_standing,
    share_words,
)
from .words import say

EVENTS_SHOWN = 8
_ORDER_TONES = {
    WorkOrderState.PLANNED: Tone.WARN,
    WorkOrderState.COMPLETED: Tone.GOOD,
    WorkOrderState.CANCELLED: Tone.MUTED,
}
_FIGURES = ("revenue", "invoiced", "collected", "pending", "to_invoice")


def folder_tree(view: FolderView, lang: str, *, events: int = EVENTS_SHOWN) -> Node:
    """The folder, with its last `events` events."""
    job = view.folder.job
    branches = [
        _client(view, lang),
        *(_quote(quote, view, lang) for quote in view.quotes),
        *(_invoice(invoice, view, lang) for invoice in sorted(view.invoices, key=_by_day)),
        *(_work_order(order, view, lang) for order in view.folder.work_orders),
        _figures(view, lang),
        _events(view, lang, events),
    ]
    title = joined([strong(say("folder", lang, number=job.number)), strong(job.title)])
    return Node(title, words(labels.state("job", job.state, lang)), tuple(branches))


def _client(view: FolderView, lang: str) -> Node:
    contact = view.folder.contact
    return node(joined([say("client", lang, name=contact.name), *map(muted, (*contact.emails, *contact.phones))]))


def _quote(quote: Quote, view: FolderView, lang: str) -> Node:
    title = joined([strong(say("quote", lang, number=quote.number)), quote_standing(quote, view.today, lang)])
    if quote.approval is not None:
        below = [_schedule("schedule", quote.approval.schedule, quote, view, lang)]
    else:
        name = "schedule" if len(quote.schedules) == 1 else "schedule.offered"
        below = [_schedule(name, schedule, quote, view, lang) for schedule in quote.schedules]
    return Node(title, words(labels.money(quote.total, lang)), tuple(below))


def _schedule(title: str, schedule: Schedule, quote: Quote, view: FolderView, lang: str) -> Node:
    is_priced = quote.approval is not None or len(quote.schedules) == 1 or schedule.discount is None
    amounts = schedule.amounts(quote.total) if is_priced else (None,) * len(schedule.instalments)
    made = {each.part: each for each in view.invoices if each.quote_id == quote.id and each.is_live}
    shares = [each.share for each in schedule.instalments]
    below = [_discount(schedule.discount, quote, lang)] if schedule.discount else []
    for place, (instalment, amount) in enumerate(zip(schedule.instalments, amounts, strict=True), start=1):
        share, when = share_words(instalment.share, shares, lang), labels.when(instalment.when, lang)
        told = joined([f"{place}/{len(amounts)}", share, when])
        if quote.approval is not None and schedule.has_many_invoices:
            told = words(told, f" → {_made(made.get(place), lang)}")
        below.append(node(told, labels.money(amount, lang) if amount is not None else ""))
    return node(muted(say(title, lang, name=schedule.name)), "", below)


def _discount(discount: Discount, quote: Quote, lang: str) -> Node:
    """A discount with what it takes off, where that is known."""
    rate = labels.percent(discount.percentage, lang) if discount.percentage is not None else None
    taken = sum((line.amount for line in quote.discount_lines), zero(quote.currency)) or (
        -discount.fixed if discount.fixed is not None else None
    )
    return node(say("discount", lang, rate=rate), labels.money(taken, lang) if taken is not None else "")


def _by_day(invoice: Invoice) -> tuple[date, str]:
    return invoice.issued_on or invoice.leaves_on or date.max, invoice.number or invoice.id


def _made(invoice: Invoice | None, lang: str) -> str:
    if invoice is None:
        return say("schedule.none", lang)
    return invoice.number or say("schedule.draft", lang)


def _invoice(invoice: Invoice, view: FolderView, lang: str) -> Node:
    title = joined(
        [
            strong(invoice_name(invoice, lang)),
            invoice_standing(invoice, view.today, lang),
            invoice_day(invoice, lang),
            Piece(say("invoice.undeliverable", lang), Tone.WARN) if invoice.is_undeliverable else "",
        ]
    )
    below = tuple(_instalments(invoice, lang)) if invoice.is_live else ()
    return Node(title, words(labels.money(invoice.total, lang)), below)


def _instalments(invoice: Invoice, lang: str) -> Iterator[Node]:
    """What a draft is found by; each instalment where there are several; then what was paid and what is left."""
    if invoice.number is None:
        yield node(muted(invoice.id))
    count = len(invoice.instalments)
    for place, each in enumerate(invoice.instalments if count > 1 else (), start=1):
        due = instalment_day(invoice, place, lang, say("invoice.due", lang, on=each.due_on) if each.due_on else "")
        yield node(muted(f"{place}/{count} · {due}"), muted(labels.money(each.amount, lang)))
    if invoice.issued_on is not None:
        told = [
            invoice_due(invoice, lang),
            say("paid", lang, amount=invoice.paid),
            say("rounded", lang, amount=invoice.rounding) if invoice.rounding else "",
        ]
        yield node(muted(" · ".join(filter(None, told))), say("balance", lang, amount=invoice.balance))


def _work_order(order: WorkOrder, view: FolderView, lang: str) -> Node:
    title = joined(
        [
            strong(say("work-order", lang, title=order.title)),
            Piece(labels.state("work_order", order.state, lang), _ORDER_TONES[order.state]),
            say("work-order.on", lang, on=order.planned_on) if order.planned_on else "",
        ]
    )
    attached = [each for each in view.invoices if each.id in order.invoice_ids]
    below = [
        node(
            joined([invoice_name(each, lang), invoice_standing(each, view.today, lang)]),
            muted(labels.money(each.total, lang)),
        )
        for each in attached
    ]
    return Node(title, (), tuple(below))


def _figures(view: FolderView, lang: str) -> Node:
    below = [node(say(name, lang), labels.money(getattr(view.folder, name), lang)) for name in _FIGURES]
    return node(strong(say("figures", lang)), "", below)


def _events(view: FolderView, lang: str, count: int) -> Node:
    shown = view.timeline[-count:]
    is_all = len(shown) == len(view.timeline)
    title = say("events", lang) if is_all else say("events.last", lang, shown=len(shown), all=len(view.timeline))
    below = [
        node(
            words(
                muted(f"{labels.short_date(each.at.astimezone(view.zone).date())}  "), labels.event_sentence(each, lang)
            )
        )
        for each in shown
    ]
    return node(strong(title), "", below)
