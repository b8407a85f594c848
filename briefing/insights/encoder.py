"""How a small transformer, fine-tuned on annotated episodes, rates spans in their context; runs on onnxruntime."""

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
    """The packaged encoder and its head."""

    def __init__(self) -> None:
        self._tokens: WordPiece = packaged()
        self._session = _session()
        self._head = _head()
        self._last: tuple[Document, tuple[Numbers, Integers]] | None = None

    def rate(self, document: Document, spans: Sequence[Candidate]) -> Numbers:
        """float32 [n], a log-odds each; NaN for a document in a language that the encoder has not learnt."""
        if primary(document.language) not in LANGUAGES or not spans:
            return np.full(len(spans), np.nan, np.float32)
        states, starts = self._read(document)
        return head(self._head, states, *token_ranges(starts, spans))

    def _read(self, document: Document) -> tuple[Numbers, Integers]:
        """States and starts of all tokens; the last document is remembered, since each of its spans may be explained."""
        last = self._last
        if last is None or last[0] is not document:
            ids, starts = document_tokens(self._tokens, document)
            self._last = last = document, (self._states(ids), starts)
        return last[1]

    def _states(self, ids: Integers) -> Numbers:
        """float32 [tokens, width]: each token as read in its window."""
        rows, own = windows(ids, self._tokens.ids[BEGIN], self._tokens.ids[END])
        read = [self._session.run(None, {"ids": rows[at : at + BATCH]})[0] for at in range(0, len(rows), BATCH)]
        states = np.concatenate(read)
        return np.asarray(states.reshape(-1, states.shape[-1])[own], np.float32)


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


def head(weights: dict[str, Numbers], states: Numbers, first: Integers, last: Integers) -> Numbers:
    """Ratings [n] of the token ranges [first, last): attention-pooled span, mean of what stands before, mean of the document."""
    attention = np.exp(np.clip(states @ weights["attention"] + weights["attention bias"], -4, 4))[:, None]
    pooled = _between(attention * states, first, last) / _between(attention, first, last)
    before = np.maximum(first - CONTEXT, 0)
    context = _between(states, before, first) / np.maximum(first - before, 1)[:, None]
    span = _normal(pooled, weights["span"])
    whole = _normal(states.mean(axis=0, keepdims=True), weights["document"])
    seen = np.concatenate([span, _normal(context, weights["context"]), span * whole], axis=1)
    hidden = _gelu(np.asarray(seen @ weights["hidden"] + weights["hidden bias"], np.float64))
    return np.asarray(hidden @ weights["out"] + weights["out bias"], np.float32)


def _between(rows: Numbers, first: Integers, last: Integers) -> Precise:
    """Sums of rows[first:last] for each range, zero for an empty one."""
    ranges = np.stack([first, np.maximum(last, first + 1)], axis=1).ravel()
    closed = np.concatenate([rows, np.zeros((1, rows.shape[1]), rows.dtype)])
    sums = np.add.reduceat(closed, ranges, axis=0)[::2]
    return np.asarray(np.where((last > first)[:, None], sums, 0), np.float64)


def _normal(rows: Precise, scale_and_shift: Numbers) -> Precise:
    """Layer normalisation (Ba et al. 2016)."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    deviation = np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5)
    return np.asarray(centred / deviation * scale_and_shift[0] + scale_and_shift[1], np.float64)


def _gelu(values: Precise) -> Precise:
    """The tanh form of GELU (Hendrycks and Gimpel 2016, section 2)."""
    return np.asarray(0.5 * values * (1 + np.tanh(np.sqrt(2 / np.pi) * (values + 0.044715 * values**3))), np.float64)


@cache
def _session() -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = THREADS
    # A waiting thread that spins takes the processor from the rest of the program: twice the time on a busy machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    model = resources.files("briefing.insights").joinpath("data", "encoder.onnx").read_bytes()
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@cache
def _head() -> dict[str, Numbers]:
    with resources.files("briefing.insights").joinpath("data", "head.npz").open("rb") as file, np.load(file) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}
