"""A mail server on loopback that knows the few IMAP commands that reading a folder takes, and keeps what it was asked.

`structures` are the BODYSTRUCTUREs of its messages, `sent` the bytes of parts that were fetched one by one.
"""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mail:
    """`messages` by UID. The connection is cut before the command number `cut_at`, if that is not 0."""

    messages: dict[int, bytes]
    uidvalidity: int = 7
    cut_at: int = 0
    commands: list[str] = field(default_factory=list)
    port: int = 0
    structures: dict[int, str] = field(default_factory=dict)
    sent: int = 0

    def answer(self, tag: str, command: str) -> list[bytes]:
        name = command.split()[0].upper()
        if name == "UID":
            return self._uid(tag, command)
        if name == "LOGIN" and '"s3cret"' not in command:
            return [f"{tag} NO [AUTHENTICATIONFAILED] wrong".encode()]
        if name == "EXAMINE" and "Nowhere" in command:
            return [f"{tag} NO no such folder".encode()]
        said = {
            "CAPABILITY": [b"* CAPABILITY IMAP4rev1"],
            "EXAMINE": [f"* {len(self.messages)} EXISTS".encode(), f"* OK [UIDVALIDITY {self.uidvalidity}] valid".encode()],
            "LOGOUT": [b"* BYE"],
        }
        return [*said.get(name, []), f"{tag} OK done".encode()]

    def _uid(self, tag: str, command: str) -> list[bytes]:
        done = f"{tag} OK done".encode()
        if search := re.search(r"SEARCH .*?(\d+):\*", command, re.IGNORECASE):
            last = max(self.messages, default=0)
            found = [str(uid) for uid in self.messages if uid >= int(search[1]) or uid == last]
            return [f"* SEARCH {' '.join(found)}".strip().encode(), done]
        if sizes := re.search(r"FETCH ([\d,]+) \(RFC822\.SIZE\)", command, re.IGNORECASE):
            known = [uid for uid in map(int, sizes[1].split(",")) if uid in self.messages]
            return [*(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(self.messages[uid])})".encode() for uid in known), done]
        if item := re.search(r"FETCH (\d+) \((BODYSTRUCTURE|BODY\.PEEK\[[\w.]+\](?:<0\.\d+>)?)\)", command, re.IGNORECASE):
            return [*self._item(int(item[1]), item[2]), done]
        fetch = re.search(r"FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command, re.IGNORECASE)
        if not fetch or int(fetch[1]) not in self.messages:
            return [done]
        body = self.messages[int(fetch[1])][: int(fetch[2])]
        return [f"* 1 FETCH (UID {fetch[1]} BODY[]<0> {{{len(body)}}}\r\n".encode() + body + b")", done]

    def _item(self, uid: int, item: str) -> list[bytes]:
        if uid not in self.messages:
            return []
        name = item.upper().removeprefix("BODY.PEEK")
        if name == "BODYSTRUCTURE":
            return [f"* 1 FETCH (UID {uid} BODYSTRUCTURE {self.structures.get(uid, 'NIL')})".encode()]
        body = part(self.messages[uid], name.partition("]")[0][1:])
        self.sent += len(body)
        return [f"* 1 FETCH (UID {uid} BODY{name.partition('<')[0]} {{{len(body)}}}\r\n".encode() + body + b")"]


def part(message: bytes, section: str) -> bytes:
    """The bytes of HEADER, "2" or "2.MIME" of a message with a flat multipart body."""
    header, _, rest = message.partition(b"\r\n\r\n")
    if section == "HEADER":
        return header + b"\r\n\r\n"
    boundary = re.search(rb'boundary="([^"]+)"', header)
    assert boundary
    described, _, body = rest.split(b"--" + boundary[1])[int(section.partition(".")[0])].lstrip(b"\r\n").partition(b"\r\n\r\n")
    return described + b"\r\n\r\n" if section.endswith("MIME") else body.removesuffix(b"\r\n")


@contextmanager
def serving(mail: Mail, *, host: str = "127.0.0.1") -> Iterator[Mail]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            for line in self.rfile:
                tag, _, command = line.decode().strip().partition(" ")
                mail.commands.append(command)
                if len(mail.commands) == mail.cut_at:
                    return
                self.wfile.writelines(part + b"\r\n" for part in mail.answer(tag, command))
                if command == "LOGOUT":
                    return

    server = socketserver.ThreadingTCPServer((host, 0), Handler)
    server.daemon_threads = True
    mail.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield mail
    finally:
        server.shutdown()
        server.server_close()
