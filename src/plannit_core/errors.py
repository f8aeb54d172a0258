"""What can go wrong, sorted by who must act.

Every error of the library is a `PlannitError`: a stable dotted `code`, and `params` that hold ids, amounts, days, type names and
the names of schedules, never a person's name, an e-mail address or free text. Words in French and English live in
`plannit_core.labels`; they are made from code and params.

| class | who must act |
|---|---|
| `InvalidInput` | whoever filled in the form: it can be seen without reading the books |
| `Refused` | the person: the business says no, and `reasons` says why, all at once |
| `NotFound` | whoever gave the id |
| `Conflict` | whoever looked at something old: look again |
| `StorageError`, `Unavailable` | an operator |
| `SchemaError` | an operator: this version cannot read the stored data |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen


def _copied(params: Mapping[str, object]) -> Mapping[str, object]:
    return dict(params)


@frozen
class Reason:
    """One thing that speaks against an action, as data.

    Attributes:
        code: Stable and dotted, such as `invoice.other-job`.
        params: What the words need: ids, amounts, days, states, a schedule's name. `plannit_core.labels.REASONS` lists them
            for each code.
    """

    code: str
    params: Mapping[str, object] = field(factory=dict, converter=_copied, hash=False)


def reason(code: str, **params: object) -> Reason:
    """A `Reason` with its params given by keyword."""
    return Reason(code, params)


class PlannitError(Exception):
    """The base of every error of this library.

    Attributes:
        code: Stable and dotted.
        params: What the words need; no personal data.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, object] = params

    def __str__(self) -> str:
        return _sentence(self.code, self.params)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (type(self), self.args, dict(self.__dict__))


class InvalidInput(PlannitError, ValueError):
    """What was given cannot be right, whatever the books say.

    Attributes:
        path: The field it is about, such as `lines[2].quantity`; empty when it is the whole.
    """

    def __init__(self, code: str, *, path: str = "", **params: object) -> None:
        super().__init__(code, **params)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: {super().__str__()}" if self.path else super().__str__()


class Refused(PlannitError):
    """The business says no; nothing was changed.

    Attributes:
        reasons: Everything that speaks against it. `code` and `params` are those of the first.
    """

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons = tuple(reasons)
        first = self.reasons[0]
        super().__init__(first.code, **first.params)

    def __str__(self) -> str:
        return "; ".join(_sentence(each.code, each.params) for each in self.reasons)


class NotFound(PlannitError, LookupError):
    """No such record in this company; what belongs to another company reads the same.

    Attributes:
        kind: The kind of record, such as `invoice`.
        id: The id that was asked for.
    """

    def __init__(self, kind: str, id: str) -> None:
        super().__init__("record.not-found", kind=kind, id=id)
        self.kind = kind
        self.id = id


class Conflict(PlannitError):
    """Somebody was faster: the record is no longer the one that was seen.

    Attributes:
        kind: The kind of record; empty when unknown.
        id: Its id; empty when unknown.
        expected: The version that was seen; 0 when unknown.
        found: The version that is stored; 0 when there is none, or unknown.
    """

    def __init__(self, kind: str = "", id: str = "", *, expected: int = 0, found: int = 0) -> None:
        super().__init__("record.changed", kind=kind, id=id, expected=expected, found=found)
        self.kind = kind
        self.id = id
        self.expected = expected
        self.found = found


class StorageError(PlannitError):
    """The storage failed; the driver's own error is attached as `__cause__` and never in the text."""


class Unavailable(StorageError):
    """The storage is busy or out of reach; the same call may succeed later."""


class SchemaError(PlannitError):
    """Stored data that this version cannot read."""


def reasons_of(error: PlannitError) -> tuple[Reason, ...]:
    """Everything that an error tells: all of a refusal's reasons, else the one that its code is."""
    return error.reasons if isinstance(error, Refused) else (Reason(error.code, error.params),)


def _sentence(code: str, params: Mapping[str, object]) -> str:
    told = ", ".join(f"{name}={value}" for name, value in params.items())
    return f"{code} ({told})" if told else code


def _rebuilt(kind: type[PlannitError], args: tuple[Any, ...], attributes: dict[str, Any]) -> PlannitError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(attributes)
    return error
