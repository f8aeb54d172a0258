"""Writes the reference pages that are read off the code: `python docs/reference/make.py`.

A test holds the pages against what this writes, so that they cannot fall behind.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

from attrs import NOTHING, Factory, fields

from plannit_core import labels, lifecycle
from plannit_core.commands import Command
from plannit_core.handlers import HANDLERS

HERE = Path(__file__).parent
SECTION = re.compile(r"^(Attributes|Raises|Args|Returns):$", re.MULTILINE)


def commands_page() -> str:
    """Everything one can ask for."""
    page = [
        "# Commands",
        "",
        "Everything one can ask for: `app.do(command)` does it, `app.preview(command)` shows what it would do.",
        "In Python they are `from plannit_core import commands as c`. The first argument is the record that changes or the owner",
        "of what is made; what stands after `*` is given by keyword. A field of an `Edit…` command that is not given stays as it",
        "is.",
        "",
        "Any command can also be `Refused` with `company.not-configured` or `permission.denied`. What each code means, in words,",
        "is in [Reasons](reasons.md).",
        "",
    ]
    for command in HANDLERS:
        page += [f"## {command.__name__}", "", f"`{signature(command)}`", "", *paragraphs(command), ""]
    return "\n".join(page).rstrip() + "\n"


def signature(command: type[Command[Any]]) -> str:
    """The call, with defaults."""
    parts, star = [], False
    for each in fields(command):
        if each.kw_only and not star:
            parts.append("*")
            star = True
        if each.default is NOTHING:
            parts.append(each.name)
        else:
            parts.append(f"{each.name}={{}}" if isinstance(each.default, Factory) else f"{each.name}={each.default!r}")
    return f"{command.__name__}({', '.join(parts)})"


def paragraphs(command: type[Command[Any]]) -> list[str]:
    """The docstring as Markdown: its text, then its sections as lists."""
    text = inspect.getdoc(command) or ""
    head, *sections = SECTION.split(text)
    page = [head.strip(), "", f"Needs: {', '.join(command.needs)}."]
    for title, body in zip(sections[::2], sections[1::2], strict=True):
        page += ["", f"{title}:" if title == "Raises" else "Fields:", "", *items(body)]
    return page


def items(body: str) -> list[str]:
    """`name: words` with their continuation lines, as a list."""
    joined = re.sub(r"\n {8,}", " ", inspect.cleandoc("x\n" + body)[1:])
    found = []
    for line in joined.strip().splitlines():
        name, _, words = line.strip().partition(": ")
        found.append(f"- `{name}`: {words}")
    return found


def reasons_page() -> str:
    """Every code and its words."""
    page = [
        "# Reasons",
        "",
        "Every code an error can carry, its params and its words. Codes are stable; words may get better. What stands in square",
        "brackets is left out where its params are missing, empty or zero; after a bar stands what is said instead.",
        "",
        "| code | params | English | français |",
        "|---|---|---|---|",
    ]
    for code, words in sorted(labels.REASONS.items()):
        params = ", ".join(f"`{name}`" for name in words.params)
        page.append(f"| `{code}` | {params} | {_cell(words.en)} | {_cell(words.fr)} |")
    return "\n".join(page) + "\n"


def _cell(text: str) -> str:
    """A text in a table."""
    return text.replace("|", r"\|")


def life_cycles_page() -> str:
    """The life cycles as diagrams."""
    page = [
        "# Life cycles",
        "",
        "What a person did is a state; what follows from amounts or the calendar (paid, partially paid, overdue, expired) is not.",
        "`plannit diagram invoice` prints these.",
        "",
    ]
    for kind, machine in lifecycle.MACHINES.items():
        page += [f"## {kind}", "", "```mermaid", machine.mermaid(), "```", ""]
    return "\n".join(page).rstrip() + "\n"


PAGES = {"commands.md": commands_page, "reasons.md": reasons_page, "life-cycles.md": life_cycles_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
