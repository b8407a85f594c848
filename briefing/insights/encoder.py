"""How the lower layers of a small transformer rate spans in their context; runs on onnxruntime.

Each token has two values, linear in its states: what it adds to a span that it stands in, and to a span that it leads up to.
"""

import os
from collections.abc import Sequence
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from briefing.embedding.wordpiece import BEGIN, END, WordPiece, packaged
from briefing.insights.candidates import Candidate
from briefing.model import Document
from briefing.text import primary

Numbers = npt.NDArray[np.float32]
Precise = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

SIZE, BEFORE, STEP = 256, 30, 212
"""Tokens of a window, how many of the text before it repeats, and how far the next one begins."""

CONTEXT = 40
"""Tokens before a span that its rating also sees."""

BATCH = 2
"""Windows read at a time: more take more memory and no less time."""
THREADS = os.cpu_count() or 1
LANGUAGES = ("en",)


class Encoder:
    """The packaged encoder."""

    def __init__(self) -> None:
        self._tokens: WordPiece = packaged()
        self._session = _session()
        self._last: tuple[Document, tuple[Numbers, Integers]] | None = None

    def rate(self, document: Document, spans: Sequence[Candidate]) -> Numbers:
        """float32 [n], of any scale; NaN for a document in a language that the encoder has not learnt."""
        if primary(document.language) not in LANGUAGES or not spans:
            return np.full(len(spans), np.nan, np.float32)
        values, starts = self._read(document)
        return rating(values, *token_ranges(starts, spans))

    def _read(self, document: Document) -> tuple[Numbers, Integers]:
        """Values and starts of all tokens; the last document is remembered, since each of its spans may be explained."""
        last = self._last
        if last is None or last[0] is not document:
            ids, starts = document_tokens(self._tokens, document)
            self._last = last = document, (self._values(ids), starts)
        return last[1]

    def _values(self, ids: Integers) -> Numbers:
        """float32 [tokens, 2]: each token as read in its window."""
        rows, own = windows(ids, self._tokens.ids[BEGIN], self._tokens.ids[END])
        read = [self._session.run(None, {"ids": rows[at : at + BATCH]})[0] for at in range(0, len(rows), BATCH)]
        return np.asarray(np.concatenate(read).reshape(-1, 2)[own], np.float32)


def document_tokens(tokens: WordPiece, document: Document) -> tuple[Integers, Integers]:
    """Ids of all tokens, a separator after each passage, and the characters at which they begin."""
    ids: list[Integers] = []
    starts: list[Integers] = []
    for passage in document.passages:
        found, at = tokens.encode(document.text[passage.start : passage.end])
        ids += [found, np.array([tokens.ids[END]])]
        starts += [at + passage.start, np.array([passage.end])]
    return np.concatenate(ids), np.concatenate(starts)


def token_ranges(starts: Integers, spans: Sequence[Candidate]) -> tuple[Integers, Integers]:
    """First token of each span, and the one after its last."""
    first = np.searchsorted(starts, [span.start for span in spans])
    return first, np.maximum(np.searchsorted(starts, [span.end for span in spans]), first + 1)


def windows(ids: Integers, begin: int, end: int) -> tuple[Integers, Integers]:
    """Overlapping windows [w, SIZE] (one shorter window for a short text), and for each token its place in them, flattened."""
    inner = min(SIZE - 2, len(ids))
    starts = [max(0, min(at - BEFORE, len(ids) - inner)) for at in range(0, len(ids), STEP)]
    rows = np.stack([np.concatenate([[begin], ids[start : start + inner], [end]]) for start in starts])
    places = np.arange(len(ids))
    window = places // STEP
    return rows, window * (inner + 2) + 1 + places - np.array(starts)[window]


def rating(values: Numbers, first: Integers, last: Integers) -> Numbers:
    """Of each token range [first, last): the mean of what its tokens add, and of what those before it do."""
    return np.asarray(inside(values[:, :1], first, last) + leading(values[:, 1:], first), np.float32)[:, 0]


def inside(rows: Numbers, first: Integers, last: Integers) -> Precise:
    """float64 [n, width]: means of rows[first:last] for each range."""
    return _sums(rows, first, last) / (last - first)[:, None]


def leading(rows: Numbers, first: Integers) -> Precise:
    """float64 [n, width]: means of the `CONTEXT` rows before each range; those that a beginning lacks count as zero."""
    return _sums(rows, np.maximum(first - CONTEXT, 0), first) / CONTEXT


def _sums(rows: Numbers, first: Integers, last: Integers) -> Precise:
    totals = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
    return np.asarray(totals[last] - totals[first], np.float64)


@cache
def _session() -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = THREADS
    # A waiting thread that spins takes the processor from the rest of the program: twice the time on a busy machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    model = resources.files("briefing.insights").joinpath("data", "encoder.onnx").read_bytes()
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
