"""Audio -> Transcript: the enclosure is downloaded under guard and limits, and a model writes down what is said."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from briefing.endpoint import Endpoint
from briefing.errors import NOT_INSTALLED, UnreadableError, UsageError, installing
from briefing.model import Enclosure, Entry, Segment, Transcript
from briefing.sources.links import is_audio
from briefing.text import one_line, primary

MAX_BYTES = 500_000_000
DOWNLOAD_TIME = timedelta(minutes=30)
LONGEST_REASON = 200
_UNDECODABLE = (EOFError, LookupError, ValueError)
"""What PyAV, which decodes for faster-whisper, raises on damaged data, at its early end, and in files without audio."""
_UNLOADABLE = (ImportError, OSError, RuntimeError, ValueError)
"""What faster-whisper raises for a name it does not know, a model it cannot fetch or read, and a device without its libraries."""
REMEDY = 'give a size such as "small", which is fetched once from huggingface.co, or a folder that holds a model'


class Downloader(Protocol):
    """What is asked of a fetcher here."""

    async def download(self, url: str, path: Path, *, max_bytes: int, total: timedelta) -> None: ...

    async def close(self) -> None: ...


class _Spoken(Protocol):
    """A stretch of speech as faster-whisper gives it; times in seconds."""

    text: str
    start: float
    end: float


class SpeechModel(Protocol):
    """What is used of `faster_whisper.WhisperModel`."""

    def transcribe(self, audio: str, *, language: str | None, vad_filter: bool) -> tuple[Iterable[_Spoken], object]: ...


class EndpointSpeech:
    """A `TranscriptSource` that sends the audio to an OpenAI-compatible server."""

    def __init__(self, endpoint: Endpoint, model: str, fetcher: Callable[[], Downloader]) -> None:
        self._endpoint, self._model, self._fetcher = endpoint, model, fetcher

    async def transcript(self, entry: Entry) -> Transcript | None:
        """None without audio. Raises FetchError, EndpointError and UnreadableError."""
        enclosure = _audio(entry)
        if enclosure is None:
            return None
        async with _downloaded(enclosure, self._fetcher) as path:
            language = primary(entry.language)
            return _checked(entry, await asyncio.to_thread(self._endpoint.transcribe, self._model, path, language))


class WhisperSpeech:
    """A `TranscriptSource` that runs faster-whisper here. Needs the extra `[speech]`; raises UsageError without it."""

    def __init__(
        self, model: str, fetcher: Callable[[], Downloader], *, load: Callable[[str], SpeechModel] | None = None
    ) -> None:
        if load is None and find_spec("faster_whisper") is None:
            raise UsageError('[speech] engine "faster-whisper"', NOT_INSTALLED, remedy=installing("speech"))
        self._name, self._fetcher = model, fetcher
        self._load = load or _whisper
        self._model: SpeechModel | None = None

    async def transcript(self, entry: Entry) -> Transcript | None:
        """None without audio. Raises FetchError, UnreadableError, and UsageError where the model does not work here."""
        enclosure = _audio(entry)
        if enclosure is None:
            return None
        model = await asyncio.to_thread(self._loaded)
        async with _downloaded(enclosure, self._fetcher) as path:
            return _checked(entry, await asyncio.to_thread(self._transcribed, model, entry, path))

    def _loaded(self) -> SpeechModel:
        try:
            self._model = self._model or self._load(self._name)
        except _UNLOADABLE as error:
            raise self._unusable(error) from error
        return self._model

    def _transcribed(self, model: SpeechModel, entry: Entry, path: Path) -> Transcript:
        language = primary(entry.language)
        try:
            segments = tuple(_heard(model, path, language))
        except _UNDECODABLE as error:
            raise UnreadableError(entry.title or entry.id, "the audio is damaged or of an unknown kind") from error
        except RuntimeError as error:
            raise self._unusable(error) from error
        return Transcript(segments=segments, language=language)

    def _unusable(self, error: Exception) -> UsageError:
        """Not about one entry: what waits is tried again."""
        reason = f'the speech model "{self._name}" does not work here: {one_line(str(error), LONGEST_REASON)}'
        return UsageError("[speech] model", reason, remedy=REMEDY, permanent=False)


def _heard(model: SpeechModel, path: Path, language: str) -> Iterator[Segment]:
    spoken, _ = model.transcribe(str(path), language=language or None, vad_filter=True)
    segments = (Segment(text=one.text.strip(), start=one.start, end=one.end) for one in spoken)
    return (segment for segment in segments if segment.text)


def _whisper(name: str) -> SpeechModel:
    from faster_whisper import WhisperModel

    model: SpeechModel = WhisperModel(name, device="auto", compute_type="int8")
    return model


def _audio(entry: Entry) -> Enclosure | None:
    return next((one for one in entry.enclosures if is_audio(one.url, one.type)), None)


@asynccontextmanager
async def _downloaded(enclosure: Enclosure, fetcher: Callable[[], Downloader]) -> AsyncIterator[Path]:
    """The audio as a file that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="briefing-audio-") as folder:
        path = Path(folder) / f"audio{_suffix(enclosure)}"
        downloader = fetcher()
        try:
            await downloader.download(enclosure.url, path, max_bytes=MAX_BYTES, total=DOWNLOAD_TIME)
        finally:
            await downloader.close()
        yield path


def _suffix(enclosure: Enclosure) -> str:
    """Servers tell the format by the name of the file."""
    return {"audio/mp4": ".m4a", "audio/x-m4a": ".m4a", "audio/ogg": ".ogg", "audio/wav": ".wav"}.get(enclosure.type, ".mp3")


def _checked(entry: Entry, transcript: Transcript) -> Transcript:
    if not any(segment.text for segment in transcript.segments):
        raise UnreadableError(entry.title or entry.id, "no words were heard in the audio")
    return transcript
