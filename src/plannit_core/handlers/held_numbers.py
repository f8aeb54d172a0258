"""Holding a company's numbers, and giving them again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from attrs import evolve

from .. import commands as c
from ..decisions import Context, Decision, saved
from ..errors import reason
from ..events import NumbersHeld, NumbersResumed, SeriesMovedOn
from ..model.company import Company, Series
from ..ports import Reader
from ..values.ids import SeriesId
from ..values.numbering import Numbering
from .documents import refuse
from .numbers import series_id, series_of

Given = tuple[SeriesId, Numbering, int]


def hold_numbers(cmd: c.HoldNumbers, read: Reader, ctx: Context) -> Decision[Company]:
    """No number is given from now on."""
    company = _company(read)
    if company.numbers_are_held:
        return Decision(company)
    held = saved(company, numbers_are_held=True)
    return Decision(held, writes=(held,), events=(NumbersHeld(held.id),))


def resume_numbers(cmd: c.ResumeNumbers, read: Reader, ctx: Context) -> Decision[Company]:
    """Numbers are given again, after those that were given last."""
    company = _company(read)
    if not company.numbers_are_held:
        refuse([reason("numbers.not-held")])
    given = [tuple(_given(printed, ctx)) for printed in cmd.last]
    told = enumerate(zip(cmd.last, given, strict=True), start=1)
    refuse(
        [reason("numbers.unknown-form", place=place, number=printed) for place, (printed, found) in told if not found]
    )
    ahead: dict[SeriesId, Series] = {}
    for id, numbering, count in chain.from_iterable(given):
        series = ahead.get(id) or series_of(read, id, numbering)
        if count > series.last:
            ahead[id] = evolve(series, last=count)
    moved = tuple(saved(each) for each in ahead.values())
    resumed = saved(company, numbers_are_held=False)
    events = (NumbersResumed(resumed.id), *(SeriesMovedOn(each.id, each.last) for each in moved))
    return Decision(resumed, writes=(resumed, *moved), events=events)


def _company(read: Reader) -> Company:
    company = read.company()
    assert company is not None  # else the door has refused already
    return company


def _given(printed: str, ctx: Context) -> Iterator[Given]:
    """The series that may have given a number, each with its count.

    Where each year has its own series and the number does not show which, it may be this year's or, of an invoice that
    leaves late, last year's.
    """
    numberings = {
        "job": ctx.settings.job_numbers,
        "quote": ctx.settings.quote_numbers,
        "invoice": ctx.settings.invoice_numbers,
    }
    for name, numbering in numberings.items():
        found = numbering.count_in(printed)
        if found is not None:
            count, year = found
            years = (year,) if year is not None else (ctx.today.year - 1, ctx.today.year)
            for id in dict.fromkeys(series_id(name, numbering, each) for each in years):
                yield id, numbering, count
