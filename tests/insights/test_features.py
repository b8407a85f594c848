"""Features: each says what its name says, and a language without lists offers no evidence instead of false evidence."""

import numpy as np
import pytest

from briefing.insights.candidates import candidates
from briefing.insights.features import features, matrix
from briefing.model import Document
from briefing.sources.documents import from_text

PAD = "and the rest of the sentence goes on for quite a while with plain small words in it"
TALK = f"""Host: So why did the storage bill grow so fast last year, {PAD}?

Guest: It grew because nobody deleted the logs, {PAD}. We kept 40 terabytes, {PAD}.

Host: Yeah, right.

Guest: The rule is simple, however, {PAD}. Never keep what you do not read, {PAD}!"""


@pytest.fixture
def talk() -> Document:
    return from_text(TALK, language="en")


def column(document: Document, name: str) -> dict[str, float]:
    """Feature by the first words of each candidate's text, single sentences only."""
    spans = [span for span in candidates(document) if span.first == span.last]
    values = features(document, spans)[name]
    return {document.text[s.start : s.start + 12]: float(v) for s, v in zip(spans, values, strict=True)}


@pytest.mark.parametrize(
    ("name", "yes", "no"),
    [
        ("cause", "It grew beca", "The rule is "),
        ("contrast", "The rule is ", "It grew beca"),
        ("figures", "We kept 40 t", "It grew beca"),
        ("opens with opener", "It grew beca", "We kept 40 t"),
        ("answers a question", "It grew beca", "The rule is "),
        ("answers at once", "It grew beca", "We kept 40 t"),
        ("reaction after", "It grew beca", "The rule is "),
        ("ends asking", "So why did t", "It grew beca"),
        ("speaker asks", "So why did t", "It grew beca"),
        ("speaker's share", "It grew beca", "So why did t"),
        ("exclaims", "Never keep w", "The rule is "),
        ("closes its passage", "We kept 40 t", "It grew beca"),
        ("position", "Never keep w", "So why did t"),
    ],
)
def test_a_feature_is_higher_where_its_name_fits(talk: Document, name: str, yes: str, no: str) -> None:
    found = column(talk, name)
    assert found[yes] > found[no]


def test_one_row_a_span_and_one_column_a_name(talk: Document) -> None:
    spans = candidates(talk)
    columns = features(talk, spans)
    assert matrix(columns).shape == (len(spans), len(columns))
    assert np.isfinite(matrix(columns)).all()


def test_a_language_without_lists_gives_missing_values() -> None:
    document = from_text("Sana satu kaksi kolme nelja viisi kuusi seitseman kahdeksan. " * 6, language="fi")
    columns = features(document, candidates(document))
    assert np.isnan(columns["claim"]).all()
    assert np.isnan(columns["rarity"]).all()
    assert np.isfinite(columns["words"]).all()


def test_a_run_of_sentences_sums_what_its_sentences_hold(talk: Document) -> None:
    spans = candidates(talk, shortest=1, longest=200)
    figures = features(talk, spans)["figures"]
    both = next(i for i, s in enumerate(spans) if s.passage == 1 and (s.first, s.last) == (0, 1))
    alone = next(i for i, s in enumerate(spans) if s.passage == 1 and (s.first, s.last) == (1, 1))
    assert figures[both] == pytest.approx(figures[alone])
