"""A label is given where words, figures or dates show it, and none where it is in doubt."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from briefing.stories.evidence import relation

from . import worlds

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("relations.toml").read_text("utf-8"))["pair"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['label']}: {case.get('why', case['a'][:30])}")
def test_a_label_needs_evidence(case: dict[str, str]) -> None:
    language = case.get("language", "en")
    when = worlds.NOW - timedelta(days=int(case.get("days", 0)))
    a, b = (worlds.insight(name, case[name], f"e-{name}", language=language) for name in "ab")
    told, other = worlds.source("e-a"), worlds.source("e-b", "https://two.example/feed", published_at=when)
    assert relation(a, told, b, other) == case["label"]
