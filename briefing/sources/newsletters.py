"""One mail message -> entry of the feed that its list or sender is."""

import re
from datetime import datetime
from email.message import Message

from briefing.errors import UnreadableError
from briefing.model import Entry
from briefing.sources import dates, html_blocks, mail_body, mail_parts
from briefing.sources.language import stated
from briefing.sources.mail_links import public_link
from briefing.sources.senders import list_id
from briefing.text import one_line, stable_id, word_count

_FORWARD = re.compile(r"^\s*(?:fwd?|wg|tr|rv|i)\s*:\s*", re.IGNORECASE)
_FORWARD_MARK = re.compile(
    r"-{2,}\s*(?:forwarded message|original message|weitergeleitete nachricht|message transféré|mensaje reenviado)\s*-{2,}"
    r"|begin forwarded message:",
    re.IGNORECASE,
)
_FORWARD_LINE = re.compile(
    r"^\s*(?:(?P<from>from|von|de)|(?P<subject>subject|betreff|objet|asunto)|date|sent|to|cc|an|datum|gesendet|à|envoyé|para|fecha|reply-to)"
    r"\s*:\s*(?P<value>.*)$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CONFIRMATION = re.compile(
    r"\b(?:confirm (?:your|the) (?:subscription|email|e-mail|address)|please confirm|verify your|activate your subscription"
    r"|bestätig\w* (?:ihre|deine)|confirmez votre|confirma tu|confirme su)\b",
    re.IGNORECASE,
)
_LONGEST_CONFIRMATION = 200
_FORWARD_HEAD = 1_500


class ConfirmationError(UnreadableError):
    """A mail that asks its reader to confirm a subscription."""


def parse(message: bytes, *, collected_at: datetime, mailbox: str) -> Entry:
    """An entry whose feed is `mailto:` and the List-Id, else the sender's address. Attachments stay closed, nothing is fetched.

    Raises UnreadableError for delivery reports, automatic replies, requests to confirm a subscription and mails without words.
    """
    outer = mail_parts.read(message, mailbox)
    if mail_parts.is_report(outer):
        raise UnreadableError(mailbox, "a delivery report or an automatic reply, not a newsletter")
    parsed = mail_parts.innermost(outer)
    subject = mail_parts.header(parsed, "Subject")
    label = f"{mailbox}: {subject or 'mail without subject'}"
    html = _without_recipients(_html(parsed, label), outer)
    text = " ".join(block.text for block in html_blocks.blocks(html))
    _refuse_what_is_no_issue(subject, text, label)
    return _entry(parsed, subject, html, text, collected_at)


def _html(message: Message, label: str) -> str:
    body = mail_parts.body(message)
    html = mail_body.from_html(body.html) if body.html.strip() else ""
    if not html_blocks.blocks(html):
        html = mail_body.from_plain(body.plain)
    if not html_blocks.blocks(html):
        raise UnreadableError(label, "the mail holds no text")
    return html


def _without_recipients(html: str, message: Message) -> str:
    """The reader's own addresses are nobody else's business."""
    fields = ("To", "Cc", "Delivered-To", "X-Original-To", "X-Receiver")
    addresses = {found.lower() for name in fields for found in _ADDRESS.findall(mail_parts.header(message, name, 2_000))}
    pattern = "|".join(re.escape(address) for address in sorted(addresses, key=len, reverse=True)[:20])
    return re.sub(pattern, "", html, flags=re.IGNORECASE) if pattern else html


def _refuse_what_is_no_issue(subject: str, text: str, label: str) -> None:
    asks = _CONFIRMATION.search(subject) or _CONFIRMATION.search(text)
    if asks and word_count(text) < _LONGEST_CONFIRMATION:
        raise ConfirmationError(
            label, "the sender asks to confirm a subscription", remedy="open the mail and confirm it yourself if you want it"
        )


def _entry(message: Message, subject: str, html: str, text: str, collected_at: datetime) -> Entry:
    forwarded_from, forwarded_subject, html = _unwrapped(subject, html, text)
    name, address = mail_parts.sender(message)
    feed_url = f"mailto:{forwarded_from or list_id(message) or address or 'unknown'}"
    title = one_line(forwarded_subject or _FORWARD.sub("", subject) or text, 200)
    content_hash = stable_id(title, text)
    guid = mail_parts.header(message, "Message-ID", 500) or content_hash
    return Entry(
        id=stable_id(feed_url, guid, content_hash),
        feed_url=feed_url,
        guid=guid,
        url=public_link(mail_parts.header(message, "Archived-At", 2_000).strip("<>")),
        title=title,
        collected_at=collected_at,
        published_at=dates.first(iter([dates.parse(mail_parts.header(message, "Date"))]), collected_at=collected_at),
        authors=(name or forwarded_from or address,) if name or address else (),
        language=stated(mail_parts.header(message, "Content-Language", 80)),
        html=html,
        content_hash=content_hash,
    )


def _unwrapped(subject: str, html: str, text: str) -> tuple[str, str, str]:
    """(sender, subject, body) of what was forwarded inside the text; the body as it is where nothing was."""
    mark = _FORWARD_MARK.search(text[:_FORWARD_HEAD]) if _FORWARD.match(subject) else None
    if mark is None:
        return "", "", html
    begin = _FORWARD_MARK.search(html)
    rest = html[begin.end() :] if begin else html
    lines = [block.text for block in html_blocks.blocks(re.sub(r"<br\s*/?>", "</p><p>", rest))[:12]]
    values = {
        kind: match["value"]
        for line in lines
        if (match := _FORWARD_LINE.match(line))
        for kind in ("from", "subject")
        if match[kind]
    }
    address = _ADDRESS.search(values.get("from", ""))
    kept = "".join(part for part in re.split(r"(?=<br|<p|<div)", rest) if not _FORWARD_LINE.match(re.sub(r"<[^>]*>", "", part)))
    return (address[0].lower() if address else ""), values.get("subject", ""), kept
