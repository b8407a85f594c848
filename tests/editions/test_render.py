"""The forms of an edition agree, stay safe whatever a feed says, and read well."""

import json
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import DictLoader

from briefing.editions import render
from briefing.editions.compose import digest
from briefing.editions.plain import WIDTH, columns
from briefing.editions.told import notes
from briefing.editions.view import view
from briefing.errors import ConfigError
from briefing.model import Edition, EditionPick, Fragment, Source
from tests.editions import samples
from tests.editions.test_escape import HOSTILE
from tests.editions.tree import read

GOLDEN = Path(__file__).parent / "golden"
EDITION = samples.edition()
HOUSE = samples.edition(None)


def html(edition: Edition = EDITION) -> str:
    return render.default().html(edition, samples.LINKS, samples.READER, imprint=samples.IMPRINT)


def text(edition: Edition = EDITION) -> str:
    return render.default().text(edition, samples.LINKS, samples.READER, imprint=samples.IMPRINT)


def everywhere(words: str) -> Edition:
    """The sample with `words` as each title, author, feed name, quote, speaker, card entry and subject."""

    def spoilt_source(source: Source) -> Source:
        return replace(source, feed=words, title=words, publisher=words)

    def spoilt(fragment: Fragment) -> Fragment:
        card = replace(fragment.card, what_changed=words, why_it_matters=words, what_to_do=words)
        made = replace(
            fragment,
            claim=words,
            headline=words,
            quotes=tuple(replace(quote, text=words, speaker=words) for quote in fragment.quotes),
            sources=tuple(map(spoilt_source, fragment.sources)),
            related=tuple(replace(item, claim=words, source=spoilt_source(item.source)) for item in fragment.related),
            card=card,
        )
        return replace(made, hash=digest(made))

    picks = tuple(replace(pick, fragment=spoilt(pick.fragment)) for pick in EDITION.picks)
    return replace(EDITION, picks=picks, subject=words, preheader=words, title=words or "Brief")


@pytest.mark.parametrize(("form", "made"), [("md", render.default().markdown), ("txt", render.default().text)])
def test_the_house_edition_is_as_it_was(form: str, made: object) -> None:
    assert callable(made)
    assert made(HOUSE, samples.LINKS, None, imprint=samples.IMPRINT) == (GOLDEN / f"edition.{form}").read_text("utf-8")


@pytest.mark.parametrize(("until", "shown"), [("2027-03", True), ("in the next in a later", False), ("", False)])
def test_a_prediction_tells_its_time_once(until: str, shown: bool) -> None:
    fragment = next(pick.fragment for pick in EDITION.picks if pick.fragment.card and pick.fragment.card.predictions)
    dated = replace(fragment.card.predictions[0], until=until)
    told = dict(notes(replace(fragment, card=replace(fragment.card, predictions=(dated,)))))
    assert (", by " in told["Prediction"]) is shown


def test_all_forms_agree_pick_by_pick() -> None:
    picks = view(EDITION)["picks"]
    assert isinstance(picks, list) and len(picks) == 5
    page, words = read(html()).text, " ".join(text().split())
    for pick in picks:
        for form in (" ".join(page.split()), words):
            assert pick["headline"] in form
            assert pick["claim"] in form
            assert all(item["claim"] in form for item in pick.get("related", ()))


def test_the_view_holds_what_is_there_and_nothing_else() -> None:
    told = json.loads(json.dumps(view(EDITION)))
    first, last = told["picks"][0], told["picks"][-1]
    assert list(told) == ["version", "slot", "subscriber", "subject", "preheader", "picks", "coverage"]
    assert (told["version"], told["slot"], told["subscriber"]) == (1, "2026-11-21", samples.READER.id)
    assert first["update"] == {"since": "2026-11-17", "news": ["8 hours", "Energy Dispatch"]}
    assert first["story"]["card"]["disagreements"][0]["second"]["text"].startswith("closer to 120")
    assert first["reasons"][0] == "on your topic Energy"
    assert not {"update", "related"} & set(last) and "card" not in last["story"]
    assert told["coverage"]["unreachable"] == ["Night Shift Radio", "Harbour Notes"]
    assert view(HOUSE)["subscriber"] is None


def test_a_house_edition_has_no_personal_links() -> None:
    for made in (render.default().html, render.default().text, render.default().markdown):
        page = made(HOUSE, samples.LINKS, None)
        assert not any(path in page for path in ("/unsubscribe/", "/preferences/", "/feedback/"))


def test_a_problem_with_any_pick_can_be_reported_from_every_form() -> None:
    wanted = [f"{pick.fragment.insight_url}/report" for pick in EDITION.picks]
    for page in (render.default().markdown(EDITION, samples.LINKS, samples.READER), text(), html()):
        assert [url for url in re.findall(r"https?://[^\s\"<>)]+", page) if url.endswith("/report")] == wanted


def test_every_link_is_absolute_and_nothing_is_fetched() -> None:
    found = read(html())
    assert all(link.startswith("https://") for link in found.links)
    assert not {"img", "link", "script", "iframe"} & {tag for tag, _ in found.tags}
    assert "url(" not in html() and "@import" not in html()
    assert "https://the-long-grid.example.com/storage-after-subsidies#t=754" in found.links


