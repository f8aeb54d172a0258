"""Writes the reference pages that are read off the code: `python docs/reference/make.py`.

A test holds the pages against what this writes, so that they cannot fall behind. What a page tells of a class stands in its
docstring; what stands above the mark in a page is written by hand and kept.
"""

from __future__ import annotations

import ast
import importlib.util
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from enum import StrEnum
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs

import plannit_core
from plannit_core import Permission, Plannit, audit, backup, commands, labels, lifecycle, ports, testing, views
from plannit_core.commands import UNSET
from plannit_core.door import Door
from plannit_core.events import EVENTS
from plannit_core.handlers import HANDLERS
from plannit_core.presets import quebec
from plannit_core.values.ids import ID_TYPES
from plannit_core.values.mapping import Keys

HERE = Path(__file__).parent
MARK = "<!-- What follows is read off the code: python docs/reference/make.py -->"
SECTION = re.compile(r"^(Attributes|Raises|Args|Returns|Yields):$", re.MULTILINE)
TITLES = {"Attributes": "Fields", "Args": "Arguments", "Raises": "Raises"}
GIVES = ("Returns", "Yields")


@attrs.frozen
class Name:
    """A function or a constant: it does not know itself where it is found."""

    module: str
    __name__: str


def of(module: str, names: str) -> list[type | Name]:
    """The classes, functions and constants of these names in a module of the package."""
    found = importlib.import_module(f"plannit_core.{module}")
    parts = [(name, getattr(found, name)) for name in names.split()]
    return [each if isinstance(each, type) else Name(found.__name__, name) for name, each in parts]


TOLD: Mapping[str, list[type | Name]] = {
    "values.md": [
        *of("values.money", "Money Price Currency"),
        *of("values.lines", "Line"),
        *of("values.tax", "Tax TaxGroup TaxAmount"),
        *of("values.schedule", "Schedule Instalment Share When WhenKind Discount"),
        *of("values.actors", "Actor ActorKind"),
        *of("values.mapping", "Keys"),
        *of("values.ids", "Id"),
    ],
    "settings.md": [
        *of("model.company", "CompanySettings Split"),
        *of("values.numbering", "Numbering Restart"),
        *of("policies", "Policies Permission"),
    ],
    "door.md": [
        *of("workers", "run_days"),
        *of("outbox", "Outbox SetAside"),
        *of("ports", "Reader Repository"),
        *of("clocks", "SystemClock FixedClock"),
        *of("ports", "Clock Ids"),
    ],
    "storages.md": [
        *of("adapters.memory", "MemoryStorage"),
        *of("adapters.sqlite", "SqliteStorage"),
        *of("adapters.sql", "SqlStorage metadata row_level_security"),
        *of("adapters.routed", "Routed HostContacts"),
    ],
    "ports.md": [
        *of("ports", "Storage Snapshot Transaction Restoration Commit Receipt Recorded Cursor Failure"),
        *of("ports", "Record COLUMNS Column Match EVERY EXTERNAL Value Row row_of external_of"),
    ],
    "wire.md": of("serial", "to_wire from_wire COMMANDS digest plain converter dump_result load_result KINDS SCHEMAS"),
    "labels.md": of("labels", "REASONS Template"),
    "audit.md": of("audit", "check Findings Finding words WORDS"),
    "backup.md": of("backup", "exported checked restored parts item_of Header Restored"),
    "testing.md": [
        *of("testing", "StorageConformance Ability CHECKS TOPICS Check Opener"),
        *of("testing", "Faulty Fault CountingIds same_decision"),
    ],
    "records.md": [
        *of("model.contact", "Contact"),
        *of("model.job", "Job"),
        *of("model.quote", "Quote Approval"),
        *of("model.invoice", "Invoice Adjustment"),
        *of("model.instalments", "InvoiceInstalment"),
        *of("model.payment", "Payment PaymentKind Allocation"),
        *of("model.work_order", "WorkOrder"),
        *of("model.company", "Company Series"),
        *of("lifecycle", "JobState QuoteState InvoiceState PaymentState WorkOrderState"),
    ],
    "results.md": [
        *of("decisions", "Decision"),
        *of("commands", "QuoteApproval Intake"),
        *of("views", "JobFolder ContactDocuments JobFigures QuoteFigures InvoiceFigures"),
        *of("views", "Receivables Receivable Bucket Departure DayReport RefusedInvoice Available"),
    ],
    "errors.md": [
        *of("errors", "PlannitError InvalidInput Refused Reason NotFound Conflict"),
        *of("errors", "StorageError Unavailable SchemaError"),
    ],
}
"""What is told on which page, in this order."""

