"""Whether a podcast leads to the newsletter it discusses: `python -m bench.recaps INSTALLATION --data DATA --tools TOOLS`.

DATA holds `newsletters/optech` and `transcripts/optech-podcast`, TOOLS `stories/optech.py`, which exports both with numbers,
dates and headings blanked. They are read as the product reads entries, into a copy of INSTALLATION (`python -m bench.world WORLD
--keep INSTALLATION`); then each insight of a recap asks for what is related, as its page does.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from markdown import markdown
from sqlalchemy import update

from bench.optech import Tool
from briefing.config import load
from briefing.embedding import PackagedEmbedder
from briefing.insights.extractive import ExtractiveWriter
from briefing.insights.scorer import Scorer
from briefing.model import Entry, Insight, Kind
from briefing.pipeline.reading import Reader, ReadTask
from briefing.pipeline.relating import Relating
from briefing.ports import Fetched
from briefing.store import Store
from briefing.store.entries import DONE
from briefing.store.schema import documents
from briefing.stories.signature import signature

NOW = datetime(2026, 11, 1, tzinfo=UTC)
FEED = "https://{}.example/feed"
SHOWN = 10


def tasks(tool: Tool) -> Iterator[ReadTask]:
    """The recaps as transcripts, the issues of each language as a newsletter."""
    for name in (one for one in tool.tasks() if one.startswith("issue")):
        language = name.partition("-")[2] or "en"
        for id_, text in tool.texts(f"{name}.candidates").items():
            yield ReadTask(entry=masked(id_, language, markdown(text)), kind=Kind.NEWSLETTER, language=language)
    for id_, text in tool.texts("issue.queries").items():
        words = Fetched(url=f"https://recaps.example/{id_}.txt", body=text.encode(), content_type="text/plain", charset="utf-8")
        yield ReadTask(entry=masked(id_, "recaps", ""), kind=Kind.PODCAST, language="en", transcript=words)


def masked(id_: str, feed: str, html: str) -> Entry:
    url = FEED.format(feed)
    return Entry(id=id_, guid=id_, feed_url=url, url=f"{url}/{id_}", title="", collected_at=NOW, html=html)


def read_all(store: Store, tool: Tool) -> Mapping[str, tuple[Insight, ...]]:
    """Insights of every entry that was read into the store, best first."""
    reader, found = Reader(writer=ExtractiveWriter(Scorer()), embedder=PackagedEmbedder()), {}
    for read in map(reader.read, tasks(tool)):
        entry, document = read.entry, read.document
        with store.write() as db:
            db.entries.add([entry], DONE)
            db.documents.save(document, feed_url=entry.feed_url, read_at=NOW, habits=read.habits, signature=read.signature)
            db.insights.replace(entry.id, read.insights, read.vectors, embedder=reader.embedder.name, shown_at=NOW)
        found[entry.id] = tuple(sorted(read.insights, key=lambda one: -one.score))
    return found


def sign(store: Store) -> None:
    """Give texts that an older version has read their signatures."""
    with store.write() as db:
        _, entries, _ = db.insights.archive(PackagedEmbedder().name)
        known = sorted(set(entries))
        unsigned = sorted(set(known) - db.documents.signatures(known).keys())
        for id_ in unsigned:
            document = db.documents.get(id_)
            assert document
            signed = update(documents).where(documents.c.entry_id == id_)
            db.connection.execute(signed.values(signature=signature(document.text, document.language)))


def first_sources(installation: Path, store: Store, recaps: Mapping[str, Sequence[Insight]]) -> Iterator[Mapping[str, str]]:
    """For the best insight of each recap, then the second, and so on: the entry that its first related insight is of."""
    services: Any = SimpleNamespace(config=load(installation / "feeds.toml", {}), embedder=PackagedEmbedder)
    with store.read() as db:
        relating = Relating(db, services)
        for insights in zip_longest(*recaps.values()):
            asked = {recap: relating.of(one, SHOWN) for recap, one in zip(recaps, insights, strict=True) if one}
            yield {recap: related[0].insight.entry_id for recap, related in asked.items() if related}


def own_issues(tool: Tool, first: Mapping[str, str]) -> int:
    """How many of the entries are the recap's own issue, in whatever language."""
    languages = [task for task in tool.tasks() if task.startswith("issue")]
    scores = [tool.score(task, {recap: [entry] for recap, entry in first.items()}) for task in languages]
    return sum(round(score["first"] * score["pairs"]) for score in scores)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("installation", type=Path)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--tools", type=Path, required=True)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tool, file = Tool(asked.tools, asked.data, Path(folder) / "texts"), Path(folder) / "briefing.db"
        shutil.copy(asked.installation / "briefing.db", file)
        store = Store(f"sqlite:///{file}")
        store.migrate()
        sign(store)
        read = read_all(store, tool)
        recaps = {id_: read[id_] for id_ in tool.texts("issue.queries")}
        found = [own_issues(tool, first) for first in first_sources(asked.installation, store, recaps)]
    print(f"first related source of the best insight is the recap's own issue: {found[0]} of {len(recaps)}")
    print(f"of all insights: {sum(found)} of {sum(map(len, recaps.values()))}")
    return 0 if found[0] == len(recaps) else 1


if __name__ == "__main__":
    sys.exit(main())
