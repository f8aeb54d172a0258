"""A job folder as a tree: client, quotes, invoices, work orders, figures, last events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .. import labels
from ..lifecycle import InvoiceState, QuoteState
from ..model.invoice import Invoice
from ..model.quote import Quote
from ..model.work_order import WorkOrder
from ..values.schedule import Schedule, Share
from .blocks import Node, Piece, Tone, Words, joined, muted, node, strong, words
from .books import FolderView
from .words import say

EVENTS_SHOWN = 8
_QUOTE_TONES = {QuoteState.APPROVED: Tone.GOOD, QuoteState.SENT: Tone.WARN, QuoteState.DECLINED: Tone.BAD}
_PAYMENT_TONES = {"to_pay": Tone.WARN, "partially_paid": Tone.WARN, "paid": Tone.GOOD}


def folder_tree(view: FolderView, lang: str, *, events: int = EVENTS_SHOWN) -> Node:
    """The folder, with its last `events` events."""
    job = view.folder.job
    opened = say("folder.opened", lang, on=job.opened_on, source=job.source)
    branches = [
        _client(view, lang),
        *(_quote(quote, view, lang) for quote in view.quotes),
        *(_invoice(invoice, view, lang) for invoice in view.invoices),
        *(_work_order(order, view, lang) for order in view.folder.work_orders),
        _figures(view, lang),
        _events(view, lang, events),
    ]
    title = joined([strong(say("folder", lang, number=job.number)), strong(job.title), muted(opened)])
    return Node(title, words(labels.state("job", job.state, lang)), tuple(branches))


def standing(invoice: Invoice, view_day: Iterable[str], lang: str) -> Words:
    """The invoice's state in words; `view_day` adds what the day says of it."""
    if invoice.state is not InvoiceState.ISSUED:
        return words(Piece(labels.state("invoice", invoice.state, lang), Tone.MUTED))
    state = str(invoice.payment_state)
    told = Piece(labels.payment_state(state, lang), _PAYMENT_TONES[state])
    return joined([told, *(Piece(labels.payment_state(each, lang), Tone.BAD) for each in view_day)], ", ")


def share_words(share: Share, lang: str, *, is_only_rest: bool = True) -> str:
    """What part of a total it is."""
    if share.percent is not None:
        return labels.percent(share.percent, lang)
    if share.fixed is not None:
        return labels.money(share.fixed, lang)
    return say("share.rest" if is_only_rest else "share.equal", lang)


def _client(view: FolderView, lang: str) -> Node:
    contact = view.folder.contact
    return node(joined([say("client", lang, name=contact.name), *contact.emails, *contact.phones]))


def _quote(quote: Quote, view: FolderView, lang: str) -> Node:
    is_expired = quote.is_expired(view.today)
    state = labels.state("quote", "expired" if is_expired else quote.state, lang)
    tone = Tone.BAD if is_expired else _QUOTE_TONES.get(quote.state, Tone.MUTED)
    if quote.approval is not None:
        detail = say("quote.approved", lang, on=quote.approval.approved_on)
    elif is_expired:
        detail = say("quote.expired", lang, on=quote.valid_until)
    elif quote.sent_on is not None and quote.state is QuoteState.SENT:
        detail = say("quote.sent", lang, on=quote.sent_on, until=quote.valid_until)
    else:
        detail = quote.decline_reason or ""
    title = joined([strong(say("quote", lang, number=quote.number)), Piece(state, tone), muted(detail)])
    return Node(title, words(labels.money(quote.total, lang)), tuple(_schedules(quote, view, lang)))
