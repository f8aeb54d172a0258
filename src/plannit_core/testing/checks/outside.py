"""Promise 13, cursors of consumers; and what is promised besides: the list of companies, closing."""

from __future__ import annotations

import time
from datetime import date

import pytest

from ...cursors import Cursor, Failure
from ...errors import Conflict, StorageError
from ...ports import EVERY
from ..base import Opener, alternating, checks
from ..samples import (
    ACME,
    JUNE_15,
    MARCH_2,
    MARCH_9,
    OTHER,
    contact,
    found,
    ids,
    invoice,
    store,
)
from .events import ON_JOB_1
from .restoring import restore

# ----------------------------------------------------------------------------------------------------------- promise 13


def a_consumer_that_was_never_seen_has_no_cursor(opener: Opener) -> None:
    storage = opener()
    store(storage, events=(ON_JOB_1,))
    storage.keep_cursor(ACME, "export", Cursor(1))
    assert storage.cursor(ACME, "mailer") is None


def a_cursor_is_kept_for_each_consumer_of_each_company(opener: Opener) -> None:
    storage = opener()
    failures = (Failure(2, 3, "TimeoutError", True), Failure(4, 1, "storage.busy", False))
    storage.keep_cursor(ACME, "mailer", Cursor(0))
    assert storage.cursor(ACME, "mailer") == Cursor(0)
    storage.keep_cursor(ACME, "mailer", Cursor(3, 2, failures))
    storage.keep_cursor(ACME, "export", Cursor(1))
    assert storage.cursor(ACME, "mailer") == Cursor(3, 2, failures)
    assert storage.cursor(ACME, "export") == Cursor(1)
    assert storage.cursor(OTHER, "mailer") is None
    storage.keep_cursor(ACME, "mailer", Cursor(2, 3))
    assert storage.cursor(ACME, "mailer") == Cursor(2, 3)


def a_cursor_steps_only_from_the_version_that_is_stored(opener: Opener) -> None:
    storage = opener()
    with pytest.raises(Conflict):
        storage.keep_cursor(ACME, "mailer", Cursor(0, 2))
    assert storage.cursor(ACME, "mailer") is None
    storage.keep_cursor(ACME, "mailer", Cursor(0))
    storage.keep_cursor(ACME, "mailer", Cursor(1, 2))
    for version in (1, 2, 4):
        with pytest.raises(Conflict):
            storage.keep_cursor(ACME, "mailer", Cursor(5, version))
        assert storage.cursor(ACME, "mailer") == Cursor(1, 2)
    storage.keep_cursor(ACME, "mailer", Cursor(5, 3))
    assert storage.cursor(ACME, "mailer") == Cursor(5, 3)


def of_many_workers_that_take_a_cursor_at_once_one_has_it(opener: Opener) -> None:
    storage = opener()
    storage.keep_cursor(ACME, "mailer", Cursor(0))

    def take() -> bool:
        try:
            storage.keep_cursor(ACME, "mailer", Cursor(0, 2), hold_seconds=100)
        except Conflict:
            return False
        return True

    with alternating():
        workers = [opener.aside(take) for _ in range(4)]
        outcomes = [worker.result() for worker in workers]
    assert outcomes.count(True) == 1
    assert storage.cursor(ACME, "mailer") == Cursor(0, 2, is_held=True)


def a_cursor_is_held_until_its_time_is_over_or_it_is_let_go(opener: Opener) -> None:
    storage = opener()
    storage.keep_cursor(ACME, "mailer", Cursor(0), hold_seconds=100)
    assert storage.cursor(ACME, "mailer") == Cursor(0, is_held=True)
    storage.keep_cursor(ACME, "mailer", Cursor(0, 2))
    assert storage.cursor(ACME, "mailer") == Cursor(0, 2)
    storage.keep_cursor(ACME, "mailer", Cursor(0, 3), hold_seconds=0.01)

    def see_it_free() -> None:
        while storage.cursor(ACME, "mailer") != Cursor(0, 3):
            time.sleep(0.01)

    opener.soon(see_it_free)


def a_worker_whose_time_was_over_steps_no_further_once_another_took_it(opener: Opener) -> None:
    """The version is the token: it is not asked who comes, or when."""
    storage = opener()
    storage.keep_cursor(ACME, "mailer", Cursor(0))
    storage.keep_cursor(ACME, "mailer", Cursor(0, 2), hold_seconds=0)  # the first took it, and its time is over
    storage.keep_cursor(ACME, "mailer", Cursor(0, 3), hold_seconds=100)
    for late in (Cursor(1, 3), Cursor(1, 2)):
        with pytest.raises(Conflict):
            storage.keep_cursor(ACME, "mailer", late)
        assert storage.cursor(ACME, "mailer") == Cursor(0, 3, is_held=True)
    storage.keep_cursor(ACME, "mailer", Cursor(1, 4))
    assert storage.cursor(ACME, "mailer") == Cursor(1, 4)


