"""A decision: what a command comes to, before anything is stored; and the context it is taken in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar

from attrs import evolve, field, frozen

from .events import Event
from .model.changed import changed
from .model.company import Company, CompanySettings, Series
from .model.contact import Contact
from .model.invoice import Invoice
from .model.job import Job
from .model.quote import Quote
from .model.work_order import WorkOrder
from .policies import Policies
from .values.actors import Actor
from .values.ids import Id
from .values.shown import shown

Record = Company | Series | Contact | Job | Quote | WorkOrder | Invoice
"""Whatever is stored. Each has `kind`, `id` and `version`, and is frozen, all the way down."""

R_co = TypeVar("R_co", covariant=True)
RecordT = TypeVar("RecordT", bound=Record)
IdT = TypeVar("IdT", bound=Id[object])


@frozen
class Decision(Generic[R_co]):
    """What a command comes to. Nothing is stored by it.

    Attributes:
        result: What the caller gets; records carry the version they will be stored with.
        writes: The records to store, each once, in its last form.
        removes: The records to remove, as they are stored.
        events: What happened, in order.
    """

    __repr__ = shown

    result: R_co
    writes: tuple[Record, ...] = field(default=(), kw_only=True)
    removes: tuple[Record, ...] = field(default=(), kw_only=True)
    events: tuple[Event, ...] = field(default=(), kw_only=True)


class NewId(Protocol):
    """Makes a new id of a kind."""

    def __call__(self, kind: type[IdT], /) -> IdT:
        """A new id."""
        ...


@frozen
class Context:
    """Everything from outside that a decision may rest on, besides the books.

    Attributes:
        now: The instant, aware, UTC.
        today: The day in the company's time zone.
        new_id: Makes ids.
        actor: Who asks.
        policies: The questions and who answers them.
        settings: The company's.
        numbers_are_held: Whether the company gives no number for now.
    """

    __repr__ = shown

    now: datetime
    today: date
    new_id: NewId
    actor: Actor
    policies: Policies
    settings: CompanySettings
    numbers_are_held: bool


def saved(record: RecordT, **changes: Any) -> RecordT:
    """`record` with `changes` and the version it will be stored with; once for each decision. A new record begins with 1."""
    if isinstance(record, (Quote, Invoice)):
        return changed(record, version=record.version + 1, **changes)
    return evolve(record, version=record.version + 1, **changes)
