"""Damaged characters: UTF-8 that was read in another encoding, put right where the bytes can be worked out, dropped where not."""

import re
from html import unescape

import ftfy
from ftfy.badness import is_bad

# A byte as code page 874 (Thai) shows it, or code page 1252 where 874 has none.
_CP874 = {bytes([b]).decode("cp874", "ignore"): b for b in range(0x80, 0x100)}
_CP1252 = {bytes([b]).decode("cp1252", "ignore"): b for b in range(0x80, 0xA0)}
_BYTES = {**_CP1252, **{chr(b): b for b in range(0x80, 0xA0)}, **_CP874}
_BYTES.pop("", None)
_TRAILS = "".join(re.escape(char) for char, byte in _BYTES.items() if byte < 0xC0)
_LEADS = "".join(char for char, byte in _CP874.items() if char and byte >= 0xC2)
_THAI_RUN = re.compile(f"(?:[{_LEADS}][{_TRAILS}]{{0,3}})+")
_THAI_WORD = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]{3,}")
_THAI = re.compile("[\u0e00-\u0e7f]")
_MAC_LATIN2 = re.compile("‚Ä.")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_WORST = re.compile("\ufffd|â€|Ã[\u0080-\u00bf]|‚Ä|ï¿½|[\u0080-\u009f]")
_FLAG_LETTERS = range(0xA6, 0xC0)
_RUINED_SHARE = 0.02
"""One damaged character in fifty makes a text unreadable."""
_MOST_DAMAGED_RUN = 2_000


def repair(text: str) -> str:
    """The text with mojibake, left-over entities and ligatures put right; damage whose bytes are lost is dropped."""
    if text.isascii():
        return _entities(text)
    mended = _MAC_LATIN2.sub(_from_mac_latin2, text)
    if _THAI.search(mended) and not _is_thai(mended):
        mended = _THAI_RUN.sub(_from_cp874, mended)
    return _entities(_from_common_mojibake(mended)).replace("\ufffd", "")


def damage(text: str) -> float:
    """How much of a text as it arrived is damaged, 0 (clean) to 1 (one character in fifty or more)."""
    if not text or text.isascii():
        return 0.0
    runs = 0 if _is_thai(text) else sum(map(len, _THAI_RUN.findall(text)))
    bad = runs + len(_WORST.findall(text))
    return min(1.0, bad / len(text) / _RUINED_SHARE)


def _is_thai(text: str) -> bool:
    return len(_THAI_WORD.findall(text)) > 2


def _entities(text: str) -> str:
    """Entities that were escaped twice."""
    return unescape(unescape(text)) if _ENTITY.search(text) else text


def _from_common_mojibake(text: str) -> str:
    return ftfy.fix_encoding(text) if is_bad(text) else text


def _from_mac_latin2(match: re.Match[str]) -> str:
    try:
        return match[0].encode("mac_latin2").decode("utf-8")
    except UnicodeError:
        return match[0]


def _from_cp874(match: re.Match[str]) -> str:
    raw = bytes(_BYTES[char] for char in match[0][:_MOST_DAMAGED_RUN])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _guessed(raw)


def _guessed(raw: bytes) -> str:
    """What bytes meant that lost those without a sign in either code page: flags and bullets are known, the rest goes."""
    letters = [pair[1] for pair in re.findall(b"(\xf0)([\xa6-\xbf])", raw)]
    if len(letters) == 2 and len(raw) == 4:
        return "".join(chr(0x1F1E6 + letter - _FLAG_LETTERS.start) for letter in b"".join(letters))
    return "•" if raw == b"\xe2\xa2" else ""
