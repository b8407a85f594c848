"""The loopback servers behave like the real ones that the road talks to."""

import asyncio
import gzip
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from briefing.demo import ORIGIN, InboxServer, SampleServer, fill
from briefing.testing import FakeFetcher

TODAY = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
SHELL = "<rss><channel><title>T</title>{{items}}</channel></rss>"


def item(title: str, hours: int) -> str:
    return f"published: {hours}h\n<item><title>{title}</title><link>{{{{base}}}}/{title}</link>{{{{published_rfc822}}}}</item>\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SampleServer]:
    for folder in ("feeds", "items/t", "content"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "feeds/t.xml").write_text(SHELL)
    (tmp_path / "items/t/old.xml").write_text(item("old", -26))
    (tmp_path / "items/t/new.xml").write_text(item("new", -2))
    (tmp_path / "content/talk.vtt").write_text("WEBVTT\n\n{{date:-26h}}\n")
    with SampleServer(tmp_path, TODAY) as running:
        yield running


def get(server: SampleServer, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", int(server.url.rpartition(":")[2]), timeout=5)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def test_newest_item_comes_first_with_its_own_time_and_link(server: SampleServer) -> None:
    _, body = get(server, "/feeds/t.xml")
    text = body.decode()
    assert text.index("new") < text.index("old")
    assert f"{server.url}/new" in text
    assert "Sat, 21 Nov 2026 05:00:00 GMT" in text


def test_items_of_the_future_are_not_in_the_feed(server: SampleServer) -> None:
    server.move_to(TODAY - timedelta(days=1))
    assert b"new" not in get(server, "/feeds/t.xml")[1]


def test_content_is_filled_and_typed(server: SampleServer) -> None:
    response, body = get(server, "/content/talk.vtt")
    assert response.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert b"20 November" in body


def test_unchanged_feed_is_not_sent_again_until_something_comes_out(server: SampleServer) -> None:
    server.move_to(TODAY - timedelta(days=1))
    etag = get(server, "/feeds/t.xml")[0].headers["ETag"]
    again, body = get(server, "/feeds/t.xml", If_None_Match=etag)
    assert (again.status, body) == (304, b"")
    server.move_to(TODAY)
    assert get(server, "/feeds/t.xml", If_None_Match=etag)[0].status == 200


@pytest.mark.parametrize(("since", "status"), [(TODAY, 304), (TODAY - timedelta(days=1), 200)])
def test_last_modified_is_the_newest_item(server: SampleServer, since: datetime, status: int) -> None:
    assert get(server, "/feeds/t.xml", If_Modified_Since=format_datetime(since, usegmt=True))[0].status == status


def test_gzip_only_where_it_is_asked_for(server: SampleServer) -> None:
    plain = get(server, "/feeds/t.xml")[1]
    response, packed = get(server, "/feeds/t.xml", Accept_Encoding="gzip")
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain


def test_pages_of_the_invented_papers_are_fetched_here_and_cited_there(tmp_path: Path, server: SampleServer) -> None:
    (tmp_path / "content/story.html").write_text("<article>{{day:-2h}}</article>")
    cited = f"{ORIGIN}/paper/story"
    inner = FakeFetcher({f"{server.url}/paper/story": get(server, "/paper/story")[1]})
    fetched = asyncio.run(server.fetching(lambda: inner)().fetch(cited))
    assert (fetched.url, fetched.body) == (cited, b"<article>Saturday</article>")


@pytest.mark.parametrize("path", ["/", "/feeds/none.xml", "/content/none.html", "/feeds/../content/talk.vtt"])
def test_other_paths_are_not_found(server: SampleServer, path: str) -> None:
    assert get(server, path)[0].status == 404


def test_misspelt_placeholder_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("{{dtae:-1h}}", TODAY, {})


def test_inbox_keeps_envelope_and_bytes() -> None:
    message = EmailMessage()
    message["Subject"] = "Grüße"
    message.set_content("one\n.two\n")
    wire = message.as_bytes(policy=SMTP)
    with InboxServer() as inbox, smtplib.SMTP(inbox.host, inbox.port, timeout=5) as client:
        client.sendmail("brief@example.org", ["ada@example.org"], wire)
    [kept] = inbox.received
    assert (kept.sender, kept.recipients) == ("brief@example.org", ("ada@example.org",))
    assert kept.data == wire
