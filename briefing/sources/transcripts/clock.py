"""Times as transcripts write them, in seconds."""

import math
import re

LONGEST = 24 * 3600.0
CLOCK = r"(?:\d{1,3}:)?\d{1,3}:\d{2}(?:[.,]\d{1,6})?|\d{1,3}h ?\d{1,2}m(?: ?\d{1,2}s)?|\d{1,3}m ?\d{1,2}s"
_PARTS = re.compile(r"(-?\d+(?:[.,]\d+)?)\s*(?:[:hms]|\Z)", re.IGNORECASE)


def seconds(value: object) -> float | None:
    """Seconds of a number, "0:01:02.5", "1h02m03s" or "62.5"; None if it is no time between 0 and 24 hours."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return within_a_day(float(value))
    return _of_text(value.strip()) if isinstance(value, str) else None


def within_a_day(value: float) -> float | None:
    return round(value, 3) if math.isfinite(value) and 0 <= value <= LONGEST else None


def _of_text(text: str) -> float | None:
    parts = [float(part.replace(",", ".")) for part in _PARTS.findall(text)]
    if not 1 <= len(parts) <= 3 or any(part < 0 for part in parts) or any(part >= 60 for part in parts[1:]):
        return None
    return within_a_day(sum(part * 60**power for power, part in enumerate(reversed(parts))))


def span(start: float | None, end: float | None) -> tuple[float | None, float | None]:
    """The pair with an end that comes before its start dropped."""
    return start, end if end is not None and (start is None or start <= end) else None
