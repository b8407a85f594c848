"""Errors in words for the person at the terminal."""

from briefing.errors import BriefingError, ConfigError, Problem
from briefing.text import visible

UNFORESEEN = (
    "This is a mistake in briefing, not in what you did: {kind}: {error}\n"
    "Run the command again with BRIEFING_DEBUG=1 before it, and report what it prints together with the command."
)


def told(error: Exception) -> str:
    """What went wrong and what to do, without a traceback."""
    if isinstance(error, ConfigError):
        return f"{error.path}: {_counted(len(error.problems))}\n" + "\n".join(map(problem, error.problems))
    if isinstance(error, BriefingError):
        return visible(f"{error.subject}: {error.reason}" + (f"\n  -> {error.remedy}" if error.remedy else ""))
    if isinstance(error, OSError) and error.strerror:
        return visible(f"{error.filename or 'the system'}: {error.strerror}")
    return UNFORESEEN.format(kind=type(error).__name__, error=visible(str(error)))


def problem(found: Problem) -> str:
    line = f"line {found.line}: " if found.line else ""
    return visible(f"  {line}{found.place}: {found.message}")


def _counted(problems: int) -> str:
    return "one problem" if problems == 1 else f"{problems} problems"
