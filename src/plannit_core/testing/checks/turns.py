"""Promises 2 and 4: writers follow one another; a reader agrees with itself and is in nobody's way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from ...app import Plannit
from ...clocks import FixedClock
from ...commands import AddContact, AddInvoice, ConfigureCompany, DraftInvoice, OpenJob, PlanWorkOrder
from ...errors import Conflict, PlannitError, Refused, StorageError, Unavailable
from ...ports import EVERY, EXTERNAL, Storage, Transaction
from ...presets import quebec
from ...values.lines import Line
from ...values.money import Money
from ..base import Ability, Opener, alternating, checks
from ..samples import ACME, OTHER, commit, contact, drafted, found, ids, invoice, job, store

# ------------------------------------------------------------------------------------------------------------ promise 2


def in_turn(storage: Storage, act: Callable[[Transaction], None]) -> None:
    """`act` in a transaction of its own, again when somebody else was faster: a storage may compare instead of waiting."""
    for _ in range(1_000):
        try:
            with storage.writing(ACME) as txn:
                act(txn)
        except Conflict:
            continue
        return
    raise AssertionError("nobody gets on")


def next_version(txn: Transaction) -> int:
    """That of `job()`."""
    known = txn.load("job", "job_1")
    return known.version + 1 if known else 1


def whoever_writes_second_has_seen_what_the_first_stored(opener: Opener) -> None:
    """The second reads all contacts and writes how many there are, while the first is still adding one."""
    storage = opener()
    follow_one_another(opener, storage, storage)


def follow_one_another(opener: Opener, storage: Storage, other: Storage) -> None:
    """Two writers, by one handle or by two."""
    store(storage, contact("1"))
    has_read = threading.Event()

    def write_down(txn: Transaction) -> None:
        number = len(txn.select("contact", EVERY, ""))
        has_read.set()
        txn.write(commit(job(status=f"{number}")))

    with storage.writing(ACME) as txn:
        second = opener.aside(lambda: in_turn(other, write_down))
        has_read.wait(opener.grace)
        txn.write(commit(contact("2")))
    second.result()
    assert found(storage, "job", "job_1") == job(status="2")


def two_handles_take_turns(opener: Opener) -> None:
    follow_one_another(opener, opener(), opener())


def a_tap_and_a_draft_on_an_empty_job_follow_one_another_in_either_order(opener: Opener) -> None:
    """What is decided rests on what the job does not hold yet: the second must have seen the first.

    A technician adds the job's invoice to a visit; the office drafts one. The tap first: two invoices. The draft first: one, and
    the technician is asked to choose.
    """
    storage = opener()
    for name, outcome in (("tap-first", ["done", "done"]), ("draft-first", ["done", "invoice.choice-required"])):
        app = Plannit(storage, company=name, clock=FixedClock("2026-03-02T09:00-05:00"))
        app.do(ConfigureCompany(quebec(name="Toitures Lavoie")))
        empty = app.do(OpenJob(app.do(AddContact("Ada Byron")).id))
        visit = app.do(PlanWorkOrder(empty.id, title="Visite"))
        acts = [AddInvoice(visit.id), DraftInvoice(empty.id, lines=[Line("Labour", 1, Money.cad("85.00"))])]
        first, second = acts if name == "tap-first" else reversed(acts)
        has_begun = threading.Event()

        def later() -> str:
            has_begun.set()  # noqa: B023  # called in this round of the loop only
            try:
                app.do(second)  # noqa: B023  # called in this round of the loop only
            except Refused as refused:
                return refused.code
            return "done"

        with app.transaction() as here:
            here.do(first)
            other = opener.aside(later)
            has_begun.wait()
            other.has_ended()
        assert ["done", other.result()] == outcome, name


def many_threads_lose_no_change(opener: Opener) -> None:
    storage = opener()
    store(storage, job())

    def change(txn: Transaction) -> None:
        txn.write(commit(job(version=next_version(txn)), events=(drafted(invoice()),)))

    def change_often() -> None:
        for _ in range(10):
            in_turn(storage, change)

    with alternating():
        for thread in [opener.aside(change_often) for _ in range(4)]:
            thread.result()
    assert found(storage, "job", "job_1") == job(version=41)
    assert storage.position(ACME) == 40


def refused(act: Callable[[], object]) -> PlannitError | None:
    """The error of an act, if it comes to one."""
    try:
        act()
    except PlannitError as error:
        return error
    return None


def is_told_so(error: PlannitError | None) -> bool:
    """`Unavailable`, `storage.busy`; a storage that compares instead of waiting lets it pass, or says `Conflict`."""
    is_busy = isinstance(error, Unavailable) and error.code == "storage.busy"
    return is_busy or error is None or isinstance(error, Conflict)


def a_writer_that_waits_too_long_is_told_so(opener: Opener) -> None:
    storage = opener.impatient()
    with storage.writing(ACME):
        error = opener.soon(lambda: refused(lambda: store(storage, contact())))
    assert is_told_so(error), error
    opener.soon(lambda: store(storage, contact("2")))


def a_writer_that_will_not_wait_is_told_so_at_once(opener: Opener) -> None:
    """That is, before one that waits has lost patience."""
    storage = opener()

    def write_now() -> None:
        with storage.writing(ACME, wait=False) as txn:
            txn.write(commit(contact("2")))

    with storage.writing(ACME):
        patient = opener.aside(lambda: refused(lambda: store(storage, contact("1"))))
        patient.has_ended()
        error = opener.soon(lambda: refused(write_now))
        assert is_told_so(error), error
        assert not patient.has_ended(0) or patient.result() is None
    assert patient.result() is None
    if error is not None:
        opener.soon(write_now)
    assert ids(storage, "contact", EVERY, "") == ["con_1", "con_2"]


def a_thread_that_has_the_turn_and_asks_for_it_again_is_refused_at_once(opener: Opener) -> None:
    storage = opener()

    def ask_twice() -> None:
        with storage.writing(ACME) as txn:
            with pytest.raises(StorageError) as nested, storage.writing(ACME):
                pass
            assert nested.value.code == "storage.nested"
            txn.write(commit(contact()))

    opener.soon(ask_twice)
    assert found(storage, "contact", "con_1") == contact()
    store(storage, contact("2"))


def an_exception_gives_the_turn_back(opener: Opener) -> None:
    storage = opener()
    with pytest.raises(ZeroDivisionError), storage.writing(ACME):
        raise ZeroDivisionError
    opener.soon(lambda: store(storage, contact()))
    assert found(storage, "contact", "con_1") == contact()


def writers_of_different_companies_do_not_wait_for_each_other(opener: Opener) -> None:
    storage = opener()
    with storage.writing(ACME) as txn:
        txn.write(commit(contact()))
        opener.soon(lambda: store(storage, contact(), company=OTHER))
    assert found(storage, "contact", "con_1", OTHER) == contact()


def a_writer_that_will_not_wait_does_not_mind_who_writes_another_company(opener: Opener) -> None:
    """In a company that was there before, and in one that is new."""
    storage = opener()
    store(storage, contact("0"), company=OTHER)

    def write_now(company: str) -> None:
        with storage.writing(company, wait=False) as txn:
            txn.write(commit(contact()))

    with storage.writing(ACME) as txn:
        txn.write(commit(contact()))
        for company in (OTHER, "new"):
            opener.soon(lambda: write_now(company))  # noqa: B023  # called in this round of the loop only
            assert found(storage, "contact", "con_1", company) == contact()


# ------------------------------------------------------------------------------------------------------------ promise 4


def a_reader_sees_nothing_that_is_committed_after_its_first_read(opener: Opener) -> None:
    storage = opener()
    kept = contact(external={"erp": "1"})
    store(storage, kept, invoice("1"), invoice("2", job_id="job_2"), events=(drafted(invoice("1")),))
    with storage.reading(ACME) as snapshot:
        assert snapshot.load("contact", "con_1") == kept
        changed = invoice("1", version=2, job_id="job_2")
        opener.soon(
            lambda: store(storage, changed, contact("2"), removes=(kept,), events=(drafted(changed),), key="click-1")
        )
        opener.soon(lambda: store(storage, invoice("1", version=3, job_id="job_3")))
        assert snapshot.load("contact", "con_1") == kept
        assert snapshot.load("contact", "con_2") is None
        assert list(snapshot.select("contact", EVERY, "")) == [kept]
        assert list(snapshot.select("contact", EXTERNAL, "erp:1")) == [kept]
        assert list(snapshot.select("invoice", "job_id", "job_1")) == [invoice("1")]
        assert [row["id"] for row in snapshot.figures("invoice", "job_id", "job_2")] == ["inv_2"]
        assert list(snapshot.select("invoice", "job_id", "job_3")) == []
        assert [each.position for each in snapshot.timeline("job_1")] == [1]
        assert list(snapshot.timeline("job_2")) == []
        assert snapshot.receipt("click-1") is None
    with storage.reading(ACME) as snapshot:
        assert snapshot.load("contact", "con_1") is None
        assert list(snapshot.select("invoice", "job_id", "job_3")) == [invoice("1", version=3, job_id="job_3")]


def a_reader_does_not_keep_a_writer_waiting(opener: Opener) -> None:
    storage = opener()
    store(storage, contact())
    with storage.reading(ACME) as snapshot:
        assert snapshot.load("contact", "con_1") == contact()
        opener.soon(lambda: store(storage, contact(version=2, name="Ada Lovelace")))
        assert snapshot.load("contact", "con_1") == contact()


def a_writer_does_not_keep_a_reader_waiting(opener: Opener) -> None:
    storage = opener()
    store(storage, contact(), events=(drafted(invoice()),))
    with storage.writing(ACME) as txn:
        txn.write(commit(contact(version=2), events=(drafted(invoice()),)))
        assert opener.soon(lambda: found(storage, "contact", "con_1")) is not None
        assert opener.soon(lambda: storage.position(ACME)) >= 1
        assert opener.soon(lambda: storage.events(ACME))
        assert opener.soon(storage.companies)


def readers_from_different_days_each_see_their_own(opener: Opener) -> None:
    storage = opener()
    store(storage, job(status="1"))
    with storage.reading(ACME) as first:
        assert first.load("job", "job_1") == job(status="1")
        opener.soon(lambda: store(storage, job(version=2, status="2")))
        with storage.reading(ACME) as second:
            assert second.load("job", "job_1") == job(version=2, status="2")
            opener.soon(lambda: store(storage, job(version=3, status="3")))
            assert list(first.select("job", "status", "1")) == [job(status="1")]
            assert list(second.select("job", "status", "1")) == []
            assert list(second.select("job", "status", "2")) == [job(version=2, status="2")]
        opener.soon(lambda: store(storage, removes=(job(version=3, status="3"),)))
        assert first.load("job", "job_1") == job(status="1")
    assert found(storage, "job", "job_1") is None


def readers_agree_with_themselves_while_a_writer_works(opener: Opener) -> None:
    """Twenty invoices always lie in two jobs, and change places all the time; a reader never sees 19 or 21 of them."""
    storage = opener()
    tails = [f"{n:03}" for n in range(20)]
    store(storage, *map(invoice, tails))

    def move() -> None:
        give_up = time.monotonic() + 2
        for version in range(2, 300):
            if time.monotonic() > give_up:
                return
            places = [f"job_{(n + version) % 2}" for n in range(len(tails))]
            store(storage, *(invoice(tail, version=version, job_id=at) for tail, at in zip(tails, places, strict=True)))

    def count() -> None:
        ended = False
        while not ended:
            ended = writer.has_ended(0)
            with storage.reading(ACME) as snapshot:
                seen = [row["id"] for n in (0, 1) for row in snapshot.figures("invoice", "job_id", f"job_{n}")]
            assert sorted(seen) == [f"inv_{tail}" for tail in tails]

    with alternating():
        writer = opener.aside(move)
        for side in [writer, *(opener.aside(count) for _ in range(4))]:
            side.result()


def a_snapshot_keeps_its_position_and_its_receipts(opener: Opener) -> None:
    storage = opener()
    store(storage, contact(), events=(drafted(invoice()),), key="a")
    with storage.reading(ACME) as snapshot:
        assert snapshot.position() == 1
        opener.soon(lambda: store(storage, contact("2"), events=(drafted(invoice()),), key="b"))
        assert (snapshot.position(), [each.key for each in snapshot.receipts()]) == (1, ["a"])
    assert storage.position(ACME) == 2


def a_reader_has_nothing_to_write_with(opener: Opener) -> None:
    with opener().reading(ACME) as snapshot:
        assert not hasattr(snapshot, "write")


CHECKS = (
    *checks(
        "2",
        whoever_writes_second_has_seen_what_the_first_stored,
        a_tap_and_a_draft_on_an_empty_job_follow_one_another_in_either_order,
        many_threads_lose_no_change,
        a_writer_that_waits_too_long_is_told_so,
        a_writer_that_will_not_wait_is_told_so_at_once,
        a_thread_that_has_the_turn_and_asks_for_it_again_is_refused_at_once,
        an_exception_gives_the_turn_back,
    ),
    *checks("2", two_handles_take_turns, needs=frozenset({Ability.DURABLE})),
    *checks(
        "2",
        writers_of_different_companies_do_not_wait_for_each_other,
        a_writer_that_will_not_wait_does_not_mind_who_writes_another_company,
        needs=frozenset({Ability.PARALLEL}),
    ),
    *checks(
        "4",
        a_reader_sees_nothing_that_is_committed_after_its_first_read,
        a_reader_does_not_keep_a_writer_waiting,
        a_writer_does_not_keep_a_reader_waiting,
        readers_from_different_days_each_see_their_own,
        readers_agree_with_themselves_while_a_writer_works,
        a_snapshot_keeps_its_position_and_its_receipts,
        a_reader_has_nothing_to_write_with,
    ),
)
