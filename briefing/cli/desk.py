"""What stood before the command: which configuration, and which moment."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from briefing.config import Config, load

DEFAULT = Path("feeds.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    config_path: Path
    fixed_now: datetime | None = None

    def now(self) -> datetime:
        return (self.fixed_now or datetime.now(UTC)).astimezone(UTC)

    def config(self) -> Config:
        """Raises `ConfigError` with everything that is wrong."""
        return load(self.config_path, os.environ)

    def config_if_any(self) -> Config:
        """The configuration; the defaults where there is no file and none was named."""
        if self.config_path == DEFAULT and not DEFAULT.exists():
            return Config(path=DEFAULT.absolute(), folder=Path.cwd())
        return self.config()


pass_desk = click.make_pass_decorator(Desk)
