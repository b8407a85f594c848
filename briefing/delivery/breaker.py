"""When to leave a server or a receiving domain alone for a while: a circuit breaker as a value. Kept by whoever shares it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from briefing.delivery.replies import CLOSING, GREYLISTED
from briefing.errors import DeliveryError


@dataclass(frozen=True, slots=True)
class Rule:
    """So many failures in a row open it, for the first pause; each failure after a pause, for the next longer one."""

    patience: int
    pauses: tuple[timedelta, ...]


SERVER = Rule(25, (timedelta(minutes=15),))
"""Our own way out: no connection, lines lost, or a refusal that is about us."""
DOMAIN = Rule(10, tuple(timedelta(minutes=minutes) for minutes in (10, 20, 40, 80, 160)))
"""The receiving domain: it says 421, or later, later, later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """Closed (all goes through), open until a moment, and after it half open: one more failure opens it again."""

    failures: int = 0
    pauses: int = 0
    until: datetime | None = None

    def pause(self, now: datetime, rule: Rule) -> datetime | None:
        """Until when nothing may be tried; None: try. A clock that was set back makes no pause longer than the rule's."""
        if self.until is None or self.until <= now or self.until - now > rule.pauses[-1]:
            return None
        return self.until

    def failed(self, now: datetime, rule: Rule, *, at_once: bool = False) -> "Breaker":
        """After a failure; `at_once` opens it without patience."""
        failures = self.failures + 1
        if self.pause(now, rule) or not (at_once or self.pauses or failures >= rule.patience):
            return replace(self, failures=failures)
        length = rule.pauses[min(self.pauses, len(rule.pauses) - 1)]
        return Breaker(failures=failures, pauses=self.pauses + 1, until=now + length)


CLOSED = Breaker()


def server_after(breaker: Breaker, error: DeliveryError | None, now: datetime) -> Breaker:
    """What a try says of our way out: any answer about a recipient shows that it works; a lasting word about us closes it."""
    if error is None or (error.code and not error.ours):
        return CLOSED
    return breaker.failed(now, SERVER, at_once=error.ours and error.permanent)


def domain_after(breaker: Breaker, error: DeliveryError | None, now: datetime) -> Breaker:
    """What a try says of the receiving domain. Greylisting is how a domain greets strangers, and no wish to be left alone."""
    if error is None:
        return CLOSED
    if error.permanent or error.ours or error.uncertain or GREYLISTED.search(error.reason):
        return breaker
    return breaker.failed(now, DOMAIN, at_once=error.code == CLOSING)
