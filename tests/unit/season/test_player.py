"""A season is replayed once: again it adds nothing, and in two goes it ends as in one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from plannit_core import FixedClock, Money, Plannit, presets
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.errors import Refused
from plannit_core.season import bundled, read_season, reconcile, replay
from plannit_core.season.player import OFFICE, Replay

if TYPE_CHECKING:
    from plannit_core.ports import Storage

MID, END = date(2026, 2, 10), date(2026, 9, 30)


@pytest.fixture(scope="module")
def season():
    return bundled()


@pytest.fixture(scope="module")
def whole(season) -> Replay:
    return replay(season, MemoryStorage())


def all_events(storage: Storage, company: str) -> int:
    return len(storage.events(company, limit=1_000_000))


def invoices(done: Replay) -> dict[str, Any]:
    """Every invoice by what it is for, without ids and instants."""
    with done.app.reading() as read:
        contacts = {each.id: each.external["season"] for each in read.contacts.find()}
        quotes = {each.id: each.external["season"] for each in read.quotes.find()}
        return {
            f"{quotes.get(each.quote_id, '')}/{each.part}/{contacts[each.contact_id]}/{each.number}/{place}": (
                each.state,
                each.issued_on,
                each.send_on,
                each.total,
                each.taxes,
                each.balance,
                each.rounding,
                [(payment.kind, payment.amount, payment.paid_on, payment.voided_on) for payment in each.payments],
                [(instalment.amount, instalment.paid, instalment.due_on) for instalment in each.instalments],
            )
            for place, each in enumerate(sorted(read.invoices.find(), key=lambda each: (each.number or "", each.total)))
        }


def departures(done: Replay) -> dict[date, int]:
    return {day: len(left) for day, left in done.left.items()}


def test_in_two_goes_it_ends_as_in_one_and_a_third_adds_nothing(storage: Storage, season, whole) -> None:
    """On every storage, with figures equal to those of the memory's."""
    first = replay(season, storage, to=MID)
    assert first.app.today == first.until == MID
    assert max(first.left) <= MID
    second = replay(season, storage)
    assert (second.repeated, first.done + second.done) == (first.done, whole.done)
    assert invoices(second) == invoices(whole)
    assert departures(second) == departures(whole)
    assert reconcile(second.app) == reconcile(whole.app)
    assert second.app.receivables().buckets == whole.app.receivables().buckets
    before = all_events(storage, season.company.key)
    third = replay(season, storage)
    assert (third.done, third.repeated) == (0, whole.done)
    assert first.refused == second.refused == third.refused == third.held == ()
    assert all_events(storage, season.company.key) == before
    assert departures(third) == departures(whole)
    assert third.app.today == END


def test_each_day_is_run_and_each_act_has_its_day(write_season) -> None:
    storage = MemoryStorage()
    told: list[tuple[int, int, date]] = []
    done = replay(read_season(write_season()), storage, progress=lambda over, of, day: told.append((over, of, day)))
    assert done.refused == ()
    assert [over for over, _, _ in told] == list(range(1, done.done + 1))
    assert {of for _, of, _ in told} == {done.done}
    with done.app.reading() as read:
        issued = {each.number: each for each in read.invoices.find() if each.number}
    assert issued["F2026-00005"].issued_on == date(2026, 4, 20)  # planned by hand, left by itself
    assert issued["F2026-00007"].issued_on == date(2026, 6, 2)  # the replacement of the void one
    events = storage.events("petits-toits", limit=1_000)
    assert all(recorded.key.startswith("season:") for recorded in events if recorded.command != "SendPlannedInvoice")
    days = [recorded.at for recorded in events]
    assert days == sorted(days)


def test_who_approves_is_who_did(write_season) -> None:
    done = replay(read_season(write_season()), MemoryStorage())
    with done.app.reading() as read:
        by_client = read.quotes.with_external("season", "Q-1").approval
        by_phone = read.quotes.with_external("season", "Q-2").approval
    assert by_client is not None
    assert by_client.by.kind == "client"
    assert by_client.by.id == by_client.on_behalf_of
    assert by_phone is not None
    assert by_phone.by.id == OFFICE.id
    assert by_phone.on_behalf_of == by_client.on_behalf_of
    assert by_phone.schedule.name == "Tout de suite, 5 % de rabais"


def test_a_client_without_an_address_gets_the_invoice_on_paper(write_season) -> None:
    done = replay(read_season(write_season()), MemoryStorage())
    with done.app.reading() as read:
        paper = read.invoices.with_external("season", "I-1")
        mail = read.invoices.with_external("season", "I-2")
    assert paper is not None
    assert paper.number
    assert paper.sent_at is None
    assert mail is not None
    assert mail.sent_at is not None