GROUPS: Mapping[str, list[tuple[str, str, str]]] = {
    "ports.md": [
        (
            "The stored form",
            "serial",
            "dump_record load_record keep_record dump_event load_event dump_failures load_failures",
        ),
    ],
    "testing.md": [
        ("Builders", "testing.builders", " ".join(each for each in testing.__all__ if each.startswith(("a_", "an_")))),
        ("Strategies", "testing.strategies", " ".join(testing.strategies.__all__)),
    ],
}
"""Many small functions of one module, told in a table at the end of a page."""

PUBLIC = (plannit_core, commands, views, ports, labels, audit, backup, testing)
"""Where a class is imported from, rather than from where it is defined."""

MADE_BY_CALLERS = {*TOLD["values.md"], *TOLD["settings.md"], *of("clocks", "SystemClock FixedClock")}
MADE_BY_CALLERS |= {*TOLD["storages.md"], *of("ports", "Commit Receipt Recorded Cursor Failure")}
MADE_BY_CALLERS |= {*of("testing", "Faulty CountingIds")}
MADE_BY_CALLERS -= {*of("values.tax", "TaxAmount"), *of("values.ids", "Id"), *of("adapters.routed", "HostContacts")}
"""The classes of which the call is shown; no call makes a member of an enumeration."""

WRITTEN_BY_CALLERS = {
    *of("ports", "Storage Snapshot Transaction Restoration Clock Ids"),
    *of("adapters.routed", "HostContacts"),
}
"""The protocols that a host fulfils: their methods are shown with types."""

IN_WORDS = {
    r"\b(views|c)\.": "",
    r" \| ": " or ",
    r"\bR_co\b": "the command's result",
    r"\bIdT\b": "an id of that kind",
}
"""How a type is told."""

NOT_FOR_CALLERS = ("of", "each_of", "of_units", "minor", "cost_minor", "units", "items", "zone", "totals")
NOT_FOR_CALLERS += ("pytest_generate_tests", "test_check", "address")
HOMES = {each.__name__: f"{page}#{each.__name__.lower()}" for page, told in TOLD.items() for each in told}
HOMES |= {each.__name__: "values.md#id" for each in ID_TYPES.values()}
HOMES |= {"Plannit": "door.md#plannit", "Event": "events.md", "Command": "commands.md"}
Function = ast.FunctionDef

# ---------------------------------------------------------------------------------------------------- reading docstrings


def parts_of(doc: str | None) -> tuple[str, dict[str, str]]:
    """A docstring as its text and its sections."""
    head, *sections = SECTION.split(inspect.cleandoc(doc or ""))
    return head.strip(), dict(zip(sections[::2], sections[1::2], strict=True))


def named(body: str) -> dict[str, str]:
    """The entries of a section, `name: words`, each with its continuation lines."""
    entries = re.sub(r"\n +", " ", textwrap.dedent(body.strip("\n"))).splitlines()
    return {name: words for name, _, words in (each.partition(": ") for each in entries)}


def prose(text: str) -> str:
    """The text of a docstring as Markdown; an example becomes one that runs."""
    text = re.sub(
        r"::\n\n((?:(?: {4}.*)?\n)+)", lambda code: f":\n\n```python\n{textwrap.dedent(code[1]).strip()}\n```\n\n", text
    )
    blocks = text.split("\n\n")
    return "\n\n".join(f"```python\n{each}\n```" if each.startswith(">>>") else each for each in blocks)


def words_of(text: str) -> str:
    """The text of a docstring in one line, without its example."""
    return " ".join(" ".join(each.split()) for each in text.split("\n\n") if not each.startswith(">>>"))


def one_line(text: str) -> str:
    """The first paragraph of a docstring's text."""
    return " ".join(text.partition("\n\n")[0].split())


