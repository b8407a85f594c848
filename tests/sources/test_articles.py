"""Articles: main content as structure, and as good as the library that finds it."""

import gzip
import json
import re
import statistics
from collections import Counter
from pathlib import Path

import pytest
import trafilatura

from briefing.sources import articles

from .test_documents import from_html

PAGE = """<!doctype html><html><head><title>Cranes</title></head><body>
<nav><a href="/">Home</a></nav>
<article><h1>The last crane is sold</h1>
<p>The harbour sold its last crane to a museum on Friday, after nine years in which nobody could agree on a price for it.</p>
<h2>What happens now</h2><ul><li>The crane is taken apart in the spring, and shipped in forty pieces.</li>
<li>The quay becomes a park.</li></ul>
<blockquote><p>We shall miss it, and we shall not miss paying for it, said the mayor of the town.</p></blockquote>
</article><footer>All rights reserved</footer><script>track()</script></body></html>"""


def test_structure_is_kept() -> None:
    document = from_html(articles.extract(PAGE, "https://quay.example/1"))
    roles = {p.role.value for p in document.passages}
    assert {"prose", "heading", "item"} <= roles
    assert "track()" not in document.text and "Home" not in document.text


@pytest.mark.parametrize("page", ["", "   ", "<html></html>", "\x00", "<p>", "not html at all", "<" * 2000])
def test_a_page_without_content_gives_nothing(page: str) -> None:
    assert isinstance(articles.extract(page, ""), str)


def f1(found: str, gold: str) -> float:
    a, b = (Counter(re.findall(r"\w+", text.lower())) for text in (found, gold))
    common = (a & b).total()
    return 2 * common / (a.total() + b.total()) if common else 0.0


@pytest.mark.parametrize("every", [pytest.param(6, id="few"), pytest.param(1, id="all", marks=pytest.mark.slow)])
def test_as_good_as_the_library_alone(shared_data: Path, every: int) -> None:
    folder = shared_data / "articles" / "scrapinghub"
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    ours, alone = [], []
    for name, record in list(truth.items())[::every]:
        path = folder / "html" / f"{name}.html.gz"
        if path.exists():
            page = gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
            ours.append(f1(from_html(articles.extract(page, "")).text, record["articleBody"]))
            alone.append(f1(trafilatura.extract(page, include_comments=False) or "", record["articleBody"]))
    assert statistics.mean(ours) >= statistics.mean(alone)
