"""What stands in the words of a transcript and was never said: marks of the format, and stage directions."""

import re

from briefing.text import word_lists

_STAGE = "|".join(
    re.escape(word).replace(r"\*", r"\w*") for word in sorted(word_lists("stage.toml")["words"], key=len, reverse=True)
)
_STAMP = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?"
_MARKS = (
    re.compile(r"<https?://[^\s<>]+>"),
    re.compile(rf"(?:\A|(?<=[.!?…\"'”’)\]])\s+)Break:?\s*\[{_STAMP}\]|\ABreak:\s*\Z"),
    re.compile(rf"[\[(]\s*{_STAMP}(?:\s*[-–]\s*{_STAMP})?\s*[\])]|\s{_STAMP}(?=\])|\b\d{{2}}:\d{{2}}:\d{{2}}\b(?:[.,]\d+)?:?"),
)
_WITHIN = r"[^\]\[()（）【】*]"
_DIRECTION = re.compile(
    rf"[\[(（【*](?={_WITHIN}{{1,60}}[\])）】*])(?:[^\]\[()（）【】*\s]+\s+){{0,4}}(?:{_STAGE})\b{_WITHIN}{{0,40}}[\])）】*]|[♪♫]+",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"\\([\[\]()*_#>~`!-])")
_TAG_PAIR = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)\b[^<>]{0,200}>([^<>]*)</\1\s*>")
_TAG_LIKE = re.compile(r"</?([a-zA-Z!][^<>]*)>")
_TAG_OPENING = re.compile("<(?=[/a-zA-Z!])")
_DEEPEST_TAGS = 3
_REFERENCE = re.compile(r"!?\[([^\[\]]{1,200})\](?:\[[^\[\]]{0,80}\]|\([^()\s]{0,400}\))")
_ORPHAN = re.compile(r"\s+([,.;:!?\])])(?=\s|\Z)")


def without_marks(text: str) -> str:
    """The text without time stamps, links, breaks, escapes and tags of the format."""
    bare = _ESCAPED.sub(r"\1", text)
    for pattern in _MARKS:
        bare = pattern.sub(" ", bare)
    return _mended(untagged(bare), text)


def without_directions(text: str) -> str:
    """The text without "(laughter)", "[MUSIC]" and the like."""
    return _mended(_DIRECTION.sub(" ", text), text)


def _mended(bare: str, before: str) -> str:
    """White space put right where something went."""
    return _ORPHAN.sub(r"\1", " ".join(bare.split())) if bare != before else before


def untagged(text: str) -> str:
    """The text without pairs of tags, the brackets of a tag that is only mentioned, and the targets of Markdown links."""
    bare = _TAG_PAIR.sub(r"\2", text) if "<" in text else text
    for _ in range(_DEEPEST_TAGS):
        if not _TAG_LIKE.search(bare):
            break
        bare = _TAG_LIKE.sub(r"\1", bare)
    bare = _TAG_OPENING.sub("", bare) if _TAG_LIKE.search(bare) else bare
    return _REFERENCE.sub(r"\1", bare) if "][" in bare or "](" in bare else bare
