"""Which mail addresses may subscribe: syntax by email-validator, without DNS, then a policy of our own. Pure."""

import hashlib
import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from briefing.errors import BriefingError

LONGEST_LOCAL = 64
LONGEST = 254
"""RFC 5321, 4.5.3.1: what a path holds without its angle brackets."""
ROUTING = re.compile(r"[%!|`$&*/=?^{}#~]")
"""Legal in a local part, but read as routes, pipes or commands by some mail servers and scripts."""
ROLES = frozenset(
    {
        *("abuse", "hostmaster", "noc", "postmaster", "root", "security", "usenet", "uucp", "webmaster", "www"),
        *(
            "admin",
            "administrator",
            "daemon",
            "list-request",
            "mailer-daemon",
            "majordomo",
            "no-reply",
            "nobody",
            "noreply",
            "spam",
        ),
    }
)
"""Mailboxes of offices and programs (RFC 2142 and what is usual beside it)."""


class AddressError(BriefingError):
    """An address that is not taken; the reason is one sentence for the person who typed it, without repeating it."""

    exit_code = 2

    def __init__(self, reason: str) -> None:
        super().__init__("the address", reason)


def check(email: str, *, trial: bool = False) -> str:
    """The address as it is stored and sent to: lower case, domain in its DNS form, so that spellings of one are equal.

    `trial` lets domains under `.test` through, for installations that are tried out. Raises `AddressError`.
    """
    if not email.strip():
        raise AddressError("no mail address was given")
    if email != email.strip() or not email.isprintable() or len(email) > LONGEST:
        raise AddressError("it has spaces, line breaks or hidden characters, or is longer than 254 characters")
    local, domain = _parts(email, trial)
    for wrong, reason in POLICY:
        if wrong(local, domain):
            raise AddressError(reason)
    return f"{local}@{domain}"


def _parts(email: str, trial: bool) -> tuple[str, str]:
    try:
        found = validate_email(email, check_deliverability=False, allow_smtputf8=False, test_environment=trial)
    except EmailNotValidError:
        raise AddressError("it is not a complete mail address such as name@example.org") from None
    return found.local_part.lower(), found.ascii_domain.lower()


def _mixed_scripts(local: str, domain: str) -> bool:
    """Whether a label of the domain mixes alphabets, as look-alikes of other names do."""
    return any(len(_scripts(_unicode(label))) > 1 for label in domain.split("."))


def _unicode(label: str) -> str:
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def _scripts(label: str) -> set[str]:
    """The alphabets of a label's letters; the Japanese ones count as one, as they are written together."""
    names = {unicodedata.name(char, "UNKNOWN").split(" ")[0] for char in label if char.isalpha()}
    return {"CJK" if name in {"HIRAGANA", "KATAKANA", "CJK"} else name for name in names}


POLICY = (
    (lambda local, domain: len(local) > LONGEST_LOCAL, "the part before the @ is longer than 64 characters"),
    (lambda local, domain: len(f"{local}@{domain}") > LONGEST, "it is longer than 254 characters"),
    (lambda local, domain: bool(ROUTING.search(local)), "the part before the @ has characters that some mail servers misread"),
    (lambda local, domain: local.startswith("-"), "it begins with a hyphen"),
    (lambda local, domain: local in ROLES, "it is the address of an office, not of a person"),
    (_mixed_scripts, "its domain mixes letters of several alphabets"),
)
"""What is refused, each with the sentence that says so; asked with the local part and the domain in its DNS form."""


def address_hash(email: str) -> str:
    """A digest of an address that needs no secret."""
    return hashlib.sha256(email.lower().encode()).hexdigest()
