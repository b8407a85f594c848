"""What a large step has freed does not stay with the process."""

from pathlib import Path

import pytest

from briefing.pipeline import freed

KILO = 1024


def resident() -> int:
    """kB of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4


@pytest.mark.skipif(freed._trim is None, reason="only glibc keeps what is freed between what is used")
def test_what_is_freed_between_what_is_used_goes_back() -> None:
    blocks = [bytearray(8 * KILO) for _ in range(8_000)]
    used = blocks[::8]
    del blocks
    before = resident()
    freed.give_back("deliver")
    kept = resident()
    freed.give_back("cluster")
    assert before - kept < 10_000 < kept - resident()
    assert len(used) == 1_000
