"""Transcripts as podcasts publish them, in whatever format, to segments with speaker and time."""

from briefing.sources.transcripts.choice import choose
from briefing.sources.transcripts.reader import parse

__all__ = ["choose", "parse"]
