"""Many days of made-up news for made-up readers: what must hold whatever happens."""

from collections import Counter
from datetime import timedelta
from itertools import combinations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefing.model import Kind, Selection, Story, Topic
from briefing.stories.clustering import Cluster, Member, assign, member
from briefing.stories.facts import facts
from briefing.stories.ranking import Ranking, Reader, Sent
from briefing.stories.similarity import claim_words, shared

from . import worlds
from .worlds import NOW, TODAY

WORDS = [f"subject{letter}{number}" for letter in "abcde" for number in range(8)]
TOPICS = (Topic(id="a", title="A", words=("subjecta1", "subjecta2", "subjecta3")), Topic(id="b", title="B", words=("subjectb1",)))
SETTINGS = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])

claims = st.lists(st.sampled_from(WORDS), min_size=4, max_size=9, unique=True).map(" ".join)


@st.composite
def tellings(draw, day: int):
    """(story number, claim, feed, speaker, score, figure, language, day)"""
    return (
        draw(st.integers(0, 9)),
        draw(claims),
        draw(st.integers(0, 4)),
        draw(st.sampled_from(["", "Ann", "Bob"])),
        draw(st.floats(0, 1)),
        draw(st.sampled_from(["", " 12 %", " 48 %", " 7 million"])),
        draw(st.sampled_from(["en", "en", "de"])),
        day,
    )


days = st.integers(1, 4).flatmap(lambda count: st.tuples(*(st.lists(tellings(day), max_size=14) for day in range(count))))


def stories(told: list[tuple]) -> list[Story]:
    groups: dict[int, list] = {}
    for number, (story, claim, feed, speaker, score, figure, language, day) in enumerate(told):
        entry = f"e{number}"
        when = NOW + timedelta(days=day, hours=-number % 20)
        insight = worlds.insight(f"i{number}", claim + figure, entry, score, speaker=speaker, language=language)
        source = worlds.source(entry, f"https://f{feed}.example/", published_at=when, language=language)
        groups.setdefault(story, []).append((insight, source))
    return [worlds.story(f"s{name}", [i for i, _ in ones], [s for _, s in ones]) for name, ones in groups.items()]


def run(all_days) -> list[tuple[list[Story], list[Sent], Selection]]:
    """Every day: what there was, what the reader had had, and what they got."""
    told: list[tuple] = []
    sent: list[Sent] = []
    outcome = []
    for day, new in enumerate(all_days):
        told += new
        known = stories(told)
        reader = Reader(worlds.subscriber(topics={"a": 1.0}), TODAY + timedelta(days=day), tuple(sent), ("en",))
        (selection,) = Ranking(known, TOPICS, now=NOW + timedelta(days=day)).select([reader], 5)
        outcome.append((known, list(sent), selection))
        sent += [
            Sent(pick.story.id, reader.slot, (pick.story.lead.id,), pick.story.lead.claim, facts(pick.story))
            for pick in selection.picks
        ]
    return outcome


@SETTINGS
@given(days)
def test_nothing_comes_twice_and_no_claim_that_says_half_of_one_sent(all_days) -> None:
    for _, sent, selection in run(all_days):
        for pick in selection.picks:
            words = claim_words(pick.story.lead.claim)
            assert all(pick.story.lead.id not in one.insight_ids for one in sent)
            assert all(shared(words, claim_words(one.claim)) < 0.5 for one in sent)


@SETTINGS
@given(days)
def test_a_story_comes_again_only_as_an_update_whose_news_stands_in_its_quotes(all_days) -> None:
    for _, sent, selection in run(all_days):
        for pick in selection.picks:
            before = [one for one in sent if one.story_id == pick.story.id]
            assert bool(before) == (pick.update_of is not None)
            if pick.update_of:
                text = pick.story.lead.quotes[0].text
                source = next(s for s in pick.story.sources if s.entry_id == pick.story.lead.entry_id)
                assert pick.update_of.since == max(one.slot for one in before)
                assert pick.update_of.news
                assert all(word in text or word == source.publisher for word in pick.update_of.news)


