"""A selection is frozen with specific words and stable identities."""

from dataclasses import replace

import pytest

from briefing.editions import wording
from briefing.editions.compose import Fragments, compose, digest, edition_id, preheader, subject, whole_first
from briefing.model import Card, Coverage, Reason, Story
from tests.editions import samples

EDITION = samples.edition()


def test_an_edition_is_named_by_reader_and_slot() -> None:
    mine, house = samples.selection(), samples.selection(None)
    assert EDITION.id == edition_id(mine) != edition_id(house)
    assert edition_id(mine) == edition_id(replace(mine, picks=()))


@pytest.mark.parametrize(
    ("headlines", "expected"),
    [
        (["One", "Two", "Three"], "One; Two - Brief, 21 Nov"),
        (["One"], "One - Brief, 21 Nov"),
        ([], "Brief, 21 Nov"),
        (["word " * 18, "long " * 18], ("word " * 18).strip() + " - Brief, 21 Nov"),
        (["a\r\nBcc: b", "c"], "a Bcc: b; c - Brief, 21 Nov"),
    ],
)
def test_subjects(headlines: list[str], expected: str) -> None:
    assert subject(headlines, "Brief", "21 Nov") == expected


def test_subjects_are_bounded() -> None:
    assert len(subject(["x" * 900, "y"], "T" * 900, "21 Nov")) <= 200
    assert preheader(["One", "Two", "Three"]) == "Two · Three"


def test_an_edition_is_named_after_headlines_that_are_whole() -> None:
    assert whole_first(["It was when the…", "Mice like rye", "So that one…", "Cats sleep"]) == [
        "Mice like rye",
        "Cats sleep",
        "It was when the…",
        "So that one…",
    ]
    picks = samples.selection().picks
    broken = replace(picks[0], story=replace(picks[0].story, insights=(replace(picks[0].story.lead, headline="Because of…"),)))
    named = compose(
        replace(samples.selection(), picks=(broken, picks[1])),
        fragments=Fragments(lambda story: Card(), samples.LINKS),
        title="Brief",
        language="en",
        coverage=EDITION.coverage,
        now=EDITION.created_at,
    )
    assert named.subject.startswith(picks[1].story.lead.headline)
    assert [pick.fragment.headline for pick in named.picks] == ["Because of…", picks[1].story.lead.headline]


def test_a_fragment_is_the_same_for_every_reader_and_changes_with_what_it_says() -> None:
    theirs = samples.edition(None)
    assert [p.fragment for p in theirs.picks] == [p.fragment for p in EDITION.picks]
    first = EDITION.picks[0].fragment
    assert digest(first) == first.hash
    assert digest(replace(first, card=Card(hook="new"))) != first.hash
    assert len({p.fragment.hash for p in EDITION.picks}) == 5


def test_a_fragment_is_put_together_once_for_each_insight_that_leads_a_story() -> None:
    made: list[str] = []

    def card(story: Story) -> Card:
        made.append(story.lead.id)
        return Card(hook=story.lead.id)

    fragments, pick = Fragments(card, samples.LINKS), samples.selection().picks[0]
    other = replace(pick.story.lead, id="another")
    led = replace(pick, story=replace(pick.story, insights=(other, *pick.story.insights)))
    assert fragments.of(pick) is fragments.of(replace(pick, score=0.1))
    assert [fragments.of(each).card.hook for each in (pick, led)] == made == [pick.story.lead.id, "another"]
    assert fragments.of(replace(pick, related=())) != fragments.of(pick)


def test_places_are_addresses() -> None:
    first = EDITION.picks[0].fragment
    assert first.quotes[0].url.endswith("#t=754")
    assert first.insight_url == samples.LINKS.insight(first.insight_id)
    assert first.sources[0].feed == "The Long Grid"


def test_topics_are_called_by_their_titles() -> None:
    assert EDITION.picks[1].reasons[0].values == ("Artificial intelligence",)


def test_an_empty_day() -> None:
    empty = replace(samples.selection(), picks=())
    made = compose(empty, fragments=samples.BARE, title="Brief", language="en", coverage=Coverage(), now=samples.NOW)
    assert (made.subject, made.picks) == ("Brief, 21 Nov", ())


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason(code="topics", values=("AI",)), "on your topic AI"),
        (Reason(code="topics", values=("AI", "Energy", "Law")), "on your topics AI, Energy and Law"),
        (Reason(code="feed", values=("Wire",)), "from Wire, a preferred source"),
        (Reason(code="sources", values=("3",)), "told by three independent sources"),
        (Reason(code="figure", values=("48 %",)), "states a figure: 48 %"),
        (Reason(code="due", values=("2026-12-01",)), "falls due on 1 Dec 2026"),
        (Reason(code="due", values=("2026-12",)), "falls due on Dec 2026"),
        (Reason(code="strong"), "among the strongest claims of the day"),
        (Reason(code="new"), "nothing like it in the last 30 days"),
        (Reason(code="update", values=("2026-11-17",)), "there is news since 17 Nov 2026"),
        (Reason(code="general"), "chosen for what it says and who says it"),
        (Reason(code="unheard", values=("of",)), "unheard of"),
        (Reason(code="sources", values=("many",)), "sources many"),
    ],
)
def test_reasons(reason: Reason, words: str) -> None:
    assert wording.reason(reason) == words


def test_coverage_in_words() -> None:
    assert wording.coverage(samples.COVERAGE) == "231 items from 14 sources read; 2 unreachable; 1 silent; 9 stories; 5 shown"
    assert wording.coverage(Coverage(items=1, sources=1, stories=1, shown=1)) == "1 item from 1 source read; 1 story; 1 shown"
    assert wording.left_out(samples.COVERAGE) == "2 too weak; 2 had before, without news"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(None, ""), (0, "00:00"), (754.9, "12:34"), (3600, "1:00:00"), (36_061, "10:01:01")]
)
def test_clock(seconds: float | None, shown: str) -> None:
    assert wording.clock(seconds) == shown
