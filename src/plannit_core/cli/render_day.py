"""One run of the day: what left, what could not and why, what leaves next."""

from __future__ import annotations

from collections.abc import Iterator

from .. import labels
from .blocks import Block, Column, Heading, Piece, Table, Tone, amounts, joined, long, muted, node, row, sentence
from .books import DayView, InvoiceView
from .words import counted, say

NEXT_SHOWN = 5


def day_blocks(view: DayView, lang: str) -> Iterator[Block]:
    """What the run did."""
    report = view.report
    yield Heading(say("day.title", lang, on=report.day))
    if report.stopped is not None:
        yield sentence(Piece(f"{say('day.stopped', lang)} {labels.reason(report.stopped, lang)}", Tone.BAD))
    elif not report.issued and not report.refused:
        yield sentence(say("day.nothing", lang))
    else:
        yield sentence(say("day.left", lang, invoices=counted("invoice", len(report.issued), lang)))
    if view.left:
        yield _left(view.left, lang)
    if view.refused:
        yield from _refused(view, lang)
    yield from _next(view, lang)


def _left(left: tuple[InvoiceView, ...], lang: str) -> Table:
    columns = (
        Column(say("invoice.title", lang)),
        Column(say("day", lang)),
        long(say("client.title", lang)),
        Column(say("job.title", lang)),
        long(say("delivery", lang)),
        amounts(say("total", lang)),
    )
    rows = (
        row(
            each.invoice.number or "",
            labels.short_date(each.invoice.issued_on) if each.invoice.issued_on else "",
            each.contact.name,
            each.job.number,
            _delivery(each, lang),
            labels.money(each.invoice.total, lang),
        )
        for each in left
    )
    return Table(columns, tuple(rows))


def _delivery(view: InvoiceView, lang: str) -> Piece:
    if view.invoice.is_undeliverable:
        return Piece(say("delivery.none", lang), Tone.WARN)
    return Piece(say("delivery.sent", lang), Tone.GOOD)


def _refused(view: DayView, lang: str) -> Iterator[Block]:
    yield Heading(say("day.refused", lang), is_main=False)
    for each, refused in zip(view.refused, view.report.refused, strict=True):
        told: list[Piece | str] = [
            say("day.invoice", lang, on=each.invoice.send_on, total=each.invoice.total),
            each.contact.name,
            say("folder", lang, number=each.job.number),
            muted(each.invoice.id),
        ]
        yield node(joined(told), "", [node(Piece(labels.reason(reason, lang), Tone.BAD)) for reason in refused.reasons])


def _next(view: DayView, lang: str) -> Iterator[Block]:
    refused = {each.invoice.id for each in view.refused}
    coming = [each for each in view.next if each.invoice_id not in refused]
    if not coming:
        return
    yield Heading(say("day.soon", lang), is_main=False)
    columns = (Column(say("day", lang)), long(say("client.title", lang)), amounts(say("total", lang)))
    rows = (
        row(labels.date(each.send_on, lang), each.contact_name, labels.money(each.total, lang))
        for each in coming[:NEXT_SHOWN]
    )
    yield Table(columns, tuple(rows))
    if len(coming) > NEXT_SHOWN:
        yield sentence(muted(say("more", lang, count=len(coming) - NEXT_SHOWN)))
