"""The instalments of one invoice, and how money moves through them.

Every function takes instalments and gives new ones with the allocations that led there, so that each can be undone exactly. An
instalment keeps its place for ever; what is added comes last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from attrs import evolve, frozen

from ..values.money import Money, zero
from ..values.schedule import Instalment, Schedule, Share, When, fit
from ..values.shown import shown
from ..values.split import cumulative
from .payment import Allocation


@frozen
class InvoiceInstalment:
    """One line of an invoice's payment schedule.

    Attributes:
        share: What part of the total it was planned to be.
        when: How its day was given.
        amount: What is due, tax included.
        paid: What was paid of it.
        due_on: Its day; `None` while it is to be planned, or before an invoice due *at billing* is issued.
    """

    __repr__ = shown

    share: Share
    when: When
    amount: Money
    paid: Money
    due_on: date | None = None

    @property
    def open(self) -> Money:
        """What is left to pay; below zero when there is something to give back."""
        return self.amount - self.paid


Instalments = tuple[InvoiceInstalment, ...]
Moved = tuple[Instalments, tuple[Allocation, ...]]


def planned(schedule: Schedule, total: Money, days: Sequence[date | None]) -> Instalments:
    """The instalments of an invoice of `total`, none of them paid."""
    nothing = zero(total.currency)
    return tuple(
        InvoiceInstalment(each.share, each.when, amount, nothing, day)
        for each, amount, day in zip(schedule.instalments, schedule.amounts(total), days, strict=True)
    )


def recomputed(instalments: Instalments, total: Money) -> Instalments:
    """The same shares and days for another total; only for what has not been paid."""
    schedule = Schedule.one_invoice([Instalment(each.share, each.when) for each in instalments])
    return planned(schedule, total, [each.due_on for each in instalments])


def fits(instalments: Instalments, total: Money) -> bool:
    """Whether their shares add up to `total`, none below zero; only for what has not been paid."""
    return fit([each.share for each in instalments], total)


def by_day(instalments: Instalments) -> list[int]:
    """The places in the order they fall due, undated last."""
    places = range(1, len(instalments) + 1)
    return sorted(places, key=lambda place: (instalments[place - 1].due_on or date.max, place))


def applied(instalments: Instalments, allocations: Iterable[Allocation], *, sign: int = 1) -> Instalments:
    """`instalments` with each allocation added to what is paid (`sign=-1` takes it back)."""
    changed = list(instalments)
    for each in allocations:
        known = changed[each.place - 1]
        changed[each.place - 1] = evolve(known, paid=known.paid + (each.amount if sign > 0 else -each.amount))
    return tuple(changed)


def received(instalments: Instalments, amount: Money, *, first: int | None = None) -> Moved:
    """`amount` paid: to instalment `first`, then to the others in the order they fall due; too much stays on the last."""
    places = by_day(instalments)
    order = [first, *(place for place in places if place != first)] if first else places
    limits = [(place, instalments[place - 1].open.minor) for place in order if instalments[place - 1].open.minor > 0]
    allocations = _poured(limits or [(order[-1], 0)], amount, 1)
    return applied(instalments, allocations), allocations


def given_back(instalments: Instalments, amount: Money) -> Moved:
    """`amount` refunded: first where there is something to give back, then reopening what fell due last."""
    places = by_day(instalments)[::-1]
    owed = [(place, -instalments[place - 1].open.minor) for place in places]
    paid = [(place, min(instalments[place - 1].paid, instalments[place - 1].amount).minor) for place in places]
    allocations = _poured([(place, limit) for place, limit in owed + paid if limit > 0] or owed, amount, -1)
    return applied(instalments, allocations), allocations


def rebalanced(instalments: Instalments, change: Money) -> Moved:
    """The total changed by `change`: shared over what is open in proportion, else a line of its own, to be planned."""
    if not change:
        return instalments, ()
    opens = {place: each.open.minor for place, each in enumerate(instalments, start=1)}
    weights = {place: minor for place, minor in opens.items() if minor > 0} or {
        place: minor for place, minor in opens.items() if minor < 0
    }
    if not weights:
        added = InvoiceInstalment(Share(), When.TO_BE_PLANNED, change, zero(change.currency))
        return (*instalments, added), (Allocation(len(instalments) + 1, change),)
    parts = cumulative(change.minor, list(weights.values()))
    allocations = _allocations(dict(zip(weights, parts, strict=True)), change.currency)
    changed = list(instalments)
    for each in allocations:
        known = changed[each.place - 1]
        changed[each.place - 1] = evolve(known, amount=known.amount + each.amount)
    return tuple(changed), allocations


def netted(instalments: Instalments) -> dict[int, int]:
    """Place to what is open on it in minor units, once what is to be given back is set against what fell due first.

    All that remain have one sign; nothing is left out.
    """
    minors = [each.amount.minor - each.paid.minor for each in instalments]
    opens = {place: minors[place - 1] for place in by_day(instalments) if minors[place - 1]}
    plus = sum([minor for minor in minors if minor > 0])
    minus = plus - sum(minors)
    if not plus or not minus:
        return opens
    sign, spare = (1, minus) if plus >= minus else (-1, plus)
    rest: dict[int, int] = {}
    for place, minor in opens.items():
        if sign * minor > 0:
            used = min(spare, sign * minor)
            spare -= used
            if sign * minor > used:
                rest[place] = minor - sign * used
    return rest


def _poured(limits: Sequence[tuple[int, int]], amount: Money, sign: int) -> tuple[Allocation, ...]:
    """`amount` poured over places up to their limits, in order; what is left over goes to the last of them."""
    left = amount.minor
    parts: dict[int, int] = {}
    for place, limit in limits:
        part = min(left, limit)
        parts[place] = parts.get(place, 0) + sign * part
        left -= part
    parts[limits[-1][0]] += sign * left
    return _allocations(parts, amount.currency)


def _allocations(parts: dict[int, int], currency: str) -> tuple[Allocation, ...]:
    return tuple(Allocation(place, Money.of_minor(part, currency)) for place, part in parts.items() if part)
