"""Draws how a quote is shared over three invoices: `python docs/examples/draw_split.py`.

The figures are the library's own, asked of a quote that is really approved. A test holds the picture against what this draws.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from plannit_core import FixedClock, Instalment, Line, Money, Plannit, Schedule, TaxGroup, When, labels, presets
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage

PICTURE = Path(__file__).parents[1] / "explanation" / "split.svg"
SHARES = (30, 40, 30)
LINES = (
    Line("Labour", "38.5", Money.cad("72.50")),
    Line("Material", 1, Money.cad("1864.37")),
    Line("Discount", 1, Money.cad("-150.00")),
    Line("Permit", 1, Money.cad("245.00"), tax=TaxGroup.EXEMPT),
)

LEFT, TOP, WIDTH, ROW, TOTAL = 96, 92, 510, 34, 130
INK, SOFT, LINE, MARK, PAPER = "#1f2937", "#6b7280", "#cbd5e1", "#b45309", "#ffffff"
FILLS = ("#dbeafe", "#e0f2fe", "#dbeafe")


def amounts() -> list[tuple[str, list[Money]]]:
    """The rows of the quote (lines, then taxes), each with its part on every invoice and its whole."""
    app = Plannit(MemoryStorage(), company="lavoie", clock=FixedClock("2026-03-02T09:00-05:00"))
    app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    job = app.do(c.OpenJob(app.do(c.AddContact("Ada Byron", emails=["ada@example.com"])).id))
    whens = (When.ON_APPROVAL, When.after(months=1), When.after(months=2))
    parts = [Instalment.percent(share, when) for share, when in zip(SHARES, whens, strict=True)]
    quote = app.do(c.DraftQuote(job.id, lines=LINES, schedules=[Schedule.many_invoices(parts)]))
    app.do(c.SendQuote(quote.id))
    documents = [*app.do(c.ApproveQuote(quote.id)).invoices, quote := app.get(quote.id)]
    rows = [(line.text, [each.lines[place].amount for each in documents]) for place, line in enumerate(quote.lines)]
    return rows + [
        (tax.code, [each.taxes[place].amount for each in documents]) for place, tax in enumerate(quote.taxes)
    ]


def alone(whole: Money, share: int) -> Money:
    """A share rounded by itself, as it is *not* done."""
    return Money.cad((whole.amount * share / 100).quantize(Decimal("0.01"), ROUND_HALF_UP))


def text(
    x: float, y: float, words: str, *, color: str = INK, anchor: str = "end", weight: int = 400, size: int = 14
) -> str:
    look = f'fill="{color}" text-anchor="{anchor}" font-weight="{weight}" font-size="{size}"'
    return f'<text x="{x:g}" y="{y:g}" {look}>{words}</text>'


def box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}" stroke="{LINE}"/>'


def said(amount: Money) -> str:
    return labels.money(amount, "en").replace("$", "")


def drawing() -> str:
    """The picture, as SVG."""
    rows = amounts()
    edges = [LEFT + WIDTH * sum(SHARES[:count]) / 100 for count in range(len(SHARES) + 1)]
    bottom = TOP + ROW * len(rows)
    right = edges[-1] + TOTAL
    parts = [
        text(LEFT, 30, "A quote of 5,425.34 in three invoices: 30 %, 40 %, 30 %", anchor="start", weight=600, size=17),
        text(LEFT, 52, "The running total is rounded, never a share by itself.", color=SOFT, anchor="start"),
    ]
    for place, share in enumerate(SHARES):
        middle = (edges[place] + edges[place + 1]) / 2
        parts.append(text(middle, TOP - 12, f"invoice {place + 1} · {share} %", color=SOFT, anchor="middle"))
    parts.append(text(right - 12, TOP - 12, "the quote", color=SOFT))
    for number, (name, found) in enumerate(rows):
        y = TOP + ROW * number
        parts.append(text(LEFT - 12, y + 22, name))
        for place, share in enumerate(SHARES):
            differs = found[place] != alone(found[-1], share)
            parts.append(box(edges[place], y, edges[place + 1] - edges[place], ROW, FILLS[place]))
            parts.append(
                text(
                    edges[place + 1] - 12,
                    y + 22,
                    said(found[place]),
                    color=MARK if differs else INK,
                    weight=600 if differs else 400,
                )
            )
        parts += [box(edges[-1], y, TOTAL, ROW, PAPER), text(right - 12, y + 22, said(found[-1]), weight=600)]
    parts += bottom_line(rows, edges, bottom)
    return svg(parts, right + 44, bottom + 122)


def bottom_line(rows: list[tuple[str, list[Money]]], edges: list[float], y: float) -> list[str]:
    """What each invoice and the quote add up to, and what rounding each share alone would have made."""
    sums = [sum(column) for column in zip(*(found for _, found in rows), strict=True)]
    naive = [(name, found[-1], sum(alone(found[-1], share) for share in SHARES)) for name, found in rows]
    wrong = " and ".join(f"{name} to {said(total)}" for name, whole, total in naive if total != whole)
    ends = [*edges[1:], edges[-1] + TOTAL]
    words = [
        ("Every row adds up to its line or tax, every column to its invoice, and the three to the quote.", INK),
        ("Brown: a cent away from that share rounded by itself.", MARK),
        (f"Rounded so, rows would come out wrong: {wrong}.", MARK),
    ]
    return [
        text(LEFT - 12, y + 26, "total", weight=600),
        *(text(end - 12, y + 26, said(total), weight=600) for end, total in zip(ends, sums, strict=True)),
        *(text(LEFT, y + 62 + 21 * row, told, color=color, anchor="start") for row, (told, color) in enumerate(words)),
    ]


def svg(parts: list[str], width: float, height: float) -> str:
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="Helvetica, Arial, sans-serif">'
    title = "<title>A quote shared over three invoices: each line, each tax, each invoice and the whole add up</title>"
    paper = f'<rect width="{width:g}" height="{height:g}" fill="{PAPER}"/>'
    return "\n".join([head, title, paper, *parts, "</svg>", ""])


if __name__ == "__main__":
    PICTURE.write_text(drawing(), encoding="utf-8")