@SETTINGS
@given(days)
def test_caps_languages_and_floor_hold(all_days) -> None:
    for known, _, selection in run(all_days):
        leads = [(pick.story.lead, {s.entry_id: s for s in pick.story.sources}) for pick in selection.picks]
        feeds = Counter(sources[lead.entry_id].feed_url for lead, sources in leads)
        assert len(feeds) < 3 or max(feeds.values()) <= 2
        assert len({pick.story.id for pick in selection.picks}) == len(leads) <= 5
        assert all(lead.language == "en" and lead.score >= 0.25 for lead, _ in leads)
        words = [claim_words(lead.claim) for lead, _ in leads]
        assert all(shared(a, b) < 0.5 for a, b in combinations(words, 2))
        assert {pick.story.id for pick in selection.picks} <= {story.id for story in known}


@SETTINGS
@given(st.lists(tellings(0), max_size=14), st.randoms())
def test_the_order_of_stories_changes_nothing(told, chance) -> None:
    known = stories(told)
    mixed = list(known)
    chance.shuffle(mixed)
    reader = Reader(worlds.subscriber(topics={"b": 1.0}), TODAY)
    first, second = (Ranking(order, TOPICS, now=NOW).select([reader], 5)[0] for order in (known, mixed))
    assert [pick.score for pick in first.picks] == [pick.score for pick in second.picks]


@SETTINGS
@given(st.lists(tellings(0), max_size=14))
def test_a_shard_gives_each_reader_what_they_would_get_alone(told) -> None:
    known = stories(told)
    readers = [
        Reader(worlds.subscriber(str(n), topics=topics), TODAY, (), languages)
        for n, (topics, languages) in enumerate([({}, ()), ({"a": 1.0}, ("en",)), ({"b": 0.5}, ("de",)), ({"a": 1, "b": 1}, ())])
    ]
    together = Ranking(known, TOPICS, now=NOW).select(readers, 5)
    alone = [Ranking(known, TOPICS, now=NOW).select([reader], 5)[0] for reader in readers]
    assert [[p.story.lead.id for p in s.picks] for s in together] == [[p.story.lead.id for p in s.picks] for s in alone]


TEXTS = st.lists(
    st.tuples(st.lists(st.sampled_from(WORDS), min_size=5, max_size=12), st.integers(0, 200), st.integers(0, 3), st.booleans()),
    min_size=2,
    max_size=14,
)


def told(number: int, words: list[str], hour: int, feed: int, news: bool) -> Member:
    claim = " ".join(words)
    entry = f"e{number // 2}"
    kind = Kind.NEWS if news else Kind.PODCAST
    source = worlds.source(entry, f"https://f{feed}.example/", kind=kind, published_at=NOW + timedelta(hours=hour))
    vector = np.zeros(8, np.float32)
    vector[number % 8] = 1
    return member(worlds.insight(f"i{number:02}", claim, entry), source, vector, claim)


@SETTINGS
@given(TEXTS, st.data())
def test_whatever_the_batches_each_insight_is_in_one_story_and_what_is_known_stays(texts, data) -> None:
    rest = sorted((told(number, *values) for number, values in enumerate(texts)), key=lambda one: one.order)
    known: dict[str, list[str]] = {}
    clusters: dict[str, Cluster] = {}
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        clusters |= {cluster.id: cluster for cluster in assign(rest[:size], list(clusters.values()))}
        found = {id_: [one.insight.id for one in cluster.members] for id_, cluster in clusters.items()}
        assert all(found[id_][: len(ids)] == ids for id_, ids in known.items())
        known, rest = found, rest[size:]
    assert sorted(id_ for ids in known.values() for id_ in ids) == sorted(f"i{number:02}" for number in range(len(texts)))


@SETTINGS
@given(TEXTS, st.randoms())
def test_the_order_of_a_batch_changes_nothing(texts, chance) -> None:
    members = [told(number, *values) for number, values in enumerate(texts)]
    mixed = list(members)
    chance.shuffle(mixed)
    first, second = ({c.id: {one.insight.id for one in c.members} for c in assign(order, [])} for order in (members, mixed))
    assert first == second
