"""Whatever becomes of a model's server, the edition is made at its hour in the speakers' own words."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from pipeline.conftest import NOW, TOML, Desk, make_desk

from briefing.endpoint import Endpoint
from briefing.insights.llm import LONGEST_WAIT, ModelWriter
from briefing.insights.prompts import tokens
from briefing.pipeline.patience import patience
from briefing.pipeline.reading import Reader
from briefing.store.adapters import StoredBudget, StoredMemo
from briefing.testing import FakeEmbedder

from .conftest import EverySentence, Model

__all__ = ["make_desk"]
ALLOWED = 50_000
TROUBLES = {
    "401": "401 Unauthorized",
    "429": "429 Too Many Requests",
    "500": "500 Internal Server Error",
    "hang": "did not answer in time",
    "headers": "did not answer in time",
    "drip": "did not answer in time",
    "shape": "has not the agreed form",
    "deep": "has not the agreed form",
    "cut": "connection",
    "endless": "longer than a megabyte",
}


def worded(asked: str) -> str:
    """An honest model: the battery's claim in other words."""
    quote = "drew half of its electricity from an iron battery for 38 hours, because the wind was weak"
    claim = "An iron battery gave Karsholm half of its electricity for 38 hours, because the wind was weak."
    return (
        json.dumps({"insights": [{"claim": claim, "quote": quote, "score": 0.7}]}) if "Karsholm" in asked else '{"insights":[]}'
    )


@pytest.fixture
def desk(make_desk: Callable[..., Desk], model: Model) -> Desk:
    """The two items of the day, read with the scripted model."""
    made = make_desk(TOML)
    writer = ModelWriter(
        EverySentence(),
        Endpoint(model.url),
        memo=StoredMemo(made.services.store, "llm"),
        budget=StoredBudget(made.services.store, {"tokens": ALLOWED}, clock=lambda: NOW),
        language="en",
        model="m",
    )
    reader = Reader(writer=writer, embedder=FakeEmbedder())
    made.services = replace(made.services, reader=lambda: reader)
    model.say = worded
    return made


def spent(desk: Desk) -> int:
    with desk.services.store.read() as db:
        return db.meta.spent("tokens", NOW.date())


def mail(desk: Desk) -> str:
    """The first text that was sent."""
    body = desk.mailer.sent[0][1].get_body(("plain",))
    assert body
    return " ".join(body.get_content().split())


def guessed(asked: str) -> int:
    return tokens([{"role": "user", "content": asked}])


@pytest.mark.parametrize("mode", TROUBLES)
def test_a_broken_server_costs_one_question_one_line_and_no_edition(
    desk: Desk, model: Model, mode: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.subscribe()
    model.mode = mode
    if "in time" in TROUBLES[mode]:
        monkeypatch.setattr("briefing.insights.llm.LONGEST_WAIT", timedelta(seconds=0.4))
        monkeypatch.setattr("briefing.insights.llm.SHORTEST_WAIT", timedelta(0))
    with caplog.at_level(logging.WARNING, "briefing.insights"):
        desk.run()
    assert len(desk.mailer.sent) == 1
    assert "drew half of its electricity" in mail(desk)
    assert [TROUBLES[mode] in record.message for record in caplog.records] == [True]
    assert len(model.asked) == 1
    assert abs(spent(desk) - guessed(model.asked[0])) <= 1


def test_an_honest_answer_ships_and_says_that_a_model_worded_it(desk: Desk, model: Model) -> None:
    desk.subscribe()
    desk.run()
    read = mail(desk)
    assert "An iron battery gave Karsholm half of its electricity" in read
    assert "drew half of its electricity from an iron battery for 38 hours" in read
    assert "language model" in read


def test_a_model_is_waited_for_a_quarter_of_the_time_until_the_next_edition(desk: Desk) -> None:
    store, config = desk.services.store, desk.services.config
    assert patience(store, config, NOW) is None
    ana = desk.subscribe()
    with store.write() as db:
        db.subscribers.schedule((ana.id, NOW + timedelta(hours=1), None))
    assert patience(store, config, NOW) == timedelta(minutes=15)
    assert patience(store, config, NOW + timedelta(hours=2)) == timedelta(0)
    with store.write() as db:
        db.subscribers.hasten(ana.id)
    assert patience(store, config, NOW) is None
    desk.run()
    hour = desk.services.config.briefing.send_at.hour
    assert patience(store, config, NOW.replace(hour=hour) + timedelta(days=1, minutes=-2)) < LONGEST_WAIT


SAID = {
    "refusal": ("I can't help with that.", 1),
    "long": ("A" * 900_000, 1),
    "shape": ('{"insights":"none"}', 3),
    "empty": ("", 1),
    "fence": ("```json\n{}\n```", 3),
    "nothing": ('Here it is: {"insights": []}', 1),
}


@pytest.mark.parametrize(("said", "questions"), SAID.values(), ids=SAID)
def test_useless_words_are_argued_with_twice_at_most(
    desk: Desk, model: Model, said: str, questions: int, caplog: pytest.LogCaptureFixture
) -> None:
    desk.subscribe()
    model.say = lambda asked: said
    with caplog.at_level(logging.WARNING, "briefing.insights"):
        desk.run()
        desk.run(NOW + timedelta(minutes=30))
    assert len(model.asked) == 2 * questions
    assert len(caplog.records) == (said not in SAID["nothing"])
    assert "language model" not in mail(desk)
