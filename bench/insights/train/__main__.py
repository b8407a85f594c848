"""Trains all that the package ships: python -m bench.insights.train [--folds 3] [--only STEP].

Needs the extra [train] and the benchmark's data; takes two hours of two cores.
The steps, in order: vocabulary, vectors, student (the encoder's layers), encoder (its values, and ratings of each document by
values that did not see it), scorer (the linear model).
"""

import argparse
import pickle
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from bench.insights.train import data, encoder, export, floor, linear, student, unlabelled, vectors, vocabulary
from briefing.insights import scorer
from briefing.insights.features import features

PACKAGE = data.ROOT / "briefing"
EMBEDDING, INSIGHTS = PACKAGE / "embedding" / "data", PACKAGE / "insights" / "data"
RATINGS, STUDENT, LESSONS = (Path("out") / name for name in ("ratings.pickle", "student.pt", "lessons"))


def folds(documents: Sequence[data.Labelled], count: int) -> list[list[int]]:
    """Episodes by show, newsletters in turn."""
    episodes = [document for document in documents if document.group not in data.LETTERS]
    held = data.folds(episodes, count)
    for index in range(len(episodes), len(documents)):
        held[index % count].append(index)
    return held


def train_student(documents: Sequence[data.Labelled]) -> None:
    """Writes student.pt; what it is to learn is read once and kept in `LESSONS`, 8 GB for all there is."""
    rows = student.windows([*(document.document for document in documents), *unlabelled.load()])
    torch.save(student.teach(rows, student.lessons(rows, LESSONS)).state_dict(), STUDENT)


def train_encoder(documents: Sequence[data.Labelled], count: int) -> None:
    """Writes encoder.onnx, and keeps each English document's ratings by values that did not see it."""
    layers = encoder.load(STUDENT)
    rows = {index: encoder.read(layers, document) for index, document in enumerate(documents) if _english(document)}
    products = encoder.Products(rows, [document.gains for document in documents])
    ratings = encoder.cross_validated(products, rows, folds(documents, count))
    RATINGS.write_bytes(pickle.dumps(ratings))
    export.save(encoder.Values(layers, products.weights()), INSIGHTS / "encoder.onnx")


def train_scorer(documents: Sequence[data.Labelled], count: int) -> None:
    """Writes scorer.json and prints cross-validated nDCG@5 of each model, chosen as the product chooses."""
    ratings: dict[int, npt.NDArray] = pickle.loads(RATINGS.read_bytes())
    columns = [features(document.document, document.spans) for document in documents]
    gains = [document.gains for document in documents]
    counted = linear.cross_validated(columns, gains, folds(documents, count))
    rated = sorted(ratings)
    heard = [documents[index] for index in rated]
    weights = linear.fit(columns, gains)
    both = linear.mixed(weights, [counted[i] for i in rated], [ratings[i] for i in rated])
    centre, deviation, weight = both[linear.IN_CONTEXT]
    mixed = [counted[i] + (ratings[i] - centre) / deviation * weight for i in rated]
    in_place = [scorer.in_place(document.spans, found) for document, found in zip(heard, mixed, strict=True)]
    alone = [scorer.in_place(document.spans, found) for document, found in zip(documents, counted, strict=True)]
    _report("features", documents, counted)
    _report("encoder", heard, [ratings[i] for i in rated])
    _report("features and encoder", heard, mixed)
    _report("the same, in place", heard, in_place)
    linear.save(
        INSIGHTS / "scorer.json",
        linear.model(weights, alone, gains),
        linear.model(both, in_place, [gains[i] for i in rated]),
    )
    floor.report(heard, in_place, [gains[i] for i in rated])


def _report(name: str, documents: Sequence[data.Labelled], scores: Sequence[npt.NDArray]) -> None:
    found = linear.chances(scores, [document.gains for document in documents])
    values = {document.name: linear.mean_ndcg([document], [one]) for document, one in zip(documents, found, strict=True)}
    letters = [values[document.name] for document in documents if document.group in data.LETTERS]
    episodes = [values[document.name] for document in documents if document.group not in data.LETTERS]
    print(f"{name:22s} episodes {np.mean(episodes):.3f} ({len(episodes)})  newsletters {np.mean(letters):.3f} ({len(letters)})")


def _english(document: data.Labelled) -> bool:
    return document.document.language == "en"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--only", choices=("vocabulary", "vectors", "student", "encoder", "scorer"))
    arguments = parser.parse_args()
    documents = data.load(data.TRAIN) + data.load(data.NEWSLETTERS)
    steps: dict[str, Callable[[], None]] = {
        "vocabulary": lambda: vocabulary.train(documents, EMBEDDING, INSIGHTS),
        "vectors": lambda: vectors.train(documents, EMBEDDING),
        "student": lambda: train_student(documents),
        "encoder": lambda: train_encoder(documents, arguments.folds),
        "scorer": lambda: train_scorer(documents, arguments.folds),
    }
    for name, step in steps.items():
        if arguments.only in (None, name):
            began = time.monotonic()
            step()
            print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
