"""`briefing read` and `briefing extract`: one file or URL, and what is made of it."""

from collections.abc import Mapping

import click
from rich.text import Text

from briefing import app
from briefing.cli.desk import Desk, pass_desk
from briefing.cli.printing import console, json_line, show
from briefing.cli.troubles import told
from briefing.editions import wording
from briefing.errors import BriefingError, UsageError
from briefing.insights.scorer import FLOOR
from briefing.model import Entry, Insight, Quote, Segment
from briefing.pipeline.adhoc import Account, insights, reasons
from briefing.pipeline.adhoc import read as make
from briefing.pipeline.material import Form, Material, obtain, recognise

Json = dict[str, object]
NOTHING: Json = {"warnings": [], "entries": [], "segments": [], "text": ""}
SHOWN_REASONS = 6
as_form = click.option(
    "--as", "form", type=click.Choice([form.value for form in Form]), help="What it is; found out if not given."
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command()
@click.argument("source", metavar="FILE-or-URL")
@as_form
@as_json
@pass_desk
@click.pass_context
def read(context: click.Context, desk: Desk, source: str, form: str | None, as_json: bool) -> None:
    """Show what is made of one file or URL: a feed, transcript, newsletter, article, subscription list or text."""
    try:
        _, account = _account(desk, source, form)
    except BriefingError as error:
        if not as_json or isinstance(error, UsageError):
            raise
        json_line({"outcome": "error", "error": told(error)} | NOTHING)
        context.exit(error.exit_code)
    if as_json:
        json_line(_seen(account))
    else:
        _print(account)


@click.command()
@click.argument("source", metavar="FILE-or-URL")
@click.option("--top", type=click.IntRange(1, 100), default=5, show_default=True, help="Insights at most.")
@click.option("--explain", is_flag=True, help="Say for each what its score is made of.")
@as_form
@as_json
@pass_desk
def extract(desk: Desk, source: str, top: int, explain: bool, form: str | None, as_json: bool) -> None:
    """Find the insights in one file or URL, best first."""
    material, account = _account(desk, source, form)
    found = insights(material.name, account, app.writer(desk.config_if_any()), top)
    rows = [_insight(rank, each, material, account, explain=explain) for rank, each in enumerate(found, 1)]
    if as_json:
        show(rows, (), as_json=True, empty="")
    elif not rows:
        click.echo("No insight stands out in it.")
    for row in rows if not as_json else ():
        _say(_told(row), "")


def _account(desk: Desk, source: str, form: str | None) -> tuple[Material, Account]:
    config = desk.config_if_any()
    material = obtain(source, lambda: app.fetcher(config))
    return material, make(material, Form(form) if form else recognise(material), desk.now())


def _seen(account: Account) -> Json:
    """The JSON of `briefing read`."""
    texts = dict(zip((entry.id for entry in account.entries), account.texts, strict=False))
    entries = [_entry(entry, texts.get(entry.id)) for entry in account.entries]
    listed = [{"url": feed.url, "title": feed.title, "topics": list(feed.topics)} for feed in account.feeds]
    return {
        "outcome": "partial" if account.warnings else "ok",
        "warnings": list(account.warnings),
        "title": account.title,
        "entries": entries or listed,
        "segments": [_segment(segment) for segment in account.segments],
        "text": account.text,
    }


def _entry(entry: Entry, text: str | None) -> Json:
    seen: Json = {
        "id": entry.id,
        "guid": entry.guid,
        "title": entry.title,
        "url": entry.url,
        "published_at": entry.published_at,
        "authors": list(entry.authors),
        "language": entry.language,
        "summary": entry.summary,
        "html": entry.html,
        "duration": entry.duration,
        "enclosures": [{"url": e.url, "type": e.type, "length": e.length} for e in entry.enclosures],
        "transcripts": [{"url": t.url, "type": t.type, "language": t.language} for t in entry.transcript_links],
        "chapters": [{"at": c.at, "title": c.title} for c in entry.chapters],
        "persons": [{"name": p.name, "role": p.role} for p in entry.persons],
        "soundbites": [{"at": s.at, "duration": s.duration, "title": s.title} for s in entry.soundbites],
        "season": entry.season,
        "episode": entry.episode,
        "episode_type": entry.episode_type,
        "explicit": entry.explicit,
    }
    return seen if text is None else seen | {"text": text}


def _segment(segment: Segment) -> Json:
    return {"start": segment.start, "end": segment.end, "speaker": segment.speaker, "text": segment.text}


def _print(account: Account) -> None:
    for warning in account.warnings:
        click.echo(f"! {warning}", err=True)
    texts = (*account.texts, *[None] * len(account.entries))
    rows = [
        {"published": e.published_at, "title": e.title, "url": e.url, "words": "" if text is None else len(text.split())}
        for e, text in zip(account.entries, texts, strict=False)
    ]
    listed = [{"title": feed.title, "url": feed.url, "topics": feed.topics} for feed in account.feeds]
    if account.feeds or len(account.entries) > 1:
        show(rows or listed, list((rows or listed)[0]), as_json=False, empty="")
    else:
        _say(account.text)


def _say(*paragraphs: str | Text) -> None:
    """Broken into lines for a terminal only: what goes into a file or a pipe stays as it is."""
    out = console()
    for each in paragraphs:
        out.print(Text(each) if isinstance(each, str) else each, soft_wrap=not out.is_terminal)


def _insight(rank: int, insight: Insight, material: Material, account: Account, *, explain: bool) -> Json:
    row: Json = {
        "rank": rank,
        "claim": insight.claim,
        "headline": insight.headline,
        "kind": insight.kind,
        "score": round(insight.score, 4),
        "below_floor": insight.score < FLOOR,
        "quotes": [_quote(quote, material) for quote in insight.quotes],
    }
    return row | ({"reasons": reasons(account, insight)} if explain else {})


def _quote(quote: Quote, material: Material) -> Json:
    return {
        "text": quote.text,
        "speaker": quote.speaker,
        "at": quote.at,
        "start": quote.start,
        "end": quote.end,
        "url": material.url,
    }


def _told(row: Mapping[str, object]) -> Text:
    """One insight for a person: rank, claim, and where it was said."""
    quote = row["quotes"][0]  # type: ignore[index]  # grounding gives every insight a quote
    text = Text.assemble((f"{row['rank']}. ", "bold cyan"), (str(row["claim"]), "bold"))
    where = [str(quote["speaker"]), wording.clock(quote["at"]), f"{row['kind']}, score {row['score']}"]
    text.append("\n   " + " · ".join(filter(None, where)) + (" (below the floor)" if row["below_floor"] else ""), "dim")
    explained = row.get("reasons")
    for name, share in list(explained.items())[:SHOWN_REASONS] if isinstance(explained, dict) else ():
        text.append(f"\n   {share:+.2f} {name}", "dim")
    return text
