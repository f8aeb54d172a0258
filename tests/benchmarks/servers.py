"""The PostgreSQL of the benchmarks."""

from __future__ import annotations

import os

from many.cuts import Server


def needed() -> None:
    """One of our own with every safety on, unless `PLANNIT_POSTGRES` names another one."""
    if "PLANNIT_POSTGRES" not in os.environ:
        os.environ["PLANNIT_POSTGRES"] = Server.started().address
