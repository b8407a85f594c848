"""`briefing mcp`: the archive as tools of an assistant."""

import click

from briefing.cli.desk import Desk, pass_desk
from briefing.cli.opening import opened
from briefing.errors import NOT_INSTALLED, UsageError, installing
from briefing.web.app import site_of


@click.command()
@pass_desk
def mcp(desk: Desk) -> None:
    """Let an assistant on this machine read the archive: a server of the Model Context Protocol on standard input and output."""
    try:
        from briefing.web.api.tools import server
    except ImportError as error:
        raise UsageError("briefing mcp", NOT_INSTALLED, remedy=installing("mcp")) from error
    with opened(desk) as services:
        server(site_of(services)).run()
