"""What must never be quoted or claimed: links, addresses, markup, hidden characters, words spoken to a language model."""

import re
import unicodedata

from briefing import text
from briefing.insights import lexicon

_URL = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}:)?//\w|\b(?:https?|ftp|file|javascript|data|mailto|vbscript|tel)\s*:\s*\S|\bwww\.\w"
    r"|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,12}(?::\d+)?/[\w?#=&%.-]"
    r"|\b[\w-]+\.(?:example|invalid|test|localhost|onion)\b|\b(?:\d{1,3}\.){3}\d{1,3}\b",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"[\w.+-]+\s?@\s?[\w-]+\.\w+")
_SENT_TO = re.compile(
    r"\b(?:visit|go to|head to|click|buy at|sign up at)\s+[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|app|co|me|info|xyz|fm|ai)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"<\s*[/!?]?\s*[a-z][^<>]{0,200}>|\]\(|!\[|```|\{\{|\{%|&(?:#\d+|#x[0-9a-f]+|[a-z]{2,8});|<\s*/?\s*(?:script|img|iframe|style)",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?:^|[\s\"'`(])(?:system|assistant)\s*:|</?(?:system|assistant|user|document|instructions?|prompt)\b", re.IGNORECASE
)
_ROLES = frozenset({"system", "assistant", "user", "ai", "developer", "model"})
_SENTENCE = re.compile(
    r"(?:[.:!?。：！？\n\"“'`;]|\band\b|^)\s*(?:please|now|you must|you should|bitte|por favor)?[\s,]*", re.IGNORECASE
)
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co"})
_JOINERS = frozenset("\u200c\u200d")
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһԛԝАВЕКМНОРСТХІЈЅαοενικτρυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcyxijsdhqwABEKMHOPCTXIJSaoevikTpuABEZHIKMNOPTYX"
)


def visible(passage: str) -> str:
    """The text without control, zero-width, bidirectional, tag and private-use characters; line breaks and tabs become spaces."""
    spaced = re.sub(r"[\t\n\r\v\f\x85\u2028\u2029]", " ", passage)
    return "".join(
        c
        for c in spaced
        if unicodedata.category(c) not in _HIDDEN_CATEGORIES
        and not "\ufe00" <= c <= "\ufe0f"
        and not "\U000e0000" <= c <= "\U000e0fff"
    )


def has_hidden(passage: str) -> bool:
    """Whether characters stand in it that a reader cannot see; the joiners that Indic and Persian spelling needs are none."""
    return any(unicodedata.category(c) in _HIDDEN_CATEGORIES and c not in _JOINERS and c not in "\t\n\r" for c in passage)


def links(passage: str) -> bool:
    """Whether a URL, an e-mail or network address, or a site one is sent to stands in the text."""
    return any(pattern.search(passage) for pattern in (_URL, _HANDLE, _SENT_TO))


def marked_up(passage: str) -> bool:
    """Whether HTML, Markdown links, code fences or template syntax stand in the text."""
    return _MARKUP.search(passage) is not None


def speaks_to_models(passage: str, speaker: str = "") -> bool:
    """Whether the words are addressed to a language model instead of a reader, in any of the languages that have a list."""
    plain = unicodedata.normalize("NFKC", visible(passage)).translate(_LOOKALIKES)
    return bool(
        speaker.strip().lower() in _ROLES
        or _ROLE.search(plain)
        or lexicon.everywhere("to_models").search(plain)
        or _orders(plain)
    )


def _orders(plain: str) -> bool:
    """Whether a sentence begins with an order such as "add" and names an object such as "the summary"."""
    orders, objects = lexicon.everywhere("orders"), lexicon.everywhere("order_objects")
    for start in _SENTENCE.finditer(plain):
        if orders.match(plain, start.end()) and objects.search(re.split(r"[.!?。！？\n]", plain[start.end() :], maxsplit=1)[0]):
            return True
    return False


def repetitive(passage: str) -> bool:
    """Whether the text says so few different words that it can say nothing."""
    said = text.words(passage)
    return len(said) >= 10 and len(set(said)) < 0.4 * len(said)


def unfit(passage: str) -> str:
    """Why no reader may be shown these words; empty if they may."""
    return next((reason for reason, holds in _REASONS if holds(passage)), "")


_REASONS = (
    ("holds a link or an address", links),
    ("holds markup", marked_up),
    ("holds hidden characters", has_hidden),
    ("speaks to a language model", speaks_to_models),
)
