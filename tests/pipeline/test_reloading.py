"""Edits of feeds.toml while the engine runs: feeds come and go without a loss and without a flood."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from briefing import app
from briefing.config import Config
from briefing.config.watching import Watch
from briefing.errors import UsageError
from briefing.jobs.local import LocalEngine
from briefing.jobs.reloading import Reloading
from briefing.model import FeedState
from briefing.pipeline.keeping import CANDIDATES
from briefing.pipeline.overview import overview
from briefing.pipeline.services import Services

from .conftest import BUSES, NOW, SHIPS, TOML, Desk, configured, feed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOWN = '[[feeds]]\nurl = "http://town.example/feed"\nkind = "news"\ntopics = ["cities"]\n'
ADMIN = '[admin]\nemail = "admin@example.org"\n'
BROKEN = f"{TOML}\n[[feeds]\n"


class Running:
    """An engine over the fakes, with a file that is edited and a clock that is set by hand."""

    def __init__(self, desk: Desk, toml: str) -> None:
        self.desk, self.now = desk, NOW
        self.path = desk.services.config.path
        self.path.write_text(toml)
        os.utime(self.path, (0, 0))
        self.age = 0
        config = configured(self.path.parent, toml)
        watch = Watch(config, {})
        self.engine = LocalEngine(
            replace(desk.services, config=config), clock=lambda: self.now, reloading=Reloading(watch, self.refit)
        )
        self.refused = ""

    def refit(self, services: Services, config: Config) -> Services:
        if self.refused:
            raise UsageError("[speech]", self.refused)
        with services.store.write() as db:
            db.feeds.declare([each.url for each in config.feeds if each.enabled])
        return replace(services, config=config)

    @property
    def services(self) -> Services:
        return self.engine._services

    def edit(self, toml: str) -> None:
        self.age += 1
        self.path.write_text(toml)
        os.utime(self.path, (self.age, self.age))

    def beat(self, after: timedelta = HOUR) -> None:
        """One look, and one beat with all its jobs."""
        self.now += after
        self.engine.look()
        self.engine.take_up_edit()
        self.engine.beat()
        while self.engine.work_once():
            pass

    def entries(self) -> list[str]:
        with self.services.store.read() as db:
            return sorted(e.title for url in ("paper", "town") for e in db.entries.latest(f"http://{url}.example/feed", 99))

    def says(self) -> str:
        return overview(self.services, self.now).configuration

    def state(self, url: str) -> FeedState | None:
        with self.services.store.read() as db:
            return db.feeds.state(url)


@pytest.fixture
def running(make_desk: Callable[..., Desk]) -> Running:
    return Running(make_desk(TOML), TOML + ADMIN)


def test_a_new_feed_is_polled_and_one_taken_out_is_not(running: Running) -> None:
    running.edit(TOML.replace(TOWN, ""))
    running.beat()
    assert running.entries() == ["Iron battery"]
    assert running.says() == "as edited 2026-11-21 08:00 UTC"
    running.edit(TOML)
    running.beat()
    assert running.entries() == ["Iron battery", "Night buses"]
    asked = len(running.desk.fetcher.asked)
    running.edit(TOML.replace(TOWN, ""))
    running.beat(DAY)
    assert not any("town" in url for url in running.desk.fetcher.asked[asked:])
    assert running.entries() == ["Iron battery", "Night buses"]


def test_a_bad_edit_leaves_all_as_it_was_and_is_told_once_in_the_store_and_by_mail(running: Running) -> None:
    running.beat()
    running.edit(BROKEN)
    for _ in range(5):
        running.beat()
    assert len(running.services.config.feeds) == 2
    assert running.says().startswith("the edit of 2026-11-21 09:00 UTC is not in force: line ")
    told = [mail for to, mail in running.desk.mailer.sent if to == "admin@example.org"]
    assert [str(mail["Subject"]) for mail in told] == ["feeds.toml cannot be used (Brief)"]
    running.edit(TOML)
    running.beat()
    assert running.says().startswith("as edited")


def test_an_edit_that_cannot_be_wired_is_told_too_and_the_next_one_is_taken(running: Running) -> None:
    running.refused = 'the engine "faster-whisper" is not installed'
    running.edit(TOML + "# one\n")
    running.beat()
    assert "faster-whisper" in running.says()
    running.refused = ""
    running.edit(TOML + "# two\n")
    running.beat()
    assert running.says().startswith("as edited")


def test_a_bad_edit_is_told_while_a_job_runs_and_a_good_one_waits_for_its_end(running: Running) -> None:
    before = running.services
    running.edit(BROKEN)
    running.engine.look()
    assert "not in force" in running.says()
    running.edit(TOML)
    running.engine.look()
    assert running.services is before
    running.engine.take_up_edit()
    assert running.services is not before


def test_a_feed_that_rested_for_a_day_loses_nothing_and_floods_nothing(running: Running) -> None:
    running.beat()
    running.edit(TOML.replace(TOWN, "".join(f"# {line}\n" for line in TOWN.splitlines())))
    running.beat()
    new = ("ships", "Slow ships", SHIPS)
    running.desk.pages["http://town.example/feed"] = feed("town.example", ("buses", "Night buses", BUSES), new)
    running.beat(DAY)
    assert "Slow ships" not in running.entries()
    running.edit(TOML)
    running.beat()
    assert running.entries() == ["Iron battery", "Night buses", "Slow ships"]


def test_what_a_feed_brings_after_a_rest_is_limited(running: Running) -> None:
    running.beat()
    running.edit(TOML.replace(TOWN, "".join(f"# {line}\n" for line in TOWN.splitlines())))
    running.beat()
    items = [(f"new-{n}", f"New {n}", f"{SHIPS} {n}") for n in range(300)]
    running.desk.pages["http://town.example/feed"] = feed("town.example", ("buses", "Night buses", BUSES), *items)
    running.edit(TOML)
    running.beat(DAY)
    with running.services.store.read() as db:
        kept, read = (
            db.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in ("entries", "documents")
        )
    assert (kept, read) == (302, 2 + CANDIDATES)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TOWN, TOWN.replace("kind", 'title = "The Town"\nkind')),
        ('kind = "news"\ntopics = ["cities"]', 'kind = "podcast"\ntopics = ["cities"]'),
        ('topics = ["cities"]', 'topics = ["energy"]\nweight = 3.0'),
    ],
    ids=["renamed", "another kind", "another topic"],
)
def test_what_is_said_of_a_feed_may_change_without_anything_becoming_new(running: Running, before: str, after: str) -> None:
    running.beat()
    known = running.entries()
    running.edit(TOML.replace(before, after))
    for _ in range(3):
        running.beat()
    assert running.entries() == known
    state = running.state("http://town.example/feed")
    assert state is not None
    assert state.failures == 0


def test_the_file_of_the_last_run_is_remembered_as_it_was_used(running: Running) -> None:
    running.edit(TOML)
    running.beat()
    running.edit(BROKEN)
    running.beat()
    with running.services.store.read() as db:
        assert db.meta.setting("feeds.toml of the last run") == TOML


def test_the_real_services_are_refitted_and_keep_what_is_loaded(tmp_path: Path) -> None:
    old = configured(tmp_path, TOML)
    new = configured(tmp_path, TOML.replace(TOWN, '[[feeds]]\nurl = "http://new.example/feed"\n[mail]\nfolder = "post"\n'))
    with app.opened(old) as services:
        after = app.refitted(services, new)
        assert (after.store, after.stopping, after.owner) == (services.store, services.stopping, services.owner)
        assert after.reader is services.reader
        assert after.mailer is not services.mailer
        with after.store.read() as db:
            assert sorted(db.feeds.due(NOW)) == ["http://new.example/feed", "http://paper.example/feed"]
        other = app.refitted(after, configured(tmp_path, TOML + '[llm]\nurl = "http://localhost:1/v1"\nmodel = "m"\n'))
        assert other.reader is not services.reader
