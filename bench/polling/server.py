"""A web server on every loopback address: real feed documents, with ETags, after a while.

`python -m bench.polling.server FOLDER LATENCY` prints its port. `/N/...` is document N of the folder, counted round.
"""

import asyncio
import sys
from hashlib import sha256
from pathlib import Path

TYPES = {".json": "application/feed+json", ".xml": "application/rss+xml"}


def answer(path: Path) -> tuple[bytes, bytes, bytes]:
    """ETag, whole answer, answer to who has it already."""
    body = path.read_bytes()
    tag = f'"{sha256(body).hexdigest()[:16]}"'
    head = f"Content-Type: {TYPES.get(path.suffix, 'application/xml')}\r\nETag: {tag}\r\nConnection: close\r\n"
    whole = f"HTTP/1.1 200 OK\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    return tag.encode(), whole, f"HTTP/1.1 304 Not Modified\r\n{head}\r\n".encode()


async def serve(folder: Path, latency: float) -> None:
    answers = [answer(path) for path in sorted(folder.iterdir())]

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(latency)
            tag, whole, unchanged = answers[int(request.split(b"/", 2)[1]) % len(answers)]
            writer.write(unchanged if tag in request else whole)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(reply, "0.0.0.0", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), float(sys.argv[2])))
