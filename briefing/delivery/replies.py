"""What an SMTP server's refusal means: for now or for good, about the recipient or about us. Pure."""

import re

from briefing.errors import DeliveryError

ENHANCED = re.compile(r"(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
"""An enhanced status code (RFC 3463), and not the beginning of an IP address."""
CLOSING = 421
LOGIN_CODES = frozenset({454, 530, 534, 535, 538})
ABOUT_US = re.compile(
    r"relay|authenticat|spf|dkim|dmarc|black\s*list|block\s*list|deny\s*list|spamhaus|reputation|rbl|\blisted\b|poor sender",
    re.IGNORECASE,
)
GREYLISTED = re.compile(r"gr[ae]y[- ]?list", re.IGNORECASE)
BAD_ADDRESS = re.compile(r"5\.1\.\d{1,3}|5\.2\.1")
"""RFC 3463: 5.1.x is a bad address, 5.2.1 a mailbox that is closed. All else may pass: full, refused by policy, greylisted."""
BAD_ADDRESS_CODES = frozenset({550, 551, 553})


def refusal(subject: str, stage: str, code: int, reply: bytes | str) -> DeliveryError:
    """The error for a 4xx or 5xx answer at a stage: connect, login, MAIL, RCPT, DATA (its first answer) or dot (its last)."""
    text = _text(reply)
    permanent = code >= 500
    ours = _ours(stage, code, text)
    hard = permanent and not ours and stage == "RCPT" and _bad_address(code, text)
    return DeliveryError(subject, f"{code} {text} (at {stage})", code=code, permanent=permanent, ours=ours, hard=hard)


def _text(reply: bytes | str) -> str:
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())[:300]


def _ours(stage: str, code: int, text: str) -> bool:
    """RFC 3463: x.7.x is policy and security. Before RCPT a lasting refusal can only be about the sender."""
    if code in LOGIN_CODES or stage in {"connect", "login"}:
        return True
    if stage == "MAIL":
        return code >= 500
    found = ENHANCED.search(text)
    return bool(found and found[1].startswith("5.7.") and ABOUT_US.search(text))


def _bad_address(code: int, text: str) -> bool:
    """Without an enhanced code the plain one must do."""
    found = ENHANCED.search(text)
    return bool(BAD_ADDRESS.fullmatch(found[1])) if found else code in BAD_ADDRESS_CODES
