"""Records made from the model classes, with a few words for what a check means and sensible values for the rest.

They need not follow from one another as records made by commands do: what a storage keeps is not for it to judge.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from .. import presets
from ..decisions import Record
from ..errors import Conflict
from ..events import ContactAdded, DraftDiscarded, Event, InvoiceDrafted
from ..lifecycle import InvoiceState, QuoteState, WorkOrderState
from ..model.company import Company, Series, Split
from ..model.contact import Contact
from ..model.instalments import InvoiceInstalment
from ..model.invoice import Invoice
from ..model.job import Job
from ..model.quote import Approval, Quote
from ..model.work_order import WorkOrder
from ..ports import Commit, Receipt, Storage, Value
from ..values.actors import Actor, ActorKind
from ..values.ids import ContactId, InvoiceId, JobId, QuoteId, SeriesId, WorkOrderId
from ..values.lines import Line
from ..values.mapping import Keys
from ..values.money import Money, currency_of
from ..values.schedule import Instalment, Schedule, Share, When
from ..values.tax import Tax, TaxAmount, TaxGroup

ACME, OTHER = "acme", "other"
CAD = currency_of("CAD")
QC = TaxGroup("qc", [Tax("GST", "5"), Tax("QST", "9.975")])
AT = datetime(2026, 3, 2, 14, 0, 0, 250, tzinfo=UTC)
MARCH_2, MARCH_9, JUNE_15 = date(2026, 3, 2), date(2026, 3, 9), date(2026, 6, 15)
SCHEDULE = Schedule.many_invoices([Instalment.percent(30, When.ON_APPROVAL), Instalment.rest(When.on(JUNE_15))])


def company(*, version: int = 1, name: str = "Toitures Lavoie") -> Company:
    """The settings, as a record."""
    return Company(Company.ID, version, presets.quebec(name=name))


def series(*, version: int = 1, last: int = 1) -> Series:
    """The series of invoice numbers."""
    return Series(SeriesId("ser_invoice"), version, last, 1)


def contact(tail: str = "1", *, version: int = 1, name: str = "Ada Byron", external: Any = None) -> Contact:
    """A contact."""
    return Contact(ContactId(f"con_{tail}"), version, name, emails=("ada@example.com",), external=Keys(external or {}))


def job(
    tail: str = "1", *, version: int = 1, number: str | None = None, status: str = "New", external: Any = None
) -> Job:
    """A job folder."""
    return Job(
        JobId(f"job_{tail}"),
        version,
        ContactId("con_1"),
        number or f"J-{tail}",
        "Toit, 12 rue du Moulin",
        "Web",
        status,
        AT,
        MARCH_2,
        external=Keys(external or {}),
    )


def quote(tail: str = "1", *, version: int = 1, number: str | None = None, external: Any = None) -> Quote:
    """A draft, or with a number an approved one."""
    lines = (Line("Main-d'œuvre", "10", Money.cad("85.00"), tax=QC, cost=Money.cad("40.00")),)
    made = Quote(QuoteId(f"quo_{tail}"), version, JobId("job_1"), ContactId("con_1"), CAD, lines, (SCHEDULE,))
    if number is None:
        return made
    by = Actor.client(ContactId("con_1"))
    return Quote(
        *(made.id, version, made.job_id, made.contact_id, CAD, lines, (SCHEDULE,)),
        state=QuoteState.APPROVED,
        number=number,
        sent_at=AT,
        sent_on=MARCH_2,
        valid_until=JUNE_15,
        approval=Approval(AT, MARCH_2, by, made.contact_id, SCHEDULE, Split.EXACT),
        external=Keys(external or {}),
    )


def invoice(  # noqa: PLR0913  # a field that a check speaks of is given by name
    tail: str = "1",
    *,
    version: int = 1,
    job_id: str = "job_1",
    price: str = "100.00",
    state: InvoiceState = InvoiceState.DRAFT,
    quote_id: str | None = None,
    part: int | None = None,
    number: str | None = None,
    send_on: date | None = None,
    issued_on: date | None = None,
    voided_on: date | None = None,
    external: Any = None,
) -> Invoice:
    """An invoice of one line."""
    line = Line("Dépannage", "1", Money.cad(price), tax=QC)
    gst, qst = Money.of_minor(line.minor * 5 // 100, CAD), Money.of_minor(line.minor * 10 // 100, CAD)
    base = Money.of_minor(line.minor, CAD)
    taxes = (TaxAmount("GST", QC.taxes[0].rate, base, gst), TaxAmount("QST", QC.taxes[1].rate, base, qst))
    return Invoice(
        InvoiceId(f"inv_{tail}"),
        version,
        JobId(job_id),
        ContactId("con_1"),
        CAD,
        (line,),
        taxes,
        (InvoiceInstalment(Share("100"), When.AT_BILLING, base + gst + qst, Money.cad("0.00"), issued_on),),
        state=state,
        quote_id=QuoteId(quote_id) if quote_id else None,
        part=part,
        number=number,
        send_on=send_on,
        issued_on=issued_on,
        issued_at=AT if issued_on else None,
        voided_on=voided_on,
        external=Keys(external or {}),
    )


def work_order(tail: str = "1", *, version: int = 1, planned_on: date | None = MARCH_9) -> WorkOrder:
    """A planned visit with two invoices attached."""
    attached = (InvoiceId("inv_2"), InvoiceId("inv_1"))
    return WorkOrder(
        WorkOrderId(f"wor_{tail}"), version, JobId("job_1"), "Visite", planned_on, WorkOrderState.PLANNED, attached
    )


def one_of_each() -> list[Record]:
    """Records of all kinds, with something in every column at least once."""
    return [
        company(),
        series(),
        contact(external={"quickbooks": "1042"}),
        job(external={"erp": "A-7"}),
        quote(),
        quote("2", number="S2026-00001", external={"erp": "Q-1"}),
        invoice(send_on=JUNE_15, quote_id="quo_2", part=2),
        invoice("2", state=InvoiceState.ISSUED, number="F2026-00001", issued_on=MARCH_2, quote_id="quo_2", part=1),
        invoice("3", state=InvoiceState.VOIDED, number="F2026-00002", issued_on=MARCH_2, voided_on=MARCH_9),
        work_order(),
        work_order("2", planned_on=None),
    ]


def added(record: Contact) -> ContactAdded:
    """An event on no timeline."""
    return ContactAdded(record.id)


def drafted(record: Invoice) -> InvoiceDrafted:
    """An event on the timeline of the invoice's job."""
    return InvoiceDrafted(record.id, record.job_id, record.total)


