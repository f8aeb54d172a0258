"""What every command is: frozen data, generic in its result."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Literal, Self, TypeVar

from ..policies.permissions import Permission
from ..values.by_fields import ByFields
from ..values.checks import Validator

if TYPE_CHECKING:
    from attrs import Attribute

    from ..decisions import Context, Decision
    from ..ports import Reader

R_co = TypeVar("R_co", covariant=True)


class Command(ByFields, Generic[R_co]):
    """Something one can ask for; `Plannit.do` gives back an `R_co`.

    Attributes:
        needs: The permissions it needs, all of them.
    """

    __slots__ = ()
    needs: ClassVar[tuple[Permission, ...]]

    @classmethod
    def bound_to(
        cls, handler: Callable[[Self, Reader, Context], Decision[R_co]]
    ) -> tuple[type[Self], Callable[[Self, Reader, Context], Decision[R_co]]]:
        """This command with the function that decides it; the type checker sees that the two match."""
        return cls, handler


class Unset(Enum):
    """The type of `UNSET`."""

    UNSET = "unset"

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET
"""What a field of an `Edit…` command holds when it is not given: the record's own stays."""

IsUnset = Literal[Unset.UNSET]


def or_unset(check: Validator) -> Validator:
    """`check`, unless the field was not given."""

    def checked(instance: Any, attribute: Attribute[Any], value: Any) -> None:
        if value is not UNSET:
            check(instance, attribute, value)

    return checked
