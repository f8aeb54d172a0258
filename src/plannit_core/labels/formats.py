"""How amounts, numbers, percentages and days are written in French and in English.

French as it is written in Québec: a decimal comma, and a no-break space (U+00A0) both between the thousands and before `$` and `%`;
English as it is written in Canada. An ordinary space never stands inside an amount, so none is broken over two lines. Nothing
goes through a float or a decimal context: what is written is exactly what is stored.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from ..errors import InvalidInput
from ..model.company import Language
from ..values.checks import check_day, decimal_of
from ..values.money import PRICE_DECIMALS, Money, Price
from ..values.tax import Tax, TaxAmount

NO_BREAK = "\u00a0"
MINUS = "-"

_DOLLAR = "CAD"
_TAX_NAMES = {"GST": "TPS", "QST": "TVQ", "HST": "TVH", "PST": "TVP"}
_MONTHS = {
    Language.EN: [
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ],
    Language.FR: [
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ],
}  # fmt: skip
_LANG = re.compile(r"(fr|en)([_-][A-Za-z0-9]{2,8})?", re.ASCII)
_BOUND = re.compile(r"(?<=«) | (?=[:»%$])|(?<=[0-9]) (?=[0-9]{3})")


def language_of(lang: str) -> Language:
    """The language of `lang`: `fr`, `en`, or either with a region, such as `fr_CA` or `en-CA`.

    Raises:
        InvalidInput: `labels.language`.
    """
    if isinstance(lang, str) and _LANG.fullmatch(lang):
        return Language(lang[:2])
    raise InvalidInput("labels.language", path="lang")


def typeset(french: str) -> str:
    """French with no-break spaces inside its quotes, before a colon, `%` and `$`, and between thousands."""
    return _BOUND.sub(NO_BREAK, french)


def money(amount: Money | Price, lang: str) -> str:
    r"""An amount to the cent, or a price with all its decimals; another currency than the Canadian dollar shows its code.

    >>> money(Money.cad("-1379.65"), "en"), money(Money("1379.65", "USD"), "fr")
    ('-$1,379.65', '1\xa0379,65\xa0USD')

    Raises:
        InvalidInput: `labels.language`.
    """
    language = language_of(lang)
    units, digits = _units(amount)
    sign = MINUS if units < 0 else ""
    whole, decimals = divmod(abs(units), 10**digits)
    written = _written(str(whole), f"{decimals:0{digits}d}" if digits else "", language)
    is_dollar = amount.currency == _DOLLAR
    if language is Language.FR:
        return f"{sign}{written}{NO_BREAK}{'$' if is_dollar else amount.currency}"
    return f"{sign}{'$' if is_dollar else amount.currency + NO_BREAK}{written}"


def number(value: int | str | Decimal, lang: str) -> str:
    """A number with its thousands grouped and all the decimals it has.

    Raises:
        InvalidInput: `labels.language`, `number.…`.
    """
    language = language_of(lang)
    known = decimal_of(value, "number")
    whole, _, decimals = f"{known:f}".lstrip(MINUS).partition(".")
    return (MINUS if known < 0 else "") + _written(whole, decimals, language)


def quantity(value: int | str | Decimal, lang: str) -> str:
    """A quantity without the zeros at its end: 7.50 is written 7.5.

    Raises:
        InvalidInput: `labels.language`, `number.…`.
    """
    text = f"{decimal_of(value, 'quantity'):f}"
    return number(text.rstrip("0").rstrip(".") if "." in text else text, lang)


def percent(value: int | str | Decimal, lang: str) -> str:
    """A percentage with the decimals it is stored with: `9.975%`, `9,975 %`.

    Raises:
        InvalidInput: `labels.language`, `number.…`.
    """
    gap = NO_BREAK if language_of(lang) is Language.FR else ""
    return f"{number(value, lang)}{gap}%"


def date(day: dt.date, lang: str) -> str:
    """A day in words.

    >>> date(dt.date(2026, 6, 15), "en"), date(dt.date(2026, 6, 1), "fr_CA")
    ('June 15, 2026', '1er juin 2026')

    Raises:
        InvalidInput: `labels.language`, `day.wrong-type`, `day.out-of-range`.
    """
    language = language_of(lang)
    month = _MONTHS[language][check_day(day, "day").month - 1]
    if language is Language.EN:
        return f"{month} {day.day}, {day.year}"
    return f"{'1er' if day.day == 1 else day.day} {month} {day.year}"


def short_date(day: dt.date) -> str:
    """A day in figures, `2026-06-15`: the same in both languages in Canada.

    Raises:
        InvalidInput: `day.wrong-type`, `day.out-of-range`.
    """
    return check_day(day, "day").isoformat()


def tax_name(code: str, lang: str) -> str:
    """A tax as it is printed: GST, QST, HST and PST, in French TPS, TVQ, TVH and TVP; any other code as it is.

    Raises:
        InvalidInput: `labels.language`.
    """
    return _TAX_NAMES.get(code, code) if language_of(lang) is Language.FR else code


def tax(tax: Tax | TaxAmount, lang: str) -> str:
    """A tax with its own rate, never added to another: `QST 9.975%`, `TVQ 9,975 %`.

    Raises:
        InvalidInput: `labels.language`.
    """
    return f"{tax_name(tax.code, lang)} {percent(tax.rate, lang)}"


def _units(amount: Money | Price) -> tuple[int, int]:
    """Whole units and how many of their digits are decimals; a price keeps at least its currency's."""
    if isinstance(amount, Money):
        return amount.minor, amount.currency.digits
    units, digits = amount.units, PRICE_DECIMALS
    while digits > amount.currency.digits and units % 10 == 0:
        units, digits = units // 10, digits - 1
    return units, digits


def _written(whole: str, decimals: str, language: Language) -> str:
    grouped = f"{int(whole):,}"
    if language is Language.FR:
        return grouped.replace(",", NO_BREAK) + (f",{decimals}" if decimals else "")
    return grouped + (f".{decimals}" if decimals else "")
