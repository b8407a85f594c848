"""How signals end the work."""

import signal
import threading
from types import SimpleNamespace
from typing import cast

import pytest

from briefing.cli.stopping import stoppable
from briefing.pipeline.services import Services


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_for_an_end_and_the_second_makes_one(number: signal.Signals) -> None:
    services = cast(Services, SimpleNamespace(stopping=threading.Event()))
    before = signal.getsignal(number)
    with stoppable(services):
        signal.raise_signal(number)
        assert services.stopping.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before
