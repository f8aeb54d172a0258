"""What the storage in memory keeps, and for how long."""

from __future__ import annotations

import random
import sys
import threading
from contextlib import ExitStack
from copy import deepcopy
from itertools import chain, islice
from typing import TYPE_CHECKING

import pytest

from plannit_core.adapters.memory import MemoryStorage, tables
from plannit_core.adapters.memory.tables import Table, version_of
from plannit_core.ports import EVERY
from plannit_core.testing.samples import ACME, MARCH_2, commit, contact, found, ids, invoice, job, store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plannit_core.adapters.memory.tables import Version
    from plannit_core.decisions import Record


def kept(storage: MemoryStorage, kind: str) -> Table:
    return storage._companies[ACME].tables[kind]


class TestOldVersions:
    def test_without_readers_nothing_old_is_kept(self) -> None:
        storage = MemoryStorage()
        for version in range(1, 6):
            store(storage, job(version=version, status=f"{version}"))
        assert [len(each) for each in kept(storage, "job").chains.values()] == [1]
        assert ("status", "5") in kept(storage, "job").sets
        assert ("status", "4") not in kept(storage, "job").sets

    def test_what_is_removed_leaves_nothing_behind(self) -> None:
        storage = MemoryStorage()
        store(storage, invoice(number="F-1", external={"erp": "1"}, send_on=MARCH_2))
        store(storage, removes=(invoice(number="F-1"),))
        with storage.writing(ACME) as txn:
            txn.write(commit(contact()))
            txn.write(commit(removes=(contact(),)))
        for kind in ("invoice", "contact"):
            assert (kept(storage, kind).chains, kept(storage, kind).sets) == ({}, {})

    def test_what_a_reader_may_still_see_is_kept_until_it_is_over_and_somebody_writes(self) -> None:
        storage = MemoryStorage()
        store(storage, job(status="1"))
        with storage.reading(ACME) as snapshot:
            for version in (2, 3, 4):
                store(storage, job(version=version, status=f"{version}"))
            assert [each.number for each in kept(storage, "job").chains["job_1"]] == [4, 3, 2, 1]
            assert snapshot.select("job", "status", "1") == [job(status="1")]
        store(storage, contact())
        assert [each.number for each in kept(storage, "job").chains["job_1"]] == [4]
        assert [name for name in kept(storage, "job").sets if name[0] == "status"] == [("status", "4")]

    def test_a_rollback_leaves_no_version(self) -> None:
        storage = MemoryStorage()
        store(storage, job(status="1"))
        before = dict(kept(storage, "job").chains), deepcopy(kept(storage, "job").sets)
        with pytest.raises(ZeroDivisionError), storage.writing(ACME) as txn:
            txn.write(commit(job(version=2, status="2"), job("2")))
            txn.write(commit(job(version=3, status="3"), removes=(job("2"),)))
            raise ZeroDivisionError
        assert (kept(storage, "job").chains, kept(storage, "job").sets) == before

    def test_of_what_a_transaction_writes_again_and_again_only_the_last_is_kept(self) -> None:
        storage = MemoryStorage()
        store(storage, job(status="1"))
        with storage.writing(ACME) as txn:
            for version in range(2, 6):
                txn.write(commit(job(version=version, status=f"{version}")))
            assert [each.number for each in kept(storage, "job").chains["job_1"]] == [2, 1]
            assert [name for name in kept(storage, "job").sets if name[0] == "status"] == [
                ("status", "1"),
                ("status", "5"),
            ]

    def test_a_value_that_comes_back_is_found_by_old_and_new_readers(self) -> None:
        storage = MemoryStorage()
        store(storage, job(status="a"))
        with storage.reading(ACME) as old:
            store(storage, job(version=2, status="b"))
            store(storage, job(version=3, status="a"))
            assert old.select("job", "status", "a") == [job(status="a")]
            assert ids(storage, "job", "status", "a") == ["job_1"]
        store(storage, contact())
        assert ids(storage, "job", "status", "a") == ["job_1"]
        assert ids(storage, "job", "status", "b") == []

    def test_readers_of_a_company_that_is_not_there_are_not_kept(self) -> None:
        storage = MemoryStorage()
        assert found(storage, "contact", "con_1", "nobody") is None
        assert storage._companies == {}


