"""What is committed lasts: for a second handle, for other processes, after a kill."""

from __future__ import annotations

from ...cursors import Cursor
from ...errors import Conflict, Unavailable
from ...ports import EVERY
from ..base import Ability, Opener, checks
from ..processes import Child
from ..samples import ACME, contact, drafted, found, ids, invoice, positions, series, store

# ----------------------------------------------------------------------------------------------------------- durability


def what_was_committed_is_there_for_a_second_handle_and_after_closing(opener: Opener) -> None:
    first, second = opener(), opener()
    store(first, contact(external={"erp": "1"}), events=(drafted(invoice()),), key="click-1")
    first.keep_cursor(ACME, "mailer", Cursor(1))
    first.close()
    for storage in (second, opener()):
        assert found(storage, "contact", "con_1") == contact(external={"erp": "1"})
        assert ids(storage, "contact", EVERY, "") == ["con_1"]
        assert (storage.position(ACME), storage.cursor(ACME, "mailer")) == (1, Cursor(1))
        assert [each.event for each in storage.events(ACME)] == [drafted(invoice())]
        with storage.reading(ACME) as snapshot:
            assert snapshot.receipt("click-1") is not None


def every_commit_is_there_for_a_second_handle_at_once(opener: Opener) -> None:
    """It is not reported before it is."""
    first, second = opener(), opener()
    for version in (1, 2, 3):
        store(first, contact(version=version), events=(drafted(invoice()),))
        assert found(second, "contact", "con_1") == contact(version=version)
        assert second.position(ACME) == version
    store(second, contact(version=4))
    assert found(first, "contact", "con_1") == contact(version=4)


# ------------------------------------------------------------------------------------------------------------ processes


def a_process_killed_in_the_middle_of_a_transaction_leaves_no_trace_of_it(opener: Opener) -> None:
    with Child(opener, "halfway") as child:
        assert child.heard() == "written"
        child.kill()
    storage = opener()
    assert ids(storage, "contact", EVERY, "") == ["con_kept"]
    store(storage, contact("next"), events=(drafted(invoice()),), key="click-1")
    assert positions(storage) == [1, 2]


def a_process_killed_right_after_a_commit_has_stored_it(opener: Opener) -> None:
    with Child(opener, "after_commit") as child:
        assert child.heard() == "committed"
        child.kill()
    storage = opener()
    assert found(storage, "contact", "con_1") == contact()
    assert storage.position(ACME) == 1
    with storage.reading(ACME) as snapshot:
        assert snapshot.receipt("click-1") is not None


def processes_that_write_one_company_lose_nothing(opener: Opener) -> None:
    """They open the place together, the first time it is opened at all; then each raises a series 20 times by one."""
    with Child(opener, "count") as one, Child(opener, "count") as other:
        for child in (one, other):
            assert child.heard() == "ready"
        for child in (one, other):
            child.tell()
        assert [child.heard() for child in (one, other)] == ["done", "done"]
    storage = opener()
    assert found(storage, "series", "ser_invoice") == series(version=40, last=40)
    assert positions(storage) == list(range(1, 41))


def a_process_that_has_the_turn_keeps_no_reader_of_another_waiting(opener: Opener) -> None:
    storage = opener.impatient()
    store(storage, contact())

    def change() -> bool:
        try:
            store(storage, contact(version=2))
        except (Conflict, Unavailable):
            return False
        return True

    with Child(opener, "hold") as child:
        assert child.heard() == "mine"
        assert opener.soon(lambda: found(storage, "contact", "con_1")) == contact()
        went_through = opener.soon(change)
        child.tell()
        assert child.heard() == ("conflict" if went_through else "stored")
    assert found(storage, "contact", "con_1") == contact(version=2)


LASTING = frozenset({Ability.DURABLE})
ACROSS = frozenset({Ability.DURABLE, Ability.PROCESSES})

CHECKS = (
    *checks(
        "durability",
        what_was_committed_is_there_for_a_second_handle_and_after_closing,
        every_commit_is_there_for_a_second_handle_at_once,
        needs=LASTING,
    ),
    *checks(
        "processes",
        a_process_killed_in_the_middle_of_a_transaction_leaves_no_trace_of_it,
        a_process_killed_right_after_a_commit_has_stored_it,
        processes_that_write_one_company_lose_nothing,
        a_process_that_has_the_turn_keeps_no_reader_of_another_waiting,
        needs=ACROSS,
    ),
)
