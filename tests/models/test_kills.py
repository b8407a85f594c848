"""A reader that is killed while it waits for a model: nothing that was answered and kept is paid for again."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from briefing.store import Store
from briefing.store.schema import memos
from tests.databases import opened, url

from .conftest import Model

DOCUMENTS, KILLS, CALLS = 40, 50, 110
RUNNER = """
import os, sys
import openai
from briefing.endpoint import Endpoint
from briefing.insights.llm import ModelWriter
from briefing.sources.documents import from_text
from briefing.store import Store
from briefing.store.adapters import StoredBudget, StoredMemo
from models.conftest import EverySentence
from models.test_kills import tale

def read(url, store, allowed):
    kept = Store(store)
    writer = ModelWriter(EverySentence(), Endpoint(url), memo=StoredMemo(kept, "llm"),
                         budget=StoredBudget(kept, {"tokens": allowed}), language="en", model="m")
    for number in range(int(sys.argv[4])):
        writer.write(from_text(tale(number), language="en", entry_id=str(number)), 3)

openai.AsyncOpenAI(api_key="none").chat.completions.with_streaming_response
for _ in sys.stdin:
    child = os.fork()
    if not child:
        read(sys.argv[1], sys.argv[2], int(sys.argv[3]))
        os._exit(0)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


def tale(number: int) -> str:
    return f"Barge b{number:03} carried grain to the mill all winter. The lock keeper of barge b{number:03} slept in the mill."


def barge(words: str) -> str:
    found = re.findall(r"\bb\d{3}\b", words)
    return found[-1] if found else ""


def honest(asked: str) -> str:
    quote = f"Barge {barge(asked)} carried grain to the mill all winter."
    return json.dumps({"insights": [{"claim": quote, "quote": quote, "score": 0.6}]})


def kept(store: Store) -> set[str]:
    """The barges whose answers are remembered."""
    with store.read() as db:
        return {barge(value) for value in db.connection.scalars(select(memos.c.value))} - {""}


def spent(store: Store) -> int:
    with store.read() as db:
        return db.meta.spent("tokens", datetime.now(UTC).date())


@pytest.mark.slow
def test_a_reader_killed_while_a_model_answers_pays_for_nothing_twice(tmp_path: Path, model: Model) -> None:
    chance, where = random.Random(11), url(tmp_path / "briefing.db")
    store = opened(where)
    model.say, model.takes = honest, 0.03
    price = 2_600
    command = [sys.executable, "-c", RUNNER, model.url, where, str(CALLS * price), str(DOCUMENTS)]
    paths = os.pathsep.join([str(Path.cwd()), str(Path.cwd() / "tests")])
    again, during = 0, 0
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": paths}
    ) as runner:
        assert runner.stdin and runner.stdout
        for kill in range(KILLS + 1):
            known, asked = kept(store), len(model.asked)
            runner.stdin.write("read\n")
            runner.stdin.flush()
            child = int(runner.stdout.readline())
            while kill < KILLS and len(model.asked) == asked and len(known) < DOCUMENTS:
                time.sleep(0.001)
            if kill < KILLS:
                time.sleep(chance.uniform(0, 0.06))
                os.kill(child, signal.SIGKILL)
            runner.stdout.readline()
            time.sleep(model.takes)
            during += len(model.asked) > asked + len(kept(store) - known)
            again += sum(barge(question) in known for question in model.asked[asked:])
        runner.stdin.close()
    assert (again, kept(store)) == (0, {f"b{number:03}" for number in range(DOCUMENTS)})
    assert during >= KILLS // 3
    assert len(model.asked) * price // 2 <= spent(store) <= CALLS * price
    store.close()
