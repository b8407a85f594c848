"""What polling and reading rely on, whatever fetches."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from briefing.demo import ORIGIN, PapersHere
from briefing.errors import FetchError
from briefing.ports import Fetcher, Validators
from briefing.sources.http import Guard, HttpFetcher
from briefing.testing import FakeFetcher
from briefing.text import stable_id

PAGES = {"/feed": b"<rss><channel><title>T</title></channel></rss>", "/other": b"<p>Gr\xfc\xdfe</p>", "/empty": b""}
TYPES = {"/feed": "application/rss+xml", "/other": "Text/HTML; charset=ISO-8859-1", "/empty": "text/plain"}
MOVED = {"/old": "/feed"}
REFUSALS = {"/none": (404, False, 0), "/gone": (410, True, 0), "/broken": (500, False, 0), "/busy": (503, False, 120)}


@dataclass(frozen=True)
class Web:
    """A fetcher, and a small web to fetch: each path lies under `place`, and `publish` changes what stands there."""

    fetcher: Fetcher
    place: str
    publish: Callable[[str, bytes], None]


def serving(pages: dict[str, bytes]) -> web.Application:
    """A server that knows conditional requests by their tags."""

    async def answer(request: web.Request) -> web.Response:
        path = request.path
        if path in MOVED:
            raise web.HTTPMovedPermanently(MOVED[path])
        if path in REFUSALS:
            status, _, seconds = REFUSALS[path]
            return web.Response(status=status, headers={"Retry-After": str(seconds)} if seconds else {})
        tag = f'"{stable_id(pages[path].decode("latin-1"))}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        return web.Response(body=pages[path], headers={"ETag": tag, "Content-Type": TYPES[path]})

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    return app


def refusal(url: str, status: int, permanent: bool, seconds: int) -> FetchError:
    wait = timedelta(seconds=seconds) if seconds else None
    return FetchError(url, f"answered {status}", status=status, permanent=permanent, retry_after=wait)


def faked(place: str = "http://web.example") -> Web:
    pages = {place + path: body for path, body in PAGES.items()}
    fetcher = FakeFetcher(
        pages,
        {place + path: refusal(place + path, *told) for path, told in REFUSALS.items()},
        types={place + path: media for path, media in TYPES.items()},
        moved={place + old: place + new for old, new in MOVED.items()},
    )
    return Web(fetcher, place, lambda path, body: pages.update({place + path: body}))


@pytest.fixture(params=["http", "demo", "demo, its papers", "fake"])
async def small_web(request: pytest.FixtureRequest) -> AsyncIterator[Web]:
    if request.param == "fake":
        yield faked()
        return
    pages = dict(PAGES)
    async with TestServer(serving(pages)) as server:
        place = str(server.make_url("/")).rstrip("/")
        http = HttpFetcher(guard=Guard(["127.0.0.0/8"]), host_gap=timedelta(0), total=timedelta(seconds=5))
        fetcher = http if request.param == "http" else PapersHere(http, place)
        seen = ORIGIN if request.param == "demo, its papers" else place
        yield Web(fetcher, seen, lambda path, body: pages.update({path: body}))
        await fetcher.close()


async def test_an_answer_has_its_address_its_body_and_what_it_is(small_web: Web) -> None:
    feed, other, empty = [await small_web.fetcher.fetch(small_web.place + path) for path in PAGES]
    assert [feed.body, other.body, empty.body] == list(PAGES.values())
    assert [feed.url, other.url, empty.url] == [small_web.place + path for path in PAGES]
    assert [(one.content_type, one.charset) for one in (feed, other)] == [
        ("application/rss+xml", ""),
        ("text/html", "iso-8859-1"),
    ]
    assert not any(one.not_modified or one.permanent_url for one in (feed, other, empty))


async def test_what_has_not_changed_does_not_come_again(small_web: Web) -> None:
    first = await small_web.fetcher.fetch(small_web.place + "/feed")
    again = await small_web.fetcher.fetch(small_web.place + "/feed", first.validators)
    assert (again.not_modified, again.body, again.url) == (True, b"", first.url)


async def test_what_has_changed_comes_whole_with_new_validators(small_web: Web) -> None:
    first = await small_web.fetcher.fetch(small_web.place + "/feed")
    small_web.publish("/feed", b"<rss/>")
    changed = await small_web.fetcher.fetch(small_web.place + "/feed", first.validators)
    assert (changed.not_modified, changed.body) == (False, b"<rss/>")
    assert changed.validators not in (first.validators, Validators())


async def test_without_validators_a_page_comes_whole_each_time(small_web: Web) -> None:
    answers = [await small_web.fetcher.fetch(small_web.place + "/feed") for _ in range(2)]
    assert [one.body for one in answers] == [PAGES["/feed"]] * 2


async def test_a_permanent_move_is_told_with_what_stands_there(small_web: Web) -> None:
    moved = await small_web.fetcher.fetch(small_web.place + "/old")
    assert moved.body == PAGES["/feed"]
    assert (moved.url, moved.permanent_url) == (small_web.place + "/feed", small_web.place + "/feed")
    again = await small_web.fetcher.fetch(small_web.place + "/old", moved.validators)
    assert (again.not_modified, again.permanent_url) == (True, moved.permanent_url)


@pytest.mark.parametrize("path", REFUSALS)
async def test_a_refusal_tells_whether_and_when_to_ask_again(small_web: Web, path: str) -> None:
    status, permanent, seconds = REFUSALS[path]
    with pytest.raises(FetchError) as caught:
        await small_web.fetcher.fetch(small_web.place + path)
    assert (caught.value.status, caught.value.permanent) == (status, permanent)
    assert caught.value.retry_after == (timedelta(seconds=seconds) if seconds else None)
    assert str(status) in caught.value.reason


async def test_a_refusal_harms_no_later_page(small_web: Web) -> None:
    with pytest.raises(FetchError):
        await small_web.fetcher.fetch(small_web.place + "/none")
    assert (await small_web.fetcher.fetch(small_web.place + "/feed")).body == PAGES["/feed"]


async def test_pages_asked_for_at_once_are_not_confused(small_web: Web) -> None:
    paths = [*PAGES, *MOVED] * 4
    answers = await asyncio.gather(*(small_web.fetcher.fetch(small_web.place + path) for path in paths))
    assert [one.body for one in answers] == [PAGES[MOVED.get(path, path)] for path in paths]


@pytest.mark.parametrize("pages", [0, 1])
async def test_it_may_be_closed_twice_and_unused(small_web: Web, pages: int) -> None:
    for _ in range(pages):
        await small_web.fetcher.fetch(small_web.place + "/feed")
    await small_web.fetcher.close()
    await small_web.fetcher.close()
