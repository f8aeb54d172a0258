"""Promise 14: a company is filled from a backup, all of it or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from ...cursors import Cursor
from ...errors import Conflict, StorageError
from ...events import Event
from ...ports import COLUMNS, EVERY, Receipt, Recorded, Storage
from ...values.actors import ActorKind
from ..base import Ability, Opener, checks
from ..samples import ACME, AT, OTHER, added, commit, contact, drafted, found, ids, invoice, one_of_each, store

DRAFTED = drafted(invoice("1"))


def recorded(position: int, event: Event) -> Recorded:
    """An event as a backup holds it."""
    return Recorded(position, AT, ActorKind.CLIENT, "con_1", "ApproveQuote", "click-1", event)


def receipt(key: str) -> Receipt:
    """A receipt as a backup holds it."""
    return Receipt(key, "digest", '{"kind": "none"}')


def restore(storage: Storage, company: str = ACME, *, epoch: int = 2, **more: Any) -> None:
    """Fill a company with a contact and an event."""
    with storage.restoring(company, epoch=epoch, **more) as books:
        books.put(records=[contact()], events=[recorded(1, added(contact()))], receipts=[receipt("a")])


def is_empty(storage: Storage, company: str = ACME) -> bool:
    """Whether nothing is to be seen of a company."""
    with storage.reading(company) as snapshot:
        records = [snapshot.figures(kind, EVERY, "") for kind in COLUMNS]
        counts = len(snapshot.receipts()), snapshot.position(), storage.position(company)
    seen = storage.epoch(company), list(storage.consumers(company)), list(storage.events(company))
    return not any(records) and counts == (0, 0, 0) and seen == (1, [], []) and company not in storage.companies()


def what_is_put_comes_back_as_it_was_versions_and_positions_too(opener: Opener) -> None:
    storage = opener()
    records = [evolve(each, version=place) for place, each in enumerate(one_of_each(), start=1)]
    events = [recorded(1, added(contact())), recorded(2, DRAFTED), recorded(3, drafted(invoice("2")))]
    with storage.restoring(ACME, epoch=4, consumers=["mailer"]) as books:
        books.put(records=records[:3], events=events[:1])
        books.put(records=records[3:], events=events[1:], receipts=map(receipt, "Éa"))
        books.put()
        assert (books.position(), list(books.events(after=1, limit=1))) == (3, events[1:2])
        assert books.load("contact", "con_1") == next(each for each in records if each.kind == "contact")
        assert books.receipt("a") == receipt("a")
    assert [found(storage, each.kind, each.id) for each in records] == records
    assert ids(storage, "contact", "external", "quickbooks:1042") == ["con_1"]
    assert list(storage.events(ACME)) == events
    with storage.reading(ACME) as snapshot:
        assert list(snapshot.timeline("job_1")) == events[1:]
        assert [each.key for each in snapshot.receipts()] == ["a", "É"]
    assert list(storage.companies()) == [ACME]


def the_books_go_on_from_what_was_put(opener: Opener) -> None:
    storage = opener()
    with storage.restoring(ACME, epoch=2) as books:
        books.put(records=[contact(version=7)], events=[recorded(1, added(contact()))])
        books.write(commit(contact(version=8), events=(added(contact()),)))
        assert books.position() == 2
    store(storage, contact(version=9), events=(added(contact()),))
    with pytest.raises(Conflict):
        store(storage, contact(version=9))
    assert [each.position for each in storage.events(ACME)] == [1, 2, 3]
    assert storage.epoch(ACME) == 2


def a_company_has_epoch_1_or_the_one_it_was_restored_with(opener: Opener) -> None:
    storage = opener()
    store(storage, contact(), company=OTHER)
    restore(storage, epoch=4)
    assert (storage.epoch(ACME), storage.epoch(OTHER), storage.epoch("nobody")) == (4, 1, 1)
    store(storage, contact(version=2))
    assert storage.epoch(ACME) == 4


def every_consumer_named_or_known_stands_after_the_last_event(opener: Opener) -> None:
    """Nothing is mailed twice; and a worker that was at it before the backup came steps no further."""
    storage = opener()
    storage.keep_cursor(ACME, "export", Cursor(0), hold_seconds=100)
    with storage.restoring(ACME, epoch=2, consumers=["mailer", "export"]) as books:
        books.put(events=[recorded(1, added(contact()))])
        books.write(commit(contact(), events=(added(contact()),)))
    assert storage.cursor(ACME, "mailer") == Cursor(2)
    assert storage.cursor(ACME, "export") == Cursor(2, version=2)
    with pytest.raises(Conflict):
        storage.keep_cursor(ACME, "export", Cursor(0, version=2))
    assert list(storage.companies(behind="mailer")) == list(storage.companies(behind="export")) == []
    assert list(storage.consumers(OTHER)) == []


def an_exception_while_restoring_leaves_no_trace(opener: Opener) -> None:
    storage = opener()
    with pytest.raises(ZeroDivisionError), storage.restoring(ACME, epoch=2, consumers=["mailer"]) as books:
        books.put(records=one_of_each(), events=[recorded(1, DRAFTED)], receipts=[receipt("a")])
        raise ZeroDivisionError
    assert is_empty(storage)
    restore(storage)
    assert found(storage, "contact", "con_1") == contact()


TWICE: tuple[dict[str, Any], ...] = (
    {"records": [contact(), contact(version=2)]},
    {"records": [contact("1", external={"erp": "A"}), contact("2", external={"erp": "A"})]},
    {"records": [invoice("1", number="F-1"), invoice("2", number="F-1")]},
    {"receipts": [receipt("a"), receipt("a")]},
    {"events": [recorded(1, DRAFTED), recorded(1, DRAFTED)]},
    {"events": [recorded(2, DRAFTED)]},
)


def what_stands_twice_in_a_backup_or_leaves_a_hole_undoes_all_of_it(opener: Opener) -> None:
    """Even when the error is swallowed."""
    storage = opener()
    for twice in TWICE:
        with pytest.raises(Conflict), storage.restoring(ACME, epoch=2, consumers=["mailer"]) as books:
            books.put(records=[contact("9")])
            with pytest.raises(Conflict):
                books.put(**twice)
        assert is_empty(storage), twice


def a_company_in_which_something_was_stored_is_not_restored(opener: Opener) -> None:
    storage = opener()
    store(storage, contact())
    with storage.restoring(OTHER, epoch=2):
        pass  # also when nothing was in the backup
    for company, epoch in ((ACME, 1), (OTHER, 2)):
        with pytest.raises(StorageError) as refused, storage.restoring(company, epoch=9, consumers=["mailer"]) as books:
            books.put(records=[contact("2")])
        assert (refused.value.code, refused.value.params) == ("restore.not-empty", {"company": company})
        assert (storage.epoch(company), list(storage.consumers(company))) == (epoch, [])
        assert found(storage, "contact", "con_2", company) is None
    assert found(storage, "contact", "con_1") == contact()


def nobody_sees_a_restoration_before_it_is_over(opener: Opener) -> None:
    storage = opener()
    with storage.restoring(ACME, epoch=2, consumers=["mailer"]) as books:
        books.put(records=[contact()], events=[recorded(1, added(contact()))], receipts=[receipt("a")])
        assert opener.soon(lambda: is_empty(storage))
    assert not is_empty(storage)


def a_restoration_is_a_turn_like_any_other(opener: Opener) -> None:
    storage = opener()
    with storage.restoring(ACME, epoch=2) as books:
        with pytest.raises(StorageError) as nested, storage.writing(ACME):
            pass
        assert nested.value.code == "storage.nested"
        books.put(records=[contact()])
    with pytest.raises(StorageError) as over:
        books.put(records=[contact("2")])
    assert over.value.code == "transaction.over"
    assert ids(storage, "contact", EVERY, "") == ["con_1"]


def what_was_restored_is_there_for_a_second_handle_and_after_closing(opener: Opener) -> None:
    first, second = opener(), opener()
    restore(first, consumers=["mailer"])
    first.close()
    for storage in (second, opener()):
        assert (found(storage, "contact", "con_1"), storage.epoch(ACME)) == (contact(), 2)
        assert (storage.position(ACME), storage.cursor(ACME, "mailer")) == (1, Cursor(1))


def a_restoration_inside_is_the_hosts_to_commit(opener: Opener) -> None:
    storage = opener()
    for is_kept in (False, True):
        host = opener.host()
        restore(storage.joined(host), consumers=["mailer"])
        assert opener.soon(lambda: is_empty(storage))
        (host.commit if is_kept else host.rollback)()
        assert is_empty(storage) is not is_kept
    assert (storage.epoch(ACME), storage.cursor(ACME, "mailer")) == (2, Cursor(1))


CHECKS = (
    *checks(
        "14",
        what_is_put_comes_back_as_it_was_versions_and_positions_too,
        the_books_go_on_from_what_was_put,
        a_company_has_epoch_1_or_the_one_it_was_restored_with,
        every_consumer_named_or_known_stands_after_the_last_event,
        an_exception_while_restoring_leaves_no_trace,
        what_stands_twice_in_a_backup_or_leaves_a_hole_undoes_all_of_it,
        a_company_in_which_something_was_stored_is_not_restored,
        nobody_sees_a_restoration_before_it_is_over,
        a_restoration_is_a_turn_like_any_other,
    ),
    *checks(
        "14",
        what_was_restored_is_there_for_a_second_handle_and_after_closing,
        needs=frozenset({Ability.DURABLE}),
    ),
    *checks("14", a_restoration_inside_is_the_hosts_to_commit, needs=frozenset({Ability.JOINED})),
)
