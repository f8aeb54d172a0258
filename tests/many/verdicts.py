"""What is there of what some clients began, and whether that is right."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from many.clients import KNOWN, STEPS, UNKNOWN
from plannit_core import PlannitError, audit

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from many.clients import Office


def judged(office: Office, begun: Iterable[str], done: Container[str], named: Iterable[str] = ()) -> Counter[str]:
    """Which commands are lost, half done or done twice, by what is stored now.

    Args:
        office: Where.
        begun: The keys of those that were begun.
        done: Of those that were acknowledged.
        named: Contacts that were added without a key, and acknowledged.
    """
    events: dict[str | None, list[str]] = defaultdict(list)
    for recorded in office.storage.events(office.app.company, limit=10**7):
        events[recorded.key].append(recorded.event.name)
    with office.app.reading() as read:
        invoices = {dict(each.external)["cut"]: each for each in read.invoices.find()}
        names = Counter(each.name for each in read.contacts.find())
    wrong = Counter(twice=sum(count - 1 for count in names.values()), lost=sum(name not in names for name in named))
    for key in begun:
        act, _, step = key.rpartition("/")
        wrong[_verdict(events[key], STEPS[step], _times(invoices.get(act), step), is_done=key in done)] += 1
    del wrong["right"]
    return +wrong


def _known(office: Office, names: Iterable[str]) -> int:
    """How many contacts of those names there are."""
    with office.app.reading() as read:
        known = {each.name for each in read.contacts.find()}
    return len(known.intersection(names))


def _times(invoice: Any, step: str) -> int:
    """How often a step was done, by the record."""
    if invoice is None:
        return 0
    return {"make": 1, "issue": int(invoice.number is not None), "pay": len(invoice.payments)}[step]


def _verdict(found: Sequence[str], wanted: Sequence[str], times: int, *, is_done: bool) -> str:
    if times > 1 or len(found) > len(wanted):
        return "twice"
    if tuple(found) == tuple(wanted) and times == 1:
        return "right"
    if found or times:
        return "half"
    return "lost" if is_done else "right"


def checked(office: Office, told: Iterable[tuple[str, str]], expected: Iterable[str] = ()) -> Counter[str]:
    """What came of some clients: by what they told, by what is stored, and by what is stored once everything was given again.

    Args:
        office: Theirs.
        told: All that they told.
        expected: Errors that they may have met; they went on with the same key.
    """
    office.engine.dispose()  # the server may be another one by now
    told = list(told)
    begun = dict.fromkeys(key for word, key in told if word == "begun")
    done = {key for word, key in told if word == "done"}
    found = Counter(cuts=sum(word == "cut" for word, _ in told), acknowledged=len(done))
    found.update(word for word, _ in told if word not in ("begun", "done", "cut"))
    found["unexpected"] += sum(word.startswith("storage.") and word not in expected for word, _ in told)
    found += judged(office, begun, done, [name for word, name in told if word == f"unkeyed:{KNOWN}"])
    found["unkeyed:unknown but done"] += _known(office, [name for word, name in told if word == f"unkeyed:{UNKNOWN}"])
    acts = dict.fromkeys(key.rpartition("/")[0] for key in begun)
    unfinished = [act for act in acts if f"{act}/pay" not in done]
    for act in [*unfinished, *list(acts)[-5:]]:  # nothing is done again by those that were done
        try:
            office.act(act)
        except PlannitError:
            found["unexpected"] += 1
    everything = {f"{act}/{step}" for act in acts for step in STEPS}
    found += judged(office, everything, everything)
    found["unclean"] += not audit.check(office.storage, office.app.company).is_clean
    return +found
