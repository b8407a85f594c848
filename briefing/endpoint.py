"""The one client for OpenAI-compatible servers: chat, embeddings and transcription."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path

from briefing.errors import NOT_INSTALLED, EndpointError, installing
from briefing.model import Segment, Transcript

Messages = Sequence[Mapping[str, str]]
Schema = Mapping[str, object]

TIMEOUT, TRANSCRIBING_TIMEOUT = 60.0, 1800.0
"""Seconds that a server may take for an answer, and for the words of one audio file."""

LONGEST_ANSWER = 1_000_000
"""Bytes of an answer to a question, after unpacking."""

_HOPELESS = frozenset({400, 401, 403, 404, 405, 413, 415, 422})
_MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError)
_REMARKS = {401: "the key is wrong or missing", 403: "the key may not do this", 404: "no such model or address"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAnswer:
    """`tokens` is what the server counted for question and answer, 0 if it did not say."""

    text: str
    tokens: int = 0


class Endpoint:
    """A server by its base address (".../v1") and key. Needs the extra `[llm]`; raises EndpointError if it is not there.

    Nothing is tried again here: each EndpointError says whether that could help, and when.
    """

    def __init__(self, url: str, key: str = "") -> None:
        try:
            import openai
        except ImportError:
            raise EndpointError(url, f"{NOT_INSTALLED}: {installing('llm')}", permanent=True) from None
        self._url = url
        self._openai = openai
        self._client = openai.OpenAI(base_url=url, api_key=key or "none", timeout=TIMEOUT, max_retries=0)
        self._formats = ["json_schema", "json_object", "text"]

    def chat(
        self,
        model: str,
        messages: Messages,
        *,
        schema: Schema | None = None,
        max_tokens: int = 1024,
        timeout: float = TIMEOUT,
    ) -> ChatAnswer:
        """One answer at temperature 0; with a `schema` in that shape, as far as the server can.

        `timeout`: seconds until the last byte must be here, however steadily they drip.
        """
        while True:
            question = {"model": model, "messages": list(messages), "max_tokens": max_tokens, "temperature": 0}
            try:
                return self._chat(question | self._format(schema), timeout)
            except EndpointError as error:
                if schema is None or len(self._formats) == 1 or not isinstance(error.__cause__, self._openai.BadRequestError):
                    raise
                self._formats.pop(0)

    def embeddings(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text, in the order of the texts."""
        with self._told():
            answer = self._client.embeddings.create(model=model, input=list(texts), encoding_format="float")
            rows = [row.embedding for row in sorted(answer.data, key=lambda row: row.index)]
        if len(rows) != len(texts):
            raise EndpointError(self._url, f"it gave {len(rows)} vectors for {len(texts)} texts")
        return rows

    def transcribe(self, model: str, path: Path, language: str = "") -> Transcript:
        """The words of an audio file, with times in seconds where the server gives them."""
        known = {"language": language} if language else {}
        with self._told(), path.open("rb") as audio:
            answer = self._client.audio.transcriptions.create(
                model=model, file=audio, response_format="verbose_json", timeout=TRANSCRIBING_TIMEOUT, **known
            )
            timed = [Segment(text=s.text.strip(), start=s.start, end=s.end) for s in answer.segments or () if s.text.strip()]
            segments = timed or [Segment(text=answer.text.strip())]
        return Transcript(segments=tuple(segments), language=language)

    def _chat(self, question: Mapping[str, object], seconds: float) -> ChatAnswer:
        with self._told():
            answer = json.loads(asyncio.run(self._asked(question, seconds)))
            text = answer["choices"][0]["message"]["content"] or ""
            usage = answer.get("usage") or {}
            return ChatAnswer(text=str(text), tokens=int(usage.get("total_tokens", 0)))

    async def _asked(self, question: Mapping[str, object], seconds: float) -> bytes:
        """The bytes of an answer. Asked asynchronously, since only so can a whole exchange be given up at a moment."""
        client = self._openai.AsyncOpenAI(
            base_url=self._client.base_url, api_key=self._client.api_key, timeout=seconds, max_retries=0
        )
        async with asyncio.timeout(seconds), client:
            create = client.chat.completions.with_streaming_response.create
            async with create(**question) as response:
                return await self._whole(response.iter_bytes())

    async def _whole(self, pieces: AsyncIterator[bytes]) -> bytes:
        body = bytearray()
        async for piece in pieces:
            body += piece
            if len(body) > LONGEST_ANSWER:
                raise EndpointError(self._url, "its answer is longer than a megabyte")
        return bytes(body)

    def _format(self, schema: Schema | None) -> dict[str, object]:
        """The strictest format that this server has not yet refused."""
        if schema is None or self._formats[0] == "text":
            return {}
        if self._formats[0] == "json_object":
            return {"response_format": {"type": "json_object"}}
        named = {"name": "answer", "schema": dict(schema), "strict": True}
        return {"response_format": {"type": "json_schema", "json_schema": named}}

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever goes wrong with a request or its answer, as an EndpointError."""
        client = self._openai
        try:
            yield
        except (client.APITimeoutError, TimeoutError) as error:
            raise EndpointError(self._url, "it did not answer in time") from error
        except client.APIConnectionError as error:
            raise EndpointError(self._url, "no connection could be made") from error
        except client.APIStatusError as error:
            raise self._refusal(error.status_code, error.response.headers.get("retry-after", "")) from error
        except _MALFORMED as error:
            raise EndpointError(self._url, "its answer has not the agreed form") from error
        except client.OpenAIError as error:
            raise EndpointError(self._url, "its answer has not the agreed form") from error
        except EndpointError:
            raise
        except Exception as error:  # while an answer streams, errors of the HTTP library come as they are
            raise EndpointError(self._url, "the connection broke") from error

    def _refusal(self, status: int, wait: str) -> EndpointError:
        phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
        remark = f": {_REMARKS[status]}" if status in _REMARKS else ""
        permanent = status in _HOPELESS
        return EndpointError(self._url, f"it answered {status} {phrase}{remark}", permanent=permanent, retry_after=_waiting(wait))


def _waiting(header: str) -> timedelta | None:
    """Retry-After as seconds or a date; None where it cannot be read."""
    if header.isdecimal() and len(header) < 8:
        return timedelta(seconds=int(header))
    try:
        return max(parsedate_to_datetime(header) - datetime.now(UTC), timedelta(0))
    except (TypeError, ValueError):
        return None
