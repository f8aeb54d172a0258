"""How far a consumer of events has come, and what it failed at. What a step leads to is said here; storages only keep it."""

from __future__ import annotations

from attrs import evolve, frozen

from .values.shown import shown


@frozen
class Failure:
    """An event that a consumer failed at.

    Attributes:
        position: The event's.
        tries: How often it was tried; 0 once it was put back.
        reason: The error's code or class; never its words, which may be personal.
        is_aside: Whether it was set aside, so that the others go on.
    """

    __repr__ = shown

    position: int
    tries: int
    reason: str
    is_aside: bool


@frozen
class Cursor:
    """How far a consumer has come in one company.

    Attributes:
        position: Of the last event it is done with.
        version: 1 when first stored, one more at each step: whoever steps from an older one is refused.
        failures: What it failed at and is not done with, by position.
        is_held: Whether a worker is at it, by the storage's clock when it was read.
    """

    __repr__ = shown

    position: int
    version: int = 1
    failures: tuple[Failure, ...] = ()
    is_held: bool = False

    @property
    def put_back(self) -> tuple[int, ...]:
        """The positions it has passed and will be handed again."""
        return tuple(each.position for each in self.failures if not each.is_aside and each.position <= self.position)

    def is_behind(self, last: int) -> bool:
        """Whether there is something to hand out in a company whose last event is at `last`."""
        return self.position < last or bool(self.put_back)

    def failure(self, position: int) -> Failure | None:
        """What is known of its failing at an event."""
        return next((each for each in self.failures if each.position == position), None)

    def stepped(self) -> Cursor:
        """The next version of it, nothing else changed: taken, or let go."""
        return evolve(self, version=self.version + 1)

    def handled(self, position: int) -> Cursor:
        """Done with an event."""
        return self._with(position, None, has_passed=True)

    def failed(self, position: int, reason: str, *, tries: int) -> Cursor:
        """Failed at an event; after so many `tries` it is set aside."""
        known = self.failure(position)
        count = known.tries + 1 if known else 1
        is_aside = count >= tries
        return self._with(position, Failure(position, count, reason, is_aside), has_passed=is_aside)

    def with_put_back(self, failure: Failure) -> Cursor:
        """An event that was set aside will be handed again."""
        return self._with(failure.position, evolve(failure, tries=0, is_aside=False), has_passed=False)

    def _with(self, position: int, failure: Failure | None, *, has_passed: bool) -> Cursor:
        others = [each for each in self.failures if each.position != position]
        failures = sorted([*others, *([failure] if failure else [])], key=lambda each: each.position)
        reached = max(self.position, position) if has_passed else self.position
        return evolve(self, position=reached, version=self.version + 1, failures=tuple(failures))
