"""Inside the host's own transaction: the host begins, the host ends."""

from __future__ import annotations

import pytest

from ...cursors import Cursor
from ...errors import Conflict, StorageError, Unavailable
from ...ports import EVERY
from ..base import Ability, Opener, checks
from ..samples import ACME, MARCH_2, commit, contact, drafted, found, ids, invoice, store


def what_is_no_connection_cannot_be_joined(opener: Opener) -> None:
    storage = opener()
    with pytest.raises(StorageError) as no:
        storage.joined(object())
    assert no.value.code == "storage.cannot-join"


def what_was_written_is_stored_when_the_host_commits(opener: Opener) -> None:
    storage = opener()
    host = opener.host()
    store(storage.joined(host), contact(), events=(drafted(invoice()),), key="click-1")
    assert opener.soon(lambda: found(storage, "contact", "con_1")) is None
    host.commit()
    assert found(storage, "contact", "con_1") == contact()
    assert storage.position(ACME) == 1
    with storage.reading(ACME) as snapshot:
        assert snapshot.receipt("click-1") is not None


def nothing_is_stored_when_the_host_rolls_back(opener: Opener) -> None:
    storage = opener()
    host = opener.host()
    store(storage.joined(host), contact(), events=(drafted(invoice()),), key="click-1")
    host.rollback()
    assert found(storage, "contact", "con_1") is None
    assert list(storage.companies()) == []
    store(storage, contact(), events=(drafted(invoice()),), key="click-1")
    assert storage.position(ACME) == 1


def a_failure_inside_undoes_what_was_ours_and_nothing_before_it(opener: Opener) -> None:
    storage = opener()
    host = opener.host()
    joined = storage.joined(host)
    store(joined, contact("1"))
    with pytest.raises(ZeroDivisionError), joined.writing(ACME) as txn:
        txn.write(commit(contact("2")))
        raise ZeroDivisionError
    with pytest.raises(Conflict):
        store(joined, contact("3"), contact("1"))
    store(joined, contact("4"))
    host.commit()
    assert ids(storage, "contact", EVERY, "") == ["con_1", "con_4"]


def a_swallowed_failure_inside_is_undone_and_told_again(opener: Opener) -> None:
    storage = opener()
    store(storage, contact("2"))
    host = opener.host()
    with pytest.raises(Conflict), storage.joined(host).writing(ACME) as txn:
        with pytest.raises(Conflict):
            txn.write(commit(contact("1"), contact("2")))
        with pytest.raises(Conflict):
            txn.load("contact", "con_1")
    host.commit()
    assert ids(storage, "contact", EVERY, "") == ["con_2"]


def everything_else_works_inside_too(opener: Opener) -> None:
    storage = opener()
    store(storage, contact("1"), events=(drafted(invoice()),))
    host = opener.host()
    joined = storage.joined(host)
    store(joined, invoice(send_on=MARCH_2), events=(drafted(invoice()),))
    joined.keep_cursor(ACME, "mailer", Cursor(2))
    assert found(joined, "contact", "con_1") == contact("1")
    assert [each.position for each in joined.events(ACME)] == [1, 2]
    assert (joined.position(ACME), joined.cursor(ACME, "mailer")) == (2, Cursor(2))
    assert list(joined.companies(due_on=MARCH_2)) == [ACME]
    assert list(joined.companies(behind="mailer")) == []
    host.rollback()
    assert (storage.position(ACME), storage.cursor(ACME, "mailer")) == (1, None)


def the_turn_is_the_hosts_until_it_ends(opener: Opener) -> None:
    """A storage that makes writers wait says `Unavailable` meanwhile; one that compares lets the first to commit win."""
    storage = opener.impatient()
    host = opener.host()
    store(storage.joined(host), contact())

    def write() -> bool:
        try:
            store(storage, contact("2"))
        except (Unavailable, Conflict):
            return False
        return True

    went_through = opener.soon(write)
    if not went_through:
        host.commit()
        store(storage, contact("2"))
        assert ids(storage, "contact", EVERY, "") == ["con_1", "con_2"]


def a_transaction_that_the_host_has_ended_is_not_joined(opener: Opener) -> None:
    """Else what is written would be committed by itself."""
    storage = opener()
    host = opener.host()
    joined = storage.joined(host)
    host.commit()
    for use in (
        lambda: store(joined, contact()),
        lambda: found(joined, "contact", "con_1"),
        lambda: storage.joined(host),
    ):
        with pytest.raises(StorageError) as no:
            use()
        assert no.value.code == "storage.not-in-transaction"
    assert found(storage, "contact", "con_1") is None


def closing_inside_leaves_the_hosts_connection_to_the_host(opener: Opener) -> None:
    storage = opener()
    host = opener.host()
    joined = storage.joined(host)
    store(joined, contact())
    joined.close()
    with pytest.raises(StorageError) as closed:
        store(joined, contact("2"))
    assert closed.value.code == "storage.closed"
    host.commit()
    assert ids(storage, "contact", EVERY, "") == ["con_1"]


CHECKS = (
    *checks("joining", what_is_no_connection_cannot_be_joined),
    *checks(
        "joining",
        what_was_written_is_stored_when_the_host_commits,
        nothing_is_stored_when_the_host_rolls_back,
        a_failure_inside_undoes_what_was_ours_and_nothing_before_it,
        a_swallowed_failure_inside_is_undone_and_told_again,
        everything_else_works_inside_too,
        the_turn_is_the_hosts_until_it_ends,
        a_transaction_that_the_host_has_ended_is_not_joined,
        closing_inside_leaves_the_hosts_connection_to_the_host,
        needs=frozenset({Ability.JOINED}),
    ),
)
