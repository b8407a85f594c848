"""Where templates, samples and the example feeds.toml lie: inside the wheel, or beside the package in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def packaged(name: str) -> Path:
    """The folder or file called `name` ("templates", "samples", "feeds.toml") as it came with the program."""
    installed = _PACKAGE / "packaged" / name
    return installed if installed.exists() else _PACKAGE.parent / name
