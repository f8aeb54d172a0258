"""An invoice: lines, taxes, corrections, totals, instalments, payments, and what can be done with it now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import labels
from ..errors import Reason
from ..model.invoice import Invoice
from ..model.payment import Payment
from ..values.lines import Line
from ..views import Available
from .blocks import (
    Block,
    Heading,
    Node,
    Piece,
    Table,
    Tone,
    Words,
    amounts,
    joined,
    long,
    muted,
    node,
    row,
    sentence,
    strong,
)
from .books import InvoiceView
from .standing import instalment_day, invoice_day, invoice_due, invoice_name, invoice_standing
from .words import say


def invoice_blocks(view: InvoiceView, lang: str) -> Iterator[Block]:
    """The invoice, from its title to what can be done with it."""
    invoice = view.invoice
    yield Heading(invoice_name(invoice, lang), invoice_day(invoice, lang))
    yield sentence(joined([invoice_standing(invoice, view.today, lang), *_dates(invoice, lang)]))
    contact = view.contact
    yield sentence(joined([say("client", lang, name=contact.name), *map(muted, contact.emails)]))
    yield sentence(_origin(view, lang))
    if invoice.note:
        yield sentence(say("note", lang, note=invoice.note))
    yield from _lines(invoice, lang)
    yield from _instalments(invoice, lang)
    yield from _payments(invoice, lang)
    yield from _actions(view, lang)


def _dates(invoice: Invoice, lang: str) -> Iterator[Piece | str]:
    yield invoice_due(invoice, lang)
    if invoice.is_undeliverable:
        yield Piece(say("invoice.undeliverable", lang), Tone.WARN)


def _origin(view: InvoiceView, lang: str) -> Words:
    parts: list[str] = [say("folder", lang, number=view.job.number), view.job.title]
    if view.quote is not None:
        parts.append(say("invoice.from", lang, number=view.quote.number, part=view.invoice.part))
    return joined(parts)


def _lines(invoice: Invoice, lang: str) -> Iterator[Block]:
    columns = (
        long(say("text", lang)),
        amounts(say("quantity", lang)),
        amounts(say("price", lang)),
        amounts(say("amount", lang)),
    )
    rows = [_line(line, lang) for line in invoice.lines] or [row(muted(say("no-lines", lang)), "", "", "")]
    for each in invoice.adjustments:
        rows.append(row(muted(say("adjustment", lang, on=each.adjusted_on, why=each.reason)), "", "", ""))
        rows += [_line(line, lang) for line in each.lines]
    yield Table(columns, tuple(rows), tuple(_totals(invoice, lang)))


def _line(line: Line, lang: str) -> tuple[Words, ...]:
    return row(
        line.text,
        labels.quantity(line.quantity, lang),
        labels.money(line.price, lang),
        labels.money(line.amount, lang),
    )


def _totals(invoice: Invoice, lang: str) -> Iterator[tuple[Words, ...]]:
    yield row(say("subtotal", lang), "", "", labels.money(invoice.subtotal, lang))
    for tax in invoice.taxes:
        yield row(labels.tax(tax, lang), "", "", labels.money(tax.amount, lang))
    yield row(strong(say("total", lang)), "", "", strong(labels.money(invoice.total, lang)))
    if invoice.adjustments:
        yield row(muted(say("total.original", lang)), "", "", muted(labels.money(invoice.original_total, lang)))
    if invoice.issued_on is None:
        return
    yield row(say("paid.total", lang), "", "", labels.money(invoice.paid, lang))
    if invoice.rounding:
        yield row(say("rounding", lang), "", "", labels.money(invoice.rounding, lang))
    tone = Tone.WARN if invoice.balance else Tone.GOOD
    balance = labels.money(invoice.balance, lang)
    yield row(strong(say("balance.total", lang)), "", "", Piece(balance, tone))


def _instalments(invoice: Invoice, lang: str) -> Iterator[Block]:
    if len(invoice.instalments) < 2:
        return
    columns = (
        amounts(say("instalment", lang)),
        long(say("due", lang)),
        amounts(say("amount", lang)),
        amounts(say("paid.total", lang)),
        amounts(say("open", lang)),
    )
    rows = (
        row(
            str(place),
            instalment_day(invoice, place, lang, labels.date(each.due_on, lang) if each.due_on else ""),
            labels.money(each.amount, lang),
            labels.money(each.paid, lang),
            labels.money(each.open, lang),
        )
        for place, each in enumerate(invoice.instalments, start=1)
    )
    yield Heading(say("instalments", lang), is_main=False)
    yield Table(columns, tuple(rows))


def _payments(invoice: Invoice, lang: str) -> Iterator[Block]:
    if invoice.issued_on is None:
        return
    yield Heading(say("payments", lang), is_main=False)
    if not invoice.payments:
        yield sentence(muted(say("payments.none", lang)))
        return
    columns = (long(say("day", lang)), long(say("how", lang)), amounts(say("amount", lang)))
    yield Table(columns, tuple(_payment(each, lang) for each in invoice.payments))


def _payment(payment: Payment, lang: str) -> tuple[Words, ...]:
    kind = labels.payment_kind(payment.kind, lang)
    voided = Piece(say("payment.voided", lang, on=payment.voided_on), Tone.BAD) if payment.is_voided else ""
    how = joined([kind, labels.payment_method(payment.method, lang), payment.reference, voided])
    amount = labels.money(payment.signed, lang)
    return row(labels.date(payment.paid_on, lang), how, muted(amount) if payment.is_voided else amount)


def _actions(view: InvoiceView, lang: str) -> Iterator[Block]:
    allowed = [labels.action("invoice", each.action, lang) for each in view.actions if each.allowed]
    yield Heading(say("actions", lang), is_main=False)
    yield sentence(joined(allowed)) if allowed else sentence(muted(say("actions.none", lang)))
    denied = _by_reason(view, lang)
    if denied:
        yield Heading(say("actions.not", lang), is_main=False)
        yield from denied


def _by_reason(view: InvoiceView, lang: str) -> list[Node]:
    """The other actions, those that fail for the same reasons together."""
    groups: dict[tuple[Any, ...], list[Available]] = {}
    for each in view.actions:
        if not each.allowed:
            groups.setdefault(tuple(map(_apart, _foremost(each.reasons))), []).append(each)
    return [_group(group, lang) for group in groups.values()]


def _foremost(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """What the life cycle says, where it says anything: the rest follows from it."""
    return tuple(each for each in reasons if "action" in each.params) or reasons


def _apart(reason: Reason) -> tuple[str, str]:
    """A reason apart from the action it speaks against."""
    return reason.code, repr(sorted(_without_action(reason).params.items()))


def _group(group: list[Available], lang: str) -> Node:
    names = ", ".join(labels.action("invoice", each.action, lang) for each in group)
    return node(names, "", [node(labels.reason(_without_action(each), lang)) for each in _foremost(group[0].reasons)])


def _without_action(reason: Reason) -> Reason:
    """A reason that does not say what it speaks against, since that stands above it."""
    return Reason(reason.code, {name: value for name, value in reason.params.items() if name != "action"})
