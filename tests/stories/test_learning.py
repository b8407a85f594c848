"""More and less like this."""

from briefing.model import Topic
from briefing.stories.learning import learn

from . import worlds

SEA = (Topic(id="sea", title="Sea", words=("turbines",)),)
STORY = worlds.simple(1, "Turbines outlast salt", "https://one.example/feed")


def test_an_answer_moves_feed_and_topic_one_step() -> None:
    assert learn({}, STORY, SEA, more=True) == {"https://one.example/feed": 0.25, "sea": 0.25}


def test_the_opposite_answer_undoes_it() -> None:
    assert learn(learn({"x": 0.5}, STORY, SEA, more=False), STORY, SEA, more=True) == {"x": 0.5}


def test_weights_stay_within_one() -> None:
    learnt: dict[str, float] = {}
    for _ in range(9):
        learnt = learn(learnt, STORY, SEA, more=False)
    assert set(learnt.values()) == {-1.0}
