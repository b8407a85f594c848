"""News of one event in several languages is one story; another event of the same names is another."""

import json
from pathlib import Path

import pytest

from briefing.embedding import PackagedEmbedder
from briefing.stories.clustering import assign, member
from briefing.stories.interlingual import meaning_of, shared_counts
from briefing.stories.members import Member

from . import worlds

EVENTS = json.loads((Path(__file__).parent / "cases" / "languages.json").read_text("utf-8"))
MISTAKES = 1
"""Of twelve events of four subjects one pair may be held for one: the same two companies, within one minute."""


def told(event: dict, language: str) -> Member:
    title, text = event[language]
    name = f"{event['event']}:{language}"
    source = worlds.source(f"e-{name}", f"https://{language}.example/feed", title=title, language=language)
    (vector,) = PackagedEmbedder().embed([f"{title} {text}"])
    return member(worlds.insight(name, title, f"e-{name}", language=language), source, vector, text)


@pytest.mark.parametrize("languages", [("en", "es"), ("en", "it"), ("en", "nl"), ("en", "es", "it", "nl")], ids="-".join)
def test_an_event_is_one_story_in_all_languages_and_two_events_are_two(languages: tuple[str, ...]) -> None:
    members = [told(event, language) for event in EVENTS for language in languages]
    clusters = assign(members, [])
    homes = {one.insight.id: cluster.id for cluster in clusters for one in cluster.members}
    for event in EVENTS:
        assert len({homes[f"{event['event']}:{language}"] for language in languages}) == 1, event["event"]
    assert len(EVENTS) - len(clusters) <= MISTAKES


@pytest.mark.parametrize(
    ("word", "language", "english"),
    [
        ("aumentaron", "es", "rises"),
        ("gestiegen", "de", "increase"),
        ("verenigde.staten", "nl", "american"),
        ("aandelen", "nl", "shares"),
        ("terremoto", "it", "earthquake"),
        ("societes", "fr", "companies"),
    ],
)
def test_words_of_one_meaning_are_known(word: str, language: str, english: str) -> None:
    known = meaning_of(word, language)
    assert known is not None
    assert known == meaning_of(english, "en")


def test_figures_agree_however_they_are_written() -> None:
    english = shared_counts([("It cost 12.5 billion, or 1,200 dollars each.", 1.0)], "en")
    german = shared_counts([("Es kostete 12,5 Milliarden oder 1.200 Dollar.", 1.0)], "de")
    spanish = shared_counts([("Costó 12.000 millones, 1.200 dólares cada uno.", 1.0)], "es")
    assert {"=12.5", "=1200"} <= english.keys() & german.keys()
    assert {"=12", "=1200"} <= spanish.keys()
