"""What a whole text is about, small enough to keep beside it: its rarest words, by which two texts are compared."""

from collections.abc import Mapping
from heapq import nlargest
from zlib import crc32

from briefing.stories.similarity import log_counts, ordinary, unit

Signature = Mapping[int, float]
"""Weight of each word by the hash of its stem; a unit vector."""

SIZE = 256
"""Words kept. Of five recaps each has the issue it discusses nearest with 128 to 256 of them, four of five with 64."""
SHARE = 0.7
"""Weight of signatures beside vectors of single insights. Signatures of strangers differ less, so that this is about half of what
decides. Chosen with SIZE on recaps and the issues they discuss (`python -m bench.recaps`), where 0.65 to 0.8 find all five."""
STRANGERS = 0.15
"""Two deviations above the mean of all pairs among 225 texts of eight feeds."""


def signature(text: str, language: str = "") -> Signature:
    """The rarest words of a text by packaged frequencies, the oftener said the heavier; empty for a text without words."""
    weighed = ordinary().weigh(log_counts([(text, 1.0)], language))
    rarest = nlargest(SIZE, weighed.items(), key=lambda item: (item[1], item[0]))
    return {crc32(stem.encode()): weight for stem, weight in sorted(unit(dict(rarest)).items())}


def alike(a: Signature, b: Signature) -> float:
    """Cosine of two signatures, 0 to 1; 0 where one is empty."""
    return sum(a[word] * b[word] for word in a.keys() & b.keys())


def mixed(vectors: float, signatures: float) -> float:
    """How near an insight is: by its own vector, and by the whole text it stands in."""
    return (1 - SHARE) * vectors + SHARE * signatures
