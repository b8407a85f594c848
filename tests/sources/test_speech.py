"""Audio is fetched under limits, written down and gone."""

import os
import sys
import wave
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import NoReturn

import pytest

from briefing.errors import FetchError, UnreadableError, UsageError
from briefing.model import Enclosure, Entry, Segment, Transcript
from briefing.sources.http import Guard, HttpFetcher
from briefing.sources.speech import EndpointSpeech, WhisperSpeech

from .servers import reply, serving

MP3 = Enclosure(url="https://e.org/1.mp3", type="audio/mpeg")


def entry(*enclosures: Enclosure, language: str = "en-GB") -> Entry:
    return Entry(
        id="e",
        feed_url="f",
        guid="g",
        url="u",
        title="Ep",
        collected_at=datetime.now(UTC),
        language=language,
        enclosures=enclosures,
    )


@dataclass
class Disk:
    """Gives the same bytes for every address."""

    saved: list[Path] = field(default_factory=list)
    closed: int = 0

    async def download(self, url: str, path: Path, *, max_bytes: int, total: timedelta) -> None:
        path.write_bytes(b"ID3" + url.encode())
        self.saved.append(path)

    async def close(self) -> None:
        self.closed += 1


class Model:
    """Speaks two segments, whatever it is given."""

    def __init__(self, *texts: str) -> None:
        self.texts = texts
        self.languages: list[str | None] = []

    def transcribe(self, audio: str, *, language: str | None, vad_filter: bool) -> tuple[Iterable[SimpleNamespace], object]:
        assert Path(audio).read_bytes().startswith(b"ID3")
        self.languages.append(language)
        return (SimpleNamespace(text=text, start=float(n), end=n + 0.5) for n, text in enumerate(self.texts)), None


async def test_what_is_said_is_written_down_and_the_audio_is_gone() -> None:
    disk, model = Disk(), Model(" Hello.", " ", "World.")
    speech = WhisperSpeech("small", lambda: disk, load=lambda name: model)
    heard = await speech.transcript(entry(MP3))
    assert heard == Transcript(
        segments=(Segment(text="Hello.", start=0, end=0.5), Segment(text="World.", start=2, end=2.5)), language="en"
    )
    assert model.languages == ["en"]
    assert (disk.closed, [path.exists() for path in disk.saved]) == (1, [False])


async def test_the_model_is_loaded_once_and_only_when_needed() -> None:
    loaded: list[str] = []
    speech = WhisperSpeech("small", Disk, load=lambda name: loaded.append(name) or Model("Yes."))  # type: ignore[func-returns-value]
    assert await speech.transcript(entry()) is None
    assert loaded == []
    await speech.transcript(entry(MP3, language=""))
    await speech.transcript(entry(Enclosure(url="https://e.org/2.m4a?x=1")))
    assert loaded == ["small"]


