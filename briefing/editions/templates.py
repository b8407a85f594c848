"""How templates are filled: every value is escaped for where it goes, and an unknown name is an error."""

from collections.abc import Callable

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from briefing.editions import escape, plain
from briefing.packaged import packaged
from briefing.text import primary

Escape = Callable[[str], Markup]


def loader(folder: BaseLoader | None = None) -> BaseLoader:
    """The user's templates first, then those that came with the program."""
    own = FileSystemLoader(packaged("templates"))
    return ChoiceLoader([folder, own]) if folder else own


def html_environment(source: BaseLoader) -> Environment:
    return Environment(loader=source, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def words_environment(source: BaseLoader, words: Escape) -> Environment:
    """Every value that a template prints goes through `words`, unless it is marked as finished."""

    def finish(value: object) -> Markup:
        return value if isinstance(value, Markup) else words(str(value))

    environment = Environment(loader=source, autoescape=True, undefined=StrictUndefined, finalize=finish, trim_blocks=True)
    environment.filters |= {"address": escape.address, "foreign": foreign if words is escape.literal else _same, "wrap": _wrap}
    environment.globals["rule"] = lambda mark: Markup(mark * plain.WIDTH)
    return environment


@pass_context
def foreign(context: Context, text: str, language: str) -> Markup:
    """Words in another language than the edition's say so, for screen readers and hyphenation."""
    words = escape.literal(text)
    if not language or primary(language) == primary(str(context.get("language", ""))):
        return words
    return Markup(f'<span lang="{primary(language)}" dir="auto">{words}</span>')


def _same(text: str, _language: str) -> str:
    return text


def _wrap(text: str, indent: int = 0, mark: str = "") -> Markup:
    return Markup(plain.wrap(escape.one_line(text), indent, mark))
