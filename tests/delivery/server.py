"""A small SMTP server with threads and a script: what it answers, where it cuts the line, and what it took."""

import socketserver
from dataclasses import dataclass, field
from threading import Thread
from types import TracebackType
from typing import Self

GOOD = {
    "connect": "220 ready",
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
    offers: str = "8BITMIME"

    def answer(self, stage: str) -> str:
        scripted = self.answers.get(stage)
        usual = GOOD | {"EHLO": f"250-here\r\n250 {self.offers}"}
        return scripted.pop(0) if scripted else usual.get(stage, "250 ok")

    def __enter__(self) -> Self:
        self._server = _Tcp(self)
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()


class _CutError(Exception):
    pass


class _Handler(socketserver.StreamRequestHandler):
    server: "_Tcp"

    def handle(self) -> None:
        self.script = self.server.script
        self.script.connections += 1
        try:
            self.say("connect")
            while line := self.rfile.readline():
                self.command(line.decode().strip())
        except (_CutError, ConnectionError):
            return

    def say(self, stage: str) -> str:
        return self.reply(self.script.answer(stage))

    def reply(self, answer: str) -> str:
        if answer == CUT:
            raise _CutError
        self.wfile.write(answer.encode() + b"\r\n")
        if answer.startswith("421"):
            raise _CutError
        return answer

    def command(self, line: str) -> None:
        verb = line.split(":")[0].split(" ")[0].upper()
        self.script.commands.append(verb + line[len(verb) :])
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
        answer = self.script.answer("dot")
        if answer.startswith("250"):
            sender, recipient = self.script.commands[-3:-1]
            self.script.taken.append(Taken(sender, recipient, content))
        self.reply(answer)


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, script: Server) -> None:
        self.script = script
        super().__init__(("127.0.0.1", 0), _Handler)
