"""What the layers of the student know about spans: how much each token adds to those it stands in or leads up to.

A span is the mean of its tokens' states and of the states of those before it, taken from several layers; a ridge regression
on these, which compares spans of one document only, gives each token its two values. The layers are kept as they were taught:
with 84 annotated episodes, changing them by labels learns the shows by heart.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from bench.insights.train import teacher
from bench.insights.train.data import Labelled
from bench.insights.train.linear import TARGET
from briefing.embedding.wordpiece import BEGIN, END, packaged
from briefing.insights.encoder import document_tokens, inside, leading, token_ranges, windows

LAYERS = (3, 5)
REGULARISATION = 30_000
WINDOWS_AT_ONCE = 24

Array = npt.NDArray[np.float32]


class Layers(nn.Module):
    """The states of some layers side by side."""

    def __init__(self, lower: teacher.Lower) -> None:
        super().__init__()
        self.lower = lower

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        found = [states for number, states in enumerate(self.lower.each(ids)) if number in LAYERS]
        return torch.cat(found, dim=-1)


class Values(nn.Module):
    """What ships: the two values of each token."""

    def __init__(self, layers: Layers, weights: Array) -> None:
        super().__init__()
        self.layers = layers
        self.weights = nn.Parameter(torch.tensor(weights.reshape(2, -1)), requires_grad=False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        states = self.layers(ids)
        # A product and a sum instead of a matrix product, which would be quantised.
        return torch.stack([(states * self.weights[0]).sum(-1), (states * self.weights[1]).sum(-1)], dim=-1)


def load(student: Path) -> Layers:
    """The layers as `student.teach` left them in that file."""
    lower = teacher.Lower(teacher.load(), teacher.LAYERS)
    lower.load_state_dict(torch.load(student))
    lower.layers = lower.layers[: max(LAYERS)]
    return Layers(lower).eval()


def read(layers: Layers, labelled: Labelled) -> Array:
    """float32 [spans, 2 x width]: mean states of each span, and of the tokens before it."""
    tokens = packaged()
    ids, starts = document_tokens(tokens, labelled.document)
    rows, places = windows(ids, tokens.ids[BEGIN], tokens.ids[END])
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        parts = [layers(torch.tensor(rows[at : at + WINDOWS_AT_ONCE])).half() for at in range(0, len(rows), WINDOWS_AT_ONCE)]
    states = torch.cat(parts).numpy()
    states = states.reshape(-1, states.shape[-1])[places]
    first, last = token_ranges(starts, labelled.spans)
    return np.hstack([inside(states, first, last), leading(states, first)]).astype(np.float32)


class Products:
    """The sums that a ridge regression needs, of each document, so that folds are differences of sums."""

    def __init__(self, rows: Mapping[int, Array], gains: Sequence[npt.NDArray]) -> None:
        self.deviation = np.sqrt(np.mean([found.var(axis=0) for found in rows.values()], axis=0)) + 1e-6
        self.squares, self.targets = {}, {}
        for index, found in rows.items():
            centred = (found - found.mean(axis=0)) / self.deviation
            self.squares[index] = centred.T @ centred
            self.targets[index] = centred.T @ ((gains[index] - gains[index].mean()) / TARGET)

    def weights(self, without: Sequence[int] = ()) -> Array:
        """float32 [2 x width]; fitted on all documents but those left out."""
        kept = [index for index in self.squares if index not in without]
        squares = sum(self.squares[index] for index in kept) + REGULARISATION * np.eye(len(self.deviation))
        targets = sum(self.targets[index] for index in kept)
        return np.asarray(np.linalg.solve(squares.astype(np.float64), targets) / self.deviation, np.float32)


def cross_validated(products: Products, rows: Mapping[int, Array], folds: Sequence[Sequence[int]]) -> dict[int, Array]:
    """Ratings of each document by weights that saw no document of its fold."""
    ratings: dict[int, Array] = {}
    for held in folds:
        weights = products.weights(held)
        ratings |= {index: rows[index] @ weights for index in held if index in rows}
    return ratings
