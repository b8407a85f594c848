"""How much a passage is an insight: a trained linear model over named features, calibrated to a probability."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
import numpy.typing as npt

from briefing.insights.candidates import Candidate
from briefing.insights.features import Columns, features
from briefing.model import Document

FLOOR = 0.25
"""Below this score an insight never reaches an edition."""

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
    """`raw` values rise with the share of annotators who chose such a passage; (`knots`, `shares`) say how."""

    weights: Mapping[str, Weight]
    knots: Sequence[float]
    shares: Sequence[float]

    def contributions(self, columns: Columns) -> dict[str, Scores]:
        return {name: weight.times(columns[name]) for name, weight in self.weights.items() if name in columns}

    def calibrated(self, raw: Scores) -> Scores:
        return np.interp(raw, self.knots, self.shares).astype(np.float32)


class Scorer:
    """The packaged model. Constructed once; reads no network."""

    def __init__(self) -> None:
        self._model = load("scorer.json")

    def score(self, document: Document, spans: Sequence[Candidate]) -> Scores:
        """float32 [n] from 0 to 1, comparable across documents: how likely a careful reader is to choose each span."""
        if not spans:
            return np.zeros(0, np.float32)
        parts = self._model.contributions(features(document, spans))
        return self._model.calibrated(np.sum(list(parts.values()), axis=0))

    def explain(self, document: Document, span: Candidate) -> dict[str, float]:
        """Feature -> what it adds to the uncalibrated score of the span, the strongest first."""
        parts = self._model.contributions(features(document, [span]))
        return dict(sorted(((name, float(part[0])) for name, part in parts.items()), key=lambda item: -abs(item[1])))


def load(name: str) -> Model:
    """A model packaged as JSON."""
    found = json.loads(resources.files("briefing.insights").joinpath("data", name).read_text("utf-8"))
    weights = {feature: Weight(*numbers) for feature, numbers in found["weights"].items()}
    return Model(weights, found["knots"], found["shares"])
