"""A contact: whoever asks for work and pays for it."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from ..values.ids import ContactId
from ..values.mapping import Keys
from ..values.shown import shown


@frozen
class Contact:
    """A contact, the client of the company.

    Attributes:
        id: `con_…`.
        version: 1 when first stored, one more at each change.
        name: The display name; a new job takes it as its title.
        emails: Where documents are sent; none means that nothing can be delivered.
        phones: As written.
        language: `fr` or `en`; `None` means the company's.
        external: Source to key in other systems.
    """

    __repr__ = shown

    kind: ClassVar[str] = "contact"

    id: ContactId
    version: int
    name: str = field(repr=False)
    emails: tuple[str, ...] = field(default=(), repr=False)
    phones: tuple[str, ...] = field(default=(), repr=False)
    language: str | None = None
    external: Keys = field(default=Keys(), repr=False)

    @property
    def can_be_sent_to(self) -> bool:
        """Whether a document can be delivered."""
        return bool(self.emails)
