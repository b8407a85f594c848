"""What a whole text is about, small enough to keep beside it: its rarest words, by which two texts are compared."""

from collections.abc import Mapping, Sequence
from heapq import nlargest
from operator import itemgetter
from zlib import crc32

import numpy as np
import numpy.typing as npt

from briefing.stories.similarity import log_counts, ordinary, unit

Signature = Mapping[int, float]
"""Weight of each word by the hash of its stem; a unit vector."""
Stored = tuple[npt.NDArray[np.uint32], npt.NDArray[np.float16]]
"""The same as the hashes and their weights."""
NO_SIGNATURE: Stored = (np.empty(0, np.uint32), np.empty(0, np.float16))
Likeness = npt.NDArray[np.float64]

SIZE = 256
"""Words kept. Of five recaps each has the issue it discusses nearest with 128 to 256 of them, four of five with 64."""
STRANGERS = 0.3
"""Two texts that are no more alike than this may be of one show or trade: of all pairs in eight feeds fewer than one in a hundred
are nearer, in the feed that repeats itself most one in twenty."""
GAIN, MOST = 8.0, 0.4
"""What a signature adds to the cosine of two insights: so much for each step beyond strangers, and at most so much, so that one
text about the same does not fill a list."""


def signature(text: str, language: str = "") -> Signature:
    """The rarest words of a text by packaged frequencies, the oftener said the heavier; empty for a text without words.

    A single character, which is what Chinese and Japanese are cut into, is no word here.
    """
    weighed = ordinary().weigh(log_counts([(text, 1.0)], language))
    rarest = nlargest(SIZE, ((stem, weight) for stem, weight in weighed.items() if len(stem) > 1), key=itemgetter(1, 0))
    return {crc32(stem.encode()): weight for stem, weight in sorted(unit(dict(rarest)).items())}


def alike(own: Stored, others: Sequence[Stored]) -> Likeness:
    """Cosines of one signature to others, 0 to 1, [len(others)]; 0 where one is empty."""
    sizes = [len(words) for words, _ in others]
    if not len(own[0]) or not sum(sizes):
        return np.zeros(len(others))
    order = np.argsort(own[0])
    words, weights = own[0][order], own[1][order].astype(np.float64)
    theirs = np.concatenate([each for each, _ in others])
    likely = np.zeros(2**16, bool)
    likely[words.astype(np.uint16)] = True
    perhaps = np.flatnonzero(likely[theirs.astype(np.uint16)])
    place = np.minimum(np.searchsorted(words, theirs[perhaps]), len(words) - 1)
    same = words[place] == theirs[perhaps]
    common = perhaps[same]
    product = weights[place[same]] * np.concatenate([each for _, each in others])[common]
    owners = np.repeat(np.arange(len(others)), sizes)[common]
    return np.bincount(owners, product, len(others)).astype(np.float64)


def lifted(nearness: float, likeness: float) -> float:
    """How near an insight is: by its own vector, and nearer where the whole texts are about the same.

    The constants were chosen on recaps and the issues they discuss (`python -m bench.recaps`). Weighing both at every likeness
    finds those too, but fills nine tenths of all other lists from the insight's own show.
    """
    return nearness + min(MOST, GAIN * max(0.0, likeness - STRANGERS))
