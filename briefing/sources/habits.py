"""Keys of sentences, by which a feed's habits are counted across its entries."""

from collections.abc import Iterable

from briefing.model import Role
from briefing.sources.blocks import Block, spans
from briefing.text import stable_id, word_count, words

_FEWEST_WORDS = 6
_MOST_KEYS = 3_000


def key(text: str) -> str:
    """A key that case, white space and punctuation do not change."""
    return stable_id(" ".join(words(text)))[:16]


def sentence_key(sentence: str) -> str:
    """The key of a sentence that is long enough to be a habit, else ""."""
    return key(sentence) if word_count(sentence) >= _FEWEST_WORDS else ""


def keys(blocks: Iterable[Block], language: str) -> frozenset[str]:
    """Keys of all sentences outside headings."""
    found = {
        sentence_key(block.text[start:end])
        for block in blocks
        if block.role is not Role.HEADING
        for start, end in spans(block, language)
    }
    return frozenset(sorted(found - {""})[:_MOST_KEYS])
