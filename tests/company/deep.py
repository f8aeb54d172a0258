"""The company machine for as long as one likes, in parts that can be resumed: `python -m company.deep --steps 100000`.

Run it in tests/. Each part has a seed of its own, one more than the part before; what was done stands in the state file, so
that the same command goes on where it was stopped. A part that fails is printed with its seed and shrunk example;
`--only SEED` runs that part again.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from .base import TALLY, CompanyBase
from .machine import CompanyMachine

EXAMPLES, LENGTH = 20, 100
PART = settings(
    max_examples=EXAMPLES,
    stateful_step_count=LENGTH,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def run_part(number: int) -> int:
    """Run the part with this seed; gives how many steps it took."""
    before = CompanyBase.steps_done
    run_state_machine_as_test(seed(number)(CompanyMachine), settings=PART)
    return CompanyBase.steps_done - before


def run(first: int, steps: int, state: Path) -> None:
    """Run parts until there are `steps` steps, with those that the state file says were done."""
    done: dict[str, int] = json.loads(state.read_text()) if state.exists() else {}
    number = first
    while sum(done.values()) < steps:
        if str(number) not in done:
            started = time.monotonic()
            try:
                done[str(number)] = run_part(number)
            except BaseException:
                print(f"seed {number} did not end; `--only {number}` runs it again", flush=True)
                raise
            state.write_text(json.dumps(done))
            took = time.monotonic() - started
            print(
                f"seed {number}: {done[str(number)]} steps in {took:.1f} s; {sum(done.values())} of {steps}", flush=True
            )
        number += 1


def report() -> None:
    """How often each command came to what."""
    outcomes: dict[str, Counter[str]] = {}
    for (name, outcome), count in TALLY.items():
        outcomes.setdefault(name, Counter())[outcome] += count
    for name in sorted(outcomes):
        print(f"{name}: " + ", ".join(f"{outcome} {count}" for outcome, count in outcomes[name].most_common()))


def main() -> int:
    parser = argparse.ArgumentParser(prog="company.deep", description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first part")
    parser.add_argument("--state", type=Path, help="where it is kept what was done; company-SEED.json unless given")
    parser.add_argument("--only", type=int, metavar="SEED", help="run this one part and nothing else")
    given = parser.parse_args()
    state = given.state or Path(f"company-{given.seed}.json")
    try:
        if given.only is not None:
            run_part(given.only)
        else:
            run(given.seed, given.steps, state)
    finally:
        report()
    return 0


if __name__ == "__main__":
    sys.exit(main())
