"""What is asked, what is taken, and what is said when nothing usable comes back."""

import asyncio
import gzip
import sys
import threading
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from briefing.errors import FetchError, RefusedAddressError
from briefing.ports import Validators
from briefing.sources import answers
from briefing.sources.http import Guard, HttpFetcher

from .servers import reply, serving

LOOPBACK = ("127.0.0.0/8",)
PUBLIC = ["203.0.113.9"]
FEED = b"<rss><channel><title>T</title></channel></rss>"
NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


@asynccontextmanager
async def fetching(allow: tuple[str, ...] = LOOPBACK, **options: object) -> AsyncIterator[HttpFetcher]:
    fetcher = HttpFetcher(guard=Guard(allow), **{"host_gap": timedelta(0), "total": timedelta(seconds=5), **options})
    try:
        yield fetcher
    finally:
        await fetcher.close()


async def error_of(answer: bytes, **options: object) -> FetchError:
    async with serving({"/": answer}) as site, fetching(**options) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(site.url + "/")
    return caught.value


async def test_an_answer_keeps_its_validators_and_says_what_it_is() -> None:
    headers = ('ETag: W/"abc"', "Last-Modified: Sat, 21 Nov 2026 06:00:00 GMT", "Cache-Control: public, max-age=600")
    answer = reply(FEED, *headers, content_type='Text/XML; charset="ISO-8859-1"')
    async with serving({"/feed": answer}) as site, fetching() as fetcher:
        fetched = await fetcher.fetch(site.url + "/feed")
    assert fetched.body == FEED
    assert (fetched.content_type, fetched.charset) == ("text/xml", "iso-8859-1")
    assert fetched.validators == Validators(etag='W/"abc"', modified="Sat, 21 Nov 2026 06:00:00 GMT")
    assert fetched.max_age == timedelta(minutes=10)


async def test_validators_are_sent_back_verbatim_and_not_modified_is_a_result() -> None:
    async with serving({"/": reply(status="304 Not Modified")}) as site, fetching() as fetcher:
        fetched = await fetcher.fetch(site.url + "/", Validators(etag='W/"abc"', modified="yesterday-ish"))
    assert fetched.not_modified
    assert 'If-None-Match: W/"abc"\r\n' in site.requests[0]
    assert "If-Modified-Since: yesterday-ish\r\n" in site.requests[0]


async def test_the_user_agent_says_who_asks() -> None:
    async with serving({"/": reply(FEED)}) as site, fetching() as fetcher, fetching(user_agent="Brief (+https://b.org)") as named:
        await fetcher.fetch(site.url)
        await named.fetch(site.url)
    assert "User-Agent: briefing/" in site.requests[0]
    assert "User-Agent: Brief (+https://b.org)\r\n" in site.requests[1]


REASONS = {
    "nothing here": (reply(status="404 Not Found"), "404 Not Found"),
    "password": (reply(status="401 Unauthorized"), "401 Unauthorized: it needs a password"),
    "refused": (reply(status="403 Forbidden"), "403 Forbidden"),
    "gone": (reply(status="410 Gone"), "gone for good"),
    "broken": (reply(status="500 Oops"), "500 Internal Server Error"),
    "unknown status": (reply(status="799 Odd"), "799"),
    "not modified unasked": (reply(status="304 Not Modified"), "304"),
    "audio": (reply(b"ID3", content_type="audio/mpeg"), "audio/mpeg, not a text"),
    "no answer": (b"", "without an answer"),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n", "not proper HTTP"),
    "cut off": (reply(FEED)[:-5], "cut off"),
    "announced too large": (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "too large"),
    "nowhere": (reply(status="302 Found"), "does not say where to"),
    "loop": (reply(b"", "Location: /", status="302 Found"), "circle"),
    "to a file": (reply(b"", "Location: file:///etc/passwd", status="301 Moved"), "file address"),
    "to a password": (reply(b"", "Location: http://a:b@127.0.0.1/", status="301 Moved"), "user name or password"),
    "not gzip": (reply(FEED, "Content-Encoding: gzip"), "damaged"),
    "half a gzip": (reply(gzip.compress(FEED)[:30], "Content-Encoding: gzip"), "cut off"),
    "stacked": (reply(gzip.compress(gzip.compress(FEED)), "Content-Encoding: gzip, gzip"), "unknown kind"),
    "brotli": (reply(FEED, "Content-Encoding: br"), "unknown kind"),
    "bomb": (reply(gzip.compress(bytes(20_000_000)), "Content-Encoding: gzip"), "too large"),
}


@pytest.mark.parametrize("case", REASONS)
async def test_the_reason_is_a_sentence_about_the_address_that_was_asked(case: str) -> None:
    answer, words = REASONS[case]
    error = await error_of(answer)
    assert words in error.reason
    assert error.subject.startswith("http://127.0.0.1:")
    assert error.permanent == (case in ("gone", "to a password"))


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_compressed_answer_is_unpacked(encoding: str) -> None:
    packed = gzip.compress(FEED) if encoding == "gzip" else zlib.compress(FEED)
    async with serving({"/": reply(packed, f"Content-Encoding: {encoding}")}) as site, fetching() as fetcher:
        assert (await fetcher.fetch(site.url)).body == FEED


