"""An Embedder that asks a server for vectors."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from briefing.ports import Vectors


class EmbeddingServer(Protocol):
    def embeddings(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text, order kept."""
        ...


class EndpointEmbedder:
    """Vectors of a model behind an OpenAI-compatible endpoint; their width is known after the first answer."""

    def __init__(self, endpoint: EmbeddingServer, model: str) -> None:
        self._endpoint = endpoint
        self._model = model
        self._dimensions = 0

    @property
    def name(self) -> str:
        return f"endpoint:{self._model}"

    @property
    def dimensions(self) -> int:
        """Asks the server once, with a probe, if nothing was embedded yet."""
        if not self._dimensions:
            self._dimensions = len(self._endpoint.embeddings(self._model, ["probe"])[0])
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 [n, dimensions], unit rows; a text without words gives a zero row. Raises `EndpointError`."""
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        spoken = [index for index, text in enumerate(texts) if any(map(str.isalnum, text))]
        if spoken:
            rows[spoken] = _units(np.asarray(self._endpoint.embeddings(self._model, [texts[i] for i in spoken]), np.float32))
        return rows


def _units(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0), np.float32)
