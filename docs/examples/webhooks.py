"""A consumer of the outbox that delivers what happened to a web address: signed, tried again, recognisable when it comes twice.

The headers are those of the Standard Webhooks specification, so that receivers find a library for them in their language.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

from attrs import field, frozen

from plannit_core import labels, serial
from plannit_core.ports import Recorded

TRIES = 4
TIMEOUT_SECONDS = 10


class NotDeliveredError(Exception):
    """The receiver could not be reached, or did not say that all is well."""


@frozen
class Webhook:
    """Delivers events of one company to one address: `app.outbox.drain("webhook", Webhook(…), start="now")`.

    Attributes:
        company: Whose events.
        epoch: The storage's for that company: once a backup was restored, positions are used again for other events.
        url: Where to.
        secret: Known to the receiver as well; never shown.
        clock: The instant in seconds, for the time stamp that the receiver checks.
        sleep: Waits so many seconds between two tries.
    """

    company: str
    epoch: int
    url: str
    secret: bytes = field(repr=False)
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def __call__(self, recorded: Recorded) -> None:
        """Deliver one event, or raise `NotDeliveredError` after a few tries, each after twice the wait."""
        for attempt in range(TRIES):
            if attempt:
                self.sleep(0.5 * 2 ** (attempt - 1))
            if self._is_delivered(recorded):
                return
        raise NotDeliveredError(f"event {recorded.position}")

    def _is_delivered(self, recorded: Recorded) -> bool:
        message = self.message_id(recorded)
        body = json.dumps(self.body(recorded), ensure_ascii=False, separators=(",", ":")).encode()
        stamp = str(int(self.clock()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message,
            "webhook-timestamp": stamp,
            "webhook-signature": "v1," + signature(self.secret, message, stamp, body),
        }
        request = urllib.request.Request(self.url, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
                return True
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False

    def message_id(self, recorded: Recorded) -> str:
        """The same each time the event is delivered: the receiver keeps it, and leaves out what it has seen."""
        return f"msg_{self.company}_{self.epoch}_{recorded.position}"

    def body(self, recorded: Recorded) -> dict[str, object]:
        """What is sent: ids and amounts, as they are stored. Names and addresses are never part of an event."""
        return {
            "type": recorded.event.name,
            "timestamp": recorded.at.isoformat(),
            "sentence": labels.event_sentence(recorded, "en"),
            "data": json.loads(serial.dump_event(recorded.event)),
        }


def signature(secret: bytes, message: str, stamp: str, body: bytes) -> str:
    """What only who knows the secret can write under a message."""
    return base64.b64encode(hmac.digest(secret, f"{message}.{stamp}.".encode() + body, hashlib.sha256)).decode()


def is_genuine(secret: bytes, headers: Mapping[str, str], body: bytes, *, now: float, tolerance: float = 300) -> bool:
    """For the receiver: whether a message was signed with the secret, and not long ago. Anybody may send it anything."""
    message, stamp, given = (headers.get(f"webhook-{each}", "") for each in ("id", "timestamp", "signature"))
    is_readable = (message + given).isascii() and re.fullmatch("[0-9]{1,12}", stamp)
    if not is_readable or abs(now - int(stamp)) > tolerance:
        return False
    wanted = "v1," + signature(secret, message, stamp, body)
    return any(hmac.compare_digest(wanted, each) for each in given.split())
