"""Which job folders to show of a whole season: one for each way of working that occurs in it, the smallest where money came in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from .. import events as e
from ..ports import Recorded, Storage
from ..values.ids import JobId

Timeline = Sequence[Recorded]
_PAGE = 1_000
_GONE = (e.DraftDiscarded, e.InvoiceVoided, e.InvoiceMovedOut)


def shown_folders(storage: Storage, company: str) -> dict[JobId, tuple[str, ...]]:
    """The folders to show, in order, each with the flows it is there for, such as `approval`; the fullest where there are none."""
    timelines: dict[JobId, list[Recorded]] = {}
    for recorded in _events(storage, company):
        if recorded.event.timeline is not None:
            timelines.setdefault(recorded.event.timeline, []).append(recorded)
    smallest = sorted(timelines, key=lambda job_id: (not _is_paid(timelines[job_id]), len(timelines[job_id]), job_id))
    shown: dict[JobId, tuple[str, ...]] = {}
    for flow, occurs in _FLOWS.items():
        having = [job_id for job_id in smallest if occurs(timelines[job_id])]
        if having:
            best = next((job_id for job_id in having if job_id not in shown), having[0])
            shown[best] = (*shown.get(best, ()), flow)
    return shown or dict.fromkeys(smallest[-1:], ())


def _events(storage: Storage, company: str) -> Iterator[Recorded]:
    position = 0
    while page := storage.events(company, after=position, limit=_PAGE):
        yield from page
        position = page[-1].position


def _is_paid(timeline: Timeline) -> bool:
    return any(isinstance(each.event, e.InvoicePaid) for each in timeline)


def _made_by(timeline: Timeline, command: str) -> list[Recorded]:
    """The invoices that a command made."""
    return [each for each in timeline if each.command == command and isinstance(each.event, e.InvoiceDrafted)]


def _live_before(timeline: Timeline, made: Recorded) -> int:
    """How many invoices the folder held when one more was made."""
    live = 0
    for each in timeline:
        if each is made:
            break
        live += isinstance(each.event, e.InvoiceDrafted | e.InvoiceMovedIn)
        live -= isinstance(each.event, _GONE)
    return live


def _is_approval(timeline: Timeline) -> bool:
    return len(_made_by(timeline, "ApproveQuote")) > 1


def _is_by_hand(timeline: Timeline) -> bool:
    return bool(_made_by(timeline, "GenerateInvoices"))


def _is_attached(timeline: Timeline) -> bool:
    return any(each.command == "AttachInvoice" for each in timeline)


def _is_created(timeline: Timeline) -> bool:
    return any(_live_before(timeline, each) > 0 for each in _made_by(timeline, "AddInvoice"))


def _is_by_itself(timeline: Timeline) -> bool:
    return any(_live_before(timeline, each) == 0 for each in _made_by(timeline, "AddInvoice"))


def _is_several(timeline: Timeline) -> bool:
    return len(_made_by(timeline, "DraftInvoice")) > 1


def _is_contact_first(timeline: Timeline) -> bool:
    return any(each.command == "InvoiceContact" and isinstance(each.event, e.JobOpened) for each in timeline)


def _is_replaced(timeline: Timeline) -> bool:
    voids = [each.position for each in timeline if isinstance(each.event, e.InvoiceVoided)]
    return any(isinstance(each.event, e.InvoiceDrafted) and each.position > voids[0] for each in timeline if voids)


def _is_refunded(timeline: Timeline) -> bool:
    return any(isinstance(each.event, e.PaymentRefunded) for each in timeline)


def _is_rounded(timeline: Timeline) -> bool:
    return any(isinstance(each.event, e.PaymentRecorded) and bool(each.event.rounding) for each in timeline)


_FLOWS: Mapping[str, Callable[[Timeline], bool]] = {
    "approval": _is_approval,
    "by-hand": _is_by_hand,
    "attach": _is_attached,
    "create": _is_created,
    "itself": _is_by_itself,
    "several": _is_several,
    "contact": _is_contact_first,
    "void": _is_replaced,
    "refund": _is_refunded,
    "cash": _is_rounded,
}
"""The flows in the order they are shown, and how each is known by what happened in a folder."""
