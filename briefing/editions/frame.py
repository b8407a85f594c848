"""What stands round the stories of a mail: CSS is inlined once for each shape of mail, then slots are filled."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import css_inline
from jinja2 import BaseLoader
from markupsafe import Markup

from briefing.editions.room import SECTIONS
from briefing.editions.templates import fill, html_environment
from briefing.text import primary

SLOT = re.compile("\ue000([\\w.]+)\ue001")
RIGHT_TO_LEFT = {"ar", "dv", "fa", "he", "ps", "ur", "yi"}
PICK_SLOTS = "rank headline url news body why more less report"
SLOTS = "subject preheader title home dateline thin coverage cut page preferences unsubscribe sender imprint"
SHAPES = 256


@dataclass(frozen=True, slots=True)
class Shape:
    """All that changes the mark-up of the frame; everything else is a slot."""

    language: str
    picks: int
    personal: bool
    parts: frozenset[str]


class Frame:
    """`mail.html.j2` with `mail.css` inlined and `media.css` in its head."""

    OPTIONAL = ("thin", "cut", "imprint")

    def __init__(self, source: BaseLoader) -> None:
        environment = html_environment(source)
        self._css = source.get_source(environment, "mail.css")[0]
        self._media = source.get_source(environment, "media.css")[0]
        self._environment = environment
        self._inliner = css_inline.CSSInliner(
            inline_style_tags=False, keep_style_tags=True, load_remote_stylesheets=False, extra_css=self._css
        )
        self._compiled = lru_cache(SHAPES)(self._compile)

    def fill(self, shape: Shape, values: Mapping[str, str]) -> str:
        """`values` by slot name ("subject", "picks.0.body"), each safe HTML already. A slot without a value is empty."""
        pieces = self._compiled(shape)
        return "".join([values.get(piece, "") if is_slot else piece for piece, is_slot in pieces])

    def inline(self, fragment: str) -> str:
        """A piece of the mail with the style of its elements written into it."""
        return self._inliner.inline_fragment(fragment, self._css)

    def letter(self, language: str, values: Mapping[str, object]) -> str:
        """`letter.html.j2` filled and inlined."""
        return self._inliner.inline(fill(self._environment, "letter.html.j2", {**values, **self._head(language)}))

    def _head(self, language: str) -> dict[str, str]:
        main = primary(language) or "en"
        return {"language": main, "direction": "rtl" if main in RIGHT_TO_LEFT else "ltr", "media": Markup(self._media)}

    def _compile(self, shape: Shape) -> tuple[tuple[str, bool], ...]:
        values = {
            **self._head(shape.language),
            "personal": shape.personal,
            "picks": [{name: _slot(f"picks.{i}.{name}") for name in PICK_SLOTS.split()} for i in range(shape.picks)],
            "sections": [_slot(name) for name in SECTIONS if name in shape.parts],
            **{name: _slot(name) if name not in self.OPTIONAL or name in shape.parts else "" for name in SLOTS.split()},
        }
        page = fill(self._environment, "mail.html.j2", values)
        return tuple(_pieces(self._inliner.inline(page)))


def _slot(name: str) -> Markup:
    return Markup(f"\ue000{name}\ue001")


def _pieces(page: str) -> Iterator[tuple[str, bool]]:
    for i, piece in enumerate(SLOT.split(page)):
        yield piece, i % 2 == 1
