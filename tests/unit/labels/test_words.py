"""Every state, action, event, permission and way of giving a day has words in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import pytest

from plannit_core import labels
from plannit_core.events import EVENTS
from plannit_core.labels import words
from plannit_core.lifecycle import MACHINES, PaymentState
from plannit_core.model.payment import PaymentKind
from plannit_core.policies import Permission
from plannit_core.ports import COLUMNS
from plannit_core.values.ids import ID_TYPES
from plannit_core.values.schedule import When, WhenKind

DERIVED = {"expired"}
TABLES: Mapping[str, tuple[Mapping[str, words.Pair], type[StrEnum], set[str]]] = {
    "payment states": (words.PAYMENT_STATES, PaymentState, {"overdue", "to_refund"}),
    "payment kinds": (words.PAYMENT_KINDS, PaymentKind, set()),
    "permissions": (words.PERMISSIONS, Permission, set()),
    "days of instalments": (words.WHEN_KINDS, WhenKind, set()),
}
ALL = [
    words.KINDS,
    *words.STATES.values(),
    *words.ACTIONS.values(),
    words.EVENTS,
    words.PAYMENT_METHODS,
    *(table for table, _, _ in TABLES.values()),
]


@pytest.mark.parametrize("kind", MACHINES)
def test_every_state_and_every_action_has_words(kind: str) -> None:
    machine = MACHINES[kind]
    assert set(words.STATES[kind]) - DERIVED == {str(state) for state in machine.table}
    assert list(words.ACTIONS[kind]) == [str(action) for action in machine.actions]


def test_no_kind_has_words_for_a_life_cycle_it_does_not_have() -> None:
    assert set(words.STATES) == set(words.ACTIONS) == set(MACHINES)


def test_every_event_has_words_in_the_order_of_the_events() -> None:
    assert set(words.EVENTS) == set(EVENTS)


def test_every_kind_of_record_has_words() -> None:
    told_by_the_outbox = {"event", "cursor"}  # what it does not find, and what another worker moved on
    assert set(words.KINDS) == set(COLUMNS) | {each.kind for each in ID_TYPES.values()} | told_by_the_outbox


@pytest.mark.parametrize("name", TABLES)
def test_every_member_of_a_closed_set_has_words(name: str) -> None:
    table, members, derived = TABLES[name]
    assert set(table) - derived == {str(member) for member in members}


def test_no_word_is_blank_or_left_in_the_other_language() -> None:
    same = {english for table in ALL for english, french in table.values() if english == french}
    assert all(word.strip() == word and word for table in ALL for pair in table.values() for word in pair)
    assert same == {"contact", "Contacts", "Jobs", "Transactions"}


def test_actions_of_one_name_have_the_same_words_for_every_kind() -> None:
    for kind, table in words.ACTIONS.items():
        for action in table:
            assert labels.action(kind, action, "fr") == words.any_action(action, "fr")


def test_members_are_taken_as_well_as_their_values() -> None:
    assert labels.permission(Permission.VISITS, "fr") == labels.permission("visits", "fr") == "Visites"
    assert labels.payment_state(PaymentState.TO_PAY, "fr") == "À payer"
    assert labels.payment_kind(PaymentKind.REFUND, "fr") == "Remboursement"


def test_the_fields_own_words() -> None:
    french = [
        labels.state("invoice", "draft", "fr"),
        labels.state("invoice", "issued", "fr"),
        labels.state("invoice", "voided", "fr"),
        labels.payment_state("paid", "fr"),
        labels.action("quote", "generate_invoices", "fr"),
        labels.action("work_order", "add_invoice", "fr"),
        labels.action("job", "plan_work_order", "fr"),
        labels.kind("work_order", "fr"),
        labels.kind("job", "fr"),
    ]
    assert french == [
        "Brouillon",
        "Numérotée",
        "Annulée",
        "Payée",
        "Générer les factures",
        "Ajouter une facture",
        "Céduler une visite",
        "bon de travail",
        "dossier job",
    ]


def test_known_ways_of_paying_have_words_and_a_hosts_own_pass_through() -> None:
    assert [labels.payment_method(each, "fr") for each in ("cash", "cheque", "card")] == ["Comptant", "Chèque", "Carte"]
    assert labels.payment_method("Troc: deux poules", "fr") == "Troc: deux poules"


def test_what_has_no_word_shows_as_it_is() -> None:
    assert labels.state("boat", "afloat", "fr") == "afloat"
    assert labels.action("boat", "sail", "en") == "sail"
    assert labels.event("boat.sunk", "en") == "boat.sunk"


@pytest.mark.parametrize(
    ("when", "english", "french"),
    [
        (When.ON_APPROVAL, "Upon approval", "À l'approbation"),
        (When.AT_BILLING, "At billing date", "À la date de facturation"),
        (When.TO_BE_PLANNED, "To be planned", "À planifier"),
        (When.on(date(2026, 6, 1)), "June 1, 2026", "1er juin 2026"),
        (When.after(days=1), "1 day after approval", "1 jour après l'approbation"),
        (When.after(days=30), "30 days after approval", "30 jours après l'approbation"),
        (When.after(months=1), "1 month after approval", "1 mois après l'approbation"),
        (
            When.after(months=2, days=1),
            "2 months and 1 day after approval",
            "2 mois et 1 jour après l'approbation",
        ),
        (When.after(), "Upon approval", "À l'approbation"),
    ],
)
def test_the_day_of_an_instalment_in_words(when: When, english: str, french: str) -> None:
    assert labels.when(when, "en") == english
    assert labels.when(when, "fr") == french


def test_the_ways_of_giving_a_day_to_choose_from() -> None:
    assert [labels.when_kind(kind, "en") for kind in WhenKind] == [
        "Upon approval",
        "At billing date",
        "Planned",
        "After approval",
        "To be planned",
    ]
