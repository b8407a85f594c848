"""The one IMAP client: new messages of a folder, read without changing anything in it."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from briefing.errors import FetchError

MAX_BYTES = 4_000_000
"""Of a larger message only so much is fetched: its words stand before its attachments."""
MOST_MESSAGES = 500
TIMEOUT_SECONDS = 30.0
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message. `uidvalidity` and `uid` together are its place; `whole` tells that nothing was cut off."""

    uid: int
    uidvalidity: int
    body: bytes
    whole: bool = True


class Mailbox:
    """A folder such as "imaps://reader@imap.example.org/Newsletters", INBOX if none is named.

    imaps is TLS from the start; imap becomes TLS by STARTTLS, and stays plain on this machine only.
    """

    def __init__(self, url: str, password: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        parts = urlsplit(url)
        self.subject = url
        self._secure = parts.scheme == "imaps"
        self._host, self._port = parts.hostname or "", parts.port
        self._user, self._password = unquote(parts.username or ""), password
        self._folder = unquote(parts.path.strip("/")) or "INBOX"
        self._timeout = timeout

    def new_messages(self, since_uid: int = 0, uidvalidity: int = 0) -> Iterator[Letter]:
        """Messages after `since_uid`, oldest first; all of the last 500 if the server has renumbered the folder.

        The folder is opened read-only, and nothing is marked as seen. Raises FetchError; what was given before that stands.
        """
        with self._told(), self._login() as box:
            box.folder.set(self._folder, readonly=True)
            current = _uidvalidity(box)
            first = since_uid + 1 if current == uidvalidity else 1
            # A range that ends in * always holds the last message, even one before its beginning (RFC 3501, section 6.4.8).
            found = sorted(uid for uid in map(int, box.uids(f"UID {first}:*")) if uid >= first)
            for uid in found[-MOST_MESSAGES:]:
                body = _body(box, uid)
                if body is not None:
                    yield Letter(uid=uid, uidvalidity=current, body=body, whole=len(body) < MAX_BYTES)

    def count(self) -> int:
        """How many messages the folder holds. Raises FetchError."""
        with self._told(), self._login() as box:
            box.folder.set(self._folder, readonly=True)
            return len(box.uids("UID 1:*"))

    @contextmanager
    def _login(self) -> Iterator[BaseMailBox]:
        box = self._connected()
        try:
            box.login(self._user, self._password, initial_folder=None)
            yield box
        finally:
            _leave(box)

    def _connected(self) -> BaseMailBox:
        context = ssl.create_default_context()
        if self._secure:
            return MailBox(self._host, self._port or 993, timeout=self._timeout, ssl_context=context)
        if self._host in LOOPBACK:
            return MailBoxUnencrypted(self._host, self._port or 143, timeout=self._timeout)
        return MailBoxStartTls(self._host, self._port or 143, timeout=self._timeout, ssl_context=context)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever goes wrong, as a FetchError that says whose move it is."""
        try:
            yield
        except MailboxLoginError as error:
            raise FetchError(self.subject, "the mail server refuses user name or password") from error
        except MailboxFolderSelectError as error:
            raise FetchError(self.subject, f"the mail server has no folder {self._folder!r}") from error
        except ssl.SSLError as error:
            raise FetchError(self.subject, "no secure connection could be made (TLS)") from error
        except TimeoutError as error:
            raise FetchError(self.subject, f"the mail server was silent for more than {self._timeout:g} s") from error
        except OSError as error:
            raise FetchError(self.subject, f"no connection to the mail server: {error.strerror or error}") from error
        except imaplib.IMAP4.abort as error:
            raise FetchError(self.subject, "the mail server cut the connection") from error
        except (imaplib.IMAP4.error, ImapToolsError, ValueError) as error:
            raise FetchError(self.subject, "the mail server answered what cannot be understood") from error


def _uidvalidity(box: BaseMailBox) -> int:
    _, found = box.client.response("UIDVALIDITY")
    return int(found[0]) if found and found[0] is not None else 0


def _body(box: BaseMailBox, uid: int) -> bytes | None:
    """The message as it came; None if it has gone meanwhile."""
    _, parts = box.client.uid("fetch", str(uid), f"(BODY.PEEK[]<0.{MAX_BYTES}>)")
    return next((part[1] for part in parts if isinstance(part, tuple)), None)


def _leave(box: BaseMailBox) -> None:
    """A server that has hung up already needs no goodbye."""
    try:
        box.logout()
    except (OSError, imaplib.IMAP4.error, ImapToolsError):
        box.client.shutdown()
