"""What a floor under the score would let through, on held-out documents."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bench.insights.train.data import Labelled
from bench.insights.train.linear import chances
from briefing.insights.selection import choose

FLOORS = (0.20, 0.25, 0.30, 0.35, 0.40, 0.45)
MOST = 20


def report(documents: Sequence[Labelled], scores: Sequence[npt.NDArray], gains: Sequence[npt.NDArray]) -> None:
    """Prints for each floor how many insights a document has above it (a tenth of documents fewer, median), and how many of
    these an annotator chose."""
    chosen = [
        choose(document.document, document.spans, found.astype(np.float32), MOST)
        for document, found in zip(documents, chances(scores, gains), strict=True)
    ]
    gain = [dict(zip(document.spans, found, strict=True)) for document, found in zip(documents, gains, strict=True)]
    for floor in FLOORS:
        above = [[choice for choice in choices if choice.score >= floor] for choices in chosen]
        counts = [len(choices) for choices in above]
        hits = [known[choice.candidate] > 0 for known, choices in zip(gain, above, strict=True) for choice in choices]
        print(
            f"floor {floor:.2f}: a tenth have {np.quantile(counts, 0.1):.0f} or fewer, median {np.median(counts):.0f}, ", end=""
        )
        print(f"{np.mean(hits):.0%} chosen by an annotator")
