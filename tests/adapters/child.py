"""A process of its own on a file of SQLite: `python child.py act file`. It prints a line when something is done."""

from __future__ import annotations

import os
import signal
import sys

from plannit_core import StorageError
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.testing.samples import ACME, commit, contact, found, store


def say(word: object) -> None:
    print(word, flush=True)


def wait() -> None:
    """Until the other side says a line."""
    sys.stdin.readline()


def fork(file: str) -> None:
    """A child made by a fork goes on with its parent's storage, and so does the parent, whatever the other does meanwhile."""
    storage = SqliteStorage(file)
    store(storage, contact("parent"))
    to_parent, to_child = os.pipe(), os.pipe()
    pid = os.fork()
    if not pid:
        store(storage, contact("child"))
        os.write(to_parent[1], b".")
        os.read(to_child[0], 1)  # by now the parent has closed the file, and another process has come and gone
        store(storage, contact("child-again"))
        os._exit(0)
    os.read(to_parent[0], 1)
    store(storage, contact("parent-again"))
    storage.close()
    say("closed")
    wait()
    os.write(to_child[1], b".")
    _, status = os.waitpid(pid, 0)
    say(os.waitstatus_to_exitcode(status))


def fork_in_transaction(file: str) -> None:
    """A child made in the middle of its parent's transaction cannot end it, nor do anything else with the file."""
    storage = SqliteStorage(file)
    with storage.reading(ACME) as snapshot, storage.writing(ACME) as txn:
        txn.write(commit(contact("parent")))
        pid = os.fork()
        if not pid:
            codes = []
            for use in (
                lambda: snapshot.load("contact", "con_parent"),
                lambda: txn.write(commit(contact("child"))),
                lambda: store(storage, contact("child")),
                lambda: found(storage, "contact", "con_parent"),
            ):
                try:
                    use()
                except StorageError as error:
                    codes.append(error.code)
            storage.close()
            say(" ".join(codes))
        else:
            os.waitpid(pid, 0)
    if pid:
        say(found(storage, "contact", "con_parent") == contact("parent"))


if __name__ == "__main__":
    signal.alarm(120)  # a test that fails leaves nobody behind
    globals()[sys.argv[1]](sys.argv[2])
