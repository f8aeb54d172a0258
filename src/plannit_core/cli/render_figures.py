"""Receivables by age, and the reconciliation block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from .. import labels
from ..season import Reconciliation
from ..season.reconcile import Equation
from ..values.money import Money
from ..views import Receivables
from .blocks import Block, Column, Heading, Piece, Table, Tone, Words, amounts, long, muted, row, sentence, strong
from .words import say

ROWS_SHOWN = 8
_INDENT = "\u00a0\u00a0"


def receivables_blocks(owed: Receivables, lang: str) -> Iterator[Block]:
    """What is owed by age, then the oldest of it."""
    yield Heading(say("receivables", lang), say("as-of", lang, on=owed.as_of))
    counts = Counter(each.bucket for each in owed.rows)
    columns = (long(say("age", lang)), amounts(say("instalments.open", lang)), amounts(say("owed", lang)))
    rows = tuple(
        row(say(bucket, lang), labels.number(counts[bucket], lang), labels.money(amount, lang))
        for bucket, amount in owed.buckets.items()
    )
    total = row(strong(say("total", lang)), labels.number(len(owed.rows), lang), strong(labels.money(owed.total, lang)))
    yield Table(columns, rows, (total,))
    if owed.deposits:
        yield sentence(say("deposits", lang, amount=owed.deposits))
    late = [each for each in owed.rows if each.days_late]
    if late:
        yield Heading(say("oldest", lang), is_main=False)
        yield Table(*_oldest(owed, lang))
    if len(late) > ROWS_SHOWN:
        yield sentence(muted(say("more", lang, count=len(late) - ROWS_SHOWN)))


def _oldest(owed: Receivables, lang: str) -> tuple[tuple[Column, ...], tuple[tuple[Words, ...], ...]]:
    columns = (
        Column(say("invoice.title", lang)),
        long(say("client.title", lang)),
        Column(say("due", lang)),
        amounts(say("late", lang)),
        amounts(say("owed", lang)),
    )
    rows = (
        row(
            each.number,
            each.contact_name,
            labels.short_date(each.due_on) if each.due_on else "",
            labels.number(each.days_late, lang),
            labels.money(each.amount, lang),
        )
        for each in owed.rows[:ROWS_SHOWN]
        if each.days_late
    )
    return columns, tuple(rows)


def reconciliation_blocks(found: Reconciliation, lang: str) -> Iterator[Block]:
    """Each equation with its parts below it, the total and each tax side by side; then the verdict."""
    yield Heading(say("reconciliation", lang))
    measures = tuple(dict.fromkeys(each.measure for each in found.equations))
    titles = (say("with-taxes", lang) if name == "total" else labels.tax_name(name, lang) for name in measures)
    columns = (long(""), *(amounts(title) for title in titles))
    rows: list[tuple[Words, ...]] = []
    for code in dict.fromkeys(each.code for each in found.equations):
        by_measure = {each.measure: each for each in found.equations if each.code == code}
        rows += [row(*[""] * len(columns))] if rows else []
        rows += _equation(code, [by_measure.get(measure) for measure in measures], lang)
    yield Table(columns, tuple(rows))
    verdict, tone = ("balances", Tone.GOOD) if found.balances else ("balances.not", Tone.BAD)
    yield sentence(Piece(say(verdict, lang), tone))


def _equation(code: str, found: list[Equation | None], lang: str) -> Iterator[tuple[Words, ...]]:
    yield row(strong(say(f"whole.{code}", lang)), *(_money(each.whole if each else None, lang) for each in found))
    names = [part.code for each in found if each for part in each.parts]
    for place, name in enumerate(dict.fromkeys(names)):
        parts = [
            next((part.amount for part in each.parts if part.code == name), None) if each else None for each in found
        ]
        sign = "=" if place == 0 else "+"
        yield row(f"{_INDENT}{sign}\u00a0{say(f'part.{name}', lang)}", *(_money(amount, lang) for amount in parts))
    differences = [each.difference if each else None for each in found]
    tones = [Tone.BAD if amount else Tone.GOOD for amount in differences]
    told = (
        Piece(labels.money(amount, lang), tone) if amount is not None else ""
        for amount, tone in zip(differences, tones, strict=True)
    )
    yield row(f"{_INDENT}{say('difference', lang)}", *told)


def _money(amount: Money | None, lang: str) -> str:
    return labels.money(amount, lang) if amount is not None else ""
