"""What any field may hold: the small checks that commands, values and records share.

Each raises `InvalidInput` with the path of the field. A message never repeats the value, which may be personal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import InvalidInput

if TYPE_CHECKING:
    from attrs import Attribute

T = TypeVar("T")
Validator = Callable[[Any, "Attribute[Any]", Any], None]

MAX_TEXT = 10_000
MAX_LINES = 10_000
MAX_LIST = 100
MAX_DIGITS = 24
MAX_LIMIT = 10**9
_TOO_LARGE = 10**MAX_DIGITS
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 1, 1)
EXAMPLES = {
    "Money": 'Money.cad("28.75")',
    "Price": 'Price.cad("0.0375")',
    "Discount": "Discount.percent(5)",
    "Share": "Share(50)",
    "When": "When.ON_APPROVAL",
}
"""How one writes what is often given as something plainer."""

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?[0-9]{1,24}(\.[0-9]{1,24})?", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def check_text(value: object, path: str, *, limit: int = MAX_TEXT) -> str:
    """`value`, which is text that every storage can hold.

    Raises:
        InvalidInput: `field.wrong-type`, `text.too-long`, `text.characters` (NUL, control characters, lone surrogates).
    """
    if not isinstance(value, str):
        raise wrong_type(value, "str", path)
    if len(value) > limit:
        raise InvalidInput("text.too-long", path=path, limit=limit, found=len(value))
    if not value.isprintable() and _FORBIDDEN.search(value):  # which most text is, and quickly seen
        raise InvalidInput("text.characters", path=path)
    return value


def check_token(value: object, path: str) -> str:
    """`value`, which is a short name made of ASCII letters, digits, `_` and `-`.

    Raises:
        InvalidInput: `text.not-a-token`.
    """
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise InvalidInput("text.not-a-token", path=path)
    return value


def check_day(value: object, path: str) -> date:
    """`value`, which is a day of the calendar and not an instant.

    Raises:
        InvalidInput: `day.wrong-type`, `day.out-of-range`.
    """
    if not isinstance(value, date) or isinstance(value, datetime):
        raise InvalidInput("day.wrong-type", path=path, found=type(value).__name__)
    if not FIRST_DAY <= value < LAST_DAY:
        raise InvalidInput("day.out-of-range", path=path)
    return value


def check_limit(value: int, path: str = "limit") -> int:
    """`value`, which is a whole number: 0 to 10^9.

    Raises:
        InvalidInput: `field.wrong-type`, `number.out-of-range`.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong_type(value, "int", path)
    if not 0 <= value <= MAX_LIMIT:
        raise InvalidInput("number.out-of-range", path=path, low=0, high=MAX_LIMIT)
    return value


def check_seconds(value: float, path: str, *, high: int = MAX_LIMIT) -> float:
    """`value`, which is a time in seconds above 0.

    Raises:
        InvalidInput: `number.out-of-range`.
    """
    if not isinstance(value, (int, float)) or not 0 < value <= high:
        raise InvalidInput("number.out-of-range", path=path, low=0, high=high)
    return value


def decimal_of(value: object, path: str) -> Decimal:
    """An exact number from `str`, `int` or `Decimal`.

    Raises:
        InvalidInput: `number.wrong-type` (a float is never taken), `number.not-a-number`, `number.too-large`.
    """
    if isinstance(value, str):
        return Decimal(_number(value, path)) or Decimal(0)
    if isinstance(value, int) and not isinstance(value, bool):
        if not -_TOO_LARGE < value < _TOO_LARGE:
            raise InvalidInput("number.too-large", path=path)
        return Decimal(value)
    if not isinstance(value, Decimal):
        raise InvalidInput("number.wrong-type", path=path, found=type(value).__name__)
    return _checked(value, path)


def _checked(number: Decimal, path: str) -> Decimal:
    if not number.is_finite():
        raise InvalidInput("number.not-a-number", path=path)
    if not number:
        return Decimal(0)
    if number.adjusted() >= MAX_DIGITS:
        raise InvalidInput("number.too-large", path=path)
    if exponent_of(number) < -MAX_DIGITS:
        raise InvalidInput("number.too-precise", path=path)
    return number


def scaled(value: object, decimals: int, path: str) -> int:
    """The exact number `value` times 10 to the power `decimals`, as an integer.

    Raises:
        InvalidInput: as `decimal_of`, and `number.too-precise` when it has more decimals than that.
    """
    if type(value) is int and -_TOO_LARGE < value < _TOO_LARGE:
        return value * int(10**decimals)
    if isinstance(value, str):
        before, _, after = _number(value, path).partition(".")
        after = after.rstrip("0")
        if len(after) > decimals:
            raise InvalidInput("number.too-precise", path=path, decimals=decimals)
        return int(before + after.ljust(decimals, "0"))
    top, bottom = decimal_of(value, path).as_integer_ratio()
    whole, rest = divmod(top * int(10**decimals), bottom)
    if rest:
        raise InvalidInput("number.too-precise", path=path, decimals=decimals)
    return whole