def node_of(thing: Any) -> Any:
    """The syntax tree of a class or function; slots hide a cached property, its source does not."""
    return ast.parse(textwrap.dedent(inspect.getsource(thing))).body[0]


def definition(module: str, name: str) -> tuple[Any, str]:
    """The syntax tree of what a module's name stands for, and its docstring: an import is followed, a decorator looked through."""
    body = ast.parse(inspect.getsource(importlib.import_module(module))).body
    for node, after in zip(body, [*body[1:], ast.Pass()], strict=True):
        match node:
            case ast.FunctionDef(name=found) if found == name:
                return node, ast.get_docstring(node) or ""
            case ast.Assign(targets=[ast.Name(found)]) | ast.AnnAssign(target=ast.Name(found)) if found == name:
                return node, text_of(after)
            case ast.ImportFrom(names=names) if name in [each.asname or each.name for each in names]:
                source = importlib.util.resolve_name("." * node.level + (node.module or ""), package_of(module))
                return definition(source, name)
    raise LookupError(f"{module}.{name}")


def package_of(module: str) -> str:
    """What a relative import in a module is relative to."""
    return importlib.import_module(module).__package__ or ""


def text_of(node: ast.AST) -> str:
    """The text that stands beneath a name, if any."""
    match node:
        case ast.Expr(ast.Constant(str(text))):
            return inspect.cleandoc(text)
    return ""


def members(kind: type) -> dict[str, Function]:
    """What a class offers: its public methods and properties, in order; first those that a private base brings."""
    kinds = [each for each in reversed(kind.__mro__) if each is kind or each.__name__.startswith("_")]
    found = (node for each in kinds for node in node_of(each).body if isinstance(node, Function))
    return {each.name: each for each in found if not each.name.startswith("_") and each.name not in NOT_FOR_CALLERS}


def has_decorator(function: Function, *names: str) -> bool:
    return any(ast.unparse(each) in names for each in function.decorator_list)


def is_property(function: Function) -> bool:
    return has_decorator(function, "property", "cached_property")


# ------------------------------------------------------------------------------------------------------- types and calls


def linked(annotation: str) -> str:
    """A type in words, each class of ours a link."""
    text = annotation.strip("\"'")
    for pattern, words in IN_WORDS.items():
        text = re.sub(pattern, words, text)
    text = re.sub(r"(?:tuple|Sequence)\[(\w+)(?:, \.\.\.)?\]", r"tuple of \1", text)
    text = re.sub(r"Mapping\[(\w+), (\w+)\]", r"mapping of \1 to \2", text)
    return re.sub(r"\w+", lambda found: link(found[0]), text.replace("Id[", "Id\\["))


def link(name: str) -> str:
    return f"[{name}]({HOMES[name]})" if name in HOMES else name


def default(value: object) -> str:
    """A default as one would write it; `…` for what is made each time."""
    if isinstance(value, attrs.Factory):
        return "{}" if value.factory is Keys else "…"
    if isinstance(value, StrEnum):
        return repr(str(value))
    return repr(value) if value is UNSET or isinstance(value, (str, int, tuple, type(None))) else "…"


def made_with(kind: type) -> str:
    """The call that makes one, with defaults; without what it reckons for itself."""
    if not attrs.has(kind) or "__attrs_init__" in vars(kind):
        made = inspect.signature(kind)
        plain = [each.replace(annotation=inspect.Parameter.empty) for each in made.parameters.values()]
        return f"{kind.__name__}{made.replace(parameters=plain, return_annotation=inspect.Signature.empty)}"
    parts, star = [], False
    for each in (each for each in attrs.fields(kind) if each.init):
        if each.kw_only and not star:
            parts.append("*")
            star = True
        parts.append(each.name if each.default is attrs.NOTHING else f"{each.name}={default(each.default)}")
    return f"{kind.__name__}({', '.join(parts)})"


def imported(kind: type) -> str:
    """The import that gives it."""
    public = (each for each in PUBLIC if kind.__name__ in each.__all__)
    module = next((each.__name__ for each in public), kind.__module__)
    return f"from {module} import {kind.__name__}"


