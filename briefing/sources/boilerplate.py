"""Phrases that give away promos, sponsor reads, rights lines and the frames of mails."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from briefing.text import CJK_CHARACTER, primary


@cache
def _phrases() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("briefing").joinpath("data", "boilerplate.toml").read_text("utf-8"))


def pattern(kind: str, language: str, text: str) -> re.Pattern[str] | None:
    """The phrases of one kind that occur in a text, in its language and in English, which most publishing tools speak.

    None if there are none, which is quick to see and the rule for most texts.
    """
    lowered = text.lower().replace("’", "'")
    found = [phrase for phrase in _list(kind, primary(language)) if phrase.rstrip("*") in lowered]
    return re.compile("|".join(map(_as_pattern, found)), re.IGNORECASE) if found else None


@cache
def _list(kind: str, language: str) -> tuple[str, ...]:
    table = _phrases()[kind]
    return tuple(dict.fromkeys([*table.get(language, []), *table["en"]]))


def _as_pattern(phrase: str) -> str:
    escaped = re.escape(phrase).replace(r"\*", r"\w*").replace("'", "['’]")
    if CJK_CHARACTER.search(phrase):
        return escaped
    begin = r"(?<!\w)" if phrase[0].isalnum() else ""
    return begin + escaped + (r"(?!\w)" if phrase[-1].isalnum() else "")


def is_promo(text: str, language: str) -> bool:
    """Whether a title asks for a subscription or the like, and so names nothing."""
    return pattern("promo", language, text) is not None


def is_notice(text: str, language: str) -> bool:
    """Whether a block is labelled as an event, an advertisement or the like."""
    label, colon, _ = text.replace("：", ":").partition(":")
    return bool(colon) and label.strip(" *[]").lower().replace("’", "'") in _list("notice", primary(language))


def is_alone(text: str, language: str) -> bool:
    """Whether a block is nothing but a button, a menu item or a label of the page."""
    bare = text.strip(" \t:.|»«›‹→←•·-–—…!>").lower().replace("’", "'")
    table = _phrases()["alone"]
    return bare in table["en"] or bare in table.get(primary(language), [])