def discarded(record: Invoice) -> DraftDiscarded:
    """Another event on the timeline of the invoice's job."""
    return DraftDiscarded(record.id, record.job_id)


def commit(
    *writes: Record,
    removes: tuple[Record, ...] = (),
    events: tuple[Event, ...] = (),
    key: str | None = None,
    at: datetime = AT,
) -> Commit:
    """What one command would store."""
    return Commit(
        at=at,
        actor_kind=ActorKind.USER,
        actor_id="u17",
        command="DraftInvoice",
        writes=writes,
        removes=removes,
        events=events,
        receipt=Receipt(key, "digest", '{"kind": "none"}') if key is not None else None,
    )


def store(storage: Storage, *writes: Record, company: str = ACME, **more: Any) -> None:
    """Write them in a transaction of their own."""
    with storage.writing(company) as txn:
        txn.write(commit(*writes, **more))


def found(storage: Storage, kind: str, id: str, company: str = ACME) -> Record | None:
    """What is stored, as a new reader sees it."""
    with storage.reading(company) as snapshot:
        return snapshot.load(kind, id)


def ids(storage: Storage, kind: str, index: str, value: Value, company: str = ACME, **more: Any) -> list[str]:
    """The ids of what `select` finds."""
    with storage.reading(company) as snapshot:
        return [str(each.id) for each in snapshot.select(kind, index, value, **more)]


def conflict(storage: Storage, *writes: Record, company: str = ACME, **more: Any) -> tuple[str, str, int, int]:
    """What the `Conflict` says that storing them makes: kind, id, expected, found."""
    with pytest.raises(Conflict) as caught:
        store(storage, *writes, company=company, **more)
    error = caught.value
    return error.kind, str(error.id), error.expected, error.found


def positions(storage: Storage, company: str = ACME, **more: int) -> list[int]:
    """The positions of a company's events."""
    return [each.position for each in storage.events(company, **more)]
