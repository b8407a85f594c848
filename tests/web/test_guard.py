"""What holds for every answer: its headers, its host, its size; and what no page may hold."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from briefing.web.app import PAGES, create_app
from briefing.web.guard import HEADERS, Guard, foreign, hosts
from tests import databases

from .conftest import NOW, PUBLIC, TOML, Pages

VALUES = {"id": "x", "slot": "2026-11-21", "topic": "energy", "name": "style.css", "token": "forged"}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_every_answer_has_the_headers_and_no_cookie(empty: Pages, method: str) -> None:
    for page in PAGES:
        answer = empty.client.request(method, page.path.format(**VALUES))
        assert answer.status_code < 500, page.path
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, page.path
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert "set-cookie" not in answer.headers and "server" not in answer.headers


def test_no_script_or_style_stands_in_a_page_and_nothing_is_loaded_from_elsewhere(pages: Pages) -> None:
    reader = pages.subscribe()
    made, insight = pages.services.links, pages.insight_ids()[0]
    urls = ["/", "/archive", "/e/2026-11-21", "/topics/energy", "/search?q=a", "/method", "/signup", made.insight(insight)]
    urls += [made.preferences(reader.id, NOW), made.unsubscribe(reader.id, NOW), made.feedback(reader.id, insight, True, NOW)]
    for url in urls:
        page = pages.get(url).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=\"/static/)|<iframe|<object|<img", page), url
        loaded = re.findall(r"<(?:link rel=\"(?:stylesheet|icon)\"|script)[^>]*?(?:href|src)=\"([^\"]+)", page)
        assert loaded and all(source.startswith("/static/") for source in loaded), url


def test_assets_are_kept_for_a_year_under_their_version(pages: Pages) -> None:
    url = re.findall(r"/static/style\.css\?v=\w+", pages.get("/").text)[0]
    answer = pages.get(url)
    assert "immutable" in answer.headers["cache-control"] and answer.headers["content-type"] == "text/css; charset=utf-8"
    assert pages.get("/static/..%2f..%2fpyproject.toml").status_code == 404


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("brief.example", 200),
        ("BRIEF.example", 200),
        ("brief.example:443", 200),
        ("127.0.0.1:8000", 200),
        ("localhost:8000", 200),
        ("evil.example", 421),
        ("brief.example.evil.example", 421),
        ("brief.example:8080", 421),
        ("127.0.0.1", 421),
        ("", 421),
    ],
)
def test_only_our_own_names_are_answered(host: str, status: int) -> None:
    guarded = Guard(PlainTextResponse("inside"), hosts=hosts(PUBLIC, 8000), secure=True)
    headers = {"Host": host, "X-Forwarded-Host": "brief.example"}
    assert TestClient(guarded, base_url=PUBLIC).get("/archive", headers=headers).status_code == status


def test_probes_answer_under_any_name(pages: Pages) -> None:
    assert [pages.client.get(url, headers={"Host": "10.0.0.7:8000"}).status_code for url in ("/health", "/ready")] == [200, 200]


def test_a_foreign_host_gets_no_mail_sent(pages: Pages) -> None:
    assert pages.post("/signup", pages.form("eva@example.org"), headers={"Host": "evil.example"}).status_code == 421
    assert pages.mails() == []


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"Origin": "https://evil.example"}, True),
        ({"Origin": "http://brief.example"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Origin": PUBLIC}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, False),
        ({}, False),
    ],
)
def test_forms_of_other_sites_are_told_apart(headers: dict[str, str], refused: bool) -> None:
    assert foreign(Headers(headers), frozenset({PUBLIC})) == refused


def test_a_form_of_another_site_changes_nothing(pages: Pages) -> None:
    before = pages.fingerprint()
    origin = {"Origin": "https://evil.example"}
    assert pages.post("/signup", pages.form("eva@example.org"), headers=origin).status_code == 403
    assert pages.fingerprint() == before


def test_large_bodies_and_many_fields_are_refused(pages: Pages) -> None:
    assert pages.post("/signup", {"email": "x" * 70_000}).status_code == 413
    assert pages.post("/signup", {f"field{n}": "" for n in range(300)}).status_code == 400
    assert pages.client.post("/signup", files={"email": ("a.txt", b"x")}).status_code == 400
    assert pages.client.get("/", headers={"X-Long": "x" * 17_000}).status_code == 431


def test_a_page_that_fails_tells_nothing_of_the_code(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(type(pages.services.store), "read", broken)
    answer = pages.get("/")
    assert answer.status_code == 500 and "secret detail" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["content-security-policy"]


def test_a_store_that_does_not_answer_is_503(pages: Pages, tmp_path: Path) -> None:
    pages.services.store.close()
    databases.spoil(tmp_path / "briefing.db")
    assert [pages.get(url).status_code for url in ("/health", "/ready", "/archive")] == [200, 503, 503]


def test_plain_http_promises_no_encryption(make_pages: Callable[..., Pages]) -> None:
    pages = make_pages(TOML.replace("https://brief.example", "http://brief.example"))
    services = pages.services
    object.__setattr__(services.links, "public_url", "http://brief.example")
    answer = TestClient(create_app(services), base_url="http://brief.example").get("/health")
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize(
    ("public_url", "name"),
    [
        ("https://brief.example:8443", "brief.example:8443"),
        ("http://brief.example", "brief.example:80"),
        ("https://bücher.example/brief", "xn--bcher-kva.example"),
        ("http://[2001:db8::1]:8000", "[2001:db8::1]:8000"),
    ],
)
def test_names_are_those_of_a_host_header(public_url: str, name: str) -> None:
    assert name in hosts(public_url, 8000)
