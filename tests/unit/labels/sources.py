"""What the sources raise: every reason code with the params it is given, read off the syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import field, frozen

import plannit_core.errors
from plannit_core.lifecycle import MACHINES

PACKAGE = Path(plannit_core.errors.__file__).parent
ERRORS = {"InvalidInput", "StorageError", "Unavailable", "SchemaError", "reason", "Reason"}
CODE_PARAMS = ("code", "empty")
# the first three have words of their own; in labels codes are only listed
APART = ("season", "audit", "cli", "testing", "labels")
ALSO = (PACKAGE / "season" / "problems.py", PACKAGE / "labels" / "formats.py")
CODE = re.compile(r"[a-z_]+\.[a-z-]+")


@frozen
class Site:
    """A place where a code is raised.

    Attributes:
        code: The reason code.
        place: File and line.
        params: What it is given; `None` where that cannot be read off the place itself.
    """

    code: str
    place: str = field(eq=False)
    params: frozenset[str] | None


def files() -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] not in APART or path in ALSO:
            yield path


def sites() -> list[Site]:
    """Every place where a code is raised, and what the life cycles refuse."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in files()}
    helpers = {name: index for tree in trees.values() for name, index in _helpers(tree)}
    found = [site for path, tree in trees.items() for site in _sites(path, tree, helpers)]
    for machine in MACHINES.values():
        for state, row in machine.table.items():
            if len(row) < len(machine.actions):
                found.append(Site(f"{machine.kind}.{state}", "lifecycle.py", frozenset({"action"})))
    return found


def _helpers(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The functions that take a code, and at which place they take it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name != "__init__":
            names = [arg.arg for arg in node.args.args if arg.arg not in ("self", "cls")]
            for index, name in enumerate(names):
                if name in CODE_PARAMS:
                    yield node.name, index


def _sites(path: Path, tree: ast.AST, helpers: dict[str, int]) -> Iterator[Site]:
    known = _assigned(tree)
    for node in ast.walk(tree):
        place = f"{path.relative_to(PACKAGE)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Call):
            name = _name(node.func)
            is_error = name in ERRORS or ast.unparse(node.func) == "super().__init__"
            index = 0 if is_error else helpers.get(name, len(node.args))
            for code in _codes(node.args[index : index + 1], known):
                yield Site(code, place, _params(node) if is_error else None)
            for code in _codes((each.value for each in node.keywords if each.arg in CODE_PARAMS), known):
                yield Site(code, place, None)
        elif isinstance(node, ast.FunctionDef):
            for code in _codes((default for name, default in _defaults(node) if name in CODE_PARAMS), known):
                yield Site(code, place, None)


def _assigned(tree: ast.AST) -> dict[str, list[ast.expr]]:
    """What is assigned to each plain name of a file."""
    known: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            known.setdefault(node.targets[0].id, []).append(node.value)
    return known


def _codes(values: Iterable[ast.expr], known: dict[str, list[ast.expr]]) -> Iterator[str]:
    """The codes that expressions may come to."""
    for value in values:
        match value:
            case ast.Constant(value=str(code)) if CODE.fullmatch(code):
                yield code
            case ast.IfExp(body=body, orelse=orelse):
                yield from _codes([body, orelse], known)
            case ast.Name(id=name):
                yield from _codes(known.get(name, []), {})
            case _:
                pass  # a code that is handed on


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _defaults(node: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    positional = [*node.args.posonlyargs, *node.args.args]
    of_positional = positional[len(positional) - len(node.args.defaults) :]
    yield from ((arg.arg, value) for arg, value in zip(of_positional, node.args.defaults, strict=True))
    yield from (
        (arg.arg, value) for arg, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if value
    )


def _params(call: ast.Call) -> frozenset[str] | None:
    """The keywords of a call, less the path; `None` when it passes some on."""
    names = {keyword.arg for keyword in call.keywords}
    if None in names or len(call.args) > 1:
        return None
    return frozenset(name for name in names if name and name != "path")
