"""A change of embedder makes all vectors again, and nothing is lost from the archive meanwhile or after."""

from dataclasses import replace

import numpy as np
import pytest

from briefing.errors import EndpointError
from briefing.pipeline import revectoring
from briefing.testing import FakeEmbedder

from .conftest import NOW, Desk


class Silent(FakeEmbedder):
    def embed(self, texts):
        raise EndpointError("http://models.example", "nobody answers")


def archive(desk: Desk, embedder: FakeEmbedder) -> tuple[list[str], np.ndarray]:
    with desk.services.store.read() as db:
        ids, _, vectors = db.insights.archive(embedder.name)
    return ids, vectors


def test_vectors_are_made_again_in_the_next_cycles(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run(NOW)
    before, _ = archive(desk, FakeEmbedder())
    other = FakeEmbedder(dimensions=32, name="fake-32")
    desk.services = replace(desk.services, embedder=lambda: other)
    monkeypatch.setattr(revectoring, "BATCH", 1)
    monkeypatch.setattr(revectoring, "BATCHES", 1)
    for number in range(1, len(before) + 1):
        desk.run(NOW)
        assert len(archive(desk, other)[0]) == number
    ids, vectors = archive(desk, other)
    assert (ids, vectors.shape[1]) == (before, 32)
    desk.run(NOW)
    assert not revectoring.waits(desk.services)


def test_a_server_that_does_not_answer_is_named_and_keeps_the_old_vectors(desk: Desk) -> None:
    desk.run(NOW)
    before, _ = archive(desk, FakeEmbedder())
    desk.services = replace(desk.services, embedder=lambda: Silent(name="silent"))
    done, failures = revectoring.renew(desk.services)
    assert (done, [failure.subject for failure in failures]) == (0, ["silent"])
    assert archive(desk, FakeEmbedder())[0] == before
    assert revectoring.waits(desk.services)