async def test_size_is_limited_on_the_wire_and_unpacked() -> None:
    assert "more than 0.001 MB" in (await error_of(reply(bytes(1_001)), max_bytes=1_000)).reason
    noise = bytes(range(256)) * 12
    assert "too large" in (await error_of(reply(gzip.compress(noise), "Content-Encoding: gzip"), max_bytes=1_000)).reason


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"])
async def test_a_silent_server_is_left_at_the_deadline(sent: bytes) -> None:
    async with serving({"/": sent}, hang=frozenset({"/"})) as site, fetching(total=timedelta(seconds=0.2)) as fetcher:
        with pytest.raises(FetchError, match="timed out: no whole answer within"):
            await fetcher.fetch(site.url)


async def test_a_permanent_redirect_is_told_up_to_the_first_temporary_one() -> None:
    pages = {
        "/a": reply(b"", "Location: /b", status="301 Moved Permanently"),
        "/b": reply(b"", "Location: c", status="308 Permanent Redirect"),
        "/c": reply(b"", "Location: /d", status="302 Found"),
        "/d": reply(FEED),
    }
    async with serving(pages) as site, fetching() as fetcher:
        fetched = await fetcher.fetch(site.url + "/a")
        direct = await fetcher.fetch(site.url + "/c")
    assert (fetched.url, fetched.permanent_url) == (site.url + "/d", site.url + "/c")
    assert direct.permanent_url == ""


@pytest.mark.parametrize(("hops", "arrives"), [(5, True), (6, False)])
async def test_five_redirects_are_followed(hops: int, arrives: bool) -> None:
    pages = {f"/{n}": reply(b"", f"Location: /{n + 1}", status="302 Found") for n in range(hops)} | {f"/{hops}": reply(FEED)}
    async with serving(pages) as site, fetching() as fetcher:
        if arrives:
            assert (await fetcher.fetch(site.url + "/0")).body == FEED
        else:
            with pytest.raises(FetchError, match="redirects more than 5 times"):
                await fetcher.fetch(site.url + "/0")


async def test_a_password_goes_to_its_own_host_alone_and_into_no_message() -> None:
    async with serving({}, host="127.0.0.2") as other:
        pages = {"/": reply(b"", f"Location: {other.url}/x", status="302 Found")}
        async with serving(pages) as site, fetching() as fetcher:
            with pytest.raises(FetchError) as caught:
                await fetcher.fetch(site.url.replace("//", "//bob:s3cret@") + "/")
    assert "Authorization: Basic Ym9iOnMzY3JldA==" in site.requests[0]
    assert "Authorization" not in other.requests[0]
    assert "s3cret" not in str(caught.value)


async def test_nothing_private_is_connected_to_by_name_literal_or_redirect() -> None:
    async with serving({}, host="127.0.0.1") as private:
        pages = {"/": reply(b"", f"Location: {private.url}/", status="302 Found")}
        async with serving(pages, host="127.0.0.2") as public, fetching(("127.0.0.2/32",)) as fetcher:
            for url in (
                f"{public.url}/",
                f"{private.url}/",
                f"http://localhost:{private.port}/",
                f"http://2130706433:{private.port}/",
            ):
                with pytest.raises(RefusedAddressError, match="private or reserved network"):
                    await fetcher.fetch(url)
    assert private.requests == []


async def test_a_name_that_changes_its_address_after_the_check_gets_no_connection() -> None:
    async with serving({"/": reply(FEED)}) as site:
        answers_in_turn = iter([["203.0.113.9"], ["127.0.0.1"], ["127.0.0.1"]])
        guard = Guard((), lambda host: next(answers_in_turn), ports=[site.port])
        assert guard.check(f"http://rebind.example.org:{site.port}/") == ["203.0.113.9"]
        fetcher = HttpFetcher(guard=guard, host_gap=timedelta(0))
        with pytest.raises(RefusedAddressError):
            await fetcher.fetch(f"http://rebind.example.org:{site.port}/")
        await fetcher.close()
    assert site.requests == []


@pytest.mark.parametrize(
    "second",
    [["127.0.0.1"], ["203.0.113.9", "127.0.0.1"], ["2001:db8::9", "::1"], ["::ffff:127.0.0.1"]],
    ids=["private", "both", "both in IPv6", "mapped"],
)
async def test_a_name_that_changes_its_address_gets_no_connection_in_250_tries(second: list[str]) -> None:
    async with serving({"/": reply(FEED)}) as site:
        answers_in_turn, url = list[list[str]](), f"http://rebind.example.org:{site.port}/"
        guard = Guard((), lambda host: answers_in_turn.pop() if answers_in_turn else second, ports=[site.port])
        fetcher = HttpFetcher(guard=guard, host_gap=timedelta(0))
        for _ in range(250):
            answers_in_turn.append(PUBLIC)
            assert guard.check(url) == PUBLIC
            with pytest.raises(RefusedAddressError):
                await fetcher.fetch(url)
        await fetcher.close()
    assert site.requests == []


