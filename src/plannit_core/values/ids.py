"""Typed, prefixed ids: a `JobId` is a string that begins with `job_` and finds a `Job`.

An id is made by a pure function from an instant and random bits (the layout of UUID version 7), so ids sort by age.
A host may mint its own from a key it already has: `ContactId("con_42")`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from ..errors import InvalidInput
from .checks import check_token, example_of

if TYPE_CHECKING:  # each id knows the type of its record, which stands a storey above
    from ..model.company import Company, Series  # noqa: F401  # named in the bases below
    from ..model.contact import Contact  # noqa: F401  # named in the bases below
    from ..model.invoice import Invoice  # noqa: F401  # named in the bases below
    from ..model.job import Job  # noqa: F401  # named in the bases below
    from ..model.payment import Payment  # noqa: F401  # named in the bases below
    from ..model.quote import Quote  # noqa: F401  # named in the bases below
    from ..model.work_order import WorkOrder  # noqa: F401  # named in the bases below

R_co = TypeVar("R_co", covariant=True)
IdT = TypeVar("IdT", bound="Id[Any]")
_AFTER_PREFIX = "_[A-Za-z0-9_-]{1,60}"
_ID = re.compile(f"[^_]*{_AFTER_PREFIX}")
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Id(str, Generic[R_co]):
    """The id of a record, typed by what it finds: a string of a prefix, `_`, and 1 to 60 of `[A-Za-z0-9_-]`.

    An id that comes as text, from an address or a form, is made by its class: `JobId(text)`. Commands make new ones, by the `ids`
    of the door; a host may mint its own there, from a key it already has.

    >>> JobId("job_42")
    JobId('job_42')
    >>> str(JobId("job_42"))
    'job_42'

    Raises:
        InvalidInput: `id.wrong-kind` for an id of another kind, `id.malformed`.
    """

    __slots__ = ()
    prefix: ClassVar[str]
    kind: ClassVar[str]
    _fits: ClassVar[Callable[[str], object]] = re.compile("(?!)").fullmatch

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._fits = re.compile(cls.prefix + _AFTER_PREFIX).fullmatch

    def __new__(cls, text: str) -> Self:
        """`text`, checked."""
        if isinstance(text, str) and cls._fits(text):
            return str.__new__(cls, text)
        is_one = isinstance(text, str) and _ID.fullmatch(text)
        raise InvalidInput("id.wrong-kind" if is_one else "id.malformed", path="id", expected=cls.__name__)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class CompanyId(Id["Company"]):
    """The settings of a company."""

    __slots__ = ()
    prefix, kind = "com", "company"


class SeriesId(Id["Series"]):
    """A series of numbers."""

    __slots__ = ()
    prefix, kind = "ser", "series"


class ContactId(Id["Contact"]):
    """A contact."""

    __slots__ = ()
    prefix, kind = "con", "contact"


class JobId(Id["Job"]):
    """A job folder."""

    __slots__ = ()
    prefix, kind = "job", "job"


class QuoteId(Id["Quote"]):
    """A quote."""

    __slots__ = ()
    prefix, kind = "quo", "quote"


class InvoiceId(Id["Invoice"]):
    """An invoice."""

    __slots__ = ()
    prefix, kind = "inv", "invoice"


class WorkOrderId(Id["WorkOrder"]):
    """A work order."""

    __slots__ = ()
    prefix, kind = "wor", "work_order"


class PaymentId(Id["Payment"]):
    """A payment or refund, inside its invoice."""

    __slots__ = ()
    prefix, kind = "pay", "payment"


ID_TYPES: dict[str, type[Id[object]]] = {
    each.prefix: each for each in (CompanyId, SeriesId, ContactId, JobId, QuoteId, InvoiceId, WorkOrderId, PaymentId)
}

_OF_KIND = {each.kind: each for each in ID_TYPES.values()}


def parse_id(text: str) -> Id[object]:
    """The id that `text` spells, typed by its prefix.

    Raises:
        InvalidInput: `id.malformed`.
    """
    kind = ID_TYPES.get(text.partition("_")[0]) if isinstance(text, str) else None
    if kind is None:
        raise InvalidInput("id.malformed", path="id", expected="Id")
    return kind(text)


def ids_of(kind: type[IdT], texts: Collection[str]) -> list[IdT]:
    """`kind(text)` of each, made together: lists have thousands. Raises as `kind` does."""
    if {*map(type, texts)} == {str} and all(map(kind._fits, texts)):  # noqa: SLF001  # the same module's
        return [str.__new__(kind, text) for text in texts]
    return [kind(text) for text in texts]


def check_id(id: object, kind: str | None = None) -> None:
    """Nothing when `id` is an id, of `kind` if one is named.

    Raises:
        InvalidInput: `id.malformed`, `id.wrong-kind`.
    """
    known = check_is_id(id, _OF_KIND.get(kind or ""))
    if kind is not None and known.kind != kind:
        raise InvalidInput("id.wrong-kind", path="id", expected=kind)


def check_is_id(id: object, wanted: type[Id[Any]] | None = None) -> Id[Any]:
    """`id`, which is one. Raises `InvalidInput`, `id.malformed`, which tells how an id of the kind `wanted` is made of a text."""
    if isinstance(id, Id):
        return id
    kind = wanted or ID_TYPES.get(id.partition("_")[0] if isinstance(id, str) else "")
    if kind is None:
        raise InvalidInput("id.malformed", path="id", expected="Id")
    raise InvalidInput("id.malformed", path="id", expected=kind.__name__, example=example_of(kind))


def company_id(text: str) -> str:
    """The host's own name for a company, 1 to 64 of `[A-Za-z0-9_-]`.

    Raises:
        InvalidInput: `text.not-a-token`.
    """
    return check_token(text, "company")


def uuid7(at: datetime, random_bits: int) -> str:
    """26 letters and digits that sort by `at`: 48 bits of milliseconds, 4 of version, 12 and 62 of chance, 2 of variant.

    Args:
        at: An aware instant.
        random_bits: 74 bits of chance.
    """
    since = at - _EPOCH
    milliseconds = (since.days * 86_400 + since.seconds) * 1_000 + since.microseconds // 1_000
    high, low = random_bits >> 62 & 0xFFF, random_bits & (1 << 62) - 1
    number = (milliseconds & (1 << 48) - 1) << 80 | 7 << 76 | high << 64 | 2 << 62 | low
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
