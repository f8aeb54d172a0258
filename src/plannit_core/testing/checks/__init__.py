"""Everything that is checked of a storage: plain functions, each named after what must hold."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ... import ports
from ..base import Check
from . import errors, events, finding, joining, lasting, outside, records, restoring, transactions, turns, whole

_ORDER = (transactions, turns, records, finding, events, outside, restoring, errors, lasting, joining, whole)


def _topics() -> dict[str, str]:
    promises = re.findall(r"^(\d+)\. (.*)$", ports.__doc__ or "", re.MULTILINE)
    return {number: text.strip() for number, text in promises} | {
        "companies": "Companies are listed in order, and by where there is work.",
        "closing": "A closed storage is not used, and nobody else is hurt by it.",
        "durability": "What was committed is there for a second handle, at once and after closing.",
        "processes": "Several processes at one place lose nothing, whenever they are killed.",
        "joining": "Inside the host's transaction, the host decides.",
        "whole": "All of it together.",
    }


TOPICS: Mapping[str, str] = _topics()
"""What checks are about: the numbered promises of `plannit_core.ports`, and what its protocols say besides."""

CHECKS: tuple[Check, ...] = tuple(
    sorted((check for module in _ORDER for check in module.CHECKS), key=lambda check: list(TOPICS).index(check.about))
)
"""All of them, by topic."""
