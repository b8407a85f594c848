"""Bytes of unknown encoding -> text: what was declared is believed only as far as the bytes agree."""

import codecs
import re

_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
# Labels mean their supersets, as in the WHATWG Encoding Standard, section 4.2.
_SUPERSETS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_REFUSED = {"utf-7", "punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"}
_REPAIR = "briefing.cp1252"


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """A byte that is not UTF-8 was most likely pasted from a Windows page."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.start + 1].decode("cp1252", "replace"), error.start + 1


codecs.register_error(_REPAIR, _as_cp1252)


def decode(body: bytes, charset: str = "") -> tuple[str, bool]:
    """The text, and whether every byte made sense in its encoding. `charset` is what the server declared.

    Order: byte order mark, valid UTF-8, the document's own declaration, the server's, then UTF-8 with stray bytes read as
    Windows-1252, so that one bad byte costs one character and not the whole document.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _marked(body, encoding)
    declared = [name for label in (_declaration(body), charset) if (name := _codec(label))]
    for name in _by_likelihood(declared):
        text = _strictly(body, name)
        if text is not None:
            return text, True
    fallback = next((name for name in declared if name != "utf-8" and not name.startswith("cp125")), "")
    return (body.decode(fallback, "replace") if fallback else _repaired(body)), False


def _repaired(body: bytes) -> str:
    """Stray bytes in UTF-8 one by one; a text with more of them than of sound characters is Windows-1252 as a whole."""
    guess = body.decode("utf-8", "replace")
    stray = guess.count("\ufffd")
    sound = len(guess) - stray - len(guess.encode("ascii", "ignore"))
    return body.decode("cp1252", "replace") if stray > sound else body.decode("utf-8", _REPAIR)


def _by_likelihood(declared: list[str]) -> list[str]:
    """Seven-bit encodings are valid UTF-8 by accident; any other text that is valid UTF-8 is UTF-8."""
    shifted = [name for name in declared if name.startswith(("iso2022", "hz"))]
    return [*shifted, "utf-8", *declared]


def _marked(body: bytes, encoding: str) -> tuple[str, bool]:
    strict = _strictly(body, encoding)
    text = body.decode(encoding, _REPAIR if encoding == "utf-8" else "replace") if strict is None else strict
    return text.removeprefix("\ufeff"), strict is not None


def _declaration(body: bytes) -> str:
    found = _DECLARED.match(body[:400])
    return found.group(1).decode("ascii") if found else ""


def _codec(label: str) -> str:
    """Python's name of a declared encoding, "" if there is no such text encoding."""
    try:
        info = codecs.lookup(label.strip("\"' "))
    except (LookupError, ValueError):
        return ""
    usable = info.name not in _REFUSED and getattr(info, "_is_text_encoding", True)
    return _SUPERSETS.get(info.name, info.name) if usable else ""


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (UnicodeError, ValueError):
        return None
