"""`briefing correct`: put right what an insight got wrong, for everybody who was sent it."""

import click

from briefing.cli.desk import Desk, pass_desk
from briefing.cli.opening import opened
from briefing.pipeline import correcting


@click.command()
@click.argument("insight", metavar="INSIGHT-ID-or-URL")
@click.option("--text", required=True, help="What is right, in one line.")
@pass_desk
def correct(desk: Desk, insight: str, text: str) -> None:
    """Print a correction on the insight's page at once, and in the next edition of each reader who was sent the insight.

    The insight is picked for nobody any more.
    """
    with opened(desk) as services:
        made = correcting.correct(services, insight.rstrip("/").rpartition("/")[2], text, desk.now())
        url = services.links.insight(made.insight_id)
    click.echo(f"Corrected: {made.was}\n       now: {made.text}\n            {url}")
