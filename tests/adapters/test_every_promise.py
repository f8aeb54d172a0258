"""No promise of a storage goes untested."""

from __future__ import annotations

import re
from pathlib import Path

from plannit_core import ports


def test_each_promise_has_tests_of_its_own() -> None:
    promised = re.findall(r"^(\d+)\. ", ports.__doc__, re.MULTILINE)
    text = "".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py"))
    tested = re.findall(r"^class TestPromise(\d+)\w+:\n(?:\s+def test_|\s+@)", text, re.MULTILINE)
    assert sorted(tested, key=int) == promised