def test_a_balance_in_cash_is_what_changes_hands(write_season) -> None:
    done = replay(read_season(write_season()), MemoryStorage(), to=date(2026, 4, 30))
    with done.app.reading() as read:
        (paid,) = [each for each in read.invoices.find() if each.rounding]
    assert (paid.total, paid.paid, paid.rounding) == (Money.cad("171.03"), Money.cad("171.05"), Money.cad("-0.02"))


def test_a_refund_of_the_balance_is_what_is_too_much(write_season) -> None:
    done = replay(read_season(write_season()), MemoryStorage())
    with done.app.reading() as read:
        (adjusted,) = [each for each in read.invoices.find() if each.adjustments]
    assert [(each.kind, str(each.amount)) for each in adjusted.payments] == [("payment", "293.20"), ("refund", "97.75")]
    assert not adjusted.balance


def test_a_row_that_is_refused_is_told_and_the_rest_goes_on(write_season) -> None:
    too_much = {"payments.csv": ("500.00", "5000.00")}
    season, storage = read_season(write_season(too_much)), MemoryStorage()
    done = replay(season, storage)
    (refused,) = done.refused
    assert (refused.file, refused.row, refused.key) == ("payments.csv", 5, "season:payments.csv:P-4")
    assert [reason.code for reason in refused.reasons] == ["payment.above-balance"]
    assert reconcile(done.app).balances
    again = replay(season, storage)  # judged anew, refused anew
    assert (again.done, again.refused) == (0, done.refused)


def test_what_rests_on_a_refused_row_is_refused_with_it(write_season) -> None:
    shut = {
        "quotes.csv": ("client,2026-03-10", "client,2026-07-10"),
        "payments.csv": ("P-1,2026-03-12", "P-1,2026-07-12"),
    }
    folder = write_season(
        shut | {"actions.csv": None, "action_lines.csv": None, "work_orders.csv": None, "work_order_lines.csv": None}
    )
    text = (folder / "payments.csv").read_text()
    (folder / "payments.csv").write_text("".join(line for line in text.splitlines(True) if ",W-" not in line))
    done = replay(read_season(folder), MemoryStorage())
    assert [(each.row, each.reasons[0].code) for each in done.refused] == [(2, "quote.expired"), (2, "season.not-made")]


def test_a_row_added_since_is_done(write_season) -> None:
    storage = MemoryStorage()
    first = replay(read_season(write_season()), storage)
    more = ("P-5,", "P-6,2026-06-20,Q-1/2,100.00,card,,,,\nP-5,")
    second = replay(read_season(write_season({"payments.csv": more})), storage)
    assert (second.done, second.repeated, second.refused) == (1, first.done, ())
    with second.app.reading() as read:
        paid = [
            payment
            for each in read.invoices.find()
            for payment in each.payments
            if payment.amount == Money.cad("100.00")
        ]
    assert [payment.paid_on for payment in paid] == [date(2026, 6, 20)]


def test_a_row_changed_since_is_refused(write_season) -> None:
    storage = MemoryStorage()
    first = replay(read_season(write_season()), storage)
    second = replay(read_season(write_season({"payments.csv": ("500.00", "600.00")})), storage)
    assert [(each.file, each.row, each.reasons[0].code) for each in second.refused] == [
        ("payments.csv", 5, "season.row-changed")
    ]
    assert (second.done, second.repeated) == (0, first.done - 1)


@pytest.mark.parametrize("stop", [date(2026, 5, 20), date(2026, 5, 22), date(2026, 5, 30)])
def test_what_was_discarded_between_two_goes_is_not_missed(write_season, stop: date) -> None:
    gone = {
        "invoices.csv": ("I-2,", "I-3,2026-05-19,,C-1,,,\nI-2,"),
        "actions.csv": ("A-2,", "A-7,2026-05-21,discard,I-3,,,,,,\nA-8,2026-05-21,discard,Q-1/2,,,,,,\nA-2,"),
        "work_orders.csv": (
            "W-1,R-1,2026-06-16,Fin des travaux,2026-06-17,2026-06-17,attach,Q-1/2,2,2026-06-17",
            "W-5,I-3,2026-06-16,Encore,,,,,,",
        ),
    }
    season, storage = read_season(write_season(gone)), MemoryStorage()
    whole = replay(season, MemoryStorage())
    first = replay(season, storage, to=stop)
    second = replay(season, storage)
    assert whole.refused == first.refused == second.refused == ()
    assert first.done + second.done == whole.done
    assert invoices(second) == invoices(whole)


def test_the_clock_never_runs_backwards(write_season) -> None:
    storage, season = MemoryStorage(), read_season(write_season())
    replay(season, storage, to=date(2026, 4, 30))
    late = Plannit(storage, company="petits-toits", clock=FixedClock("2026-07-20T10:00-04:00"), actor=OFFICE)
    late.do(c.AddContact("Somebody else"))
    done = replay(season, storage)
    days = [recorded.at for recorded in storage.events("petits-toits", limit=1_000)]
    assert days == sorted(days)
    assert done.app.today == date(2026, 8, 31)
    assert reconcile(done.app).balances


