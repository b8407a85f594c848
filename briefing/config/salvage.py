"""What can still be known of a feeds.toml that cannot be used: where its database lies."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from briefing.config import addresses, environment
from briefing.config.keys import BadValueError
from briefing.config.lines import statements
from briefing.config.loader import content_of, with_store_in_place
from briefing.config.tables import Config, Store
from briefing.errors import ConfigError


def store_url(path: Path, environ: Mapping[str, str]) -> str:
    """The database that the file at `path` names, as far as that can be read; else the default one beside it."""
    secrets = environment.read(environ, (), [])
    url = next(_urls(_text(path)), Store().url)
    return with_store_in_place(Config(path=path, folder=path.parent, store=Store(url=url), secrets=secrets)).url


def _text(path: Path) -> str:
    try:
        return content_of(path).decode("utf-8-sig", "replace")
    except ConfigError:
        return ""


def _urls(text: str) -> Iterator[str]:
    table = ""
    for _, statement in statements(text.replace("\r", "")):
        table = statement if statement.startswith("[") else table
        if table == "[store]" and statement.startswith("url"):
            try:
                yield addresses.store_url(tomllib.loads(statement).get("url"))
            except (ValueError, BadValueError):
                continue
