"""A mapping that never changes, so that a record that holds one is immutable all the way down."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from types import MappingProxyType

from ..errors import InvalidInput
from .checks import check_text, check_token, wrong_type

MAX_SOURCES = 20


class Keys(Mapping[str, str]):
    """Where a record stands in other systems: source to key, such as `{"quickbooks": "1042"}`.

    A source is 1 to 64 of `[A-Za-z0-9_-]`, a key any text of at most 200 characters that is not blank; at most 20 sources.

    >>> Keys({"erp": "A-7"})["erp"]
    'A-7'

    Raises:
        InvalidInput: `field.wrong-type`, `text.not-a-token` for a source, `external.empty`, `external.too-many`, or the text
            errors.
    """

    __slots__ = ("_keys",)

    def __init__(self, keys: Mapping[str, str] = MappingProxyType({})) -> None:
        self._keys = dict(_checked(keys))

    def __getitem__(self, source: str) -> str:
        return self._keys[source]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def items(self) -> ItemsView[str, str]:
        """Each source and its key."""
        return self._keys.items()

    def __hash__(self) -> int:
        return hash(frozenset(self._keys.items()))

    def __repr__(self) -> str:
        return f"Keys({self._keys!r})"


def _checked(keys: Mapping[str, str]) -> Mapping[str, str]:
    if not isinstance(keys, Mapping):
        raise wrong_type(keys, "a mapping of source to key", "external")
    if len(keys) > MAX_SOURCES:
        raise InvalidInput("external.too-many", path="external", limit=MAX_SOURCES)
    for source, key in keys.items():
        check_token(source, "external")
        if not check_text(key, "external", limit=200).strip():
            raise InvalidInput("external.empty", path="external")
    return keys


def keys_of(value: Mapping[str, str]) -> Keys:
    """`value` as `Keys`. Raises `InvalidInput` as they do."""
    return value if type(value) is Keys else Keys(value)
