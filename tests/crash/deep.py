"""Many crashes, in parts that can be resumed: run it again with the same state file, and it goes on.

    python tests/crash/deep.py --points 100000 --kills 10000 --seed 1 --state /var/tmp/plannit-crashes.json

It ends with 1 as soon as a command was lost, half done or done twice.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import attrs

sys.path.insert(0, str(Path(__file__).parents[1]))

from crash.kills import Killing
from crash.points import Crashing, some

KILLS_AT_ONCE = 100
POINTS_OF_A_COMMAND = 40


class Log:
    """What was done so far, and what came of it.

    Args:
        file: Where it is kept; `None` for nowhere.
        seed: Of this run; another one begins anew.
    """

    def __init__(self, file: Path | None, seed: int) -> None:
        self._file = file
        self.state: dict[str, Any] = {"seed": seed, "part": 0}
        if file is not None and file.exists() and (known := json.loads(file.read_text()))["seed"] == seed:
            self.state = known

    def count(self, kind: str, name: str) -> int:
        return int(self.state.get(kind, {}).get(name, 0))

    def add(self, kind: str, verdict: Any) -> None:
        """Add up what one part came to."""
        sums = self.state.setdefault(kind, {})
        for name, value in attrs.asdict(verdict, filter=lambda field, _: field.name != "kinds").items():
            total = sum(value.values()) if isinstance(value, dict) else value
            sums[name] = sums.get(name, 0) + total
        self.state["part"] += 1
        if self._file is not None:
            self._file.write_text(json.dumps(self.state, indent=2))
        print(kind, sums, flush=True)
        if not verdict.is_good:
            sys.exit(f"part {self.state['part']}: {verdict}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--points", type=int, default=0)
    arguments.add_argument("--kills", type=int, default=0)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--state", type=Path)
    arguments.add_argument("--folder", type=Path, help="where the files are; a temporary folder unless given")
    args = arguments.parse_args()
    log = Log(args.state, args.seed)
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        folder = Path(name)
        while (left := args.points - log.count("points", "points")) > 0:
            chance = random.Random(f"{args.seed}/{log.state['part']}")
            log.add("points", Crashing(folder, some(chance, POINTS_OF_A_COMMAND), left).run())
        while (left := args.kills - log.count("kills", "kills")) > 0:
            killing = Killing(folder, args.seed * 1_000_003 + log.state["part"])
            log.add("kills", killing.run(min(left, KILLS_AT_ONCE)))


if __name__ == "__main__":
    main()
