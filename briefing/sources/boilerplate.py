"""Phrases that give away promos, sponsor reads, rights lines and the frames of mails."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from briefing.text import primary

_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


@cache
def _phrases() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("briefing").joinpath("data", "boilerplate.toml").read_text("utf-8"))


@cache
def pattern(kind: str, language: str) -> re.Pattern[str]:
    """The phrases of one kind in a language and in English, which most publishing tools speak."""
    table = _phrases()[kind]
    phrases = dict.fromkeys([*table.get(primary(language), []), *table["en"]])
    return re.compile("|".join(map(_as_pattern, phrases)), re.IGNORECASE)


def _as_pattern(phrase: str) -> str:
    escaped = re.escape(phrase).replace(r"\*", r"\w*").replace("'", "['’]")
    if _CJK.search(phrase):
        return escaped
    begin = r"(?<!\w)" if phrase[0].isalnum() else ""
    return begin + escaped + (r"(?!\w)" if phrase[-1].isalnum() else "")


def is_alone(text: str, language: str) -> bool:
    """Whether a block is nothing but a button, a menu item or a label of the page."""
    bare = text.strip(" \t:.|»«›‹→←•·-–—…!>").lower().replace("’", "'")
    table = _phrases()["alone"]
    return bare in table["en"] or bare in table.get(primary(language), [])