class TestReadersMeanwhile:
    """A reader takes a set first and then chain after chain, while somebody else writes."""

    @pytest.mark.parametrize(("index", "value"), [(EVERY, ""), ("status", "a")])
    def test_in_the_middle_of_a_set_it_goes_on_with_what_it_began_with(self, index: str, value: str) -> None:
        storage = MemoryStorage()
        jobs = [job(f"{n:03}", status="a") for n in range(0, 600, 2)]
        store(storage, *jobs)
        readers: list[tuple[Sequence[Record], list[Version], Iterator[Version]]] = []
        with ExitStack() as stack:

            def begin() -> None:
                snapshot = stack.enter_context(storage.reading(ACME))
                matching = iter(snapshot._matching("job", index, value, None, None))
                readers.append((snapshot.select("job", index, value), [*islice(matching, 220)], matching))

            with storage.reading(ACME):  # what is gone for the next reader is kept for this one
                store(storage, job("410", version=2, status="b"), removes=[job("412", status="a")])
                begin()
            store(storage, contact())  # drops what only that one saw
            begin()
            store(storage, *(job(f"{n:03}", status="a") for n in (1, 301, 411, 601)))
            store(storage, *(job(f"{n:03}", version=2, status="b") for n in (0, 300, 598)))
            store(storage, removes=[job(f"{n:03}", status="a") for n in (2, 22, 302, 414, 596)])
            with pytest.raises(ZeroDivisionError), storage.writing(ACME) as txn:
                txn.write(commit(job("603", status="a"), job("413", status="a"), job("304", version=2)))
                raise ZeroDivisionError
            for before, begun, matching in readers:
                assert [each.record for each in chain(begun, matching)] == before

    def test_in_threads_each_record_stands_in_one_state(self) -> None:
        storage, states = MemoryStorage(), ("a", "b", "c")
        store(storage, *(job(f"{n}", status="a") for n in range(10, 50)))
        torn, is_over = [], threading.Event()

        def read() -> None:
            while not is_over.is_set():
                with storage.reading(ACME) as snapshot:
                    found = [each.id for state in states for each in snapshot.select("job", "status", state)]
                    torn.extend([found] if sorted(found) != [f"job_{n}" for n in range(10, 50)] else [])

        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        readers = [threading.Thread(target=read) for _ in range(2)]
        try:
            for each in readers:
                each.start()
            for version in range(2, 12):
                for n in range(10, 50):
                    store(storage, job(f"{n}", version=version, status=states[(n + version) % 3]))
        finally:
            is_over.set()
            for each in readers:
                each.join()
            sys.setswitchinterval(before)
        assert not torn


class TestSortedSets:
    def test_entries_come_and_go_in_any_order(self) -> None:
        table, chance = Table(), random.Random(7)
        tails = [f"{n:05}" for n in range(3_000)]
        chance.shuffle(tails)
        for tail in tails:
            version = version_of(1, contact(tail))
            table.add(f"con_{tail}", version, version.keys)
        for tail in tails[:2_900]:
            table.keep(f"con_{tail}", ())
        chunks = table.sets[EVERY, ""]
        assert [each for chunk in chunks for each in chunk] == sorted(f"con_{tail}" for tail in tails[2_900:])
        assert all(chunks)

    def test_no_chunk_grows_beyond_its_size(self) -> None:
        storage = MemoryStorage()
        store(storage, *(contact(f"{n:05}") for n in range(3_000)))
        assert max(len(chunk) for chunk in kept(storage, "contact").sets[EVERY, ""]) <= tables._CHUNK


def test_figures_cannot_be_used_to_change_what_is_stored() -> None:
    storage = MemoryStorage()
    store(storage, job(status="1"))
    with storage.reading(ACME) as snapshot:
        [row] = snapshot.figures("job", EVERY, "")
    with pytest.raises(TypeError):
        row["status"] = "2"
