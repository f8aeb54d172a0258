"""The pages that are read off the code are what the code says, and no example is skipped by a misspelt fence."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from plannit_core.handlers import HANDLERS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
RUN, SHOWN = {"python"}, {"mermaid", "sh", "text", "toml", "csv", "json"}
FENCE = re.compile(r"^```(.*)$", re.MULTILINE)

spec = importlib.util.spec_from_file_location("make_reference", ROOT / "docs" / "reference" / "make.py")
assert spec is not None
assert spec.loader is not None
make = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make)


@pytest.mark.parametrize("name", sorted(make.PAGES))
def test_a_reference_page_is_what_the_code_says(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == make.PAGES[name](), "run: python docs/reference/make.py"


def test_every_command_has_its_entry() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert [line[3:] for line in page.splitlines() if line.startswith("## ")] == [each.__name__ for each in HANDLERS]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_fence_is_run_or_plainly_not_python(page: Path) -> None:
    fences = FENCE.findall(page.read_text(encoding="utf-8"))[::2]
    assert set(fences) <= RUN | SHOWN


def test_there_are_examples_to_run() -> None:
    fences = [fence for page in PAGES for fence in FENCE.findall(page.read_text(encoding="utf-8"))[::2]]
    assert sum(fence in RUN for fence in fences) >= 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
