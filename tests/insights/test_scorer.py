"""Scores: probabilities that rank an insight over chatter, explained by their parts, the same every time."""

import numpy as np
import pytest

from briefing.insights.candidates import Candidate, candidates
from briefing.insights.scorer import FLOOR, Scorer
from briefing.model import Document
from briefing.sources.documents import from_text

INSIGHT = (
    "The reason most migrations fail is not the technology: 70 percent of the teams that we studied never agreed on who owns the "
    "data, so every schema change became a negotiation instead of a commit."
)
SPONSOR = (
    "This episode is brought to you by Acme, so go to acme.com slash podcast and use the promo code BRIEF for 20 percent off "
    "your first year."
)
CHATTER = (
    "Oh man, yeah, that is so funny, I love that, it was great to see you guys there, and thank you so much for having me on, "
    "you know."
)
TALK = f"Host: {CHATTER}\n\nGuest: {INSIGHT}\n\nHost: {SPONSOR}\n\nGuest: {CHATTER}\n\nHost: Okay, thanks for listening, bye."


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer()


@pytest.fixture
def talk() -> Document:
    return from_text(TALK, language="en")


def scored(scorer: Scorer, document: Document) -> list[tuple[float, Candidate]]:
    spans = candidates(document)
    return sorted(zip(scorer.score(document, spans).tolist(), spans, strict=True), key=lambda pair: -pair[0])


def test_an_insight_outranks_sponsor_and_chatter(scorer: Scorer, talk: Document) -> None:
    best = scored(scorer, talk)[0][1]
    assert INSIGHT.startswith(talk.text[best.start : best.end][:40])


def test_a_sponsor_read_stays_below_the_floor(scorer: Scorer, talk: Document) -> None:
    assert all(score < FLOOR for score, span in scored(scorer, talk) if "promo code" in talk.text[span.start : span.end])


def test_scores_are_probabilities_and_do_not_change(scorer: Scorer, talk: Document) -> None:
    spans = candidates(talk)
    scores = scorer.score(talk, spans)
    assert scores.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1)).all()
    assert (scores == Scorer().score(talk, spans)).all()


def test_no_spans_no_scores(scorer: Scorer, talk: Document) -> None:
    assert scorer.score(talk, []).shape == (0,)


def test_an_explanation_names_features_strongest_first(scorer: Scorer, talk: Document) -> None:
    parts = scorer.explain(talk, candidates(talk)[0])
    assert "words" in parts
    sizes = [abs(value) for value in parts.values()]
    assert sizes == sorted(sizes, reverse=True)


CHINESE = "推荐算法的副作用是让人误以为自己是多数,因此容易做出错误的判断。" * 3
WORDS = "Sana toinen kolmas nelja. " * 12


@pytest.mark.parametrize(("language", "said"), [("de", WORDS), ("fi", WORDS), ("zh", CHINESE), ("", WORDS)])
def test_other_languages_are_scored_too(scorer: Scorer, language: str, said: str) -> None:
    document = from_text(said, language=language)
    spans = candidates(document)
    assert spans
    assert np.isfinite(scorer.score(document, spans)).all()
