"""Limits on mail hold over all senders of a store."""

import threading
import time
from dataclasses import replace
from pathlib import Path

from briefing.config.tables import Mail
from briefing.pipeline.pace import Pace
from tests.databases import opened, url


def test_two_senders_together_keep_to_the_limit(tmp_path: Path) -> None:
    store, times = opened(url(tmp_path / "briefing.db")), list[float]()

    def send(count: int) -> None:
        pace = Pace(store, replace(Mail(), per_second=50.0))
        for _ in range(count):
            pace.wait(threading.Event())
            times.append(time.monotonic())

    began = time.monotonic()
    senders = [threading.Thread(target=send, args=(10,)) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(times) == 20
    assert time.monotonic() - began >= (20 - 5) / 50 * 0.9


def test_no_limit_means_no_waiting_and_a_stop_ends_it(tmp_path: Path) -> None:
    store, stop = opened(url(tmp_path / "briefing.db")), threading.Event()
    assert Pace(store, replace(Mail(), per_second=0.0)).wait(stop)
    slow = Pace(store, replace(Mail(), per_second=0.0, per_hour=1))
    assert slow.wait(stop)
    stop.set()
    assert not slow.wait(stop)
