"""Runs the command in this process, on a small season and on the bundled one."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

import pytest

from plannit_core import Actor, FixedClock, Plannit, presets
from plannit_core import commands as c
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.cli import main
from unit.cli.running import Ran

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Run = Callable[..., Ran]

FILES: Mapping[str, str] = {
    "company.toml": """key = "petits-toits"
name = "Les Petits Toits"
preset = "quebec"
starts_on = 2026-03-02
ends_on = 2026-07-31
""",
    "schedules.toml": """[moities]
name_fr = "Deux moitiés"
invoices = "many"
parts = [{ part = "50 %", when = "approval" }, { part = "rest", on = 2026-06-15 }]
""",
    "contacts.csv": """key,name,language,email,phone,added_on
C-1,Zoé Lebœuf,fr,zoe@example.com,514-555-0101,
C-2,Walter Finch [sic],en,,450-555-0102,
""",
    "requests.csv": """key,day,contact,title,source
R-1,2026-03-02,C-1,Toit du chalet,téléphone
R-2,2026-03-03,C-2,Leaking gutter,Web
""",
    "quotes.csv": """key,request,day,sent_on,schedules,answer,answered_on
Q-1,R-1,2026-03-02,2026-03-02,moities,client,2026-03-04
""",
    "quote_lines.csv": """document,text,quantity,price
Q-1,Main-d'œuvre,10,85.00
Q-1,Clous,1000,0.0375
""",
    "work_orders.csv": """key,request,day,title,visit_on,done_on,billing,taps,sent_on
W-1,R-2,2026-03-05,Repair,2026-03-06,2026-03-06,itself,2,2026-03-06
""",
    "work_order_lines.csv": """document,text,quantity,price
W-1,Call-out,1,120.00
""",
    "payments.csv": """key,day,invoice,amount,method
P-1,2026-03-10,Q-1/1,balance,card
P-2,2026-03-12,W-1,balance,cash
""",
}


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """80 columns, English, no colours asked for or refused."""
    for name in ("LC_ALL", "LC_MESSAGES", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def plannit(capsys: pytest.CaptureFixture[str]) -> Run:
    """`plannit("job", "J-00001", "--db", path)` runs the command."""

    def run(*argv: str | Path) -> Ran:
        capsys.readouterr()
        code = main([str(word) for word in argv])
        shown = capsys.readouterr()
        return Ran(code, shown.out, shown.err)

    return run


@pytest.fixture
def season_folder(tmp_path: Path) -> Path:
    """A small season, to be changed by a test."""
    folder = tmp_path / "season"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def books(plannit: Run, season_folder: Path, tmp_path: Path) -> Path:
    """The books of the small season."""
    path = tmp_path / "books.db"
    assert plannit("replay", season_folder, "--db", path).code == 0
    return path


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """The books of the bundled season, and what the demonstration printed in English at 80 columns."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("COLUMNS", "80")
        code = main(["demo", "--db", str(path), "--lang", "en"])
    return path, Ran(code, out.getvalue(), err.getvalue())


@pytest.fixture
def office(tmp_path: Path) -> tuple[Path, Plannit]:
    """Books of a company a while ago, with a door to them: what was planned then is due now."""
    path = tmp_path / "office.db"
    storage = SqliteStorage(str(path))
    app = Plannit(storage, company="lavoie", clock=FixedClock("2024-03-04T09:00-05:00"), actor=Actor.user("marie"))
    app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    return path, app


@pytest.fixture
def without_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where rich is not installed."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "rich"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "rich", None)
    monkeypatch.delitem(sys.modules, "plannit_core.cli.rich_text", raising=False)
