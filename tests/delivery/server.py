"""A small SMTP server with threads and a script: what it answers, where it cuts the line, and what it took."""

import socketserver
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread
from types import TracebackType
from typing import Self

GOOD = {
    "connect": "220 ready",
    "EHLO": "250-here\r\n250 8BITMIME",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "dot": "250 taken",
}
CUT = "cut"


@dataclass
class Taken:
    sender: str
    recipient: str
    content: bytes


@dataclass
class Server:
    """`answers` maps a stage to its scripted answers, used up one after the other; then all is well. CUT drops the line."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0

    def answer(self, stage: str) -> str:
        scripted = self.answers.get(stage)
        return scripted.pop(0) if scripted else GOOD.get(stage, "250 ok")

    def __enter__(self) -> Self:
        self._server = _Tcp(("127.0.0.1", 0), _handler(self))
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _CutError(Exception):
    pass


def _handler(server: Server) -> Callable[..., socketserver.BaseRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            server.connections += 1
            try:
                self.say("connect")
                while line := self.rfile.readline():
                    self.command(line.decode().strip())
            except (_CutError, ConnectionError):
                return

        def say(self, stage: str) -> str:
            return self.reply(server.answer(stage))

        def reply(self, answer: str) -> str:
            if answer == CUT:
                raise _CutError
            self.wfile.write(answer.encode() + b"\r\n")
            if answer.startswith("421"):
                raise _CutError
            return answer

        def command(self, line: str) -> None:
            verb = line.split(":")[0].split(" ")[0].upper()
            line = verb + line[len(verb) :]
            server.commands.append(line)
            if verb == "MAIL":
                self.sender = line
            elif verb == "RCPT":
                self.recipient = line
            if verb == "QUIT":
                raise _CutError
            if self.say(verb).startswith("354"):
                self.data()

        def data(self) -> None:
            content = b""
            while (line := self.rfile.readline()) != b".\r\n":
                if not line:
                    return
                content += line.removeprefix(b".")
            answer = server.answer("dot")
            if answer.startswith("250"):
                server.taken.append(Taken(self.sender, self.recipient, content))
            self.reply(answer)

    return Handler
