"""The PostgreSQL of the benchmarks."""

from __future__ import annotations

import atexit
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from many.server import Server


def needed() -> None:
    """One of our own with every safety on, until this program ends, unless `PLANNIT_POSTGRES` names another one."""
    if "PLANNIT_POSTGRES" not in os.environ:
        until_the_end = ExitStack()
        folder = Path(until_the_end.enter_context(tempfile.TemporaryDirectory(prefix="plannit-benchmarks-")))
        os.environ["PLANNIT_POSTGRES"] = until_the_end.enter_context(Server.started(folder / "server")).address
        atexit.register(until_the_end.close)
