"""A small season to start from: each test changes what it is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    WriteSeason = Callable[..., Path]

COMPANY = """key = "petits-toits"
name = "Les Petits Toits"
preset = "quebec"
starts_on = 2026-03-01
ends_on = 2026-08-31

[settings]
terms_days = 30
"""
SCHEDULES = """[halves]
name_fr = "Deux moitiés"
name_en = "Two halves"
invoices = "many"
parts = [
    { part = "50 %", when = "approval" },
    { part = "rest", on = 2026-06-15 },
]

[thirds]
name_fr = "Trois tiers"
invoices = "many"
parts = [
    { part = "rest", when = "approval" },
    { part = "rest", after_months = 1 },
    { part = "rest", when = "later" },
]

[at-once]
name_fr = "Tout de suite, 5 % de rabais"
invoices = "one"
discount = "5 %"
parts = [{ part = "rest", when = "approval" }]

[at-billing]
invoices = "one"
parts = [{ part = "50 %", when = "billing" }, { part = "50 %", on = 2026-07-31 }]
"""
FILES: Mapping[str, str] = {
    "company.toml": COMPANY,
    "schedules.toml": SCHEDULES,
    "contacts.csv": """key,name,language,email,phone,added_on
C-1,Zoé Lebœuf,fr,zoe@example.com / bureau@example.com,514-555-0101,
C-2,Walter Finch,en,,450-555-0102,2026-03-04
""",
    "prices.csv": """key;text_fr;text_en;price;cost;tax
LAB;Main-d'œuvre, l'heure;Labour, per hour;85,00 $;40,00 $;
NAIL;Clou;Nail;0,0375;;
PERMIT;Permis municipal;Municipal permit;125,00 $;;exempt
""",
    "requests.csv": """key,day,contact,title,source
R-1,2026-03-02,C-1,"Toit, 12, rue du Moulin",téléphone
R-2,2026-03-05,C-2,Chimney,
R-3,2026-03-06,C-1,,
""",
    "quotes.csv": """key,request,day,sent_on,schedules,extended_on,extended_to,answer,answered_on,chosen,reason,generated_on
Q-1,R-1,2026-03-03,2026-03-03,halves,,,client,2026-03-10,,,
Q-2,R-3,2026-03-06,2026-03-07,halves / at-once,,,phone,2026-03-12,at-once,,
Q-3,R-2,2026-03-09,2026-03-09,thirds,,,declined,2026-03-20,,Trop cher,
""",
    "quote_lines.csv": """document,item,text,quantity,price,cost,tax
Q-1,LAB,,10,,,
Q-1,NAIL,,1000,,,
Q-1,PERMIT,,1,,,
Q-2,LAB,,"12,5",,,
Q-3,LAB,,4,,,
""",
    "invoices.csv": """key,day,request,contact,schedule,planned_for,sent_on
I-1,2026-04-02,,C-2,at-billing,,2026-04-02
I-2,2026-04-03,R-1,,,2026-04-20,
""",
    "invoice_lines.csv": """document,item,text,quantity,price,cost,tax
I-1,LAB,,2,,,
I-2,,Gouttière,1,"1 300,00 $",,
""",
    "work_orders.csv": """key,request,day,title,visit_on,done_on,billing,invoice,taps,sent_on
W-1,R-1,2026-06-16,Fin des travaux,2026-06-17,2026-06-17,attach,Q-1/2,2,2026-06-17
W-2,R-2,2026-04-06,Chimney,,2026-04-07,itself,,2,2026-04-07
W-3,R-1,2026-05-04,Extra,,2026-05-05,create,,,2026-05-05
W-4,I-1,2026-05-06,Look again,,,,,,
""",
    "work_order_lines.csv": """document,item,text,quantity,price,cost,tax
W-2,LAB,,1.75,,,
W-3,LAB,,3,,,
""",
    "payments.csv": """key,day,invoice,amount,method,reference,received_on,instalment,overpaid
P-1,2026-03-12,Q-1/1,balance,cheque,118,2026-03-11,,
P-2,2026-03-16,Q-2,balance,card,,,,
P-3,2026-04-07,W-2,balance,cash,,,,
P-4,2026-04-24,I-2,500.00,transfer,,,,
P-5,2026-05-05,W-3,balance,cash,,,,
""",
    "actions.csv": """key,day,action,target,amount,method,planned_for,instalment,request,reason
A-1,2026-03-13,void_payment,P-1,,,,,,
A-2,2026-05-20,adjust,W-3,,,,,,Une heure de trop
A-3,2026-05-20,refund,W-3,balance,cash,,,,
A-4,2026-06-01,void,Q-1/1,,,,,,
A-5,2026-06-02,generate,Q-1,,,,,,
A-6,2026-06-02,send,Q-1/1,,,,,,
""",
    "action_lines.csv": """document,item,text,quantity,price,cost,tax
A-2,LAB,,-1,,,
""",
}


@pytest.fixture(scope="session")
def small_season() -> Mapping[str, str]:
    """The files of the small season."""
    return FILES


@pytest.fixture
def write_season(tmp_path: Path) -> WriteSeason:
    """Writes the small season, with other files or other words in them, and gives its folder.

    `write_season({"contacts.csv": ("C-2", "C-9")})` replaces words; a plain text or bytes is a whole file; `None` leaves
    a file out.
    """

    def write(changes: Mapping[str, str | bytes | tuple[str, str] | None] | None = None) -> Path:
        folder = tmp_path / "season"
        folder.mkdir(exist_ok=True)
        for name in {**FILES, **(changes or {})}:
            content = (changes or {}).get(name, FILES.get(name))
            if isinstance(content, tuple):
                before, after = content
                assert before in FILES[name], f"{before!r} is not in {name}"
                content = FILES[name].replace(before, after, 1)
            if content is not None:
                (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return write
