"""`briefing run`: one cycle of everything that is due."""

import click

from briefing.cli.desk import Desk, pass_desk
from briefing.cli.opening import opened
from briefing.cli.printing import json_line, lay_out
from briefing.cli.stopping import stoppable
from briefing.pipeline import planning
from briefing.pipeline.services import Report
from briefing.pipeline.steps import cycle

COLUMNS = ("step", "done", "found", "failed", "seconds")
SHOWN_FAILURES = 20


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")
@pass_desk
@click.pass_context
def run(context: click.Context, desk: Desk, as_json: bool) -> None:
    """Poll, read, rank and mail what is due now, then exit.

    A feed that fails and an address that refuses are named, and are no failure; a mail server or folder that cannot be used is
    one, with exit code 1: what is queued goes out with a later run.
    """
    with opened(desk) as services, stoppable(services.stopping):
        reports = []
        for report in cycle(services, desk.now()):
            reports.append(report)
            if as_json:
                json_line(_row(report) | {"failures": [{"subject": f.subject, "reason": f.reason} for f in report.failures]})
        planning.remember(services)
        stopped = services.stopping.is_set()
    if not as_json:
        _print(reports)
    if stopped:
        raise KeyboardInterrupt
    context.exit(int(any(failure.ours for report in reports for failure in report.failures)))


def _print(reports: list[Report]) -> None:
    lay_out([_row(report) for report in reports], COLUMNS)
    troubles = _by_reason(reports)
    for (step, reason), subjects in list(troubles.items())[:SHOWN_FAILURES]:
        others = f" and {len(subjects) - 1} more" if subjects[1:] else ""
        click.echo(f"! {step}: {subjects[0]}{others}: {reason}")
    if len(troubles) > SHOWN_FAILURES:
        click.echo(f"! and {len(troubles) - SHOWN_FAILURES} other reasons: briefing run --json tells all")


def _by_reason(reports: list[Report]) -> dict[tuple[str, str], list[str]]:
    """What failed, by step and reason: one host that is down is said once, not for each of its pages."""
    found: dict[tuple[str, str], list[str]] = {}
    for report in reports:
        for failure in report.failures:
            found.setdefault((report.step, failure.reason), []).append(failure.subject)
    return found


def _row(report: Report) -> dict[str, object]:
    return {
        "step": report.step,
        "done": report.done,
        "found": ", ".join(f"{count} {name}" for name, count in report.counts.items() if count),
        "failed": len(report.failures) or "",
        "seconds": round(report.took.total_seconds(), 1),
    }
