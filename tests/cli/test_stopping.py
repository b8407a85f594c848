"""How signals end the work."""

import signal
import threading

import pytest

from briefing.cli.stopping import stoppable


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_for_an_end_and_the_second_makes_one(number: signal.Signals) -> None:
    stopping, before = threading.Event(), signal.getsignal(number)
    with stoppable(stopping):
        signal.raise_signal(number)
        assert stopping.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before