async def test_the_environment_sets_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with serving({"/": reply(FEED)}) as site, fetching() as fetcher:
        assert (await fetcher.fetch(site.url)).body == FEED


async def test_two_requests_at_a_time_go_to_a_host() -> None:
    paths = [f"/{n}" for n in range(8)]
    async with serving(dict.fromkeys(paths, reply(FEED))) as site, fetching() as fetcher:
        await asyncio.gather(*(fetcher.fetch(site.url + path) for path in paths))
    assert site.most_at_once <= 2
    assert len(site.requests) == 8


async def test_requests_to_one_host_keep_their_distance_and_other_hosts_do_not_wait() -> None:
    gap = 0.15
    feed = {"/": reply(FEED)}
    async with (
        serving(feed) as site,
        serving(feed, host="127.0.0.2") as other,
        fetching(host_gap=timedelta(seconds=gap)) as fetcher,
    ):
        begin = asyncio.get_running_loop().time()
        await asyncio.gather(*(fetcher.fetch(url) for url in (site.url, site.url, site.url, other.url)))
    assert site.times[-1] - begin >= 2 * gap * 0.9
    assert other.times[0] < site.times[1]


async def test_a_host_that_is_asked_too_often_is_left_alone_for_all_its_feeds() -> None:
    pages = {"/a": reply(b"", "Retry-After: 3600", status="429 Too Many Requests"), "/b": reply(FEED)}
    async with serving(pages) as site, fetching() as fetcher:
        with pytest.raises(FetchError, match="429") as first:
            await fetcher.fetch(site.url + "/a")
        with pytest.raises(FetchError, match="not asked") as second:
            await fetcher.fetch(site.url + "/b")
    assert first.value.retry_after == timedelta(hours=1)
    assert second.value.retry_after and second.value.retry_after > timedelta(minutes=59)
    assert len(site.requests) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="counts what is open in /proc")
async def test_nothing_is_left_open_at_the_end() -> None:
    before = opened()
    for _ in range(5):
        async with serving({"/": reply(FEED)}) as site, fetching() as fetcher:
            await fetcher.fetch(site.url)
            await fetcher.fetch(f"http://localhost:{site.port}/")
    async with asyncio.timeout(5):
        while not (opened()[0] <= before[0] + 1 and opened()[1] <= before[1] + 2):
            await asyncio.sleep(0.02)


def opened() -> tuple[int, int]:
    """Threads and files of this process."""
    return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))


async def test_one_hanging_host_holds_up_no_other() -> None:
    async with serving({}, hang=frozenset({"/"})) as stuck, serving({"/": reply(FEED)}, host="127.0.0.2") as healthy:
        stuck.replies = {"/": b""}
        async with fetching(total=timedelta(seconds=0.5)) as fetcher:
            waiting = [asyncio.ensure_future(fetcher.fetch(stuck.url)) for _ in range(50)]
            assert (await asyncio.wait_for(fetcher.fetch(healthy.url), 0.4)).body == FEED
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)


WAITS = [
    (429, "3600", timedelta(hours=1)),
    (429, "Sat, 21 Nov 2026 09:00:00 GMT", timedelta(hours=2)),
    (429, "", timedelta(minutes=15)),
    (503, "", None),
    (503, "soon", timedelta(minutes=15)),
    (503, "-5", timedelta(minutes=15)),
    (503, "Sat, 21 Nov 2020 09:00:00 GMT", timedelta(minutes=15)),
    (503, "315360000", timedelta(days=31)),
    (503, "9" * 400, timedelta(days=31)),
]


@pytest.mark.parametrize(("status", "header", "wait"), WAITS)
def test_how_long_a_server_asks_to_be_left_alone(status: int, header: str, wait: timedelta | None) -> None:
    assert answers.retry_after(status, header, NOW) == wait


FRESH = [
    ({"Cache-Control": "max-age=600"}, timedelta(minutes=10)),
    ({"Cache-Control": "no-cache"}, None),
    ({"Expires": "Sat, 21 Nov 2026 08:00:00 GMT"}, timedelta(hours=1)),
    ({"Expires": "0"}, None),
    ({"Expires": "Sat, 21 Nov 2020 08:00:00 GMT"}, timedelta(0)),
    ({"Cache-Control": "max-age=99999999999"}, timedelta(days=31)),
]


@pytest.mark.parametrize(("headers", "age"), FRESH)
def test_how_long_an_answer_stays_fresh(headers: dict[str, str], age: timedelta | None) -> None:
    assert answers.max_age(headers, NOW) == age
