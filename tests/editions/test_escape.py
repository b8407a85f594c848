"""Any text comes out of Markdown as the text that went in."""

import time

import markdown
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from briefing.editions.escape import address, literal, one_line, readable
from briefing.editions.render import clean
from tests.editions.tree import read

LINK = "https://brief.example.org/i/1"
HOSTILE = [
    "x](http://evil.example) [y",
    "[a](javascript:alert(1))",
    "![i](http://evil.example/p.gif)",
    "<script>alert(1)</script>",
    "<http://evil.example>",
    "&lt;b&gt; &amp; &copy; &#60;",
    "# not a heading",
    "1. not a list",
    "2024) neither",
    "- no item",
    "+ no item",
    "> no quote",
    "= no rule",
    "*em* _em_ **strong** `code` ~~gone~~",
    "a | b | c",
    "[ref]: http://evil.example",
    "[^1]: note",
    "*[HTML]: abbr",
    "trailing backslash \\",
    "{{ 7*7 }} {% raw %}",
    "`" * 7 + "x",
    "_____",
    "***",
    ":::",
    "http://bare.example/a_b_c",
    "line\nbreak\r\n\r\n# heading",
    "\u05e9\u05dc\u05d5\u05dd (\u05e2\u05d5\u05dc\u05dd)",
]
text = st.one_of(st.sampled_from(HOSTILE), st.text(), st.text(alphabet="[]()<>*_`#&;:!\\\"'=-+~|{}.1 a\n", max_size=60))


def shown(markdown_text: str) -> str:
    return " ".join(read(clean(markdown.markdown(markdown_text))).text.split())


@pytest.mark.parametrize("way", [literal, readable])
@given(words=text)
@example(words="0\u0300")
def test_words_survive_literally(way: type, words: str) -> None:
    expected = " ".join(one_line(words).split())
    for frame in ("{}", "## {}", "- {}", "> {}", "**Label.** {}"):
        prefix = "Label. " if "Label" in frame else ""
        assert shown(frame.format(way(words))) == (prefix + expected).strip()


@pytest.mark.parametrize("way", [literal, readable])
@given(words=text)
def test_a_title_cannot_take_over_its_link(way: type, words: str) -> None:
    found = read(clean(markdown.markdown(f"[x {way(words)} x]({LINK})")))
    assert found.links == [LINK]
    assert {tag for tag, _ in found.tags} <= {"p", "a", "span"}


@given(words=text)
@example(words="&#0")
@example(words="x&#65 &#x41y &#")
def test_both_ways_mean_the_same(words: str) -> None:
    assert shown(literal(words)) == shown(readable(words))


def test_words_that_run_right_to_left_are_isolated() -> None:
    assert str(literal("\u05e9\u05dc\u05d5\u05dd")) == '<span dir="auto">\u05e9\u05dc\u05d5\u05dd</span>'
    assert str(literal("caf\u00e9")) == "caf\u00e9"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x_(y)?q=a b&c=1#t=5", "https://a.example/x_%28y%29?q=a%20b&c=1#t=5"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a.example", ""),
        ('https://a.example/"><script>', "https://a.example/%22%3E%3Cscript%3E"),
        ("https://a.example/" + "x" * 3_000, ""),
        ("mailto:a@b.example", "mailto:a@b.example"),
    ],
)
def test_addresses(url: str, expected: str) -> None:
    assert str(address(url)) == expected


@pytest.mark.parametrize("mark", ["[", "![", "*", "_", "`", "<", ">", "[a](", "|", "[^1]: ", "\\"])
def test_long_runs_cost_no_time(mark: str) -> None:
    begin = time.process_time()
    clean(markdown.markdown(literal(mark * (100_000 // len(mark)))))
    assert time.process_time() - begin < 2.0
