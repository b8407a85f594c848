"""The packaged lists of words this room looks for."""

import tomllib
from functools import cache
from importlib.resources import files


@cache
def word_list(name: str) -> frozenset[str]:
    """One list of `data/words.toml`, lower-case."""
    table = tomllib.loads(files("briefing.stories").joinpath("data", "words.toml").read_text("utf-8"))
    return frozenset(table[name].split())