@pytest.mark.parametrize("words", HOSTILE)
def test_no_words_make_mark_up(words: str) -> None:
    plain, spoilt = read(html(everywhere("Plain words"))), read(html(everywhere(words)))
    assert spoilt.links == plain.links
    assert {tag for tag, _ in spoilt.tags} <= {tag for tag, _ in plain.tags} | {"span"}
    assert [name for _, a in spoilt.tags for name in a if name.startswith("on")] == []


def test_no_corpus_string_makes_mark_up(shared_data: Path) -> None:
    files = sorted((shared_data / "hostile" / "html").glob("vectors-o*.json"))
    vectors = [v["input"] for file in files for v in json.loads(file.read_text("utf-8"))["vectors"]][::12]
    plain = read(html(everywhere("Plain words")))
    for words in vectors:
        spoilt = read(html(everywhere(words)))
        assert spoilt.links == plain.links, words
        assert {tag for tag, _ in spoilt.tags} <= {tag for tag, _ in plain.tags} | {"span"}, words


def test_a_template_expression_in_a_title_is_only_words() -> None:
    assert "{{7*7}}" in read(html(everywhere("{{7*7}}"))).text
    assert "{{7*7}}" in text(everywhere("{{7*7}}"))


@pytest.mark.parametrize("mark", ["[", "![", "*", "`", "<", "[a]("])
def test_endless_marks_cost_no_time(mark: str) -> None:
    begin = time.process_time()
    html(everywhere(mark * (50_000 // len(mark))))
    assert time.process_time() - begin < 5.0


def test_foreign_and_right_to_left_words_are_marked() -> None:
    assert '<span lang="de" dir="auto">' in html()
    assert 'dir="auto"' in html(everywhere("\u05e9\u05dc\u05d5\u05dd"))
    assert 'dir="rtl"' in html(replace(EDITION, language="he"))


def test_a_look_alike_host_shows_as_what_it_is() -> None:
    source = samples.source("Bank", "Note", kind=samples.Kind.NEWS, url="https://\u0430pple.example/x")
    lead = samples.insight(source, "A claim about a bank.", "A bank")
    pick = samples.Pick(story=samples.story(9, lead, source), score=1.0)
    made = samples.edition(of=samples.Selection(subscriber_id=None, slot=samples.SLOT, picks=(pick,)))
    assert "Read at xn--pple-43d.example" in read(html(made)).text


def test_the_text_part_fits_a_terminal() -> None:
    long = [line for line in text().splitlines() if columns(line) > WIDTH and "https://" not in line]
    assert not long
    chinese = text(everywhere("\u4eba\u5de5\u667a\u80fd" * 60))
    assert all(columns(line) <= WIDTH or "https://" in line for line in chinese.splitlines())


def test_a_source_without_a_title_is_told_by_its_feed_alone() -> None:
    source = samples.source("Quay Post", "", kind=samples.Kind.NEWS, url="https://quay.example/x")
    pick = samples.Pick(story=samples.story(9, samples.insight(source, "A claim about a quay.", "A quay"), source), score=1.0)
    made = samples.edition(of=samples.Selection(subscriber_id=None, slot=samples.SLOT, picks=(pick,)))
    assert "    Quay Post\n" in text(made) and "Quay Post - " not in text(made)
    assert "**Quay Post** ·" in render.default().markdown(made, samples.LINKS, None)


def test_a_thin_day_says_so() -> None:
    thin = replace(EDITION, picks=EDITION.picks[:3])
    assert "3 today, not 5" in text(thin) and "3 today, not 5" in html(thin)
    assert "today, not" not in text()


def test_stories_of_the_day_get_a_line() -> None:
    rest = samples.story(7, samples.HOUSING_LEAD, samples.HOUSING)
    made = samples.edition(also=(rest, samples.selection().picks[0].story))
    assert [line.headline for line in made.also] == [samples.HOUSING_LEAD.headline]
    assert samples.LINKS.story("story-7") in read(html(made)).links
    assert f"Also today\n   - {samples.HOUSING_LEAD.headline}" in text(made)
    assert f"\n     {samples.LINKS.story('story-7')}\n" in text(made)


def test_the_user_s_template_stands_before_ours() -> None:
    own = render.Renderer(DictLoader({"pick.md.j2": "Mine: {{ told.claim }}"}))
    assert "Mine: The number that changed" in read(own.html(EDITION, samples.LINKS, None)).text


@pytest.mark.parametrize(
    ("name", "source", "line"),
    [
        ("pick.md.j2", "x\n{{ told.clam }}", 2),
        ("edition.txt.j2", "{% if %}", 1),
        ("notices/confirm.md.j2", "\n\n{{ nobody }}", 3),
    ],
)
def test_a_wrong_template_is_named_with_its_line(name: str, source: str, line: int) -> None:
    with pytest.raises(ConfigError) as raised:
        render.Renderer(DictLoader({name: source})).check()
    assert [(problem.place, problem.line) for problem in raised.value.problems] == [(name, line)]


def test_packaged_templates_are_right() -> None:
    render.Renderer().check()


def test_joining_is_far_cheaper_than_rendering() -> None:
    renderer = render.Renderer()

    def took(pick: EditionPick) -> float:
        edition = replace(EDITION, picks=(pick,) * 5)
        begin = time.perf_counter()
        renderer.html(edition, samples.LINKS, samples.READER)
        return time.perf_counter() - begin

    took(EDITION.picks[1])
    anew = took(EDITION.picks[0])
    assert min(took(EDITION.picks[0]) for _ in range(20)) * 5 < anew
