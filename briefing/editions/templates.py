"""How templates are filled: every value is escaped for where it goes, and an unknown name is an error."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup

from briefing.editions import escape, plain
from briefing.errors import ConfigError, Problem
from briefing.packaged import packaged
from briefing.text import primary

Escape = Callable[[str], Markup]


@dataclass(frozen=True, slots=True)
class Words:
    """One environment for each place where words from outside may go."""

    literal: Environment
    readable: Environment
    plain: Environment


def loader(folder: BaseLoader | None) -> BaseLoader:
    """The user's templates first, then those that came with the program."""
    own = FileSystemLoader(packaged("templates"))
    return ChoiceLoader([folder, own]) if folder else own


def html_environment(source: BaseLoader) -> Environment:
    return Environment(loader=source, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def words(source: BaseLoader) -> Words:
    return Words(*(_environment(source, way) for way in (escape.literal, escape.readable, escape.plain)))


def _environment(source: BaseLoader, way: Escape) -> Environment:
    """Every value that a template prints goes through `way`, unless it is marked as finished."""

    def finish(value: object) -> Markup:
        return value if isinstance(value, Markup) else way(str(value))

    environment = Environment(loader=source, autoescape=True, undefined=StrictUndefined, finalize=finish, trim_blocks=True)
    environment.filters |= {"address": escape.address, "foreign": foreign if way is escape.literal else _same}
    environment.filters |= {
        "wrap": _wrap,
        "lines": lambda text: _lines(text, way),
    }
    environment.globals["rule"] = lambda mark: Markup(mark * plain.WIDTH)
    return environment


def fill(environment: Environment, name: str, values: Mapping[str, object]) -> str:
    """A template filled; raises `ConfigError` with the line of whatever is wrong in it."""
    try:
        return environment.get_template(name).render(values)
    except TemplateError as error:
        problem = Problem(line=_line(error), place=name, message=error.message or "cannot be filled")
        raise ConfigError(f"template {name}", (problem,)) from error


def _line(error: TemplateError) -> int:
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if "template" in frame.name]
    return (lines[-1] if lines else 0) or 0


@pass_context
def foreign(context: Context, text: str, language: str) -> Markup:
    """Words in another language than the edition's say so, for screen readers and hyphenation."""
    literal = escape.literal(text)
    if not language or primary(language) == primary(str(context.get("language", ""))):
        return literal
    return Markup('<span lang="{}" dir="auto">{}</span>').format(primary(language), literal)


def _same(text: str, _language: str) -> str:
    return text


def _lines(text: str, way: Escape) -> Markup:
    """Paragraphs of one line each."""
    return Markup("\n\n").join(way(line) for line in text.splitlines() if line.strip())


def _wrap(text: str, indent: int = 0, mark: str = "") -> Markup:
    return Markup(plain.wrap(escape.one_line(text), indent, mark))
