"""The receiver's half of docs/examples/webhooks.py: anybody may send it anything, and only what was signed is genuine."""

from __future__ import annotations

import pytest
from webhooks import is_genuine, signature

SECRET = b"told to nobody else"
BODY = '{"type":"invoice.sent","sentence":"Envoyée"}'.encode()
NOW = 1_772_460_000.0
STAMP = str(int(NOW))
HEADERS = {
    "webhook-id": "msg_erabliere_1_7",
    "webhook-timestamp": STAMP,
    "webhook-signature": "v1," + signature(SECRET, "msg_erabliere_1_7", STAMP, BODY),
}


def signed(message: str, stamp: str) -> dict[str, str]:
    """Headers that who knows the secret has signed."""
    return {
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + signature(SECRET, message, stamp, BODY),
    }


def test_what_was_signed_is_genuine() -> None:
    assert is_genuine(SECRET, HEADERS, BODY, now=NOW)
    assert is_genuine(SECRET, HEADERS, BODY, now=NOW + 299)


def test_one_signature_of_several_is_enough() -> None:
    both = "v1,b2xkIHNlY3JldA== " + HEADERS["webhook-signature"]
    assert is_genuine(SECRET, HEADERS | {"webhook-signature": both}, BODY, now=NOW)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_what_is_old_or_of_the_future_is_not(seconds: int) -> None:
    assert not is_genuine(SECRET, HEADERS, BODY, now=NOW + seconds)


def test_what_was_changed_is_not() -> None:
    assert not is_genuine(SECRET, HEADERS, BODY + b" ", now=NOW)
    assert not is_genuine(b"another", HEADERS, BODY, now=NOW)
    assert not is_genuine(SECRET, HEADERS | {"webhook-id": "msg_erabliere_1_8"}, BODY, now=NOW)


@pytest.mark.parametrize("missing", sorted(HEADERS))
def test_a_header_that_is_missing_is_no_error(missing: str) -> None:
    assert not is_genuine(SECRET, {name: value for name, value in HEADERS.items() if name != missing}, BODY, now=NOW)


@pytest.mark.parametrize("given", ["", "v1,é", "é", "v1", "v1,\udcff", "v1a,x y z"])
def test_a_signature_that_is_none_is_no_error(given: str) -> None:
    assert not is_genuine(SECRET, HEADERS | {"webhook-signature": given}, BODY, now=NOW)


@pytest.mark.parametrize(
    "stamp", ["", "soon", "-1", "1e9", "nan", "²", "١٧٧٢٤٦٠٠٠٠", "9" * 400, "9" * 5_000, f" {STAMP}"]
)
def test_a_stamp_that_is_no_number_is_no_error_even_when_it_is_signed(stamp: str) -> None:
    assert not is_genuine(SECRET, signed("msg_erabliere_1_7", stamp), BODY, now=NOW)


@pytest.mark.parametrize("message", ["é", "\udcff"])
def test_an_id_that_is_not_ours_is_no_error(message: str) -> None:
    assert not is_genuine(SECRET, HEADERS | {"webhook-id": message}, BODY, now=NOW)
