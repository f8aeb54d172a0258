"""The rules of the house: what is said once about the whole library, and would quietly stop being true.

Words, reasons and reference pages have tests of their own in tests/unit/labels and tests/unit/test_docs.py; golden files in
tests/schema. Import arrows are held by import-linter.
"""

from __future__ import annotations

import ast
import importlib.util
import inspect
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

import plannit_core
from plannit_core import commands, labels, lifecycle, serial, views
from plannit_core.commands import Command
from plannit_core.events import EVENTS, Event
from plannit_core.handlers import HANDLERS
from plannit_core.ports import COLUMNS
from schema.shapes import HERE as GOLDEN
from schema.shapes import file_of

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "plannit_core"
MODULES = sorted(PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
LANGUAGES = ("en", "fr")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def all_commands(kind: type = Command) -> Iterator[type[Command[Any]]]:
    for each in kind.__subclasses__():
        yield each
        yield from all_commands(each)


# -------------------------------------------------------------------------------------------------------------- commands


def test_every_command_is_public_has_one_handler_and_one_form_on_the_wire() -> None:
    ours = {each for each in all_commands() if each.__module__.startswith("plannit_core.")}
    public = {getattr(commands, name) for name in commands.__all__}
    assert ours == set(HANDLERS) == set(serial.COMMANDS.values()) == public & ours
    assert len(set(HANDLERS.values())) == len(HANDLERS)


@pytest.mark.parametrize("command", HANDLERS, ids=lambda each: each.__name__)
def test_a_handler_has_the_verb_of_its_command(command: type[Command[Any]]) -> None:
    assert HANDLERS[command].__name__ == re.sub(r"(?<!^)(?=[A-Z])", "_", command.__name__).lower()
    assert command.needs


@pytest.mark.parametrize("command", HANDLERS, ids=lambda each: each.__name__)
def test_what_a_command_gives_is_checked_where_types_are_checked(command: type[Command[Any]]) -> None:
    programs = [path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "typing").glob("*.py")]
    assert any(re.search(rf"\b{command.__name__}\(", program) for program in programs)


# ----------------------------------------------------------------------------------------------------------- life cycles

MACHINES = list(lifecycle.MACHINES.values())


@pytest.mark.parametrize("machine", MACHINES, ids=lambda each: each.kind)
def test_every_state_can_be_reached_and_every_action_is_allowed_somewhere(machine: lifecycle.Machine[Any, Any]) -> None:
    reached, waiting = set(), [machine.initial]
    while waiting:
        state = waiting.pop()
        if state is not None and state not in reached:
            reached.add(state)
            waiting += machine.table[state].values()
    assert reached == set(machine.table) == set(type(machine.initial))
    assert set(chain.from_iterable(machine.table.values())) == set(machine.actions)
    assert len(set(machine.actions)) == len(machine.actions)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_action_and_event_is_labelled(lang: str) -> None:
    for machine in MACHINES:
        for state in machine.table:
            assert labels.state(machine.kind, state, lang) != str(state)
        for action in machine.actions:
            assert labels.action(machine.kind, action, lang) != str(action)
    assert [name for name in EVENTS if labels.event(name, lang) == name] == []


# --------------------------------------------------------------------------------------------------------------- reasons

WITH_OWN_CODES = ("season", "cli")
CODE = re.compile(r"`([a-z_]+\.[a-z][a-z-]+)`")


def codes_told() -> set[str]:
    """Every code that a docstring names in a line of what it raises."""
    trees = [tree for path, tree in TREES.items() if path.relative_to(PACKAGE).parts[0] not in WITH_OWN_CODES]
    docs = [ast.get_docstring(node) or "" for tree in trees for node in ast.walk(tree) if is_documented(node)]
    raising = [line for doc in docs for part in re.split(r"\bRaises?\b", doc)[1:] for line in part.splitlines()]
    return {code for line in raising for code in CODE.findall(line)}


def is_documented(node: ast.AST) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Module))


def test_every_code_that_a_docstring_promises_exists() -> None:
    told = codes_told()
    assert len(told) > 50
    assert {code for code in told if code not in labels.REASONS} == set()


