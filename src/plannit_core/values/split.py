"""Shares of a whole, one way and two ways: the heart of exactness.

A share is never rounded by itself. The *running total* is rounded, and a part is the difference of two running totals, so the
parts add up to the whole by construction, and each lies within one minor unit of its exact share.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from math import lcm
from operator import sub


def round_half_away(numerator: int, denominator: int) -> int:
    """`numerator / denominator` to the nearest whole number, a half away from zero. `denominator` is positive.

    >>> [round_half_away(n, 10) for n in (14, 15, -15, -14)]
    [1, 2, -2, -1]
    """
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def cumulative(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """`total` in parts proportional to `weights` (which do not add up to 0), exact in their sum.

    >>> cumulative(10000, [1, 1, 1])
    (3333, 3334, 3333)
    """
    whole = sum(weights)
    sign = -1 if whole < 0 else 1
    return differences(round_half_away(sign * total * running, sign * whole) for running in accumulate(weights))


def differences(running: Iterable[int]) -> tuple[int, ...]:
    """The parts whose running totals are `running`."""
    known = tuple(running)
    return tuple(map(sub, known, (0, *known)))


def two_way(rows: Sequence[int], shares: Sequence[Fraction]) -> tuple[tuple[int, ...], ...]:
    """Every row shared out over every part, exact both ways.

    With `C(l)` the sum of rows 1 to l, `c(i)` the sum of shares 1 to i, and `P(l, i) = round(C(l) * c(i))`, the part of row l in
    part i is `P(l, i) - P(l, i-1) - P(l-1, i) + P(l-1, i-1)`. So each row adds up over the parts, and the rows of each part add
    up to `round(T * c(i)) - round(T * c(i-1))`.

    Args:
        rows: Amounts in minor units, of any sign.
        shares: What each part takes of the whole; together 1.

    Returns:
        For each part, its piece of each row.
    """
    denominator = lcm(*(share.denominator for share in shares))
    totals = list(accumulate(rows))
    running = accumulate(share.numerator * (denominator // share.denominator) for share in shares)
    columns = [[round_half_away(total * taken, denominator) for total in totals] for taken in (0, *running)]
    return tuple(
        differences(now - then for now, then in zip(after, before, strict=True)) for before, after in pairwise(columns)
    )
