"""The typing of the library is part of its contract: these programs are checked by mypy strict, and something is checked.

`program_results.py` and `program_reading.py` say what comes back; `program_rejected.py` holds what must not pass: each of its
lines has a `type: ignore` that is needed, or mypy says that it is not.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from attrs import fields

import plannit_core
from plannit_core import commands as c
from plannit_core.handlers import HANDLERS
from plannit_core.values.ids import ID_TYPES

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RESULTS, READING, REJECTED = (HERE / f"program_{name}.py" for name in ("results", "reading", "rejected"))
IGNORED = re.compile(r"  # type: ignore\[([a-z-]+)\]$")


def mypy(cache: Path, *files: Path) -> tuple[int, str]:
    """What mypy strict says of these programs, with the settings of pyproject.toml."""
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(cache), "--no-error-summary"]
    said = subprocess.run([*command, *map(str, files)], cwd=ROOT, capture_output=True, text=True, check=False)
    return said.returncode, said.stdout + said.stderr


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


def errors_in(text: str, file: Path) -> set[tuple[int, str]]:
    """Line and code of each error."""
    found = re.findall(rf"{file.name}:(\d+): error: .*\[([a-z-]+)\]$", text, re.MULTILINE)
    return {(int(line), code) for line, code in found}


def test_the_programs_pass_mypy_strict(cache: Path) -> None:
    assert mypy(cache, RESULTS, READING, REJECTED) == (0, "")


def test_what_must_not_pass_is_rejected_line_by_line(cache: Path, tmp_path: Path) -> None:
    """Without its comment each of those lines is an error of the very kind the comment names."""
    lines = REJECTED.read_text(encoding="utf-8").splitlines()
    expected = {(number, found[1]) for number, line in enumerate(lines, start=1) if (found := IGNORED.search(line))}
    assert len(expected) > 40
    bare = tmp_path / "bare.py"
    bare.write_text("\n".join(IGNORED.sub("", line) for line in lines), encoding="utf-8")
    code, said = mypy(cache, bare)
    assert (code, errors_in(said, bare)) == (1, expected)


def test_a_wrong_type_is_noticed(cache: Path, tmp_path: Path) -> None:
    """That something is checked at all: every expectation, turned round, is an error."""
    for program in (RESULTS, READING):
        turned, places = with_another_type(program.read_text(encoding="utf-8"), "bytes")
        assert len(places) > 40
        copy = tmp_path / f"turned_{program.name}"
        copy.write_text(turned, encoding="utf-8")
        code, said = mypy(cache, copy)
        assert (code, errors_in(said, copy)) == (1, {(line, "assert-type") for line in places})


def with_another_type(program: str, wrong: str) -> tuple[str, set[int]]:
    """The program with every type it asserts replaced, and the lines where that is."""
    lines, places = program.splitlines(), set()
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "assert_type":
            known = node.args[1]
            assert known.end_col_offset is not None
            assert known.lineno == known.end_lineno  # or the columns would be of two lines
            line = lines[known.lineno - 1]
            lines[known.lineno - 1] = line[: known.col_offset] + wrong + line[known.end_col_offset :]
            places.add(node.lineno)
    return "\n".join(lines), places


def test_every_command_and_every_id_is_among_the_programs() -> None:
    results, reading = (program.read_text(encoding="utf-8") for program in (RESULTS, READING))
    assert missing((f"app.do(c.{kind.__name__}(" for kind in HANDLERS), results) == []
    assert missing((f": {kind.__name__}," for kind in ID_TYPES.values()), reading) == []
    assert reading.count("assert_type(app.get(") > len(ID_TYPES)


def missing(wanted: Iterable[str], text: str) -> list[str]:
    return [each for each in wanted if each not in text]


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(plannit_core.__file__).parent / "py.typed").is_file()
    assert all(each.type is not None for each in fields(c.RecordPayment))
