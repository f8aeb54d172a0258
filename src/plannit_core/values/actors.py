"""Who does something: a user of the company, a client, or a system."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from attrs import field, frozen

from ..errors import InvalidInput
from .checks import check_token, is_a, is_text
from .ids import ContactId
from .shown import shown


class ActorKind(StrEnum):
    """The kinds of actor."""

    USER = "user"
    CLIENT = "client"
    SYSTEM = "system"


@frozen
class Actor:
    """Who acts. The name is for the host's screens: it is never stored with an event and never shown in a repr.

    Attributes:
        kind: `user`, `client` or `system`.
        id: The host's own id of a user or system, 1 to 64 of `[A-Za-z0-9_-]`; a contact's id for a client.
        name: At most 200 characters.

    Raises:
        InvalidInput: `text.not-a-token`, `id.wrong-kind`, `id.malformed`, or the text errors.
    """

    __repr__ = shown

    kind: ActorKind = field(validator=is_a(ActorKind))
    id: str
    name: str = field(default="", repr=False, validator=is_text(200))

    def __attrs_post_init__(self) -> None:
        if self.kind is ActorKind.CLIENT:
            ContactId(self.id)
        else:
            check_token(self.id, "actor.id")

    @classmethod
    def user(cls, id: str, *, name: str = "") -> Self:
        """Somebody who works for the company."""
        return cls(ActorKind.USER, id, name)

    @classmethod
    def client(cls, contact_id: ContactId, *, name: str = "") -> Self:
        """A contact who acts for themself, in the client's portal."""
        return cls(ActorKind.CLIENT, contact_id, name)

    @classmethod
    def system(cls, id: str, *, name: str = "") -> Self:
        """A program."""
        return cls(ActorKind.SYSTEM, id, name)

    def acts_for(self, contact_id: ContactId) -> bool:
        """Whether this actor may act as `contact_id`: that client, or anybody who is not a client."""
        return self.kind is not ActorKind.CLIENT or self.id == contact_id


def actor_of(value: Actor) -> Actor:
    """`value`, which is an actor. Raises `InvalidInput`, `field.wrong-type`."""
    if not isinstance(value, Actor):
        raise InvalidInput("field.wrong-type", path="actor", expected="Actor", found=type(value).__name__)
    return value
