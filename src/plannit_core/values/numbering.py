"""How documents are numbered: what is printed, and which count comes next."""

from __future__ import annotations

import re
from enum import StrEnum

from attrs import field, frozen

from ..errors import InvalidInput
from .checks import is_count, is_flag, is_text
from .shown import shown

_YEAR = re.escape("{year}")
_MOST_DIGITS = 12


class Restart(StrEnum):
    """When a series begins again."""

    NEVER = "never"
    YEARLY = "yearly"


def _restart(value: Restart | str) -> Restart:
    if not isinstance(value, str) or value not in tuple(Restart):
        raise InvalidInput("numbering.restart", path="restart")
    return Restart(value)


@frozen
class Numbering:
    """The form of a series of numbers.

    >>> Numbering(prefix="F{year}-").printed(42, 2026)
    'F2026-00042'

    Attributes:
        prefix: At most 20 characters; `{year}` becomes the year of the document's date.
        suffix: Likewise.
        length: Digits, 1 to 9, filled with zeros on the left; a longer count is printed whole.
        start: The first count, 1 to 10^9.
        restart: `never`, or `yearly`: then each year has its own count.
        strict: Whether a count longer than `length` is refused (`numbering.exhausted`): without it 99999 is followed by 100000.

    Raises:
        InvalidInput: `numbering.restart`, `number.out-of-range`, or the text errors.
    """

    __repr__ = shown

    prefix: str = field(default="", validator=is_text(20))
    suffix: str = field(default="", validator=is_text(20))
    length: int = field(default=5, validator=is_count(1, 9))
    start: int = field(default=1, validator=is_count(1, 10**9))
    restart: Restart = field(default=Restart.NEVER, converter=_restart)
    strict: bool = field(default=False, validator=is_flag)

    def printed(self, count: int, year: int) -> str:
        """The number as it stands on a document of `year`."""
        return f"{self._filled(self.prefix, year)}{count:0{self.length}d}{self._filled(self.suffix, year)}"

    def count_in(self, printed: str) -> tuple[int, int | None] | None:
        """The count in a number of this form, and the year where the form shows it; `None` for a number of another form.

        >>> Numbering(prefix="F{year}-").count_in("F2026-00042")
        (42, 2026)
        """
        count = f"(?P<count>[0-9]{{{self.length},{_MOST_DIGITS}}})"
        form = f"{re.escape(self.prefix)}{count}{re.escape(self.suffix)}"
        form = form.replace(_YEAR, "(?P<year>[0-9]{4})", 1).replace(_YEAR, "(?P=year)")
        found = re.fullmatch(form, printed)
        if found is None:
            return None
        parts = {name: int(digits) for name, digits in found.groupdict().items()}
        is_ours = self.printed(parts["count"], parts.get("year", 0)) == printed
        return (parts["count"], parts.get("year")) if is_ours else None

    def is_exhausted_by(self, count: int) -> bool:
        """Whether `count` is more than this series may print."""
        return self.strict and len(str(count)) > self.length

    @staticmethod
    def _filled(affix: str, year: int) -> str:
        return affix.replace("{year}", str(year))
