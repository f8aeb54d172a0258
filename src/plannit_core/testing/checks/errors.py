"""Promise 10: the driver's errors arrive as the library's, with the cause attached and none of its words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ...cursors import Cursor
from ...errors import PlannitError, StorageError, Unavailable
from ...ports import EVERY
from ..base import Ability, Opener, checks
from ..samples import ACME, contact, found, ids, invoice, store

SECRETS = ("Ada", "Byron", "ada@example.com", "Dépannage")
"""What a driver likes to tell of the row it stumbled over."""


def told_by(error: PlannitError) -> str:
    """Everything that may reach a log."""
    return f"{error} {error!r} {error.args} {error.params} {error.__dict__}"


def check_words(error: PlannitError) -> None:
    """None of the driver's, and nothing personal."""
    assert type(error).__module__ == PlannitError.__module__, "an error of the library"
    told = told_by(error)
    assert not [word for word in SECRETS if word in told]
    cause = error.__cause__
    if cause is not None:
        assert not isinstance(cause, PlannitError)
        assert not [line for line in str(cause).splitlines() if line.strip() and line.strip() in told]


def a_conflict_tells_nothing_of_what_is_stored(opener: Opener) -> None:
    storage = opener()
    store(storage, invoice("1", number="F-1"), contact("1", external={"erp": "1"}), key="click-1")
    attempts: tuple[Callable[[], None], ...] = (
        lambda: store(storage, invoice("2", number="F-1")),
        lambda: store(storage, invoice("1")),
        lambda: store(storage, contact("1", version=7)),
        lambda: store(storage, contact("2", external={"erp": "1"})),
        lambda: store(storage, removes=(contact("1", version=7),)),
        lambda: store(storage, key="click-1"),
    )
    for attempt in attempts:
        try:
            attempt()
        except PlannitError as taken:
            check_words(taken)


def waiting_in_vain_tells_nothing_of_what_is_stored(opener: Opener) -> None:
    storage = opener.impatient()

    def write() -> None:
        try:
            store(storage, contact())
        except PlannitError as error:
            check_words(error)

    with storage.writing(ACME):
        opener.tries(write)


def what_the_driver_says_is_the_cause_and_no_more(opener: Opener) -> None:
    """A storage whose driver fails says so: it neither makes as if there were nothing, nor passes the driver's error on."""
    storage = opener()
    store(storage, contact(), invoice(number="F-1"))
    opener.spoil()
    uses: tuple[Callable[[], object], ...] = (
        lambda: found(storage, "contact", "con_1"),
        lambda: ids(storage, "invoice", EVERY, ""),
        lambda: storage.events(ACME),
        lambda: storage.position(ACME),
        lambda: storage.cursor(ACME, "mailer"),
        storage.companies,
        lambda: store(storage, contact("2")),
        lambda: storage.keep_cursor(ACME, "mailer", Cursor(1)),
    )
    for use in uses:
        with pytest.raises(StorageError) as failed:
            use()
        assert isinstance(failed.value, Unavailable) or failed.value.code.startswith("storage."), failed.value.code
        assert failed.value.__cause__ is not None
        check_words(failed.value)


CHECKS = (
    *checks("10", a_conflict_tells_nothing_of_what_is_stored, waiting_in_vain_tells_nothing_of_what_is_stored),
    *checks("10", what_the_driver_says_is_the_cause_and_no_more, needs=frozenset({Ability.DRIVER})),
)
