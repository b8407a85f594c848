"""`briefing init`: a feeds.toml to start from, and the templates."""

import shlex
import shutil
from pathlib import Path

import click

from briefing.errors import UsageError
from briefing.packaged import packaged

NEXT = """\
Wrote {config} and {templates}.
Next{where}:
  1. put your feeds into feeds.toml (or: briefing feeds add https://example.org/)
  2. briefing check --online
  3. briefing subscribers add you@example.org --active
  4. briefing run, and briefing preview: the edition as it would go out now
Mails lie in outbox/ from each reader's hour on; fill in [mail] to send them."""


@click.command()
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path, file_okay=False), default=Path())
def init(folder: Path) -> None:
    """Write a commented feeds.toml and the templates into DIR (here, if not given). Nothing is overwritten."""
    config, templates = folder / "feeds.toml", folder / "templates"
    if config.exists():
        raise UsageError(str(config), "stands there already; nothing was written", remedy="edit it, or name another folder")
    source = packaged("templates")
    for file in filter(Path.is_file, source.rglob("*")):
        own = templates / file.relative_to(source)
        if not own.exists():
            own.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, own)
    shutil.copyfile(packaged("feeds.toml"), config)
    where = "" if folder == Path() else f", after `cd {shlex.quote(str(folder))}`"
    click.echo(NEXT.format(config=config, templates=templates, where=where))
