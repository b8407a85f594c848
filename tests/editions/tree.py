"""What stands in a piece of HTML: tags, attributes, links, comments and text, for tests that judge it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Found:
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    text: str = ""

    @property
    def links(self) -> list[str]:
        return [attributes["href"] or "" for tag, attributes in self.tags if tag == "a" and "href" in attributes]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Found()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.found.text += data

    def handle_comment(self, data: str) -> None:
        self.found.others.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def read(html: str) -> Found:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found
