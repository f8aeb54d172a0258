"""Finds the name that was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches


def near(found: str, known: Iterable[str]) -> dict[str, str]:
    """The one of `known` that looks most like `found`, as the param `close` of a problem; nothing when none does.

    What has another number in it is not close: `C-9` is no slip for `C-2`.

    >>> near("sent on", ("key", "sent_on")), near("C-012", ("C-013", "c-12")), near("C-9", ("C-2",))
    ({'close': 'sent_on'}, {'close': 'c-12'}, {})
    """
    plain = {each.casefold(): each for each in known if _numbers(each) == _numbers(found)}
    matches = get_close_matches(found.casefold(), plain, n=1, cutoff=0.65)
    return {"close": plain[matches[0]]} if matches else {}


def _numbers(text: str) -> list[int]:
    return [int(digits) for digits in re.findall("[0-9]+", text)]
