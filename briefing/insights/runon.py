"""Sentences that a transcript breaks in two: at the edge of a caption, or by a full stop where none belongs."""

import re
from typing import NamedTuple

from briefing.insights import lexicon
from briefing.model import Document, Role, Sentence

_ENDED = re.compile(r"[.!?…。！？:;：；][\"'”’»」』)\]）》*_]*$")
_FIRST_LETTER = re.compile(r"[^\W\d_]")
_FULL_STOP = ".?!。"
_LAST_WORD = re.compile(r"[\w'’]+$")
_INTERRUPTED = re.compile(r"(?:--|[–—])[\"”’»]?$")


class Place(NamedTuple):
    """A sentence of a document: `document.passages[passage].sentences[sentence]`."""

    passage: int
    sentence: int


def sentence_at(document: Document, place: Place) -> Sentence:
    return document.passages[place.passage].sentences[place.sentence]


def before(document: Document, place: Place) -> Place | None:
    """The sentence before it, in its passage or at the end of the one before."""
    if place.sentence > 0:
        return Place(place.passage, place.sentence - 1)
    earlier = place.passage - 1
    return Place(earlier, len(document.passages[earlier].sentences) - 1) if _is_prose(document, earlier) else None


def after(document: Document, place: Place) -> Place | None:
    """The sentence after it, in its passage or at the beginning of the one behind."""
    if place.sentence + 1 < len(document.passages[place.passage].sentences):
        return Place(place.passage, place.sentence + 1)
    return Place(place.passage + 1, 0) if _is_prose(document, place.passage + 1) else None


def said_by_one(document: Document, one: Place, other: Place) -> bool:
    return document.passages[one.passage].speaker == document.passages[other.passage].speaker


def begins_midway(document: Document, place: Place) -> bool:
    """Whether a sentence goes on with the one before it."""
    earlier = before(document, place)
    if earlier is None:
        return False
    broken_by_a_stop = said_by_one(document, earlier, place) and _dangles(document, earlier)
    return broken_by_a_stop or _runs_on(document, earlier, place)


def ends_midway(document: Document, place: Place) -> bool:
    """Whether a sentence is broken off, or goes on in the one behind it."""
    later = after(document, place)
    broken_off = _dangles(document, place) or _INTERRUPTED.search(_said(document, place))
    return bool(broken_off) or (later is not None and _runs_on(document, place, later))


def _is_prose(document: Document, passage: int) -> bool:
    return 0 <= passage < len(document.passages) and document.passages[passage].role is Role.PROSE


def _said(document: Document, place: Place) -> str:
    sentence = sentence_at(document, place)
    return document.text[sentence.start : sentence.end].strip()


def _dangles(document: Document, place: Place) -> bool:
    """Whether it ends with a word that no sentence ends with: "and the"."""
    last = _LAST_WORD.search(_said(document, place).rstrip(_FULL_STOP))
    return last is not None and last.group().lower().replace("’", "'") in lexicon.load(document.language).words("unfinished")


def _runs_on(document: Document, left: Place, right: Place) -> bool:
    """Whether no mark ends the left one, and the right one goes on in small letters, where there are marks at all."""
    first = _FIRST_LETTER.search(_said(document, right))
    goes_on = first is not None and first.group().islower() and not _ENDED.search(_said(document, left))
    return goes_on and any(_has_ends(document, place.passage) for place in (left, right))


def _has_ends(document: Document, passage: int) -> bool:
    """Whether any of its sentences ends with a mark; speech recognition may set none."""
    sentences = range(len(document.passages[passage].sentences))
    return any(_ENDED.search(_said(document, Place(passage, sentence))) for sentence in sentences)
