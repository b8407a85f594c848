"""Speaker labels at the start of a paragraph ("Jane Doe: words") and how to tell them from other words before a colon."""

import re
from collections import Counter
from collections.abc import Sequence

from briefing.text import word_lists

_LABEL = re.compile(r"\s*(?:>>+\s*)?(?:\*\*|__)?(?P<name>[^\s:：*_][^:：\n*]{0,59}?)(?:\*\*|__)?\s?[:：](?:\*\*|__)?(?:\s+|$)")
_LISTS = word_lists("labels.toml")
_LONGEST_NAME = 6
_LABELLED_SHARE = 0.25
_MOSTLY_LABELLED = 0.6


def split_label(paragraph: str, known: frozenset[str] | None = None) -> tuple[str, str]:
    """(speaker, words); the speaker is empty where the paragraph has no label, or one that is not `known`."""
    match = _LABEL.match(paragraph)
    name = match["name"].strip() if match else ""
    if match and looks_like_name(name) and (known is None or name in known):
        return name, paragraph[match.end() :]
    return "", paragraph


def is_no_name(label: str) -> bool:
    """Whether a label announces something else than a speaker: a note, a link, a part."""
    words = label.lower().split()
    return not words or words[0] in _LISTS["no_names"]


def looks_like_name(name: str) -> bool:
    """Whether words before a colon have the shape of a person's name or a speaker's role."""
    parts = re.sub(r"[(\[].*?[)\]]", "", name).split()
    if not parts or len(parts) > _LONGEST_NAME or name.lower().startswith(("http", "www.")):
        return False
    first = parts[0].lower()
    return (
        first not in _LISTS["no_names"]
        and (first in _LISTS["roles"] or all(_is_name_part(part) for part in parts))
        and parts[0][0].isalpha()
    )


def _is_name_part(part: str) -> bool:
    return part in _LISTS["particles"] or not part[0].islower()


def speakers(paragraphs: Sequence[str]) -> frozenset[str]:
    """The names that label paragraphs of a transcript; none if the text is no transcript.

    A text counts as a transcript when at least a quarter of its paragraphs carry a label. A one-word label that occurs
    once is a speaker only in a text that is labelled throughout.
    """
    counts = Counter(name for paragraph in paragraphs if (name := split_label(paragraph)[0]))
    share = counts.total() / len(paragraphs) if paragraphs else 0.0
    if share < _LABELLED_SHARE and not _opens_with_repeated(paragraphs, counts):
        return frozenset()
    return frozenset(name for name, count in counts.items() if count > 1 or " " in name or share >= _MOSTLY_LABELLED)


def _opens_with_repeated(paragraphs: Sequence[str], counts: Counter[str]) -> bool:
    return bool(paragraphs) and counts[split_label(paragraphs[0])[0]] > 1
