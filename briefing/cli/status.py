"""`briefing status` and `doctor`: how the installation is."""

from dataclasses import asdict

import click

from briefing.cli.desk import Desk, pass_desk
from briefing.cli.opening import opened
from briefing.cli.printing import cell, json_line, show
from briefing.pipeline.diagnosis import Finding, diagnose
from briefing.pipeline.overview import overview

MARKS = {True: "ok", False: "!!"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_desk
def status(desk: Desk, as_json: bool) -> None:
    """Show how the installation is and what comes next."""
    with opened(desk) as services:
        found = asdict(overview(services, desk.now()))
    if as_json:
        json_line(found)
        return
    for name, value in found.items():
        words = ", ".join(f"{count} {state}" for state, count in value.items()) if isinstance(value, dict) else cell(value)
        click.echo(f"{name.replace('_', ' '):22}{words or '-'}")


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
    click.secho(f"{MARKS[not finding.remedy]}  {finding.check:8}{cell(finding.words)}", bold=bool(finding.remedy) or None)
    if finding.remedy:
        click.echo(f"            -> {finding.remedy}")
