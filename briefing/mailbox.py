"""The one IMAP client: new messages of a folder, read without changing anything in it."""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from briefing import bodystructure
from briefing.errors import FetchError

LARGE = 200_000
"""Bytes from which on a message is asked for its structure first, so that its attachments stay where they are."""
MAX_BYTES = 4_000_000
"""Of a part, and of a message whose structure cannot be understood, no more is fetched: words stand before attachments."""
MOST_TEXTS = 8
BOUNDARY = b"briefing-kept-these-parts"
CONTENT = re.compile(rb"^(?:content-[\w-]+|mime-version):.*\r?\n(?:[ \t].*\r?\n)*", re.IGNORECASE | re.MULTILINE)
LITERAL = re.compile(rb"\{\d+\}\Z")
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
            latest = found[-MOST_MESSAGES:]
            sizes = _sizes(box, latest)
            for uid in latest:
                body = _body(box, uid, sizes.get(uid, 0))
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


def _body(box: BaseMailBox, uid: int, size: int) -> bytes | None:
    """The message as it came; of a large one its header and texts; None if it has gone meanwhile."""
    if size > LARGE and (kept := bodystructure.words_in(_structure(box, uid))):
        return _assembled(box, uid, kept[:MOST_TEXTS])
    return _fetched(box, uid, f"BODY.PEEK[]<0.{MAX_BYTES}>")


def _assembled(box: BaseMailBox, uid: int, kept: Sequence[bodystructure.Part]) -> bytes | None:
    """A message of the same header that holds these parts and no others."""
    header = _fetched(box, uid, "BODY.PEEK[HEADER]")
    if header is None:
        return None
    pieces = [CONTENT.sub(b"", header.rstrip(b"\r\n") + b"\r\n"), b"MIME-Version: 1.0\r\n"]
    pieces.append(b'Content-Type: multipart/mixed; boundary="%s"\r\n' % BOUNDARY)
    for part in kept:
        described = _fetched(box, uid, f"BODY.PEEK[{part.number}.MIME]") or b""
        text = _fetched(box, uid, f"BODY.PEEK[{part.number}]<0.{MAX_BYTES}>") or b""
        pieces += [b"\r\n--%s\r\n" % BOUNDARY, described.rstrip(b"\r\n"), b"\r\n\r\n", text]
    return b"".join([*pieces, b"\r\n--%s--\r\n" % BOUNDARY])


def _sizes(box: BaseMailBox, uids: Sequence[int]) -> dict[int, int]:
    """Bytes of each message, asked at once."""
    if not uids:
        return {}
    _, lines = box.client.uid("fetch", ",".join(map(str, uids)), "(RFC822.SIZE)")
    told = (line for line in lines if isinstance(line, bytes))
    pairs = ((re.search(rb"UID (\d+)", line), re.search(rb"RFC822\.SIZE (\d+)", line)) for line in told)
    return {int(uid[1]): int(size[1]) for uid, size in pairs if uid and size}


def _structure(box: BaseMailBox, uid: int) -> list[bodystructure.Part]:
    return bodystructure.parse(_line(box, uid, "BODYSTRUCTURE").decode("utf-8", "replace"))


def _line(box: BaseMailBox, uid: int, item: str) -> bytes:
    """What the server says of one item; a string that it sent as a literal stands in quotes."""
    _, parts = box.client.uid("fetch", str(uid), f"({item})")
    literals = (b'"%s"' % one[1].replace(b'"', b"") if isinstance(one, tuple) else b"" for one in parts)
    lines = (LITERAL.sub(b"", one[0]) if isinstance(one, tuple) else one or b"" for one in parts)
    return b"".join(line + literal for line, literal in zip(lines, literals, strict=True))


def _fetched(box: BaseMailBox, uid: int, item: str) -> bytes | None:
    _, parts = box.client.uid("fetch", str(uid), f"({item})")
    return next((part[1] for part in parts if isinstance(part, tuple)), None)


def _leave(box: BaseMailBox) -> None:
    """A server that has hung up already needs no goodbye."""
    try:
        box.logout()
    except (OSError, imaplib.IMAP4.error, ImapToolsError):
        box.client.shutdown()