def call(function: Function, *, typed: bool = False) -> str:
    """The call of a function or method, without types unless they are wanted."""
    arguments = deepcopy(function.args)
    arguments.args = [each for each in arguments.args if each.arg not in ("self", "cls", "draw")]
    if typed and function.returns:
        return f"{function.name}({ast.unparse(arguments)}) -> {ast.unparse(function.returns)}"
    for each in ast.walk(arguments):
        if isinstance(each, ast.arg):
            each.annotation = None
    return f"{function.name}({ast.unparse(arguments)})"


# --------------------------------------------------------------------------------------------------------------- entries


def sections(found: Mapping[str, str]) -> list[str]:
    """The sections of a docstring as lists."""
    page = []
    for title, body in found.items():
        entries = [f"- `{name}`: {words}" for name, words in named(body).items()]
        page += ["", f"Gives: {one_line(body)}"] if title in GIVES else ["", f"{TITLES[title]}:", "", *entries]
    return page


def function_entry(function: Function, shown: str) -> list[str]:
    """A heading, the call, and what its docstring says."""
    head, found = parts_of(ast.get_docstring(function))
    return [f"## {function.name}", "", shown, "", prose(head), *sections(found), ""]


def name_entry(name: Name) -> list[str]:
    """As `function_entry` for a function; of a constant its type, or what it is."""
    node, text = definition(name.module, name.__name__)
    shown = f"`from {name.module} import {name.__name__}`"
    if isinstance(node, Function):
        return function_entry(node, f"{shown} · `{call(node)}`{gives(node)}")
    told = f"{name.__name__}: {ast.unparse(node.annotation)}" if isinstance(node, ast.AnnAssign) else ast.unparse(node)
    return [f"## {name.__name__}", "", f"{shown} · `{told}`", "", text, "", *table_of(name)]


def table_of(thing: type | Name) -> list[str]:
    """What something is told with besides its docstring."""
    return [*TABLES[thing.__name__](), ""] if thing.__name__ in TABLES else []


def group_table(title: str, module: str, names: str) -> list[str]:
    """The functions of a group: what its module says of all, and a row for each."""
    path = f"plannit_core.{module}"
    page = [f"## {title}", "", prose(inspect.getdoc(importlib.import_module(path)) or ""), ""]
    page += ["| call | gives | meaning |", "|---|---|---|"]
    for name in names.split():
        node, text = definition(path, name)
        head, found = parts_of(text)
        raises = "".join(f" Raises `{error}`: {words}" for error, words in named(found.get("Raises", "")).items())
        page.append(f"| `{call(node)}` | {result_of(node)} | {_cell(words_of(head) + raises)} |")
    return [*page, ""]


def result_of(function: Function) -> str:
    """The type of what a function gives; of a strategy the type of what is drawn."""
    kind = ast.unparse(function.returns) if function.returns else ""
    return linked(re.sub(r"^st\.SearchStrategy\[(.*)\]$", r"\1", kind))


def class_entry(kind: type) -> list[str]:
    """A heading, the text, the fields, what follows from them, the methods, and what making one raises."""
    head, found = parts_of(kind.__doc__)
    is_made = kind in MADE_BY_CALLERS and not issubclass(kind, StrEnum)
    page = [f"## {kind.__name__}", "", f"`{imported(kind)}`" + (f" · `{made_with(kind)}`" if is_made else ""), ""]
    page += [prose(head), ""]
    if also := [link(each.__name__) for each in kind.__bases__ if each.__name__ in HOMES]:
        page += [f"It is also: {', '.join(also)}.", ""]
    if issubclass(kind, StrEnum):
        page += member_table(kind) or [f"One of {', '.join(f'`{each}`' for each in kind)}.", ""]
    fields = named(found.pop("Attributes", ""))
    page += [*field_table(kind, fields, has_defaults=is_made), ""] if fields else []
    page += [*sections(found)[1:], ""] if found else []
    return [*page, *property_table(kind), *method_list(kind), *table_of(kind)]


def member_table(kind: type[StrEnum]) -> list[str]:
    """The members of an enumeration, where they have words of their own."""
    body = node_of(kind).body
    told = {
        ast.unparse(node.targets[0]): text_of(after) for node, after in pairwise(body) if isinstance(node, ast.Assign)
    }
    if not any(told.values()):
        return []
    rows = [f"| `{kind.__name__}.{each.name}` | `{each}` | {told[each.name]} |" for each in kind]
    return ["| member | text | meaning |", "|---|---|---|", *rows, ""]


