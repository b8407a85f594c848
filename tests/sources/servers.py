"""A web server on loopback that answers each path with exactly the bytes that a test gives."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


def reply(body: bytes = b"", *headers: str, status: str = "200 OK", content_type: str = "application/rss+xml") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class Site:
    """`requests` holds what was asked, `most_at_once` how many requests were open together."""

    replies: Mapping[str, bytes | list[bytes]]
    hang: frozenset[str] = frozenset()
    url: str = ""
    port: int = 0
    requests: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    open: int = 0
    most_at_once: int = 0
    held: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        self.most_at_once = max(self.most_at_once, self.open)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.requests.append(head)
            self.times.append(asyncio.get_running_loop().time())
            path = head.split(" ")[1]
            writer.write(self._reply(path))
            await writer.drain()
            if path in self.hang:
                await self.held.wait()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open -= 1
            writer.close()

    def _reply(self, path: str) -> bytes:
        """A list gives its replies in turn."""
        found = self.replies.get(path, reply(status="404 Not Found"))
        return found.pop(0) if isinstance(found, list) else found


@asynccontextmanager
async def serving(
    replies: Mapping[str, bytes | list[bytes]], *, host: str = "127.0.0.1", hang: frozenset[str] = frozenset()
) -> AsyncIterator[Site]:
    """Paths that `hang` get their bytes, and then nothing more."""
    site = Site(replies, hang)
    server = await asyncio.start_server(site.answer, host, 0)
    site.port = server.sockets[0].getsockname()[1]
    site.url = f"http://{host}:{site.port}"
    try:
        yield site
    finally:
        site.held.set()
        server.close()
        await server.wait_closed()
