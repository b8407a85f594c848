"""How a key of feeds.toml is declared: its parser, its default as an admin would write it, and its meaning in one place."""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, field
from typing import TypeVar, cast

T = TypeVar("T")
REQUIRED = object()


class BadValueError(ValueError):
    """A value is not what its key takes; the message completes "expected ..."."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of a table; `default` is REQUIRED or the value as TOML gives it."""

    name: str
    attribute: str
    parse: Callable[[object], object]
    default: object
    meaning: str


def key(parse: Callable[[object], T], default: object, meaning: str, *, name: str = "", shown: bool = True) -> T:
    """A dataclass field that is a key. `name` is its TOML name where Python cannot have it; unshown ones stay out of `repr`."""
    metadata = {"parse": parse, "default": default, "meaning": meaning, "name": name}
    value = MISSING if default is REQUIRED else parse(default)
    return cast(T, field(default=value, metadata=metadata, repr=shown))


def keys_of(table: type) -> Iterator[Key]:
    """The keys that a table dataclass declares, in order."""
    for each in dataclasses.fields(table):
        if "parse" in each.metadata:
            yield Key(
                name=each.metadata["name"] or each.name,
                attribute=each.name,
                parse=each.metadata["parse"],
                default=each.metadata["default"],
                meaning=each.metadata["meaning"],
            )
