"""Arabic, Hebrew, Chinese, Japanese and Korean in a real browser: from the right where they are, and broken where they may be."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from briefing.pipeline.steps import cycle
from briefing.testing import FakeFetcher
from briefing.web.app import create_app

from .conftest import NOW, Pages, feed
from .installation import FLAGS, chromium
from .serving import ADDRESS, PORT, served

if TYPE_CHECKING:
    from playwright.sync_api import Page

TEXTS = {
    "ar": "أعلنت شركة OpenAI أن 48 % من المدن الساحلية استخدمت بطاريات الحديد خلال الشتاء الماضي، لأن الرياح كانت ضعيفة.",
    "he": "חברת החשמל הודיעה כי 37 % מהתחנות החדשות בנמל חיפה פועלות על סוללות ברזל, משום שהטורבינה עמדה דוממת מאז 1998.",
    "zh": "研究人员说，「铁电池」在冬天为这座城市提供了百分之四十八的电力，因为风很弱，而且燃气轮机第一次停止运转。",
    "ja": "研究者たちは、「鉄電池」がこの冬に電力の四十八パーセントを供給したと発表し、ガスタービンは初めて停止した。",
    "ko": "연구진은 지난겨울 철 배터리가 전력의 사십팔 퍼센트를 공급했으며, 가스 터빈이 처음으로 멈추었다고 발표했습니다.",
}
RIGHT_TO_LEFT = {"ar", "he"}
BREAKS_ANYWHERE = {"zh", "ja"}
NOT_AT_A_START = set("。、，．！？」』）】〉》〕：；々ーぁぃぅぇぉっゃゅょァィゥェォッャュョ")
SET = """() => [...document.querySelectorAll('main h1[lang], main blockquote[lang], main p[lang]')].map(element => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect(), starts = [], range = document.createRange();
  const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let bottom = -Infinity, first = null;
  for (let node = nodes.nextNode(); node; node = nodes.nextNode())
    for (let at = 0; at < node.length; at++) {
      range.setStart(node, at); range.setEnd(node, at + 1);
      const place = range.getBoundingClientRect();
      if (!place.width || !node.data[at].trim()) continue;
      first ??= place;
      if (place.top >= bottom - 2) starts.push(node.data[at]);
      bottom = Math.max(bottom, place.bottom);
    }
  return {lang: element.lang, direction: style.direction, lines: starts.join(''), tag: element.tagName,
          rule: [parseFloat(style.borderLeftWidth) > 0, parseFloat(style.borderRightWidth) > 0],
          fromRight: first ? box.right - first.right < first.left - box.left : null,
          wider: element.scrollWidth - element.clientWidth, wrap: style.overflowWrap};
})"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def many_tongues(make_pages: Callable[..., Pages]) -> Pages:
    feeds = "".join(f'[[feeds]]\nurl = "http://{each}.example/feed"\nkind = "news"\nlanguage = "{each}"\n' for each in TEXTS)
    web = f'[web]\npublic_url = "https://brief.example"\nlisten = "127.0.0.1:{PORT}"\n'
    pages = make_pages('[briefing]\ntimezone = "UTC"\n' + feeds + web, "empty")
    fetcher = pages.services.fetcher()
    assert isinstance(fetcher, FakeFetcher)
    for each, text in TEXTS.items():
        date = f"{NOW - timedelta(hours=2):%a, %d %b %Y %H:%M:%S} GMT"
        link = f"http://{each}.example/news"
        fetcher.pages |= {
            f"http://{each}.example/feed": feed(f"{each}.example", ("n", link, text[:60], text), date=date),
            link: b"",
        }
    with pages.services.store.write() as db:
        db.feeds.declare([f"http://{each}.example/feed" for each in TEXTS])
    list(cycle(pages.services, NOW))
    return pages


def paths(pages: Pages) -> dict[str, list[str]]:
    with pages.services.store.read() as db:
        kept = db.insights.get(pages.insight_ids()).values()
    return {one.insight.language: [f"/i/{one.insight.id}", f"/s/{one.story_id}"] for one in kept}


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
def test_every_script_is_set_as_it_is_read(many_tongues: Pages, width: int) -> None:
    browser_path = chromium()
    from playwright.sync_api import sync_playwright

    found = paths(many_tongues)
    assert set(found) == set(TEXTS)
    with served(create_app(many_tongues.services)), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": 900})
        for language, own in found.items():
            for path in (*own, "/", "/e/2026-11-21", f"/search?q={TEXTS[language][:2]}"):
                page.goto(ADDRESS + path)
                examine(page, language if path in own else "", width)
        browser.close()


def examine(page: "Page", language: str, width: int) -> None:
    """Nothing is wider than the screen; words stand on their side; no line begins with what must not begin one."""
    assert page.evaluate(WIDER) == 0, page.url
    assert page.evaluate("() => getComputedStyle(document.querySelector('.masthead')).direction") == "ltr"
    parts = page.evaluate(SET)
    assert not language or language in {part["lang"] for part in parts}
    for part in parts:
        assert part["wider"] <= 1, (page.url, part)
        assert part["direction"] == ("rtl" if part["lang"] in RIGHT_TO_LEFT else "ltr")
        assert part["fromRight"] is (part["lang"] in RIGHT_TO_LEFT), (page.url, part)
        if part["tag"] == "BLOCKQUOTE":
            assert part["rule"] == ([False, True] if part["lang"] in RIGHT_TO_LEFT else [True, False])
        if part["lang"] in BREAKS_ANYWHERE:
            assert not NOT_AT_A_START & set(part["lines"]), (page.url, part)
            assert width > 360 or len(part["lines"]) > 1
