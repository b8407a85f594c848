"""Feeds parsed in child processes with limits on time and memory: a poisoned document harms and delays no other feed."""

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import briefing
from briefing.errors import UnreadableError
from briefing.sources.entries import ParsedFeed
from briefing.sources.feeds import FeedDocument

CHILDREN = 2
SECONDS = 10
"""Time of the processor for one document."""
PATIENCE = 6
"""So many times as long by the clock, since other programs may need the processor too."""
MEMORY = 700_000_000
"""Address space of a child, in bytes; a document of 16 MB, the most that is fetched, fits in."""
RENEWED_AFTER = 1_000
"""Documents, after which a child makes room for a fresh one, whatever it has gathered."""


class PoisonedError(UnreadableError):
    """The document ended the process that parsed it."""


class FeedPool:
    """Parses in up to `children` processes at once. Started with the first document, kept until `close`.

    A document may take `seconds` of the processor and `memory` bytes of address space; then its process is ended, and the next
    document gets another.
    """

    def __init__(self, *, children: int = CHILDREN, seconds: int = SECONDS, memory: int = MEMORY) -> None:
        self._children = min(children, os.cpu_count() or 1)
        self._seconds, self._memory = seconds, memory
        self._threads = ThreadPoolExecutor(self._children, thread_name_prefix="parse")
        self._idle: SimpleQueue[_Child | None] = SimpleQueue()
        for _ in range(self._children):
            self._idle.put(None)

    async def parse(self, document: FeedDocument) -> ParsedFeed:
        """What a document holds. Raises UnreadableError; PoisonedError if the process that read it had to be ended."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._parse, document)

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        for _ in range(self._children):
            if child := self._idle.get():
                child.end()

    def _parse(self, document: FeedDocument) -> ParsedFeed:
        child = self._idle.get() or _Child(self._seconds, self._memory)
        keep = False
        try:
            reply = child.ask(document)
            keep = child.answered < RENEWED_AFTER
        finally:
            if not keep:
                child.end()
            self._idle.put(child if keep else None)
        if isinstance(reply, str):
            raise UnreadableError(document.url, reply)
        return reply


class Inline:
    """The same in this process, for a single document that a person waits for, and for tests."""

    async def parse(self, document: FeedDocument) -> ParsedFeed:
        return document.read()

    def close(self) -> None:
        """Nothing is held open."""


class _Child:
    """One process that parses a document at a time."""

    def __init__(self, seconds: int, memory: int) -> None:
        self._seconds = seconds
        self.answered = 0
        root = str(Path(briefing.__file__).parent.parent)
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "briefing.sources.feed_child", str(memory), str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
        )

    def ask(self, document: FeedDocument) -> ParsedFeed | str:
        """What it makes of a document. Raises PoisonedError if that took too long or ended it."""
        process = self._process
        assert process.stdin and process.stdout
        clock = threading.Timer(PATIENCE * self._seconds, process.kill)
        clock.start()
        try:
            pickle.dump(document, process.stdin, pickle.HIGHEST_PROTOCOL)
            process.stdin.flush()
            reply: ParsedFeed | str = pickle.load(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            raise PoisonedError(document.url, f"this feed cannot be read: {self._cause()}") from None
        finally:
            clock.cancel()
        self.answered += 1
        return reply

    def _cause(self) -> str:
        late = self._process.wait() in (-signal.SIGXCPU, -signal.SIGKILL)
        return f"it takes more than {self._seconds} s" if late else "it ends the program that reads it"

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()
