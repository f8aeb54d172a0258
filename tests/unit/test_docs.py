"""The pages that are read off the code are what the code says, and no example is skipped: they are counted."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from sybil import Document
from sybil.document import PythonDocStringDocument
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser

import plannit_core
from plannit_core import audit, backup, commands, labels, outbox, ports, serial, testing, views, workers
from plannit_core.adapters import memory, routed, sql, sqlite
from plannit_core.handlers import HANDLERS
from plannit_core.testing import strategies

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
STORIES = sorted((ROOT / "tests" / "scenarios").glob("*.md"))
MODULES = sorted((ROOT / "src").rglob("*.py"))
RUN, SHOWN = {"python"}, {"mermaid", "sh", "text", "toml", "ini", "csv", "json"}
HOUSES = (memory, sqlite, sql, routed, ports, outbox, workers, serial, labels, audit, backup, testing, strategies)
FENCE = re.compile(r"^```(.*)$", re.MULTILINE)
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

spec = importlib.util.spec_from_file_location("make_reference", ROOT / "docs" / "reference" / "make.py")
assert spec is not None
assert spec.loader is not None
make = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make)


@pytest.mark.parametrize("name", sorted(make.PAGES))
def test_a_reference_page_is_what_the_code_says(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == make.PAGES[name](), "run: python docs/reference/make.py"


@pytest.mark.parametrize("name", sorted(make.PAGES))
def test_an_entry_of_a_reference_page_is_whole(name: str) -> None:
    bullets = [line.strip() for line in make.PAGES[name]().splitlines() if line.lstrip().startswith("- ")]
    assert [each for each in bullets if each.startswith("- ``") or not each.partition(": ")[2]] == []
    assert [each for each in bullets if each.count("`") % 2] == []


def test_every_public_name_has_its_entry() -> None:
    modules = (plannit_core, commands, views)
    public = {name for each in modules for name in each.__all__ if inspect.isclass(getattr(each, name))}
    assert public - entries() == {"Command"}  # what every entry of commands.md is


@pytest.mark.parametrize("module", HOUSES, ids=lambda module: module.__name__)
def test_every_public_name_of_what_stands_around_the_door_has_its_entry(module: ModuleType) -> None:
    public = {name for name in module.__all__ if not inspect.ismodule(getattr(module, name))}
    assert public
    assert public - entries() == set()


@cache
def entries() -> set[str]:
    """What the reference tells: under a heading, or in a row of a table of ids or functions."""
    pages = "\n".join(written() for written in make.PAGES.values())
    found = re.findall(r"^## (\w+)$|^\| `(\w+Id)` \||^\| `(\w+)\(", pages, re.MULTILINE)
    return {name for names in found for name in names}


@pytest.mark.parametrize("name", sorted(make.PAGES))
def test_a_reference_page_says_how_to_import_what_it_tells(name: str) -> None:
    page = make.PAGES[name]()
    imports = re.findall(r"^`?from (plannit_core[\w.]*) import |`from (plannit_core[\w.]*) import ", page, re.MULTILINE)
    assert imports


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "reference").glob("*.md")), ids=lambda page: page.name)
def test_an_import_that_the_reference_shows_is_one(page: Path) -> None:
    for module, names in re.findall(r"`from (plannit_core[\w.]*) import ([\w, ]+)`", page.read_text(encoding="utf-8")):
        found = importlib.import_module(module)
        assert [name for name in names.replace(" as c", "").split(", ") if not hasattr(found, name)] == []


def test_every_command_has_its_entry() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert [line[3:] for line in page.splitlines() if line.startswith("## ")] == [each.__name__ for each in HANDLERS]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_fence_is_run_or_plainly_not_python(page: Path) -> None:
    fences = FENCE.findall(page.read_text(encoding="utf-8"))[::2]
    assert set(fences) <= RUN | SHOWN


@pytest.mark.parametrize("page", [*PAGES, *STORIES], ids=lambda page: page.name)
def test_every_example_is_collected(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    fences = FENCE.findall(text)[::2]
    blocks = BLOCK.findall(text)
    assert len(blocks) == sum(fence in RUN for fence in fences)
    sessions = [block.count("\n>>> ") + 1 for block in blocks if block.startswith(">>> ")]
    found = list(Document.parse(str(page), PythonCodeBlockParser()).examples())
    assert len(found) == len(blocks) - len(sessions) + sum(sessions)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_every_example_of_a_docstring_is_collected(module: Path) -> None:
    found = list(PythonDocStringDocument.parse(str(module), DocTestParser()).examples())
    assert len(found) == len(re.findall(r"^\s*>>> ", module.read_text(encoding="utf-8"), re.MULTILINE))


def test_there_are_examples_of_every_kind() -> None:
    counts = [
        sum(text.read_text(encoding="utf-8").count("```python\n") for text in texts) for texts in (PAGES, STORIES)
    ]
    assert counts[0] >= 50
    assert counts[1] >= 100
    assert sum(">>> " in module.read_text(encoding="utf-8") for module in MODULES) >= 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target, heading in re.findall(r"\]\(([^)#:]*)(#[^)]+)?\)", page.read_text(encoding="utf-8")):
        found = page.parent / target if target else page
        assert found.exists(), target
        assert not heading or heading in anchors(found), f"{target}{heading}"


def anchors(page: Path) -> set[str]:
    """What one can link to in a page: its headings as a browser knows them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {"#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
