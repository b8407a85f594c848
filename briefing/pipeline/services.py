"""What the steps work with. `app` wires it; tests hand in fakes."""

from collections.abc import Callable
from dataclasses import dataclass

from briefing.pipeline.mailroom import Failure, Mailroom, Postman, Progress, Report, quietly
from briefing.pipeline.reading import Reader
from briefing.ports import Embedder, Fetcher, TranscriptSource

__all__ = ["Failure", "Mailroom", "Postman", "Progress", "Report", "Services", "quietly"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services(Mailroom):
    fetcher: Callable[[], Fetcher]
    """Makes a fetcher inside a running event loop."""
    reader: Callable[[], Reader]
    """Loads the reader, with its scorer, when it is first wanted."""
    embedder: Callable[[], Embedder]
    """Loads the embedder when it is first wanted."""
    speech: TranscriptSource | None = None
