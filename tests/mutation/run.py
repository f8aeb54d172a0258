"""Breaks `plannit_core.values` in one place at a time and asks the tests whether they notice.

    python tests/mutation/run.py                    # money, split, tax, schedule: about ten minutes on one core
    python tests/mutation/run.py split --sample 20  # some of one module
    python tests/mutation/run.py tax --list         # what would be broken

Each mutant is one small change of the syntax tree: another comparison or operator, a number one off, a condition that always or
never holds. It is written into a copy of the project in a temporary directory; the checkout is not touched. The quick tests of the
values run against it until one fails. What none of them notices is printed. docs/how-to/mutation-testing.md says what to do then,
and lists the mutants that nobody could notice.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
MODULES = ("money", "split", "tax", "schedule")
VALUES = "src/plannit_core/values"
PAGE = ROOT / "docs" / "how-to" / "mutation-testing.md"
COPIED = ("conftest.py", "pyproject.toml", "README.md", "src", "tests")
QUICK = ("tests/unit/test_values_mutants.py", "tests/unit/test_schedules_mutants.py", VALUES)
SLOWER = ("tests/property/test_money.py", "tests/property/test_schedules.py", "tests/property/test_splitting.py")
TIMEOUT = 60

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv, ast.Add),
    ast.FloorDiv: (ast.Mult,),
    ast.Div: (ast.Mult,),
    ast.Mod: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.BitOr: (ast.BitAnd,),
}


class Mutant(NamedTuple):
    """One change of a module: where, the line as it was and as it is now, and the whole module with it."""

    module: str
    line: int
    old: str
    new: str
    source: str

    def __str__(self) -> str:
        return f"{self.module}.py:{self.line}: {self.old}  ->  {self.new}"


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """Every way to break this one node."""
    match node:
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.If(_, body, orelse):
            yield from (ast.If(ast.Constant(always), body, orelse) for always in (True, False))
        case ast.IfExp(_, body, orelse):
            yield from (body, orelse)
        case ast.comprehension(target, source, [_, *_], is_async):
            yield ast.comprehension(target, source, [], is_async)
        case _:
            yield from other_operators(node)


def other_operators(node: ast.AST) -> Iterator[ast.AST]:
    """The same operands with another operator, or with one of them left out."""
    match node:
        case ast.Compare(left, operators, others):
            for place, operator in enumerate(operators):
                for other in COMPARISONS[type(operator)]:
                    yield ast.Compare(left, [*operators[:place], other(), *operators[place + 1 :]], others)
        case ast.BinOp(left, operator, right):
            yield from (ast.BinOp(left, other(), right) for other in OPERATORS.get(type(operator), ()))
        case ast.UnaryOp(ast.USub() | ast.Not(), operand):
            yield operand
        case ast.BoolOp(operator, operands):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), operands)
            for place in range(len(operands)):
                left_over = operands[:place] + operands[place + 1 :]
                yield left_over[0] if len(left_over) == 1 else ast.BoolOp(operator, left_over)


def places(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node that is run: annotations are not."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for name, value in ast.iter_fields(node):
            if name not in ("annotation", "returns"):
                waiting += [
                    each for each in (value if isinstance(value, list) else [value]) if isinstance(each, ast.AST)
                ]


def mutants(module: str) -> list[Mutant]:
    """Every mutant of a module, from top to bottom."""
    tree = ast.parse((ROOT / VALUES / f"{module}.py").read_text(encoding="utf-8"))
    before = ast.unparse(tree).splitlines()
    found = []
    for place, node in enumerate(places(tree)):
        for number, _ in enumerate(variants(node)):
            other = deepcopy(tree)
            target = next(each for at, each in enumerate(places(other)) if at == place)
            broken = ast.fix_missing_locations(list(variants(target))[number])
            source = ast.unparse(Replace(target, broken).visit(other))
            changed = [pair for pair in zip(before, source.splitlines(), strict=True) if pair[0] != pair[1]]
            if changed:
                old, new = changed[0]
                found.append(Mutant(module, line_of(node), old.strip(), new.strip(), source))
    return sorted(found, key=lambda each: each.line)


class Replace(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def line_of(node: ast.AST) -> int:
    return getattr(node.target if isinstance(node, ast.comprehension) else node, "lineno", 0)


def explained() -> set[tuple[str, str]]:
    """Module and line of the mutants that change nothing anybody could see, as the page says."""
    return set(re.findall(r"^\| (\w+) \| `(.+?)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))


# ---------------------------------------------------------------------------------------------------------- running tests


def copy_project(to: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        else:
            shutil.copy2(source, to / name)


def passes(project: Path, tests: tuple[str, ...], *, writes_bytecode: bool = False) -> bool:
    """Whether all `tests` pass in the copy; a run that does not come to an end does not."""
    environment = os.environ | {"PYTHONPATH": str(project / "src"), "HYPOTHESIS_PROFILE": "quick"}
    if not writes_bytecode:
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--hypothesis-seed=0", *tests]
    try:
        done = subprocess.run(command, cwd=project, env=environment, capture_output=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def survives(project: Path, mutant: Mutant) -> bool:
    """Whether no test notices `mutant`: the quick ones are asked first."""
    file = project / VALUES / f"{mutant.module}.py"
    whole = file.read_text(encoding="utf-8")
    file.write_text(mutant.source, encoding="utf-8")
    try:
        return passes(project, QUICK) and passes(project, SLOWER)
    finally:
        file.write_text(whole, encoding="utf-8")


def run(chosen: list[Mutant]) -> list[Mutant]:
    """The mutants among `chosen` that no test notices."""
    survivors, known = [], explained()
    with TemporaryDirectory(prefix="plannit-mutants-", ignore_cleanup_errors=True) as folder:
        project = Path(folder)
        copy_project(project)
        if not passes(project, QUICK + SLOWER, writes_bytecode=True):
            sys.exit("error: the tests fail before anything is broken")
        for module in MODULES:  # their bytecode would be taken for that of a mutant of the same length and second
            for stale in (project / VALUES / "__pycache__").glob(f"{module}.*"):
                stale.unlink()
        for mutant in chosen:
            if survives(project, mutant):
                survivors.append(mutant)
                print("explained" if (mutant.module, mutant.new) in known else "SURVIVED ", mutant, flush=True)
    return survivors


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "modules", nargs="*", metavar="MODULE", help=f"of {', '.join(MODULES)}; all of them unless given"
    )
    parser.add_argument("--sample", type=int, help="so many mutants, chosen by chance")
    parser.add_argument("--seed", type=int, default=0, help="of that chance")
    parser.add_argument("--list", action="store_true", help="print the mutants and run nothing")
    asked = parser.parse_args()
    if unknown := set(asked.modules) - set(MODULES):
        parser.error(f"no such module: {', '.join(sorted(unknown))}")
    chosen = [mutant for module in asked.modules or MODULES for mutant in mutants(module)]
    if asked.sample is not None and asked.sample < len(chosen):
        chosen = random.Random(asked.seed).sample(chosen, asked.sample)
    if asked.list:
        print(*chosen, sep="\n")
        return 0
    started = monotonic()
    survivors = run(chosen)
    known = explained()
    open_ones = [mutant for mutant in survivors if (mutant.module, mutant.new) not in known]
    for module in dict.fromkeys(mutant.module for mutant in chosen):
        counts = [sum(mutant.module == module for mutant in some) for some in (chosen, survivors, open_ones)]
        print("{:10}{:5} mutants {:4} survived {:4} unexplained".format(module, *counts))
    each = (monotonic() - started) / len(chosen)
    print(f"{len(chosen)} mutants, {len(survivors)} survived, {len(open_ones)} unexplained, {each:.1f} s each")
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
