"""What a check of the books found, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import field, frozen

from ..errors import Reason, reason


@frozen
class Finding:
    """One thing that is wrong, and where.

    Attributes:
        kind: The kind of record it is about; also `event` and `storage`.
        id: The record's id, an event's position; empty for the storage as a whole.
        reason: What is wrong: a stable code and its params; `words` puts it into French and English.
    """

    kind: str
    id: str
    reason: Reason

    @property
    def code(self) -> str:
        """The reason's code."""
        return self.reason.code


@frozen
class Findings:
    """What a check of one company's books found.

    Attributes:
        company: Whose.
        records: How many records of each kind were looked at.
        events: How many events were.
        found: Everything that is wrong, in the order it was looked for.
    """

    company: str
    records: Mapping[str, int] = field(hash=False)
    events: int
    found: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.found


class Collector:
    """Where the parts of a check leave what they find."""

    def __init__(self) -> None:
        self.found: list[Finding] = []

    def add(self, kind: str, id: str, code: str, **params: object) -> None:
        """One thing that is wrong with a record."""
        self.found.append(Finding(kind, str(id), reason(code, **params)))

    def add_all(self, kind: str, id: str, reasons: Iterable[Reason]) -> None:
        """Several things that are wrong with a record."""
        self.found += [Finding(kind, str(id), each) for each in reasons]
