"""Mails and pages through HTML checkers: a strict HTML5 parser always, the Nu Html Checker where `VNU_JAR` names it."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import html5lib
import pytest

from briefing.editions import render, sample
from briefing.pipeline.correcting import correct
from tests.editions import samples
from tests.editions.test_render import everywhere
from tests.editions.test_sections import WHOLE

from .conftest import NOW, Pages
from .test_reading import retold

PAGES = ("/", "/archive", "/e/2026-11-20", "/e/2026-11-21", "/search?q=battery", "/method", "/topics/energy", "/signup", "/none")


def mails() -> Iterator[tuple[str, str]]:
    renderer = render.default()
    editions = {
        "whole": WHOLE,
        "hostile": everywhere("</td><script>\"'& \u202e\u05d0 <b>"),
        "of the week": replace(WHOLE, picks=()),
        "sample": sample.EDITION,
    }
    for name, edition in editions.items():
        for reader in (samples.READER, None):
            yield f"{name} {'house' if reader is None else 'reader'}", renderer.html(edition, samples.LINKS, reader, imprint="Us")
    for notice in sample.NOTICES:
        letter = renderer.letters.write(notice, sample.LINKS, title="Brief", language="de", imprint="Us")
        yield notice.kind, letter.html


def shown(pages: Pages) -> Iterator[tuple[str, str]]:
    """Every kind of page, with a correction on each insight's and every section on the newest edition's."""
    retold(pages)
    for id_ in pages.insight_ids():
        correct(pages.services, id_, "It was <b>28</b> hours.", NOW)
    front, source = pages.get("/").text, pages.get("/method").text
    found = [*re.findall(r'href="(/[is]/\w+)"', front), *re.findall(r'href="(/sources/\w+)"', source)]
    for path in dict.fromkeys([*PAGES, *found]):
        yield path, pages.get(path).text
    ana = pages.subscribe()
    for link in (pages.services.links.preferences(ana.id, NOW), pages.services.links.unsubscribe(ana.id, NOW)):
        yield link[:40], pages.get(link).text


@pytest.mark.parametrize(("name", "html"), list(mails()), ids=lambda value: value if len(value) < 40 else "")
def test_every_mail_parses_without_an_error(name: str, html: str) -> None:
    html5lib.HTMLParser(strict=True).parse(html)


def test_every_page_parses_without_an_error(pages: Pages) -> None:
    for path, html in shown(pages):
        try:
            html5lib.HTMLParser(strict=True).parse(html)
        except html5lib.html5parser.ParseError as error:
            pytest.fail(f"{path}: {error}")


def test_the_parser_finds_what_is_wrong() -> None:
    with pytest.raises(html5lib.html5parser.ParseError):
        html5lib.HTMLParser(strict=True).parse("<!doctype html><title>x</title><p><table><b></table>")


@pytest.mark.slow
def test_the_nu_html_checker_finds_nothing(pages: Pages, tmp_path: Path) -> None:
    jar, java = os.environ.get("VNU_JAR", ""), shutil.which("java")
    if not (jar and java):
        pytest.skip("VNU_JAR names no Nu Html Checker (npm pack vnu-jar)")
    for number, (_, html) in enumerate([*mails(), *shown(pages)]):
        (tmp_path / f"{number:03}.html").write_text(html, "utf-8")
    checked = subprocess.run(
        [java, "-jar", jar, "--errors-only", *map(str, sorted(tmp_path.glob("*.html")))],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")
