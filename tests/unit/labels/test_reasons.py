"""Every code that is raised has words in both languages, and its params are those of the table."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plannit_core import commands as c
from plannit_core import labels
from plannit_core.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    PlannitError,
    Refused,
    StorageError,
    reason,
)
from plannit_core.labels import REASONS, words
from plannit_core.policies import Permission
from plannit_core.values.ids import ContactId, InvoiceId
from plannit_core.values.lines import Line
from plannit_core.values.money import Money
from plannit_core.values.schedule import Instalment, Schedule, When
from unit.labels.sources import sites

NB = "\u00a0"
LANGUAGES = ("en", "fr")
SITES = sites()
SAMPLES: dict[type, object] = {
    Money: Money.cad("1379.65"),
    date: date(2026, 6, 1),
    int: 12345,
    Decimal: Decimal("99.5"),
    str: "void",
    tuple: ("inv_1", "inv_2"),
}


def sample_params(code: str) -> dict[str, object]:
    return {name: SAMPLES[kind] for name, kind in REASONS[code].params.items()}


# ----------------------------------------------------------------------------------------------------- table and sources


def test_every_code_that_is_raised_has_words() -> None:
    assert {site.code: site.place for site in SITES if site.code not in REASONS} == {}


def test_every_code_with_words_is_raised() -> None:
    assert set(REASONS) - {site.code for site in SITES} == set()


@pytest.mark.parametrize("code", REASONS)
def test_a_code_is_raised_with_the_params_of_the_table(code: str) -> None:
    template = REASONS[code]
    for site in SITES:
        if site.code == code and site.params is not None:
            assert site.params <= set(template.params), f"{site.place} gives params that are not in the table"
            assert template.needs <= site.params, f"{site.place} lacks params that the words need"


@pytest.mark.parametrize("code", REASONS)
def test_no_param_of_the_table_is_never_given(code: str) -> None:
    given = [site.params for site in SITES if site.code == code]
    if given and None not in given:
        assert set(REASONS[code].params) - {"path"} <= set[str]().union(*(each for each in given if each))


def test_the_sources_are_really_read() -> None:
    known = {site.code: site for site in SITES}
    assert len(known) > 100
    assert known["payment.cash-not-rounded"].params == frozenset({"amount", "ask"})  # a keyword call
    assert "schedule.percent" in known  # handed to a helper
    assert "lines.too-many" in known  # by keyword
    assert "list.too-long" in known  # a default
    assert "schedule.unknown" in known  # a choice kept in a name
    assert known["record.not-found"].params == frozenset({"kind", "id"})  # an error's own
    assert known["quote.draft"].params == frozenset({"action"})  # off the life cycles
    assert "job.open" not in known


# ----------------------------------------------------------------------------------------------------------- the words


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", REASONS)
def test_every_template_takes_the_params_of_its_code(code: str, lang: str) -> None:
    template = REASONS[code]
    text = labels.reason(reason(code, **sample_params(code)), lang)
    assert not any(mark in text for mark in "{}[]|")
    assert code not in text
    used = set(re.findall(r"\{(\w+)\}", template.en + template.fr))
    assert used <= {*template.params, "path"}


@pytest.mark.parametrize("code", REASONS)
def test_both_languages_say_the_same_params(code: str) -> None:
    gaps = [sorted(re.findall(r"\{(\w+)\}", text)) for text in (REASONS[code].en, REASONS[code].fr)]
    assert gaps[0] == gaps[1]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", REASONS)
def test_a_template_is_a_sentence(code: str, lang: str) -> None:
    text = labels.reason(reason(code, **sample_params(code)), lang)
    assert text[0].isupper() or text[0] in "“«" or text[0].isdigit() or text.startswith("void")
    assert text[-1] in ".…"
    assert "  " not in text
    assert text == text.strip()


@pytest.mark.parametrize("code", REASONS)
def test_a_template_stands_without_the_params_it_can_do_without(code: str) -> None:
    params = {name: value for name, value in sample_params(code).items() if name in REASONS[code].needs}
    for lang in LANGUAGES:
        text = labels.reason(reason(code, **params), lang)
        assert code not in text
        assert "  " not in text
        assert " ." not in text


@pytest.mark.parametrize("code", REASONS)
def test_french_has_no_ordinary_space_where_a_line_must_not_break(code: str) -> None:
    text = labels.reason(reason(code, **sample_params(code)), "fr")
    assert not re.search(r" [:»%$;?!]|« |\d \d", text)
    assert not re.search(rf"{NB}[;?!]", text)


@pytest.mark.parametrize(
    ("code", "params", "english", "french"),
    [
        (
            "payment.cash-not-rounded",
            {"amount": Money.cad("172.46"), "ask": Money.cad("172.45")},
            "Cash is rounded to 5 cents: the amount to ask for, or to give back, is $172.45 and not $172.46.",
            f"Le comptant s'arrondit à 5 cents{NB}: le montant à demander, ou à rendre, est 172,45{NB}$ et non 172,46{NB}$.",
        ),
        (
            "invoice.voided",
            {"action": "attach_invoice"},
            "“Attach an invoice” is not possible: this invoice is voided. Draft another one.",
            f"«{NB}Relier une facture{NB}» n'est pas possible{NB}: cette facture est annulée. Préparez-en une autre.",
        ),
        (
            "quote.expired",
            {"valid_until": date(2026, 4, 1)},
            "The last day of this quote was April 1, 2026. Ask for an extension of its deadline.",
            "L'échéance de cette soumission était le 1er avril 2026. Demandez qu'elle soit prolongée.",
        ),
        (
            "permission.denied",
            {"needs": "visits"},
            "You do not have the permission for this: Visits. Ask an administrator for it.",
            f"Vous n'avez pas l'autorisation requise{NB}: Visites. Demandez-la à un administrateur.",
        ),
        (
            "permission.denied",
            {"needs": (Permission.VISITS, Permission.INVOICES)},
            "You do not have the permission for this: Visits, Invoices. Ask an administrator for it.",
            f"Vous n'avez pas l'autorisation requise{NB}: Visites, Factures. Demandez-la à un administrateur.",
        ),
        (
            "invoice.choice-required",
            {"candidates": ("inv_1", "inv_2")},
            "This job already holds invoices. Choose one of them (inv_1, inv_2), or ask for a new one.",
            "Ce dossier job contient déjà des factures. Choisissez l'une d'elles (inv_1, inv_2), ou demandez-en une nouvelle.",
        ),
        (
            "invoice.choice-required",
            {
                "candidates": ("inv_1", "inv_2"),
                "invoices": (("F2026-00001", Money.cad("510.21")), (None, Money.cad(120))),
            },
            (
                "This job already holds invoices. Choose one of them (F2026-00001 $510.21, draft $120.00), "
                "or ask for a new one."
            ),
            (
                f"Ce dossier job contient déjà des factures. Choisissez l'une d'elles (F2026-00001 510,21{NB}$, "
                f"brouillon 120,00{NB}$), ou demandez-en une nouvelle."
            ),
        ),
        (
            "invoice.issued",
            {},
            "This invoice already has its number. Correct it with an adjustment, or void it.",
            "Cette facture est déjà numérotée. Ajoutez-y une correction, ou annulez-la.",
        ),
        (
            "work_order.cancelled",
            {},
            "This work order is cancelled. Plan another one.",
            "Ce bon de travail est annulé. Planifiez-en un autre.",
        ),
        (
            "refund.above-paid",
            {"paid": Money.cad(0)},
            "Nothing was received, so there is nothing to refund.",
            f"Rien n'a été reçu{NB}: il n'y a rien à rembourser.",
        ),
        (
            "refund.above-paid",
            {"paid": Money.cad(10)},
            "Only $10.00 was received. Refund at most that.",
            f"Le montant reçu est de 10,00{NB}$. Remboursez ce montant au plus.",
        ),
        (
            "payment.above-balance",
            {"balance": Money.cad("-12.03"), "ask": Money.cad(0)},
            "Nothing is left to pay. To keep more, allow an overpayment.",
            "Il ne reste rien à payer. Pour garder plus, permettez un trop-payé.",
        ),
        (
            "schedule.choice-required",
            {"schedules": ("Deux versements", None)},
            "Several payment schedules are offered. Choose one: Deux versements.",
            f"Plusieurs calendriers de paiement sont offerts. Choisissez-en un{NB}: Deux versements.",
        ),
        (
            "schedule.not-balanced",
            {"percent": Decimal("99.5")},
            (
                "The instalments of the payment schedule do not add up to the total: they come to 99.5%. "
                "Correct them, or let one take the rest."
            ),
            (
                f"Les versements du calendrier de paiement ne font pas le total{NB}: ils font 99,5{NB}%. "
                "Corrigez-les, ou laissez-en un prendre le reste."
            ),
        ),
        (
            "schedule.not-balanced",
            {"schedule": "A", "total": Money.cad("100")},
            (
                "The instalments of the payment schedule “A” do not add up to the total of $100.00. "
                "Correct them, or let one take the rest."
            ),
            (
                f"Les versements du calendrier de paiement «{NB}A{NB}» ne font pas le total de 100,00{NB}$. "
                "Corrigez-les, ou laissez-en un prendre le reste."
            ),
        ),
        (
            "payment.above-balance",
            {"balance": Money.cad("172.46"), "ask": Money.cad("172.45")},
            "This is more than the balance of $172.46. Enter $172.45 at most. To keep more, allow an overpayment.",
            f"C'est plus que le solde de 172,46{NB}$. Inscrivez 172,45{NB}$ au plus. Pour garder plus, permettez un trop-payé.",
        ),
    ],
)
def test_the_words_of_a_reason(code: str, params: dict[str, Any], english: str, french: str) -> None:
    assert labels.reason(reason(code, **params), "en") == english
    assert labels.reason(reason(code, **params), "fr_CA") == french


def test_a_long_list_of_candidates_is_cut() -> None:
    many = tuple(InvoiceId(f"inv_{number}") for number in range(40))
    text = labels.reason(reason("invoice.choice-required", candidates=many), "en")
    assert "inv_9, …)" in text
    assert "inv_10" not in text


def test_a_code_nobody_knows_gives_itself_and_its_params() -> None:
    own = reason("roof.too-steep", pitch=Decimal("45.5"), price=Money.cad("1379.65"), on=date(2026, 6, 1), nothing=None)
    assert labels.reason(own, "en") == "roof.too-steep (pitch=45.5, price=$1,379.65, on=June 1, 2026)"
    assert labels.reason(own, "fr") == f"roof.too-steep (pitch=45,5, price=1{NB}379,65{NB}$, on=1er juin 2026)"
    assert labels.reason(reason("roof.too-steep"), "en") == "roof.too-steep"


@given(
    st.sampled_from([*REASONS, "roof.too-steep"]),
    st.dictionaries(
        st.sampled_from(sorted({name for each in REASONS.values() for name in each.params} | {"path"})),
        st.none()
        | st.booleans()
        | st.integers()
        | st.decimals()
        | st.text()
        | st.dates()
        | st.datetimes()
        | st.lists(st.text())
        | st.builds(Money.of_minor, st.integers(-(10**17), 10**17), st.just("CAD")),
    ),
    st.sampled_from(LANGUAGES),
)
def test_whatever_a_host_puts_in_a_reason_has_words_and_is_a_problem(
    code: str, params: dict[str, object], lang: str
) -> None:
    refused = Refused([reason(code, **params)])
    assert labels.error(refused, lang)
    json.dumps(labels.problem(refused, lang), allow_nan=False)


def test_a_code_that_lacks_what_its_words_need_gives_itself() -> None:
    assert labels.reason(reason("invoice.has-payments"), "en") == "invoice.has-payments"


# ----------------------------------------------------------------------------------------------------------- the errors


def caught(act: Callable[[], object]) -> InvalidInput:
    with pytest.raises(InvalidInput) as error:
        act()
    return error.value


RAISED = [
    caught(act)
    for act in (
        lambda: Line("Toit", 0.5, Money.cad(1)),
        lambda: Line("", 1, Money.cad(1)),
        lambda: Line("Toit", "1.23456", Money.cad(1)),
        lambda: Line("Toit", 10**30, Money.cad(1)),
        lambda: Line("x" * 5_001, 1, Money.cad(1)),
        lambda: Money.cad(1) + Money(1, "USD"),
        lambda: Money(1, "dollar"),
        lambda: Schedule.one_invoice([Instalment.percent(30, When.ON_APPROVAL)]),
        lambda: Schedule.one_invoice([Instalment.rest(When.ON_APPROVAL)] * 401),
        lambda: ContactId("inv_1"),
        lambda: c.AddContact("Ada", emails=["ada at example"]),
        lambda: c.AddContact("Ada", emails=["a@b"] * 21),
        lambda: c.AdjustInvoice(InvoiceId("inv_1"), lines=[]),
        lambda: c.OpenJob("con_1"),
        lambda: labels.money(Money.cad(1), "de"),
    )
]


@pytest.mark.parametrize("error", RAISED, ids=lambda error: error.code)
def test_what_is_really_raised_has_the_params_and_types_of_the_table(error: InvalidInput) -> None:
    params = REASONS[error.code].params
    assert all(isinstance(value, params[name]) for name, value in error.params.items())
    for lang in LANGUAGES:
        text = labels.error(error, lang)
        assert error.code not in text
        assert not any(mark in text for mark in "{}|")


def test_an_error_of_a_field_says_which() -> None:
    error = InvalidInput("number.too-precise", path="lines[2].quantity", decimals=4)
    assert labels.error(error, "en") == (
        "This number has too many decimals (lines[2].quantity). Shorten it to 4 at most."
    )
    assert labels.error(InvalidInput("number.too-precise"), "fr") == "Ce nombre a trop de décimales. Raccourcissez-le."


def test_a_refusal_with_several_reasons_is_a_list() -> None:
    refused = Refused([reason("document.no-lines"), reason("invoice.no-recipient", contact="con_1")])
    assert labels.error(refused, "en") == (
        "- This document has no lines. Add at least one.\n"
        "- The contact has no e-mail address. Add one, or number the invoice and print it."
    )
    assert labels.error(Refused([reason("document.no-lines")]), "fr") == (
        "Ce document n'a aucune ligne. Ajoutez-en au moins une."
    )


def test_an_error_of_the_books_says_which_record() -> None:
    assert labels.error(NotFound("work_order", "wor_1"), "fr") == (
        f"Introuvable{NB}: bon de travail wor_1. Vérifiez l'identifiant."
    )
    assert labels.error(Conflict("invoice", "inv_1", expected=2, found=3), "en") == (
        "Somebody changed this in the meantime: invoice inv_1. Look at it again, then retry."
    )
    assert labels.error(Conflict(), "en") == "Somebody changed this in the meantime. Look at it again, then retry."


def test_an_error_nobody_knows_gives_its_code() -> None:
    assert labels.error(PlannitError("house.fire", floor=2), "fr") == "house.fire (floor=2)"
    assert labels.error(StorageError("storage.odd"), "fr") == "storage.odd"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_contacts_name_and_address_are_in_no_errors_words(lang: str) -> None:
    from plannit_core.model.contact import Contact

    contact = Contact(ContactId("con_1"), 1, "Zoé Canari", ("canari@example.com",), ("418 555-0199",))
    errors = [
        caught(lambda: c.AddContact("Zoé Canari\x00", emails=["canari@example.com"])),
        caught(lambda: c.AddContact("Zoé Canari", emails=["canari@example.com", "canari at example.com"])),
        caught(lambda: c.AddContact("Zoé Canari" * 30)),
        caught(lambda: c.AddContact(contact)),
        caught(lambda: c.OpenJob(contact)),
        Refused([reason("host.own", contact=contact), reason("permission.denied", needs=contact)]),
        PlannitError("host.own", contacts=(contact,)),
    ]
    for error in errors:
        told = f"{labels.error(error, lang)} {labels.problem(error, lang)}".lower()
        assert not any(secret in told for secret in ("canari", "example.com", "0199", "zoé"))


def test_known_words_stand_for_kinds_and_actions_inside_sentences() -> None:
    exhausted = reason("numbering.exhausted", series="invoice", length=1)
    assert words.kind("invoice", "fr") in labels.reason(exhausted, "fr")
