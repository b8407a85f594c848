"""`briefing search`: the archive of insights."""

import click

from briefing.cli.desk import Desk, pass_desk
from briefing.cli.opening import opened
from briefing.cli.printing import show
from briefing.pipeline import searching
from briefing.pipeline.citing import sources


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="Insights at most.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")
@pass_desk
def search(desk: Desk, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Search the archive: insights that hold all WORDS in claim, headline or quotes, newest first.

    The last word may be the beginning of one; words in quotation marks stand side by side.
    """
    question = searching.Question(text=" ".join(words))
    with opened(desk) as services, services.store.read() as db:
        found = searching.insights(db, services.config, question, limit).items
        cited = sources(db, services.config, [kept.insight.entry_id for kept in found])
        links = services.links
    rows: list[dict[str, object]] = [
        {
            "published": kept.shown_at,
            "claim": kept.insight.claim,
            "source": cited[kept.insight.entry_id].feed,
            "title": cited[kept.insight.entry_id].title,
            "url": cited[kept.insight.entry_id].url,
            "score": round(kept.insight.score, 4),
            "insight_url": links.insight(kept.insight.id),
        }
        for kept in found
        if kept.insight.entry_id in cited
    ]
    empty = "Nothing in the archive holds all of these words."
    show(rows, ("published", "claim", "source"), as_json=as_json, empty=empty)