def consumers_are_listed_in_order_of_name_each_company_its_own(opener: Opener) -> None:
    storage = opener()
    for name in ("mailer", "Zeta", "export"):
        storage.keep_cursor(ACME, name, Cursor(0))
    storage.keep_cursor(ACME, "mailer", Cursor(0, 2))
    storage.keep_cursor(OTHER, "webhook", Cursor(0))
    assert list(storage.consumers(ACME)) == ["Zeta", "export", "mailer"]
    assert list(storage.consumers(OTHER)) == ["webhook"]
    assert list(storage.consumers("nobody")) == []


# ------------------------------------------------------------------------------------------------------------ companies


def companies_with_something_stored_are_listed_in_order(opener: Opener) -> None:
    storage = opener()
    for name in ("b", "A", "C"):
        store(storage, contact(), company=name)
    with storage.reading("nobody") as snapshot:
        snapshot.load("contact", "con_1")
    assert list(storage.companies()) == ["A", "C", "b"]


def a_cursor_makes_no_company(opener: Opener) -> None:
    storage = opener()
    storage.keep_cursor(ACME, "mailer", Cursor(0))
    assert list(storage.companies()) == []


def companies_are_found_by_an_invoice_that_leaves_by_a_day(opener: Opener) -> None:
    storage = opener()
    store(storage, invoice(send_on=MARCH_9))
    store(storage, invoice(send_on=JUNE_15), company=OTHER)
    store(storage, invoice(), company="third")
    assert list(storage.companies(due_on=MARCH_2)) == []
    assert list(storage.companies(due_on=MARCH_9)) == [ACME]
    assert list(storage.companies(due_on=date.max)) == [ACME, OTHER]
    store(storage, invoice(version=2))
    assert list(storage.companies(due_on=date.max)) == [OTHER]


def companies_are_found_by_a_consumer_that_is_behind(opener: Opener) -> None:
    storage = opener()
    for company in (ACME, ACME, OTHER):
        store(storage, events=(ON_JOB_1,), company=company)
    store(storage, contact(), company="third")
    assert list(storage.companies(behind="mailer")) == [ACME, OTHER]
    storage.keep_cursor(ACME, "mailer", Cursor(1))
    storage.keep_cursor(OTHER, "mailer", Cursor(1))
    assert list(storage.companies(behind="mailer")) == [ACME]
    assert list(storage.companies(behind="export")) == [ACME, OTHER]
    storage.keep_cursor(OTHER, "mailer", Cursor(1, 2, (Failure(1, 3, "TimeoutError", True),)))
    assert list(storage.companies(behind="mailer")) == [ACME]
    storage.keep_cursor(OTHER, "mailer", Cursor(1, 3, (Failure(1, 0, "TimeoutError", False),)))
    assert list(storage.companies(behind="mailer")) == [ACME, OTHER]


def companies_are_found_by_both_at_once(opener: Opener) -> None:
    storage = opener()
    store(storage, invoice(send_on=MARCH_2), events=(ON_JOB_1,))
    store(storage, invoice(send_on=MARCH_2), company=OTHER)
    store(storage, events=(ON_JOB_1,), company="third")
    assert list(storage.companies(due_on=MARCH_2, behind="mailer")) == [ACME]


# -------------------------------------------------------------------------------------------------------------- closing


def a_closed_storage_is_not_used(opener: Opener) -> None:
    storage = opener()
    store(storage, contact())
    storage.close()
    for use in (
        lambda: store(storage, contact("2")),
        lambda: found(storage, "contact", "con_1"),
        lambda: storage.events(ACME),
        lambda: storage.position(ACME),
        lambda: storage.cursor(ACME, "mailer"),
        lambda: storage.keep_cursor(ACME, "mailer", Cursor(1)),
        lambda: storage.consumers(ACME),
        lambda: storage.epoch(ACME),
        lambda: restore(storage, OTHER),
        storage.companies,
    ):
        with pytest.raises(StorageError) as closed:
            use()
        assert closed.value.code == "storage.closed"


def closing_twice_does_no_harm(opener: Opener) -> None:
    storage = opener()
    storage.close()
    storage.close()


def closing_one_handle_leaves_the_others_at_work(opener: Opener) -> None:
    one, other = opener(), opener()
    store(one, contact())
    store(other, contact("2"))
    one.close()
    store(other, contact("3"))
    assert ids(other, "contact", EVERY, "")[-2:] == ["con_2", "con_3"]


CHECKS = (
    *checks(
        "13",
        a_consumer_that_was_never_seen_has_no_cursor,
        a_cursor_is_kept_for_each_consumer_of_each_company,
        a_cursor_steps_only_from_the_version_that_is_stored,
        of_many_workers_that_take_a_cursor_at_once_one_has_it,
        a_cursor_is_held_until_its_time_is_over_or_it_is_let_go,
        a_worker_whose_time_was_over_steps_no_further_once_another_took_it,
        consumers_are_listed_in_order_of_name_each_company_its_own,
    ),
    *checks(
        "companies",
        companies_with_something_stored_are_listed_in_order,
        a_cursor_makes_no_company,
        companies_are_found_by_an_invoice_that_leaves_by_a_day,
        companies_are_found_by_a_consumer_that_is_behind,
        companies_are_found_by_both_at_once,
    ),
    *checks(
        "closing",
        a_closed_storage_is_not_used,
        closing_twice_does_no_harm,
        closing_one_handle_leaves_the_others_at_work,
    ),
)
