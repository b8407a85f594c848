"""The whole road once, with nothing faked: sample feeds over HTTP, the packaged scorer, mail over SMTP, two days in a row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest

from briefing.cli.demo import staged
from briefing.model import Edition, EditionPick
from briefing.pipeline.services import Services
from briefing.pipeline.steps import cycle

TODAY = datetime(2026, 11, 21, 7, 5, tzinfo=UTC)
YESTERDAY = TODAY - timedelta(days=1)


@dataclass(frozen=True)
class Road:
    """What two days left behind; the services are still open."""

    services: Services
    mails: list[EmailMessage]

    def editions(self) -> list[Edition]:
        with self.services.store.read() as db:
            return [edition for reader in db.subscribers.all() for edition in db.editions.latest(reader.id, 9)]

    def picks(self) -> list[EditionPick]:
        return [pick for edition in self.editions() for pick in edition.picks]


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    with staged(tmp_path_factory.mktemp("road"), TODAY) as stage:
        for moment in (YESTERDAY, YESTERDAY + timedelta(hours=6), TODAY, TODAY + timedelta(hours=6)):
            stage.samples.move_to(moment)
            list(cycle(stage.services, moment))
        yield Road(stage.services, [message_from_bytes(one.data, policy=policy.default) for one in stage.inbox.received])


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_each_reader_gets_one_mail_a_day(road: Road) -> None:
    got = sorted((str(mail["To"]), str(mail["X-Slot"])) for mail in road.mails)
    readers = ("ada@example.org", "ben@example.org", "cleo@example.org")
    assert got == [(reader, day) for reader in readers for day in ("2026-11-20", "2026-11-21")]


def test_what_is_cited_can_be_reached_when_the_demo_is_over(road: Road) -> None:
    assert {urlsplit(source.url).hostname for pick in road.picks() for source in pick.fragment.sources} == {"example.org"}


def test_every_mail_holds_five_insights_with_their_source_and_reason(road: Road) -> None:
    for mail in road.mails:
        text = body(mail)
        assert re.findall(r"^([1-9])\. ", text, re.MULTILINE) == ["1", "2", "3", "4", "5"]
        assert text.count("Why this:") == 5
        assert text.count("http") > 5


def test_every_quote_is_verbatim_at_its_place(road: Road) -> None:
    with road.services.store.read() as db:
        for pick in road.picks():
            for quote in pick.fragment.quotes:
                document = db.documents.get(quote.entry_id)
                assert document is not None
                assert document.text[quote.start : quote.end] == quote.text


def test_nobody_is_told_the_same_twice_and_news_is_marked(road: Road) -> None:
    for reader in {edition.subscriber_id for edition in road.editions()}:
        editions = [edition for edition in road.editions() if edition.subscriber_id == reader]
        told = [pick.fragment.insight_id for edition in editions for pick in edition.picks]
        assert len(told) == len(set(told))
        stories = [pick.fragment.story_id for edition in editions for pick in edition.picks if pick.update is None]
        assert len(stories) == len(set(stories))


def test_sponsors_footers_and_damage_stay_out(road: Road) -> None:
    claims = " ".join(pick.fragment.claim for pick in road.picks())
    for unwanted in ("sponsor", "promo code", "Subscribe", "forwarded", "â€", "๐", "<", "-->"):
        assert unwanted not in claims


def test_a_topic_decides_and_several_sources_tell(road: Road) -> None:
    with road.services.store.read() as db:
        ben = db.subscribers.by_email("ben@example.org")
    assert ben is not None
    first = [edition.picks[0] for edition in road.editions() if edition.subscriber_id == ben.id]
    assert all(any(reason.code == "topics" for reason in pick.reasons) for pick in first)
    assert any(len({source.publisher for source in pick.fragment.sources}) >= 2 for pick in road.picks())
