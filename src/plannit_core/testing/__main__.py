"""`python -m plannit_core.testing my_pkg:open_storage`: does this storage keep what `plannit_core.ports` promises?

Exit code 0 when every check passed or was skipped for a limit that was declared, 1 when one failed, 2 when none could be run.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Sequence

from .base import Ability
from .checks import CHECKS
from .report import Outcome, adapter_at, heading, lines_of, results, summary, topic


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the kit, print the report, give the exit code."""
    given = _parser().parse_args(arguments)
    if not __debug__:
        return _refuse("the checks are assertions: run Python without -O")
    try:
        adapter = adapter_at(given.target, given.lacks)
    except LookupError as error:
        return _refuse(str(error))
    if unknown := set(given.only) - {check.name for check in CHECKS}:
        return _refuse(f"there is no check {', '.join(sorted(unknown))}")
    print(*heading(given.target, adapter, given.seed), sep="\n")
    found, about = [], ""
    for result in results(
        adapter, given.seed, [check for check in CHECKS if not given.only or check.name in given.only]
    ):
        if result.check.about != about:
            about = result.check.about
            print(f"\n{topic(about)}")
        print(*lines_of(result), sep="\n", flush=True)
        found.append(result)
    print(f"\n{summary(found)}")
    return int(any(result.outcome is Outcome.FAILED for result in found))


def _refuse(words: str) -> int:
    print(f"error: {words}", file=sys.stderr)
    return 2


def _abilities(text: str) -> list[Ability]:
    try:
        return [Ability(each.strip()) for each in text.split(",") if each.strip()]
    except ValueError:
        raise argparse.ArgumentTypeError(f"abilities are {', '.join(Ability)}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m plannit_core.testing", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument(
        "target", help="module:name of what opens a storage at a path (a function, a class), or of a StorageConformance"
    )
    parser.add_argument(
        "--lacks", type=_abilities, default=[], help=f"what it cannot do, of {', '.join(Ability)}; with commas"
    )
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9), help="of what is drawn at random")
    parser.add_argument("--only", nargs="+", default=[], metavar="CHECK", help="these checks and no others")
    return parser


if __name__ == "__main__":
    sys.exit(main())
