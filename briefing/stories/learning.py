"""What "more like this" and "less like this" change: small steps, bounded, undone by the opposite answer."""

from collections.abc import Mapping

from briefing.model import Story, Topic
from briefing.stories.events import told_by
from briefing.stories.topics import main_topic

STEP = 0.25
BOUND = 1.0
"""Four answers of one kind go all the way; `Weights.learnt_topic` and `Weights.learnt_feed` say how far that is."""


def learn(learnt: Mapping[str, float], story: Story, topics: tuple[Topic, ...], *, more: bool) -> dict[str, float]:
    """The learnt weights after one answer: the lead's feed (by URL) and main topic (by id) move one step, within -1 and 1.

    An answer and its opposite leave things as they were unless the bound was reached; what is back at 0 is forgotten.
    """
    step = STEP if more else -STEP
    moved = {**learnt}
    for name in _names(story, topics):
        moved[name] = max(-BOUND, min(BOUND, moved.get(name, 0.0) + step))
    return {name: value for name, value in moved.items() if value}


def _names(story: Story, topics: tuple[Topic, ...]) -> tuple[str, ...]:
    told = told_by(story)
    if not told:
        return ()
    insight, source = told[0]
    topic = main_topic(insight, source, topics)
    return (source.feed_url, topic) if topic else (source.feed_url,)
