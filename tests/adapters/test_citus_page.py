"""The page on many machines says what the tables are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import UnsupportedCompilationError

from plannit_core.adapters.sql import metadata
from plannit_core.adapters.sql.statements import CURSOR_OF, POSITION

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "citus.md").read_text(encoding="utf-8")


def test_the_script_is_what_the_page_makes_of_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    [code] = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    [script] = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    exec(code, {})
    assert capsys.readouterr().out == script


def test_the_script_distributes_every_table_by_company_next_to_the_first() -> None:
    found = re.findall(
        r"^SELECT create_distributed_table\('(\w+)', '(\w+)'(?:, colocate_with => '(\w+)')?\);$", PAGE, re.MULTILINE
    )
    first = found[0][0]
    assert [name for name, _, _ in found] == [*metadata.tables]
    assert {column for _, column, _ in found} == {"company"}
    assert [beside for _, _, beside in found] == ["", *[first] * (len(found) - 1)]


def test_one_type_and_collation_of_the_company_everywhere() -> None:
    dialect = PGDialect_psycopg()
    types = {table.c.company.type.compile(dialect=dialect) for table in metadata.tables.values()}
    assert types == {'TEXT COLLATE "C"'}


def test_a_dialect_of_another_name_is_not_known() -> None:
    """As the page says of CockroachDB."""
    dialect = PGDialect_psycopg()
    dialect.name = "cockroachdb"
    assert "COLLATE" not in str(POSITION.compile(dialect=dialect))
    with pytest.raises(UnsupportedCompilationError):
        CURSOR_OF.compile(dialect=dialect)
