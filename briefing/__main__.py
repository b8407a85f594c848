"""The one door out: every error leaves as a sentence and an exit code."""

import os
import sys
from collections.abc import Callable, Sequence

import click

from briefing.cli.main import briefing
from briefing.cli.troubles import told
from briefing.errors import BriefingError

PRIVATE = 0o077
"""Database, mails and backups hold addresses: what is written is for this user alone. A file that is there keeps its mode."""
STOPPED = 130
"""What shells take for "ended by Ctrl-C"."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; 0 done, 1 a step failed, 2 wrong usage or configuration."""
    return behind_the_door(lambda: briefing.main(args=arguments, prog_name="briefing", standalone_mode=False))


def behind_the_door(command: Callable[[], object]) -> int:
    """The exit code of a command. With BRIEFING_DEBUG=1 an error nobody foresaw comes out as it is."""
    os.umask(PRIVATE)
    try:
        code = command()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nStopped. What was done is kept; the next run goes on from here.", err=True)
        return STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if os.environ.get("BRIEFING_DEBUG") == "1":
            raise
        click.echo(told(error), err=True)
        return error.exit_code if isinstance(error, BriefingError) else 1


if __name__ == "__main__":
    sys.exit(main())
