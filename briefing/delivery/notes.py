"""A channel that writes one Markdown file a day, with front matter as Obsidian and static site makers read it."""

import json
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from briefing.delivery.folder import replace_durably
from briefing.delivery.wire import wire_bytes
from briefing.errors import DeliveryError


class NotesFolder:
    """Implements `ports.Mailer`: writes `<slot>.md`; a second try replaces the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage, *, envelope_to: str, before_data: Callable[[], None] = lambda: None) -> None:
        """Raises `DeliveryError` where the folder cannot be written: the file is tried again later."""
        said = message_from_bytes(wire_bytes(message), policy=default)
        words = said.get_body(("plain", "markdown"))
        text = (words or said).get_content()
        try:
            replace_durably(self.folder / f"{_day(said)}.md", _note(said, text).encode(), before_data)
        except OSError as error:
            raise DeliveryError(str(self.folder), f"the note cannot be written: {error.strerror or error}") from error

    def close(self) -> None:
        """Nothing is held open."""


def _day(message: EmailMessage) -> str:
    """The slot, which is a date; for a mail without one the day that it was made."""
    slot = "".join(c for c in str(message.get("X-Slot", "")) if c.isalnum() or c == "-")
    date = message.get("Date")
    return slot or (date.datetime.date().isoformat() if date else "undated")


def _note(message: EmailMessage, text: str) -> str:
    return "\n".join(["---", *_front_matter(message), "---", "", text.replace("\r\n", "\n").strip(), ""])


def _front_matter(message: EmailMessage) -> Iterator[str]:
    """YAML, whose strings are written as JSON, which is YAML too."""
    yield f"title: {json.dumps(str(message.get('Subject', '')), ensure_ascii=False)}"
    yield f"date: {_day(message)}"
    tags = [tag.strip() for tag in str(message.get("Keywords", "")).split(",") if tag.strip()]
    yield f"tags: {json.dumps(tags, ensure_ascii=False)}"
