"""Memory that a step has freed goes back to the system, where the C library would keep it."""

import ctypes
import sys

LARGE = frozenset({"read", "cluster", "compose", "tidy"})
"""Steps that hold an archive, a window of stories or a shard of readers, and let go of it at their end."""
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None


def give_back(step: str) -> None:
    """glibc gives back only what is freed at the top of its heap: after a day's editions two thirds of what they took stay."""
    if _trim and step in LARGE:
        _trim(0)
