"""Fine-tunes the upper layers of the teacher to rate spans in context.

The document is read in overlapping windows; a span's rating is made from the states of its tokens, of the forty before it
and of the document. The loss is listwise (cross-entropy between softmax of ratings and shares of importance, Cao et al.
2007) plus squared-off regression of importance / 5 as a probability.
"""

import copy
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from bench.insights.train import teacher
from bench.insights.train.data import Labelled
from briefing.embedding.wordpiece import BEGIN, END, packaged
from briefing.insights.encoder import CONTEXT, document_tokens, token_ranges, windows

FROZEN = 3
EPOCHS = 2
RATE, HEAD_RATE, DECAY = 1e-4, 1e-3, 0.01
WARM_UP, LAST_RATE = 40, 0.02
WINDOWS_A_STEP = 20
HIDDEN = 128
AVERAGING = 0.985
SEED = 0


@dataclass(slots=True)
class Read:
    """A document after the frozen layers: states of its windows, place of each token, spans as token ranges, gains."""

    states: torch.Tensor
    places: torch.Tensor
    first: torch.Tensor
    last: torch.Tensor
    gains: torch.Tensor


class Head(nn.Module):
    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        width = teacher.WIDTH
        self.attention = nn.Linear(width, 1)
        nn.init.zeros_(self.attention.weight)
        nn.init.zeros_(self.attention.bias)
        self.span, self.context, self.document = nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width)
        self.hidden, self.out = nn.Linear(3 * width, HIDDEN), nn.Linear(HIDDEN, 1)
        nn.init.constant_(self.out.bias, -1.8)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: torch.Tensor, first: torch.Tensor, last: torch.Tensor) -> torch.Tensor:
        attention = torch.exp(self.attention(states).clamp(-4, 4))
        pooled = _between(attention * states, first, last) / _between(attention, first, last)
        before = (first - CONTEXT).clamp(min=0)
        context = _between(states, before, first) / (first - before).clamp(min=1)[:, None]
        span = self.span(pooled.float())
        whole = self.document(states.mean(0).detach())[None].expand_as(span)
        seen = torch.cat([span, self.context(context.float()), span * whole], 1)
        return self.out(self.dropout(nn.functional.gelu(self.hidden(self.dropout(seen))))).squeeze(1)


def _between(rows: torch.Tensor, first: torch.Tensor, last: torch.Tensor) -> torch.Tensor:
    totals = nn.functional.pad(torch.cumsum(rows.double(), 0), (0, 0, 1, 0))
    return totals[last] - totals[first]


class Upper(nn.Module):
    """The layers that learn, and the head."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.layers = nn.ModuleList(teacher.Layer(block) for block in model.encoder.layer[FROZEN:])
        self.head = Head()

    def states(self, states: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            for layer in self.layers:
                states = layer(states)
        return states.float().reshape(-1, states.shape[-1])[places]


def read(lower: nn.Module, labelled: Labelled) -> Read:
    tokens = packaged()
    ids, starts = document_tokens(tokens, labelled.document)
    rows, places = windows(ids, tokens.ids[BEGIN], tokens.ids[END])
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        states = torch.cat([lower(torch.tensor(rows[at : at + 24])) for at in range(0, len(rows), 24)])
    first, last = token_ranges(starts, labelled.spans)
    numbers = (torch.tensor(values) for values in (places, first, last, labelled.gains))
    return Read(states.bfloat16(), *numbers)


def loss(ratings: torch.Tensor, gains: torch.Tensor) -> torch.Tensor:
    target = gains / 5
    value = nn.functional.binary_cross_entropy_with_logits(ratings, target)
    if target.sum() > 0:
        value = value - (target / target.sum() * nn.functional.log_softmax(ratings, 0)).sum()
    return value


def steps(documents: Sequence[Read]) -> list[tuple[Read, int, int]]:
    """Stretches of about WINDOWS_A_STEP windows, cut anew each epoch, in random order."""
    work = []
    for document in documents:
        count = len(document.states)
        parts = max(1, round(count / WINDOWS_A_STEP))
        shift = random.randint(-5, 5)
        cuts = [int(edge) + shift * (0 < index < parts) for index, edge in enumerate(np.linspace(0, count, parts + 1))]
        work += [(document, cuts[i], cuts[i + 1]) for i in range(parts)]
    random.shuffle(work)
    return work


def rate_part(upper: Upper, document: Read, begin: int, end: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Ratings and gains of the spans whose tokens all lie in windows [begin, end)."""
    width = document.states.shape[1]
    own = ((document.places >= begin * width) & (document.places < end * width)).nonzero()[:, 0]
    low, high = own[0], own[-1] + 1
    inside = (document.first >= low) & (document.last <= high)
    states = upper.states(document.states[begin:end].float(), document.places[low:high] - begin * width)
    return upper.head(states, document.first[inside] - low, document.last[inside] - low), document.gains[inside]


@dataclass(slots=True)
class Trainer:
    """The model that learns and the running average of its weights, which is what ships."""

    documents: Sequence[Read]
    upper: Upper = field(default_factory=lambda: Upper(teacher.load()))

    def fit(self) -> Upper:
        average = copy.deepcopy(self.upper)
        total = len(steps(self.documents)) * EPOCHS
        optimizer = torch.optim.AdamW(
            [{"params": self.upper.layers.parameters(), "lr": RATE}, {"params": self.upper.head.parameters(), "lr": HEAD_RATE}],
            weight_decay=DECAY,
        )
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min(1, (step + 1) / WARM_UP) * max(LAST_RATE, 1 - step / total)
        )
        self.upper.train()
        for step, part in enumerate(part for _ in range(EPOCHS) for part in steps(self.documents)):
            self._step(part, optimizer)
            schedule.step()
            _average(average, self.upper, min(AVERAGING, (2 + step) / (11 + step)))
        return average.eval()

    def _step(self, part: tuple[Read, int, int], optimizer: torch.optim.Optimizer) -> None:
        ratings, gains = rate_part(self.upper, *part)
        if len(gains) < 3:
            return
        optimizer.zero_grad()
        loss(ratings, gains).backward()
        nn.utils.clip_grad_norm_(self.upper.parameters(), 1.0)
        optimizer.step()


def _average(average: nn.Module, model: nn.Module, kept: float) -> None:
    with torch.no_grad():
        for mean, new in zip(average.parameters(), model.parameters(), strict=True):
            mean.lerp_(new, 1 - kept)


def predict(upper: Upper, document: Read) -> npt.NDArray[np.float32]:
    """Ratings of all spans of a document."""
    upper.eval()
    everything = torch.arange(document.states.shape[0] * document.states.shape[1])
    with torch.no_grad():
        parts = [document.states[at : at + 24].float() for at in range(0, len(document.states), 24)]
        states = torch.cat([upper.states(part, everything[: part.shape[0] * part.shape[1]]) for part in parts])
        return upper.head(states[document.places], document.first, document.last).numpy()


def seed() -> None:
    torch.manual_seed(SEED)
    random.seed(SEED)
    torch.set_num_threads(2)
