"""`briefing feeds`: the list in feeds.toml, and how each feed is."""

import os
from dataclasses import asdict, replace
from pathlib import Path

import click

from briefing import app
from briefing.cli.desk import Desk, pass_desk
from briefing.cli.opening import opened
from briefing.cli.printing import output_option, put, show
from briefing.config.editing import topic_id
from briefing.editions.wording import plural
from briefing.model import Feed, Kind
from briefing.pipeline import health as checks
from briefing.pipeline.feed_list import FeedList, fresh
from briefing.pipeline.health import spell
from briefing.pipeline.material import obtain
from briefing.pipeline.offers import Offer, behind
from briefing.sources import opml

LISTED = ("title", "kind", "topics", "every", "status", "url")
HEALTH = (
    "title",
    "kind",
    "status",
    "a_week",
    "insights",
    "top_fives",
    "transcripts",
    "last_success",
    "last_news",
    "next_poll",
    "remark",
)


@click.group()
def feeds() -> None:
    """List, add, remove, import and export feeds; how they are."""


@feeds.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")
@pass_desk
def list_(desk: Desk, as_json: bool) -> None:
    """List the feeds of feeds.toml."""
    rows = [_listed(feed) for feed in desk.config().feeds]
    show(rows, LISTED, as_json=as_json, empty="There is no feed yet: briefing feeds add URL")


@feeds.command()
@click.argument("url")
@click.option("--title", default="", help="Name that readers see; the feed's own if not given.")
@click.option("--topics", default="", metavar="ai,energy", help="Short names of its topics.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="Found out if not given.")
@pass_desk
def add(desk: Desk, url: str, title: str, topics: str, kind: str | None) -> None:
    """Find the feed at or behind URL and list it in feeds.toml. Comments and order stay."""
    address = url if "://" in url else f"https://{url}"
    wanted = Feed(
        url=address, title=title, kind=Kind(kind) if kind else None, topics=tuple(filter(None, map(topic_id, topics.split(","))))
    )
    listed = _list(desk)
    config = listed.current()
    listed.admit([wanted])
    found = behind(address, lambda: app.fetcher(config), desk.now())
    listed.add([replace(wanted, url=found[0].url)])
    click.echo(f"Added {_offered(replace(found[0], title=title or found[0].title))}")
    for other in found[1:]:
        click.echo(f"The page also announces {_offered(other)}")


@feeds.command()
@click.argument("name", metavar="URL-or-TITLE")
@pass_desk
def remove(desk: Desk, name: str) -> None:
    """Take a feed out of feeds.toml. What was read of it stays in the archive."""
    removed = _list(desk).remove(name)
    click.echo(f"Removed {removed.title or removed.url}")


@feeds.command("import")
@click.argument("file", metavar="FILE-or-URL")
@pass_desk
def import_(desk: Desk, file: str) -> None:
    """Add the feeds of a subscription list (OPML). Its folders become topics."""
    listed = _list(desk)
    config = listed.current()
    body = obtain(file, lambda: app.fetcher(config)).body
    found = opml.parse(body, name=file, allow=config.poll.allow_addresses)
    new = fresh(found, config.feeds)
    if new:
        listed.add(new)
    for text, reason in found.skipped:
        click.echo(f"skipped {text}: {reason}", err=True)
    click.echo(f"{len(new)} added, {len(found.feeds) - len(new)} already there, {len(found.skipped)} skipped.")


@feeds.command()
@output_option
@pass_desk
def export(desk: Desk, output: Path | None) -> None:
    """Write the feeds as a subscription list (OPML). Those without a title get the one that they were found to have."""
    with opened(desk) as services, services.store.read() as db:
        states = db.feeds.states()
        body = opml.dump([replace(feed, title=feed.title or states[feed.url].title) for feed in services.config.feeds])
    put(body.decode("utf-8"), output)


@feeds.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")
@pass_desk
def health(desk: Desk, as_json: bool) -> None:
    """Show how each feed is. When it was last read, what it brought, what is wrong with it."""
    with opened(desk) as services, services.store.read() as db:
        found = checks.everything(db, services.config, desk.now())
    rows = [asdict(each) if as_json else _health_row(each) for each in found]
    show(rows, HEALTH, as_json=as_json, empty="There is no feed yet: briefing feeds add URL")


def _health_row(each: checks.FeedHealth) -> dict[str, object]:
    told = {"title": each.title or each.url, "a_week": each.entries_a_week, "insights": each.insights_a_week}
    shares = {"transcripts": each.transcripts, "top_fives": each.top_fives}
    return asdict(each) | told | {name: "" if share is None else f"{share:.0%}" for name, share in shares.items()}


def _list(desk: Desk) -> FeedList:
    return FeedList(path=desk.config_path, environ=os.environ)


def _listed(feed: Feed) -> dict[str, object]:
    return {
        "url": feed.url,
        "title": feed.title,
        "kind": feed.kind,
        "topics": list(feed.topics),
        "every": spell(feed.every) if feed.every else "",
        "status": "on" if feed.enabled else "resting",
    }


def _offered(offer: Offer) -> str:
    """A feed in one line: what it is called, and what it brings."""
    rhythm = f"{offer.a_week:g} a week" if offer.a_week else ""
    newest = f"newest of {offer.newest:%d %B %Y}" if offer.newest else ""
    transcripts = f"{offer.transcripts} with a transcript" if offer.transcripts else ""
    parts = [offer.kind or "", plural(offer.entries, "entry", "entries"), rhythm, newest, transcripts, offer.text]
    return f"{offer.title or offer.url} <{offer.url}>: {', '.join(filter(None, parts))}"
