"""What doctor says of pages, model servers and mail folders."""

import os
from collections.abc import Callable
from dataclasses import replace
from urllib.error import URLError

import pytest
from imap_server import Mail, serving

from briefing.config import Secrets
from briefing.pipeline import diagnosis, reaching
from briefing.pipeline.diagnosis import CHECKS, diagnose
from briefing.store import backup

from .conftest import NOW, TOML, Desk

WEB = f'{TOML}\n[web]\npublic_url = "https://brief.example"\n'
LLM = f'{TOML}\n[llm]\nurl = "http://localhost:11434/v1"\nmodel = "m"\n[embeddings]\nurl = "http://localhost:2/v1"\nmodel = "e"\n'


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, int | Exception]:
    """URL -> status or error; nothing else is there."""
    known: dict[str, int | Exception] = {}

    def status(url: str, key: str = "") -> int:
        found = known.get(url, URLError(ConnectionRefusedError(111, "Connection refused")))
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(reaching, "status", status)
    return known


@pytest.mark.parametrize(
    ("answer", "words", "trouble"),
    [
        (200, "answers", False),
        (404, "answers 404", True),
        (502, "answers 502", True),
        (403, "refuses us (403)", True),
        (TimeoutError(), "no answer within 5 s", True),
        (URLError(ConnectionRefusedError(111, "Connection refused")), "Connection refused", True),
    ],
)
def test_pages_are_asked_for_where_links_lead(
    make_desk: Callable[..., Desk], answers: dict[str, int | Exception], answer: int | Exception, words: str, trouble: bool
) -> None:
    answers["https://brief.example/health"] = answer
    ((said, remedy),) = reaching.web(make_desk(WEB).services, NOW)
    assert words in said
    assert bool(remedy) is trouble


def test_pages_on_ones_own_machine_are_not_asked_for(desk: Desk, answers: dict[str, int | Exception]) -> None:
    assert list(reaching.web(desk.services, NOW)) == []


def test_model_servers_are_asked_with_their_key_and_need_not_list_models(
    make_desk: Callable[..., Desk], answers: dict[str, int | Exception]
) -> None:
    answers |= {"http://localhost:11434/v1/models": 404, "http://localhost:2/v1/models": 401}
    (llm, embeddings) = reaching.models(make_desk(LLM).services, NOW)
    assert llm == ("[llm] http://localhost:11434/v1 answers", "")
    assert embeddings[0] == "[embeddings] http://localhost:2/v1 refuses us (401)"
    assert "key" in embeddings[1]


@pytest.mark.parametrize(
    ("password", "words", "remedy"),
    [
        ("s3cret", "opens, 2 messages in it", ""),
        ("wrong", "refuses user name or password", "check the url of this mailbox and BRIEFING_MAILBOX_PASSWORD"),
        ("", "has no password", "set BRIEFING_MAILBOX_PASSWORD"),
    ],
)
def test_mail_folders_are_opened(make_desk: Callable[..., Desk], password: str, words: str, remedy: str) -> None:
    with serving(Mail({1: b"", 2: b""})) as mail:
        desk = make_desk(f'{TOML}\n[[mailboxes]]\nurl = "imap://me@127.0.0.1:{mail.port}/News"\n')
        secrets = Secrets(mailboxes={"BRIEFING_MAILBOX_PASSWORD": password})
        services = replace(desk.services, config=replace(desk.services.config, secrets=secrets))
        ((said, told),) = reaching.mailboxes(services, NOW)
    assert words in said
    assert told == remedy
    assert password == "" or password not in said


def test_every_check_says_something_or_has_nothing_to_look_at(desk: Desk, answers: dict[str, int | Exception]) -> None:
    told = {each.check for each in diagnose(desk.services, NOW)}
    assert set(CHECKS) - told <= {"mail", "mailboxes", "folders", "pages", "models", "sender"}


def test_work_that_is_stuck_is_told_with_its_remedy(desk: Desk, answers: dict[str, int | Exception]) -> None:
    desk.run()
    assert not any(remedy for _, remedy in CHECKS["work"](desk.services, NOW))
    with desk.services.store.write() as db:
        (entry,) = db.entries.latest("http://paper.example/feed", 1)
        db.entries.move(entry.id, "read")
        db.entries.try_later(entry.id, NOW.replace(day=1), "answered 503")
    told = [words for words, remedy in CHECKS["work"](desk.services, NOW) if remedy]
    assert told == ["entries have waited to be read for over 1 day"]


@pytest.mark.sqlite("its log")
def test_a_log_that_grows_because_somebody_reads_is_told(desk: Desk) -> None:
    def troubles() -> list[str]:
        return [each.words for each in diagnose(desk.services, NOW) if each.check == "store" and each.remedy]

    assert troubles() == []
    file = backup.file_of(desk.services.config.store.url)
    os.truncate(file.with_name(f"{file.name}-wal"), diagnosis.LARGE_LOG + 10**6)
    assert troubles() == ["the store's log briefing.db-wal has 257 MB"]
