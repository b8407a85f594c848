"""What is read: the front page, insights in their context, stories, editions, topics, sources and search."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import delete

from briefing.model import Disagreement, Insight, Source
from briefing.pipeline.correcting import correct
from briefing.store.schema import editions
from briefing.web import finding, reading
from briefing.web.sources import source_id
from tests.editions.test_sections import WHOLE

from .conftest import BATTERY, BUSES, NOW, SHIPS, TOML, Pages

CLAIM = BATTERY.partition(". ")[0]


def path(pages: Pages, kind: str, claim: str) -> str:
    """The address of the insight with a claim, or of its story."""
    with pages.services.store.read() as db:
        kept = next(k for k in db.insights.get(pages.insight_ids()).values() if k.insight.claim.startswith(claim[:40]))
    return f"/i/{kept.insight.id}" if kind == "i" else f"/s/{kept.story_id}"


def test_an_empty_house_says_so(empty: Pages) -> None:
    for url in ("/", "/archive", "/topics/energy", "/search?q=x", "/method", "/feed.atom", "/feed.json"):
        assert empty.get(url).status_code == 200, url
    assert "The first edition comes" in empty.get("/").text


def test_the_front_page_has_today_and_the_form(pages: Pages) -> None:
    page = pages.get("/").text
    assert "Saturday, 21 November 2026" in page and CLAIM in page
    assert 'action="/signup"' in page and 'name="website"' in page
    assert path(pages, "i", BATTERY) in page and path(pages, "s", BATTERY) in page
    assert SHIPS not in page.partition("<details>")[0]


def test_an_insight_stands_in_its_context_with_its_source(pages: Pages) -> None:
    page = pages.get(path(pages, "i", BATTERY)).text
    assert f"<mark>{CLAIM}.</mark> Nobody had expected" in page
    assert 'href="http://paper.example/battery"' in page and "The Paper" in page
    assert page.count('rel="noopener noreferrer nofollow"') >= 1


def test_an_insight_names_what_is_related(pages: Pages) -> None:
    page = pages.get(path(pages, "i", BATTERY)).text
    related = page.split('id="related"')[1]
    assert path(pages, "i", SHIPS) in related or path(pages, "i", BUSES) in related


def test_figures_on_which_related_sources_disagree_stand_side_by_side(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    def contradicted(mine: Insight, source: Source, others: Sequence[tuple[Insight, Source]]) -> tuple[Disagreement, ...]:
        theirs = others[0][0].quotes[0]
        return (Disagreement(subject="cells", first=mine.quotes[0], second=replace(theirs, text="It is 25-fold")),)

    monkeypatch.setattr(reading, "between", contradicted)
    for kind in "is":
        page = pages.get(path(pages, kind, BATTERY)).text.split("Where sources disagree")[1]
        assert CLAIM in page and "It is 25-fold" in page


def test_a_story_tells_what_each_source_adds(pages: Pages) -> None:
    page = pages.get(path(pages, "s", BATTERY)).text
    assert CLAIM in page and "In the source" in page and "Timeline" in page


def test_a_story_says_whose_it_is_how_fresh_in_which_language_and_how_it_was_made(pages: Pages) -> None:
    retold(pages)
    page = pages.get(path(pages, "s", BATTERY)).text
    for words in ("published 21 Nov 2026, 05:00 UTC", "collected 21 Nov 2026, 07:00 UTC", "English"):
        assert words in page, words
    assert "belongs to those who said it" in page and 'href="/method"' in page and 'href="/e/2026-11-21#recap"' in page
    assert path(pages, "i", SHIPS) in page.partition(">Related<")[2]


def test_a_source_says_in_which_language_it_is(pages: Pages) -> None:
    german = source_id("http://town.example/feed")
    assert "news · Deutsch" in pages.get(f"/sources/{german}").text


def test_what_is_too_weak_for_an_edition_stands_for_its_entry_alone(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CLAIM in pages.get("/topics/energy").text
    monkeypatch.setattr(finding, "FLOOR", 1.1)
    assert CLAIM not in pages.get("/topics/energy?anew").text
    assert CLAIM in pages.get(f"/sources/{source_id('http://paper.example/feed?key=private')}").text


def test_editions_have_permanent_links_and_neighbours(pages: Pages) -> None:
    older = pages.get("/e/2026-11-20").text
    assert SHIPS[:60] in older and 'rel="next" href="/e/2026-11-21"' in older
    assert [pages.get(f"/e/{slot}").status_code for slot in ("2026-11-19", "yesterday", "2026-13-45")] == [404] * 3


def test_the_archive_goes_by_month(pages: Pages) -> None:
    page = pages.get("/archive").text
    assert [slot in page for slot in ("/e/2026-11-20", "/e/2026-11-21")] == [True, True]
    asked = ("month=2026-11", "page=-1", "month=2020-01", "month=%00")
    assert [pages.get(f"/archive?{query}").status_code for query in asked] == [200, 200, 404, 404]


def test_topics_and_sources_list_their_insights(pages: Pages) -> None:
    assert CLAIM in pages.get("/topics/energy").text
    assert CLAIM not in pages.get("/topics/cities").text
    source = re.findall(r"/sources/\w+", pages.get(path(pages, "i", BATTERY)).text)[0]
    page = pages.get(source).text
    assert CLAIM in page and SHIPS[:60] in page and BUSES[:60] not in page


def test_no_page_gives_away_the_private_address_of_a_feed(pages: Pages) -> None:
    urls = ["/", "/method", path(pages, "i", BATTERY), path(pages, "s", BATTERY), "/feed.atom", "/feed.json"]
    urls += re.findall(r"/sources/\w+", pages.get("/method").text)
    assert [url for url in urls if "key=private" in pages.get(url).text] == []


@pytest.mark.parametrize(
    ("words", "found"), [("battery karsholm", True), ("BATTERY", True), ("golf", False), ('"*', False), ("a" * 10_000, False)]
)
def test_search_finds_what_holds_all_words(pages: Pages, words: str, found: bool) -> None:
    answer = pages.client.get("/search", params={"q": words})
    assert (answer.status_code, CLAIM in answer.text.partition('id="near"')[0]) == (200, found)


@pytest.mark.parametrize("words", ["\x00", "' OR 1=1 --", "%_\\", "NEAR(a b)", "(", "<script>alert(1)</script>", "漢字"])
def test_search_takes_anything(pages: Pages, words: str) -> None:
    answer = pages.client.get("/search", params={"q": words})
    assert answer.status_code == 200 and "<script>alert" not in answer.text


def test_what_feeds_say_is_text(pages: Pages) -> None:
    for url in ("/", "/topics/cities", path(pages, "i", BUSES), path(pages, "s", BUSES), "/method"):
        page = pages.get(url).text
        assert "<script>alert" not in page and "<img" not in page and "javascript:" not in page and "49 Night" not in page


def test_pages_stay_small(pages: Pages) -> None:
    sizes = {url: len(pages.get(url).content) for url in ("/", path(pages, "i", BATTERY), "/archive", "/method")}
    assert max(sizes.values()) < 50_000, sizes


def test_unchanged_pages_are_not_sent_twice(pages: Pages) -> None:
    first = pages.get("/archive")
    again = pages.client.get("/archive", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_closed_archive_keeps_only_what_mails_link_to(make_pages: Callable[..., Pages]) -> None:
    pages = make_pages(TOML.replace("[briefing]", '[briefing]\narchive = "off"'))
    closed = ["/archive", f"/e/{NOW.date()}", "/topics/energy", "/search", "/feed.atom", "/feed.json"]
    assert {url: pages.get(url).status_code for url in closed} == dict.fromkeys(closed, 404)
    assert [pages.get(url).status_code for url in ("/", path(pages, "i", BATTERY), path(pages, "s", BATTERY))] == [200] * 3
    assert all(url not in pages.get("/").text for url in closed)


@pytest.mark.parametrize("url", ["/i/none", "/s/none", "/topics/none", "/sources/none", "/none", "/i/%3Cscript%3E"])
def test_what_is_not_there_is_404(pages: Pages, url: str) -> None:
    answer = pages.get(url)
    assert answer.status_code == 404 and "<script>" not in answer.text.replace("<script src", "")


def retold(pages: Pages) -> None:
    """The newest house edition with something in every section below its picks."""
    with pages.services.store.write() as db:
        edition = replace(db.editions.latest(None)[0], **{name: getattr(WHOLE, name) for name in ("recap", "due", "corrections")})
        db.connection.execute(delete(editions).where(editions.c.id == edition.id))
        db.editions.add(edition)


def test_an_edition_page_holds_the_sections_of_its_mail(pages: Pages) -> None:
    assert pages.get("/recap").status_code == 404
    retold(pages)
    page = pages.get("/e/2026-11-21").text
    assert all(f'id="{name}"' in page for name in ("recap", "due", "corrections"))
    assert "The first class action will be filed." in page and "It is seven in ten" in page
    assert "most corroborated: 4 independent sources" in page
    assert pages.get("/recap").headers["location"] == "/e/2026-11-21#recap"
    assert 'href="/e/2026-11-21#recap"' in pages.get("/archive").text


def test_an_insight_that_was_wrong_says_so_on_its_page(pages: Pages) -> None:
    url = path(pages, "i", BATTERY)
    assert "Correction, " not in pages.get(url).text
    correct(pages.services, url.rpartition("/")[2], "It was <b>28</b> hours.", NOW)
    page = pages.get(f"{url}?again").text
    assert "Correction, 21 Nov 2026." in page and "It was &lt;b&gt;28&lt;/b&gt; hours." in page
