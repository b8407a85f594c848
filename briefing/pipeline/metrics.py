"""The installation in the words of Prometheus: read from the store when asked, so that no process need keep count."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from briefing.model import DeliveryState
from briefing.pipeline.health import FeedHealth
from briefing.pipeline.overview import Overview, overview
from briefing.pipeline.services import Services
from briefing.pipeline.timings import Timing
from briefing.text import one_line

__all__ = ["CONTENT_TYPE_LATEST", "exposition"]

LONGEST_LABEL = 120
FEED_FIGURES: Mapping[str, tuple[str, Callable[[FeedHealth], float]]] = {
    "feed_ok": ("1 where the last poll of a feed went well", lambda feed: int(not feed.failures)),
    "feed_failures": ("Failed polls in a row", lambda feed: feed.failures),
    "feed_entries": ("Entries that a feed has brought", lambda feed: feed.entries),
    "feed_last_success_timestamp_seconds": ("When a feed was last read", lambda feed: _seconds(feed.last_success)),
}


def exposition(services: Services, now: datetime) -> bytes:
    """Everything there is to measure, in Prometheus's text format (version 0.0.4 and later)."""
    registry = CollectorRegistry()
    registry.register(_Installation(overview(services, now), now))
    return generate_latest(registry)


class _Installation(Collector):
    def __init__(self, found: Overview, now: datetime) -> None:
        self._found, self._now = found, now

    def collect(self) -> Iterable[Metric]:
        yield from self._mail()
        yield from _feeds(self._found.feed_health)
        yield from _steps(self._found.timings)
        yield _labelled("subscribers", "Subscribers by status", "status", self._found.subscribers)
        yield _gauge("entries_waiting", "Entries that wait to be listened to or read", self._found.waiting_entries)
        yield _gauge("insights", "Insights in the archive", self._found.insights)
        yield _gauge("stories", "Stories in the archive", self._found.stories)
        until = _seconds(self._found.heartbeat_until)
        yield _gauge("heartbeat_until_timestamp_seconds", "Until when somebody asks what is due; renewed at each beat", until)
        yield _gauge("last_backup_timestamp_seconds", "When the last backup was made", _seconds(self._found.last_backup))

    def _mail(self) -> Iterator[Metric]:
        states = {state.value: self._found.deliveries.get(state.value, 0) for state in DeliveryState}
        yield _labelled("deliveries", "Mails by state", "state", states)
        age = self._found.oldest_due_seconds or 0
        yield _gauge("oldest_due_delivery_age_seconds", "For how long the mail has been due that has waited longest", age)


def _feeds(found: Iterable[FeedHealth]) -> Iterator[Metric]:
    named = _names(found)
    for name, (meaning, figure) in FEED_FIGURES.items():
        yield _labelled(name, meaning, "feed", {label: figure(feed) for label, feed in named.items()})


def _names(found: Iterable[FeedHealth]) -> dict[str, FeedHealth]:
    """Feeds by a name that gives away neither a password nor the secret part of a private address."""
    named: dict[str, FeedHealth] = {}
    for feed in found:
        parts = urlsplit(feed.url)
        name = one_line(feed.title or f"{parts.hostname or ''}{parts.path}", LONGEST_LABEL)
        named[name if name not in named else f"{name} ({len(named)})"] = feed
    return named


def _steps(found: Mapping[str, Timing]) -> Iterator[Metric]:
    runs = CounterMetricFamily("briefing_step_runs", "Runs of a step", labels=["step"])
    spent = CounterMetricFamily("briefing_step_seconds", "Seconds spent in a step", labels=["step"])
    failed = CounterMetricFamily("briefing_step_failures", "What a step could not do", labels=["step"])
    for step, timing in found.items():
        runs.add_metric([step], timing.runs)
        spent.add_metric([step], timing.seconds)
        failed.add_metric([step], timing.failures)
    yield from (runs, spent, failed)
    yield _labelled("step_last_seconds", "How long the last run of a step took", "step", {s: t.last for s, t in found.items()})


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"briefing_{name}", meaning, value=value)


def _labelled(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"briefing_{name}", meaning, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _seconds(moment: datetime | None) -> float:
    """Since 1970; 0 for what never was."""
    return moment.timestamp() if moment else 0
