"""Who wrote a mail, whether their own server vouches for that, and whether the admin has listed them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message

from briefing.sources import mail_parts

LIST_ID = re.compile(r"<([^<>\s]+)>\s*\Z")
_PASSED = re.compile(r"\b(dkim|dmarc)\s*=\s*pass\b([^;]*)", re.IGNORECASE)
_SIGNED_BY = re.compile(r"\bheader\.(?:d|i)\s*=\s*(?:[^\s@;]*@)?([\w.-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """`address` and `list_id` are in lower case, empty where the mail names none."""

    name: str
    address: str
    list_id: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def sender(message: Message) -> Sender:
    name, address = mail_parts.sender(message)
    return Sender(name=name, address=address, list_id=list_id(message))


def list_id(message: Message) -> str:
    found = LIST_ID.search(mail_parts.header(message, "List-Id", 500))
    return found[1].lower() if found else ""


def is_listed(found: Sender, listed: Sequence[str], *, vouched: bool) -> bool:
    """Whether one of the listed addresses, domains or List-Ids is this sender's.

    Anybody can write any List-Id into a mail: where servers must vouch for senders, only addresses and domains count.
    """
    wanted = [item.strip().lower().removeprefix("@") for item in listed]
    by_list = bool(found.list_id) and found.list_id in wanted and not vouched
    return by_list or any(_is_of(found, item) for item in wanted)


def is_vouched_for(message: Message, server: str) -> bool:
    """Whether the mail server of that name found a DKIM signature of the From domain, or DMARC, to be right (RFC 8601).

    Only the topmost result of that server counts: those below it may have come with the mail.
    """
    domain = sender(message).domain
    results = (" ".join(str(value).split()) for value in message.get_all("Authentication-Results", []))
    own = next((text for text in results if text.partition(";")[0].split()[:1] == [server]), "")
    return any(kind.lower() == "dmarc" or _signs(details, domain) for kind, details in _PASSED.findall(own))


def _is_of(found: Sender, item: str) -> bool:
    if "@" in item:
        return item == found.address
    return bool(item) and (found.domain == item or found.domain.endswith(f".{item}"))


def _signs(details: str, domain: str) -> bool:
    signed = _SIGNED_BY.search(details)
    if not signed or not domain:
        return False
    by = signed[1].lower().rstrip(".")
    return domain == by or domain.endswith(f".{by}")
