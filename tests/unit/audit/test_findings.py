"""Each thing that the closing check can find, found: a company's books are made wrong in one place, and the code says how."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from crash.office import COMPANY, Office
from plannit_core import Instalment, Line, Money, Schedule, When, audit
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.decisions import Record
from plannit_core.model.contact import Contact
from plannit_core.model.payment import Allocation, PaymentKind
from plannit_core.ports import EVERY, Commit
from plannit_core.values.ids import ContactId

CENT = Money.cad("0.01")
NOBODY = ContactId("con_nobody")

Forge = Callable[[dict[str, list[Any]]], Record]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The books of an office in which every kind of command was done."""
    office = Office(tmp_path_factory.mktemp("audit") / "office.db", synchronous="NORMAL")
    for _ in office.play():
        pass
    copy = office.copied()
    office.close()
    return copy


@pytest.fixture
def books(file: bytes, tmp_path: Path) -> Path:
    """A copy of those books, to be made wrong."""
    copy = tmp_path / "books.db"
    copy.write_bytes(file)
    return copy


@contextmanager
def opened(file: Path) -> Iterator[SqliteStorage]:
    storage = SqliteStorage(file, synchronous="NORMAL")
    try:
        yield storage
    finally:
        storage.close()


def commit(storage: SqliteStorage, **what: Any) -> None:
    with storage.writing(COMPANY) as txn:
        [last] = list(storage.events(COMPANY, limit=1))
        txn.write(Commit(at=last.at, actor_kind=last.actor_kind, actor_id="u17", command="Forged", **what))


def records(storage: SqliteStorage) -> dict[str, list[Any]]:
    kinds = ("company", "series", "contact", "job", "quote", "invoice", "work_order")
    with storage.reading(COMPANY) as read:
        return {kind: list(read.select(kind, EVERY, "")) for kind in kinds}


def found(storage: Any) -> dict[str, set[tuple[str, str]]]:
    """What the check finds: code to kinds and ids; every one has words in both languages."""
    codes: dict[str, set[tuple[str, str]]] = {}
    for each in audit.check(storage, COMPANY).found:
        codes.setdefault(each.code, set()).add((each.kind, each.id))
        for lang in ("fr", "en"):
            assert "{" not in audit.words(each, lang)
    return codes


# ------------------------------------------------------------------------------------------------------ one record, changed


def first(records: list[Any], **facts: Any) -> Any:
    return next(each for each in records if all(getattr(each, name) == value for name, value in facts.items()))


def paid(known: dict[str, list[Any]]) -> Any:
    """An invoice of its own, with a cheque that was voided, cash and a refund."""
    return next(each for each in known["invoice"] if len(each.payments) == 3)


def part(known: dict[str, list[Any]]) -> Any:
    """A draft that a quote generated."""
    return next(each for each in known["invoice"] if each.quote_id and each.state == "draft")


def adjusted(known: dict[str, list[Any]]) -> Any:
    return next(each for each in known["invoice"] if each.adjustments)


def with_payment(invoice: Any, place: int, **changes: Any) -> Any:
    payments = list(invoice.payments)
    payments[place] = evolve(payments[place], **changes)
    return evolve(invoice, payments=tuple(payments))


def with_instalment(invoice: Any, place: int, **changes: Any) -> Any:
    instalments = list(invoice.instalments)
    instalments[place] = evolve(instalments[place], **changes)
    return evolve(invoice, instalments=tuple(instalments))


def approved(known: dict[str, list[Any]]) -> Any:
    return first(known["quote"], state="approved")


def other_job(known: dict[str, list[Any]], invoice: Any) -> Any:
    return next(each for each in known["job"] if each.id != invoice.job_id and each.contact_id == invoice.contact_id)


def holding(known: dict[str, list[Any]]) -> Any:
    return next(each for each in known["work_order"] if each.invoice_ids)


def in_another_job(known: dict[str, list[Any]]) -> Any:
    order = holding(known)
    stranger = next(each.id for each in known["invoice"] if each.job_id != order.job_id)
    return evolve(order, invoice_ids=(*order.invoice_ids, stranger))


def too_little(known: dict[str, list[Any]]) -> Any:
    """A declined quote whose only schedule asks for a dollar."""
    schedule = Schedule.one_invoice([Instalment.fixed(Money.cad("1.00"), When.TO_BE_PLANNED)])
    return evolve(first(known["quote"], state="declined"), schedules=(schedule,))


def below_zero(known: dict[str, list[Any]]) -> Any:
    invoice = paid(known)
    return evolve(invoice, lines=(Line("Rabais", -1, Money.cad("900.00")),), original_taxes=())


def currency(known: dict[str, list[Any]]) -> Any:
    [company] = known["company"]
    return evolve(company, settings=evolve(company.settings, currency="USD"))


def taxed(known: dict[str, list[Any]]) -> Any:
    invoice = paid(known)
    tax, *others = invoice.original_taxes
    return evolve(invoice, original_taxes=(evolve(tax, amount=tax.amount + CENT), *others))