def _number(text: str, path: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise InvalidInput("number.not-a-number", path=path)
    return text


def exponent_of(number: Decimal) -> int:
    """The exponent of a finite number: -2 for 1.25."""
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)  # it is finite
    return exponent


def decimal_text(units: int, decimals: int) -> str:
    """`units` with the point set so many `decimals` from the right: 1990 and 2 become 19.90. Whatever the decimal context."""
    if not decimals:
        return str(units)
    digits = str(units).zfill(decimals + 1 + (units < 0))  # which puts the zeros after a sign
    return f"{digits[:-decimals]}.{digits[-decimals:]}"


def plain(units: int, decimals: int) -> Decimal:
    """`units` over 10 to the power `decimals` in its one shortest form: 100000 and 4 become 10."""
    whole, rest = divmod(units, 10**decimals)
    return Decimal(decimal_text(units, decimals).rstrip("0")) if rest else Decimal(whole)


def wrong_type(value: object, expected: str, path: str, example: str | None = None) -> InvalidInput:
    """The error for a value of another type than `expected`; `example` is how one writes it in Python."""
    found = type(value).__name__
    if example is None:
        return InvalidInput("field.wrong-type", path=path, expected=expected, found=found)
    return InvalidInput("field.wrong-type", path=path, expected=expected, found=found, example=example)


def example_of(kind: type) -> str | None:
    """How one writes a value of that type; of an id it is the form, such as `JobId("job_…")`."""
    prefix = getattr(kind, "prefix", None)
    return f'{kind.__name__}("{prefix}_…")' if isinstance(prefix, str) else EXAMPLES.get(kind.__name__)


def is_a(*kinds: type, optional: bool = False) -> Validator:
    """An attrs validator: the value is an instance of one of `kinds` (or `None`)."""
    expected = " or ".join(kind.__name__ for kind in kinds)
    example = example_of(kinds[0])

    def check(_: Any, attribute: Attribute[Any], value: Any) -> None:
        if not isinstance(value, kinds) and not (optional and value is None):
            raise wrong_type(value, expected, attribute.name, example)

    return check


def is_text(limit: int = MAX_TEXT, *, optional: bool = False, empty: str | None = None) -> Validator:
    """An attrs validator: text; `empty` is the code that refuses a blank one."""

    def check(_: Any, attribute: Attribute[Any], value: Any) -> None:
        if optional and value is None:
            return
        check_text(value, attribute.name, limit=limit)
        if empty is not None and not value.strip():
            raise InvalidInput(empty, path=attribute.name)

    return check


def is_day(*, optional: bool = False) -> Validator:
    """An attrs validator: a day of the calendar (or `None`)."""

    def check(_: Any, attribute: Attribute[Any], value: Any) -> None:
        if not (optional and value is None):
            check_day(value, attribute.name)

    return check


def is_count(low: int, high: int, *, optional: bool = False) -> Validator:
    """An attrs validator: a whole number from `low` to `high`."""

    def check(_: Any, attribute: Attribute[Any], value: Any) -> None:
        if optional and value is None:
            return
        if not isinstance(value, int) or isinstance(value, bool):
            raise wrong_type(value, "int", attribute.name)
        if not low <= value <= high:
            raise InvalidInput("number.out-of-range", path=attribute.name, low=low, high=high)

    return check


def is_flag(_: Any, attribute: Attribute[Any], value: Any) -> None:
    """An attrs validator: True or False."""
    if not isinstance(value, bool):
        raise wrong_type(value, "bool", attribute.name)


def tuple_of(
    values: Iterable[T], kind: type[T], path: str, *, limit: int = MAX_LIST, code: str = "list.too-long"
) -> tuple[T, ...]:
    """`values` as a tuple of `kind`.

    Raises:
        InvalidInput: `field.wrong-type` with the path of the one that is something else; `code` when there are too many.
    """
    is_list = type(values) in (tuple, list)  # else it is slower to see
    if not is_list and (isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable)):
        raise wrong_type(values, f"a list of {kind.__name__}", path)
    is_short = isinstance(values, (tuple, list)) and len(values) <= limit
    found = tuple(values) if is_short else tuple(_at_most(values, limit, path, code))
    for index, value in enumerate(found):
        if not isinstance(value, kind):
            raise wrong_type(value, kind.__name__, f"{path}[{index}]")
    return found


def _at_most(values: Iterable[T], limit: int, path: str, code: str) -> Iterator[T]:
    for count, value in enumerate(values):
        if count == limit:
            raise InvalidInput(code, path=path, limit=limit)
        yield value
