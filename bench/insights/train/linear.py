"""Ridge regression over named features, a rating by the encoder beside it, and the calibration of both to shares.

The regression compares spans of one document only (both sides are centred in each), so that a document's length or kind
does not pass for quality.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from bench.insights.train.data import Labelled, ndcg
from briefing.insights.features import Columns, matrix
from briefing.insights.scorer import IN_CONTEXT
from briefing.insights.selection import choose

Array = npt.NDArray[np.float64]
Weights = dict[str, list[float]]
REGULARISATION = 20_000
TARGET = 5.0
RATED = 2.5


def chosen(labelled: Labelled, chances: npt.NDArray, top: int = 5) -> list[int]:
    """The candidates that the product would choose, best first."""
    places = {(span.start, span.end): index for index, span in enumerate(labelled.spans)}
    found = choose(labelled.document, labelled.spans, np.asarray(chances, np.float32), top)
    return [places[choice.candidate.start, choice.candidate.end] for choice in found]


def mean_ndcg(documents: Sequence[Labelled], chances: Sequence[npt.NDArray]) -> float:
    return float(np.mean([ndcg(document, chosen(document, found)) for document, found in zip(documents, chances, strict=True)]))


def standard(rows: Array) -> tuple[Array, Array]:
    """Mean and deviation of each column, missing values aside."""
    return np.nanmean(rows, axis=0), np.nanstd(rows, axis=0) + 1e-6


def fit(columns: Sequence[Columns], gains: Sequence[npt.NDArray], regularisation: float = REGULARISATION) -> Weights:
    """Feature -> [mean, deviation, weight] of gain / 5; missing values count as the mean."""
    rows = [matrix(found).astype(np.float64) for found in columns]
    mean, deviation = standard(np.vstack(rows))
    centred = [_centred(np.nan_to_num((found - mean) / deviation)) for found in rows]
    targets = [_centred(found / TARGET) for found in gains]
    products = sum(found.T @ found for found in centred) + regularisation * np.eye(len(mean))
    weights = np.linalg.solve(products, sum(a.T @ b for a, b in zip(centred, targets, strict=True)))
    table = zip(columns[0], mean, deviation, weights, strict=True)
    return {name: [round(float(number), 6) for number in numbers] for name, *numbers in table}


def _centred(rows: Array) -> Array:
    return rows - rows.mean(axis=0)


def mixed(counted: Weights, scores: Sequence[npt.NDArray], ratings: Sequence[npt.NDArray], share: float = RATED) -> Weights:
    """The weights with the encoder's rating beside them; `share` is the deviation it adds for one of the counted score."""
    spread = np.sqrt(np.mean([found.var() for found in scores]))
    rated = np.sqrt(np.mean([found.var() for found in ratings]))
    centre = float(np.mean([found.mean() for found in ratings]))
    return counted | {IN_CONTEXT: [round(float(number), 6) for number in (centre, rated, share * spread)]}


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


def calibration(scores: Sequence[npt.NDArray], gains: Sequence[npt.NDArray]) -> dict[str, float]:
    """Slope and intercept from score to the chance of finding an annotated insight; strictly rising, so ranks are kept."""
    raw, found = np.concatenate(scores)[:, None], np.concatenate(gains) > 0
    curve = LogisticRegression(C=1e6).fit(raw, found)
    return {"slope": round(float(curve.coef_[0, 0]), 4), "intercept": round(float(curve.intercept_[0]), 4)}


def chances(scores: Sequence[npt.NDArray], gains: Sequence[npt.NDArray]) -> list[npt.NDArray]:
    """The scores on that curve, 0 to 1."""
    curve = calibration(scores, gains)
    return [1 / (1 + np.exp(-(curve["slope"] * found + curve["intercept"]))) for found in scores]


def model(weights: Weights, scores: Sequence[npt.NDArray], gains: Sequence[npt.NDArray]) -> dict[str, object]:
    return {"weights": weights, **calibration(scores, gains)}


def save(path: Path, counted: dict[str, object], read: dict[str, object]) -> None:
    path.write_text(json.dumps({"counted": counted, "read": read}, indent=1) + "\n", "utf-8")
