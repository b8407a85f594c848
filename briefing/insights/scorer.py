"""How much a passage is an insight: a trained linear model over named features, calibrated to a probability."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from briefing.insights.candidates import Candidate
from briefing.insights.encoder import Encoder
from briefing.insights.features import Columns, features
from briefing.model import Document

FLOOR = 0.3
"""Below this score an insight never reaches an edition."""

AROUND, NEARBY = 0.5, 30
"""Share of the score around a span that it is given, and how far that reaches, in words."""

IN_CONTEXT = "in context"
"""The name under which the encoder's rating stands among the features."""

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weight:
    """One standardised feature: its mean and deviation in the training data, and what a deviation more of it adds."""

    mean: float
    deviation: float
    weight: float

    def times(self, column: Scores) -> Scores:
        """Contributions; a value that is missing adds nothing."""
        return np.asarray(np.nan_to_num((column - self.mean) / self.deviation * self.weight), np.float32)


@dataclass(frozen=True, slots=True)
class Model:
    """A weighted sum, and the logistic curve that makes a probability of it (Platt 1999)."""

    weights: Mapping[str, Weight]
    slope: float
    intercept: float

    def contributions(self, columns: Columns) -> dict[str, Scores]:
        return {name: weight.times(columns[name]) for name, weight in self.weights.items() if name in columns}

    def calibrated(self, raw: Scores) -> Scores:
        return np.asarray(1 / (1 + np.exp(-(self.slope * raw + self.intercept))), np.float32)


def in_place(spans: Sequence[Candidate], raw: Scores) -> Scores:
    """Each span's score with half of what stands around it, the nearest most: a point is seldom made by one span alone.

    The weights are those of a normal curve over the words between middles, `NEARBY` words its deviation.
    """
    middles = np.array([(span.start + span.end) / 2 for span in spans])
    characters_a_word = np.mean([(span.end - span.start) / max(1, span.words) for span in spans])
    at = np.rint((middles - middles.min()) / characters_a_word).astype(np.int64)
    kernel = np.exp(-0.5 * (np.arange(-3 * NEARBY, 3 * NEARBY + 1) / NEARBY) ** 2)
    total, weight = (np.convolve(np.bincount(at, of, at.max() + 1), kernel)[at + 3 * NEARBY] for of in (raw, np.ones(len(raw))))
    return np.asarray(raw + AROUND * total / weight, np.float32)


class Scorer:
    """The packaged models. Constructed once; reads no network.

    Where the encoder has learnt the document's language, its rating counts beside the features; elsewhere they count alone.
    """

    def __init__(self) -> None:
        self._models = load("scorer.json")
        self._encoder = Encoder()

    def score(self, document: Document, spans: Sequence[Candidate]) -> Scores:
        """float32 [n] from 0 to 1, comparable across documents: how likely a careful reader is to choose each span."""
        if not spans:
            return np.zeros(0, np.float32)
        columns = self._columns(document, spans)
        model = self._model(columns)
        own = np.sum(list(model.contributions(columns).values()), axis=0)
        return model.calibrated(in_place(spans, own))

    def explain(self, document: Document, span: Candidate) -> dict[str, float]:
        """Feature -> what it adds to the uncalibrated score of the span itself, the strongest first."""
        columns = self._columns(document, [span])
        parts = self._model(columns).contributions(columns)
        return dict(sorted(((name, float(part[0])) for name, part in parts.items()), key=lambda item: -abs(item[1])))

    def _columns(self, document: Document, spans: Sequence[Candidate]) -> Columns:
        return features(document, spans) | {IN_CONTEXT: self._encoder.rate(document, spans)}

    def _model(self, columns: Columns) -> Model:
        return self._models["counted" if np.isnan(columns[IN_CONTEXT]).any() else "read"]


def load(name: str) -> dict[str, Model]:
    """The models packaged in a JSON file."""
    found = json.loads(resources.files("briefing.insights").joinpath("data", name).read_text("utf-8"))
    return {model: _model(parts) for model, parts in found.items()}


def _model(parts: Mapping[str, Any]) -> Model:
    weights = {feature: Weight(*numbers) for feature, numbers in parts["weights"].items()}
    return Model(weights, parts["slope"], parts["intercept"])
