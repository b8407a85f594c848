"""What a run of clustering compares, as arrays with a row for each member, in the order in which members are seen."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from briefing.model import Kind
from briefing.ports import Vectors
from briefing.stories.counted import Counted, Words, numbers
from briefing.stories.interlingual import shared_frequencies
from briefing.stories.members import Member
from briefing.stories.similarity import UNSEEN, Frequencies, Shares, frequencies, rarities
from briefing.stories.sparse import Floats, Numbers, Sparse, offsets, rows_of


class WordTable:
    """The counted words of all rows, and how rare each is among the rows seen so far.

    `entries` numbers the entry of each row: a word counts once for an entry, however many of its insights hold it.
    """

    def __init__(self, rows: Sequence[Counted], entries: Numbers, prior: Frequencies) -> None:
        words, weights = [row.words for row in rows], [row.weights for row in rows]
        found, self._counts = _laid_out(words, np.concatenate(weights) if weights else np.zeros(0, np.float32))
        self._shares, self._entries = _shares(found, prior), entries
        owners = rows_of(self._counts.starts)
        pairs = entries[owners].astype(np.int64) * len(found) + self._counts.columns
        first = np.unique(pairs, return_index=True)[1]
        self._first_rows, self._first_words = owners[first], self._counts.columns[first]

    def weighed(self, seen: int) -> Sparse:
        """Unit rows of counts times rarity, as it stands after the first `seen` rows."""
        counts = self._counts
        held = np.bincount(self._first_words[self._first_rows < seen], minlength=counts.width)
        rare = rarities(self._shares, held.astype(np.float64), len(np.unique(self._entries[:seen])))
        weights, owners = counts.weights * rare[counts.columns], rows_of(counts.starts)
        norms = np.sqrt(np.bincount(owners, weights * weights, minlength=len(counts)))
        return Sparse(counts.starts, counts.columns, (weights / norms[owners]).astype(np.float32), counts.width)


def _laid_out(rows: Sequence[Words], weights: Floats) -> tuple[Words, Sparse]:
    """The words of all rows, and a table with a column for each."""
    found, columns = np.unique(np.concatenate(rows) if rows else numbers(()), return_inverse=True)
    return found, Sparse(offsets([len(row) for row in rows]), columns.astype(np.int32), weights, len(found))


def _shares(words: Words, prior: Frequencies) -> Shares:
    """The share of ordinary prose that holds each word."""
    counts = dict(zip(numbers(prior.counts).tolist(), prior.counts.values(), strict=True))
    return np.array([counts.get(word, UNSEEN) for word in words.tolist()], np.float64) / prior.documents


class Corpus:
    """Members by number, with what is asked of them again and again as arrays."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members
        self.entries = _numbered([one.source.entry_id for one in members])
        self.feeds = _numbered([one.source.feed_url for one in members])
        self.languages = _numbered([one.language for one in members])
        self.episodes = np.array([one.source.kind is not Kind.NEWS for one in members], np.bool_)
        self.times = np.array([one.at.timestamp() if one.at else np.nan for one in members], np.float64)
        self.vectors = stacked([one.vector for one in members])
        self.words = WordTable([one.counts for one in members], self.entries, frequencies())
        claims = [one.words for one in members]
        self.claims = _laid_out(claims, np.ones(sum(map(len, claims)), np.float32))[1]

    @cached_property
    def shared(self) -> WordTable:
        """What languages share; not wanted where there is only one."""
        return WordTable([one.shared for one in self.members], self.entries, shared_frequencies())


def _numbered(names: Sequence[str]) -> Numbers:
    """The same number for the same name."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], np.int32)


def stacked(vectors: Sequence[Vectors]) -> Vectors:
    """Rows as wide as the widest, [n, d]; shorter ones (of another embedder, or none) are near nothing."""
    width = max((len(vector) for vector in vectors), default=0)
    table = np.zeros((len(vectors), width), np.float32)
    for line, vector in zip(table, vectors, strict=True):
        if len(vector) == width:
            line[:] = vector
    return table
