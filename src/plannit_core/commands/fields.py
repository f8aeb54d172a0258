"""How the fields of commands are checked and made immutable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..errors import InvalidInput
from ..model.company import Language, schedules_of
from ..values.checks import EXAMPLES, check_text, tuple_of, wrong_type
from ..values.lines import Line, lines_of
from ..values.mapping import Keys, keys_of
from ..values.money import Money
from ..values.schedule import Schedule, WhenKind
from .base import UNSET, IsUnset

_NEEDS_APPROVAL = (WhenKind.ON_APPROVAL, WhenKind.AFTER)
_PART = r"[^@\s<>,;.]+"
_EMAIL = re.compile(rf"[^@\s<>,;]{{1,64}}@(localhost|{_PART}(\.{_PART})+)")


def emails(values: Iterable[str]) -> tuple[str, ...]:
    """E-mail addresses: a name, `@`, and a domain that has a dot inside, or is `localhost`.

    Raises:
        InvalidInput: `contact.email` with the place of the wrong one, `list.too-long`, or the text errors.
    """
    found = tuple_of(values, str, "emails", limit=20)
    for index, value in enumerate(found):
        if not _EMAIL.fullmatch(check_text(value, f"emails[{index}]", limit=254)):
            raise InvalidInput("contact.email", path=f"emails[{index}]")
    return found


def phones(values: Iterable[str]) -> tuple[str, ...]:
    """Phone numbers as written. Raises `InvalidInput`: the text errors, `list.too-long`."""
    found = tuple_of(values, str, "phones", limit=20)
    for index, value in enumerate(found):
        check_text(value, f"phones[{index}]", limit=50)
    return found


def numbers(values: Iterable[str]) -> tuple[str, ...]:
    """Printed numbers. Raises `InvalidInput`: the text errors, `list.too-long`."""
    found = tuple_of(values, str, "last")
    for index, value in enumerate(found):
        check_text(value, f"last[{index}]", limit=100)
    return found


def language(value: str | None) -> str | None:
    """`fr`, `en` or nothing. Raises `InvalidInput`: `contact.language`."""
    if value is None:
        return None
    if not isinstance(value, str) or value not in tuple(Language):
        raise InvalidInput("contact.language", path="language")
    return str(value)


def external(value: Mapping[str, str]) -> Keys:
    """Where the record stands in other systems. Raises `InvalidInput`: `external.…`."""
    return keys_of(value)


def lines(values: Iterable[Line]) -> tuple[Line, ...]:
    """The lines of a document. Raises `InvalidInput`: `lines.too-many`, `money.currencies`, `field.wrong-type`."""
    return lines_of(values)


def schedules(values: Iterable[Schedule]) -> tuple[Schedule, ...]:
    """Schedules offered side by side. Raises `InvalidInput`: `schedule.no-name`, `schedule.same-name`."""
    return schedules_of(values, "schedules")


def emails_or_unset(values: Iterable[str] | IsUnset) -> tuple[str, ...] | IsUnset:
    """As `emails`, unless not given."""
    return UNSET if values is UNSET else emails(values)


def phones_or_unset(values: Iterable[str] | IsUnset) -> tuple[str, ...] | IsUnset:
    """As `phones`, unless not given."""
    return UNSET if values is UNSET else phones(values)


def language_or_unset(value: str | IsUnset | None) -> str | IsUnset | None:
    """As `language`, unless not given."""
    return UNSET if value is UNSET else language(value)


def external_or_unset(value: Mapping[str, str] | IsUnset) -> Keys | IsUnset:
    """As `external`, unless not given."""
    return UNSET if value is UNSET else external(value)


def lines_or_unset(values: Iterable[Line] | IsUnset) -> tuple[Line, ...] | IsUnset:
    """As `lines`, unless not given."""
    return UNSET if values is UNSET else lines(values)


def schedules_or_unset(values: Iterable[Schedule] | IsUnset) -> tuple[Schedule, ...] | IsUnset:
    """As `schedules`, unless not given."""
    return UNSET if values is UNSET else schedules(values)


def some_lines(values: Iterable[Line]) -> tuple[Line, ...]:
    """As `lines`, at least one. Raises `InvalidInput`: `lines.empty`."""
    found = lines(values)
    if not found:
        raise InvalidInput("lines.empty", path="lines")
    return found


def due_dates(value: Schedule | None) -> Schedule | None:
    """A schedule for an invoice without a quote: due dates only. Raises `InvalidInput`: `schedule.needs-quote`."""
    if value is None:
        return None
    if not isinstance(value, Schedule):
        raise wrong_type(value, "Schedule", "schedule")
    needs_approval = any(each.when.kind in _NEEDS_APPROVAL for each in value.instalments)
    if needs_approval or value.has_many_invoices or value.discount is not None:
        raise InvalidInput("schedule.needs-quote", path="schedule")
    return value


def due_dates_or_unset(value: Schedule | IsUnset | None) -> Schedule | IsUnset | None:
    """As `due_dates`, unless not given."""
    return UNSET if value is UNSET else due_dates(value)


def received(value: Money) -> Money:
    """An amount that changed hands. Raises `InvalidInput`: `payment.negative`."""
    if not isinstance(value, Money):
        raise wrong_type(value, "Money", "amount", EXAMPLES["Money"])
    if value.minor < 0:
        raise InvalidInput("payment.negative", path="amount")
    return value
