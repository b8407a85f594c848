"""What joins which story, whatever order it arrives in, and which version of a text is the original."""

from datetime import timedelta

import numpy as np
import pytest

from briefing.model import Kind, Phase
from briefing.stories.clustering import Cluster, assign, member, publishers, story

from . import worlds
from .worlds import NOW

NOTHING = np.zeros(0, np.float32)
STORM = (
    "Storm Ciara tore the roof off the ferry terminal in Holyhead on Sunday night, stranding four hundred passengers. "
    "The port authority said that ferries to Dublin will not run before Wednesday, and that engineers were inspecting the pier. "
    "Nobody was hurt, but lorries queued for eleven miles on the road through Anglesey, according to North Wales Police."
)
RETOLD = (
    "Four hundred ferry passengers spent the night in Holyhead after Storm Ciara took away the terminal's roof. "
    "No ferries to Dublin are expected until Wednesday. Police in North Wales counted eleven miles of lorries across Anglesey."
)
SPUN = (
    "Tempest Ciara ripped the rooftop off the ferry terminus in Holyhead at Sunday nighttime, marooning 4 hundred travellers. "
    "The harbour board stated that boats to Dublin won't operate prior to Wednesday, while technicians had been examining the "
    "jetty. No person was harmed, however trucks lined up for 11 miles at the highway via Anglesey, per North Wales Police."
)
OTHER = (
    "Researchers in Uppsala taught magpies to sort coins by weight, and found that the birds cheat when nobody looks. "
    "The study, published in Animal Cognition, followed thirty magpies through two winters."
)


def item(name: str, text: str, hours: int = 0, feed: str = "", **values):
    entry = f"entry-{name}"
    speaker_free = worlds.insight(name, text.split(". ")[0], entry, quote=text.split(". ")[0])
    values.setdefault("title", "")
    source = worlds.source(
        entry, feed or f"https://{name}.example/feed", published_at=NOW - timedelta(hours=48 - hours), **values
    )
    return member(speaker_free, source, NOTHING, text)


def groups(clusters: list[Cluster]) -> set[frozenset[str]]:
    return {frozenset(one.insight.id for one in cluster.members) for cluster in clusters}


def test_two_tellings_of_one_event_are_one_story_and_another_event_is_not() -> None:
    clusters = assign([item("a", STORM), item("b", RETOLD, 3), item("c", OTHER, 4)], [])
    assert groups(clusters) == {frozenset("ab"), frozenset("c")}


@pytest.mark.parametrize("split", range(1, 3))
def test_one_batch_or_several_make_the_same_stories_with_the_same_ids(split: int) -> None:
    items = [item("a", STORM), item("b", RETOLD, 3), item("c", OTHER, 4)]
    whole = {cluster.id: groups([cluster]) for cluster in assign(items[::-1], [])}
    first = assign(items[:split], [])
    parts = {cluster.id: cluster for cluster in first} | {c.id: c for c in assign(items[split:], first)}
    assert {id_: groups([cluster]) for id_, cluster in parts.items()} == whole


def test_an_insight_that_is_known_is_not_placed_again() -> None:
    known = assign([item("a", STORM)], [])
    assert assign([item("a", STORM)], known) == []


def test_only_changed_stories_come_back() -> None:
    known = assign([item("a", STORM), item("c", OTHER)], [])
    assert groups(assign([item("b", RETOLD, 3)], known)) == {frozenset("ab")}


def test_a_story_takes_nothing_after_its_window() -> None:
    late = item("b", RETOLD, 24 * 9)
    assert len(assign([item("a", STORM), late], [])) == 2


def test_insights_of_one_episode_are_stories_of_their_own_unless_they_say_the_same() -> None:
    talk = f"{STORM} {OTHER} {RETOLD}"
    source = worlds.source("talk", kind=Kind.PODCAST)
    said = (
        "ferries to Dublin will not run before Wednesday",
        "magpies sort coins by weight",
        "Ferries to Dublin do not run till Wednesday",
    )
    members = [member(worlds.insight(str(n), claim, "talk"), source, NOTHING, talk) for n, claim in enumerate(said)]
    assert groups(assign(members, [])) == {frozenset("02"), frozenset("1")}


def test_copies_count_as_one_source_and_the_original_leads() -> None:
    cut = ". ".join(STORM.split(". ")[:2])
    credited = item("copy", f"{STORM} Originally published by The Anglesey Mail.", 0)
    original = item("original", STORM, 5, publisher="The Anglesey Mail")
    others = [item("cut", cut, 6), item("again", STORM, 7), item("own", RETOLD, 8)]
    (cluster,) = assign([credited, original, *others], [])
    told = story(cluster, previous=None, now=NOW)
    assert publishers(told) == 2
    assert {source.entry_id for source in told.sources} == {"entry-original", "entry-own"}
    assert {insight.id for insight in told.insights} == {"original", "own"}
    assert len(cluster.members) == 5


def test_the_same_words_in_five_feeds_are_one_source() -> None:
    (cluster,) = assign([item(name, STORM, number) for number, name in enumerate("abcde")], [])
    told = story(cluster, previous=None, now=NOW)
    assert (publishers(told), told.lead.id) == (1, "a")


def test_a_damaged_version_never_leads_when_a_clean_one_exists() -> None:
    spun = item("spun", STORM, 0, quality=0.2)
    clean = item("clean", STORM, 9)
    retold = item("retold", RETOLD, 9, quality=0.3)
    (cluster,) = assign([spun, clean, retold], [])
    assert story(cluster, previous=None, now=NOW).lead.id == "clean"


def test_a_machine_spun_telling_is_no_source_of_its_own_but_an_honest_one_is() -> None:
    told = [item("original", STORM, 0), item("spun", SPUN, 3, quality=0.1), item("own", RETOLD, 5)]
    (cluster,) = assign(told, [])
    kept = story(cluster, previous=None, now=NOW)
    assert {insight.id for insight in kept.insights} == {"original", "own"}
    assert publishers(kept) == 2


def test_two_feeds_of_one_publisher_are_one_source() -> None:
    (cluster,) = assign([item("a", STORM, publisher="Mail"), item("b", RETOLD, 2, publisher="MAIL")], [])
    assert publishers(story(cluster, previous=None, now=NOW)) == 1


def test_phases() -> None:
    first, second, late = item("a", STORM, 30), item("b", RETOLD, 40), item("d", RETOLD + " Repairs end.", 24 * 5)
    young = Cluster("s", (first,))
    assert story(young, previous=None, now=NOW).phase is Phase.NEW
    assert story(Cluster("s", (first, second)), previous=None, now=NOW + timedelta(days=1)).phase is Phase.DEVELOPING
    assert story(young, previous=None, now=NOW + timedelta(days=4)).phase is Phase.QUIET
    before = story(young, previous=None, now=NOW)
    assert story(Cluster("s", (first, late)), previous=before.updated_at, now=NOW + timedelta(days=4)).phase is Phase.REVIVED
