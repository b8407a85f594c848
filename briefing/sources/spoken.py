"""What stands in the words of a transcript and was never said: time stamps, stage directions, breaks, escapes, link marks."""

import re

from briefing.text import word_lists

_STAGE = "|".join(
    re.escape(word).replace(r"\*", r"\w*") for word in sorted(word_lists("stage.toml")["words"], key=len, reverse=True)
)
_STAMP = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?"
_REMOVED = (
    ("link marks", re.compile(r"<https?://[^\s<>]+>|(?<=\])\(https?://[^\s()]+\)")),
    ("breaks", re.compile(rf"(?:\A|(?<=[.!?…\"'”’)\]])\s+)Break:?\s*\[{_STAMP}\]|\ABreak:\s*\Z")),
    (
        "time stamps",
        re.compile(
            rf"[\[(]\s*(?:{_STAMP})(?:\s*[-–]\s*{_STAMP})?\s*[\])]|\[[^\[\]]{{0,40}}\s{_STAMP}\]|\b\d{{2}}:\d{{2}}:\d{{2}}\b(?:[.,]\d+)?:?"
        ),
    ),
    (
        "stage directions",
        re.compile(
            rf"[\[(*](?=[^\]\[()*]{{1,60}}[\])*])(?:[^\]\[()*\s]+\s+){{0,4}}(?:{_STAGE})\b[^\]\[()*]{{0,40}}[\])*]|[♪♫]+",
            re.IGNORECASE,
        ),
    ),
)
_ESCAPED = re.compile(r"\\([\[\]()*_#>~`!-])")
_TAG_LIKE = re.compile(r"</?([a-zA-Z!][^<>]{0,200})/?>")
_REFERENCE = re.compile(r"!?\[([^\[\]]{1,200})\](?:\[[^\[\]]{0,80}\]|\([^()\s]{0,400}\))")
_ORPHAN = re.compile(r"\s+([,.;:!?])(?=\s|\Z)")


def spoken(text: str) -> str:
    """The text without what was never said, white space mended where something went."""
    bare = _ESCAPED.sub(r"\1", text)
    for _, pattern in _REMOVED:
        bare = pattern.sub(" ", bare)
    bare = untagged(bare)
    return _ORPHAN.sub(r"\1", " ".join(bare.split())) if bare != text else text


def untagged(text: str) -> str:
    """The text without the angle brackets of what looks like a tag and the targets of Markdown links."""
    bare = _TAG_LIKE.sub(r"\1", text) if "<" in text else text
    return _REFERENCE.sub(r"\1", bare) if "][" in bare or "](" in bare else bare
