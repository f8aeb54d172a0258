"""How quotes and invoices stand, in a few words: what several views say alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from .. import labels
from ..lifecycle import PaymentState, QuoteState
from ..model.invoice import Invoice
from ..model.quote import Quote
from ..values.schedule import Share
from .blocks import Piece, Tone, Words, joined, muted, words
from .words import say

_PAYMENT_TONES = {
    PaymentState.TO_PAY: Tone.PLAIN,
    PaymentState.PARTIALLY_PAID: Tone.WARN,
    PaymentState.PAID: Tone.GOOD,
}


def quote_standing(quote: Quote, today: date, lang: str) -> Piece:
    """A quote's state, with the day that goes with it."""
    if quote.approval is not None:
        return Piece(say("quote.approved", lang, on=quote.approval.approved_on), Tone.GOOD)
    if quote.is_expired(today):
        return Piece(say("quote.expired", lang, on=quote.valid_until), Tone.BAD)
    if quote.state is QuoteState.SENT:
        return Piece(say("quote.sent", lang, on=quote.sent_on, until=quote.valid_until), Tone.WARN)
    if quote.state is QuoteState.DECLINED:
        return Piece(say("quote.declined", lang, why=quote.decline_reason), Tone.BAD)
    return muted(labels.state("quote", quote.state, lang))


def invoice_due(invoice: Invoice, lang: str) -> str:
    """When what is open on an invoice is due; empty when nothing is."""
    if invoice.due_on is None or invoice.balance.minor <= 0:
        return ""
    return say("invoice.due", lang, on=invoice.due_on)


def invoice_standing(invoice: Invoice, today: date, lang: str) -> Words:
    """An invoice's state: what was done with it, what its amounts say, and what the day says."""
    if invoice.voided_on is not None:
        return words(Piece(say("invoice.voided", lang, on=invoice.voided_on), Tone.BAD))
    if invoice.payment_state is None:
        return words(muted(labels.state("invoice", invoice.state, lang)))
    told = [Piece(labels.payment_state(invoice.payment_state, lang), _PAYMENT_TONES[invoice.payment_state])]
    if invoice.is_overdue(today):
        told.append(Piece(labels.payment_state("overdue", lang).lower(), Tone.BAD))
    if invoice.to_refund:
        told.append(Piece(labels.payment_state("to_refund", lang).lower(), Tone.WARN))
    return joined(told, ", ")


def invoice_day(invoice: Invoice, lang: str) -> str:
    """The day of an invoice: its date, unless it was voided that day, which says it already; or when it leaves."""
    if invoice.issued_on is not None and invoice.issued_on == invoice.voided_on:
        return ""
    if invoice.issued_on is not None:
        day = labels.date(invoice.issued_on, lang)
        return day if invoice.is_live else say("invoice.dated", lang, on=day)
    if invoice.leaves_on is not None:
        return say("invoice.leaves", lang, on=invoice.leaves_on)
    return say("invoice.by-hand", lang)


def instalment_day(invoice: Invoice, place: int, lang: str, day: str) -> str:
    """When an instalment is due: `day`, or what was agreed; one that an adjustment added was not agreed, and says so."""
    each = invoice.instalments[place - 1]
    changes = [part.amount for made in invoice.adjustments for part in made.allocations if part.place == place]
    if place > 1 and changes and sum(changes) == each.amount:
        return " · ".join(filter(None, [say("instalment.adjustment", lang), day]))
    return day or labels.when(each.when, lang)


def invoice_name(invoice: Invoice, lang: str) -> str:
    """An invoice by its number; a draft has none."""
    return say("invoice", lang, number=invoice.number)


def share_words(share: Share, shares: Sequence[Share], lang: str) -> str:
    """What part of a total it is, among all `shares`."""
    if share.percent is not None:
        return labels.percent(share.percent, lang)
    if share.fixed is not None:
        return labels.money(share.fixed, lang)
    if len(shares) == 1:
        return say("share.whole", lang)
    return say("share.rest" if shares.count(share) == 1 else "share.equal", lang)
