"""What two whole texts are about brings their insights nearer, if it is more than one show or trade has in common."""

import pytest

from briefing.stories.signature import MOST, SIZE, STRANGERS, alike, lifted, signature

ISSUE = (
    "Ephemeral anchors let Lightning channels pay fees when they close. Package relay carries both transactions to miners. " * 4
)
RECAP = (
    "Well, with ephemeral anchors you pay when channels close, so Lightning needs package relay, right? Miners see both of them. "
    * 4
)
OTHER = "Dredgers deepen the harbour of Gdansk, and ferries to Sweden have to wait until the ice has gone from the canal. " * 4


def test_texts_about_the_same_are_alike_in_other_words() -> None:
    issue, recap, other = map(signature, (ISSUE, RECAP, OTHER))
    assert alike(issue, issue) == pytest.approx(1, abs=1e-6)
    assert alike(issue, recap) > STRANGERS > alike(issue, other)
    assert alike(issue, {}) == 0.0


def test_a_signature_is_small_and_the_same_for_ever() -> None:
    text = " ".join(f"word{number}x" for number in range(2 * SIZE))
    assert len(signature(text)) == SIZE
    assert signature(text) == signature(text)
    assert signature("") == {}


def test_single_characters_are_no_words() -> None:
    assert signature("新闻里经常有政府没收的消息", "zh") == {}


def test_strangers_leave_nearness_as_it_is_and_likeness_lifts_it_so_far() -> None:
    assert lifted(0.2, STRANGERS) == 0.2
    assert 0.2 < lifted(0.2, STRANGERS + 0.02) < lifted(0.2, STRANGERS + 0.04)
    assert lifted(0.2, 1.0) == pytest.approx(0.2 + MOST)
