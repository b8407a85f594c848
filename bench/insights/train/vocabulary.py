"""The pieces of the teacher's vocabulary that ship, and the word frequencies that the features use."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench.insights.train import teacher
from bench.insights.train.data import Labelled
from briefing import text
from briefing.embedding.wordpiece import WordPiece

LATIN = re.compile(r"(?:##)?[\x21-\x7e–—‘’“”…•·°€£«»¿¡ßøæłđı]+|\[(?:PAD|UNK|CLS|SEP|MASK)\]")
COMMON = 9_000
"""Pieces up to this id are kept unseen: the teacher's vocabulary is ordered by frequency."""

SEEN = 4
WORDS = 8_000
DOCUMENTS = 3


def pieces(texts: Sequence[str]) -> list[str]:
    """Latin pieces that are single characters, short endings, frequent, or seen in the texts."""
    known = teacher.vocabulary()
    tokens = WordPiece(known)
    seen = Counter(index for found in texts for index in tokens.encode(found)[0].tolist())
    return [
        piece for index, piece in enumerate(known) if _latin(piece) and (_short(piece) or index < COMMON or seen[index] >= SEEN)
    ]


def _latin(piece: str) -> bool:
    return LATIN.fullmatch(piece) is not None and not piece.startswith("[unused")


def _short(piece: str) -> bool:
    body = piece.removeprefix("##")
    return len(body) == 1 or (piece != body and len(body) <= 3)


def words(documents: Sequence[Labelled]) -> list[str]:
    """English words that stand in at least three documents, the most frequent first."""
    found = [text.words(document.document.text) for document in documents if document.document.language == "en"]
    uses = Counter(word for each in found for word in each)
    spread = Counter(word for each in found for word in set(each))
    return [word for word, _ in uses.most_common() if spread[word] >= DOCUMENTS and word.isascii() and word.isalpha()][:WORDS]


def train(documents: Sequence[Labelled], embedding: Path, insights: Path) -> None:
    """Writes vocabulary.txt and words-en.txt."""
    found = pieces([document.document.text for document in documents])
    (embedding / "vocabulary.txt").write_text("\n".join(found) + "\n", "utf-8")
    (insights / "words-en.txt").write_text("\n".join(words(documents)) + "\n", "utf-8")
