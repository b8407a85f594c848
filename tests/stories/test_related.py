"""What is related: near, from elsewhere, never the same thing twice, and labelled by what the words show."""

from datetime import timedelta

import numpy as np
import pytest

from briefing.model import Relation
from briefing.stories import archive
from briefing.stories.related import Archive, choose
from briefing.stories.similarity import claim_words, shared

from . import worlds
from .worlds import NOW


def unit(rows):
    rows = np.asarray(rows, np.float32)
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def test_the_nearest_come_first() -> None:
    rows = unit([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1]])
    found = Archive(list("abcd"), rows).nearest(rows[0], 3)
    assert [id_ for id_, _ in found] == ["a", "b", "c"]
    assert [similarity for _, similarity in found] == pytest.approx([1, 0.7071, 0], abs=0.01)


def test_an_empty_archive_finds_nothing() -> None:
    assert Archive([], np.zeros((0, 1), np.float32)).nearest(np.ones(3, np.float32), 5) == []


def test_a_large_archive_finds_what_an_exact_search_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FINALISTS", 1500)
    chance = np.random.default_rng(3)
    centres = unit(chance.standard_normal((40, 100)))
    rows = unit(centres[chance.integers(0, 40, 20_000)] + 0.7 * unit(chance.standard_normal((20_000, 100))))
    index = Archive([str(n) for n in range(20_000)], rows.astype(np.float16))
    hits = [
        len({int(id_) for id_, _ in index.nearest(query, 10)} & set(np.argsort(-(rows @ query))[:10].tolist()))
        for query in rows[:20]
    ]
    assert sum(hits) / 200 >= 0.95


CLAIM = "Export controls on AI chips cost Nvidia 12 billion dollars in Chinese sales"
OTHERS = {
    "same": (
        "Nvidia lost 12 billion dollars of Chinese sales to export controls on AI chips",
        Relation.SAME_CLAIM,
    ),
    "against": ("Export controls did not cost Nvidia sales, says its Chinese distributor", Relation.CONTRASTS),
    "figure": (
        "Chinese AI chips makers gained the 12 billion dollars that buyers withheld from rivals",
        Relation.SUPPORTS,
    ),
    "near": ("Washington tightened export controls on AI chips in several rounds", Relation.RELATED),
    "subject": ("Sales of AI chips to Chinese buyers go through Singapore and Dubai", Relation.RELATED),
    "far": ("Taiwanese foundries plan plants in Dresden and Arizona", Relation.RELATED),
}


def found(names, days: int = 0, **values):
    when = NOW - timedelta(hours=2, days=days)
    return [
        (
            worlds.insight(name, OTHERS[name][0], f"e-{name}"),
            worlds.source(f"e-{name}", f"https://{name}.example/", published_at=when),
            np.zeros(2, np.float32),
        )
        for name in names
    ]


@pytest.mark.parametrize("name", ["against", "figure", "near", "far"])
def test_relations_are_shown_by_words(name: str) -> None:
    (related,) = choose(worlds.insight("i", CLAIM), worlds.source(), found([name]), 5)
    assert related.relation is OTHERS[name][1]


def test_words_printed_elsewhere_are_no_relation() -> None:
    assert choose(worlds.insight("i", CLAIM), worlds.source(), found(["same"]), 5) == []


@pytest.mark.parametrize(("days", "relation"), [(2, Relation.EARLIER), (30, Relation.BACKGROUND)])
def test_older_items_are_earlier_news_or_background(days: int, relation: Relation) -> None:
    (related,) = choose(worlds.insight("i", CLAIM), worlds.source(), found(["near"], days), 5)
    assert related.relation is relation
    (other,) = choose(worlds.insight("i", CLAIM), worlds.source(), found(["far"], days), 5)
    assert other.relation is Relation.RELATED


def test_nothing_of_the_same_entry_and_no_two_that_say_the_same() -> None:
    claims = ("Chip plants in Dresden need water", "Dresden chip plants need more water", "Arizona offers subsidies")
    near = [(worlds.insight(str(n), claim, f"e{n}"), worlds.source(f"e{n}"), unit([1, n])) for n, claim in enumerate(claims)]
    related = choose(worlds.insight("i", CLAIM, "e2"), worlds.source("e2"), near, 10)
    assert [one.insight.id for one in related] == ["0"]


def test_no_two_of_a_long_list_share_half_of_their_words() -> None:
    chance = np.random.default_rng(1)
    vocabulary = [f"word{n}x" for n in range(40)]
    near = [
        (
            worlds.insight(str(n), " ".join(chance.choice(vocabulary, 9)), f"e{n}x"),
            worlds.source(f"e{n}x"),
            unit(chance.standard_normal(8)),
        )
        for n in range(80)
    ]
    nearness = [float(row @ unit(np.ones(8))) for _, _, row in near]
    related = choose(worlds.insight("i", CLAIM), worlds.source(), near, 10, nearness)
    words = [claim_words(one.insight.claim) for one in related]
    assert len(words) == 10
    assert all(shared(a, b) < 0.5 for n, a in enumerate(words) for b in words[:n])