def dearer(known: dict[str, list[Any]]) -> Any:
    """A part of a quote with a cent more on its first line."""
    invoice = part(known)
    line, *others = invoice.lines
    return evolve(invoice, lines=(Line(line.text, 1, line.amount + CENT, tax=line.tax), *others))


def moved_too_much(known: dict[str, list[Any]]) -> Any:
    invoice = adjusted(known)
    [adjustment] = invoice.adjustments
    return evolve(invoice, adjustments=(evolve(adjustment, allocations=(Allocation(1, -CENT),)),))


def only_refunded(known: dict[str, list[Any]]) -> Any:
    invoice = paid(known)
    return evolve(invoice, payments=tuple(each for each in invoice.payments if each.kind is PaymentKind.REFUND))


def paid_elsewhere(known: dict[str, list[Any]]) -> Any:
    """The invoice after it with the same payments."""
    invoice = paid(known)
    other = next(each for each in known["invoice"] if each.state == "issued" and each.id > invoice.id)
    return evolve(other, payments=invoice.payments)


FORGED: dict[str, Forge] = {
    "record.state": lambda known: evolve(paid(known), number=None),
    "record.inconsistent": lambda known: with_payment(paid(known), 1, allocations=(Allocation(99, CENT),)),
    "record.dangling": lambda known: evolve(known["job"][0], contact_id=NOBODY),
    "document.other-contact": lambda known: evolve(paid(known), contact_id=known["contact"][1].id),
    "document.currency": currency,
    "document.negative": below_zero,
    "quote.schedule": too_little,
    "quote.discount": lambda known: evolve(approved(known), discount_lines=(Line("Rabais", -1, CENT),)),
    "quote.approved-for": lambda known: evolve(
        approved(known), approval=evolve(approved(known).approval, on_behalf_of=known["contact"][1].id)
    ),
    "quote.parts": dearer,
    "invoice.part": lambda known: evolve(part(known), part=9),
    "invoice.other-job": lambda known: evolve(part(known), job_id=other_job(known, part(known)).id),
    "invoice.taxes": taxed,
    "invoice.instalments": lambda known: with_instalment(
        part(known), 0, amount=part(known).instalments[0].amount + CENT
    ),
    "invoice.open": lambda known: with_instalment(paid(known), 0, amount=paid(known).instalments[0].amount + CENT),
    "invoice.adjustment": moved_too_much,
    "invoice.paid": lambda known: with_instalment(paid(known), 0, paid=CENT),
    "invoice.overdrawn": only_refunded,
    "invoice.dated": lambda known: evolve(paid(known), send_on=known["job"][0].opened_on),
    "invoice.due": lambda known: with_instalment(paid(known), 0, due_on=None),
    "payment.amount": lambda known: with_payment(paid(known), 1, amount=-CENT),
    "payment.allocations": lambda known: with_payment(paid(known), 1, allocations=()),
    "payment.rounding": lambda known: with_payment(paid(known), 0, rounding=CENT),
    "payment.twice": paid_elsewhere,
    "work_order.other-job": in_another_job,
    "work_order.twice": lambda known: evolve(holding(known), invoice_ids=holding(known).invoice_ids * 2),
    "history.no-beginning": lambda _: Contact(NOBODY, 0, "Nobody"),
    "history.differs": lambda known: evolve(approved(known), state="sent", approval=None, discount_lines=()),
    "series.last": lambda known: evolve(known["series"][0], last=77),
}
"""A code, and the record that makes the check find it."""


def about(code: str, forged: Record) -> set[tuple[str, str]]:
    """What the finding names: the forged record, or what it spoils."""
    if code == "document.currency":
        return set()
    return {("quote", forged.quote_id)} if code == "quote.parts" else {(forged.kind, forged.id)}


@pytest.mark.parametrize("code", FORGED)
def test_a_record_that_cannot_be_right_is_named_with_what_is_wrong(code: str, books: Path) -> None:
    with opened(books) as storage:
        assert found(storage) == {}
        forged = FORGED[code](records(storage))
        commit(storage, writes=(evolve(forged, version=forged.version + 1),))
        codes = found(storage)
    assert code in codes
    assert about(code, forged) <= codes[code]


def test_a_currency_that_is_not_the_companys_is_found_on_every_document(books: Path) -> None:
    with opened(books) as storage:
        known = records(storage)
        forged = currency(known)
        commit(storage, writes=(evolve(forged, version=forged.version + 1),))
        named = found(storage)["document.currency"]
    assert named == {(each.kind, each.id) for kind in ("quote", "invoice") for each in known[kind]}


def test_settings_that_are_gone_are_missed(books: Path) -> None:
    with opened(books) as storage:
        commit(storage, removes=tuple(records(storage)["company"]))
        assert found(storage)["company.missing"] == {("company", "com_settings")}


