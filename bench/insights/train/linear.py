"""Ridge regression over named features, chosen by cross-validation, with a calibration to shares of annotators."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import Ridge

from bench.insights.train.data import Labelled, ndcg
from briefing.insights.features import Columns, matrix

Array = npt.NDArray[np.float64]
Weights = dict[str, list[float]]
REGULARISATION = 20_000
TARGET = 5.0


def chosen(labelled: Labelled, scores: npt.NDArray, top: int = 5) -> list[int]:
    """The best candidates that share no word."""
    taken: list[int] = []
    for index in np.argsort(-scores, kind="stable"):
        start, end = labelled.ranges[index]
        if all(end <= labelled.ranges[other][0] or start >= labelled.ranges[other][1] for other in taken):
            taken.append(int(index))
        if len(taken) == top:
            break
    return taken


def mean_ndcg(documents: Sequence[Labelled], scores: Sequence[npt.NDArray]) -> float:
    return float(np.mean([ndcg(document, chosen(document, found)) for document, found in zip(documents, scores, strict=True)]))


def standard(rows: Array) -> tuple[Array, Array]:
    """Mean and deviation of each column, missing values aside."""
    return np.nanmean(rows, axis=0), np.nanstd(rows, axis=0) + 1e-6


def fit(columns: Sequence[Columns], gains: Sequence[npt.NDArray], regularisation: float = REGULARISATION) -> Weights:
    """Feature -> [mean, deviation, weight] of gain / 5; missing values count as the mean."""
    rows = np.vstack([matrix(found) for found in columns]).astype(np.float64)
    mean, deviation = standard(rows)
    ridge = Ridge(alpha=regularisation).fit(np.nan_to_num((rows - mean) / deviation), np.concatenate(gains) / TARGET)
    table = zip(columns[0], mean, deviation, ridge.coef_, strict=True)
    return {name: [round(float(number), 6) for number in numbers] for name, *numbers in table}


def predict(weights: Weights, columns: Columns) -> npt.NDArray:
    parts = [np.nan_to_num((columns[name] - mean) / deviation * weight) for name, (mean, deviation, weight) in weights.items()]
    return np.sum(parts, axis=0)


def cross_validated(
    columns: Sequence[Columns],
    gains: Sequence[npt.NDArray],
    folds: Sequence[Sequence[int]],
    regularisation: float = REGULARISATION,
) -> list[npt.NDArray]:
    """Scores of each document by a model that saw no document of its fold."""
    scores: list[npt.NDArray] = [np.zeros(0)] * len(columns)
    for held in folds:
        kept = [index for index in range(len(columns)) if index not in set(held)]
        weights = fit([columns[i] for i in kept], [gains[i] for i in kept], regularisation)
        for index in held:
            scores[index] = predict(weights, columns[index])
    return scores


def calibration(scores: Sequence[npt.NDArray], gains: Sequence[npt.NDArray], knots: int = 24) -> tuple[list[float], list[float]]:
    """Knots of raw score and the share of candidates there that find an annotated insight (isotonic regression)."""
    raw, found = np.concatenate(scores), (np.concatenate(gains) > 0).astype(float)
    curve = IsotonicRegression(out_of_bounds="clip").fit(raw, found)
    at = np.quantile(raw, np.concatenate([np.linspace(0, 0.9, knots // 2), 1 - np.geomspace(0.09, 1e-4, knots // 2)]))
    return [round(float(x), 5) for x in at], [round(float(y), 4) for y in curve.predict(at)]


def save(path: Path, weights: Weights, knots: list[float], shares: list[float]) -> None:
    path.write_text(json.dumps({"weights": weights, "knots": knots, "shares": shares}, indent=1) + "\n", "utf-8")
