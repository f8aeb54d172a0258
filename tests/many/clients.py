"""Clients in processes of their own, which tell what was acknowledged; and ways to cut them off around a COMMIT."""

from __future__ import annotations

import ctypes
import os
import queue
import random
import signal
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
from attrs import define
from sqlalchemy import event

from plannit_core import Line, Money, Plannit, StorageError, presets
from plannit_core import commands as c

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

    from plannit_core import ContactId
    from plannit_core.ports import Storage

    Tell = Callable[[str, str], None]

STEPS = {
    "make": ("job.opened", "invoice.drafted"),
    "issue": ("invoice.issued",),
    "pay": ("payment.recorded",),
}
"""The commands of an act, and what happens in each. Its key is that of the act and the name of the step."""

PATIENCE = 60.0
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


# ----------------------------------------------------------------------------------------------------------------- an office


@define
class Office:
    """A company of its own, with one contact.

    Attributes:
        commits: How many were begun on behalf of the command that is given now.
    """

    storage: Storage
    app: Plannit
    ada: ContactId
    commits: int = 0

    @classmethod
    def new(cls, storage: Storage, company: str) -> Office:
        app = Plannit(storage, company=company)
        app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
        return cls(storage, app, app.do(c.AddContact("Ada Byron", emails=["ada@example.com"])).id)

    @property
    def engine(self) -> Engine:
        engine: Engine = self.storage._sessions.engine  # type: ignore[attr-defined]  # a storage of SQL
        return engine

    def count_commits(self) -> None:
        """From now on in this process."""
        event.listen(self.engine, "commit", self._at_commit)

    def _at_commit(self, _: Connection) -> None:
        self.commits += 1

    def act(self, key: str, tell: Tell = lambda word, key: None) -> None:
        """An invoice made, issued and paid, each once under a key of its own."""
        lines = [Line("Visit", 1, Money.cad("100.00"))]
        made = self._once(c.InvoiceContact(self.ada, lines=lines, external={"cut": key}), f"{key}/make", tell)
        self._once(c.IssueInvoice(made.invoice.id), f"{key}/issue", tell)
        self._once(c.RecordPayment(made.invoice.id, Money.cad("50.00"), method="cheque"), f"{key}/pay", tell)

    def _once(self, command: c.Command[Any], key: str, tell: Tell) -> Any:
        """Give a command with its key until it is acknowledged. Raises `StorageError` when it never is."""
        tell("begun", key)
        give_up = time.monotonic() + PATIENCE
        codes = set()
        while True:
            self.commits = 0
            try:
                result = self.app.do(command, key=key)
            except StorageError as error:
                tell(error.code, key)
                codes.add(error.code)
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.02)
            else:
                if codes and UNKNOWN not in codes and not self.commits:
                    tell("untrue", key)  # it was stored before, and yet nobody was told that it might be
                tell("done", key)
                return result


# ---------------------------------------------------------------------------------------------------------------- a client


@define
class Client:
    """A process that acts, and what it has told so far."""

    pid: int
    pipe: int
    text: bytes = b""

    @classmethod
    def started(cls, act: Callable[[Tell], None]) -> Client:
        """A process forked from this one, which is to have no other threads."""
        reads, writes = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(reads)
            _act(act, writes)
        os.close(writes)
        os.set_blocking(reads, False)
        return cls(pid, reads)

    def told(self) -> list[tuple[str, str]]:
        """Words and keys."""
        with suppress(BlockingIOError):
            while piece := os.read(self.pipe, 65_536):
                self.text += piece
        whole = self.text[: self.text.rfind(b"\n") + 1].decode()
        return [(word, key) for word, _, key in (line.partition(" ") for line in whole.splitlines())]

    def count(self, word: str) -> int:
        """How often it told a word."""
        return sum(told == word for told, _ in self.told())

    def wait(self, word: str, times: int = 1) -> None:
        """Wait until it told a word so often. Raises `TimeoutError`."""
        give_up = time.monotonic() + PATIENCE
        while self.count(word) < times:
            if time.monotonic() > give_up:
                raise TimeoutError(f"a client did not come to {word!r}: {self.told()[-3:]}")
            time.sleep(0.002)

    def kill(self) -> None:
        """Without a word of warning."""
        os.kill(self.pid, signal.SIGKILL)

    def end(self) -> list[tuple[str, str]]:
        """Wait until it is gone; gives all it told."""
        os.set_blocking(self.pipe, True)
        told = self.told()
        os.close(self.pipe)
        os.waitpid(self.pid, 0)
        return told


