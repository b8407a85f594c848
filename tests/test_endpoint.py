"""The client of OpenAI-compatible servers, against one on loopback that says what the test wrote."""

import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from briefing.endpoint import Endpoint
from briefing.errors import EndpointError
from briefing.model import Segment

pytest.importorskip("openai")

QUESTION = [{"role": "user", "content": "Say hello."}]
SCHEMA = {"type": "object", "properties": {"claim": {"type": "string"}}}
HELLO = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}], "usage": {"total_tokens": 7}}


@dataclass
class Server:
    """Answers in the order in which `replies` were put in: status, JSON or bytes, headers."""

    url: str = ""
    replies: list[tuple[int, object, dict[str, str]]] = field(default_factory=list)
    asked: list[dict[str, object]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def say(self, body: object, status: int = 200, **headers: str) -> None:
        self.replies.append((status, body, headers))


@pytest.fixture
def server() -> Iterator[Server]:
    script = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            script.bodies.append(body)
            if self.headers["Content-Type"] == "application/json":
                script.asked.append(json.loads(body))
            status, answer, headers = script.replies.pop(0)
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """The test's own output is enough."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script.url = f"http://127.0.0.1:{httpd.server_port}/v1"
    threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield script
    httpd.shutdown()
    httpd.server_close()


def test_an_answer_with_what_it_cost(server: Server) -> None:
    server.say(HELLO)
    answer = Endpoint(server.url, "key").chat("small", QUESTION, max_tokens=50)
    assert (answer.text, answer.tokens) == ("hello", 7)
    assert server.asked[0] == {"model": "small", "messages": QUESTION, "max_tokens": 50, "temperature": 0}


def test_a_schema_is_asked_for_as_strictly_as_the_server_can(server: Server) -> None:
    server.say({"error": {"message": "response_format json_schema is not known"}}, 400)
    server.say({"error": {"message": "response_format is not known"}}, 400)
    server.say(HELLO)
    server.say(HELLO)
    endpoint = Endpoint(server.url)
    for _ in range(2):
        assert endpoint.chat("small", QUESTION, schema=SCHEMA).text == "hello"
    formats = [asked.get("response_format", {"type": "none"})["type"] for asked in server.asked]  # type: ignore[index,attr-defined]
    assert formats == ["json_schema", "json_object", "none", "none"]


REFUSALS = [
    (401, {}, True, None, "the key is wrong or missing"),
    (404, {}, True, None, "no such model"),
    (429, {"Retry_After": "7"}, False, timedelta(seconds=7), "429 Too Many Requests"),
    (429, {"Retry_After": "soon"}, False, None, "429"),
    (500, {}, False, None, "500 Internal Server Error"),
    (529, {}, False, None, "529"),
]


@pytest.mark.parametrize(("status", "headers", "permanent", "wait", "words"), REFUSALS)
def test_a_refusal_says_whether_and_when_to_try_again(
    server: Server, status: int, headers: dict[str, str], permanent: bool, wait: timedelta | None, words: str
) -> None:
    server.say({"error": {"message": "no"}}, status, **headers)
    with pytest.raises(EndpointError) as caught:
        Endpoint(server.url).chat("small", QUESTION)
    assert words in caught.value.reason
    assert (caught.value.permanent, caught.value.retry_after) == (permanent, wait)
    assert len(server.bodies) == 1


ODD = [b"not json", {"choices": []}, {"choices": [{"message": None}]}, [], "text", None, {"error": "x"}]


@pytest.mark.parametrize("answer", ODD, ids=str)
def test_an_answer_of_another_form_is_told(server: Server, answer: object) -> None:
    server.say(answer)
    with pytest.raises(EndpointError, match="agreed form"):
        Endpoint(server.url).chat("small", QUESTION)


def test_an_answer_without_words_is_empty(server: Server) -> None:
    server.say({"choices": [{"message": {"content": None, "tool_calls": [{"id": "1"}]}}]})
    assert Endpoint(server.url).chat("small", QUESTION).text == ""


def test_no_server_is_told(server: Server) -> None:
    with pytest.raises(EndpointError, match="no connection could be made") as caught:
        Endpoint("http://127.0.0.1:9/v1").chat("small", QUESTION)
    assert not caught.value.permanent


def test_vectors_come_in_the_order_of_the_texts(server: Server) -> None:
    server.say({"data": [{"index": 1, "embedding": [0.0, 1.0]}, {"index": 0, "embedding": [1.0, 0.0]}]})
    assert Endpoint(server.url).embeddings("m", ["a", "b"]) == [[1.0, 0.0], [0.0, 1.0]]
    server.say({"data": []})
    with pytest.raises(EndpointError, match="0 vectors for 1 texts"):
        Endpoint(server.url).embeddings("m", ["a"])


def test_audio_becomes_segments_with_times(server: Server, tmp_path: Path) -> None:
    audio = tmp_path / "a.mp3"
    audio.write_bytes(b"ID3audio")
    server.say(
        {
            "text": "One. Two.",
            "segments": [{"text": " One.", "start": 0.5, "end": 1}, {"text": " "}, {"text": "Two.", "start": 1, "end": 2}],
        }
    )
    heard = Endpoint(server.url).transcribe("whisper-1", audio, "de")
    assert heard.segments == (Segment(text="One.", start=0.5, end=1), Segment(text="Two.", start=1, end=2))
    assert b"ID3audio" in server.bodies[0]
    assert b'name="language"\r\n\r\nde\r\n' in server.bodies[0]
    server.say({"text": "All of it."})
    assert Endpoint(server.url).transcribe("whisper-1", audio).segments == (Segment(text="All of it."),)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(EndpointError, match=r"pip install 'briefing\[llm\]'") as caught:
        Endpoint("http://127.0.0.1:9/v1")
    assert caught.value.permanent
