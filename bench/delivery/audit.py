"""Two books compared: the sender's table and the mail server's log, to the message."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.delivery.installation import Installation
from briefing.model import FINAL, Delivery, DeliveryState

Message = Mapping[str, Any]
"""One line of the server's log: `to`, `message_id`, `sha256`."""


@dataclass(slots=True)
class Audit:
    """What the comparison found; `wrong` holds a sentence for every mail that breaks a promise."""

    states: dict[str, int] = field(default_factory=dict)
    copies: int = 0
    missing: int = 0
    held: int = 0
    doubles: int = 0
    unknown_events: int = 0
    wrong: list[str] = field(default_factory=list)


def audit(installation: Installation, messages: Sequence[Message]) -> Audit:
    """Every row against every copy: none is missing without being rejected or held, none doubled without being unknown."""
    store = installation.store()
    with store.read() as db:
        rows = db.deliveries.in_states(tuple(DeliveryState))
        events = {row.id: [(before, after) for _, before, after, _ in db.deliveries.events(row.id)] for row in rows}
    store.close()
    found = Audit(states=dict(Counter(row.state.value for row in rows)), copies=len(messages))
    copies: dict[str, list[Message]] = {}
    for message in messages:
        copies.setdefault(message["to"][0], []).append(message)
    for row in rows:
        _compare(found, row, copies.pop(row.address, []), events[row.id])
    found.wrong += [f"{address}: no such recipient" for address in copies]
    return found


def _compare(found: Audit, row: Delivery, copies: Sequence[Message], events: Sequence[tuple[str, str]]) -> None:
    unknowns = sum(after == "unknown" != before for before, after in events)
    held = row.state is DeliveryState.UNKNOWN and row.next_attempt_at is None
    found.unknown_events += unknowns
    found.doubles += max(len(copies) - 1, 0)
    found.held += held
    found.missing += not copies and row.state is not DeliveryState.REJECTED and not held
    found.wrong += [f"{row.address}: {words}" for words, wrong in _promises(row, copies, unknowns, held).items() if wrong]


def _promises(row: Delivery, copies: Sequence[Message], unknowns: int, held: bool) -> dict[str, bool]:
    accepted = row.state is DeliveryState.ACCEPTED
    return {
        f"still {row.state}": row.state not in FINAL and not held,
        "accepted, and the server has none": accepted and not copies,
        f"{row.state}, and the server has one": bool(copies) and row.state in FINAL and not accepted and unknowns == 0,
        f"{len(copies)} copies after {unknowns} times unknown": len(copies) > unknowns + accepted,
        "more than one Message-ID": any(copy["message_id"] != row.message_id for copy in copies),
        "copies that differ": len({copy["sha256"] for copy in copies}) > 1,
    }
