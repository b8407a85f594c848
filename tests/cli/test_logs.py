"""Log lines: one an event, whatever stands in a title; ids and no addresses."""

import json
import logging

import pytest

from briefing.cli.logs import LONGEST, JsonLines, PlainLines

HOSTILE = "A title\r\n2026-11-21 07:00:00 ERROR forged\x1b[31m red \u202e back \x00 \u2028 end"


def record(message: str, **fields: object) -> logging.LogRecord:
    made = logging.LogRecord("briefing", logging.WARNING, __file__, 1, "%s", (message,), None)
    made.__dict__.update(fields)
    return made


@pytest.mark.parametrize("form", [PlainLines(), JsonLines()])
@pytest.mark.parametrize("message", [HOSTILE, "x" * 1_000_000, "\n" * 10_000])
def test_an_event_is_one_visible_line(form: logging.Formatter, message: str) -> None:
    line = form.format(record(message))
    assert len(line.splitlines()) == 1
    assert line.isprintable()
    assert len(line) <= LONGEST + 200 or isinstance(form, JsonLines)
    assert len(line) <= 2 * LONGEST + 200


def test_json_lines_carry_the_ids(caplog: pytest.LogCaptureFixture) -> None:
    fields = {"edition": "e1", "subscriber": "r1", "message_id": "<1@x>", "state": "accepted", "address": "ana@example.org"}
    said = json.loads(JsonLines().format(record("accepted", **fields)))
    assert said.items() >= {"level": "warning", "edition": "e1", "subscriber": "r1", "message_id": "<1@x>"}.items()
    assert "ana@example.org" not in json.dumps(said)
    assert "edition=e1 subscriber=r1 message_id=<1@x>" in PlainLines().format(record("accepted", **fields))
