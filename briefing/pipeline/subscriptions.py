"""Newsletters that come by mail: who may become a source, who wrote without being asked, and what the admin should see."""

from dataclasses import replace
from datetime import datetime

from briefing.config.tables import MailboxConfig
from briefing.errors import UnreadableError
from briefing.mailbox import Letter
from briefing.model import Entry, FeedState, Kind
from briefing.pipeline import notices
from briefing.pipeline.services import Services
from briefing.sources import mail_parts, senders
from briefing.sources.newsletters import ConfirmationError, parse
from briefing.sources.rhythm import usual_gap
from briefing.store import Session
from briefing.store.columns import pack, unpack
from briefing.store.entries import READ
from briefing.text import one_line, stable_id

MOST_STRANGERS, LONGEST_NAME = 50, 100
SHOWN_STRANGERS = 5
CONFIRM = "Open the mail in your mail program and confirm it there if you asked for it. Nothing in it was opened here."


def take(db: Session, services: Services, box: MailboxConfig, letter: Letter, now: datetime) -> int:
    """Keep a newsletter as an entry of its sender's feed: the number of new ones. Raises `UnreadableError` for what is none.

    Its Message-ID makes it new once, wherever it lies.
    """
    message = mail_parts.read(letter.body, box.url)
    sender = senders.sender(message)
    vouched = not box.verified_by or senders.is_vouched_for(message, box.verified_by)
    if box.senders and not (vouched and senders.is_listed(sender, box.senders, vouched=bool(box.verified_by))):
        _count_stranger(db, box, sender.address or sender.list_id or "nobody")
        return 0
    if not vouched:
        raise UnreadableError(box.url, f"{box.verified_by} does not vouch for {sender.address or 'its sender'}")
    try:
        entry = parse(letter.body, collected_at=now, mailbox=box.url)
    except ConfirmationError as error:
        _show(db, services, error, sender, letter, now)
        raise
    return _keep(db, entry, now)


def strangers(db: Session, box: MailboxConfig) -> dict[str, int]:
    """Addresses that wrote to a folder and are not listed, with the number of their mails, most first."""
    found = unpack(db.meta.setting(_key(box)) or "{}", dict[str, int])
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def worded(found: dict[str, int]) -> str:
    """Strangers in one line: "mails of senders that are not listed: 3, from a@b.example (2), c@d.example (1)"."""
    named = ", ".join(f"{address} ({count})" for address, count in list(found.items())[:SHOWN_STRANGERS])
    more = f" and {len(found) - SHOWN_STRANGERS} more" if len(found) > SHOWN_STRANGERS else ""
    return f"mails of senders that are not listed: {sum(found.values())}, from {named}{more}"


def _keep(db: Session, entry: Entry, now: datetime) -> int:
    if db.entries.hashes([entry.id]):
        return 0
    db.entries.add([entry], READ)
    db.feeds.save(_state(db, entry, now), declared=False)
    return 1


def _state(db: Session, entry: Entry, now: datetime) -> FeedState:
    """What is known of a sender now that this issue has come."""
    title = next(iter(entry.authors), entry.feed_url.removeprefix("mailto:"))
    new = FeedState(url=entry.feed_url, next_poll_at=now, kind=Kind.NEWSLETTER, title=title)
    known = db.feeds.state(entry.feed_url) or new
    gap = usual_gap(db.entries.times([entry.feed_url])[entry.feed_url])
    return replace(known, last_success_at=now, last_news_at=now, usual_gap=gap)


def _count_stranger(db: Session, box: MailboxConfig, address: str) -> None:
    """So many are named; those that come later are counted together."""
    found, name = strangers(db, box), one_line(address, LONGEST_NAME)
    name = name if name in found or len(found) < MOST_STRANGERS else "others"
    db.meta.set(_key(box), pack(found | {name: found.get(name, 0) + 1}))


def _show(
    db: Session, services: Services, error: ConfirmationError, sender: senders.Sender, letter: Letter, now: datetime
) -> None:
    who = f"{sender.name} <{sender.address}>" if sender.name else sender.address or "somebody"
    notices.alert(
        db,
        services,
        key=f"confirmation {stable_id(letter.body.decode('latin-1'))}",
        headline=f"{sender.name or sender.address or 'A newsletter'} asks to confirm a subscription",
        text=f"{who} wrote to {error.subject}.",
        remedy=CONFIRM,
        now=now,
    )


def _key(box: MailboxConfig) -> str:
    return f"strangers:{box.url}"
