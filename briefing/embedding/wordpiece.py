"""WordPiece tokens of a text, uncased, with the character at which each begins."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from briefing.text import CJK

TOKEN = re.compile(rf"[{CJK}]|[^\W_{CJK}]+|[^\w\s]|_")
UNKNOWN, BEGIN, END = "[UNK]", "[CLS]", "[SEP]"
LONGEST_WORD = 100


class WordPiece:
    """The tokenizer of BERT (Devlin et al. 2018): greedy longest match of the pieces of each word."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.ids = {piece: index for index, piece in enumerate(vocabulary)}
        self._known: dict[str, tuple[tuple[int, int], ...]] = {}

    def encode(self, text: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Ids and starts, both int64 [tokens]; no special tokens are added."""
        found = [(piece, match.start() + at) for match in TOKEN.finditer(text) for piece, at in self.pieces(match.group())]
        table = np.array(found, np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    def pieces(self, word: str) -> tuple[tuple[int, int], ...]:
        """Id and offset of each piece of one word or mark."""
        if word not in self._known:
            self._known[word] = self._split(_plain(word))
        return self._known[word]

    def _split(self, word: str) -> tuple[tuple[int, int], ...]:
        pieces: list[tuple[int, int]] = []
        start = 0
        while start < len(word) <= LONGEST_WORD:
            end = self._longest(word, start)
            if end == start:
                break
            pieces.append((self.ids[_spelling(word, start, end)], start))
            start = end
        return tuple(pieces) if word and start == len(word) else ((self.ids[UNKNOWN], 0),)

    def _longest(self, word: str, start: int) -> int:
        """End of the longest piece that begins at `start`; `start` itself if there is none."""
        return next((end for end in range(len(word), start, -1) if _spelling(word, start, end) in self.ids), start)


def _spelling(word: str, start: int, end: int) -> str:
    return ("##" if start else "") + word[start:end]


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word.lower())
    return "".join(character for character in decomposed if unicodedata.category(character) != "Mn")


@cache
def packaged() -> WordPiece:
    """The tokenizer of the packaged encoder and word vectors."""
    text = resources.files("briefing.embedding").joinpath("data", "vocabulary.txt").read_text("utf-8")
    return WordPiece(text.split("\n")[:-1])
