"""A Mailer that writes .eml files: what would be sent, to be looked at or picked up by another program."""

import errno
import os
import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from briefing.delivery.wire import wire_bytes
from briefing.disk import sync
from briefing.errors import DeliveryError

REMEDIES = {
    errno.ENOSPC: "the disk is full: make room, and it is written at the next try",
    errno.EDQUOT: "the disk quota is used up: make room, and it is written at the next try",
    errno.EACCES: "no permission to write there: give it to the user that briefing runs as",
    errno.EPERM: "no permission to write there: give it to the user that briefing runs as",
    errno.EROFS: "the disk is read-only: choose another [mail] folder",
    errno.ENOTDIR: "it is no folder: choose another [mail] folder",
    errno.EEXIST: "it is no folder: choose another [mail] folder",
}


class FolderMailer:
    """Writes `<slot>-<delivery id>.eml`, named by the headers X-Slot and X-Delivery; a second try replaces the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage, *, envelope_to: str, before_data: Callable[[], None] = lambda: None) -> None:
        """The file is complete on disk under a temporary name before `before_data` is called; then it is renamed.

        Raises `DeliveryError` about this installation if the folder cannot be written.
        """
        try:
            replace_durably(self.folder / file_name(message), wire_bytes(message), before_data)
        except OSError as error:
            raise _refused(self.folder, error) from error

    def close(self) -> None:
        """Nothing is held open."""


def replace_durably(target: Path, content: bytes, before_rename: Callable[[], None]) -> None:
    """Write a file whole or not at all, and for sure. Raises `OSError`."""
    temporary = target.with_name(f".{target.name}.tmp")
    try:
        _write_durably(temporary, content)
        before_rename()
        temporary.rename(target)
        sync(target.parent)
    finally:
        _discard(temporary)


def file_name(message: EmailMessage) -> str:
    slot, name = str(message.get("X-Slot", "")), str(message.get("X-Delivery") or message.get("Message-ID", "message"))
    return "-".join(part for part in (_safe(slot), _safe(name)) if part) + ".eml"


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9@._-]+", "", name).lstrip(".")[:120]


def _write_durably(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _discard(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def _refused(folder: Path, error: OSError) -> DeliveryError:
    reason = REMEDIES.get(error.errno or 0, error.strerror or str(error))
    return DeliveryError(str(folder), f"the mail cannot be written into {folder}: {reason}", ours=True)
