"""Six layers of MiniLM that see more of what a larger encoder sees: taught its states, token by token, without any label.

The larger one (MPNet, Song et al. 2020) tells insights apart better by its middle layers than MiniLM does by any of its own, but
has seven times its weights. All layers learn to say, through linear maps that are thrown away, what two middle layers of the
larger one say of the same token in the same window, and on average of the same stretch of tokens, since spans are rated by means.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from bench.insights.train import teacher
from briefing.embedding.wordpiece import BEGIN, END, packaged
from briefing.insights.encoder import LANGUAGES, SIZE, document_tokens
from briefing.model import Document

TAUGHT = {4: teacher.NEAR, 6: teacher.FAR}
"""Which of the six layers says what which layer of the larger one says."""

SHARES = {4: 0.3, 6: 1.0}
GROUP, GROUPS = 8, 4
"""Tokens of a group, and groups of a stretch: about a sentence."""

STEPS, WINDOWS, WARMING = 10_500, 8, 300
READ_AT_ONCE = 16
RATE, MAP_RATE, LEAST = 5e-4, 2e-3, 1e-3
DECAY = 0.01
TOLD_EVERY = 500
SAMPLE = 180
"""Windows by which a lesson's means and deviations are worked out."""

States = npt.NDArray[np.float16]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one layer of the larger encoder says, float16 [windows, SIZE, LARGER_WIDTH], and of each of its numbers the mean, the
    deviation, and one over the deviation of a stretch's mean, counted in the former."""

    states: States
    mean: torch.Tensor
    deviation: torch.Tensor
    sharpness: torch.Tensor

    def of(self, some: npt.NDArray[np.int64]) -> torch.Tensor:
        """The standardised states of some windows."""
        return ((torch.tensor(self.states[some]).float() - self.mean) / self.deviation).bfloat16()


class Pupil(nn.Module):
    """MiniLM, and the maps from its states to those of the larger encoder."""

    def __init__(self) -> None:
        super().__init__()
        self.lower = teacher.Lower(teacher.load(), teacher.LAYERS)
        self.maps = nn.ModuleDict({str(number): nn.Linear(teacher.WIDTH, teacher.LARGER_WIDTH) for number in TAUGHT})

    def forward(self, ids: torch.Tensor) -> dict[int, torch.Tensor]:
        each = enumerate(self.lower.each(ids))
        return {number: self.maps[str(number)](states) for number, states in each if number in TAUGHT}


def windows(documents: Sequence[Document]) -> Rows:
    """int64 [windows, SIZE]: the English documents cut into full windows, none of which overlap."""
    tokens = packaged()
    inner = SIZE - 2
    rows = [
        [tokens.ids[BEGIN], *ids[at : at + inner], tokens.ids[END]]
        for document in documents
        if document.language in LANGUAGES
        for ids in [document_tokens(tokens, document)[0]]
        for at in range(0, len(ids) - inner + 1, inner)
    ]
    return np.array(rows, np.int64)


def lessons(rows: Rows, kept: Path) -> dict[int, Lesson]:
    """What each taught layer is to say, by its number; read once for so many windows and kept in that folder."""
    paths = {layer: kept / f"layer-{layer}-of-{len(rows)}.npy" for layer in TAUGHT.values()}
    if not all(path.exists() for path in paths.values()):
        kept.mkdir(parents=True, exist_ok=True)
        _read(rows, paths)
    return {number: _lesson(np.load(paths[layer], mmap_mode="r")) for number, layer in TAUGHT.items()}


def _read(rows: Rows, paths: dict[int, Path]) -> None:
    larger, shape = teacher.Larger(), (*rows.shape, teacher.LARGER_WIDTH)
    files = {layer: np.lib.format.open_memmap(path, "w+", np.float16, shape) for layer, path in paths.items()}
    for at in range(0, len(rows), READ_AT_ONCE):
        with torch.no_grad():
            found = larger(torch.tensor(rows[at : at + READ_AT_ONCE]))
        for layer, states in found.items():
            files[layer][at : at + READ_AT_ONCE] = states.half().numpy()


def _lesson(states: States) -> Lesson:
    """By a sample of the windows."""
    some = torch.tensor(states[:: max(1, len(states) // SAMPLE)]).float()
    mean, deviation = some.mean((0, 1)), some.std((0, 1)) + 1e-3
    spread = _stretches((some - mean) / deviation).std((0, 1))
    return Lesson(states, mean, deviation, (1 / spread).bfloat16())


def _stretches(states: torch.Tensor) -> torch.Tensor:
    """[windows, stretches, width]: means over `GROUPS` groups, a group apart."""
    groups = states.unflatten(1, (-1, GROUP)).mean(2)
    return groups.unfold(1, GROUPS, 1).mean(-1)


def teach(rows: Rows, found: dict[int, Lesson]) -> teacher.Lower:
    """MiniLM with its layers taught; prints which share of the variance of tokens and of stretches each layer still misses."""
    torch.manual_seed(0)
    pupil = Pupil()
    own = [value for value in pupil.lower.parameters() if value.requires_grad]
    parts = [{"params": own, "lr": RATE}, {"params": list(pupil.maps.parameters()), "lr": MAP_RATE}]
    optimizer = torch.optim.AdamW(parts, betas=(0.9, 0.98), weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _rate)
    told: list[npt.NDArray] = []
    for step, some in enumerate(_order(len(rows)), 1):
        missed = _missed(pupil, torch.tensor(rows[some]), {number: lesson.of(some) for number, lesson in found.items()}, found)
        torch.stack([SHARES[number] * loss.sum() for number, loss in missed.items()]).sum().backward()
        nn.utils.clip_grad_norm_(pupil.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        told.append(torch.stack([*missed.values()]).detach().numpy())
        if step % TOLD_EVERY == 0:
            print(f"{step} of {STEPS} steps, missed {np.mean(told[-TOLD_EVERY:], axis=0).round(3).tolist()}", flush=True)
    return pupil.lower.eval()


def _order(count: int) -> Iterator[npt.NDArray[np.int64]]:
    """`STEPS` times some windows; all in another order before any comes again."""
    random = np.random.default_rng(0)
    order = np.concatenate([random.permutation(count) for _ in range(STEPS * WINDOWS // count + 1)])
    for step in range(STEPS):
        yield order[step * WINDOWS : (step + 1) * WINDOWS]


def _rate(step: int) -> float:
    """A short rise, and half a cosine down to nearly nothing."""
    return min(1.0, (step + 1) / WARMING) * 0.5 * (1 + float(np.cos(np.pi * step / STEPS))) + LEAST


def _missed(
    pupil: Pupil, rows: torch.Tensor, targets: dict[int, torch.Tensor], found: dict[int, Lesson]
) -> dict[int, torch.Tensor]:
    """By taught layer the mean squares of tokens and of stretches, each 1 for one who says the mean. Worked out in bfloat16, by
    weights that are kept in full."""
    halved = {name: value.bfloat16() for name, value in pupil.named_parameters()}
    said = torch.func.functional_call(pupil, halved, (rows,))
    wrong = {number: said[number] - targets[number] for number in TAUGHT}
    return {
        number: torch.stack([off.float().square().mean(), (_stretches(off) * found[number].sharpness).float().square().mean()])
        for number, off in wrong.items()
    }
