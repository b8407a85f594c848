"""A mail server on loopback that knows the few IMAP commands that reading a folder takes, and keeps what it was asked."""

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
        fetch = re.search(r"FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command, re.IGNORECASE)
        if not fetch or int(fetch[1]) not in self.messages:
            return [done]
        body = self.messages[int(fetch[1])][: int(fetch[2])]
        return [f"* 1 FETCH (UID {fetch[1]} BODY[]<0> {{{len(body)}}}\r\n".encode() + body + b")", done]


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
