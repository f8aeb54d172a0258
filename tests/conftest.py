"""What every test may ask for: storages, a clock, a configured company; and how hard Hypothesis looks.

`storage` and `open_storage` come once for each storage: a test that asks for one of them, or for `app` or `open_app`,
runs on all. Hypothesis tests ask for `open_storage` or `open_app`, which give something fresh for each example:

    @given(...)
    def test_…(open_app, …):
        with open_app() as app:
            ...

The Markdown files of tests/scenarios/ are stories: their ``python`` fences run from top to bottom, on each storage,
with `app`, `clock` and `storage` at hand.

How hard Hypothesis looks is chosen with `--hypothesis-profile=deep` or HYPOTHESIS_PROFILE=deep; the default is quick.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.sybil import SybilCollection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plannit_core import FixedClock, Plannit
    from plannit_core.ports import Storage

    OpenStorage = Callable[[], AbstractContextManager[Storage]]
    OpenApp = Callable[..., AbstractContextManager[Plannit]]

settings.register_profile(
    "quick",
    max_examples=60,
    derandomize=True,  # the same examples each time: a red run means that the code changed
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "deep",
    max_examples=2000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "quick")

STORAGES = tuple(os.environ.get("PLANNIT_STORAGES", "memory sqlite sql-postgresql sql-sqlite").split())
"""Each test that asks for a storage runs on all of these; `PLANNIT_STORAGES=memory` asks of fewer."""
COMPANY = "erabliere"
MORNING = "2026-03-02T09:00-05:00"


@contextmanager
def a_storage(kind: str, file: Path) -> Iterator[Storage]:
    """An empty storage of that kind, closed at the end; *file* is where it may keep its books."""
    with ExitStack() as stack:
        match kind:
            case "memory":
                from plannit_core.adapters.memory import MemoryStorage

                storage: Storage = MemoryStorage()
            case "sqlite":
                from plannit_core.adapters.sqlite import SqliteStorage

                # the adapter's own tests are about FULL; everybody else would only wait for the disk
                storage = SqliteStorage(str(file), synchronous="NORMAL")
            case "sql-postgresql":
                from databases import on_postgresql

                storage = stack.enter_context(on_postgresql())
            case "sql-sqlite":
                from plannit_core.adapters.sql import SqlStorage

                storage = SqlStorage(f"sqlite:///{file}")
            case _:
                raise ValueError(kind)
        stack.callback(storage.close)
        yield storage


def new_clock() -> FixedClock:
    from plannit_core import FixedClock

    return FixedClock(MORNING)


def configured(storage: Storage, clock: FixedClock) -> Plannit:
    """A door to the company Toitures Lavoie, in Québec, for its user Marie."""
    from plannit_core import Actor, Plannit, presets
    from plannit_core import commands as c

    app = Plannit(storage, company=COMPANY, clock=clock, actor=Actor.user("u17", name="Marie"))
    app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    return app


@pytest.fixture(scope="session", params=STORAGES)
def open_storage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> OpenStorage:
    """`with open_storage() as storage`: an empty storage each time, closed at the end; once for each kind."""
    folder = tmp_path_factory.mktemp(request.param)
    numbers = count(1)

    @contextmanager
    def opened() -> Iterator[Storage]:
        file = folder / f"books-{next(numbers)}.db"
        with a_storage(request.param, file) as storage:
            yield storage
        for left in folder.glob(f"{file.name}*"):
            left.unlink()

    return opened


@pytest.fixture(scope="session")
def open_app(open_storage: OpenStorage) -> OpenApp:
    """`with open_app() as app`: a configured company in an empty storage; `open_app(clock)` with a clock to move."""

    @contextmanager
    def opened(clock: FixedClock | None = None) -> Iterator[Plannit]:
        with open_storage() as storage:
            yield configured(storage, clock or new_clock())

    return opened


@pytest.fixture
def storage(open_storage: OpenStorage) -> Iterator[Storage]:
    """An empty storage; once for each kind."""
    with open_storage() as opened:
        yield opened


@pytest.fixture
def clock() -> FixedClock:
    """Monday 2 March 2026, nine in the morning in Québec; `.set(…)` and `.advance(…)` move it."""
    return new_clock()


@pytest.fixture
def app(storage: Storage, clock: FixedClock) -> Plannit:
    """The configured company Toitures Lavoie, on `storage` and by `clock`."""
    return configured(storage, clock)


# --------------------------------------------------------------------------------------------------------- the stories

STAGE = "_stage"


def stories(kind: str) -> Sybil:
    def set_the_stage(names: dict[str, Any]) -> None:
        with ExitStack() as stage:
            folder = stage.enter_context(TemporaryDirectory(prefix="plannit-story-", ignore_cleanup_errors=True))
            storage = stage.enter_context(a_storage(kind, Path(folder) / "books.db"))
            clock = new_clock()
            names |= {"storage": storage, "clock": clock, "app": configured(storage, clock)}
            names[STAGE] = stage.pop_all()

    def clear_the_stage(names: dict[str, Any]) -> None:
        if STAGE in names:
            names.pop(STAGE).close()

    return Sybil(
        name=kind,
        parsers=[PythonCodeBlockParser()],
        path="scenarios",
        pattern="*.md",
        setup=set_the_stage,
        teardown=clear_the_stage,
    )


pytest_collect_file = SybilCollection([stories(kind) for kind in STORAGES]).pytest()
