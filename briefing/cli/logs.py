"""What long-running commands write to stderr: a line an event, for people, or as JSON for machines."""

import json
import logging
import re
from collections.abc import Mapping

LONGEST = 4_000
"""Characters of one line."""
QUIET = ("alembic", "apprise", "apscheduler", "uvicorn.error")
FIELDS = ("edition", "notice", "subscriber", "message_id", "state", "step", "seconds")
"""What a record may carry besides its words; subscribers by their id, never by their address."""
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class PlainLines(logging.Formatter):
    """Time, level, words, and fields as name=value; control characters are shown, so that no title can forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        fields = "".join(f" {name}={value}" for name, value in fields_of(record).items())
        return f"{self.formatTime(record)} {record.levelname} {visible(self.words(record) + fields)}"

    def words(self, record: logging.LogRecord) -> str:
        trace = f"\n{self.formatException(record.exc_info)}" if record.exc_info else ""
        return record.getMessage() + trace


class JsonLines(PlainLines):
    def format(self, record: logging.LogRecord) -> str:
        said = {"time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname.lower(), "from": record.name}
        return json.dumps({**said, "message": visible(self.words(record)), **fields_of(record)}, ensure_ascii=False)


def to_stderr(form: str) -> None:
    """Log to stderr as "plain" lines or "json"."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else PlainLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def fields_of(record: logging.LogRecord) -> Mapping[str, object]:
    return {name: value for name in FIELDS if (value := getattr(record, name, None)) not in (None, "")}


def visible(words: str) -> str:
    """One line of at most 4,000 characters, with control and direction characters written as escapes."""
    cut = words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
    return UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), cut)[:LONGEST]
