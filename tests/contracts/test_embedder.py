"""What clustering and related insights rely on, whatever makes the vectors."""

import numpy as np
import pytest

from briefing.embedding import PackagedEmbedder
from briefing.ports import Embedder
from briefing.testing import FakeEmbedder

TEXTS = ["A battery of forty megawatts feeds the town.", "The choir sang until midnight.", "", "电池为城市供电。"]


@pytest.fixture(params=["packaged", "fake"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    return PackagedEmbedder() if request.param == "packaged" else FakeEmbedder()


def test_rows_are_unit_float32_in_the_order_of_the_texts(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), embedder.dimensions)
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.allclose(lengths[[0, 1, 3]], 1, atol=1e-3)
    assert np.allclose(vectors[1], embedder.embed([TEXTS[1]])[0], atol=1e-3)


def test_a_text_without_words_is_near_nothing(embedder: Embedder) -> None:
    assert not embedder.embed([""]).any()


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimensions)


def test_texts_that_say_the_same_are_nearer_than_others(embedder: Embedder) -> None:
    one, same, other = embedder.embed(["the battery feeds the town", "the town gets power from a battery", "a choir sang late"])
    assert one @ same > one @ other


def test_a_name_tells_vectors_apart(embedder: Embedder) -> None:
    assert embedder.name
    assert embedder.name == type(embedder)().name
