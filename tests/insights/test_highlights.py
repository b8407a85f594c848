"""A publisher's own mark raises what was said there, and never decides alone."""

import numpy as np
import pytest

from briefing.insights.candidates import Candidate, candidates
from briefing.insights.highlights import RAISE, raised
from briefing.insights.scorer import FLOOR
from briefing.model import Document, Kind, Passage, Sentence, Soundbite

SENTENCE = f"One{' more' * 19}. "


def document(*marks: Soundbite, times: tuple[float | None, ...] = (0.0, 10.0, 20.0)) -> Document:
    size = len(SENTENCE)
    sentences = tuple(Sentence(start=n * size, end=(n + 1) * size - 1, at=at) for n, at in enumerate(times))
    passage = Passage(start=0, end=len(times) * size, sentences=sentences, at=times[0])
    return Document(
        entry_id="e", kind=Kind.PODCAST, title="", language="en", text=SENTENCE * 3, passages=(passage,), highlights=marks
    )


def single(found: Document) -> list[Candidate]:
    return [span for span in candidates(found) if span.first == span.last]


@pytest.mark.parametrize(
    ("mark", "inside"),
    [
        (Soundbite(at=10, duration=10), [False, True, False]),
        (Soundbite(at=8, duration=15), [False, True, False]),
        (Soundbite(at=12, duration=2), [False, True, False]),
        (Soundbite(at=0, duration=60), [True, True, True]),
        (Soundbite(at=300, duration=10), [False, False, False]),
        (Soundbite(at=10, duration=0), [False, False, False]),
    ],
)
def test_what_was_said_in_the_marked_stretch_is_raised(mark: Soundbite, inside: list[bool]) -> None:
    found = document(mark)
    before = np.full(3, 0.4, np.float32)
    after = raised(found, single(found), before)
    assert after.dtype == np.float32
    assert (after > before).tolist() == inside
    assert after.max() <= 0.4 + RAISE * 0.6 + 1e-6


def test_without_marks_or_times_nothing_changes() -> None:
    scores = np.full(3, 0.4, np.float32)
    for found in (document(), document(Soundbite(at=0, duration=60), times=(None, None, None))):
        assert raised(found, single(found), scores).tolist() == scores.tolist()
    assert raised(document(Soundbite(at=0, duration=9)), [], np.zeros(0, np.float32)).shape == (0,)


def test_a_mark_alone_makes_no_insight_and_the_order_of_the_marked_stays() -> None:
    found = document(Soundbite(at=0, duration=60))
    after = raised(found, single(found), np.array([0.0, 0.1, 0.9], np.float32))
    assert after[1] < FLOOR
    assert after[0] < after[1] < after[2] < 1