@pytest.fixture
def faster_whisper(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of that name, empty as yet."""
    found = ModuleType("faster_whisper")
    found.__spec__ = ModuleSpec("faster_whisper", loader=None)
    monkeypatch.setitem(sys.modules, "faster_whisper", found)
    return found


async def test_a_model_that_cannot_be_loaded_is_said_with_what_to_do_and_tried_again(faster_whisper: ModuleType) -> None:
    def load(name: str, *, device: str, compute_type: str) -> Model:
        failures = {1: ValueError(f"Invalid model size {name!r}"), 2: OSError("huggingface.co cannot be reached")}
        tried.append(name)
        if len(tried) in failures:
            raise failures[len(tried)]
        return Model("Yes.")

    tried: list[str] = []
    faster_whisper.WhisperModel = load  # type: ignore[attr-defined]
    disk = Disk()
    speech = WhisperSpeech("smal", lambda: disk)
    for reason in ("Invalid model size 'smal'", "huggingface.co cannot be reached"):
        with pytest.raises(UsageError, match=reason) as caught:
            await speech.transcript(entry(MP3))
        assert (caught.value.subject, caught.value.permanent) == ("[speech] model", False)
        assert 'the speech model "smal"' in caught.value.reason and 'a size such as "small"' in caught.value.remedy
    assert disk.saved == []
    assert await speech.transcript(entry(MP3))


async def test_a_device_without_its_libraries_is_no_fault_of_the_audio() -> None:
    class Broken(Model):
        def transcribe(self, audio: str, *, language: str | None, vad_filter: bool) -> NoReturn:
            raise RuntimeError("Library libcublas.so.12 is not found or cannot be loaded")

    with pytest.raises(UsageError, match="libcublas") as caught:
        await WhisperSpeech("small", Disk, load=lambda name: Broken()).transcript(entry(MP3))
    assert not caught.value.permanent


async def test_silence_is_an_error_and_no_transcript() -> None:
    with pytest.raises(UnreadableError, match="no words were heard"):
        await WhisperSpeech("small", Disk, load=lambda name: Model(" ")).transcript(entry(MP3))


async def test_the_endpoint_gets_the_file_and_the_language() -> None:
    asked: list[tuple[str, str, str]] = []

    def transcribe(model: str, path: Path, language: str) -> Transcript:
        asked.append((model, path.suffix, language))
        return Transcript(segments=(Segment(text="Hi."),), language=language)

    speech = EndpointSpeech(SimpleNamespace(transcribe=transcribe), "whisper-1", Disk)  # type: ignore[arg-type]
    assert await speech.transcript(entry(MP3)) == Transcript(segments=(Segment(text="Hi."),), language="en")
    assert asked == [("whisper-1", ".mp3", "en")]
    assert await speech.transcript(entry(Enclosure(url="https://e.org/a.jpg", type="image/jpeg"))) is None


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("briefing.sources.speech.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install 'briefing\[speech\]'"):
        WhisperSpeech("small", Disk)


async def downloaded(answers: list[bytes], path: Path) -> list[str]:
    """Download with a limit of 1,000 bytes; what was asked for."""
    async with serving({"/a.mp3": answers}) as site:
        fetcher = HttpFetcher(guard=Guard(["127.0.0.0/8"]), host_gap=timedelta(0))
        try:
            await fetcher.download(site.url + "/a.mp3", path, max_bytes=1_000, total=timedelta(seconds=5))
        finally:
            await fetcher.close()
        return site.requests


async def test_a_download_ends_in_a_file(tmp_path: Path) -> None:
    await downloaded([reply(b"ID3" * 100, content_type="audio/mpeg")], tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"ID3" * 100


@pytest.mark.parametrize("body", [reply(bytes(1_001)), b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + bytes(5_000)])
async def test_a_download_is_limited(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(FetchError, match="too large"):
        await downloaded([body], tmp_path / "a")
    assert not (tmp_path / "a").exists() or (tmp_path / "a").stat().st_size <= 1_000


CUT = reply(b"0123456789", 'ETag: "v1"', content_type="audio/mpeg")[:-4]


async def test_a_cut_download_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    rest = reply(b"6789", 'ETag: "v1"', status="206 Partial Content")
    first, second = await downloaded([CUT, rest], tmp_path / "a")
    assert "Range" not in first
    assert 'Range: bytes=6-\r\nIf-Range: "v1"\r\n' in second
    assert (tmp_path / "a").read_bytes() == b"0123456789"


async def test_a_cut_download_of_another_version_begins_anew(tmp_path: Path) -> None:
    await downloaded([CUT, reply(b"abcdefghij", 'ETag: "v2"')], tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"abcdefghij"


@pytest.mark.parametrize("tag", [b"", b'ETag: W/"v1"'])
async def test_what_has_no_strong_version_is_not_pieced_together(tmp_path: Path, tag: bytes) -> None:
    with pytest.raises(FetchError, match="cut off"):
        await downloaded([CUT.replace(b'ETag: "v1"', tag or b"X: y"), CUT], tmp_path / "a")


class Silence(Disk):
    async def download(self, url: str, path: Path, *, max_bytes: int, total: timedelta) -> None:
        with wave.open(str(path), "wb") as audio:
            audio.setparams((1, 2, 16_000, 0, "NONE", ""))
            audio.writeframes(bytes(64_000))


@pytest.mark.skipif("BRIEFING_WHISPER_MODEL" not in os.environ, reason="BRIEFING_WHISPER_MODEL names no local model folder")
async def test_a_real_model_hears_nothing_in_silence() -> None:
    pytest.importorskip("faster_whisper")
    with pytest.raises(UnreadableError, match="no words were heard"):
        await WhisperSpeech(os.environ["BRIEFING_WHISPER_MODEL"], Silence).transcript(entry(MP3))