def _act(act: Callable[[Tell], None], pipe: int) -> None:
    """Act in a process of its own, and never come back."""

    def tell(word: str, key: str) -> None:
        os.write(pipe, f"{word} {key}\n".encode())

    try:
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        act(tell)
    except BaseException as error:  # noqa: BLE001  # it is told to whoever started the process
        tell("unexpected", type(error).__name__)
    finally:
        os._exit(0)


def without_end(office: Office, name: str) -> Callable[[Tell], None]:
    """Act until somebody puts an end to it."""

    def act(tell: Tell) -> None:
        office.count_commits()
        number = 0
        while True:
            office.act(f"{name}-{number}", tell)
            number += 1

    return act


# ------------------------------------------------------------------------------------------------------- cuts around COMMIT

KNOWN, UNKNOWN, AWAY = "known", "storage.outcome-unknown", "storage.unreachable"


class Cut(Protocol):
    """A way to cut a connection that is about to commit.

    Attributes:
        tells: What whoever gave a command without a key may be told: when it was not cut, and when it was.
        count: How many were cut.
    """

    tells: tuple[set[str], set[str]]

    count: int

    def cut(self, connection: psycopg.Connection) -> None:
        """Cut one, now or in a moment."""
        ...

    def settle(self) -> None:
        """Wait until nothing that was told to be cut is still to be cut."""
        ...


class Deafener:
    """The server hears what comes, and nothing it answers arrives."""

    tells = ({KNOWN}, {UNKNOWN})

    def __init__(self, _: random.Random) -> None:
        self.count = 0

    def cut(self, connection: psycopg.Connection) -> None:
        self.count += 1
        with socket.fromfd(connection.fileno(), socket.AF_UNIX, socket.SOCK_STREAM) as ours:
            ours.shutdown(socket.SHUT_RD)

    def settle(self) -> None:
        pass


class Ender:
    """Ends connections from outside, at any moment from before a COMMIT arrives to after it is answered."""

    tells = ({KNOWN, AWAY}, {KNOWN, AWAY, UNKNOWN})

    def __init__(self, address: str, chance: random.Random) -> None:
        self._chance = chance
        self.count = 0
        self._waiting: queue.Queue[int] = queue.Queue()
        self._connection = psycopg.connect(address, autocommit=True)
        threading.Thread(target=self._run, daemon=True).start()

    def cut(self, connection: psycopg.Connection) -> None:
        self._waiting.put(connection.info.backend_pid)
        time.sleep(self._chance.uniform(0, 0.0015))

    def settle(self) -> None:
        self._waiting.join()

    def _run(self) -> None:
        while True:
            pid = self._waiting.get()
            time.sleep(self._chance.uniform(0, 0.001))
            [(was_there,)] = self._connection.execute("SELECT pg_terminate_backend(%s)", [pid]).fetchall()
            self.count += was_there
            self._waiting.task_done()


@define
class Cutter:
    """Cuts every other connection that is about to commit, by chance.

    Attributes:
        was_cut: Whether the last one was.
    """

    chance: random.Random
    way: Cut
    was_cut: bool = False

    def at_commit(self, connection: Connection) -> None:
        self.was_cut = self.chance.random() < 0.5
        if self.was_cut:
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            self.way.cut(driver)


def until_cut(
    office: Office, name: str, seed: float, way: Callable[[random.Random], Cut], count: int
) -> Callable[[Tell], None]:
    """Act until so many connections were cut in commands with a key, and as many in commands without."""

    def act(tell: Tell) -> None:
        chance = random.Random(seed)
        cutter = Cutter(chance, way(chance))
        event.listen(office.engine, "commit", cutter.at_commit)
        office.count_commits()
        number = with_key = without = 0
        while with_key < count or without < count:
            key, before = f"{name}-{number}", cutter.way.count
            office.act(key, tell)
            cutter.way.settle()
            between = cutter.way.count
            for place in range(len(STEPS)):
                _act_without_a_key(office, f"{key}-{place}", cutter, tell)
            cutter.way.settle()
            for _ in range(between - before):
                tell("cut", key)
            number += 1
            with_key += between - before
            without += cutter.way.count - between

    return act


def _act_without_a_key(office: Office, name: str, cutter: Cutter, tell: Tell) -> None:
    """A command without a key, given once: never more than one commit, and what is told is true."""
    cutter.way.settle()
    office.commits, cutter.was_cut = 0, False
    try:
        office.app.do(c.AddContact(name))
        told = KNOWN
    except StorageError as error:
        told = error.code
    tell(f"unkeyed:{told}", name)
    if office.commits > 1:
        tell("silent", name)
    if told not in cutter.way.tells[cutter.was_cut]:
        tell("untrue", name)
