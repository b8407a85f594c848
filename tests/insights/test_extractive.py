"""The extractive writer picks different points that stand alone, and cites them where they really stand."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from briefing import text
from briefing.insights.beginning import begin_of
from briefing.insights.candidates import Candidate, candidates
from briefing.insights.extractive import ExtractiveWriter, kind
from briefing.insights.grounding import ground
from briefing.insights.standing import stands_alone
from briefing.model import Document, Insight, Kind
from briefing.sources.documents import from_text

POINT = (
    "Teams that write down why they chose a database change it half as often, "
    "because nobody has to guess later what the reason was."
)
OTHER = (
    "Hospitals with single rooms lose fewer nurses to burnout, "
    "since night shifts are quieter and errors are noticed by fresh eyes earlier."
)
THIRD = (
    "Cities that removed parking spaces from their centres sold more in shops, as people on foot stop more often than drivers do."
)
STANDING = json.loads((Path(__file__).parent / "cases" / "standing.json").read_text("utf-8"))
FILLER = "We talked for a while about the weather and the trains and what everybody had eaten the evening before in town."


class ByWord:
    """Scores a span by the words it has."""

    def __init__(self, **scores: float) -> None:
        self.scores = scores

    def score(self, document: Document, spans: Sequence[Candidate]) -> npt.NDArray[np.float32]:
        found = [document.text[span.start : span.end] for span in spans]
        return np.array(
            [max([0.05, *(s for word, s in self.scores.items() if word in f)]) - len(f) / 1e4 for f in found], np.float32
        )


def document(*turns: str, kind: Kind = Kind.PODCAST, language: str = "en") -> Document:
    return from_text("\n\n".join(turns), kind=kind, language=language, entry_id="e1")


def padded(*turns: str) -> Document:
    """Turns with enough talk between them to be different places."""
    return document(*(turn for point in turns for turn in (point, *(f"Bob: {FILLER}" for _ in range(3)))))


def test_drafts_come_best_first_and_carry_their_speaker() -> None:
    doc = padded(f"Ann: {OTHER}", f"Cem: {POINT}")
    drafts = ExtractiveWriter(ByWord(database=0.9, nurses=0.6)).write(doc, 2)
    assert [draft.quotes[0].speaker for draft in drafts] == ["Cem", "Ann"]
    assert [draft.claim for draft in drafts] == [POINT, OTHER]
    assert drafts[0].score > drafts[1].score


def test_every_quote_is_one_run_of_sentences_in_one_turn_of_20_to_60_words() -> None:
    doc = padded(f"Ann: {OTHER} {POINT}", f"Cem: {THIRD}")
    for draft in ExtractiveWriter(ByWord(database=0.9, nurses=0.6, parking=0.5)).write(doc, 8):
        (quote,) = draft.quotes
        assert doc.text[quote.start : quote.end] == quote.text
        assert 20 <= text.word_count(quote.text) <= 60
        assert sum(p.start <= quote.start and quote.end <= p.end for p in doc.passages) == 1


def test_a_point_that_leans_on_the_sentence_before_it_is_told_with_it() -> None:
    before = "The council of Ghent counted the empty shops."
    point = "They found that streets without parking had half as many of them, and that the rents there had risen by a fifth."
    doc = padded(f"Ann: {before} {point}")
    (draft,) = ExtractiveWriter(ByWord(parking=0.9)).write(doc, 1)
    assert draft.claim == f"{before} {point}"
    assert [quote.text for quote in draft.quotes] == [point, before]
    assert isinstance(ground(doc, draft), Insight)


def test_a_point_whose_passage_begins_by_pointing_back_is_told_from_where_it_no_longer_does() -> None:
    before = "It went on like that in both of them for years."
    doc = padded(f"Ann: {before} {OTHER}")
    (draft,) = ExtractiveWriter(ByWord(nurses=0.5, **{"for years. Hospitals": 0.9})).write(doc, 1)
    assert draft.claim == OTHER
    assert [quote.text for quote in draft.quotes] == [f"{before} {OTHER}"]
    assert isinstance(ground(doc, draft), Insight)


def test_nothing_is_left_out_before_a_sentence_that_points() -> None:
    pointing = "The council of Ghent counted these empty shops for three years and found half as many where no car could stop."
    doc = document(f"Ann: It went on like that in both of them for years. {pointing}", f"Bob: {FILLER}")
    (span, *_) = [span for span in candidates(doc) if span.first == 0 and span.last == 1]
    assert begin_of(doc, span) is None


def test_the_next_point_is_rather_taken_from_elsewhere() -> None:
    talk = [f"Bob: {FILLER} {number} times {number} people said so." for number in range(40)]
    doc = document(f"Ann: {POINT}", *talk[:9], f"Ann: {THIRD}", *talk[9:], f"Ann: {OTHER}")
    scorer = ByWord(database=0.9, parking=0.62, nurses=0.6)
    drafts = ExtractiveWriter(scorer).write(doc, 3)
    assert [draft.claim for draft in drafts] == [POINT, OTHER, THIRD]
    assert [draft.score for draft in drafts] == sorted((draft.score for draft in drafts), reverse=True)
    assert drafts[2].score < 0.6


def test_no_point_is_made_twice() -> None:
    again = POINT.replace("half as often", "much less often")
    drafts = ExtractiveWriter(ByWord(database=0.9)).write(padded(f"Ann: {POINT}", f"Cem: {again}"), 2)
    assert len([draft for draft in drafts if "database" in draft.claim]) == 1


def test_neighbours_are_one_point() -> None:
    drafts = ExtractiveWriter(ByWord(database=0.9, parking=0.8)).write(document(f"Ann: {POINT} {THIRD}"), 5)
    assert len(drafts) == 1


def test_a_cold_open_is_cited_in_its_real_place() -> None:
    talk = [f"Bob: {FILLER} {number} times {number} people said so." for number in range(60)]
    doc = document(f"Ann: {POINT}", *talk, f"Ann: {POINT}", *talk[:5])
    (draft, *_) = ExtractiveWriter(ByWord(database=0.9)).write(doc, 1)
    assert draft.quotes[0].start == doc.text.rindex(POINT)


def test_writing_is_deterministic() -> None:
    doc = padded(f"Ann: {OTHER}", f"Cem: {POINT}", f"Ann: {THIRD}")
    writer = ExtractiveWriter(ByWord(database=0.5, nurses=0.5, parking=0.5))
    assert writer.write(doc, 5) == writer.write(doc, 5)


def test_a_dull_document_keeps_its_low_scores() -> None:
    assert all(draft.score < 0.1 for draft in ExtractiveWriter(ByWord()).write(padded(f"Ann: {POINT}"), 3))


def test_a_short_text_may_be_quoted_with_fewer_words() -> None:
    short = document("The council of Ghent closed its last coal plant on Monday after forty years.", kind=Kind.NEWS)
    assert len(ExtractiveWriter(ByWord()).write(short, 3)) == 1


def test_a_document_without_words_gives_nothing() -> None:
    assert ExtractiveWriter(ByWord()).write(document("Ann: Yeah."), 5) == []


@pytest.mark.parametrize("passage", STANDING["refused"])
def test_what_cannot_stand_alone_is_not_chosen(passage: str) -> None:
    assert not stands_alone(passage, "Ann", "en")


@pytest.mark.parametrize("case", STANDING["alone"], ids=lambda case: case["passage"][:40])
def test_what_can_stand_alone_is_left_in(case: dict[str, str]) -> None:
    assert stands_alone(case["passage"], "Ann", case["language"])


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("You should start with one table, and you must never add a second before you need to.", "advice"),
        ("Over the next ten years every car will be electric, and petrol stations will have disappeared.", "prediction"),
        ("Names are hard.", "claim"),
    ],
)
def test_kinds_come_from_cues(claim: str, expected: str) -> None:
    assert kind(claim, "en") == expected


def test_ten_thousand_words_are_written_up_in_half_a_second() -> None:
    doc = padded(*(f"Ann: {POINT} In year {n} it was so. {OTHER}" for n in range(100)))
    assert len(text.words(doc.text)) >= 10_000
    begin = time.process_time()
    ExtractiveWriter(ByWord(database=0.9, nurses=0.8)).write(doc, 8)
    assert time.process_time() - begin < 2.0