def field_table(kind: type, meanings: Mapping[str, str], *, has_defaults: bool) -> list[str]:
    """The fields: type, default where a caller gives them, meaning. Without types where the class is not of attrs."""
    if not attrs.has(kind):
        return ["| field | meaning |", "|---|---|", *(f"| `{name}` | {words} |" for name, words in meanings.items())]
    shows_default = has_defaults and "__attrs_init__" not in vars(kind)
    columns = ("field", "type", *(["default"] if shows_default else []), "meaning")
    page = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for each in (each for each in attrs.fields(kind) if each.init):
        cells = [f"`{each.name}`", linked(kind.__annotations__[each.name])]
        if shows_default:
            cells.append("" if each.default is attrs.NOTHING else f"`{default(each.default)}`")
        page.append(f"| {' | '.join([*cells, meanings[each.name]])} |")
    return page


def property_table(kind: type) -> list[str]:
    """What can be read off one besides its fields."""
    found = {name: each for name, each in members(kind).items() if is_property(each)}
    if not found:
        return []
    page = ["| also | type | meaning |", "|---|---|---|"]
    for name, each in found.items():
        meaning = one_line(parts_of(ast.get_docstring(each))[0])
        page.append(f"| `{name}` | {linked(ast.unparse(each.returns)) if each.returns else ''} | {meaning} |")
    return [*page, ""]


def method_list(kind: type) -> list[str]:
    """The methods, each with its arguments and what it raises beneath; with types where callers are to write them."""
    page, typed = [], kind in WRITTEN_BY_CALLERS
    for each in (each for each in members(kind).values() if not is_property(each)):
        head, found = parts_of(ast.get_docstring(each))
        owner = f"{kind.__name__}." if has_decorator(each, "classmethod") else "."
        given = f" Gives: {one_line(found['Returns'])}" if "Returns" in found else ""
        page.append(f"- `{owner}{call(each, typed=typed)}`: {words_of(head)}{given}")
        for title in ("Args", "Raises"):
            for name, words in named(found.get(title, "")).items():
                page.append(f"    - {'raises ' if title == 'Raises' else ''}`{name}`: {words}")
    return [*page, ""] if page else []


def permission_table() -> Iterable[str]:
    """Which command needs which permission."""
    yield from ("| permission | commands that need it |", "|---|---|")
    for each in Permission:
        needing = ", ".join(f"`{command.__name__}`" for command in HANDLERS if each in command.needs)
        yield f"| `{each}` | {needing} |"


def id_table() -> Iterable[str]:
    """What each id begins with."""
    yield from ("| id | begins with | of |", "|---|---|---|")
    for prefix, kind in ID_TYPES.items():
        yield f"| `{kind.__name__}` | `{prefix}_` | {one_line(kind.__doc__ or '').rstrip('.').lower()} |"


def criteria_table() -> Iterable[str]:
    """What records can be found by."""
    yield from ("| records | criteria of `find` |", "|---|---|")
    for kind, columns in ports.COLUMNS.items():
        names = [f"`{name}`" for name, column in columns.items() if column.index is ports.Match.EQUAL]
        if names:
            yield f"| `{kind}` | {', '.join(names)} |"


def column_table() -> Iterable[str]:
    """The native columns of each kind of record."""
    yield from ("| kind | column | type | index | unique |", "|---|---|---|---|---|")
    for kind, columns in ports.COLUMNS.items():
        for name, column in columns.items():
            index, unique = f"`{column.index}`" if column.index else "", "yes" if column.unique else ""
            yield f"| `{kind}` | `{name}` | {column.type.__name__} | {index} | {unique} |"


TABLES: Mapping[str, Callable[[], Iterable[str]]] = {
    "Permission": permission_table,
    "Id": id_table,
    "Repository": criteria_table,
    "COLUMNS": column_table,
    "CompanySettings": lambda: function_entry(node_of(quebec), "`presets.quebec(*, name)`"),
}
"""What a class or a constant is told with besides its docstring."""

# ----------------------------------------------------------------------------------------------------------------- pages


