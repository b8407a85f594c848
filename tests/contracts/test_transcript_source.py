"""What listening relies on, whatever hears the words."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from briefing.endpoint import Endpoint
from briefing.errors import BriefingError, FetchError, UnreadableError
from briefing.model import Enclosure, Entry, Segment, Transcript
from briefing.ports import TranscriptSource
from briefing.sources.http import Guard, HttpFetcher
from briefing.sources.speech import EndpointSpeech, WhisperSpeech
from briefing.testing import FakeTranscripts

AUDIO = {
    "talk": "Good morning.\nThe mill on the river Elm is for sale.\nGood morning.\nNobody wants it.",
    "song": "La la la.\n\n\nLa.",
    "silence": "\n\n",
    "damaged": "\0",
}
"""What is said, a second a line: this is what the suite's audio files hold."""
TALKS = ["talk", "song"]
REFUSALS = {"silence": True, "damaged": True, "lost": False, "gone": True}
STATUSES = {"lost": 404, "gone": 410}


def spoken(audio: str) -> Iterator[tuple[str, float]]:
    """What a model hears, and when."""
    return ((words, float(second)) for second, words in enumerate(audio.split("\n")) if words)


def expected(name: str, language: str = "en") -> Transcript:
    return Transcript(
        segments=tuple(Segment(text=text, start=at, end=at + 0.5) for text, at in spoken(AUDIO[name])), language=language
    )


async def audio(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name in STATUSES:
        return web.Response(status=STATUSES[name])
    return web.Response(text=AUDIO[name], content_type="audio/mpeg")


async def transcription(request: web.Request) -> web.Response:
    """What an OpenAI-compatible server answers: with blanks, and with the language that it took the words for."""
    file = (await request.post())["file"]
    assert isinstance(file, web.FileField)
    heard = file.file.read().decode()
    if heard == AUDIO["damaged"]:
        return web.json_response({"error": {"message": "Invalid file format."}}, status=400)
    segments = [{"text": f" {text}", "start": at, "end": at + 0.5} for text, at in spoken(heard)]
    return web.json_response({"text": heard.replace("\n", " "), "language": "welsh", "segments": segments})


class Model:
    """What stands in for faster-whisper."""

    def transcribe(self, audio: str, *, language: str | None, vad_filter: bool) -> tuple[Iterator[SimpleNamespace], object]:
        if (file := Path(audio).read_text()) == AUDIO["damaged"]:
            raise ValueError("Invalid data found when processing input")
        heard = spoken(file)
        return (SimpleNamespace(text=f" {text}", start=at, end=at + 0.5) for text, at in heard), SimpleNamespace(language="cy")


def fetcher() -> HttpFetcher:
    return HttpFetcher(guard=Guard(["127.0.0.0/8"]), host_gap=timedelta(0), total=timedelta(seconds=5))


def whisper(place: str) -> TranscriptSource:
    return WhisperSpeech("tiny", fetcher, load=lambda name: Model())


def endpoint(place: str) -> TranscriptSource:
    pytest.importorskip("openai")
    return EndpointSpeech(Endpoint(f"{place}/v1"), "tiny", fetcher)


def fake(place: str) -> TranscriptSource:
    refused = {name: UnreadableError(name, "no words were heard in the audio") for name in ("silence", "damaged")} | {
        name: FetchError(name, f"answered {status}", status=status, permanent=REFUSALS[name]) for name, status in STATUSES.items()
    }
    return FakeTranscripts({name: expected(name) for name in TALKS} | {"unknown": expected("talk", "")}, refused)


@dataclass(frozen=True)
class Desk:
    """A source, and where the audio lies that it hears."""

    source: TranscriptSource
    place: str

    async def heard(self, name: str) -> Transcript | None:
        return await self.source.transcript(entry(name, self.audio(name)))

    def audio(self, name: str) -> Enclosure:
        return Enclosure(url=f"{self.place}/{name}.mp3", type="audio/mpeg")


def entry(id: str, *enclosures: Enclosure, language: str = "en-GB") -> Entry:
    return Entry(
        id=id,
        feed_url="https://pod.example/feed",
        guid=id,
        url=f"https://pod.example/{id}",
        title="The mill on the river Elm",
        collected_at=datetime(2026, 11, 21, 7, 0, tzinfo=UTC),
        summary="We talk about the mill, which nobody wants.",
        language=language,
        enclosures=enclosures,
    )


@asynccontextmanager
async def serving() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{name}.mp3", audio)
    app.router.add_post("/v1/audio/transcriptions", transcription)
    async with TestServer(app) as server:
        yield str(server.make_url("/")).rstrip("/")


SOURCES: Mapping[str, Callable[[str], TranscriptSource]] = {"endpoint": endpoint, "whisper": whisper, "fake": fake}


@pytest.fixture(params=SOURCES)
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with serving() as place:
        yield Desk(SOURCES[request.param](place), place)


@pytest.mark.parametrize("name", TALKS)
async def test_the_words_come_in_their_order_with_their_times_and_nothing_else(desk: Desk, name: str) -> None:
    assert await desk.heard(name) == expected(name)


async def test_entries_heard_at_once_are_not_confused(desk: Desk) -> None:
    names = TALKS * 3
    assert await asyncio.gather(*map(desk.heard, names)) == [expected(name) for name in names]


async def test_the_same_entry_gives_the_same_words(desk: Desk) -> None:
    assert await desk.heard("talk") == await desk.heard("talk")


async def test_no_language_is_guessed(desk: Desk) -> None:
    assert await desk.source.transcript(entry("unknown", desk.audio("talk"), language="")) == expected("talk", "")


@pytest.mark.parametrize("enclosures", [(), (Enclosure(url="https://pod.example/cover.jpg", type="image/jpeg"),)])
async def test_an_entry_without_audio_has_no_words_whatever_its_notes_say(desk: Desk, enclosures: tuple[Enclosure, ...]) -> None:
    assert await desk.source.transcript(entry("written", *enclosures)) is None


@pytest.mark.parametrize("name", REFUSALS)
async def test_audio_whose_words_cannot_be_had_is_an_error_and_harms_no_later_entry(desk: Desk, name: str) -> None:
    with pytest.raises(BriefingError) as caught:
        await desk.heard(name)
    assert caught.value.permanent == REFUSALS[name]
    assert await desk.heard("talk") == expected("talk")
