"""Edition -> Markdown -> safe HTML, and plain text: stories are rendered once and joined for every reader."""

import html as entities
from collections.abc import Iterator
from functools import cache

import markdown as markdown_library
from jinja2 import BaseLoader, Environment
from markupsafe import Markup

from briefing.editions import escape, sample, wording
from briefing.editions.compose import headline
from briefing.editions.frame import Frame, Shape
from briefing.editions.issue import Issue
from briefing.editions.letters import Letters
from briefing.editions.links import Links
from briefing.editions.memo import Memo
from briefing.editions.room import WHOLE, Room
from briefing.editions.safe import SafeHtml, clean
from briefing.editions.templates import fill, loader, words
from briefing.editions.told import tell
from briefing.model import Edition, EditionPick, Fragment, Subscriber, Update

__all__ = ["Renderer", "Room", "clean", "default"]

REMEMBERED = 4096
TOP = 5


class Renderer:
    """Makes every form of an edition. `folder` loads the user's own templates, which stand before the packaged ones.

    Stories are remembered by fragment hash, so a mail costs little more than joining strings. `top` is how many
    insights an edition aims at. May be used by several threads.
    """

    def __init__(self, folder: BaseLoader | None = None, *, top: int = TOP) -> None:
        source = loader(folder)
        self._top = top
        self._words = words(source)
        self._frame = Frame(source)
        self.letters = Letters(self._words, self._frame)
        self._done = Memo[str](REMEMBERED)
        self._told = Memo[dict[str, str]](REMEMBERED)

    def markdown(
        self, edition: Edition, links: Links, subscriber: Subscriber | None, *, imprint: str = "", room: Room = WHOLE
    ) -> str:
        """The edition as a Markdown file for people."""
        return self._page(self._words.readable, "md", self._issue(edition, links, subscriber, imprint, room))

    def text(
        self, edition: Edition, links: Links, subscriber: Subscriber | None, *, imprint: str = "", room: Room = WHOLE
    ) -> str:
        """The edition for a terminal mail program, at most 72 columns but for addresses."""
        return self._page(self._words.plain, "txt", self._issue(edition, links, subscriber, imprint, room))

    def html(
        self, edition: Edition, links: Links, subscriber: Subscriber | None, *, imprint: str = "", room: Room = WHOLE
    ) -> str:
        """The whole mail as HTML, its CSS inlined."""
        issue = self._issue(edition, links, subscriber, imprint, room)
        written, below = issue.words(), issue.sections
        values: dict[str, str] = {name: self._inline(value) for name, value in written.items()}
        values |= {name: entities.escape(url) for name, url in issue.addresses().items()}
        values |= {name: self._section_html(name, lines) for name, lines in below.items()}
        for i, pick in enumerate(issue.picks):
            values |= self._pick_html(issue, i, pick)
        parts = frozenset([*below, *(name for name in Frame.OPTIONAL if values[name])])
        return self._frame.fill(Shape(edition.language, len(issue.picks), issue.personal, parts), values)

    def check(self) -> None:
        """Fill every template once; raises `ConfigError` naming the first that is wrong, and its line."""
        for subscriber in (None, sample.READER):
            for made in (self.markdown, self.text, self.html):
                made(sample.EDITION, sample.LINKS, subscriber, imprint="Imprint")
        for notice in sample.NOTICES:
            self.letters.write(notice, sample.LINKS, title="Sample", language="en", imprint="Imprint")

    def _issue(self, edition: Edition, links: Links, subscriber: Subscriber | None, imprint: str, room: Room) -> Issue:
        return Issue(edition=edition, links=links, subscriber=subscriber, imprint=imprint, room=room, top=self._top)

    def _page(self, environment: Environment, form: str, issue: Issue) -> str:
        values = issue.words() | issue.addresses()
        picks = [self._pick(environment, form, issue, pick) for pick in issue.picks]
        below = [self._section(environment, form, name, lines) for name, lines in issue.sections.items()]
        told = {**values, "picks": picks, "sections": below, "personal": issue.personal}
        return fill(environment, f"edition.{form}.j2", told).rstrip() + "\n"

    def _pick(self, environment: Environment, form: str, issue: Issue, pick: EditionPick) -> dict[str, str]:
        return {
            "rank": str(pick.rank),
            "headline": headline(pick.fragment),
            "url": pick.fragment.insight_url,
            "news": self._news(environment, form, pick.update),
            "body": self._story(environment, form, pick.fragment, issue),
            "why": wording.reasons(pick),
            **issue.rating(pick),
            "report": issue.report(pick),
        }

    def _pick_html(self, issue: Issue, i: int, pick: EditionPick) -> dict[str, str]:
        why = wording.reasons(pick)
        told = self._told.get(
            (i, pick.rank, pick.fragment.hash, pick.update, why, issue.room.detail, issue.edition.language, issue.reports),
            lambda: {f"picks.{i}.{name}": html for name, html in self._told_html(issue, pick, why)},
        )
        return told | {f"picks.{i}.{name}": entities.escape(url) for name, url in issue.rating(pick).items()}

    def _told_html(self, issue: Issue, pick: EditionPick, why: str) -> Iterator[tuple[str, str]]:
        """What is the same for every reader to whom the story is told for these reasons."""
        yield "rank", str(pick.rank)
        yield "headline", self._inline(headline(pick.fragment))
        yield "url", entities.escape(pick.fragment.insight_url)
        yield "body", self._story_html(pick.fragment, issue)
        yield "news", self._news_html(pick.update)
        yield "why", self._inline(why)
        yield "report", entities.escape(issue.report(pick))

    def _story(self, environment: Environment, form: str, fragment: Fragment, issue: Issue) -> Markup:
        def make() -> str:
            values = {"told": tell(fragment, issue.room.detail), "language": issue.edition.language}
            return fill(environment, f"pick.{form}.j2", values).strip("\n")

        return Markup(self._done.get((id(environment), fragment.hash, issue.room.detail, issue.edition.language), make))

    def _story_html(self, fragment: Fragment, issue: Issue) -> str:
        def make() -> str:
            return self._styled("story", self._story(self._words.literal, "md", fragment, issue))

        return self._done.get(("story", fragment.hash, issue.room.detail, issue.edition.language), make)

    def _news(self, environment: Environment, form: str, update: Update | None) -> Markup:
        if update is None:
            return Markup()
        values = {"since": wording.day(update.since), "news": wording.news(update)}
        return Markup(fill(environment, f"update.{form}.j2", values).strip("\n"))

    def _news_html(self, update: Update | None) -> str:
        return self._done.get(
            ("update", update), lambda: self._styled("update", self._news(self._words.literal, "md", update)) if update else ""
        )

    def _section(self, environment: Environment, form: str, name: str, lines: tuple[object, ...]) -> Markup:
        return Markup(fill(environment, f"{name}.{form}.j2", {name: lines, "language": ""}).strip("\n"))

    def _section_html(self, name: str, lines: tuple[object, ...]) -> str:
        def make() -> str:
            return self._styled("also", self._section(self._words.literal, "md", name, lines))

        return self._done.get((name, lines), make)

    def _styled(self, name: str, words: str) -> str:
        """Markdown made from escaped words -> HTML -> only what is allowed -> with its style."""
        safe = clean(markdown_library.markdown(words, output_format="html"))
        wrapped = self._frame.inline(f'<div class="{name}">{safe}</div>')
        return wrapped.partition(">")[2].removesuffix("</div>")

    def _inline(self, line: str) -> SafeHtml:
        return SafeHtml(self._done.get(("line", line), lambda: clean(escape.literal(line))))


@cache
def default() -> Renderer:
    """A renderer with the packaged templates."""
    return Renderer()
