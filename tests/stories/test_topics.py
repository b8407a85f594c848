"""A text is about a topic whose words it holds; a word with other meanings needs company."""

import pytest

from briefing.model import Topic
from briefing.stories.topics import main_topic

from . import worlds

TOPICS = (
    Topic(id="policy", title="Policy", words=("legislation", "export controls")),
    Topic(id="harbours", title="Harbours", words=("harbour",)),
)


@pytest.mark.parametrize(
    ("claim", "title", "topic"),
    [
        ("The default policy of a node is to relay what pays for itself", "", ""),
        ("Parliament found no policy on shipping, and wrote legislation instead", "", "policy"),
        ("A policy for shipping and a policy for rail were voted down", "", "policy"),
        ("Nobody expected the vote", "A policy for shipping", "policy"),
        ("Export controls were tightened", "", "policy"),
        ("The harbour froze over", "", "harbours"),
        ("The harbourmaster resigned", "", ""),
    ],
)
def test_a_common_word_needs_a_title_or_company(claim: str, title: str, topic: str) -> None:
    assert main_topic(worlds.insight("i", claim), worlds.source(title=title), TOPICS) == topic
