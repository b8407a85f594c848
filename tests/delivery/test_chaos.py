"""Real senders, killed again and again: the small form of `python -m bench.delivery.chaos`."""

from pathlib import Path

import pytest

from bench.delivery.chaos import run

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("together", [True, False], ids=["together", "one by one"])
@pytest.mark.parametrize(("name", "readers"), [("kill", 150), ("kill-hold", 150), ("race", 40), ("cuts", 100), ("refusals", 100)])
def test_every_promise_is_kept(shared_data: Path, name: str, readers: int, together: bool) -> None:
    if not (shared_data.parent / "tools" / "smtpsink.py").exists():
        pytest.skip("no fault server")
    assert run(name, readers, 30, seed=5, together=together)


@pytest.mark.parametrize(("name", "readers"), [("kill", 80), ("kill-hold", 80), ("race", 40)])
def test_every_promise_is_kept_on_postgresql(postgresql_server: str, shared_data: Path, name: str, readers: int) -> None:
    if not (shared_data.parent / "tools" / "smtpsink.py").exists():
        pytest.skip("no fault server")
    assert run(name, readers, 8, seed=5, url=postgresql_server)
