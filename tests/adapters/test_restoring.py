"""What a storage promises to whoever fills it from a backup, or reads all of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from attrs import evolve

from plannit_core import Conflict, StorageError
from plannit_core.cursors import Cursor
from plannit_core.ports import COLUMNS, EVERY, Receipt, Recorded
from plannit_core.testing.samples import (
    ACME,
    AT,
    OTHER,
    added,
    commit,
    contact,
    drafted,
    found,
    ids,
    invoice,
    one_of_each,
    store,
)
from plannit_core.values.actors import ActorKind

if TYPE_CHECKING:
    from pathlib import Path

    from plannit_core.adapters.sqlite import SqliteStorage
    from plannit_core.events import Event
    from plannit_core.ports import Storage

KEYS = ("É", "a", "Z", "click-1", "𝔸", "\uffee")
DRAFT = invoice("1")


def recorded(position: int, event: Event) -> Recorded:
    return Recorded(position, AT, ActorKind.CLIENT, "con_1", "ApproveQuote", "click-1", event)


def receipt(key: str) -> Receipt:
    return Receipt(key, "digest", '{"kind": "none"}')


def is_empty(storage: Storage, company: str = ACME) -> bool:
    with storage.reading(company) as snapshot:
        records = [snapshot.figures(kind, EVERY, "") for kind in COLUMNS]
        counts = len(snapshot.receipts()), snapshot.position(), storage.position(company)
    seen = storage.epoch(company), list(storage.consumers(company)), list(storage.events(company))
    return not any(records) and counts == (0, 0, 0) and seen == (1, [], []) and company not in storage.companies()


class TestReadingAllOfIt:
    def test_receipts_come_in_order_of_key_by_code_point_and_page_by_page(self, storage: Storage) -> None:
        for key in KEYS:
            store(storage, contact(f"{len(key)}{ord(key[0])}"), key=key)
        store(storage, contact(), company=OTHER, key="b")
        with storage.reading(ACME) as snapshot:
            assert [each.key for each in snapshot.receipts()] == sorted(KEYS)
            page = snapshot.receipts(after="Z", limit=2)
            assert page == [receipt("a"), receipt("click-1")]
            assert list(snapshot.receipts(after=max(KEYS))) == []

    def test_a_snapshot_keeps_its_position_and_its_receipts(self, storage: Storage) -> None:
        store(storage, contact(), events=(added(contact()),), key="a")
        with storage.reading(ACME) as snapshot:
            assert snapshot.position() == 1
            store(storage, contact("2"), events=(added(contact("2")),), key="b")
            assert (snapshot.position(), [each.key for each in snapshot.receipts()]) == (1, ["a"])
        assert storage.position(ACME) == 2

    def test_a_transaction_sees_its_own_position_and_receipts(self, storage: Storage) -> None:
        with storage.writing(ACME) as txn:
            txn.write(commit(contact(), events=(added(contact()),), key="a"))
            assert (txn.position(), [each.key for each in txn.receipts()]) == (1, ["a"])

    def test_consumers_come_in_order_of_name_each_company_its_own(self, storage: Storage) -> None:
        for name in ("mailer", "Zeta", "export"):
            storage.keep_cursor(ACME, name, Cursor(0))
        assert list(storage.consumers(ACME)) == ["Zeta", "export", "mailer"]
        assert list(storage.consumers(OTHER)) == []


class TestRestoring:
    def test_everything_comes_back_as_it_was_put_versions_and_positions_too(self, storage: Storage) -> None:
        records = [evolve(each, version=place) for place, each in enumerate(one_of_each(), start=1)]
        events = [recorded(1, added(contact())), recorded(2, drafted(DRAFT)), recorded(3, drafted(invoice("2")))]
        with storage.restoring(ACME, epoch=4, consumers=["mailer"]) as books:
            books.put(records=records[:3], events=events[:1])
            books.put(records=records[3:], events=events[1:], receipts=map(receipt, KEYS))
            books.put()
            assert (books.position(), list(books.events(after=1, limit=1))) == (3, events[1:2])
            assert books.load("contact", "con_1") == next(each for each in records if each.kind == "contact")
            assert books.receipt("a") == receipt("a")
        assert [found(storage, each.kind, each.id) for each in records] == records
        assert ids(storage, "contact", "external", "quickbooks:1042") == ["con_1"]
        assert (list(storage.events(ACME)), storage.epoch(ACME)) == (events, 4)
        assert storage.cursor(ACME, "mailer") == Cursor(3)
        with storage.reading(ACME) as snapshot:
            assert list(snapshot.timeline("job_1")) == events[1:]
            assert [each.key for each in snapshot.receipts()] == sorted(KEYS)
        assert storage.companies() == [ACME]

    def test_the_books_go_on_from_there(self, storage: Storage) -> None:
        with storage.restoring(ACME, epoch=2) as books:
            books.put(records=[contact(version=7)], events=[recorded(1, added(contact()))])
            books.write(commit(contact(version=8), events=(added(contact()),)))
            assert books.position() == 2
        store(storage, contact(version=9), events=(added(contact()),))
        with pytest.raises(Conflict):
            store(storage, contact(version=9))
        assert [each.position for each in storage.events(ACME)] == [1, 2, 3]
        assert storage.epoch(ACME) == 2

    def test_every_consumer_named_or_known_stands_after_the_last_event(self, storage: Storage) -> None:
        storage.keep_cursor(ACME, "export", Cursor(0))
        stale = Cursor(0, version=2)
        with storage.restoring(ACME, epoch=2, consumers=["mailer", "export"]) as books:
            books.put(events=[recorded(1, added(contact()))])
            books.write(commit(contact(), events=(added(contact()),)))
        assert storage.cursor(ACME, "mailer") == Cursor(2)
        assert storage.cursor(ACME, "export") == Cursor(2, version=2)
        with pytest.raises(Conflict):
            storage.keep_cursor(ACME, "export", stale)
        assert list(storage.companies(behind="mailer")) == []

    def test_an_exception_leaves_no_trace(self, storage: Storage) -> None:
        with pytest.raises(ZeroDivisionError), storage.restoring(ACME, epoch=2, consumers=["mailer"]) as books:
            books.put(records=one_of_each(), events=[recorded(1, drafted(DRAFT))], receipts=[receipt("a")])
            raise ZeroDivisionError
        assert is_empty(storage)

    @pytest.mark.parametrize(
        "twice",
        [
            {"records": [contact(), contact(version=2)]},
            {"records": [contact("1", external={"erp": "A"}), contact("2", external={"erp": "A"})]},
            {"records": [invoice("1", number="F-1"), invoice("2", number="F-1")]},
            {"receipts": [receipt("a"), receipt("a")]},
            {"events": [recorded(1, drafted(DRAFT)), recorded(1, drafted(DRAFT))]},
            {"events": [recorded(2, drafted(DRAFT))]},
        ],
        ids=["a record", "a key elsewhere", "a number", "a receipt", "a position", "a hole"],
    )
    def test_what_stands_twice_or_leaves_a_hole_is_a_conflict_and_undoes_all(
        self, storage: Storage, twice: dict[str, list[object]]
    ) -> None:
        with pytest.raises(Conflict), storage.restoring(ACME, epoch=2) as books:
            books.put(records=[contact("9")])
            with pytest.raises(Conflict):
                books.put(**twice)  # type: ignore[arg-type]  # one of the three
            books.load("contact", "con_9")
        assert is_empty(storage)

    def test_a_company_in_which_something_was_stored_is_left_alone(self, storage: Storage) -> None:
        store(storage, contact())
        for company in (ACME, OTHER, OTHER):
            is_new = company not in storage.companies()
            try:
                with storage.restoring(company, epoch=9, consumers=["mailer"]):
                    assert is_new
            except StorageError as error:
                assert not is_new
                assert (error.code, error.params) == ("restore.not-empty", {"company": company})
        assert (storage.epoch(ACME), list(storage.consumers(ACME))) == (1, [])
        assert (storage.epoch(OTHER), found(storage, "contact", "con_1")) == (9, contact())

    def test_nobody_sees_it_before_it_is_over(self, storage: Storage) -> None:
        with storage.restoring(ACME, epoch=2, consumers=["mailer"]) as books:
            books.put(records=[contact()], events=[recorded(1, added(contact()))])
            assert is_empty(storage)
        assert not is_empty(storage)

    def test_it_is_a_turn_like_any_other(self, storage: Storage) -> None:
        with (
            storage.restoring(ACME, epoch=2) as books,
            pytest.raises(StorageError) as caught,
            storage.writing(ACME),
        ):
            pass
        assert caught.value.code == "storage.nested"
        with pytest.raises(StorageError) as over:
            books.put(records=[contact()])
        assert over.value.code == "transaction.over"


def test_a_hosts_own_transaction_can_be_filled_and_is_undone_with_it(sqlite: SqliteStorage, file: Path) -> None:
    for ends in ("ROLLBACK", "COMMIT"):
        with closing(sqlite3.connect(file, isolation_level=None)) as host:
            host.execute("BEGIN")
            with sqlite.joined(host).restoring(ACME, epoch=2, consumers=["mailer"]) as books:
                books.put(records=[contact()], events=[recorded(1, added(contact()))])
            host.execute(ends)
        assert is_empty(sqlite) is (ends == "ROLLBACK")
    assert sqlite.cursor(ACME, "mailer") == Cursor(1)
