"""What a whole text is about, small enough to keep beside it: its rarest words, by which two texts are compared."""

from collections.abc import Mapping
from heapq import nlargest
from operator import itemgetter
from zlib import crc32

from briefing.stories.similarity import log_counts, ordinary, unit

Signature = Mapping[int, float]
"""Weight of each word by the hash of its stem; a unit vector."""

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


def alike(a: Signature, b: Signature) -> float:
    """Cosine of two signatures, 0 to 1; 0 where one is empty."""
    return sum(a[word] * b[word] for word in a.keys() & b.keys())


def lifted(nearness: float, likeness: float) -> float:
    """How near an insight is: by its own vector, and nearer where the whole texts are about the same.

    The constants were chosen on recaps and the issues they discuss (`python -m bench.recaps`). Weighing both at every likeness
    finds those too, but fills nine tenths of all other lists from the insight's own show.
    """
    return nearness + min(MOST, GAIN * max(0.0, likeness - STRANGERS))