@pytest.mark.parametrize("code", sorted(labels.REASONS))
def test_every_reason_is_documented_with_its_params(code: str) -> None:
    page = (ROOT / "docs" / "reference" / "reasons.md").read_text(encoding="utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith(f"| `{code}` |")]
    assert set(re.findall(r"`(\w+)`", row.split("|")[2])) == set(labels.REASONS[code].params)


# ---------------------------------------------------------------------------------------------------------- public names

PUBLIC = sorted(
    {
        (module.__name__, name)
        for module in (plannit_core, commands, views)
        for name in module.__all__
        if inspect.isclass(getattr(module, name)) or inspect.isfunction(getattr(module, name))
    }
)


@pytest.mark.parametrize(("module", "name"), PUBLIC, ids=lambda each: each)
def test_a_public_name_says_what_it_is_and_what_it_raises(module: str, name: str) -> None:
    thing = getattr(importlib.import_module(module), name)
    assert len((inspect.getdoc(thing) or "").split()) >= 2
    node = source_of(thing)
    if can_be_refused(node) or thing in HANDLERS:
        assert re.search(r"\bRaises?\b", inspect.getdoc(thing) or ""), "it does not say what it raises"
    for method in (each for each in node.body if isinstance(each, ast.FunctionDef) and not each.name.startswith("_")):
        says = ast.get_docstring(method) or ""
        assert len(says.split()) >= 2, method.name
        if any(isinstance(each, ast.Raise) and each.exc is not None for each in ast.walk(method)):
            assert re.search(r"\bRaises?\b", says), f"{method.name} does not say what it raises"


def source_of(thing: Any) -> ast.ClassDef | ast.FunctionDef:
    tree = TREES[Path(inspect.getsourcefile(thing) or "").resolve()]
    found = (each for each in tree.body if isinstance(each, (ast.ClassDef, ast.FunctionDef)))
    return next(each for each in found if each.name == thing.__name__)


def can_be_refused(node: ast.ClassDef | ast.FunctionDef) -> bool:
    """Whether making it, or calling it, can raise: it raises itself, or a field is checked."""
    if isinstance(node, ast.FunctionDef):
        return any(isinstance(each, ast.Raise) for each in ast.walk(node))
    fields = [each.value for each in node.body if isinstance(each, ast.AnnAssign) and isinstance(each.value, ast.Call)]
    checks = [each for call in fields for each in call.keywords if each.arg in ("validator", "converter")]
    checked = any(ast.unparse(each.value) not in TAKES_ANYTHING for each in checks)
    makers = [each for each in node.body if isinstance(each, ast.FunctionDef) and each.name in MAKERS]
    return checked or any(isinstance(each, ast.Raise) and each.exc for maker in makers for each in ast.walk(maker))


MAKERS = ("__init__", "__new__", "__attrs_post_init__")
TAKES_ANYTHING = ("_copied",)

# ----------------------------------------------------------------------------------------------------------------- sizes


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_module_is_over_400_lines_and_no_function_over_60(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    for node in ast.walk(TREES[path]):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name


# ---------------------------------------------------------------------------------------------------------- golden files


def test_every_stored_kind_and_every_event_has_its_golden_file() -> None:
    assert set(serial.KINDS) == set(serial.SCHEMAS) == set(COLUMNS)
    wanted = {file_of(kind, number) for kind, last in serial.SCHEMAS.items() for number in range(1, last + 1)}
    wanted |= {"events.json", "results.json", *(f"commands/{name}.json" for name in serial.COMMANDS)}
    assert {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*.json")} == wanted
    assert len(EVENTS) == len(Event.__subclasses__())


# ------------------------------------------------------------------------------------------------------------------ pure

CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {each["id"]: each for each in CONFIG["tool"]["importlinter"]["contracts"]}
PURE = {name.removeprefix("plannit_core.") for name in CONTRACTS["pure"]["source_modules"]}
CLOCKS = PACKAGE / "clocks.py"
OUTSIDE = {"uuid", "random", "secrets", "os", "time", "socket", "locale", "getpass", "platform", "tempfile", "pathlib"}
CLOCK = re.compile(r"(^|\.)(date\.today|datetime\.(now|utcnow|today))$")


def pure_modules() -> list[Path]:
    return [path for path in MODULES if path.relative_to(PACKAGE).with_suffix("").parts[0] in PURE]


def test_the_rules_are_where_they_are_looked_for() -> None:
    assert {path.relative_to(PACKAGE).with_suffix("").parts[0] for path in pure_modules()} == PURE
    assert {"values", "model", "policies", "handlers", "views"} <= PURE


@pytest.mark.parametrize("path", pure_modules(), ids=named)
def test_the_rules_hold_no_float_and_ask_no_clock_no_chance_and_no_machine(path: Path) -> None:
    for node in ast.walk(TREES[path]):
        match node:
            case ast.Constant(float() | complex()):
                pytest.fail(f"a float in line {node.lineno}")
            case ast.Import(names) if path != CLOCKS:
                assert not {alias.name.partition(".")[0] for alias in names} & OUTSIDE
            case ast.ImportFrom(module=module) if path != CLOCKS and not node.level:
                assert (module or "").partition(".")[0] not in OUTSIDE
            case ast.Call(func=ast.Name(id="float" | "open" | "input" | "print" | "eval" | "exec" | "__import__")):
                pytest.fail(f"{ast.unparse(node.func)} in line {node.lineno}")
            case ast.Attribute() if path != CLOCKS:
                assert not CLOCK.search(ast.unparse(node)), f"a clock in line {node.lineno}"


# -------------------------------------------------------------------------------------------------------------- the tree

IGNORE = re.compile(r"#\s*(ruff: )?(type: ignore(\[[^\]]*\])?|noqa(: ?[A-Z0-9, ]+)?|pragma: no cover)(?P<reason>.*)$")
ABSOLUTE = re.compile("/" + r"(work|root|home/\w+|tmp/venv)\b")
OURS = ("src", "tests", "docs", ".ci")
TEXT = {".py", ".md", ".toml", ".csv", ".json", ".svg", ".yml", ".txt", ""}


def files_of_ours() -> list[Path]:
    found = [path for folder in OURS for path in (ROOT / folder).rglob("*") if path.is_file()]
    found += [path for path in ROOT.iterdir() if path.is_file()]
    return [path for path in found if path.suffix in TEXT and not is_hidden(path)]


def is_hidden(path: Path) -> bool:
    """Whether a tool keeps it for itself."""
    return any(
        part == "__pycache__" or (part.startswith(".") and part != ".ci") for part in path.relative_to(ROOT).parts
    )


def test_nothing_in_the_tree_names_a_place_on_somebodys_machine() -> None:
    told = Counter(
        named(path) for path in files_of_ours() if ABSOLUTE.search(path.read_text(encoding="utf-8", errors="replace"))
    )
    assert told == Counter()


# there a silenced error is what is tested
EXPECTED = {"tests/typing/program_rejected.py", "tests/typing/test_typing.py"}


@pytest.mark.parametrize(
    "path", [each for each in files_of_ours() if each.suffix == ".py" and named(each) not in EXPECTED], ids=named
)
def test_whoever_silences_a_check_says_why_on_the_line(path: Path) -> None:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        found = IGNORE.search(line)
        assert found is None or re.search(r"(#|--) *\S", found["reason"]), f"line {number}: {line.strip()}"


# ------------------------------------------------------------------------------------------------------------ the promises


PROMISES = (ROOT / "docs" / "explanation" / "promises.md").read_text(encoding="utf-8")
HELD_BY = re.compile(r"`(tests/[\w/]+\.\w+)(?:::(\w+))?`")


def test_every_promise_names_what_holds_it() -> None:
    rows = re.findall(r"^\| (\d+) \|(.*)\|$", PROMISES, re.MULTILINE)
    assert [number for number, row in rows if not HELD_BY.search(row)] == []
    (pending,) = re.findall(r"^Not built yet,.*?\n\n", PROMISES, re.MULTILINE | re.DOTALL)
    kept, later = (
        [int(number) for number, _ in rows[10:]],
        [int(number) for number in re.findall(r"\((\d+)\)", pending)],
    )
    assert [int(number) for number, _ in rows[:10]] == list(range(1, 11))
    assert sorted(kept + later) == list(range(1, 21))


@pytest.mark.parametrize(("file", "test"), sorted(set(HELD_BY.findall(PROMISES))), ids=lambda each: each or "all of it")
def test_what_holds_a_promise_exists(file: str, test: str) -> None:
    source = (ROOT / file).read_text(encoding="utf-8")
    assert not test or re.search(rf"^\s*(def|class) {test}\b", source, re.MULTILINE)


def test_every_page_is_found_from_the_first_one() -> None:
    docs = ROOT / "docs"
    linked = {
        (docs / link).resolve()
        for link in re.findall(r"\]\(([^)#:]+)\)", (docs / "index.md").read_text(encoding="utf-8"))
    }
    assert {named(path) for path in docs.rglob("*.md")} - {"docs/index.md"} <= {named(path) for path in linked}


def test_the_picture_of_the_split_is_what_the_library_says() -> None:
    spec = importlib.util.spec_from_file_location("draw_split", ROOT / "docs" / "examples" / "draw_split.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.PICTURE.read_text(encoding="utf-8") == script.drawing(), "run: python docs/examples/draw_split.py"