def test_an_event_about_a_record_that_is_gone_is_named_by_its_position(books: Path) -> None:
    with opened(books) as storage:
        gone = first(records(storage)["invoice"], state="draft")
        commit(storage, removes=(gone,))
        named = found(storage)["event.unknown"]
        positions = {str(each.position) for each in storage.events(COMPANY, limit=1000) if gone.id in repr(each.event)}
    assert {id for _, id in named} == positions


# ----------------------------------------------------------------------------------------------- the file, changed by hand

BY_HAND = {
    "record.unreadable": "UPDATE plannit_job SET body = replace(body, 'Toit', 'toit')",
    "record.columns": "UPDATE plannit_invoice SET balance = balance + 1 WHERE state = 'issued'",
    "storage.damage": "UPDATE plannit_receipt SET result = '{}' WHERE key = 'step-3'",
    "storage.failed": "UPDATE plannit_invoice SET send_on = 'soon' WHERE state = 'issued'",
    "event.missing": "DELETE FROM plannit_event WHERE position IN (4, 5)",
    "event.unreadable": "UPDATE plannit_event SET actor_id = 'u18' WHERE position = 7",
    "event.beyond": "UPDATE plannit_head SET position = position - 2",
    "receipt.missing": "DELETE FROM plannit_receipt WHERE key = 'step-5'",
}
"""A code, and the statement that makes the check find it."""


@pytest.mark.parametrize("code", BY_HAND)
def test_what_was_changed_in_the_file_by_hand_is_named(code: str, books: Path) -> None:
    with closing(sqlite3.connect(books)) as connection:
        assert connection.execute(BY_HAND[code]).rowcount > 0
        connection.commit()
    with opened(books) as storage:
        assert code in found(storage)


def test_the_first_position_of_a_hole_in_the_events_is_named(books: Path) -> None:
    with closing(sqlite3.connect(books)) as connection:
        connection.execute(BY_HAND["event.missing"])
        connection.commit()
    with opened(books) as storage:
        [hole] = [each for each in audit.check(storage, COMPANY).found if each.code == "event.missing"]
    assert (hole.id, hole.reason.params) == ("4", {"to": 5})


def test_text_that_is_no_text_is_named_by_its_record_and_the_others_are_still_looked_at(books: Path) -> None:
    with closing(sqlite3.connect(books)) as connection:
        connection.execute("UPDATE plannit_contact SET body = CAST(x'ff' AS TEXT) WHERE id = 'con_0001'")
        connection.commit()
    with opened(books) as storage:
        findings = audit.check(storage, COMPANY)
    named = {(each.code, each.id) for each in findings.found if each.kind == "contact"}
    assert named == {("storage.damage", "con_0001"), ("record.unreadable", "con_0001")}
    assert findings.records["invoice"] > 0


# --------------------------------------------------------------------------------------------------- a storage that lies


class Lying:
    """A storage whose snapshots do not tell the truth.

    Args:
        storage: The truth.
        lies: Method to what is given instead; told what would be given and what was asked.
    """

    def __init__(self, storage: SqliteStorage, **lies: Callable[..., Any]) -> None:
        self._storage, self._lies = storage, lies

    def __getattr__(self, name: str) -> Any:
        told = getattr(self._storage, name)
        return self._told(told, self._lies[name]) if name in self._lies else told

    @staticmethod
    def _told(told: Any, lie: Callable[..., Any]) -> Any:
        return lambda *asked, **more: lie(told(*asked, **more), *asked)

    @contextmanager
    def reading(self, company: str) -> Iterator[Any]:
        with self._storage.reading(company) as snapshot:
            yield Lying(snapshot, **self._lies)


def same_number(record: Any, kind: str, _: str) -> Any:
    return evolve(record, number="J-1") if kind == "job" else record


def forgets_a_job(rows: Any, kind: str, index: str, *_: Any) -> Any:
    return [] if (kind, index) == ("invoice", "job_id") else rows


LIES: dict[str, dict[str, Callable[..., Any]]] = {
    "record.not-unique": {"load": same_number},
    "record.lookup": {"figures": forgets_a_job},
    "folder.figures": {"figures": forgets_a_job},
    "event.timeline": {"timeline": lambda events, _: events[1:]},
    "event.order": {"events": lambda events, _: [*events[:3], *events[1:]]},
}
"""A code, and the lie that makes the check find it."""


@pytest.mark.parametrize("code", LIES)
def test_a_storage_that_lies_is_found_out(code: str, books: Path) -> None:
    with opened(books) as storage:
        assert code in found(Lying(storage, **LIES[code]))


def test_a_closed_storage_is_a_finding_and_no_accident(books: Path) -> None:
    with opened(books) as storage:
        pass
    assert found(storage) == {"storage.failed": {("storage", "")}}


# -------------------------------------------------------------------------------------------------------------- and all in all


def test_everything_that_can_be_found_is_found_by_some_test() -> None:
    elsewhere = {"company.missing", "event.unknown", "series.jump"}
    assert {*FORGED, *BY_HAND, *LIES, *elsewhere} == set(audit.WORDS)
