"""Writes the reference pages that are read off the code: `python docs/reference/make.py`.

A test holds the pages against what this writes, so that they cannot fall behind. What a page tells of a class stands in its
docstring; what stands above the mark in a page is written by hand and kept.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

import attrs

import plannit_core
from plannit_core import CompanySettings, Permission, Plannit, commands, labels, lifecycle, ports, views
from plannit_core.commands import UNSET
from plannit_core.door import Door
from plannit_core.events import EVENTS
from plannit_core.handlers import HANDLERS
from plannit_core.presets import quebec
from plannit_core.values.ids import ID_TYPES, Id
from plannit_core.values.mapping import Keys
from plannit_core.values.tax import TaxAmount

HERE = Path(__file__).parent
MARK = "<!-- What follows is read off the code: python docs/reference/make.py -->"
SECTION = re.compile(r"^(Attributes|Raises|Args|Returns):$", re.MULTILINE)
TITLES = {"Attributes": "Fields", "Args": "Arguments", "Raises": "Raises"}


def of(module: str, names: str) -> list[type]:
    """The classes of these names in a module of the package."""
    found = importlib.import_module(f"plannit_core.{module}")
    return [getattr(found, name) for name in names.split()]


CLASSES: Mapping[str, list[type]] = {
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
        *of("outbox", "Outbox SetAside"),
        *of("ports", "Recorded Reader Repository"),
        *of("adapters.memory", "MemoryStorage"),
        *of("adapters.sqlite", "SqliteStorage"),
        *of("adapters.routed", "Routed HostContacts"),
        *of("clocks", "SystemClock FixedClock"),
        *of("ports", "Storage Clock Ids"),
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

MADE_BY_CALLERS = {*CLASSES["values.md"], *CLASSES["settings.md"], *of("clocks", "SystemClock FixedClock")}
MADE_BY_CALLERS |= {
    *of("adapters.memory", "MemoryStorage"),
    *of("adapters.sqlite", "SqliteStorage"),
    *of("adapters.routed", "Routed"),
}
MADE_BY_CALLERS -= {TaxAmount, Id}
"""The classes of which the call is shown; no call makes a member of an enumeration."""

NOT_FOR_CALLERS = ("of", "of_units", "minor", "cost_minor", "units", "items", "zone", "totals")
HOMES = {each.__name__: f"{page}#{each.__name__.lower()}" for page, classes in CLASSES.items() for each in classes}
HOMES |= {each.__name__: "values.md#id" for each in ID_TYPES.values()}
HOMES |= {"Plannit": "door.md#plannit", "Record": "records.md", "Event": "events.md"}
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
    blocks = text.split("\n\n")
    return "\n\n".join(f"```python\n{each}\n```" if each.startswith(">>>") else each for each in blocks)


def one_line(text: str) -> str:
    """The first paragraph of a docstring's text."""
    return " ".join(text.partition("\n\n")[0].split())


def node_of(thing: Any) -> Any:
    """The syntax tree of a class or function; slots hide a cached property, its source does not."""
    return ast.parse(textwrap.dedent(inspect.getsource(thing))).body[0]


def members(kind: type) -> dict[str, Function]:
    """What a class offers: its public methods and properties, in order."""
    found = (each for each in node_of(kind).body if isinstance(each, Function))
    return {each.name: each for each in found if not each.name.startswith("_") and each.name not in NOT_FOR_CALLERS}


def has_decorator(function: Function, *names: str) -> bool:
    return any(ast.unparse(each) in names for each in function.decorator_list)


def is_property(function: Function) -> bool:
    return has_decorator(function, "property", "cached_property")


# ------------------------------------------------------------------------------------------------------- types and calls


def linked(annotation: str) -> str:
    """A type in words, each class of ours a link."""
    text = annotation.strip("\"'").replace("views.", "").replace(" | ", " or ").replace("R_co", "the command's result")
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
    public = (each for each in (plannit_core, commands, views) if kind.__name__ in each.__all__)
    module = next((each.__name__ for each in public), kind.__module__)
    return f"from {module} import {kind.__name__}"


def call(function: Function) -> str:
    """The call of a function or method, without types."""
    arguments = deepcopy(function.args)
    arguments.args = [each for each in arguments.args if each.arg not in ("self", "cls")]
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
        page += ["", f"Gives: {one_line(body)}"] if title == "Returns" else ["", f"{TITLES[title]}:", "", *entries]
    return page


def function_entry(function: Function, shown: str) -> list[str]:
    """A heading, the call, and what its docstring says."""
    head, found = parts_of(ast.get_docstring(function))
    return [f"## {function.name}", "", shown, "", prose(head), *sections(found), ""]


def class_entry(kind: type) -> list[str]:
    """A heading, the text, the fields, what follows from them, the methods, and what making one raises."""
    head, found = parts_of(kind.__doc__)
    is_made = kind in MADE_BY_CALLERS and not issubclass(kind, StrEnum)
    page = [f"## {kind.__name__}", "", f"`{imported(kind)}`" + (f" · `{made_with(kind)}`" if is_made else ""), ""]
    page += [prose(head), ""]
    if issubclass(kind, StrEnum):
        page += [f"One of {', '.join(f'`{each}`' for each in kind)}.", ""]
    fields = named(found.pop("Attributes", ""))
    page += [*field_table(kind, fields, has_defaults=is_made), ""] if fields else []
    page += [*sections(found)[1:], ""] if found else []
    page += [*property_table(kind), *method_list(kind)]
    return [*page, *TABLES[kind](), ""] if kind in TABLES else page


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
    """The methods, each with its arguments and what it raises beneath."""
    page = []
    for each in (each for each in members(kind).values() if not is_property(each)):
        head, found = parts_of(ast.get_docstring(each))
        owner = f"{kind.__name__}." if has_decorator(each, "classmethod") else "."
        given = f" Gives: {one_line(found['Returns'])}" if "Returns" in found else ""
        page.append(f"- `{owner}{call(each)}`: {' '.join(head.split())}{given}")
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


TABLES: Mapping[type, Callable[[], Iterable[str]]] = {
    Permission: permission_table,
    Id: id_table,
    ports.Repository: criteria_table,
    CompanySettings: lambda: function_entry(node_of(quebec), "`presets.quebec(*, name)`"),
}
"""What a class is told with besides its docstring."""

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
    yield from classes_of("door.md")


def gives(function: Function) -> str:
    """The type of what a method gives, unless that depends on what is asked."""
    kind = ast.unparse(function.returns) if function.returns else ""
    return "" if kind in ("R", "Self", "") else f" gives {linked(kind.removesuffix('[R]'))}"


def classes_of(page: str) -> Iterable[str]:
    """The classes of a page."""
    for kind in CLASSES[page]:
        yield from class_entry(kind)


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
    **{page: partial(classes_of, page) for page in CLASSES},
    "door.md": door_page,
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
