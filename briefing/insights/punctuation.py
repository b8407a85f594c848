"""Punctuation and capitals of a text that words were taken out of. No function here adds, drops or alters a word, case aside."""

import re

from briefing import text

_TIDY = (
    (re.compile(rf"(?<=[{text.CJK}，。、；：])\s+(?=[{text.CJK}，。、；：！？])"), ""),
    (re.compile(r"\s+"), " "),
    (re.compile(r"\s+([,.;:!?…])(?![\w.])"), r"\1"),
    (re.compile(r"([,;:])(?:\s*[,;:])+"), r"\1"),
    (re.compile(r"[,;:]+\s*([.!?…])(?!\w)"), r"\1"),
    (re.compile(r"([.!?…])\s*,(?!\w)"), r"\1"),
    (re.compile(r"^(?!\[\.\.\.\])[\s,.;:!?…–—\-。，、；：！？)\]*#>]+"), ""),
    (re.compile(r"(?:\s|[,;:–—，、；：(*])+(?:-+)?$|\s-+$"), ""),
)
_TRAILS_OFF = re.compile(r"(?<!\[)\s*(?:\.{2,}|…)$")
_CLOSED = re.compile(r"(?:[.!?…。！？][\"'”’»」』)\]）》]*|\[\.\.\.\])$")
_QUOTATION = re.compile(r"[\"“”„«»「」『』]|(?<!\w)['‘](?=\w)|(?<=[.!?,])['’](?!\w)")
_INCHES = re.compile(r'(?<=\d)"')
_CLOSING = frozenset("”」』’")
_CLOSES = re.compile(r"[\w.,!?…][\"'](?=\W|$)")
_PAIRS = {")": "(", "”": "“", "»": "«", "」": "「", "』": "『", "）": "（", "》": "《", "]": "["}


def tidy(claim: str) -> str:
    """White space and marks as they should be."""
    for pattern, replacement in _TIDY:
        claim = pattern.sub(replacement, claim)
    return claim


def close(claim: str) -> str:
    """A capital at the beginning, one mark at the end, and no bracket or quotation mark left alone."""
    claim = capitalised(tidy(without_lonely_marks(tidy(claim))))
    claim = _TRAILS_OFF.sub(".", claim)
    if not claim or _CLOSED.search(claim):
        return claim
    return claim + ("。" if text.CJK_CHARACTER.match(claim[-1]) else ".")


def capitalised(claim: str) -> str:
    """The first letter in upper case, unless that would make another word of it ("iPhone", "ß")."""
    first = re.search(r"\w+", claim)
    if first is None or first.group() != first.group().lower():
        return claim
    at, lower = first.start(), claim[first.start()]
    upper = lower.upper()
    same = len(upper) == 1 and upper.lower() == lower
    return claim[:at] + upper + claim[at + 1 :] if same else claim


def begins_quoted(passage: str) -> bool:
    """Whether it begins inside a quotation: the first mark of one in it ends one."""
    first = _QUOTATION.search(_INCHES.sub("", passage))
    return first is not None and (first.group() in _CLOSING or _closes(first.string, first.start()))


def without_lonely_marks(claim: str) -> str:
    """Brackets and quotation marks that have lost their other half are dropped."""
    lonely = sorted({*_unpaired(claim), *_odd_quotation_mark(claim)})
    pieces, done = [], 0
    for at in lonely:
        pieces.append(claim[done:at])
        done = at + 1
    return " ".join([*pieces, claim[done:]]) if lonely else claim


def _unpaired(claim: str) -> list[int]:
    waiting: list[int] = []
    alone: list[int] = []
    for at, mark in enumerate(claim):
        if mark in _PAIRS.values():
            waiting.append(at)
        elif mark in _PAIRS:
            if waiting and claim[waiting[-1]] == _PAIRS[mark]:
                waiting.pop()
            else:
                alone.append(at)
    return alone + waiting


def _odd_quotation_mark(claim: str) -> list[int]:
    marks = [at for at, mark in enumerate(claim) if mark == '"']
    if len(marks) % 2 == 0:
        return []
    return [marks[0] if _closes(claim, marks[0]) else marks[-1]]


def _closes(claim: str, at: int) -> bool:
    """Whether the straight mark there stands behind a word, not before one."""
    return at > 0 and _CLOSES.match(claim, at - 1) is not None
