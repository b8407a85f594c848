"""What may stand inside the words of a cue: tags, voices, entities, styling codes."""

import re
from html import unescape

_SCRIPT = re.compile(r"<(script|style)\b.{0,1000}?</\1\s*>", re.IGNORECASE | re.DOTALL)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)*\s+([^>]*)>", re.IGNORECASE)
_TAG = re.compile(r"<[/!?]?[a-zA-Z][^<>]{0,400}>|<!--.{0,1000}?-->|</?[a-z]+|<[\d:.]+>", re.DOTALL)
_STYLING = re.compile(r"\{\\[^}]{0,80}\}|\\[Nnh]")


def voices(payload: str) -> list[tuple[str, str]]:
    """(speaker, words) for each voice span of a cue; the speaker is empty before the first."""
    pieces = _VOICE.split(_SCRIPT.sub("", payload))
    spoken = [("", pieces[0]), *zip(map(plain, pieces[1::2]), pieces[2::2], strict=True)]
    return [(speaker, text) for speaker, text in ((speaker, plain_lines(words)) for speaker, words in spoken) if text]


def plain_lines(words: str) -> str:
    """The words without tags and entities, line breaks kept."""
    bare = _TAG.sub("", _STYLING.sub(" ", words))
    lines = (" ".join(line.split()) for line in unescape(bare).split("\n"))
    return "\n".join(line for line in lines if line)


def plain(words: str) -> str:
    return plain_lines(words).replace("\n", " ")
