"""How fast mail may go out: a token bucket as a value. Its state is kept by whoever shares it between workers."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

NO_WAIT = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenBucket:
    """`rate` tokens come back a second, up to `burst`; rate 0 means no limit."""

    rate: float
    burst: float
    tokens: float
    refilled_at: datetime

    def take(self, now: datetime) -> tuple["TokenBucket", timedelta]:
        """The bucket after taking one token, and no wait; or the bucket refilled, and how long to wait for a token.

        A clock that was set back gives no tokens and takes no time: the bucket goes on from there.
        """
        if self.rate <= 0:
            return self, NO_WAIT
        passed = max((now - self.refilled_at).total_seconds(), 0)
        tokens = min(self.tokens + passed * self.rate, self.burst)
        if tokens >= 1:
            return replace(self, tokens=tokens - 1, refilled_at=now), NO_WAIT
        return replace(self, tokens=tokens, refilled_at=now), timedelta(seconds=(1 - tokens) / self.rate)


def per_second(rate: float, now: datetime) -> TokenBucket:
    """A bucket that lets a tenth of a second's mail go at once."""
    burst = max(1.0, rate / 10)
    return TokenBucket(rate=rate, burst=burst, tokens=burst, refilled_at=now)


def per_hour(count: int, now: datetime) -> TokenBucket:
    """A bucket that lets a minute's mail go at once."""
    burst = max(1.0, count / 60)
    return TokenBucket(rate=count / 3600, burst=burst, tokens=burst, refilled_at=now)
