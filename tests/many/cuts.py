"""Clients killed, servers killed, connections ended around COMMIT, answers lost, disks full: nothing acknowledged is lost,
nothing is half done, nothing is done twice.

    python tests/many/cuts.py                                    # 100 clients, 5 servers, 50 ended, 100 lost, 1 full of each kind
    python tests/many/cuts.py --clients 10000 --servers 200 --ended 10000 --lost 10000 --full 0 --state /var/tmp/cuts.json

It starts a PostgreSQL of its own, which waits for its disk. With a state file it goes on where it was stopped when it is run again.

Clients give commands, each with a key, and tell what was acknowledged. Then something is cut. What was acknowledged has to be
there, what was not is there whole or not at all, what is given again with its key is there once, and the closing check has to find
nothing. At the end all that the server holds is looked at once more. For a full disk it has to be run as root: it mounts small
ones.

Ends with 1 when anything is wrong, or when less was cut than was asked for.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from attrs import define, field

from crash.disks import small_disk
from many.clients import AWAY, UNKNOWN, Client, Deafener, Ender, Office, until_cut, without_end
from many.server import Server
from many.storages import opened
from many.verdicts import checked
from plannit_core import audit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from many.clients import Cut
    from plannit_core.ports import Storage

WRONG = ("lost", "half", "twice", "unclean", "silent", "untrue", "unexpected", "not as it was")
CLIENTS, CUTS_OF_A_CLIENT = 4, 25
LOST = (AWAY, UNKNOWN)


@define
class Cutting:
    """A server, and what was done to it.

    Attributes:
        server: It.
        storage: On it.
        chance: Says when.
        positions: How far each company had come when it was checked.
    """

    server: Server
    storage: Storage
    chance: random.Random
    positions: dict[str, int] = field(factory=dict)

    # ------------------------------------------------------------------------------------------------ a round of each kind

    def clients(self, left: int) -> Counter[str]:
        """Kill a few clients at random moments of their commands, one after the other."""
        office = self._office()
        clients = acting(office, min(CLIENTS, left))
        for client in clients:
            time.sleep(self.chance.uniform(0, 0.04))
            client.kill()
        return self._kept(office, clients) + Counter(cuts=len(clients))

    def servers(self, left: int) -> Counter[str]:
        """Kill the server under a few clients, and start it again."""
        office = self._office()
        clients = acting(office, CLIENTS)
        time.sleep(self.chance.uniform(0, 0.15))
        self.server.kill()
        go_on(clients)
        return self._kept(office, clients, LOST) + Counter(cuts=1)

    def ended(self, left: int) -> Counter[str]:
        """End the connections of a few clients around their COMMITs."""
        return self._cut_at_commit(left, lambda chance: Ender(self.server.address, chance))

    def lost(self, left: int) -> Counter[str]:
        """Let no answer to a COMMIT arrive, again and again, at a few clients."""
        return self._cut_at_commit(left, Deafener)

    def full_data(self, left: int) -> Counter[str]:
        """Fill the disk that a database is on; the server lives, and its log is on another disk."""
        place = self.server.folder.parent / "small"
        with small_disk(place, "48m"), self.server.database_on(place) as where:
            office = Office.new(opened(where), "company")
            clients = acting(office, CLIENTS)
            with full(place):
                for client in clients:
                    client.wait("storage.failed", 3)
            go_on(clients)
            found = checked(office, told_by(clients), ["storage.failed"])
            office.storage.close()
        return found + Counter(cuts=1)

    def full_server(self, left: int) -> Counter[str]:
        """Fill the disk that a whole server is on, until it stops; make room, and start it again."""
        place = self.server.folder.parent / "disk"
        with small_disk(place, "160m"), Server.started(place / "data") as server:
            office = Office.new(opened(server.where), "company")
            clients = acting(office, CLIENTS)
            with full(place):
                server.write_until_it_stops()
            server.start()
            go_on(clients)
            found = checked(office, told_by(clients), [*LOST, "storage.failed"])
            office.storage.close()
        return found + Counter(cuts=1)

    def look_again(self) -> Counter[str]:
        """All companies once more: none has changed since it was checked."""
        found = Counter(companies=len(self.positions))
        for company, position in self.positions.items():
            found["not as it was"] += self.storage.position(company) != position
            found["unclean"] += not audit.check(self.storage, company).is_clean
        return found

    def _office(self) -> Office:
        """A new company."""
        return Office.new(self.storage, f"company-{len(self.positions) + 1}")

    def _kept(self, office: Office, clients: list[Client], expected: Sequence[str] = ()) -> Counter[str]:
        """What came of the clients, once they are gone; and how far the company has come is kept."""
        found = checked(office, told_by(clients), expected)
        self.positions[office.app.company] = self.storage.position(office.app.company)
        return found

    def _cut_at_commit(self, left: int, way: Callable[[random.Random], Cut]) -> Counter[str]:
        """Let a few clients act until enough was cut."""
        office = self._office()
        count = min(CUTS_OF_A_CLIENT, -(-left // CLIENTS))
        acts = [until_cut(office, f"client-{place}", self.chance.random(), way, count) for place in range(CLIENTS)]
        return self._kept(office, [Client.started(act) for act in acts], LOST)


def acting(office: Office, count: int) -> list[Client]:
    """So many clients, each after its first acknowledgement."""
    clients = [Client.started(without_end(office, f"client-{place}")) for place in range(count)]
    for client in clients:
        client.wait("done")
    return clients


def go_on(clients: list[Client]) -> None:
    """Wait until each has done a few things more; then kill them."""
    for client in clients:
        client.wait("done", client.count("done") + 4)
    for client in clients:
        client.kill()


def told_by(clients: list[Client]) -> list[tuple[str, str]]:
    """All that they told, once they are gone."""
    return [each for client in clients for each in client.end()]


@contextmanager
def full(place: Path) -> Iterator[None]:
    """No room on a disk for the time of the block."""
    filler = place / "filler"
    try:
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        yield
    finally:
        filler.unlink()


KINDS: dict[str, Callable[[Cutting, int], Counter[str]]] = {
    "clients": Cutting.clients,
    "servers": Cutting.servers,
    "ended": Cutting.ended,
    "lost": Cutting.lost,
    "full_data": Cutting.full_data,
    "full_server": Cutting.full_server,
}


def run(asked: dict[str, int], seed: int, state: Path | None = None) -> dict[str, Counter[str]]:
    """So many cuts of each kind, those that the state file tells among them."""
    found: dict[str, Counter[str]] = {kind: Counter() for kind in [*asked, "all, once more"]}
    if state is not None and state.exists():
        found |= {kind: Counter(told) for kind, told in json.loads(state.read_text()).items()}
    with tempfile.TemporaryDirectory(prefix="plannit-cuts-") as folder:
        Path(folder).chmod(0o755)  # the server has a user of its own
        with Server.started(Path(folder) / "data") as server:
            chance = random.Random(f"{seed}/{sum(each.total() for each in found.values())}")
            cutting = Cutting(server, opened(server.where), chance)
            for kind, count in asked.items():
                while (left := count - cuts_of(found[kind], kind)) > 0:
                    found[kind] += KINDS[kind](cutting, left)
                    if state is not None:
                        state.write_text(json.dumps(found, indent=2))
            found["all, once more"] += cutting.look_again()
            cutting.storage.close()
    return found


def cuts_of(told: Counter[str], kind: str) -> int:
    """How many there were; of answers lost, with a key and as many without."""
    return min(told["cuts"], told[f"unkeyed:{UNKNOWN}"]) if kind == "lost" else told["cuts"]


def wrongs(asked: dict[str, int], found: dict[str, Counter[str]]) -> dict[str, Counter[str]]:
    """What is wrong, and what is missing, by kind."""
    wrong = {kind: Counter({name: told[name] for name in WRONG if told[name]}) for kind, told in found.items()}
    for kind, count in asked.items():
        wrong[kind]["missing"] = max(0, count - cuts_of(found[kind], kind))
    return {kind: +each for kind, each in wrong.items() if +each}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=100, help="killed while they act")
    parser.add_argument("--servers", type=int, default=5, help="killed while clients act")
    parser.add_argument("--ended", type=int, default=50, help="connections ended around a COMMIT")
    parser.add_argument("--lost", type=int, default=100, help="answers to a COMMIT that did not arrive")
    parser.add_argument("--full", type=int, default=1, help="disks filled, of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--state", type=Path)
    given = parser.parse_args()
    asked = {name: getattr(given, name.partition("_")[0]) for name in KINDS}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # and the server with it
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # it tells of each connection that is lost
    began = time.monotonic()
    found = run(asked, given.seed, given.state)
    for kind, told in found.items():
        print(f"{kind}: " + (", ".join(f"{count} {name}" for name, count in told.items()) or "nothing"))
    wrong = wrongs(asked, found)
    sums = ", ".join(f"{sum(each[name] for each in found.values())} {name}" for name in WRONG)
    print(f"in {time.monotonic() - began:.0f} s, seed {given.seed}: {sums}")
    if wrong:
        print(f"WRONG: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
