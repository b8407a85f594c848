"""The packaged tokenizer and vectors, and the server's."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.embedding import EndpointEmbedder, PackagedEmbedder
from briefing.embedding.wordpiece import packaged


@given(st.text(max_size=200))
def test_tokens_begin_inside_the_text_in_order(text: str) -> None:
    ids, starts = packaged().encode(text)
    assert len(ids) == len(starts)
    assert (np.diff(starts) >= 0).all()
    assert all(0 <= start < max(len(text), 1) for start in starts)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Storage, please", ["storage", ",", "please"]),
        ("CAFÉ", ["cafe"]),
        ("電", ["[UNK]"]),
        ("don't", ["don", "'", "t"]),
    ],
)
def test_text_splits_into_known_pieces(text: str, pieces: list[str]) -> None:
    vocabulary = {index: piece for piece, index in packaged().ids.items()}
    assert [vocabulary[index] for index in packaged().encode(text)[0]] == pieces


@pytest.mark.parametrize(
    ("one", "near", "far"),
    [
        ("The central bank raised interest rates", "Interest rates were increased by the Fed", "The goalkeeper saved a penalty"),
        ("Zyxtara launched its satellite", "A satellite of Zyxtara is in orbit", "A satellite of Borvenix is in orbit"),
        ("Die Bundesregierung plant ein Gesetz", "Das neue Gesetz der Bundesregierung", "Der Torwart hielt den Elfmeter"),
        ("推荐算法有副作用", "推荐算法的副作用", "守门员扑出了点球"),
    ],
)
def test_related_texts_are_nearer_in_any_language(one: str, near: str, far: str) -> None:
    a, b, c = PackagedEmbedder().embed([one, near, far])
    assert a @ b > a @ c + 0.1


class Server:
    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def embeddings(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        self.asked.append(list(texts))
        return [[3.0 * len(text), 4.0 * len(text)] for text in texts]


def test_a_server_is_asked_for_texts_with_words_only() -> None:
    server = Server()
    rows = EndpointEmbedder(server, "small").embed(["one", " ", "two"])
    assert server.asked[-1] == ["one", "two"]
    assert np.allclose(rows, [[0.6, 0.8], [0, 0], [0.6, 0.8]])
