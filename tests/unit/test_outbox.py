"""Events handed to consumers: one worker at a time, at least once, in order, and nothing lost when a consumer fails."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from plannit_core import Conflict, InvalidInput, NotFound, Plannit, StorageError, Unavailable, labels, presets
from plannit_core import commands as c
from plannit_core import outbox as module
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.cursors import Cursor, Failure

if TYPE_CHECKING:
    from plannit_core.ports import Recorded, Storage


@pytest.fixture
def app(storage: Storage) -> Plannit:
    """A company with six events."""
    app = Plannit(storage, company="erabliere")
    app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    for name in ("Ada", "Bea", "Cleo", "Dora", "Edna"):
        app.do(c.AddContact(name))
    assert app.storage.position("erabliere") == 6
    return app


class Failing:
    """A consumer that notes what it is handed, and fails at some of it."""

    def __init__(self, *positions: int) -> None:
        self.positions = set(positions)
        self.handed: list[int] = []

    def __call__(self, recorded: Recorded) -> None:
        self.handed.append(recorded.position)
        if recorded.position in self.positions:
            raise (
                StorageError("storage.failed") if recorded.position == 2 else ZeroDivisionError("Zoé, 12 rue du Moulin")
            )


def test_by_default_what_a_consumer_fails_at_stops_it_for_good(app: Plannit) -> None:
    mailer = Failing(3)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            app.outbox.drain("mailer", mailer, start="beginning")
    assert mailer.handed == [1, 2, 3, 3, 3]
    assert app.outbox.lag("mailer") == 4
    assert app.outbox.set_aside("mailer") == ()
    mailer.positions.clear()
    assert app.outbox.drain("mailer", mailer) == 4
    assert app.outbox.lag("mailer") == 0


def test_what_failed_so_often_is_set_aside_and_the_others_go_on(app: Plannit, caplog: pytest.LogCaptureFixture) -> None:
    mailer = Failing(2, 3)
    for position in (2, 2, 3, 3):
        with pytest.raises((StorageError, ZeroDivisionError)):
            app.outbox.drain("mailer", mailer, start="beginning", set_aside_after=3)
        assert mailer.handed[-1] == position
    assert app.outbox.drain("mailer", mailer, set_aside_after=3) == 3
    assert mailer.handed == [1, 2, 2, 2, 3, 3, 3, 4, 5, 6]
    first, second = app.outbox.set_aside("mailer")
    assert (first.recorded.position, first.tries, first.reason) == (2, 3, "storage.failed")
    assert (second.recorded.position, second.tries, second.reason) == (3, 3, "ZeroDivisionError")  # none of its words
    assert app.outbox.lag("mailer") == 0
    assert app.outbox.set_aside("export") == ()
    assert [each.getMessage() for each in caplog.records if each.levelname == "WARNING"] == [
        "mailer of company=erabliere set aside event 2 after 3 tries: storage.failed",
        "mailer of company=erabliere set aside event 3 after 3 tries: ZeroDivisionError",
    ]


def test_what_is_put_back_is_handed_out_first(app: Plannit) -> None:
    mailer = Failing(2, 4)
    assert app.outbox.drain("mailer", mailer, start="beginning", set_aside_after=1, limit=5) == 3
    app.outbox.put_back("mailer", 4)
    app.outbox.put_back("mailer", 2)
    assert app.outbox.lag("mailer") == 3
    assert app.storage.companies(behind="mailer") == ["erabliere"]
    mailer.positions = {4}
    assert app.outbox.drain("mailer", mailer, set_aside_after=1) == 2
    assert mailer.handed == [1, 2, 3, 4, 5, 2, 4, 6]
    assert [each.recorded.position for each in app.outbox.set_aside("mailer")] == [4]
    app.outbox.put_back("mailer", 4)
    mailer.positions.clear()
    assert app.outbox.drain("mailer", mailer, limit=1) == 1
    assert app.outbox.drain("mailer", mailer) == 0
    assert app.outbox.set_aside("mailer") == ()
    assert app.storage.companies(behind="mailer") == []


@pytest.mark.parametrize("position", [1, 3, 99])
def test_only_what_was_set_aside_is_put_back(app: Plannit, position: int) -> None:
    for consumer in ("mailer", "nobody"):
        with pytest.raises(NotFound) as missing:
            app.outbox.put_back(consumer, position)
        assert (missing.value.kind, missing.value.id) == ("event", str(position))
        assert (
            labels.error(missing.value, "fr")
            == f"Introuvable\N{NO-BREAK SPACE}: événement {position}. Vérifiez l'identifiant."
        )
    with pytest.raises(ZeroDivisionError):
        app.outbox.drain("mailer", Failing(3), start="beginning", set_aside_after=2)
    with pytest.raises(NotFound):
        app.outbox.put_back("mailer", position)


def test_one_worker_at_a_time_is_at_a_consumer(app: Plannit) -> None:
    seen: list[int] = []

    def meanwhile(recorded: Recorded) -> None:
        seen.append(recorded.position)
        assert app.outbox.drain("mailer", seen.append) == 0
        assert app.outbox.drain("export", lambda _: None, start="now") == 0  # another consumer is free

    assert app.outbox.drain("mailer", meanwhile, start="beginning") == 6
    assert seen == [1, 2, 3, 4, 5, 6]


def test_a_worker_that_takes_too_long_is_told_that_another_one_went_on(app: Plannit) -> None:
    seen: list[int] = []

    def slow(recorded: Recorded) -> None:
        give_up = time.monotonic() + 20
        while not app.outbox.drain("mailer", lambda each: seen.append(each.position), limit=2):
            assert time.monotonic() < give_up
            time.sleep(0.01)

    with pytest.raises(Conflict) as lost:
        app.outbox.drain("mailer", slow, start="beginning", hold_seconds=0.05)
    assert (lost.value.kind, lost.value.id) == ("cursor", "mailer")
    assert seen == [1, 2]  # what the slow one was handed is handed out twice, and nothing is left out
    assert app.outbox.drain("mailer", lambda each: seen.append(each.position)) == 4
    assert seen == [1, 2, 3, 4, 5, 6]


def test_a_worker_that_takes_too_long_leaves_its_consumer_to_the_one_that_went_on(app: Plannit) -> None:
    def slow(_: Recorded) -> None:
        give_up = time.monotonic() + 20
        while (cursor := app.storage.cursor("erabliere", "mailer")) is None or cursor.is_held:
            assert time.monotonic() < give_up
            time.sleep(0.01)
        app.storage.keep_cursor("erabliere", "mailer", cursor.stepped(), hold_seconds=100)  # another one goes on

    with pytest.raises(Conflict):
        app.outbox.drain("mailer", slow, start="beginning", hold_seconds=0.05)
    left = app.storage.cursor("erabliere", "mailer")
    assert left is not None
    assert (left.position, left.is_held) == (0, True)


def test_a_worker_that_died_holds_its_company_no_longer_than_it_said(app: Plannit) -> None:
    app.outbox.drain("mailer", lambda _: None, start="now")
    app.do(c.AddContact("Fay"))
    held = app.storage.cursor("erabliere", "mailer")
    assert held is not None
    app.storage.keep_cursor("erabliere", "mailer", held.stepped(), hold_seconds=0.2)
    assert app.outbox.drain("mailer", print) == 0
    give_up = time.monotonic() + 20
    while app.outbox.drain("mailer", lambda _: None) == 0:
        assert time.monotonic() < give_up
        time.sleep(0.01)
    assert app.outbox.lag("mailer") == 0


def test_nothing_is_put_back_while_a_worker_is_at_it(app: Plannit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 0.05)
    mailer = Failing(2)
    app.outbox.drain("mailer", mailer, start="beginning", set_aside_after=1)
    held = app.storage.cursor("erabliere", "mailer")
    assert held is not None
    app.storage.keep_cursor("erabliere", "mailer", held.stepped(), hold_seconds=100)
    with pytest.raises(Unavailable) as busy:
        app.outbox.put_back("mailer", 2)
    assert busy.value.code == "outbox.held"


def test_two_workers_that_begin_at_once_hand_out_each_event_once(app: Plannit) -> None:
    seen: list[int] = []
    barrier = threading.Barrier(2)

    def work() -> None:
        barrier.wait()
        for _ in range(50):
            app.outbox.drain("mailer", lambda each: seen.append(each.position), start="beginning", limit=1)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert seen == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("hold_seconds", [0, -1, float("nan"), float("inf"), "60", None])
def test_a_worker_says_how_long_it_may_take(app: Plannit, hold_seconds: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        app.outbox.drain("mailer", print, start="now", hold_seconds=hold_seconds)
    assert (caught.value.code, caught.value.path) == ("number.out-of-range", "hold_seconds")


@pytest.mark.parametrize("tries", [0, -1, 1.5, "3", True])
def test_the_number_of_tries_is_a_whole_one_above_zero(app: Plannit, tries: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        app.outbox.drain("mailer", print, start="now", set_aside_after=tries)
    assert caught.value.path == "set_aside_after"


def test_a_cursor_knows_what_was_put_back() -> None:
    cursor = Cursor(5, failures=(Failure(2, 3, "x", True), Failure(3, 0, "x", False), Failure(6, 1, "x", False)))
    assert cursor.put_back == (3,)
    assert cursor.handled(6) == Cursor(6, 2, cursor.failures[:2])
    assert cursor.failed(6, "y", tries=3).failures[-1] == Failure(6, 2, "y", False)
    assert cursor.failed(6, "y", tries=2) == Cursor(6, 2, (*cursor.failures[:2], Failure(6, 2, "y", True)))


class Consumers(RuleBasedStateMachine):
    """Commands, drains that fail here and there, and what was set aside put back, against a plain reckoning."""

    @initialize()
    def begin(self) -> None:
        self.app = Plannit(MemoryStorage(), company="erabliere")
        self.app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
        self.done: list[int] = []
        self.waiting: list[int] = []
        self.tries: dict[int, int] = {}
        self.aside: set[int] = set()

    @rule(number=st.integers(1, 3))
    def something_happens(self, number: int) -> None:
        for _ in range(number):
            self.app.do(c.AddContact("Ada"))

    @rule(fails=st.frozensets(st.integers(1, 12)), tries=st.none() | st.integers(1, 3), limit=st.integers(0, 5))
    def drain(self, fails: frozenset[int], tries: int | None, limit: int) -> None:
        count = self.app.storage.position("erabliere")
        passed = max([0, *self.done, *self.aside, *self.waiting])
        expected: list[int] = []
        stops = False
        for position in [*sorted(self.waiting), *range(passed + 1, count + 1)][:limit]:
            if position not in fails:
                expected.append(position)
                self.tries.pop(position, None)
            else:
                self.tries[position] = self.tries.get(position, 0) + 1
                stops = tries is None or self.tries[position] < tries
                if stops:
                    break
                self.aside.add(position)
            if position in self.waiting:
                self.waiting.remove(position)
        handed: list[int] = []

        def handle(recorded: Recorded) -> None:
            if recorded.position in fails:
                raise ZeroDivisionError
            handed.append(recorded.position)

        try:
            assert self.app.outbox.drain(
                "mailer", handle, start="beginning", limit=limit, set_aside_after=tries
            ) == len(expected)
            assert not stops
        except ZeroDivisionError:
            assert stops
        assert handed == expected
        self.done += handed

    @rule(data=st.data())
    def put_back(self, data: st.DataObject) -> None:
        if self.aside:
            position = data.draw(st.sampled_from(sorted(self.aside)))
            self.app.outbox.put_back("mailer", position)
            self.aside.remove(position)
            self.waiting.append(position)
            self.tries[position] = 0

    @invariant()
    def nothing_is_lost_and_nothing_done_twice(self) -> None:
        count = self.app.storage.position("erabliere")
        assert len(set(self.done)) == len(self.done)
        assert {each.recorded.position for each in self.app.outbox.set_aside("mailer")} == self.aside
        assert self.app.outbox.lag("mailer") == count - len(self.done) - len(self.aside)
        assert (self.app.storage.companies(behind="mailer") == ["erabliere"]) == (
            count > len(self.done) + len(self.aside)
        )


TestConsumers = Consumers.TestCase
TestConsumers.settings = settings(stateful_step_count=30)
