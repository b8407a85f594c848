"""What two whole texts are about brings their insights nearer, if it is more than one show or trade has in common."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.stories.signature import MOST, NO_SIGNATURE, SIZE, STRANGERS, Signature, Stored, alike, lifted, signature

ISSUE = (
    "Ephemeral anchors let Lightning channels pay fees when they close. Package relay carries both transactions to miners. " * 4
)
RECAP = (
    "Well, with ephemeral anchors you pay when channels close, so Lightning needs package relay, right? Miners see both of them. "
    * 4
)
OTHER = "Dredgers deepen the harbour of Gdansk, and ferries to Sweden have to wait until the ice has gone from the canal. " * 4


def stored(one: Signature) -> Stored:
    return np.array(list(one), np.uint32), np.array(list(one.values()), np.float16)


def test_texts_about_the_same_are_alike_in_other_words() -> None:
    issue, recap, other = (stored(signature(text)) for text in (ISSUE, RECAP, OTHER))
    itself, retold, strange, empty = alike(issue, [issue, recap, other, NO_SIGNATURE])
    assert itself == pytest.approx(1, abs=1e-3)
    assert retold > STRANGERS > strange
    assert empty == 0.0
    assert alike(NO_SIGNATURE, [issue]).tolist() == [0.0]
    assert alike(issue, []).tolist() == []


@given(st.lists(st.dictionaries(st.integers(0, 2**32 - 1) | st.integers(0, 9), st.floats(0, 1, width=16)), min_size=1))
def test_likeness_is_the_sum_over_common_words(signatures: list[Signature]) -> None:
    own, *others = signatures
    expected = [sum(own[word] * other[word] for word in own.keys() & other.keys()) for other in others]
    assert alike(stored(own), [stored(other) for other in others]).tolist() == pytest.approx(expected)


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
