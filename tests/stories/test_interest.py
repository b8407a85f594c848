"""What a reader asked for, and what they asked more or less of, decides what comes first; an archive decides what is new."""

from datetime import timedelta

import numpy as np
import pytest

from briefing.model import Topic
from briefing.stories.learning import learn
from briefing.stories.novelty import novelty
from briefing.stories.ranking import Earlier, Ranking, Reader, Sent
from briefing.stories.weights import DEFAULT

from . import worlds
from .worlds import NOW, TODAY

SEA, LAND = Topic(id="sea", title="Sea", words=("harbour",)), Topic(id="land", title="Land", words=("orchard",))
TOPICS = (SEA, LAND)
HARBOUR = worlds.simple(1, "Dredgers deepen the harbour of Gdansk", score=0.7)
ORCHARD = worlds.simple(2, "Robots prune every orchard around Bolzano", score=0.7)
OTHER = worlds.simple(3, "Opera houses rent costumes to amateurs", score=0.9)


def order(*stories, sent=(), top: int = 5, **asked) -> list[str]:
    reader = Reader(worlds.subscriber(**asked), TODAY, sent, ("en",))
    return [pick.story.id for pick in Ranking(stories, TOPICS, now=NOW).select([reader], top)[0].picks]


def test_the_heavier_topic_comes_first() -> None:
    assert order(HARBOUR, ORCHARD, OTHER, topics={"sea": 1.0, "land": 2.0}) == ["s2", "s1", "s3"]
    assert order(HARBOUR, ORCHARD, OTHER, topics={"sea": 2.0, "land": 1.0}) == ["s1", "s2", "s3"]


def test_without_topics_the_strongest_comes_first() -> None:
    assert order(HARBOUR, ORCHARD, OTHER)[0] == "s3"


def test_two_topics_are_worth_more_than_one() -> None:
    both = worlds.simple(4, "A harbour ships what an orchard bears", score=0.6)
    assert order(HARBOUR, both, topics={"sea": 1.0, "land": 1.0})[0] == "s4"


def test_more_and_less_move_what_comes_first_and_can_be_taken_back() -> None:
    liked = learn({}, ORCHARD, TOPICS, more=True)
    disliked = learn({}, HARBOUR, TOPICS, more=False)
    asked = {"sea": 1.1, "land": 1.0}
    assert order(HARBOUR, ORCHARD, topics=asked) == ["s1", "s2"]
    assert order(HARBOUR, ORCHARD, topics=asked, learnt=liked) == ["s2", "s1"]
    assert order(HARBOUR, ORCHARD, topics=asked, learnt=disliked) == ["s2", "s1"]
    assert order(HARBOUR, ORCHARD, topics=asked, learnt=learn(liked, ORCHARD, TOPICS, more=False)) == ["s1", "s2"]


def test_four_answers_against_a_feed_do_not_silence_it() -> None:
    learnt = {}
    for _ in range(9):
        learnt = learn(learnt, HARBOUR, TOPICS, more=False)
    assert "s1" in order(HARBOUR, ORCHARD, OTHER, topics={"land": 1.0}, learnt=learnt)


def test_the_admins_weight_and_independent_sources_lift_a_story() -> None:
    heavier = worlds.simple(4, "Beekeepers move hives at night", score=0.7, weight=1.5)
    told_twice = worlds.story(
        "s5",
        [worlds.insight("a", "Ferries run on methanol", "e51", 0.7), worlds.insight("b", "Shipping goes green", "e52", 0.4)],
        [worlds.source("e51", "https://x.example/"), worlds.source("e52", "https://y.example/")],
    )
    assert order(ORCHARD, heavier, told_twice) == ["s4", "s5", "s2"]


def varied(count: int, word: str, first: int) -> list:
    subjects = ("Dredgers deepen", "Painters adore", "Lawyers contest", "Gulls leave", "Bakers supply", "Poets praise")
    return [worlds.simple(first + n, f"{subjects[n]} some {word} number{first + n}", score=0.9) for n in range(count)]


def test_three_of_a_topic_at_most_unless_it_is_the_only_one_asked_for() -> None:
    stories = [*varied(5, "harbour", 10), ORCHARD, OTHER]
    assert len({"s2", "s3"} & set(order(*stories, topics={"sea": 1.0, "land": 0.1}))) == 2
    assert not {"s2", "s3"} & set(order(*stories, topics={"sea": 1.0}))


def test_a_claim_may_come_again_after_thirty_days() -> None:
    def had(days: int) -> Sent:
        return Sent("another", TODAY - timedelta(days=days), ("gone",), "In Gdansk they deepen the harbour with dredgers")

    assert order(HARBOUR, sent=[had(30)]) == []
    assert order(HARBOUR, sent=[had(31)]) == ["s1"]


def unit(angle: float) -> tuple[float, ...]:
    return (float(np.cos(angle)), float(np.sin(angle)))


@pytest.mark.parametrize(("angle", "oldest", "new"), [(1.5, 30, True), (0.2, 30, False), (1.5, 3, False)])
def test_new_is_what_a_month_of_archive_does_not_know(angle: float, oldest: int, new: bool) -> None:
    story = worlds.simple(1, "Dredgers deepen the harbour of Gdansk")
    told = worlds.story("s1", list(story.insights), list(story.sources), vector=unit(angle))
    earlier = Earlier([NOW - timedelta(days=oldest)], np.array([unit(0)], np.float32))
    (selection,) = Ranking([told], TOPICS, now=NOW, earlier=earlier).select([Reader(None, TODAY)], 5)
    assert ("new" in [reason.code for reason in selection.picks[0].reasons]) is new


def test_what_the_archive_told_in_other_words_ranks_lower() -> None:
    again = worlds.story("s1", list(HARBOUR.insights), list(HARBOUR.sources), vector=unit(0.1))
    fresh = worlds.story("s2", list(ORCHARD.insights), list(ORCHARD.sources), vector=unit(1.5))
    earlier = Earlier([NOW - timedelta(days=9)], np.array([unit(0)], np.float32))
    (selection,) = Ranking([again, fresh], TOPICS, now=NOW, earlier=earlier).select([Reader(None, TODAY)], 5)
    assert [pick.story.id for pick in selection.picks] == ["s2", "s1"]
    assert selection.picks[1].score < selection.picks[0].score


def test_nothing_is_lost_by_being_about_the_same_until_it_is_nearly_the_same() -> None:
    assert novelty(np.array([0, 0.59, 0.8, 1], np.float32), DEFAULT) == pytest.approx([1, 1, 0.75, 0.5])


@pytest.mark.parametrize(("entry", "shown"), [("e1", ["s1"]), ("e2", ["s1", "s2"])])
def test_one_point_of_an_episode_is_made_once(entry: str, shown: list[str]) -> None:
    first = worlds.insight("a", "Watchtowers that store only the last update leak the channel", "e1", 0.9)
    second = worlds.insight("b", "Constant storage of an update comes at the price of privacy", entry, 0.8)
    stories = [
        worlds.story(f"s{n}", [one], [worlds.source(one.entry_id)], vector=unit(n * 1.2))
        for n, one in enumerate((first, second), 1)
    ]
    (selection,) = Ranking(stories, TOPICS, now=NOW).select([Reader(None, TODAY)], 5)
    assert [pick.story.id for pick in selection.picks] == shown
