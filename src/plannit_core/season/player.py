"""Replays a season through the public door, day by day: every act with a key, so that doing it again adds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from attrs import field, frozen

from ..app import Plannit
from ..clocks import FixedClock
from ..errors import Conflict, InvalidInput, NotFound, PlannitError, Reason, Refused, reason, reasons_of
from ..ports import Storage
from ..values.actors import Actor
from ..values.ids import ContactId, InvoiceId
from .acts import SOURCE, Act, Stage, acts
from .book import LiveBook
from .journal import Journal, Left, known_keys
from .plan import Season

Progress = Callable[[int, int, date], object]

OFFICE = Actor.user("office", name="Office")
OPENS_AT, DAY_RUNS_AT = time(9), time(6)
_WORKING_SECONDS = 8 * 3_600
_AT_LEAST_ACTS = 32


@frozen
class RefusedAct:
    """A row that the library refused; the replay went on without it.

    Attributes:
        day: The day it was for.
        key: The act's key.
        file: Where it was read.
        row: The line there.
        reasons: Everything that spoke against it.
    """

    day: date
    key: str
    file: str
    row: int
    reasons: tuple[Reason, ...]


@frozen
class ShiftedAct:
    """A row that was done on another day than it asks for: the books had gone past that day, or it changed since.

    Attributes:
        asked_on: The day it asks for.
        played_on: The day it was done.
        key: The act's key.
        file: Where it was read.
        row: The line there.
    """

    asked_on: date
    played_on: date
    key: str
    file: str
    row: int


@frozen
class HeldBack:
    """An invoice that was due to leave and could not, or (without an id) a day on which nothing could.

    Attributes:
        day: The day.
        invoice_id: The invoice.
        reasons: Everything that spoke against it.
    """

    day: date
    invoice_id: InvoiceId | None
    reasons: tuple[Reason, ...]


@frozen
class Replay:
    """What a replay did, and the door to the books it left.

    Attributes:
        app: The company's door, its clock at the end of the replay.
        until: The last day that was played.
        done: How many acts were done.
        repeated: How many had been done before and added nothing.
        refused: Those that were refused.
        shifted: Those done on another day than they ask for; also those of earlier replays.
        held: What the daily runs could not let leave.
        left: Every invoice that left, by day; also those of earlier replays.
    """

    app: Plannit
    until: date
    done: int
    repeated: int
    refused: tuple[RefusedAct, ...]
    shifted: tuple[ShiftedAct, ...]
    held: tuple[HeldBack, ...]
    left: Mapping[date, Sequence[Left]] = field(hash=False)


def replay(season: Season, storage: Storage, *, to: date | None = None, progress: Progress | None = None) -> Replay:
    """Do what the season asks for, up to and on a day, running each day's invoices.

    A second replay into the same storage goes on from where the last one stopped: its clock never runs backwards, what was done
    before adds nothing, a row added or mended since is done on the day the clock shows and told as shifted, and a row that was
    changed since it was done is refused.

    Args:
        season: What to do.
        storage: Where to do it.
        to: The last day, in the season or after it; the season's own unless given.
        progress: Told after each act how many of how many are over, and the day.

    Raises:
        Refused: `season.foreign-books` when the storage has books of this company that no season began; nothing is changed.
    """
    player = _Player(season, storage, to or season.company.ends_on)
    player.play(progress or (lambda _over, _all, _day: None))
    return player.outcome()


class _Player:
    """One replay."""

    def __init__(self, season: Season, storage: Storage, until: date) -> None:
        company = season.company
        self._acts = tuple(act for act in acts(season) if act.day <= until)
        self._company, self._until = company, until
        self._journal = Journal(storage, company.key)
        self._journal.catch_up()
        if self._journal.last_at and not (self._journal.first_key or "").startswith(f"{SOURCE}:"):
            raise Refused([reason("season.foreign-books", company=company.key)])
        start = datetime.combine(company.starts_on, time(0), self._zone(company.starts_on))
        self._clock = FixedClock(max(self._journal.last_at or start, start))
        self._app = Plannit(storage, company=company.key, clock=self._clock, actor=OFFICE)
        self._book = LiveBook(self._app, self._journal)
        self._known = known_keys(storage, company.key, (act.key for act in self._acts))
        self._done = 0
        self._refused: list[RefusedAct] = []
        self._held: list[HeldBack] = []

    def play(self, progress: Progress) -> None:
        """Every day of the season, in order."""
        over = 0
        by_day = {day: tuple(group) for day, group in groupby(self._acts, key=lambda act: act.day)}
        for day in _days(self._company.starts_on, self._until):
            planned = by_day.get(day, ())
            settings = [act for act in planned if act.stage is Stage.SETTINGS]
            self._run_day(day, settings)
            rest = planned[len(settings) :]
            pause = _WORKING_SECONDS // max(len(rest), _AT_LEAST_ACTS)
            for number, act in enumerate(rest):
                self._set_clock(day, OPENS_AT, timedelta(seconds=number * pause))
                self._do(act)
            for act in planned:
                over += 1
                progress(over, len(self._acts), act.day)

    def outcome(self) -> Replay:
        """What came of it."""
        self._journal.catch_up()
        left: dict[date, list[Left]] = {}
        for each in self._journal.left:
            left.setdefault(self._day(each.at), []).append(each)
        repeated = len(self._acts) - self._done - len(self._refused)
        refused, shifted, held = tuple(self._refused), tuple(self._shifted()), tuple(self._held)
        return Replay(self._app, self._until, self._done, repeated, refused, shifted, held, left)

    def _shifted(self) -> Iterator[ShiftedAct]:
        for act in self._acts:
            at = self._journal.done_at(act.key)
            if at is not None and (played_on := self._day(at)) != act.day:
                yield ShiftedAct(act.day, played_on, act.key, act.file, act.row)

    def _run_day(self, day: date, settings: Sequence[Act]) -> None:
        """The settings that begin on `day`, then what leaves by itself; no run for a day that is over already."""
        self._set_clock(day, DAY_RUNS_AT)
        for act in settings:
            self._do(act)
        if self._clock.now().astimezone(self._zone(day)).date() != day:
            return
        report = self._app.run_day()
        self._held += [HeldBack(day, each.invoice_id, each.reasons) for each in report.refused]
        if report.stopped is not None:
            self._held.append(HeldBack(day, None, (report.stopped,)))

    def _do(self, act: Act) -> None:
        try:
            command = act.ask(self._book)
            client = self._book.find(ContactId, act.client) if act.client else None
            door = self._app.acting_as(Actor.client(client)) if client else self._app
            self._book.note(act, door.do(command, key=act.key))
        except (Refused, InvalidInput, NotFound, Conflict) as error:
            if act.key in self._known and isinstance(error, NotFound):
                self._book.recall(act)
            elif act.key not in self._known or error.code == "key.reused":
                self._refused.append(RefusedAct(act.day, act.key, act.file, act.row, _reasons(error)))
        else:
            self._done += act.key not in self._known

    def _set_clock(self, day: date, at: time, later: timedelta = timedelta(0)) -> None:
        """Move the clock on to an hour of `day`; it never goes back."""
        self._clock.set(max(datetime.combine(day, at, self._zone(day)) + later, self._clock.now()))

    def _day(self, at: datetime) -> date:
        """The company's day of an instant."""
        return at.astimezone(self._zone(at.date())).date()

    def _zone(self, day: date) -> ZoneInfo:
        return self._company.settings(day).zone


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=count) for count in range((last - first).days + 1))


def _reasons(error: PlannitError) -> tuple[Reason, ...]:
    if error.code == "key.reused":
        return (Reason("season.row-changed"),)
    return reasons_of(error)
