"""The podcast and iTunes namespaces: what an episode is, in every address and spelling of them."""

import pytest

from briefing.model import Entry, Kind
from briefing.sources import feeds
from briefing.sources.entries import ParsedFeed

from .test_feeds import NOW

ADDRESSES = (
    "https://podcastindex.org/namespace/1.0",
    "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
)
ITUNES = (
    "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "http://www.itunes.com/DTDs/Podcast-1.0.dtd",
    "https://www.itunes.com/dtds/podcast-1.0.dtd",
)
GUID = "917393e3-1b1e-5cef-ace4-edaa54e1f810"


def parsed(item: str = "", channel: str = "", *, podcast: str = ADDRESSES[0], itunes: str = ITUNES[0]) -> ParsedFeed:
    declared = f'xmlns:podcast="{podcast}" xmlns:itunes="{itunes}"'
    items = f"<item><title>One</title><guid>1</guid>{item}</item>"
    body = f"<rss version='2.0' {declared}><channel><title>Pod</title>{channel}{items}</channel></rss>"
    return feeds.parse(body.encode(), url="https://pod.example/feed", collected_at=NOW)


def episode(item: str, **declared: str) -> Entry:
    return parsed(item, **declared).entries[0]


@pytest.mark.parametrize("podcast", ADDRESSES)
@pytest.mark.parametrize("itunes", ITUNES)
def test_every_address_of_the_namespaces_means_the_same(podcast: str, itunes: str) -> None:
    found = episode(
        '<podcast:person role="guest">Ann</podcast:person><podcast:season>2</podcast:season>'
        "<itunes:episode>7</itunes:episode><itunes:duration>90</itunes:duration>",
        podcast=podcast,
        itunes=itunes,
    )
    assert [person.name for person in found.persons] == ["Ann"]
    assert (found.season, found.episode, found.duration) == ("2", "7", 90)


@pytest.mark.parametrize(
    ("written", "season", "number"),
    [
        ("<podcast:season>3</podcast:season><podcast:episode>04</podcast:episode>", "3", "4"),
        ('<podcast:season name="Race for the White House">3</podcast:season>', "Race for the White House", ""),
        ('<podcast:episode display="Ch.3">204</podcast:episode>', "", "Ch.3"),
        ("<podcast:episode>0.5</podcast:episode>", "", "0.5"),
        ("<itunes:season>1</itunes:season><podcast:season>2</podcast:season>", "2", ""),
        ("<itunes:season>one</itunes:season><itunes:episode>-1</itunes:episode>", "", ""),
        ("<itunes:episode>0</itunes:episode>", "", "0"),
        ("", "", ""),
    ],
)
def test_season_and_episode_as_they_are_shown(written: str, season: str, number: str) -> None:
    found = episode(written)
    assert (found.season, found.episode) == (season, number)


@pytest.mark.parametrize(
    ("written", "kind"),
    [("Trailer", "trailer"), ("bonus", "bonus"), ("full", ""), ("", ""), ("nonsense", "")],
)
def test_trailers_and_bonus_episodes_are_told_apart(written: str, kind: str) -> None:
    assert episode(f"<itunes:episodeType> {written} </itunes:episodeType>").episode_type == kind


@pytest.mark.parametrize(
    ("item", "channel", "explicit"),
    [("yes", "", True), ("clean", "yes", False), ("", "true", True), ("", "", None), ("perhaps", "no", False)],
)
def test_explicit_is_said_by_the_episode_or_else_by_the_show(item: str, channel: str, explicit: bool | None) -> None:
    said = parsed(f"<itunes:explicit>{item}</itunes:explicit>", f"<itunes:explicit>{channel}</itunes:explicit>")
    assert said.entries[0].explicit is explicit


def test_what_is_said_of_the_show() -> None:
    said = parsed(
        channel=f"<podcast:guid>{GUID.upper()}</podcast:guid><podcast:medium>Newsletter</podcast:medium>"
        '<podcast:txt purpose="verify">S6lpp-7ZCn8</podcast:txt><podcast:txt>naj3eEZaWVVY9a38uhX8FekACyhtqP4JN</podcast:txt>'
    )
    assert said.podcast_guid == GUID
    assert said.texts == (("verify", "S6lpp-7ZCn8"), ("", "naj3eEZaWVVY9a38uhX8FekACyhtqP4JN"))
    assert said.kind is Kind.NEWSLETTER
    assert parsed(channel="<podcast:guid>not one</podcast:guid>").podcast_guid == ""
