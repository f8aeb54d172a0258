"""Dates counted from an anchor. The only module that knows dateutil.

Months are always counted from the anchor, never from the date before: 31 January, 28 February, 31 March.
"""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from ..errors import InvalidInput


def later(anchor: date, *, days: int = 0, months: int = 0) -> date:
    """`anchor` plus `months` and then `days`; a day the month lacks becomes its last one.

    >>> later(date(2026, 1, 31), months=1), later(date(2026, 1, 31), months=2)
    (datetime.date(2026, 2, 28), datetime.date(2026, 3, 31))

    Raises:
        InvalidInput: `day.out-of-range`.
    """
    try:
        start = anchor + relativedelta(months=months) if months else anchor
        return start + timedelta(days=days)
    except (OverflowError, ValueError):
        raise InvalidInput("day.out-of-range") from None
