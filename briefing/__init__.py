"""A self-hosted editor's desk: five insights worth a reader's morning, each with its proof."""

__version__ = "0.1.0"
