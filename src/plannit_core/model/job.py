"""A job folder: one request of one contact, and the shelf everything about it hangs on."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from attrs import field, frozen

from ..lifecycle import JobState
from ..values.ids import ContactId, JobId
from ..values.mapping import Keys
from ..values.shown import shown

FIRST_STATUS = "New"
SOURCE_APPLICATION = "application"


@frozen
class Job:
    """A job folder.

    Attributes:
        id: `job_…`.
        version: 1 when first stored, one more at each change.
        contact_id: Whose request it is.
        number: Printed number, given at opening, never changed.
        title: The contact's name at opening unless given.
        source: Where the request came from, such as `application`, `Web`.
        status: The shop's own milestone, a plain word.
        opened_at: When.
        opened_on: The day in the company's time zone.
        state: Open.
        external: Source to key in other systems.
    """

    __repr__ = shown

    kind: ClassVar[str] = "job"

    id: JobId
    version: int
    contact_id: ContactId
    number: str
    title: str = field(repr=False)
    source: str
    status: str
    opened_at: datetime
    opened_on: date
    state: JobState = JobState.OPEN
    external: Keys = field(default=Keys(), repr=False)
