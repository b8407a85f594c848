"""Nothing but the list comes through `clean`, and what is harmless survives."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.editions.render import clean
from tests.editions.tree import read

BASE = "https://feed.example.org/posts/1"
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]")
SLOWEST = 2.0


def offences(html: str, oracle: dict[str, Any]) -> Iterator[str]:
    found = read(html)
    allowed = oracle["attributes_at_most"]
    yield from (f"not an element: {other[:40]}" for other in found.others)
    for tag, attributes in found.tags:
        if tag not in oracle["tags_at_most"]:
            yield f"<{tag}>"
        for name, value in attributes.items():
            if name not in {*allowed.get(tag, ()), *allowed["*"]}:
                yield f"<{tag} {name}>"
            schemes = oracle["url_schemes"].get(name)
            if schemes and (value or "").partition(":")[0].lower() not in schemes:
                yield f"{name}={value}"
        if tag == "a" and "href" in attributes and not {"noopener", "nofollow"} <= set((attributes.get("rel") or "").split()):
            yield "link without rel"
    if FORBIDDEN.search(html):
        yield "a control character"


@pytest.fixture(scope="module")
def corpus(shared_data: Path) -> tuple[dict[str, Any], list[dict[str, str]]]:
    folder = shared_data / "hostile" / "html"
    expectations = json.loads((folder / "expectations.json").read_text("utf-8"))
    files = [json.loads((folder / case["file"]).read_text("utf-8")) for case in expectations["cases"]]
    return expectations["oracle"], [vector for file in files for vector in file["vectors"]]


def test_no_hostile_input_gets_through(corpus: tuple[dict[str, Any], list[dict[str, str]]]) -> None:
    oracle, vectors = corpus
    failures = {}
    for vector in vectors:
        begin = time.process_time()
        once = clean(vector["input"], BASE)
        found = list(offences(once, oracle))
        found += ["not stable"] if clean(once, BASE) != once else []
        found += ["slow"] if time.process_time() - begin > SLOWEST else []
        found += ["lost text"] if vector.get("keep", "") not in " ".join(read(once).text.split()) + read(once).text else []
        if found:
            failures[vector["id"]] = found
    assert len(vectors) > 1000
    assert not failures


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p onclick=x>One <b>two</b></p>", "<p>One <b>two</b></p>"),
        ("<img src=https://t.example/p.gif>pixel", "pixel"),
        ('<a href="../2">next</a>', '<a href="https://feed.example.org/2" rel="noopener noreferrer nofollow">next</a>'),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="noopener noreferrer nofollow">x</a>'),
        ('<a href="//[">x</a>', '<a rel="noopener noreferrer nofollow">x</a>'),
        ('<q cite="mailto:a@b.example">x</q><q cite="/y">z</q>', '<q>x</q><q cite="https://feed.example.org/y">z</q>'),
        ("a\u202eb\u2066c\x07d", "abcd"),
        ("e" + "\u0301" * 5_000, "e" + "\u0301" * 8),
    ],
)
def test_what_is_kept(html: str, expected: str) -> None:
    assert clean(html, BASE) == expected


def test_a_relative_link_without_a_base_is_dropped() -> None:
    assert clean('<a href="/x">x</a>') == '<a rel="noopener noreferrer nofollow">x</a>'


@given(st.text())
def test_a_third_pass_changes_nothing(html: str) -> None:
    assert clean(clean(html)) == clean(html)
