"""A replayed season: what was done, job folders, what left on which day, what is owed by age, and whether it balances."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from .. import labels
from ..errors import reason
from ..season.journal import Left
from ..season.player import RefusedAct, ShiftedAct
from ..season.words import reason_words
from ..values.money import Money, zero
from .blocks import Block, Heading, Node, Piece, Tone, Words, joined, muted, node, sentence, strong, words
from .render_figures import receivables_blocks, reconciliation_blocks
from .render_folder import folder_tree
from .season_view import SeasonView
from .words import counted, say

EVENTS_SHOWN = 3
SHIFTED_SHOWN = 10
_OF_A_RUN = 3


def season_blocks(view: SeasonView, lang: str) -> Iterator[Block]:
    """The whole season."""
    yield Heading(view.settings.name, say("season", lang, first=view.starts_on, last=view.replay.until))
    names = {"client": "clients", "job": "jobs", "quote": "quotes", "invoice": "invoices", "visit": "visits"}
    counts = {gap: counted(name, view.counts[name], lang) for name, gap in names.items()}
    yield sentence(say("counts", lang, **counts))
    yield sentence(_done(view, lang))
    yield from _troubles(view, lang)
    yield from _folders(view, lang)
    yield from _left(view, lang)
    yield from receivables_blocks(view.receivables, lang)
    yield from reconciliation_blocks(view.reconciliation, lang)


def _done(view: SeasonView, lang: str) -> str:
    done, known = view.replay.done, view.replay.repeated
    if not known:
        return say("replay.done", lang, done=counted("act", done, lang))
    if not done and not view.replay.refused:
        return say("replay.nothing", lang, known=counted("act", known, lang))
    return say("replay.more", lang, done=counted("act", done, lang), known=labels.number(known, lang))


def _troubles(view: SeasonView, lang: str) -> Iterator[Block]:
    """What was refused, what was done on another day, and what could not leave."""
    if view.replay.refused:
        yield Heading(say("refused", lang), is_main=False)
    for act in view.replay.refused:
        below = [node(reason_words(each, lang)) for each in act.reasons]
        yield node(joined([Piece(_where(act, lang), Tone.BAD), labels.date(act.day, lang)]), "", below)
    yield from _shifted(view, lang)
    if view.replay.held:
        yield Heading(say("held", lang), is_main=False)
    for held in view.replay.held:
        below = [node(labels.reason(each, lang)) for each in held.reasons]
        yield node(Piece(labels.date(held.day, lang), Tone.WARN), held.invoice_id or "", below)


def _shifted(view: SeasonView, lang: str) -> Iterator[Block]:
    """Rows that were done on another day than they ask for, each once, and what helps."""
    told = list(dict.fromkeys(_shift(act, lang) for act in view.replay.shifted))
    if not told:
        return
    yield Heading(reason_words(reason("season.shifted"), lang), is_main=False)
    yield from map(node, told[:SHIFTED_SHOWN])
    if len(told) > SHIFTED_SHOWN:
        yield sentence(muted(say("more", lang, count=len(told) - SHIFTED_SHOWN)))
    yield sentence(reason_words(reason("season.fresh-file"), lang))


def _shift(act: ShiftedAct, lang: str) -> Words:
    days = f"{labels.date(act.asked_on, lang)} → {labels.date(act.played_on, lang)}"
    return joined([Piece(_where(act, lang), Tone.WARN), days])


def _where(act: RefusedAct | ShiftedAct, lang: str) -> str:
    return say("row", lang, file=act.file, row=act.row)


def _folders(view: SeasonView, lang: str) -> Iterator[Block]:
    if not view.folders:
        return
    yield Heading(say("folders", lang), say("folders.some", lang, shown=len(view.folders), all=view.counts["job"]))
    for place, (flows, folder) in enumerate(view.folders, start=1):
        if flows:
            yield sentence(strong(f"{place}. "), joined([say(f"flow.{flow}", lang) for flow in flows], ". "))
        yield folder_tree(folder, lang, events=EVENTS_SHOWN)


def _left(view: SeasonView, lang: str) -> Iterator[Block]:
    """A line for each month, below it its days with the invoices that left."""
    yield Heading(say("left", lang))
    days = sorted(view.replay.left.items())
    if not days:
        yield sentence(say("left.none", lang))
        return
    yield sentence(muted(say("left.key", lang)))
    for _, group in groupby(days, key=lambda pair: (pair[0].year, pair[0].month)):
        yield _month(list(group), view, lang)


def _month(days: Sequence[tuple[date, Sequence[Left]]], view: SeasonView, lang: str) -> Node:
    first_times = [each for _, left in days for each in left if not each.is_again]
    known = [view.invoices[each.invoice_id].total for each in first_times if each.invoice_id in view.invoices]
    total: Money = sum(known, zero(view.settings.currency))
    told = joined(
        [
            strong(month_name(days[0][0], lang)),
            counted("invoice", len(first_times), lang),
            counted("day", len(days), lang),
        ]
    )
    numbers = (words(muted(f"{day.day}\u00a0"), ", ".join(_numbers(left, view))) for day, left in days)
    return Node(told, words(labels.money(total, lang)), (node(joined(numbers)),))


def month_name(day: date, lang: str) -> str:
    """The month and the year of a day."""
    return labels.date(day.replace(day=2), lang).replace(" 2,", "").removeprefix("2").strip()


def _numbers(left: Iterable[Left], view: SeasonView) -> list[str]:
    """The invoices by their numbers; three or more that follow one another as a run."""
    told: list[str] = []
    run: list[str] = []
    for each in left:
        known = view.invoices.get(each.invoice_id)
        number = (known.number if known else None) or each.invoice_id
        if each.is_again or not each.is_delivered:
            told += _run(run)
            run = []
            told.append(f"{number}\u00a0{'(2)' if each.is_again else '(x)'}")
        elif run and not _follows(run[-1], number):
            told += _run(run)
            run = [number]
        else:
            run.append(number)
    return [*told, *_run(run)]


def _run(numbers: list[str]) -> list[str]:
    return [f"{numbers[0]}…{_counter(numbers[-1])}"] if len(numbers) >= _OF_A_RUN else numbers


def _follows(before: str, number: str) -> bool:
    head, counter = before[: -len(_counter(before)) or None], _counter(before)
    return bool(counter) and number == f"{head}{int(counter) + 1:0{len(counter)}d}"


def _counter(number: str) -> str:
    """The digits at the end of a number."""
    return number[len(number.rstrip("0123456789")) :]
