"""What the steps work with. `app` wires it; tests hand in fakes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from briefing.pipeline.mailroom import Failure, Mailroom, Progress, Report, quietly
from briefing.pipeline.reading import Reader
from briefing.ports import Embedder, Fetcher, TranscriptSource
from briefing.sources.entries import ParsedFeed
from briefing.sources.feed_pool import Inline
from briefing.sources.feeds import FeedDocument
from briefing.stories.prepared import Prepared

__all__ = ["Failure", "Mailroom", "Progress", "Report", "Services", "quietly"]


class FeedParser(Protocol):
    """Parses feed documents, however many at a time."""

    async def parse(self, document: FeedDocument) -> ParsedFeed:
        """Raises `UnreadableError`."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services(Mailroom):
    fetcher: Callable[[], Fetcher]
    """Makes a fetcher inside a running event loop."""
    parser: FeedParser = field(default_factory=Inline)
    reader: Callable[[], Reader]
    """Loads the reader, with its scorer, when it is first wanted."""
    embedder: Callable[[], Embedder]
    """Loads the embedder when it is first wanted."""
    speech: TranscriptSource | None = None
    prepared: Prepared = field(default_factory=Prepared)
    """What clustering made ready before."""
