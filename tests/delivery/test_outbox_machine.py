"""Senders that race, crash and answer late, against a store that moves a row only if it is as they last saw it."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from briefing.delivery import outbox
from briefing.delivery.outbox import FINAL, LEASE, NotAllowedError, Policy
from briefing.errors import DeliveryError
from briefing.model import Delivery, DeliveryState

START = datetime(2026, 11, 21, 7, tzinfo=UTC)
DAY = timedelta(days=1)
IDS = ("a", "b")
SENDERS = ("first", "second")
ANSWERS = {
    "taken": None,
    "taken, line lost": DeliveryError("x", "lost", uncertain=True),
    "not taken, line lost": DeliveryError("x", "lost", uncertain=True),
    "later": DeliveryError("x", "later", code=451),
    "never": DeliveryError("x", "never", code=554, permanent=True),
    "not from us": DeliveryError("x", "relay", code=554, permanent=True, ours=True),
}


class Outbox(RuleBasedStateMachine):
    @initialize(when_unknown=st.sampled_from(["resend", "hold"]), late=st.sampled_from([timedelta(hours=6), None]))
    def begin(self, when_unknown: str, late: timedelta | None) -> None:
        self.policy = Policy(when_unknown=when_unknown)
        self.now = START
        self.rows = {
            each: Delivery(
                id=each,
                address="r@example.com",
                message_id=f"<{each}@x>",
                state=DeliveryState.QUEUED,
                next_attempt_at=START,
                not_after=START + late if late else None,
            )
            for each in IDS
        }
        self.hands: dict[str, Delivery] = {}
        self.waited: dict[tuple[str, int], Delivery] = {}
        self.taken = dict.fromkeys(IDS, 0)
        self.left: set[str] = set()
        self.history = {each: [row] for each, row in self.rows.items()}

    def move(self, before: Delivery, after: Delivery) -> bool:
        row = self.rows[before.id]
        if (row.state, row.owner, row.fence) != (before.state, before.owner, before.fence):
            return False
        self.rows[before.id] = after
        if after != before:
            self.history[before.id].append(after)
        return True

    def ready(self) -> list[Delivery]:
        return [row for row in self.rows.values() if outbox.claimable(row, self.now)]

    def take(self, data: st.DataObject) -> Delivery:
        """What one of the senders believes to hold, out of its hands."""
        return self.hands.pop(data.draw(st.sampled_from(sorted(self.hands))))

    @precondition(lambda self: self.ready())
    @rule(sender=st.sampled_from(SENDERS), data=st.data())
    def claim(self, sender: str, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(self.ready()))
        claimed = outbox.claim(row, sender, self.now)
        if self.move(row, claimed):
            self.hands[sender] = claimed
            self.waited[claimed.id, claimed.fence] = row

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def put_back(self, data: st.DataObject) -> None:
        held = self.take(data)
        waited = self.waited[held.id, held.fence]
        if self.move(held, outbox.put_back(held, waited)):
            assert (self.rows[held.id].attempts, self.rows[held.id].state) == (waited.attempts, waited.state)

    @precondition(lambda self: self.hands)
    @rule(sender=st.sampled_from(SENDERS))
    def renew(self, sender: str) -> None:
        held = self.hands.pop(sender, None)
        with suppress(NotAllowedError):
            if held and self.move(held, renewed := outbox.renew(held, self.now)):
                self.hands[sender] = renewed

    @precondition(lambda self: self.hands)
    @rule(data=st.data(), answer=st.sampled_from(sorted(ANSWERS)), slow=st.booleans())
    def send(self, data: st.DataObject, answer: str, slow: bool) -> None:
        held = self.take(data)
        try:
            now_sending = outbox.sending(held, self.now)
        except NotAllowedError:
            return
        if not self.move(held, now_sending):
            return
        assert held.id not in self.left
        if answer.startswith("taken"):
            self.taken[held.id] += 1
        if slow:
            self.now += LEASE * 2
            self.recover(held.id)
        self.move(now_sending, outbox.settle(now_sending, ANSWERS[answer], self.now))

    @precondition(lambda self: self.hands)
    @rule(data=st.data(), answer=st.sampled_from(["later", "never", "not from us"]))
    def refuse_before_data(self, data: st.DataObject, answer: str) -> None:
        held = self.take(data)
        self.move(held, outbox.settle(held, ANSWERS[answer], self.now))

    @precondition(lambda self: self.hands)
    @rule(data=st.data(), in_data=st.booleans(), taken=st.booleans(), noticed=st.booleans())
    def crash(self, data: st.DataObject, in_data: bool, taken: bool, noticed: bool) -> None:
        held = self.take(data)
        with suppress(NotAllowedError):
            if in_data and self.move(held, outbox.sending(held, self.now)):
                self.taken[held.id] += taken
        if noticed and self.rows[held.id].fence == held.fence:
            self.recover(held.id, owner_dead=True)

    @rule()
    def look_after_all(self) -> None:
        for which in IDS:
            self.recover(which)

    def recover(self, which: str, *, owner_dead: bool = False) -> None:
        row = self.rows[which]
        self.move(row, outbox.recover(row, self.now, self.policy, owner_dead=owner_dead))

    @rule(which=st.sampled_from(IDS))
    def unsubscribe(self, which: str) -> None:
        row = self.rows[which]
        with suppress(NotAllowedError):
            self.move(row, outbox.cancel(row, "left"))
            self.left.add(which)

    @rule(minutes=st.sampled_from([1, 6, 20, 60, 130, 400]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def copies_are_accounted_for(self) -> None:
        for each, row in self.rows.items():
            sure = row.state in {DeliveryState.ACCEPTED, DeliveryState.SENDING}
            assert self.taken[each] <= row.unknowns + sure
            if self.policy.when_unknown == "hold":
                assert self.taken[each] <= 1
            if row.state is DeliveryState.ACCEPTED:
                assert self.taken[each] >= 1

    @invariant()
    def what_waits_can_go_on(self) -> None:
        """Nothing is lost: each row is at its end, in hands with a lease, held by policy, or has a time to be taken up again."""
        for row in self.rows.values():
            assert row.state in FINAL or row.lease_until or row.next_attempt_at or self.held(row)
            assert not (row.lease_until and row.next_attempt_at)

    def held(self, row: Delivery) -> bool:
        """Known to a person, who is the one to decide."""
        return row.state is DeliveryState.UNKNOWN and not self._resent(row, timedelta())

    @invariant()
    def history_only_grows(self) -> None:
        for states in self.history.values():
            for before, after in pairwise(states):
                assert before.state not in FINAL or after == before
                claimed = after.state is DeliveryState.CLAIMED and before.state is not DeliveryState.CLAIMED
                assert after.fence == before.fence + claimed
                assert after.unknowns >= before.unknowns
                assert after.message_id == before.message_id

    def teardown(self) -> None:
        """Left alone with a willing server and a sender that lives, every row comes to its end."""
        for each in getattr(self, "rows", {}):
            self._drive_to_end(each)

    def _drive_to_end(self, which: str) -> None:
        for _ in range(40):
            row = self.rows[which]
            if row.state in FINAL or (row.state is DeliveryState.UNKNOWN and not self._resent(row, timedelta(hours=3))):
                return
            self.now += timedelta(hours=3)
            row = outbox.recover(row, self.now, self.policy)
            if outbox.claimable(row, self.now):
                row = outbox.settle(outbox.sending(outbox.claim(row, "last", self.now), self.now), None, self.now)
            self.rows[which] = row
        raise AssertionError(self.rows[which])

    def _resent(self, row: Delivery, later: timedelta) -> bool:
        open_still = row.not_after is None or self.now + later <= row.not_after
        return self.policy.when_unknown == "resend" and row.unknowns <= self.policy.resends and open_still


Outbox.TestCase.settings = settings(stateful_step_count=40)
TestOutbox = Outbox.TestCase


@pytest.mark.slow
class TestOutboxForLong(Outbox.TestCase):
    settings = settings(max_examples=5_000, stateful_step_count=40)
