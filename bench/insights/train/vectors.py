"""Word vectors for the packaged Embedder: those whose mean is nearest to the teacher's vector of a text (least squares).

The start is the teacher's vector of each piece alone, weighted against frequency (SIF, Arora et al. 2017); the ridge pulls
rare pieces towards it. Texts: candidates of the annotated documents, and titles and summaries of the sample feeds.
"""

import html
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sentence_transformers import SentenceTransformer

from bench.insights.train import teacher
from bench.insights.train.data import DATA, Labelled
from briefing.embedding.wordpiece import packaged

DIMENSIONS = 256
RIDGE = 0.003
STEPS = 40
RARE = 1e-3
SPANS_A_DOCUMENT, TEXTS_A_FEED = 90, 40

Array = npt.NDArray[np.float64]


def texts(documents: Sequence[Labelled]) -> list[str]:
    """Texts in English, in random order."""
    found = [text for document in documents if document.document.language == "en" for text in _spans(document)]
    found += [text for path in sorted((DATA / "feeds").iterdir()) for text in _summaries(path)]
    return random.Random(0).sample(found, len(found))


def _spans(labelled: Labelled) -> Iterator[str]:
    spans = random.Random(labelled.name).sample(labelled.spans, min(SPANS_A_DOCUMENT, len(labelled.spans)))
    return (labelled.document.text[span.start : span.end] for span in spans)


def _summaries(path: Path) -> list[str]:
    raw = path.read_text("utf-8", "replace")[:200_000]
    found = [match[2] for match in re.finditer(r"<(title|description|summary|content)\b[^>]*>(.*?)</\1>", raw, re.DOTALL)]
    plain = [" ".join(re.sub(r"<[^>]*>", " ", html.unescape(html.unescape(text))).split())[:350] for text in found]
    return [text for text in plain if len(text) > 25 and sum(map(str.isascii, text)) > 0.95 * len(text)][:TEXTS_A_FEED]


def bags(found: Sequence[str]) -> sp.csr_matrix:
    """Shares of pieces [texts, pieces]."""
    tokens = packaged()
    rows = sp.lil_matrix((len(found), len(tokens.ids)))
    for row, text in enumerate(found):
        ids, _ = tokens.encode(text)
        for piece, count in Counter(ids.tolist()).items():
            rows[row, piece] = count / len(ids)
    return rows.tocsr()


def nearest(shares: sp.csr_matrix, wanted: Array, start: Array) -> Array:
    """Minimises |shares @ x - wanted|^2 + RIDGE |x - start|^2 by conjugate gradients."""
    found, back = start.copy(), shares.T.tocsr()
    residual = back @ (wanted - shares @ found)
    direction, size = residual.copy(), (residual**2).sum(0)
    for _ in range(STEPS):
        image = back @ (shares @ direction) + RIDGE * direction
        length = size / np.maximum((direction * image).sum(0), 1e-20)
        found += length * direction
        residual -= length * image
        size, before = (residual**2).sum(0), size
        direction = residual + size / np.maximum(before, 1e-20) * direction
    return found


def start(model: SentenceTransformer, axes: Array, shares: sp.csr_matrix, wanted: Array) -> Array:
    pieces = [piece.removeprefix("##") for piece in packaged().ids]
    alone = model.encode(pieces, normalize_embeddings=True, show_progress_bar=False) @ axes
    frequency = np.asarray(shares.mean(0)).ravel()
    weighted = (alone - alone.mean(0)) * (RARE / (RARE + frequency))[:, None]
    image = shares @ weighted
    return np.asarray(weighted * ((image * wanted).sum() / (image**2).sum()))


def train(documents: Sequence[Labelled], folder: Path) -> None:
    """Writes vectors.npz: int8 rows and their scales; the median row has length 1."""
    model = SentenceTransformer(str(teacher.folder()), device="cpu")
    found = texts(documents)
    vectors = model.encode(found, normalize_embeddings=True, show_progress_bar=False)
    axes = np.linalg.svd(vectors, full_matrices=False)[2][:DIMENSIONS].T
    shares, wanted = bags(found), vectors @ axes
    rows = nearest(shares, wanted, start(model, axes, shares, wanted))
    rows /= np.median(np.linalg.norm(rows, axis=1))
    scales = np.maximum(np.abs(rows).max(1), 1e-9) / 127
    np.savez_compressed(
        folder / "vectors.npz", rows=np.rint(rows / scales[:, None]).astype(np.int8), scales=scales.astype(np.float16)
    )
