"""Whatever is put into any field of anything that enters: one verdict on every storage, our errors only, and no trace.

Table-driven: every field of every command, every field of every value, every argument of the door and every place of the wire form
is given everything in `HOSTILE`. What is refused is refused with an error of ours that does not repeat what was typed in; what is
taken is done in memory and on SQLite, reads back equal, and gives the same on both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from itertools import repeat
from typing import Any

import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st

from hostile import GUTTERS, HOSTILE, TEXTS, TODAY, Offices, offices_on, repeats, told
from plannit_core import (
    Actor,
    Discount,
    FixedClock,
    Instalment,
    InvalidInput,
    Line,
    Money,
    Numbering,
    Plannit,
    PlannitError,
    Price,
    Schedule,
    Share,
    Tax,
    TaxGroup,
    When,
    presets,
    serial,
)
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.handlers import HANDLERS
from plannit_core.ports import Reader
from plannit_core.values import ids
from plannit_core.values.mapping import Keys
from plannit_core.values.schedule import WhenKind
from support import cad


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    storages = (
        MemoryStorage(),
        SqliteStorage(str(tmp_path_factory.mktemp("hostile") / "books.db"), synchronous="NORMAL"),
    )
    yield offices_on(*storages)
    for storage in storages:
        storage.close()


def taken(make: Callable[[Any], Any]) -> Iterator[Any]:
    """What `make` makes of every hostile value that it does not refuse, with an error of ours."""
    for hostile in HOSTILE:
        try:
            value = make(hostile)
        except InvalidInput as error:
            told(error)
            assert not repeats(error, hostile)
        else:
            yield value


# -------------------------------------------------------------------------------------------------------------- commands


def test_the_table_has_a_command_of_every_kind_and_each_would_be_done(offices: Offices) -> None:
    assert set(offices.commands) == set(HANDLERS)
    before = offices.books()
    assert {
        kind.__name__ for kind, command in offices.commands.items() if offices.try_it(command)[0] != "done"
    } == set()
    assert offices.books() == before


@pytest.mark.parametrize("kind", HANDLERS, ids=lambda kind: kind.__name__)
def test_every_field_of_a_command_takes_anything_or_refuses_it(offices: Offices, kind: type) -> None:
    before = offices.books()
    for each in fields(kind):
        for command in taken(lambda hostile, name=each.name: evolve(offices.commands[kind], **{name: hostile})):
            if offices.try_it(command)[0] != "done":
                for app in offices.apps:
                    with pytest.raises(PlannitError):
                        app.do(command)
    assert offices.books() == before


# -------------------------------------------------------------------------------------------------------------- the wire


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in `data`, the whole included."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, value in items for place in places(value, (*path, key)))]


def put(data: Any, place: tuple[Any, ...], value: Any) -> Any:
    """`data` with something else at `place`, which a dictionary need not have yet."""
    if not place:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[place[0]] = put(data.get(place[0]) if isinstance(data, dict) else data[place[0]], place[1:], value)
    return copy


@pytest.mark.parametrize("kind", HANDLERS, ids=lambda kind: kind.__name__)
def test_every_place_of_the_wire_form_takes_anything_or_refuses_it(offices: Offices, kind: type) -> None:
    wire = serial.to_wire(offices.commands[kind])
    before = offices.books()
    for place in {*places(wire), *(("fields", each.name) for each in fields(kind))}:
        for command in taken(lambda hostile, place=place: serial.from_wire(put(wire, place, hostile))):
            assert type(command) is kind
            offices.try_it(command)
    assert offices.books() == before


@pytest.mark.parametrize("kind", HANDLERS, ids=lambda kind: kind.__name__)
def test_no_object_on_the_wire_takes_a_key_it_does_not_know(offices: Offices, kind: type) -> None:
    wire = serial.to_wire(offices.commands[kind])
    for place in [(), ("fields",)]:
        for key in (*(text for text in TEXTS if isinstance(text, str)), 5, None, "now", "__class__"):
            with pytest.raises(InvalidInput) as caught:
                serial.from_wire(put(wire, (*place, key), 1))
            assert not repeats(caught.value, key) or key.isidentifier()


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "\x00",
            "{",
            "NaN",
            "[" * 100_000,
            '{"a":' * 100_000,
            "1" * 100_000,
            '"\ud800"',
            "\ufeff{}",
            "[]",
            "null",
            "1e400",
        ),
        '{"command": "SendQuote", "command": "SendQuote", "fields": {"quote_id": "quo_1"}}',
        '{"command": "SendQuote", "fields": {"quote_id": "quo_1", "quote_id": "quo_1"}}',
        '{"command": "DraftQuote", "fields": {"job_id": "job_1", "lines": NaN}}',
        '{"command": "DraftQuote", "fields": {"job_id": "job_1", "lines": ' + "[" * 5_000 + "]" * 5_000 + "}}",
        '{"command": "AddContact", "fields": {"name": "\\ud800"}}',
        '{"command": "AddContact", "fields": {"name": "\\u0000"}}',
    ],
    ids=lambda text: ascii(text[:40]),
)
def test_text_that_is_not_exactly_a_command_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        serial.from_wire(text)
    told(caught.value)


# ---------------------------------------------------------------------------------------------------------------- values

ONE = Schedule.one_invoice([Instalment.rest(When.ON_APPROVAL)], name="x", discount=Discount.percent(5))
SETTINGS = presets.quebec(name="Toitures Lavoie")


def drafted(*lines: Line) -> c.Command[Any]:
    return c.DraftQuote(ids.JobId("job_2"), lines=lines)


def offered(*instalments: Instalment) -> c.Command[Any]:
    return c.DraftQuote(ids.JobId("job_2"), lines=[GUTTERS], schedules=[Schedule.one_invoice(instalments)])


def configured(**changes: Any) -> c.Command[Any]:
    return c.ConfigureCompany(evolve(SETTINGS, **changes))


VALUES: list[tuple[Any, Callable[[Any], c.Command[Any]]]] = [
    (GUTTERS, drafted),
    (Tax("GST", 5), lambda tax: drafted(evolve(GUTTERS, tax=TaxGroup("g", [tax])))),
    (TaxGroup("g", [Tax("GST", 5)]), lambda group: drafted(evolve(GUTTERS, tax=group))),
    (Share(), lambda share: offered(Instalment(share, When.ON_APPROVAL), Instalment.rest(When.ON_APPROVAL))),
    (Share(50), lambda share: offered(Instalment(share, When.ON_APPROVAL), Instalment.rest(When.ON_APPROVAL))),
    (When(WhenKind.AFTER), lambda when: offered(Instalment.rest(when))),
    (When.on(TODAY), lambda when: offered(Instalment.rest(when))),
    (Instalment.rest(When.ON_APPROVAL), offered),
    (
        Discount.percent(5),
        lambda discount: c.DraftQuote(ids.JobId("job_2"), schedules=[evolve(ONE, discount=discount)]),
    ),
    (ONE, lambda schedule: c.DraftQuote(ids.JobId("job_2"), lines=[GUTTERS], schedules=[schedule])),
    (Numbering(), lambda numbering: configured(invoice_numbers=numbering)),
    (SETTINGS, c.ConfigureCompany),
]


@pytest.mark.parametrize(("sample", "use"), VALUES, ids=lambda each: type(each).__name__)
def test_every_field_of_a_value_takes_anything_or_refuses_it(
    offices: Offices, sample: Any, use: Callable[[Any], c.Command[Any]]
) -> None:
    before = offices.books()
    for each in [each for each in fields(type(sample)) if each.init]:
        for value in taken(lambda hostile, name=each.name: evolve(sample, **{name: hostile})):
            try:
                command = use(value)
            except InvalidInput:
                continue
            offices.try_it(command)
    assert offices.books() == before


AMOUNTS: list[Callable[[Any], Any]] = [
    lambda hostile: Money(hostile, "CAD"),
    lambda hostile: Money(hostile, "JPY"),
    lambda hostile: Money(5, hostile),
    lambda hostile: Money.of_minor(hostile, "CAD"),
    lambda hostile: Price(hostile, "CAD"),
    lambda hostile: Price(5, hostile),
    lambda hostile: Price.of_units(hostile, "CAD"),
    lambda hostile: cad(5) * hostile,
    lambda hostile: cad(5) + hostile,
    lambda hostile: cad(5) - hostile,
    lambda hostile: cad(5).split(hostile) and cad(5),
    lambda hostile: cad(5).allocate(hostile) and cad(5),
    lambda hostile: cad(5).allocate([1, hostile]) and cad(5),
    lambda hostile: cad(5).rounded_to(hostile),
]


@pytest.mark.parametrize("make", AMOUNTS)
def test_every_way_to_an_amount_takes_a_number_exactly_or_refuses_it(
    offices: Offices, make: Callable[[Any], Any]
) -> None:
    for amount in taken(make):
        again = type(amount)(str(amount), amount.currency)
        assert again == amount
        assert hash(again) == hash(amount)
        with suppress(InvalidInput):
            offices.try_it(drafted(Line("x", 1, amount)))
        with suppress(InvalidInput):
            offices.try_it(evolve(offices.commands[c.RecordPayment], amount=amount))


@pytest.mark.parametrize("kind", [Actor.user, Actor.client, Actor.system])
def test_whoever_acts_is_somebody_or_refused(offices: Offices, kind: Callable[..., Actor]) -> None:
    approve = offices.commands[c.ApproveQuote]
    somebody = "con_1" if kind == Actor.client else "u18"
    for make in (kind, lambda hostile: kind(somebody, name=hostile)):
        for actor in taken(make):
            offices.try_it(approve, actor)


@pytest.mark.parametrize("kind", [ids.Id, *ids.ID_TYPES.values(), ids.parse_id, ids.company_id, Keys, FixedClock])
def test_a_name_for_something_is_well_formed_or_refused(kind: Callable[[Any], Any]) -> None:
    for value in taken(kind):
        assert type(value)(value if isinstance(value, (str, Keys)) else value.now()) is not None


# -------------------------------------------------------------------------------------------------------------- the door

ASKED: dict[str, Callable[[Plannit, Any], object]] = {
    "do": lambda app, hostile: app.do(hostile),
    "preview": lambda app, hostile: app.preview(hostile),
    "key": lambda app, hostile: app.do(c.OpenJob(ids.ContactId("con_none")), key=hostile),
    "expecting": lambda app, hostile: app.do(c.OpenJob(ids.ContactId("con_none")), expecting=[hostile]),
    "get": lambda app, hostile: app.get(hostile),
    "folder": lambda app, hostile: app.folder(hostile),
    "documents": lambda app, hostile: app.documents(hostile),
    "actions": lambda app, hostile: app.actions(hostile),
    "run_day": lambda app, hostile: app.run_day(hostile) if not is_today(hostile) else None,
    "receivables": lambda app, hostile: app.receivables(hostile),
    "departures": lambda app, hostile: app.departures(hostile),
    "acting_as": lambda app, hostile: app.acting_as(hostile).actor,
    "for_company": lambda app, hostile: app.for_company(hostile).company,
    "consumer": lambda app, hostile: app.outbox.drain(hostile, print, start="sometime"),
    "start": lambda app, hostile: app.outbox.drain("mailer", print, start=hostile),
}


LISTED: dict[str, Callable[[Reader, Any], object]] = {
    **{
        f"find {name}": lambda read, hostile, name=name: read.invoices.find(**{name: hostile})
        for name in ("state", "job_id", "number", "limit", "after")
    },
    "find a job": lambda read, hostile: read.jobs.find(state="open", limit=hostile),
    "get": lambda read, hostile: read.contacts.get(hostile),
    "external": lambda read, hostile: read.contacts.with_external("erp", hostile),
    "source": lambda read, hostile: read.contacts.with_external(hostile, "A-1"),
    "series": lambda read, hostile: read.series(hostile),
    "timeline": lambda read, hostile: read.timeline(hostile),
    "timeline limit": lambda read, hostile: read.timeline(ids.JobId("job_2"), limit=hostile),
    "timeline after": lambda read, hostile: read.timeline(ids.JobId("job_2"), after=hostile),
}


def listed(app: Plannit, ask: Callable[[Reader, Any], object], hostile: Any) -> object:
    with app.reading() as read:
        found = ask(read, hostile)
        return tuple(found) if isinstance(found, Sequence) else found


ASKED |= {name: lambda app, hostile, ask=ask: listed(app, ask, hostile) for name, ask in LISTED.items()}
ASKED |= {
    "limit": lambda app, hostile: app.outbox.drain(f"consumer-{id(hostile)}", id, start="beginning", limit=hostile)
}


def is_today(day: Any) -> bool:
    return day is None or (isinstance(day, date) and day == TODAY)


@pytest.mark.parametrize("name", ASKED)
def test_every_argument_of_the_door_is_taken_or_refused_alike_by_every_storage(offices: Offices, name: str) -> None:
    before = offices.books()
    for hostile in HOSTILE:
        came_to = [asked(app, name, hostile) for app in offices.apps]
        assert came_to[0] == came_to[1]
    assert offices.books() == before


def asked(app: Plannit, name: str, hostile: Any) -> Any:
    try:
        return ASKED[name](app, hostile)
    except PlannitError as error:
        assert not repeats(error, hostile)
        return told(error)


def test_a_list_that_never_ends_is_refused() -> None:
    assert_too_long = [
        (lambda: c.DraftQuote(ids.JobId("job_1"), lines=repeat(GUTTERS)), "lines.too-many"),
        (lambda: c.AddContact("x", emails=repeat("a@b.ca")), "list.too-long"),
        (lambda: Schedule.one_invoice(repeat(Instalment.rest(When.ON_APPROVAL))), "schedule.too-many"),
        (lambda: TaxGroup("g", repeat(Tax("GST", 5))), "list.too-long"),
    ]
    for make, code in assert_too_long:
        with pytest.raises(InvalidInput) as caught:
            make()
        assert caught.value.code == code


# ---------------------------------------------------------------------------------------------------------- by chance too

ANY_TEXT = st.text(st.characters(), max_size=60)  # with lone surrogates
ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | ANY_TEXT | st.binary() | st.dates()


@given(text=ANY_TEXT, more=ANYTHING)
def test_any_text_comes_back_as_it_was_or_is_refused(offices: Offices, text: str, more: Any) -> None:
    for make in (
        lambda: c.AddContact(text, phones=[text], external={"erp": text}),
        lambda: c.OpenJob(ids.ContactId("con_1"), title=text, source=text),
        lambda: drafted(Line(text, more, cad(5))),
        lambda: evolve(offices.commands[c.RecordPayment], method=text, reference=text, received_on=more),
        lambda: evolve(offices.commands[c.DeclineQuote], reason=text),
        lambda: configured(name=text, invoice_numbers=Numbering(prefix=text[:20], suffix=text[-20:])),
    ):
        try:
            command = make()
        except InvalidInput as error:
            assert not repeats(error, text)
        else:
            offices.try_it(command)
