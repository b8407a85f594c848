"""The reference of feeds.toml in Markdown, made from the tables themselves."""

from collections.abc import Iterator

from briefing.config.environment import MEANINGS
from briefing.config.keys import REQUIRED, BadValueError, Key, keys_of
from briefing.config.tables import TABLES, Channel, FeedTable, MailboxConfig, TopicTable

LISTED: dict[str, type] = {
    "[topics.NAME]": TopicTable,
    "[[feeds]]": FeedTable,
    "[[mailboxes]]": MailboxConfig,
    "[[channels]]": Channel,
}


def markdown() -> str:
    """Every table with its keys, defaults and meanings, then the variables that hold secrets."""
    headed = {f"[{name}]": kind for name, kind in TABLES.items()} | LISTED
    return "\n".join([*(line for header, kind in headed.items() for line in _table(header, kind)), *_variables()])


def _table(header: str, kind: type) -> Iterator[str]:
    yield from (f"## `{header}`", "", kind.__doc__ or "", "", "| key | default | meaning | takes |", "|---|---|---|---|")
    yield from (f"| `{key.name}` | {_default(key)} | {_cell(key.meaning)} | {_cell(_takes(key))} |" for key in keys_of(kind))
    yield ""


def _default(key: Key) -> str:
    if key.default is REQUIRED:
        return "required"
    return f"`{_toml(key.default)}`"


def _takes(key: Key) -> str:
    """What a key's parser says when it is given a text that no TOML file can hold."""
    try:
        key.parse("\0")
    except BadValueError as error:
        return str(error)
    return "text"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _variables() -> Iterator[str]:
    yield from ("## Secrets", "", "| variable | meaning |", "|---|---|")
    yield from (f"| `{name}` | {_cell(meaning)} |" for name, meaning in MEANINGS.items())


def _cell(words: str) -> str:
    return words.replace("|", "\\|")
