"""Cards, timelines and disagreements hold what was stated, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from briefing.model import Card, DatedEvent, Facets, Kind, Prediction, Story, Topic
from briefing.stories.timeline import card, disagreements, timeline

from . import worlds
from .worlds import NOW


def two_sources(first: str, second: str, **values):
    return worlds.story(
        "s",
        [worlds.insight("a", first, "e1", **values), worlds.insight("b", second, "e2")],
        [worlds.source("e1"), worlds.source("e2", "https://two.example/feed", published_at=NOW - timedelta(days=2))],
    )


def test_figures_of_independent_sources_that_differ_stand_side_by_side() -> None:
    story = two_sources(
        "Zhipu shares climbed 48 % on Monday in Hong Kong", "In Hong Kong, shares of Zhipu climbed 41 % on Monday"
    )
    (found,) = disagreements(story)
    assert (found.first.text, found.second.text) == tuple(insight.quotes[0].text for insight in story.insights)
    assert "zhipu" in found.subject


def test_the_same_figure_in_another_spelling_is_no_disagreement() -> None:
    assert not disagreements(two_sources("Zhipu shares climbed 48 % on Monday", "On Monday Zhipu shares climbed 48 percent"))


def test_figures_of_different_things_are_no_disagreement() -> None:
    recorded = "Nordlink said its meters had recorded 41 hours of continuous operation, three more than the utility reported"
    assert not disagreements(two_sources(recorded, "They pay in three steps, for 4 hours and for 100 hours"))


def test_a_timeline_is_in_order_and_tells_an_event_once() -> None:
    events = Facets(
        events=(
            DatedEvent(date="2026-06", text="The court meets again"),
            DatedEvent(date="2025", text="The law was passed"),
            DatedEvent(date="2026-06", text="The court will meet again in June"),
        )
    )
    story = worlds.story("s", [worlds.insight("a", "A claim", facets=events)], [worlds.source()])
    assert [(event.date, event.text) for event in timeline(story)] == [
        ("2025", "The law was passed"),
        ("2026-06", "The court meets again"),
    ]
    assert timeline(story)[0].url == story.sources[0].url


def test_items_of_several_days_are_part_of_the_timeline_each_by_its_title_or_what_it_brings() -> None:
    days_ago = {"e1": 2, "e2": 0, "e3": 0, "e4": 0}
    sources = [
        worlds.source(
            entry, f"https://{entry}.example/feed", title=title, kind=kind, published_at=NOW - timedelta(days=days_ago[entry])
        )
        for entry, title, kind in (
            ("e1", "Turbines go on trial", Kind.NEWS),
            ("e2", "Episode 212", Kind.PODCAST),
            ("e3", "Sea turbines passed their trial", Kind.NEWS),
            ("e4", "Turbines passed their trial", Kind.NEWS),
        )
    ]
    claims = [
        worlds.insight(f"{entry} {n}", f"Claim {n} of {entry}", entry) for entry in ("e2", "e1", "e3", "e4") for n in range(3)
    ]
    heard = replace(claims[0], headline="A night under water")
    assert [(event.date, event.text, event.source) for event in timeline(worlds.story("s", [heard, *claims[1:]], sources))] == [
        ("2026-11-19", "Turbines go on trial", "e1.example"),
        ("2026-11-21", "A night under water", "e2.example"),
        ("2026-11-21", "Sea turbines passed their trial", "e3.example"),
    ]


def test_items_of_one_day_need_no_timeline() -> None:
    assert not timeline(worlds.story("s", [worlds.insight("a", "A claim")], [worlds.source(title="A title")]))


def test_a_card_says_nothing_that_is_not_known() -> None:
    bare = worlds.story("s", [worlds.insight("a", "Turbines outlast salt")], [worlds.source(collected_at=None)])
    made = card(bare, ())
    assert made == Card(language="en", published_at=made.published_at)


def test_a_card_names_topic_and_points() -> None:
    made = card(
        two_sources("Turbines outlast salt", "Regulators want inspections"), [Topic(id="sea", title="At sea", words=("salt",))]
    )
    assert made.topic == "At sea"
    assert made.at_a_glance == ("Turbines outlast salt", "Regulators want inspections")


def argued_and_reported() -> Story:
    news = worlds.insight("i1", "Karsholm ran on an iron battery for 38 hours.", "e1", facets=Facets(kind_of_piece="news"))
    view = worlds.insight("i2", "Cities should buy batteries before turbines.", "e2", 0.9, facets=Facets(kind_of_piece="opinion"))
    more = worlds.insight("i3", "Schools that begin at nine report fewer sick days.", "e1", facets=Facets(kind_of_piece="news"))
    return worlds.story("s1", [view, news, more], [worlds.source("e2", publisher="The House"), worlds.source("e1")])


def test_what_is_argued_is_told_apart_from_what_is_reported() -> None:
    shown = card(argued_and_reported(), ())
    assert shown.at_a_glance[-1] == "Cities should buy batteries before turbines."
    assert shown.argued == shown.at_a_glance[-1:]
    assert shown.publisher == "The House"


@pytest.mark.parametrize(
    ("facets", "label"),
    [
        (Facets(), ""),
        (Facets(kind_of_piece="news"), "news"),
        (Facets(kind_of_piece="analysis"), "background"),
        (Facets(kind_of_piece="analysis", what_changed="The council closed the bridge."), "news"),
        (Facets(kind_of_piece="analysis", events=(DatedEvent(date="2026-11-20", text="It closed."),)), "news"),
        (Facets(kind_of_piece="analysis", events=(DatedEvent(date="1998", text="It opened."),)), "background"),
    ],
)
def test_news_is_told_from_background_by_what_the_piece_says(facets: Facets, label: str) -> None:
    told = worlds.story("s1", [worlds.insight("i1", "Karsholm ran on a battery.", "e1", facets=facets)], [worlds.source("e1")])
    assert card(told, ()).news_or_background == label


def test_a_prediction_that_two_sources_tell_stands_once() -> None:
    told = (
        "Nordlink will pay for standby in three steps",
        "From next year Nordlink will pay standby in steps",
        "Prices will fall",
    )
    insights = [worlds.insight(what, what, "e1", facets=Facets(predictions=(Prediction(what=what),))) for what in told]
    story = worlds.story("s", insights, [worlds.source("e1")])
    assert [prediction.what for prediction in card(story, ()).predictions] == [told[0], told[2]]
