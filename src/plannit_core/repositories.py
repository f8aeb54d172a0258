"""The typed repositories that handlers and views see, written once over the five primitives of a storage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar, cast

from attrs import frozen

from .decisions import Record
from .errors import InvalidInput, NotFound
from .model.company import Company, Series
from .model.contact import Contact
from .model.invoice import Invoice
from .model.job import Job
from .model.quote import Quote
from .model.work_order import WorkOrder
from .ports import COLUMNS, EVERY, EXTERNAL, Match, Recorded, Row, Snapshot, Value
from .values.checks import check_limit, check_text, check_token
from .values.ids import Id, JobId, check_id
from .values.shown import shown

RecordT = TypeVar("RecordT", bound=Record)
R_co = TypeVar("R_co", covariant=True)

_SELECTIVE = ("number", "live_part", "quote_id", "job_id", "contact_id", "status", "state")


@frozen
class Shelf(Generic[RecordT]):
    """The records of one kind, read through a snapshot.

    Attributes:
        snapshot: Where they are read.
        type: Their class.
    """

    __repr__ = shown

    snapshot: Snapshot
    type: type[RecordT]

    def get(self, id: Id[RecordT]) -> RecordT:
        """The record. Raises `NotFound`, `InvalidInput` (`id.malformed`, `id.wrong-kind`)."""
        check_id(id, self.type.kind)
        found = self.snapshot.load(self.type.kind, id)
        if found is None:
            raise NotFound(self.type.kind, id)
        return cast(RecordT, found)

    def find(
        self, *, after: Id[RecordT] | None = None, limit: int | None = None, **criteria: str
    ) -> tuple[RecordT, ...]:
        """The records that meet all criteria, in order of id.

        Raises:
            InvalidInput: `find.unknown-field`, `id.malformed`, `id.wrong-kind`, `number.out-of-range`, or the text errors.
        """
        columns = COLUMNS[self.type.kind]
        for name, wanted in criteria.items():
            if name not in columns or columns[name].index is not Match.EQUAL:
                raise InvalidInput("find.unknown-field", path=name)
            check_text(wanted, name)
        if after is not None:
            check_id(after, self.type.kind)
        if limit is not None:
            check_limit(limit)
        index = next((name for name in _SELECTIVE if name in criteria), EVERY)
        value = criteria.pop(index, "")
        found = self.snapshot.select(self.type.kind, index, value, after=after, limit=None if criteria else limit)
        matching = (each for each in found if all(columns[name].of(each) == criteria[name] for name in criteria))
        return tuple(matching)[:limit]

    def rows(self, index: str, value: Value, *, limit: int | None = None) -> Sequence[Row]:
        """The native columns of those whose `index` matches, in order of id."""
        return self.snapshot.figures(self.type.kind, index, value, limit=limit)

    def with_external(self, source: str, key: str) -> RecordT | None:
        """The record that stands under `key` in the system `source`. Raises `InvalidInput`: the text errors."""
        check_token(source, "source")
        check_text(key, "key", limit=200)
        found = self.snapshot.select(self.type.kind, EXTERNAL, f"{source}:{key}", limit=1)
        return found[0] if found else None


@frozen
class Books:
    """A company's books, to read: a `Reader` over a snapshot.

    Attributes:
        snapshot: Where everything is read.
    """

    __repr__ = shown

    snapshot: Snapshot

    @property
    def contacts(self) -> Shelf[Contact]:
        """The contacts."""
        return Shelf(self.snapshot, Contact)

    @property
    def jobs(self) -> Shelf[Job]:
        """The job folders."""
        return Shelf(self.snapshot, Job)

    @property
    def quotes(self) -> Shelf[Quote]:
        """The quotes."""
        return Shelf(self.snapshot, Quote)

    @property
    def invoices(self) -> Shelf[Invoice]:
        """The invoices."""
        return Shelf(self.snapshot, Invoice)

    @property
    def work_orders(self) -> Shelf[WorkOrder]:
        """The work orders."""
        return Shelf(self.snapshot, WorkOrder)

    def company(self) -> Company | None:
        """The company's settings; `None` before it was configured."""
        return cast("Company | None", self.snapshot.load(Company.kind, Company.ID))

    def series(self, id: Id[Series]) -> Series | None:
        """A series of numbers; `None` before its first number."""
        check_id(id, Series.kind)
        return cast("Series | None", self.snapshot.load(Series.kind, id))

    def get(self, id: Id[R_co]) -> R_co:
        """The record with this id, typed by it. Raises `NotFound`, `InvalidInput` (`id.malformed`)."""
        check_id(id)
        found: Any = self.snapshot.load(id.kind, id) if id.kind in COLUMNS else None
        if found is None:
            raise NotFound(id.kind, id)
        return cast(R_co, found)

    def timeline(self, job_id: JobId, *, after: int = 0, limit: int = 100, newest: bool = False) -> Sequence[Recorded]:
        """What happened in a job folder, oldest first; at most `limit`, the first of it or the `newest`.

        Raises:
            InvalidInput: for what is no id or no number.
        """
        check_id(job_id, Job.kind)
        for name, value in (("after", after), ("limit", limit)):
            check_limit(value, name)
        return self.snapshot.timeline(job_id, after=after, limit=limit, newest=newest)
