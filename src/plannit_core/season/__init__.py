"""A contractor's season as a folder of CSV and TOML files: read, replayed through the public door, and reconciled.

```python
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.season import bundled, reconcile, replay

done = replay(bundled(), MemoryStorage())
assert reconcile(done.app).balances
```
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
