"""`briefing check`: what is wrong with feeds.toml, and what each feed offers."""

from collections.abc import Iterator
from dataclasses import asdict

import click

from briefing import app
from briefing.cli.desk import Desk, pass_desk
from briefing.cli.printing import Bars, json_line, show
from briefing.config import Config
from briefing.config.environment import VARIABLES
from briefing.editions.wording import plural
from briefing.errors import ConfigError
from briefing.pipeline.offers import Offer, offers

COLUMNS = ("feed", "kind", "entries", "a_week", "transcripts", "text", "language", "newest", "problem")


@click.command()
@click.option("--online", is_flag=True, help="Fetch each feed once and say what it offers.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")
@pass_desk
@click.pass_context
def check(context: click.Context, desk: Desk, online: bool, as_json: bool) -> None:
    """Tell everything that is wrong with feeds.toml, each problem with its line; exit code 2 if there is any."""
    try:
        config = desk.config()
    except ConfigError as error:
        for problem in error.problems if as_json else ():
            json_line({"line": problem.line, "place": problem.place, "message": problem.message})
        raise
    if not as_json:
        click.echo(f"{config.path.name} is in order: {_contents(config)}.")
        for variable in dict.fromkeys(_unset(config)):
            click.echo(f"{variable} is not set in this shell: `briefing run` and `serve` need it.")
    if online:
        context.exit(_ask(desk, config, as_json=as_json))


def _unset(config: Config) -> Iterator[str]:
    """The variables of passwords that the configuration asks for and nobody has set: no mistake of the file."""
    if config.mail.transport == "smtp" and config.mail.username and not config.secrets.smtp_password:
        yield VARIABLES["smtp_password"]
    yield from (box.password_env for box in config.mailboxes if not config.secrets.mailboxes.get(box.password_env))


def _contents(config: Config) -> str:
    feeds = [feed for feed in config.feeds if feed.enabled]
    resting = len(config.feeds) - len(feeds)
    parts = [plural(len(feeds), "feed"), f"{resting} resting" if resting else "", plural(len(config.topics), "topic")]
    mailboxes = plural(len(config.mailboxes), "mailbox", "mailboxes") if config.mailboxes else ""
    return ", ".join(filter(None, [*parts, mailboxes, f'mail by "{config.mail.transport}"']))


def _ask(desk: Desk, config: Config, *, as_json: bool) -> int:
    """Ask every enabled feed; 1 if one could not be read."""
    wanted = [feed for feed in config.feeds if feed.enabled]
    with Bars() as bars:
        found = offers(wanted, lambda: app.fetcher(config), desk.now(), bars)
    rows = [asdict(offer) for offer in found] if as_json else [_row(offer) for offer in found]
    show(rows, COLUMNS, as_json=as_json, empty="There is no feed to ask.")
    return int(any(offer.error for offer in found))


def _row(offer: Offer) -> dict[str, object]:
    if offer.error:
        return {"feed": offer.url, "problem": offer.error}
    return {
        "feed": offer.title or offer.url,
        "kind": offer.kind,
        "entries": offer.entries,
        "a_week": offer.a_week,
        "transcripts": offer.transcripts,
        "text": offer.text,
        "language": offer.language,
        "newest": offer.newest,
        "problem": "; ".join(offer.warnings),
    }
