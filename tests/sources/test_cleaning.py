"""The rules by cases: what each takes away, and what looks like it and stays."""

import tomllib
from pathlib import Path

import pytest

from briefing.model import Kind
from briefing.sources.cleaning import RULES
from briefing.sources.documents import from_text
from briefing.sources.repair import damage, repair
from briefing.sources.spoken import without_directions, without_marks

from .test_documents import from_html

CASES = Path(__file__).parent.parent / "cases"
DOCS = Path(__file__).parent.parent.parent / "docs" / "reading.md"


def cases(name: str) -> list[dict[str, str]]:
    return tomllib.loads((CASES / name).read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", cases("repair.toml"), ids=lambda case: case["name"])
def test_repair(case: dict[str, str]) -> None:
    assert repair(case["before"]) == case["after"]


def test_damage_runs_from_clean_to_ruined() -> None:
    assert damage("“Größe” — naïve 🇨🇳 中文，好的…") == 0.0
    assert damage("เดินทาง ไปโรงเรียน สวัสดีครับ") == 0.0
    assert 0.0 < damage("A long and sound text with one broken â€™ mark. " + "Sound words. " * 50) < 0.2
    assert damage("Ã¼ber Ã¤lter Ã¶l") == 1.0


@pytest.mark.parametrize("case", cases("spoken.toml"), ids=lambda case: case["before"][:40])
def test_what_was_never_said(case: dict[str, str]) -> None:
    assert without_directions(without_marks(case["before"])) == case["after"]


@pytest.mark.parametrize("case", cases("cleaning.toml"), ids=lambda case: case["name"])
def test_rule(case: dict[str, str]) -> None:
    document = from_html(case["html"], Kind.NEWSLETTER) if "html" in case else from_text(case["text"], kind=Kind.PODCAST)
    assert document.text == case["after"].strip()


def test_every_rule_is_listed_for_the_reader() -> None:
    listed = DOCS.read_text("utf-8")
    assert [rule.name for rule in RULES if f"**{rule.name}**" not in listed] == []
