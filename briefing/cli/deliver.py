"""`briefing deliver`: mail what is queued, and nothing else; and decide about mails that are held."""

import click

from briefing import mailing
from briefing.cli.desk import Desk, pass_desk
from briefing.cli.printing import Bars, show
from briefing.cli.stopping import stoppable
from briefing.model import Delivery
from briefing.pipeline import held as holding
from briefing.pipeline.deliver import everything
from briefing.pipeline.mailroom import Report
from briefing.store import Store

COLUMNS = ("delivery", "address", "message_id", "attempts", "reason")


@click.command()
@click.option("--held", type=click.Choice(["list", "send", "accept"]), help="Decide about mails that may have arrived.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")
@pass_desk
@click.pass_context
def deliver(context: click.Context, desk: Desk, held: str | None, as_json: bool) -> None:
    """Mail what is queued and due, put right what a crash left behind, then exit.

    For a clock of your own, and for several senders beside each other: limits hold over all of them. Exit code 1 if the mail
    server or folder cannot be used; then everything stays queued.
    """
    with Bars() as bars, mailing.opened(desk.config(), progress=bars) as room, stoppable(room.stopping):
        if held:
            _decide(room.store, held, desk, as_json=as_json)
            return
        report = everything(room, desk.now())
        stopped = room.stopping.is_set()
    _print(report)
    if stopped:
        raise KeyboardInterrupt
    context.exit(int(any(failure.ours for failure in report.failures)))


def _decide(store: Store, what: str, desk: Desk, *, as_json: bool) -> None:
    if what == "send":
        click.echo(f"{holding.send_again(store, desk.now())} mails go out with the next run.")
    elif what == "accept":
        click.echo(f"{holding.take_for_accepted(store, desk.now())} mails count as arrived.")
    else:
        show([_row(each) for each in holding.held(store)], COLUMNS, as_json=as_json, empty="No mail is held.")


def _row(mail: Delivery) -> dict[str, object]:
    return {
        "delivery": mail.id,
        "address": mail.address,
        "message_id": mail.message_id,
        "attempts": mail.attempts,
        "reason": mail.error,
    }


def _print(report: Report) -> None:
    for failure in report.failures:
        click.echo(f"! {failure.subject}: {failure.reason}")
    counts = "".join(f", {count} {name}" for name, count in report.counts.items() if count)
    click.echo(f"{report.done} mails sent, {len(report.failures)} refused{counts}.")
