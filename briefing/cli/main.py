"""`briefing`: what may stand before a command, and the commands by name."""

import importlib
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

import click

from briefing import __version__
from briefing.cli.desk import DEFAULT, Desk

COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("demo", "Try the whole road on bundled samples, without any account."),
    "init": ("init", "Write a commented feeds.toml and the templates, to edit."),
    "check": ("check", "Tell everything that is wrong with feeds.toml."),
    "run": ("run", "Poll, read, rank and mail what is due now, then exit."),
    "deliver": ("deliver", "Mail what is queued and due, then exit."),
    "serve": ("serve", "Do what is due when it is due, and serve the pages."),
    "worker": ("worker", "Do the steps without the pages."),
    "preview": ("preview", "Show an edition as it would go out now, sent to nobody."),
    "replay": ("preview", "Show an edition as it was."),
    "plan": ("preview", "Show what an edited feeds.toml would change in the edition."),
    "correct": ("correct", "Put right what an insight got wrong, for who was sent it."),
    "read": ("read", "Show what is made of one file or URL."),
    "extract": ("read", "Find the insights in one file or URL."),
    "search": ("search", "Search the archive of insights."),
    "feeds": ("feeds", "List, add, remove, import and export feeds; how they are."),
    "subscribers": ("subscribers", "List, add, remove, import and export subscribers."),
    "status": ("status", "Show how the installation is and what comes next."),
    "doctor": ("status", "Check the installation; each trouble with its remedy."),
    "backup": ("keeping", "Copy the database to a file, also while the program runs."),
    "restore": ("keeping", "Put a backup in the place of the database."),
    "migrate-store": ("keeping", "Copy everything into the database at another URL."),
    "mcp": ("mcp", "Let an assistant read the archive."),
    "admin": ("admin", "Ways into the admin pages."),
}
"""Name -> module and help line, so that `briefing --help` imports none of them."""


class LazyGroup(click.Group):
    """A group that imports the module of a command only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"briefing.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest name for one that is not known."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], COMMANDS, n=1)
            raise click.UsageError(f"{error.message} Did you mean '{near[0]}'?" if near else error.message, ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _moment(context: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
    """An ISO 8601 time that says its offset."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a time such as 2026-11-21T07:00:00+00:00") from None
    if moment.tzinfo is None:
        raise click.BadParameter(f"{value!r} lacks its offset: write {moment.isoformat()}+00:00 or the like")
    return moment


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="BRIEFING_CONFIG",
    default=DEFAULT,
    show_default="./feeds.toml, or BRIEFING_CONFIG",
    help="The configuration file.",
)
@click.option("--now", callback=_moment, metavar="TIME", help="Act as if it were this moment: ISO 8601 with an offset.")
@click.version_option(__version__, prog_name="briefing")
@click.pass_context
def briefing(context: click.Context, config: Path, now: datetime | None) -> None:
    """A self-hosted editor's desk: the five insights most worth a reader's morning, each with its proof."""
    context.obj = Desk(config_path=config, fixed_now=now)
