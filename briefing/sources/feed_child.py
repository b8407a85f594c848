"""The process that parses feeds: documents come in on standard input, what was made of them goes out on standard output.

Run as `python -m briefing.sources.feed_child MEMORY SECONDS`. A document that is poison ends this process and nothing else.
"""

import gc
import pickle
import resource
import signal
import sys
from contextlib import suppress
from typing import BinaryIO

from briefing.errors import UnreadableError
from briefing.sources.entries import ParsedFeed
from briefing.sources.feeds import FeedDocument

Reply = ParsedFeed | str
"""What a document holds, or the reason that it cannot be read."""


def serve(jobs: BinaryIO, replies: BinaryIO, seconds: int) -> None:
    """Parse documents until the other side closes, or is killed."""
    with suppress(EOFError, BrokenPipeError):
        while True:
            document = pickle.load(jobs)
            _limit_seconds(seconds)
            pickle.dump(_reply(document), replies, pickle.HIGHEST_PROTOCOL)
            replies.flush()


def _reply(document: FeedDocument) -> Reply:
    try:
        return document.read()
    except UnreadableError as error:
        return error.reason
    except (MemoryError, RecursionError) as error:
        return f"it takes too much memory to read ({type(error).__name__})"
    except Exception as error:  # a defect of a parser concerns one document
        return f"it cannot be read ({type(error).__name__})"


def _limit_seconds(seconds: int) -> None:
    """So much more of the processor for the document at hand; a machine that is busy elsewhere does not count against it."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.RLIM_INFINITY))


def _refuse_network(event: str, _arguments: tuple[object, ...]) -> None:
    if event.startswith("socket."):
        raise PermissionError(f"{event}: feeds are parsed without a network")


def main() -> None:
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(ValueError, OSError):  # macOS knows no such limit
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    sys.addaudithook(_refuse_network)
    gc.set_threshold(100_000)  # a document is thousands of short-lived dictionaries, in no circles
    serve(sys.stdin.buffer, sys.stdout.buffer, seconds)


if __name__ == "__main__":
    main()
