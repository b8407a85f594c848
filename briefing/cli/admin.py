"""`briefing admin`: ways into the admin pages, by a link or by a password."""

import secrets
import sys

import click

from briefing import mailing
from briefing.cli.desk import Desk, pass_desk
from briefing.editions.links import LIFETIMES
from briefing.errors import UsageError
from briefing.store import migrated
from briefing.web import passwords

SHORTEST = 12
SALT_BYTES = 16


@click.group()
def admin() -> None:
    """Ways into the admin pages."""


@admin.command()
@pass_desk
def login(desk: Desk) -> None:
    """Print a link that opens the admin pages once."""
    config = desk.config()
    with migrated(config.store.url) as store:
        link = mailing.links(config, store).login(config.admin.email or "admin", desk.now())
    lifetime = LIFETIMES["login"]
    click.echo(link)
    if lifetime:
        click.echo(f"It works once, within {int(lifetime.total_seconds() // 60)} minutes.", err=True)


@admin.command("hash")
def hash_() -> None:
    """Print the hash of a password, for BRIEFING_ADMIN_PASSWORD_HASH. The terminal asks for it, or a line of stdin has it."""
    password = _typed() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if len(password) < SHORTEST:
        raise UsageError("the password", f"has fewer than {SHORTEST} characters", remedy="choose a longer one")
    click.echo(passwords.hashed(password, secrets.token_bytes(SALT_BYTES)))


def _typed() -> str:
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True)
    return password
