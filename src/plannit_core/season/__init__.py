"""A contractor's season as a folder of CSV and TOML files: read, replayed through the public door, and reconciled.

>>> from datetime import date
>>> from plannit_core.adapters.memory import MemoryStorage
>>> done = replay(bundled(), MemoryStorage(), to=date(2025, 11, 30))
>>> len(done.refused), reconcile(done.app).balances
(0, True)
"""

from __future__ import annotations

from .plan import Season
from .player import Replay, replay
from .problems import Problem, SeasonError
from .reader import bundled, bundled_path, read_season
from .reconcile import Reconciliation, reconcile

__all__ = [
    "Problem",
    "Reconciliation",
    "Replay",
    "Season",
    "SeasonError",
    "bundled",
    "bundled_path",
    "read_season",
    "reconcile",
    "replay",
]
