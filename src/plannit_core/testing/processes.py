"""A process of its own on the same storage: it opens the place itself, says when something is done, and may be killed."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import multiprocessing
import sys
from collections.abc import Callable
from functools import reduce
from itertools import count as counted
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any, Self

from ..errors import Conflict
from ..ports import Storage
from .base import Opener
from .samples import ACME, commit, contact, drafted, invoice, series, store

Address = tuple[str, str, str]
Say = Callable[[str], None]
PATIENCE = 60.0


def address_of(thing: Any) -> Address:
    """Where another process finds a class or a function. Raises `TypeError` for one that only this process can see."""
    name = thing.__qualname__
    if "<" in name:
        raise TypeError(f"{name} must stand at the top of its module, or the storage lacks Ability.PROCESSES")
    return thing.__module__, inspect.getfile(thing), name


def thing_at(address: Address) -> Any:
    """What stands there."""
    name, file, qualified = address
    return reduce(getattr, qualified.split("."), _module(name, file))


def _module(name: str, file: str) -> Any:
    """By its name, and else by its file: a test module is often known to pytest alone."""
    try:
        found: ModuleType = importlib.import_module(name)
        if Path(found.__file__ or "") == Path(file):
            return found
    except ImportError:
        pass
    spec = importlib.util.spec_from_file_location(name.replace(".", "_"), file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Child:
    """A process that does one of `ACTS`; the end of the block waits for its end.

    Args:
        opener: Whose storage, and where.
        act: What it does.
    """

    def __init__(self, opener: Opener, act: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, opener.address(), opener.where, act), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ours.close()
        self._process.join(PATIENCE)
        self.kill()

    def heard(self) -> str:
        """What it says next. Raises `AssertionError` when it says nothing for a long time."""
        assert self._ours.poll(PATIENCE), "the other process says nothing"
        try:
            return str(self._ours.recv())
        except EOFError:
            raise AssertionError("the other process ended early") from None

    def tell(self) -> None:
        """Let it go on."""
        self._ours.send(None)

    def kill(self) -> None:
        """End it at once, with nothing closed."""
        self._process.kill()
        self._process.join(PATIENCE)


def serve(connection: Connection, address: Address, where: Path, act: str) -> None:
    """The life of a child."""
    opens = thing_at(address)
    storage = opens().open_storage(where) if hasattr(opens, "open_storage") else opens(where)

    def wait() -> None:
        try:
            connection.recv()
        except EOFError:
            return

    ACTS[act](storage, connection.send, wait)
    storage.close()


def halfway(storage: Storage, say: Say, wait: Callable[[], None]) -> None:
    """Be killed with a transaction open, after one that was committed."""
    store(storage, contact("kept"), events=(drafted(invoice()),))
    with storage.writing(ACME) as txn:
        txn.write(commit(*(contact(f"{n:04}") for n in range(500)), events=(drafted(invoice()),), key="click-1"))
        say("written")
        wait()


def after_commit(storage: Storage, say: Say, wait: Callable[[], None]) -> None:
    """Be killed at once after a commit, with nothing closed."""
    store(storage, contact(), events=(drafted(invoice()),), key="click-1")
    say("committed")
    wait()


def count(storage: Storage, say: Say, wait: Callable[[], None]) -> None:
    """Raise the series 20 times by one, with an event each time."""
    say("ready")
    wait()
    for _ in range(20):
        for attempt in counted(1):
            try:
                with storage.writing(ACME) as txn:
                    known: Any = txn.load("series", "ser_invoice")
                    last = known.last + 1 if known else 1
                    txn.write(commit(series(version=last, last=last), events=(drafted(invoice()),)))
                break
            except Conflict:
                assert attempt < 1_000, "nobody gets on"
    say("done")


def hold(storage: Storage, say: Say, wait: Callable[[], None]) -> None:
    """Have the turn until told to go on; then change the contact."""
    try:
        with storage.writing(ACME) as txn:
            known: Any = txn.load("contact", "con_1")
            say("mine")
            wait()
            txn.write(commit(contact(version=known.version + 1)))
    except Conflict:
        say("conflict")
    else:
        say("stored")


ACTS: dict[str, Callable[[Storage, Say, Callable[[], None]], None]] = {
    "halfway": halfway,
    "after_commit": after_commit,
    "count": count,
    "hold": hold,
}