def commands_page() -> Iterable[str]:
    """Everything one can ask for."""
    for command in HANDLERS:
        head, found = parts_of(command.__doc__)
        text = re.sub(r"(Gives (?:the|an?|them as) )`(\w+)`", lambda gives: gives[1] + link(gives[2]), prose(head))
        needs = f"Needs: {', '.join(command.needs)}."
        yield from (f"## {command.__name__}", "", f"`{made_with(command)}`", "", text, "", needs, *sections(found), "")


def door_page() -> Iterable[str]:
    """The door and every method it has, then what they need and give."""
    head, found = parts_of(Plannit.__doc__)
    fields, raises = named(found["Attributes"]), {"Raises": found["Raises"]}
    yield from ("## Plannit", "", f"`{made_with(Plannit)}`", "", prose(head), "")
    yield from (*field_table(Plannit, fields, has_defaults=True), *sections(raises), "")
    for name, function in (members(Door) | members(Plannit)).items():
        shown = f"app.{name}" if is_property(function) else f"app.{call(function)}"
        opens = has_decorator(function, "contextmanager")
        yield from function_entry(function, f"`with {shown} as …`" if opens else f"`{shown}`{gives(function)}")
    yield from entries_of("door.md")


def ports_page() -> Iterable[str]:
    """What a storage promises, then every name an adapter author needs."""
    _, title, promises = inspect.cleandoc(ports.__doc__ or "").partition("**What a storage promises**")
    yield from (f"## {title.strip('*')}", "", promises.strip(), "")
    yield from entries_of("ports.md")


def gives(function: Function) -> str:
    """The type of what a method gives, unless that depends on what is asked."""
    kind = ast.unparse(function.returns) if function.returns else ""
    return "" if kind in ("R", "Self", "") else f" gives {linked(kind.removesuffix('[R]'))}"


def entries_of(page: str) -> Iterable[str]:
    """What is told on a page."""
    for each in TOLD[page]:
        yield from class_entry(each) if isinstance(each, type) else name_entry(each)
    for group in GROUPS.get(page, ()):
        yield from group_table(*group)


def events_page() -> Iterable[str]:
    """Every event and what it holds."""
    yield from ("| event | class | holds | what happened |", "|---|---|---|---|")
    for name, event in EVENTS.items():
        held = ", ".join(f"`{each.name}`" for each in attrs.fields(event))
        yield f"| `{name}` | `{event.__name__}` | {held} | {one_line(event.__doc__ or '')} |"


def labels_page() -> Iterable[str]:
    """The functions that give words."""
    for name in labels.__all__:
        if inspect.isfunction(getattr(labels, name)):
            function = node_of(getattr(labels, name))
            yield from function_entry(function, f"`labels.{call(function)}`")
    yield from entries_of("labels.md")


def reasons_page() -> Iterable[str]:
    """Every code and its words."""
    yield from ("| code | params | English | français |", "|---|---|---|---|")
    for code, words in sorted(labels.REASONS.items()):
        params = ", ".join(f"`{name}`" for name in words.params)
        yield f"| `{code}` | {params} | {_cell(words.en)} | {_cell(words.fr)} |"


def _cell(text: str) -> str:
    """A text in a table."""
    return text.replace("|", r"\|")


def life_cycles_page() -> Iterable[str]:
    """The life cycles as diagrams."""
    for kind, machine in lifecycle.MACHINES.items():
        yield from (f"## {kind}", "", "```mermaid", machine.mermaid(), "```", "")


BODIES: Mapping[str, Callable[[], Iterable[str]]] = {
    "commands.md": commands_page,
    **{page: partial(entries_of, page) for page in TOLD},
    "door.md": door_page,
    "ports.md": ports_page,
    "events.md": events_page,
    "labels.md": labels_page,
    "reasons.md": reasons_page,
    "life-cycles.md": life_cycles_page,
}


def page(name: str) -> str:
    """A page: what stands above the mark in it, written by hand, and then what the code says."""
    head, mark, _ = (HERE / name).read_text(encoding="utf-8").partition(MARK)
    return "\n".join([head + mark, "", *BODIES[name]()]).rstrip() + "\n"


PAGES = {name: partial(page, name) for name in BODIES}

if __name__ == "__main__":
    for name, written in PAGES.items():
        (HERE / name).write_text(written(), encoding="utf-8")
