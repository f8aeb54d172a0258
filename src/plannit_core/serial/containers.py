"""Hooks for classes, lists and values that may be missing. What is wrong inside is an `InvalidInput` with the path to it."""

from __future__ import annotations

from collections.abc import Callable
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from attrs import NOTHING, fields, has
from cattrs import Converter
from cattrs.errors import ClassValidationError
from cattrs.fns import identity
from cattrs.gen import make_dict_structure_fn

from ..errors import InvalidInput
from ..values.checks import wrong_type
from .paths import check_keys, located

Hook = Callable[[Any, Any], Any]


def add_containers(converter: Converter) -> None:
    """Give `converter` the hooks of everything that has parts."""
    converter.register_structure_hook_factory(has, class_in)
    converter.register_structure_hook_factory(_is_tuple, _tuple_in)
    converter.register_unstructure_hook_factory(_is_tuple, _tuple_out)
    converter.register_structure_hook_factory(_is_optional, _optional_in)
    converter.register_unstructure_hook_factory(_is_optional, _optional_out)


def class_in(kind: type[Any], converter: Converter) -> Hook:
    """Reads an attrs class from an object with exactly its fields; those with a default may be missing on the wire."""
    build = make_dict_structure_fn(kind, converter)
    attributes = [each for each in fields(kind) if each.init]
    allowed = frozenset(each.name for each in attributes)
    has_optional = converter.omit_if_default
    required = frozenset(each.name for each in attributes if not has_optional or each.default is NOTHING)

    def structure(data: Any, _: object) -> Any:
        check_keys(data, kind.__name__, required, allowed)
        try:
            return build(data, kind)
        except ClassValidationError as error:
            raise located(error) from None

    return structure


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _tuple_in(kind: Any, converter: Converter) -> Hook:
    element = get_args(kind)[0]
    hook = converter.get_structure_hook(element)

    def structure(values: Any, _: object) -> tuple[Any, ...]:
        if not isinstance(values, list):
            raise wrong_type(values, "list", "")
        found: list[Any] = []
        try:
            for value in values:
                found.append(hook(value, element))  # noqa: PERF401  # the length tells where it stopped
        except InvalidInput as error:
            raise located(error, f"[{len(found)}]") from None
        return tuple(found)

    return structure


def _tuple_out(kind: Any, converter: Converter) -> Callable[[Any], Any]:
    hook = converter.get_unstructure_hook(get_args(kind)[0])
    return lambda values: [hook(value) for value in values]


def _members(kind: Any) -> list[Any]:
    """What a union may hold besides `None` and `UNSET`."""
    if get_origin(kind) not in (Union, UnionType):
        return []
    return [each for each in get_args(kind) if each is not NoneType and get_origin(each) is not Literal]


def _is_optional(kind: Any) -> bool:
    return len(_members(kind)) == 1


def _optional_in(kind: Any, converter: Converter) -> Hook:
    (member,) = _members(kind)
    hook = converter.get_structure_hook(member)
    takes_none = NoneType in get_args(kind)

    def structure(value: Any, _: object) -> Any:
        return None if value is None and takes_none else hook(value, member)

    return structure


def _optional_out(kind: Any, converter: Converter) -> Callable[[Any], Any]:
    hook = converter.get_unstructure_hook(_members(kind)[0])
    return hook if hook is identity else lambda value: None if value is None else hook(value)
