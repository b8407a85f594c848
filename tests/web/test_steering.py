"""Signed links: leaving, choosing, answering, exporting and being forgotten."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest

from briefing.editions.wording import thin
from briefing.model import Status, Subscriber
from briefing.pipeline.compose import preview
from briefing.pipeline.steps import cycle

from .conftest import NOW, PUBLIC, Pages

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def links(pages: Pages, reader: Subscriber) -> dict[str, str]:
    made = pages.services.links
    ids = pages.insight_ids()
    return {
        "unsubscribe": made.unsubscribe(reader.id, NOW),
        "preferences": made.preferences(reader.id, NOW),
        "more": made.feedback(reader.id, ids[0], True, NOW),
        "less": made.feedback(reader.id, ids[0], False, NOW),
        "data": made.preferences(reader.id, NOW) + "/data.json",
    }


def test_opening_links_changes_nothing(pages: Pages) -> None:
    reader = pages.subscribe()
    before = pages.fingerprint()
    for url in links(pages, reader).values():
        for agent in ("Mozilla/5.0", "SafeLinks", "curl/8"):
            headers = {"User-Agent": agent, "Purpose": "prefetch"}
            assert pages.client.get(url, headers=headers).status_code == 200
            assert pages.client.head(url, headers=headers).status_code == 200
    assert pages.fingerprint() == before


def test_one_click_as_mail_providers_send_it(pages: Pages) -> None:
    reader = pages.subscribe()
    url = links(pages, reader)["unsubscribe"]
    pages.now += timedelta(days=400)
    for kind in ({"data": ONE_CLICK}, {"files": {name: (None, value) for name, value in ONE_CLICK.items()}}, {"data": ONE_CLICK}):
        answer = pages.client.post(url, **kind, headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"})
        assert (answer.status_code, answer.headers.get("location"), answer.headers.get("set-cookie")) == (200, None, None)
    left = pages.reader(reader.email)
    assert left and left.status is Status.UNSUBSCRIBED


def test_one_click_with_another_body_is_refused(pages: Pages) -> None:
    reader = pages.subscribe()
    assert pages.post(links(pages, reader)["unsubscribe"], {"List-Unsubscribe": "No"}).status_code == 400
    known = pages.reader(reader.email)
    assert known and known.status is Status.ACTIVE


def test_who_was_forgotten_is_unsubscribed_all_the_same(pages: Pages) -> None:
    url = pages.services.links.unsubscribe("nobody", NOW)
    assert pages.post(url, ONE_CLICK).status_code == 200


def test_preferences_show_and_save_everything(pages: Pages) -> None:
    reader = pages.subscribe()
    url = links(pages, reader)["preferences"]
    shown = pages.get(url).text
    assert 'value="2" selected' in shown and "a…@example.org" in shown and reader.email not in shown
    paper = shown.split('name="muted_feed" value="')[1].split('"')[0]
    form = {
        "whole": "yes",
        "topic.energy": "",
        "topic.cities": "4",
        "send_at": "05:45",
        "zone": "Asia/Tokyo",
        "days": ["mon", "fri"],
        "languages": ["en", "de"],
        "mute": "crypto, golf",
        "muted_feed": paper,
        "on_empty": "send",
    }
    assert "Saved" in pages.post(url, form).text
    saved = pages.reader(reader.email)
    assert saved
    assert saved.topics == {"cities": 4.0} and saved.days == (0, 4) and saved.languages == ("en", "de")
    assert (saved.zone, saved.send_at.hour, saved.on_empty) == ("Asia/Tokyo", 5, "send")
    assert saved.muted == ("crypto", "golf", "http://paper.example/feed?key=private")


def test_a_form_changes_only_what_it_names(pages: Pages) -> None:
    reader = pages.subscribe()
    pages.post(links(pages, reader)["preferences"], {"zone": "Asia/Tokyo"})
    assert pages.reader(reader.email) == replace(reader, zone="Asia/Tokyo")


def test_a_wrong_wish_is_told_and_nothing_changes(pages: Pages) -> None:
    reader = pages.subscribe()
    answer = pages.post(links(pages, reader)["preferences"], {"zone": "Mars/Base"})
    assert answer.status_code == 400 and "Time zone" in answer.text
    assert pages.reader(reader.email) == reader


def test_a_pause_has_an_end_and_can_end_sooner(pages: Pages) -> None:
    reader = pages.subscribe()
    url = links(pages, reader)["preferences"]
    assert pages.post(url, {"action": "pause", "paused_until": "2026-11-20"}).status_code == 400
    pages.post(url, {"action": "pause", "paused_until": "2026-12-24"})
    paused = pages.reader(reader.email)
    assert paused and (paused.status, paused.paused_until) == (Status.PAUSED, date(2026, 12, 24))
    pages.post(url, {"action": "resume"})
    back = pages.reader(reader.email)
    assert back and (back.status, back.paused_until) == (Status.ACTIVE, None)


def test_answers_are_learnt_once_and_taken_back_by_their_opposite(pages: Pages) -> None:
    reader = pages.subscribe()
    urls = links(pages, reader)

    def learnt(answer: str) -> dict[str, float]:
        pages.post(urls[answer])
        known = pages.reader(reader.email)
        assert known
        return dict(known.learnt)

    assert set(learnt("more").values()) == {0.25}
    assert set(learnt("more").values()) == {0.25}
    assert "a little more" in pages.post(urls["more"]).text
    assert "taken back" in pages.post(urls["less"]).text
    known = pages.reader(reader.email)
    assert known and known.learnt == {}
    assert set(learnt("less").values()) == {-0.25}
    assert "Forget what was learnt" in pages.get(urls["preferences"]).text
    pages.post(urls["preferences"], {"action": "reset"})
    known = pages.reader(reader.email)
    assert known and known.learnt == {}


def test_a_reader_gets_all_that_is_known(pages: Pages) -> None:
    reader = pages.subscribe()
    answer = pages.get(links(pages, reader)["data"])
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.json()["subscriber"]["email"] == reader.email


@pytest.mark.sqlite("what its file keeps of deleted rows")
def test_nothing_of_an_erased_reader_is_left_in_the_file(pages: Pages, tmp_path: Path) -> None:
    pages.sign_up("ida@example.org")
    pages.post(pages.link("ida@example.org", "confirm"))
    pages.mails()
    reader = pages.reader("ida@example.org")
    assert reader
    url = links(pages, reader)["preferences"]
    assert pages.post(url + "/erase").status_code == 400
    assert pages.post(url + "/erase", {"sure": "yes"}).status_code == 200
    assert pages.get(url).status_code == 404
    with pages.services.store.read() as db:
        db.connection.exec_driver_sql("COMMIT")
        db.connection.exec_driver_sql("VACUUM")
        db.connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.connection.exec_driver_sql("BEGIN")
    assert b"ida@example.org" not in b"".join(path.read_bytes() for path in tmp_path.glob("briefing.db*"))


@pytest.mark.parametrize("path", ["unsubscribe", "preferences", "feedback", "e/2026-11-21", "confirm"])
def test_unknown_tokens_get_one_page_and_guessing_ends(pages: Pages, path: str) -> None:
    codes = [pages.get(f"/{path}/token{n}").status_code for n in range(102)]
    assert codes == [404] * 100 + [429] * 2


def test_a_personal_edition_is_for_its_own_link_and_day(pages: Pages) -> None:
    reader = pages.subscribe()
    made = pages.services.links
    with pages.services.store.write() as db:
        house = db.editions.latest(None)[0]
        db.editions.add(replace(house, id="own", subscriber_id=reader.id))
    own = pages.get(made.personal_edition(reader.id, house.slot, NOW))
    assert own.status_code == 200 and "Your own edition" in own.text
    assert (own.headers["cache-control"], own.headers["x-robots-tag"]) == ("no-store", "noindex, nofollow")
    token = made.token("edition", f"{reader.id} 2026-11-20", NOW)
    assert pages.get(f"/e/{house.slot}/{token}").status_code == 404


def test_scanners_may_open_every_link_of_every_mail(pages: Pages) -> None:
    pages.subscribe()
    pages.sign_up("eva@example.org")
    list(cycle(pages.services, pages.now))
    texts = [message.get_body((kind,)).get_content() for _, message in pages.mailer.sent for kind in ("plain", "html")]
    urls = sorted({unescape(url) for text in texts for url in re.findall(rf"{PUBLIC}/[^\s\"<>]*", text)})
    purposes = {url.removeprefix(PUBLIC).split("/")[1] for url in urls}
    assert purposes >= {"confirm", "unsubscribe", "preferences", "feedback", "i", "e"}
    assert any(url.endswith("/report") for url in urls)
    before = pages.fingerprint()
    for url in urls:
        for agent in ("Mozilla/5.0", "SafeLinks", "Barracuda", "Slackbot", "curl/8"):
            headers = {"User-Agent": agent, "Purpose": "prefetch"}
            assert pages.client.get(url, headers=headers).status_code == 200, url
            assert pages.client.head(url, headers=headers).status_code == 200, url
    assert pages.fingerprint() == before


def test_a_reader_says_how_long_an_edition_is(pages: Pages) -> None:
    reader = pages.subscribe()
    url = links(pages, reader)["preferences"]
    pages.post(url, {"top": "1", "related": "0"})
    saved = pages.reader(reader.email)
    assert saved and (saved.top, saved.related) == (1, 0)
    assert '<option value="1" selected>' in pages.get(url).text
    edition = preview(pages.services, saved, NOW)
    assert len(edition.picks) == 1 and not edition.picks[0].fragment.related and not thin(edition, 5)
    for wrong in ("0", "11", "-1", "²", "many"):
        assert pages.post(url, {"top": wrong}).status_code == 400
    pages.post(url, {"top": "", "related": ""})
    assert pages.reader(reader.email) == reader