def test_a_replay_may_go_on_after_the_season(write_season) -> None:
    later = {"invoices.csv": ("2026-04-20", "2026-10-05")}
    season, storage = (
        read_season(write_season(later | {"payments.csv": ("P-4,2026-04-24,I-2,500.00,transfer,,,,\n", "")})),
        MemoryStorage(),
    )
    assert replay(season, storage).app.departures()
    after = replay(season, storage, to=date(2026, 10, 5))
    assert date(2026, 10, 5) in after.left
    assert after.app.departures() == ()


def test_a_day_with_too_many_is_told(write_season) -> None:
    few = {
        "company.toml": ("terms_days = 30", "day_cap = 1"),
        "invoices.csv": ("I-2,", "I-3,2026-04-03,R-1,,,2026-04-20,\nI-2,"),
    }
    lines = {"invoice_lines.csv": ("I-2,", "I-3,LAB,,1,,,\nI-2,")}
    done = replay(read_season(write_season(few | lines)), MemoryStorage(), to=date(2026, 4, 20))
    assert [(each.day, each.invoice_id, each.reasons[0].code) for each in done.held] == [
        (date(2026, 4, 20), None, "day.too-many")
    ]


def shifted(done: Replay) -> list[tuple[str, int, date, date]]:
    return [(each.file, each.row, each.asked_on, each.played_on) for each in done.shifted]


def test_a_row_mended_after_its_day_is_told_as_shifted(write_season) -> None:
    storage = MemoryStorage()
    first = replay(read_season(write_season({"payments.csv": ("500.00", "5000.00")})), storage)
    assert [each.row for each in first.refused] == [5]
    assert shifted(first) == []
    mended = read_season(write_season())
    moved = [("payments.csv", 5, date(2026, 4, 24), date(2026, 6, 17))]
    assert shifted(replay(mended, storage)) == moved
    again = replay(mended, storage)  # the books still have it so
    assert (again.done, shifted(again)) == (0, moved)
    assert shifted(replay(mended, MemoryStorage())) == []


def test_a_setting_mended_after_its_day_is_told_with_its_line(write_season) -> None:
    storage = MemoryStorage()
    replay(read_season(write_season()), storage)
    later = ("terms_days = 30\n", "terms_days = 30\n\n[[changes]]\non = 2026-05-01\nterms_days = 15\n")
    season = read_season(write_season({"company.toml": later}))
    assert shifted(replay(season, storage)) == [("company.toml", 10, date(2026, 5, 1), date(2026, 6, 17))]


def test_a_row_given_another_day_after_it_was_done_is_told_as_shifted(write_season) -> None:
    storage = MemoryStorage()
    replay(read_season(write_season()), storage)
    done = replay(read_season(write_season({"requests.csv": ("R-1,2026-03-02", "R-1,2026-03-03")})), storage)
    assert done.refused == ()
    assert shifted(done) == [("requests.csv", 2, date(2026, 3, 3), date(2026, 3, 2))]


def test_a_replay_that_was_broken_off_goes_on_without_a_shift(write_season) -> None:
    storage, season = MemoryStorage(), read_season(write_season())

    def break_off(over: int, _all: int, _day: date) -> None:
        if over == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replay(season, storage, progress=break_off)
    assert shifted(replay(season, storage)) == []


def test_books_that_no_season_began_are_left_alone(storage: Storage, write_season) -> None:
    live = Plannit(storage, company="petits-toits", clock=FixedClock("2026-01-12T10:00-05:00"), actor=OFFICE)
    live.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")), key="theirs")
    live.do(c.AddContact("Ada Byron"))
    before, settings = storage.events("petits-toits", limit=1_000), live.settings
    with pytest.raises(Refused) as refused:
        replay(read_season(write_season()), storage)
    assert (refused.value.code, refused.value.params) == ("season.foreign-books", {"company": "petits-toits"})
    assert storage.events("petits-toits", limit=1_000) == before
    assert live.settings == settings


def test_another_company_may_have_live_books_in_the_same_storage(write_season) -> None:
    storage = MemoryStorage()
    live = Plannit(storage, company="lavoie", clock=FixedClock("2026-01-12T10:00-05:00"), actor=OFFICE)
    live.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    assert replay(read_season(write_season()), storage).refused == ()


def test_books_begun_by_a_season_may_be_worked_in_by_hand(write_season) -> None:
    storage, season = MemoryStorage(), read_season(write_season())
    first = replay(season, storage, to=date(2026, 3, 5))
    first.app.do(c.AddContact("Somebody else"))
    assert replay(season, storage).refused == ()
