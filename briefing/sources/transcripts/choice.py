"""Which of several offered transcripts to read first."""

from collections.abc import Sequence

from briefing.model import TranscriptLink
from briefing.text import primary

# Formats by what they usually carry: speakers and times, times, speakers, words alone.
_PREFERENCE = ("vtt", "json", "subrip", "srt", "html", "plain", "txt")


def choose(links: Sequence[TranscriptLink], language: str) -> list[TranscriptLink]:
    """The links, best first: the language asked for, then unstated, then others; richer formats before poorer."""
    wanted = primary(language)
    return sorted(links, key=lambda link: (_language_rank(link, wanted), _format_rank(link)))


def _language_rank(link: TranscriptLink, wanted: str) -> int:
    if not link.language or not wanted:
        return 1
    return 0 if primary(link.language) == wanted else 2


def _format_rank(link: TranscriptLink) -> int:
    described = f"{link.type} {link.url}".lower()
    return next((rank for rank, name in enumerate(_PREFERENCE) if name in described), len(_PREFERENCE))
