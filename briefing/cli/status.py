"""`briefing status` and `doctor`: how the installation is."""

import os
from dataclasses import asdict

import click

from briefing import app
from briefing.cli.desk import Desk, pass_desk
from briefing.cli.opening import opened
from briefing.cli.printing import cell, json_line, show
from briefing.cli.troubles import told
from briefing.config import Config
from briefing.errors import ConfigError
from briefing.pipeline import planning
from briefing.pipeline.diagnosis import Finding, diagnose
from briefing.pipeline.overview import Overview, overview

LABELS = {
    "oldest_due_seconds": "overdue by (seconds)",
    "heartbeat_until": "schedule held until",
    "seconds_of_last_run": "last run (seconds)",
}
"""Names that say little to people; the others speak for themselves."""
MARKS = {True: "ok", False: "!!"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_desk
@click.pass_context
def status(context: click.Context, desk: Desk, as_json: bool) -> None:
    """Show how the installation is and what comes next; where feeds.toml is broken, under the last one that was not."""
    config, broken = _config(desk)
    with app.opened(config) as services:
        found = _shown(overview(services, desk.now()))
    if broken:
        found["configuration"] = "the last good one: feeds.toml cannot be used as it is now"
        click.echo(told(broken), err=True)
    _print_overview(found, as_json=as_json)
    if broken:
        context.exit(broken.exit_code)


def _shown(found: Overview) -> dict[str, object]:
    """The figures in the order of the road; feeds one by one are shown by `feeds health`."""
    told: dict[str, object] = asdict(found) | {"mail": found.mail}
    del told["feed_health"], told["timings"]
    return told | {"seconds_of_last_run": {step: timing.last for step, timing in found.timings.items()}}


def _config(desk: Desk) -> tuple[Config, ConfigError | None]:
    """The configuration; where it cannot be used, the last that could, and what is wrong. Raises `ConfigError`."""
    try:
        return desk.config(), None
    except ConfigError as error:
        good = planning.last_good(desk.config_path.absolute(), os.environ)
        if good is None:
            raise
        return good, error


def _print_overview(found: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        json_line(found)
        return
    for name, value in found.items():
        words = ", ".join(f"{count} {state}" for state, count in value.items()) if isinstance(value, dict) else cell(value)
        click.echo(f"{LABELS.get(name, name.replace('_', ' ')):22}{words or '-'}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")
@pass_desk
@click.pass_context
def doctor(context: click.Context, desk: Desk, as_json: bool) -> None:
    """Check the installation; each trouble with its remedy. Exit code 1 if there is any."""
    with opened(desk) as services:
        found = list(services.progress(diagnose(services, desk.now()), "checking", 0))
    if as_json:
        show([asdict(finding) for finding in found], (), as_json=True, empty="")
    else:
        for finding in found:
            _print(finding)
    context.exit(int(any(finding.remedy for finding in found)))


def _print(finding: Finding) -> None:
    click.secho(f"{MARKS[not finding.remedy]}  {finding.check:10}{cell(finding.words)}", bold=bool(finding.remedy) or None)
    if finding.remedy:
        click.echo(f"              -> {finding.remedy}")
