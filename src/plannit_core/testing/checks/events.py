"""Promises 7 and 8: events and receipts."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ...errors import Conflict
from ...ports import EVERY, Receipt, Recorded, Storage
from ...values.actors import ActorKind
from ..base import Opener, alternating, checks
from ..samples import (
    ACME,
    AT,
    OTHER,
    added,
    commit,
    contact,
    discarded,
    drafted,
    found,
    ids,
    invoice,
    positions,
    store,
)

ON_JOB_1, ON_JOB_2 = drafted(invoice("1")), drafted(invoice("2", job_id="job_2"))

# ------------------------------------------------------------------------------------------------------------ promise 7


def positions_are_1_2_3_in_each_company(opener: Opener) -> None:
    storage = opener()
    store(storage, events=(added(contact()), ON_JOB_1))
    store(storage, events=(ON_JOB_2,), company=OTHER)
    store(storage, contact())
    store(storage, events=(ON_JOB_2,))
    assert positions(storage) == [1, 2, 3]
    assert positions(storage, OTHER) == [1]
    assert [each.event for each in storage.events(ACME)] == [added(contact()), ON_JOB_1, ON_JOB_2]
    assert (storage.position(ACME), storage.position(OTHER), storage.position("nobody")) == (3, 1, 0)


def a_rollback_leaves_no_gap(opener: Opener) -> None:
    storage = opener()
    store(storage, events=(ON_JOB_1,))
    with pytest.raises(ZeroDivisionError), storage.writing(ACME) as txn:
        txn.write(commit(events=(ON_JOB_1, ON_JOB_2)))
        raise ZeroDivisionError
    store(storage, contact())
    with pytest.raises(Conflict):
        store(storage, contact(), events=(ON_JOB_2,))
    store(storage, events=(ON_JOB_2,))
    assert positions(storage) == [1, 2]
    with storage.reading(ACME) as snapshot:
        assert [each.position for each in snapshot.timeline("job_1")] == [1]
        assert [each.position for each in snapshot.timeline("job_2")] == [2]


def several_writes_of_a_transaction_go_on_counting(opener: Opener) -> None:
    storage = opener()
    with storage.writing(ACME) as txn:
        txn.write(commit(events=(ON_JOB_1,)))
        txn.write(commit(contact()))
        txn.write(commit(events=(ON_JOB_2, ON_JOB_1)))
        assert [each.position for each in txn.timeline("job_1")] == [1, 3]
    assert positions(storage) == [1, 2, 3]


def events_come_back_as_they_were(opener: Opener) -> None:
    storage = opener()
    in_quebec = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=-5)))
    store(storage, events=(ON_JOB_1,), key="click-1")
    store(storage, events=(added(contact()),), at=in_quebec)
    first, second = storage.events(ACME)
    assert first == Recorded(1, AT, ActorKind.USER, "u17", "DraftInvoice", "click-1", ON_JOB_1)
    assert second == Recorded(2, in_quebec, ActorKind.USER, "u17", "DraftInvoice", None, added(contact()))
    assert first.at.utcoffset() == timedelta(0)
    assert type(first.actor_kind) is ActorKind


def pages_of_events_begin_after_a_position_and_end_at_the_limit(opener: Opener) -> None:
    storage = opener()
    store(storage, events=(ON_JOB_1, ON_JOB_2) * 75)
    assert positions(storage) == list(range(1, 101))
    assert positions(storage, after=100) == list(range(101, 151))
    assert positions(storage, after=1, limit=2) == [2, 3]
    assert positions(storage, limit=1_000) == list(range(1, 151))
    assert positions(storage, after=150) == positions(storage, limit=0) == []


def the_timeline_of_a_job_holds_its_events_in_order(opener: Opener) -> None:
    storage = opener()
    store(storage, events=(ON_JOB_1, added(contact()), ON_JOB_2, discarded(invoice("1"))))
    store(storage, events=(ON_JOB_1,) * 100)
    with storage.reading(ACME) as snapshot:
        assert [each.position for each in snapshot.timeline("job_1", limit=3)] == [1, 4, 5]
        assert [each.position for each in snapshot.timeline("job_1", after=1, limit=2)] == [4, 5]
        assert len(snapshot.timeline("job_1")) == 100
        assert [each.position for each in snapshot.timeline("job_1", limit=2, newest=True)] == [103, 104]
        assert [each.position for each in snapshot.timeline("job_1", after=103, newest=True)] == [104]
        assert list(snapshot.timeline("job_1", limit=0, newest=True)) == []
        assert [each.event for each in snapshot.timeline("job_2")] == [ON_JOB_2]
        assert list(snapshot.timeline("job_3")) == []


def nothing_appears_before_what_a_consumer_has_read(opener: Opener) -> None:
    """Two writers at once: a consumer that goes on after the last position it saw misses none."""
    storage = opener()
    store(storage, events=(ON_JOB_1,))
    with storage.writing(ACME) as txn:
        txn.write(commit(events=(ON_JOB_1,)))
        other = opener.aside(lambda: retried(storage))
        other.has_ended()
        read = opener.soon(lambda: positions(storage))
    other.result()
    read += positions(storage, after=read[-1])
    assert read == [1, 2, 3]


def retried(storage: Storage) -> None:
    """One more event, tried until nobody was faster."""
    while True:
        try:
            return store(storage, events=(ON_JOB_2,))
        except Conflict:
            continue


def a_consumer_that_follows_busy_writers_misses_nothing(opener: Opener) -> None:
    storage = opener()
    store(storage, events=(ON_JOB_1,))

    def write() -> None:
        for _ in range(15):
            retried(storage)

    read = [1]
    with alternating():
        writers = [opener.aside(write) for _ in range(3)]
        while not all(each.has_ended(0) for each in writers):
            read += positions(storage, after=read[-1])
    for each in writers:
        each.result()
    read += positions(storage, after=read[-1])
    assert read == list(range(1, 47))


# ------------------------------------------------------------------------------------------------------------ promise 8


def a_receipt_is_found_by_its_key(opener: Opener) -> None:
    storage = opener()
    store(storage, key="click-1")
    with storage.reading(ACME) as snapshot:
        assert snapshot.receipt("click-1") == Receipt("click-1", "digest", '{"kind": "none"}')
        for near in ("click", "CLICK-1", "click-1 ", "click_1", "click%"):
            assert snapshot.receipt(near) is None


def a_second_receipt_is_a_conflict_and_its_commit_is_undone(opener: Opener) -> None:
    storage = opener()
    store(storage, key="click-1")
    with pytest.raises(Conflict) as again:
        store(storage, contact(), events=(ON_JOB_1,), key="click-1")
    assert (again.value.kind, again.value.id) == ("", "")
    assert found(storage, "contact", "con_1") is None
    assert storage.position(ACME) == 0


def a_second_receipt_in_the_same_transaction_is_a_conflict(opener: Opener) -> None:
    storage = opener()
    with pytest.raises(Conflict), storage.writing(ACME) as txn:
        txn.write(commit(key="click-1"))
        txn.write(commit(key="click-1"))
    with storage.reading(ACME) as snapshot:
        assert snapshot.receipt("click-1") is None


def the_receipt_of_what_was_undone_is_not_kept(opener: Opener) -> None:
    """Else the repeated command would be taken for done."""
    storage = opener()
    store(storage, contact("2"))
    with pytest.raises(ZeroDivisionError), storage.writing(ACME) as txn:
        txn.write(commit(key="click-1"))
        raise ZeroDivisionError
    with pytest.raises(Conflict):
        store(storage, contact("2"), key="click-2")
    with storage.reading(ACME) as snapshot:
        assert (snapshot.receipt("click-1"), snapshot.receipt("click-2")) == (None, None)
    store(storage, key="click-1")
    store(storage, key="click-2")


def a_receipt_belongs_to_one_company(opener: Opener) -> None:
    storage = opener()
    store(storage, key="click-1")
    with storage.reading(OTHER) as snapshot:
        assert snapshot.receipt("click-1") is None
    store(storage, key="click-1", company=OTHER)


def keys_are_any_text(opener: Opener) -> None:
    storage = opener()
    keys = ("Clic n° 1", "clic n° 1", " ", "  ", "é", "e\u0301", "100%", "1", "01", "k" * 200)
    for key in keys:
        store(storage, key=key)
    with storage.reading(ACME) as snapshot:
        for key in keys:
            kept = snapshot.receipt(key)
            assert kept is not None
            assert kept.key == key


def receipts_come_in_order_of_key_and_page_by_page(opener: Opener) -> None:
    storage = opener()
    keys = ("É", "a", "Z", "click-1", "𝔸", "\uffee")
    for key in keys:
        store(storage, key=key)
    store(storage, key="b", company=OTHER)
    with storage.reading(ACME) as snapshot:
        assert [each.key for each in snapshot.receipts()] == sorted(keys)
        assert [each.key for each in snapshot.receipts(after="Z", limit=2)] == ["a", "click-1"]
        assert list(snapshot.receipts(after=max(keys))) == []
        assert snapshot.receipts(after="Z", limit=1)[0] == snapshot.receipt("a")
    with storage.reading("nobody") as snapshot:
        assert list(snapshot.receipts()) == []


def of_one_key_used_by_many_at_once_one_commit_stands(opener: Opener) -> None:
    storage = opener()

    def click(number: int) -> bool:
        try:
            store(storage, contact(f"{number}"), events=(ON_JOB_1,), key="click-1")
        except Conflict:
            return False
        return True

    with alternating():
        sides = [opener.aside(lambda number=number: click(number)) for number in range(4)]  # type: ignore[misc]  # a default binds it
        outcomes = [side.result() for side in sides]
    assert outcomes.count(True) == 1
    assert ids(storage, "contact", EVERY, "") == [f"con_{outcomes.index(True)}"]
    assert storage.position(ACME) == 1


CHECKS = (
    *checks(
        "7",
        positions_are_1_2_3_in_each_company,
        a_rollback_leaves_no_gap,
        several_writes_of_a_transaction_go_on_counting,
        events_come_back_as_they_were,
        pages_of_events_begin_after_a_position_and_end_at_the_limit,
        the_timeline_of_a_job_holds_its_events_in_order,
        nothing_appears_before_what_a_consumer_has_read,
        a_consumer_that_follows_busy_writers_misses_nothing,
    ),
    *checks(
        "8",
        a_receipt_is_found_by_its_key,
        a_second_receipt_is_a_conflict_and_its_commit_is_undone,
        a_second_receipt_in_the_same_transaction_is_a_conflict,
        the_receipt_of_what_was_undone_is_not_kept,
        a_receipt_belongs_to_one_company,
        keys_are_any_text,
        receipts_come_in_order_of_key_and_page_by_page,
        of_one_key_used_by_many_at_once_one_commit_stands,
    ),
)
