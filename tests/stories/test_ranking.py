"""What each reader gets, what they never get, and why."""

from datetime import timedelta

from briefing.model import Selection, Topic
from briefing.stories.facts import facts
from briefing.stories.ranking import Ranking, Reader, Sent

from . import worlds
from .worlds import NOW, TODAY

CLAIMS = (
    "Dutch farmers sell milk robots to Kenya",
    "Tidal turbines outlast salt corrosion off Orkney",
    "Chess engines taught grandmasters opening sacrifices",
    "Volcanic ash cools vineyards around Etna",
    "Hospitals rent cargo bicycles for vaccine transport",
    "Glass fibre cables hear earthquakes under Athens",
    "Libraries lend violins and cellos to beginners",
    "Satellite mirrors light Arctic harbours at midnight",
)
AI = Topic(id="ai", title="Artificial intelligence", words=("language model",))


def rank(stories, reader=None, topics=(AI,), top=5) -> Selection:
    return Ranking(stories, topics, now=NOW).select([reader or Reader(None, TODAY)], top)[0]


def ids(selection: Selection) -> list[str]:
    return [pick.story.id for pick in selection.picks]


def everyday(count: int = 8, **values) -> list:
    return [worlds.simple(number, CLAIMS[number], score=0.9 - number / 20, **values) for number in range(count)]


def test_a_reader_without_topics_gets_the_strongest_five() -> None:
    assert ids(rank(everyday())) == ["s0", "s1", "s2", "s3", "s4"]


def test_topics_come_first_and_are_the_first_reason() -> None:
    stories = everyday(6)
    stories[5] = worlds.simple(5, "A language model reads mammograms in Malmo", score=0.5)
    selection = rank(stories, Reader(worlds.subscriber(topics={"ai": 1.0}), TODAY))
    assert ids(selection)[0] == "s5"
    assert selection.picks[0].reasons[0].code == "topics"
    assert selection.picks[0].reasons[0].values == ("ai",)


def test_below_the_floor_nothing_is_shown() -> None:
    weak = [worlds.simple(number, CLAIMS[number], score=0.1) for number in range(3)]
    assert ids(rank([*weak, worlds.simple(7, CLAIMS[7], score=0.8)])) == ["s7"]


def test_old_items_are_background() -> None:
    old = worlds.simple(1, CLAIMS[1], published_at=NOW - timedelta(days=8))
    fresh = worlds.simple(2, CLAIMS[2], published_at=NOW - timedelta(days=6), score=0.4)
    assert ids(rank([old, fresh])) == ["s2"]


def test_at_most_two_of_a_feed_when_three_feeds_have_something() -> None:
    one = [worlds.simple(number, CLAIMS[number], "https://one.example/feed", 0.9) for number in range(5)]
    others = [worlds.simple(number, CLAIMS[number], score=0.4) for number in (5, 6)]
    assert ids(rank([*one, *others])) == ["s0", "s1", "s5", "s6"]
    assert len(ids(rank([*one, others[0]]))) == 5


def test_no_two_picks_share_half_of_their_words() -> None:
    twin = worlds.simple(9, "Dutch farmers sell milk robots in Ghana", score=0.99)
    assert {"s0", "s9"} & set(ids(rank([*everyday(3), twin]))) == {"s9"}


def test_a_language_not_ticked_is_left_out_for_another_insight_of_the_story() -> None:
    german = worlds.insight("g", "Bauern verkaufen Melkroboter", "e1", 0.9, language="de")
    english = worlds.insight("e", CLAIMS[0], "e2", 0.6)
    both = worlds.story("s", [german, english], [worlds.source("e1"), worlds.source("e2", "https://two.example/feed")])
    only = worlds.story("t", [german], [worlds.source("e1")])
    picked = rank([both, only], Reader(worlds.subscriber(), TODAY, (), ("en",)))
    assert [(pick.story.id, pick.story.lead.id) for pick in picked.picks] == [("s", "e")]


def test_muted_words_and_feeds_are_left_out() -> None:
    stories = everyday(4)
    muted = worlds.subscriber(muted=("tidal turbines", "https://f2.example/feed"))
    assert ids(rank(stories, Reader(muted, TODAY))) == ["s0", "s3"]


def sent(story, days: int = 1) -> Sent:
    return Sent(story.id, TODAY - timedelta(days=days), (story.lead.id,), story.lead.claim, facts(story))


def test_what_was_sent_does_not_come_again() -> None:
    stories = everyday()
    again = worlds.simple(20, "Tidal turbines off Orkney outlast all salt corrosion", score=0.95)
    assert ids(rank([*stories, again], Reader(None, TODAY, [sent(stories[1])]))) == ["s0", "s2", "s3", "s4", "s5"]


def grown(first, claim: str, feed: str):
    more = worlds.insight("i99", claim, "e99", 0.6)
    return worlds.story(first.id, [*first.insights, more], [*first.sources, worlds.source("e99", feed)])


def test_a_story_comes_back_only_with_news() -> None:
    first = worlds.simple(1, CLAIMS[1], "https://one.example/feed")
    same = grown(first, "Salt corrosion does not stop tidal turbines near Orkney", "https://one.example/feed")
    assert not ids(rank([same], Reader(None, TODAY, [sent(first)])))
    news = grown(first, "Generators delivered 48 % more power to Kirkwall this winter", "https://one.example/feed")
    pick = rank([news], Reader(None, TODAY, [sent(first)])).picks[0]
    assert pick.story.lead.id == "i99"
    assert pick.update_of is not None
    assert pick.update_of.since == TODAY - timedelta(days=1)
    assert pick.update_of.news == ("48 %", "Kirkwall")
    assert pick.reasons[0].code == "update"


def test_an_independent_source_is_news_but_the_same_claim_is_not() -> None:
    first = worlds.simple(1, CLAIMS[1], "https://one.example/feed")
    other = grown(first, "Regulators want generators inspected before winter storms", "https://two.example/feed")
    assert rank([other], Reader(None, TODAY, [sent(first)])).picks[0].update_of.news == ("two.example",)
    echo = grown(first, "Off Orkney, tidal turbines do outlast corrosion by salt", "https://two.example/feed")
    assert not ids(rank([echo], Reader(None, TODAY, [sent(first)])))


def test_left_out_says_why() -> None:
    stories = [*everyday(7), worlds.simple(9, CLAIMS[7], score=0.1), worlds.simple(10, "Dutch farmers sell milk robots in Ghana")]
    reader = Reader(None, TODAY, [sent(stories[1])])
    selection = rank(stories, reader)
    assert Ranking(stories, (), now=NOW).left_out(reader, selection) == {"sent": 1, "floor": 1, "similar": 1, "rest": 1}
