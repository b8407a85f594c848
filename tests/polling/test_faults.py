"""What becomes of feeds whose servers answer as badly as servers can. Time limits are shortened; all else is the real road."""

import json
import re
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from briefing.pipeline.services import Report

from .conftest import NOW, Poller

pytestmark = pytest.mark.slow
BUSY = ("backoff", "ok-on-third")
TOTAL = 3.0
DAY = timedelta(hours=25)


@pytest.fixture(scope="module")
def cases(shared_data: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((shared_data / "hostile" / "http" / "fault-cases.json").read_text())["cases"]
    return found


def asked(server: str, path: str = "/_stats", **options: Any) -> Any:
    with urllib.request.urlopen(urllib.request.Request(server + path, **options)) as answer:
        return json.loads(answer.read() or b"null") if options.get("method") != "POST" else None


def surprise(case: dict[str, Any], poller: Poller, url: str, report: Report) -> str:
    """What a poll made of a feed, if that is not what the case asks for."""
    reason = {failure.subject: failure.reason for failure in report.failures}.get(url, "")
    kept, outcome = len(poller.stages(url)), case["expect"]
    if outcome.startswith(("ok", "moved")):
        fine = outcome.startswith("ok-or") or (not reason and kept == case["entries"])
    else:
        fine = bool(reason) and str(case.get("error_mentions", "")).lower() in reason.lower() and kept == 0
    return "" if fine else f"{case['path']} is to be {outcome}: {kept} entries, {reason}"


def test_every_fault_has_the_outcome_that_it_should(
    poller: Callable[..., Poller], faults: str, cases: list[dict[str, Any]]
) -> None:
    asked(faults, "/_reset", method="POST")
    late, alone = ([case for case in cases if case["expect"].startswith(words)] for words in ("timeout", BUSY))
    together = {faults + case["path"]: case for case in cases if case not in late and case not in alone}
    slow = {faults + case["path"]: case for case in late}
    made, waiting = poller(*together, per_host=4), poller(*slow, per_host=40, total=TOTAL)
    first, waited = made.poll(), waiting.poll()
    surprises = [surprise(case, made, url, first) for url, case in together.items()]
    surprises += [surprise(case, waiting, url, waited) for url, case in slow.items()]
    surprises += [_alone(poller(faults + case["path"]), faults + case["path"], case) for case in alone]
    assert list(filter(None, surprises)) == []
    _later(made, together)
    assert asked(faults, "/_canary") == []


def _alone(made: Poller, url: str, case: dict[str, Any]) -> str:
    """A case after which the host is left alone, polled when its feed is due again."""
    for _ in range(3 if case["expect"] == "ok-on-third" else 1):
        now = max(NOW, made.state(url).next_poll_at)
        report = made.poll(now)
    pause = timedelta(seconds=int(re.sub(r"\D", "", case["expect"]) or 0))
    early = made.state(url).next_poll_at - now < pause
    return surprise(case, made, url, report) or (f"{url} is asked again too early" if early else "")


def _later(made: Poller, cases: dict[str, dict[str, Any]]) -> None:
    """What a second and a third poll, each a day later, make of it."""
    made.poll(NOW + DAY)
    made.poll(NOW + 2 * DAY)
    for url, case in cases.items():
        state, kept = made.state(url), made.stages(url)
        match case["expect"]:
            case "gone" | "ok-then-gone":
                assert state.gone_since, case
                assert state.retired_at, case
            case "moved":
                assert state.moved_to, case
            case "ok-then-304" | "ok-then-no-new":
                assert (len(kept), state.failures) == (case["entries"], 0), case
            case "ok-then-held":
                assert "changed at once" in state.last_error, case
                assert len(kept) == case["entries"], case
            case "ok-then-capped":
                assert sum(stage == "read" for stage, _ in kept) <= 10 + 50 + 50, case


def test_no_spelling_of_a_private_place_is_reached_by_a_redirect(poller: Callable[..., Poller], faults: str) -> None:
    kinds = [kind for kind in asked(faults, "/redirect/private/") if kind != "relative-up"]
    urls = [f"{faults}/redirect/private/{kind}" for kind in kinds]
    report = poller(*urls, per_host=40, total=TOTAL).poll()
    assert [url for url in urls if url not in {failure.subject for failure in report.failures}] == []
    assert asked(faults, "/_canary") == []


def test_bombs_take_little_memory_and_leave_the_validators_alone(poller: Callable[..., Poller], faults: str) -> None:
    def peak() -> int:
        found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
        return int(found[1]) if found else 0

    urls = [f"{faults}/gzip/{kind}?k=bombs" for kind in ("bomb", "nested", "lying", "corrupt", "truncated")]
    made = poller(*urls, per_host=1)
    Path("/proc/self/clear_refs").write_text("5")
    before = peak()
    made.poll()
    assert peak() - before < 64_000
    assert all(not made.stages(url) and not made.state(url).etag for url in urls)


def test_a_host_is_asked_by_two_at_a_time_with_a_second_between(poller: Callable[..., Poller], faults: str) -> None:
    asked(faults, "/_reset", method="POST")
    made = poller(*(f"{faults}/feed?n={n}" for n in range(1, 7)), host_gap=timedelta(seconds=0.5))
    assert not made.poll().failures
    found = asked(faults)["/feed"]
    assert found["peak"] <= 2
    assert found["least_gap_s"] > 0.4
