"""Measures: `python tests/benchmarks/run.py [names] [--deep]`.

Ratios are within one run; the times beside them are those of this machine at this moment and mean nothing elsewhere.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path

TOPICS = (
    "flow",
    "amounts",
    "imports",
    "documents",
    "folders",
    "days",
    "growth",
    "season",
    "sql",
    "writers",
    "large",
    "drained",
)


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"what to measure: {', '.join(TOPICS)}; all unless given")
    parser.add_argument(
        "--deep", action="store_true", help="more turns and larger books: minutes, an hour for `large` and `drained`"
    )
    asked = parser.parse_args()
    for name in asked.names or TOPICS:
        for figure in import_module(f"benchmarks.{name}").measure(deep=asked.deep):
            print(figure, flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
