"""Edition -> Markdown -> safe HTML, and plain text: stories are rendered once and joined for every reader."""

import html as entities
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

from jinja2 import BaseLoader, Environment
from markdown import Markdown
from markupsafe import Markup

from briefing.editions import escape, wording
from briefing.editions.compose import headline
from briefing.editions.frame import Frame, Shape
from briefing.editions.letters import Letters
from briefing.editions.links import Links
from briefing.editions.safe import SafeHtml, clean
from briefing.editions.templates import html_environment, loader, words
from briefing.editions.told import Detail, tell
from briefing.editions.view import view
from briefing.model import Edition, EditionPick, Fragment, Subscriber, Update

__all__ = ["Detail", "Renderer", "clean", "default", "html", "markdown", "text", "view"]

CACHED = 4096
TOP = 5
CUT = {
    Detail.FULL: "",
    Detail.STORY: "Shortened to fit a mail: related insights are on the pages behind the headlines.",
    Detail.SHORT: "Shortened to fit a mail: more on each story, and related insights, on the pages behind the headlines.",
    Detail.HEADLINE: "Shortened to fit a mail: each story is on the page behind its headline.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a template needs of a pick; finished words are Markup, the rest is escaped where it is printed."""

    rank: str
    headline: str
    url: str
    update: str
    body: str
    why: str
    more: str
    less: str


class Renderer:
    """Makes every form of an edition. `folder` loads the user's own templates, which stand before the packaged ones.

    Stories are remembered by fragment hash, so a mail costs little more than joining strings. `top` is how many
    insights an edition aims at.
    """

    def __init__(self, folder: BaseLoader | None = None, *, top: int = TOP) -> None:
        source = loader(folder)
        self._top = top
        self._words = words(source)
        self._frame = Frame(html_environment(source))
        self.letters = Letters(self._words, self._frame)
        self._markdown = Markdown(output_format="html")
        self._done: dict[tuple[object, ...], str] = {}

    def markdown(
        self, edition: Edition, links: Links, subscriber: Subscriber | None, *, imprint: str = "", detail: Detail = Detail.FULL
    ) -> str:
        """The edition as a Markdown file for people."""
        return self._page(self._words.readable, "md", edition, links, subscriber, imprint, detail)

    def text(
        self, edition: Edition, links: Links, subscriber: Subscriber | None, *, imprint: str = "", detail: Detail = Detail.FULL
    ) -> str:
        """The edition for a terminal mail program, at most 72 columns but for addresses."""
        return self._page(self._words.plain, "txt", edition, links, subscriber, imprint, detail)

    def html(
        self, edition: Edition, links: Links, subscriber: Subscriber | None, *, imprint: str = "", detail: Detail = Detail.FULL
    ) -> str:
        """The whole mail as HTML, its CSS inlined."""
        plain = self._common(edition, links, subscriber, imprint, detail)
        values: dict[str, str] = {name: self._inline(value) for name, value in plain.items() if isinstance(value, str)}
        values |= {name: entities.escape(str(plain[name])) for name in ("home", "page", "preferences", "unsubscribe")}
        for i, pick in enumerate(edition.picks):
            values |= {f"picks.{i}.{name}": value for name, value in self._html_pick(edition, pick, links, subscriber, detail)}
        parts = frozenset(name for name in ("thin", "cut", "imprint") if plain[name])
        shape = Shape(language=edition.language, picks=len(edition.picks), personal=subscriber is not None, parts=parts)
        return self._frame.fill(shape, values)

    def _page(
        self,
        environment: Environment,
        form: str,
        edition: Edition,
        links: Links,
        subscriber: Subscriber | None,
        imprint: str,
        detail: Detail,
    ) -> str:
        lines = [self._line(environment, form, edition, pick, links, subscriber, detail) for pick in edition.picks]
        common = self._common(edition, links, subscriber, imprint, detail)
        return environment.get_template(f"edition.{form}.j2").render(edition=edition, picks=lines, **common).rstrip() + "\n"

    def _common(
        self, edition: Edition, links: Links, subscriber: Subscriber | None, imprint: str, detail: Detail
    ) -> dict[str, str | bool]:
        issued, person = edition.created_at, subscriber.id if subscriber else ""
        count = wording.plural(len(edition.picks), "insight")
        return {
            "language": edition.language,
            "subject": edition.subject,
            "preheader": edition.preheader,
            "title": edition.title,
            "home": links.home(),
            "dateline": " · ".join([wording.long_day(edition.slot), *([count] if edition.picks else [])]),
            "thin": wording.thin(edition, self._top),
            "coverage": wording.coverage(edition.coverage) + ".",
            "cut": CUT[detail],
            "page": links.personal_edition(person, edition.slot, issued) if person else links.edition(edition.slot),
            "personal": bool(person),
            "preferences": links.preferences(person, issued) if person else "",
            "unsubscribe": links.unsubscribe(person, issued) if person else "",
            "sender": f"Sent by {edition.title}, {links.host}.",
            "imprint": imprint,
        }

    def _line(
        self,
        environment: Environment,
        form: str,
        edition: Edition,
        pick: EditionPick,
        links: Links,
        subscriber: Subscriber | None,
        detail: Detail,
    ) -> Line:
        return Line(
            rank=str(pick.rank),
            headline=headline(pick.fragment),
            url=pick.fragment.insight_url,
            update=self._update(environment, form, pick.update),
            body=Markup(self._body(environment, form, pick.fragment, detail, edition.language)),
            why=wording.reasons(pick),
            more=_feedback(pick, links, subscriber, edition, more=True),
            less=_feedback(pick, links, subscriber, edition, more=False),
        )

    def _html_pick(
        self, edition: Edition, pick: EditionPick, links: Links, subscriber: Subscriber | None, detail: Detail
    ) -> Iterator[tuple[str, str]]:
        yield "rank", str(pick.rank)
        yield "headline", self._inline(headline(pick.fragment))
        yield "url", entities.escape(pick.fragment.insight_url)
        yield "body", self._story(pick.fragment, detail, edition.language)
        yield (
            "update",
            self._remember(
                ("update", pick.update), lambda: self._styled("update", self._update(self._words.literal, "md", pick.update))
            ),
        )
        yield "why", self._inline(wording.reasons(pick))
        yield "more", entities.escape(_feedback(pick, links, subscriber, edition, more=True))
        yield "less", entities.escape(_feedback(pick, links, subscriber, edition, more=False))

    def _news(self, update: Update | None) -> str:
        return self._remember(("update", update), lambda: self._styled("update", self._update(self._words.literal, "md", update)))

    def _story(self, fragment: Fragment, detail: Detail, language: str) -> str:
        key = ("html", fragment.hash, detail, language)
        body = partial(self._body, self._words.literal, "md", fragment, detail, language)
        return self._remember(key, lambda: self._styled("story", body()))

    def _body(self, environment: Environment, form: str, fragment: Fragment, detail: Detail, language: str) -> str:
        def make() -> str:
            template = environment.get_template(f"pick.{form}.j2")
            return template.render(told=tell(fragment, detail), language=language).strip("\n")

        return self._remember((id(environment), fragment.hash, detail, language), make)

    def _update(self, environment: Environment, form: str, update: Update | None) -> str:
        if update is None:
            return ""
        template = environment.get_template(f"update.{form}.j2")
        return Markup(template.render(since=wording.day(update.since), news=wording.news(update)))

    def _styled(self, name: str, markdown: str) -> str:
        """Markdown made from escaped words -> HTML -> only what is allowed -> with its style."""
        safe = clean(self._markdown.reset().convert(markdown))
        wrapped = self._frame.inline(f'<div class="{name}">{safe}</div>')
        return wrapped.removeprefix(f'<div class="{name}">').removesuffix("</div>")

    def _inline(self, line: str) -> SafeHtml:
        return SafeHtml(self._remember(("line", line), lambda: clean(escape.literal(line))))

    def _remember(self, key: tuple[object, ...], make: Callable[[], str]) -> str:
        if key not in self._done:
            if len(self._done) >= CACHED:
                self._done.pop(next(iter(self._done)))
            self._done[key] = make()
        return self._done[key]


def _feedback(pick: EditionPick, links: Links, subscriber: Subscriber | None, edition: Edition, *, more: bool) -> str:
    return links.feedback(subscriber.id, pick.fragment.insight_id, more, edition.created_at) if subscriber else ""


@cache
def default() -> Renderer:
    """A renderer with the packaged templates."""
    return Renderer()


def markdown(edition: Edition, links: Links, subscriber: Subscriber | None, *, imprint: str = "") -> str:
    return default().markdown(edition, links, subscriber, imprint=imprint)


def html(edition: Edition, links: Links, subscriber: Subscriber | None, *, imprint: str = "") -> str:
    return default().html(edition, links, subscriber, imprint=imprint)


def text(edition: Edition, links: Links, subscriber: Subscriber | None, *, imprint: str = "") -> str:
    return default().text(edition, links, subscriber, imprint=imprint)
