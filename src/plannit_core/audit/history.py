"""What must be true of the events: none is missing, each speaks of what exists, and together they tell what the records say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import astuple

from .. import events as e
from .. import serial
from ..errors import NotFound, PlannitError, SchemaError
from ..lifecycle import InvoiceState, QuoteState, WorkOrderState
from ..ports import Recorded, Storage
from ..values.ids import Id
from .books import Evidence
from .findings import Collector
from .numbers import Counts

PAGE = 500
_BEGINNINGS = (
    (e.CompanyConfigured, "company"),
    (e.ContactAdded, "contact"),
    (e.JobOpened, "job"),
    (e.QuoteDrafted, "quote"),
    (e.InvoiceDrafted, "invoice"),
    (e.WorkOrderPlanned, "work_order"),
)
_STATES: Mapping[type[e.Event], str] = {
    e.QuoteDrafted: QuoteState.DRAFT,
    e.QuoteSent: QuoteState.SENT,
    e.QuoteUndeliverable: QuoteState.SENT,
    e.QuoteApproved: QuoteState.APPROVED,
    e.QuoteDeclined: QuoteState.DECLINED,
    e.InvoiceDrafted: InvoiceState.DRAFT,
    e.InvoiceIssued: InvoiceState.ISSUED,
    e.InvoiceVoided: InvoiceState.VOIDED,
    e.WorkOrderPlanned: WorkOrderState.PLANNED,
    e.WorkOrderCompleted: WorkOrderState.COMPLETED,
    e.WorkOrderCancelled: WorkOrderState.CANCELLED,
}


class History:
    """What the events of a company tell, event by event.

    Args:
        books: What the records say.
        found: Where findings go.
    """

    def __init__(self, books: Evidence, found: Collector) -> None:
        self._books = books
        self._found = found
        self._begun: set[str] = set()
        self._named: list[tuple[int, str, Id[object]]] = []
        self._gone: set[str] = set()
        self._told: dict[str, dict[str, Any]] = {}
        self._adjusted: Counter[str] = Counter()
        self._held: dict[str, list[str]] = {}
        self._timelines: dict[str, list[int]] = {}
        self._counts = Counts(books, found)
        self._keys: set[str] = set()

    def read(self, storage: Storage, company: str, last: int) -> int:
        """Take in every event up to position `last`, and give back how many could be read."""
        count = 0
        for recorded in _events(storage, company, last, self._found):
            count += 1
            self._note(recorded)
        return count

    def _note(self, recorded: Recorded) -> None:
        event = recorded.event
        if event.timeline is not None:
            self._timelines.setdefault(event.timeline, []).append(recorded.position)
        if any(isinstance(event, kind) for kind, _ in _BEGINNINGS):
            self._begun.add(event.subject)
        for value in astuple(event, recurse=False):  # type: ignore[arg-type]  # every event is attrs
            if isinstance(value, Id) and not self._knows(value):
                self._named.append((recorded.position, event.name, value))
        self._tell(event)
        self._hold(event)
        self._counts.note(event)
        self._receipt(recorded)

    def _knows(self, id: Id[object]) -> bool:
        return self._books.knows(id.kind, id)

    def _fact(self, id: str, **facts: Any) -> None:
        self._told.setdefault(id, {}).update(facts)

    def _tell(self, event: e.Event) -> None:
        """What `event` says of the record it is about."""
        if type(event) in _STATES:
            self._fact(event.subject, state=_STATES[type(event)])
        match event:
            case e.InvoiceDrafted() | e.InvoiceMovedIn():
                self._fact(event.invoice_id, job_id=event.job_id)
            case e.InvoiceIssued():
                minor = event.total.minor
                facts = {"number": event.number, "issued_on": event.issued_on, "original_total": minor, "total": minor}
                self._fact(event.invoice_id, **facts)
            case e.InvoiceAdjusted():
                self._adjusted[event.invoice_id] += 1
                self._fact(event.invoice_id, total=event.total.minor)
            case e.PaymentRecorded() | e.PaymentRefunded():
                facts = {"amount": event.amount, "rounding": event.rounding, "paid_on": event.paid_on}
                self._fact(event.payment_id, invoice=event.invoice_id, is_voided=False, **facts)
            case e.PaymentVoided():
                self._fact(event.payment_id, is_voided=True)
            case e.QuoteApproved():
                self._fact(event.quote_id, total=event.total.minor)
            case _:
                pass

    def _hold(self, event: e.Event) -> None:
        """Which invoices are on which work orders, and which are gone."""
        match event:
            case e.InvoiceAttached():
                self._held.setdefault(event.work_order_id, []).append(event.invoice_id)
            case e.InvoiceDetached():
                self._drop(event.invoice_id, event.work_order_id)
            case e.InvoiceMovedIn() | e.DraftDiscarded():
                self._drop(event.invoice_id)
            case _:
                pass
        if isinstance(event, e.DraftDiscarded):
            self._gone.add(event.invoice_id)

    def _drop(self, invoice: str, order: str | None = None) -> None:
        """`invoice` is off a work order, or off all of them."""
        for id, held in self._held.items():
            if invoice in held and order in (None, id):
                held.remove(invoice)

    def _receipt(self, recorded: Recorded) -> None:
        """What was done with a key has a receipt that can be read."""
        key = recorded.key
        if key is None or key in self._keys:
            return
        self._keys.add(key)
        try:
            kept = self._books.snapshot.receipt(key)
            if kept is not None:
                serial.load_result(kept.result, self._books.read.get)
                return
        except NotFound:
            return  # what it gave is gone since
        except PlannitError:
            pass
        self._found.add("event", str(recorded.position), "receipt.missing")

    def compare(self) -> None:
        """Find where the events and the records differ."""
        for position, name, other in self._named:
            if other not in self._gone:
                self._found.add("event", str(position), "event.unknown", name=name, other=other)
        for _, kind in _BEGINNINGS:
            for id in self._books.rows[kind]:
                if id not in self._begun:
                    self._found.add(kind, id, "history.no-beginning")
        for kind in ("quote", "invoice", "work_order"):
            for id, facts in self._books.facts[kind].items():
                self._differ(kind, id, self._told.get(id, {}), facts)
        for id, count in self._books.adjustments.items():
            self._differ("invoice", id, {"adjustments": self._adjusted[id]}, {"adjustments": count})
        for id, facts in self._books.facts["work_order"].items():
            told = {"invoice_ids": tuple(self._held.get(id, ()))}
            self._differ("work_order", id, told, facts)
        self._payments()
        self._compare_timelines()
        self._counts.compare()

    def _differ(self, kind: str, id: str, told: dict[str, Any], facts: dict[str, Any]) -> None:
        for name, value in told.items():
            if facts[name] != value:
                self._found.add(kind, id, "history.differs", fact=name, told=value, found=facts[name])

    def _payments(self) -> None:
        """Each payment is told once, as it stands."""
        for payment_id, (invoice, payment) in self._books.payments.items():
            if payment_id not in self._told:
                self._found.add("payment", payment_id, "history.no-beginning")
                continue
            names = ("amount", "rounding", "paid_on", "is_voided")
            facts = {"invoice": invoice, **{name: getattr(payment, name) for name in names}}
            self._differ("payment", payment_id, self._told[payment_id], facts)

    def _compare_timelines(self) -> None:
        for job in self._books.rows["job"]:
            expected = self._timelines.get(job, [])
            try:
                shown = self._books.snapshot.timeline(job, limit=len(expected) + 1)
            except SchemaError:
                continue  # the event itself was found to be unreadable
            if [each.position for each in shown] != expected:
                self._found.add("job", job, "event.timeline")


def _events(storage: Storage, company: str, last: int, found: Collector) -> Iterator[Recorded]:
    """The events up to position `last` that can be read; what is missing or unreadable among them is found."""
    after, size = 0, PAGE
    while after < last:
        try:
            page = storage.events(company, after=after, limit=min(size, last - after))
        except SchemaError as error:
            if size == 1:
                after += 1
                found.add("event", str(after), "event.unreadable", problem=error.params.get("problem") or error.code)
            size = PAGE if size == 1 else 1
            continue
        for recorded in page:
            if recorded.position <= after:  # what is asked for by position is out of order
                found.add("event", str(recorded.position), "event.order", before=after)
                return
            if recorded.position > after + 1:
                found.add("event", str(after + 1), "event.missing", to=min(recorded.position - 1, last))
            after = recorded.position
            if after <= last:
                yield recorded
        if not page:
            found.add("event", str(after + 1), "event.missing", to=last)
            return
    if storage.events(company, after=last, limit=1) and storage.position(company) == last:
        found.add("event", str(last + 1), "event.beyond", last=last)
