"""Speech to text within the day's minutes; what is not heard is read from its notes."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from briefing.errors import UsageError
from briefing.model import Segment, Transcript
from briefing.pipeline import listen, poll
from briefing.store.entries import LISTEN, READ
from briefing.testing import FakeTranscripts

from .conftest import NOW, TOML, Desk, feed

HEARD = Transcript(segments=(Segment(text="Every word that was said."),))
AUDIO = '<enclosure url="http://town.example/1.mp3" type="audio/mpeg" length="1"/><itunes:duration>{minutes}:00</itunes:duration>'
SPEECH = "[speech]\ndaily_minutes = 60\n"


@pytest.fixture
def spoken(make_desk: Callable[..., Desk]) -> Callable[[int], Desk]:
    """A desk with one episode of so many minutes, waiting to be heard."""

    def make(minutes: int) -> Desk:
        transcribed = TOML.replace('topics = ["cities"]', 'topics = ["cities"]\ntranscribe = true')
        desk = make_desk(SPEECH + transcribed)
        episode = (
            feed("town.example", ("1", "One", "Notes.")).decode().replace("</item>", AUDIO.format(minutes=minutes) + "</item>")
        )
        desk.pages["http://town.example/feed"] = episode.encode()
        desk.services = replace(desk.services, speech=FakeTranscripts())
        poll.run(desk.services, tuple(poll.due(desk.services, NOW)), NOW)
        heard = FakeTranscripts(dict.fromkeys(listen.due(desk.services, NOW), HEARD))
        desk.services = replace(desk.services, speech=heard)
        return desk

    return make


def waiting(desk: Desk, stage: str) -> list[str]:
    with desk.services.store.read() as db:
        return [entry.title for entry in db.entries.get(db.entries.waiting(stage, NOW)) if entry.title == "One"]


def hear(desk: Desk) -> list[Transcript | None]:
    ids = listen.due(desk.services, NOW)
    listen.run(desk.services, tuple(ids), NOW)
    with desk.services.store.read() as db:
        return [listen.heard(db, id_) for id_ in ids]


def test_an_episode_is_heard_and_then_read(spoken: Callable[[int], Desk]) -> None:
    desk = spoken(60)
    assert waiting(desk, LISTEN) == ["One"]
    assert hear(desk) == [HEARD]
    assert (waiting(desk, LISTEN), waiting(desk, READ)) == ([], ["One"])


def test_an_episode_waits_for_another_day_when_this_one_has_no_minutes_left(spoken: Callable[[int], Desk]) -> None:
    desk = spoken(40)
    with desk.services.store.write() as db:
        db.meta.spend("speech minutes", NOW.date(), 30, 60)
    assert hear(desk) == [None]
    assert waiting(desk, LISTEN) == ["One"]


def test_what_a_feed_did_not_tell_of_is_charged_once_it_was_heard(spoken: Callable[[int], Desk]) -> None:
    desk = spoken(0)
    long = Transcript(segments=(Segment(text="Words.", start=0.0, end=90.5 * 60),))
    desk.services = replace(desk.services, speech=FakeTranscripts(dict.fromkeys(listen.due(desk.services, NOW), long)))
    assert hear(desk) == [long]
    with desk.services.store.read() as db:
        assert db.meta.spent("speech minutes", NOW.date()) == 91


def test_a_model_that_does_not_work_is_told_with_what_to_do_and_the_episode_waits(spoken: Callable[[int], Desk]) -> None:
    desk = spoken(10)
    ids = listen.due(desk.services, NOW)
    broken = UsageError("[speech] model", "does not work here", remedy="give a size", permanent=False)
    desk.services = replace(desk.services, speech=FakeTranscripts({}, dict.fromkeys(ids, broken)))
    report = listen.run(desk.services, tuple(ids), NOW)
    assert [failure.reason for failure in report.failures] == ["does not work here; give a size"]
    assert listen.due(desk.services, NOW + listen.AGAIN) == ids


def test_an_episode_longer_than_any_day_allows_is_read_from_its_notes(spoken: Callable[[int], Desk]) -> None:
    desk = spoken(61)
    assert hear(desk) == [None]
    assert (waiting(desk, LISTEN), waiting(desk, READ)) == ([], ["One"])
