"""What the admin does: with a session and its own token, from our own pages; anything else changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from briefing.model import Delivery, DeliveryState, Outcome, ProblemReport, Status
from briefing.web.acting import PAGES
from briefing.web.rhythm import chart
from briefing.web.sources import source_id

from .conftest import NOW, PUBLIC, TOML, Pages

COOKIE = "__Host-briefing_admin"
OURS = {"Origin": PUBLIC}
TOWN = "http://town.example/feed"


def enter(pages: Pages, ago: int = 0) -> None:
    """With another link each time: one opens the pages once."""
    pages.post(pages.services.links.login("admin", pages.now - timedelta(seconds=ago)))


def token(pages: Pages) -> str:
    return pages.get("/admin/readers").text.split('name="csrf" value="')[1].split('"')[0]


def act(pages: Pages, path: str, action: str, id_: str, **fields: str):
    body = {"csrf": token(pages), "action": action, "id": id_, **fields}
    return pages.client.post(path, data=body, headers=OURS)


def prepare(pages: Pages, state: DeliveryState = DeliveryState.DEFERRED, **more: object) -> Delivery:
    """A reader with a mail, a report, and the admin at the desk."""
    reader = pages.subscribe()
    mail = Delivery(id="mail", address=reader.email, message_id="<m@x>", state=state, subscriber_id=reader.id, **more)  # type: ignore[arg-type]
    report = ProblemReport(id="r1", insight_id=pages.insight_ids()[0], about="quote", text="<b>Not said</b>", at=NOW)
    with pages.services.store.write() as db:
        db.deliveries.add([mail])
        db.reports.add(report)
    enter(pages)
    return mail


def mail_of(pages: Pages) -> Delivery:
    with pages.services.store.read() as db:
        return db.deliveries.get(["mail"])[0]


ACTIONS = [
    ("/admin", {"action": "ask", "id": source_id(TOWN)}),
    ("/admin/readers", {"action": "remove", "id": "ana"}),
    ("/admin/mails", {"action": "cancel", "id": "mail"}),
    ("/admin/reports", {"action": "correct", "id": "r1", "text": "Right."}),
]


@pytest.mark.parametrize(("path", "body"), ACTIONS)
def test_only_the_session_acts_and_only_from_our_pages(pages: Pages, path: str, body: dict[str, str]) -> None:
    prepare(pages)
    own, cookie = token(pages), pages.client.cookies[COOKIE]
    enter(pages, ago=1)
    other = token(pages)
    assert other != own
    before = pages.fingerprint()
    pages.client.cookies.set(COOKIE, cookie, domain="brief.example")
    tries = [
        ({"csrf": own}, {}),
        ({"csrf": own}, {"Origin": "null"}),
        ({"csrf": own}, {"Origin": "https://evil.example"}),
        ({"csrf": own}, {"Origin": PUBLIC, "Sec-Fetch-Site": "cross-site"}),
        ({"csrf": other}, OURS),
        ({"csrf": pages.services.links.token("form", "signup", NOW)}, OURS),
        ({"csrf": ""}, OURS),
        ({}, OURS),
    ]
    for more, headers in tries:
        sent = {"Cookie": f"{COOKIE}={cookie}", **headers}
        pages.client.cookies.clear()
        assert pages.client.post(path, data=body | more, headers=sent).status_code == 403, (more, headers)
    assert pages.client.post(path, data=body | {"csrf": own}, headers=OURS).status_code == 403
    assert pages.fingerprint() == before
    allowed = pages.client.post(path, data=body | {"csrf": own}, headers={"Cookie": f"{COOKIE}={cookie}", **OURS})
    assert allowed.status_code == 303 and pages.fingerprint() != before


def test_every_admin_form_asks_for_its_origin() -> None:
    assert {page.path for page in PAGES if page.act} == {page.path for page in PAGES if page.own}


def test_an_old_form_does_nothing(pages: Pages) -> None:
    prepare(pages)
    body = {"csrf": token(pages), "action": "cancel", "id": "mail"}
    pages.now += timedelta(hours=11)
    enter(pages)
    assert pages.client.post("/admin/mails", data=body, headers=OURS).status_code == 403


@pytest.mark.parametrize("path", ["/admin", "/admin/preview", "/admin/readers", "/admin/mails", "/admin/reports"])
def test_pages_of_the_desk_are_for_the_admin_and_change_nothing(pages: Pages, path: str) -> None:
    assert pages.get(path).headers["location"] == "/admin/login"
    prepare(pages)
    before = pages.fingerprint()
    shown = pages.get(path)
    assert shown.status_code == 200 and "<b>Not said" not in shown.text and "key=private" not in shown.text
    assert pages.fingerprint() == before


def test_a_report_becomes_a_correction(pages: Pages) -> None:
    prepare(pages)
    assert "1 report" in pages.get("/admin").text and "&lt;b&gt;Not said" in pages.get("/admin/reports").text
    assert act(pages, "/admin/reports", "correct", "r1", text=" ").status_code == 409
    done = act(pages, "/admin/reports", "correct", "r1", text="It was 36 hours.")
    assert (done.status_code, done.headers["location"]) == (303, "/admin/reports?did=correct")
    assert "The correction stands" in pages.get("/admin/reports?did=correct").text
    assert "It was 36 hours." in pages.get(f"/i/{pages.insight_ids()[0]}").text
    assert act(pages, "/admin/reports", "dismiss", "r1").status_code == 409
    with pages.services.store.read() as db:
        settled = db.reports.get("r1")
    assert settled and settled.outcome is Outcome.CORRECTED


def test_a_mail_that_waits_is_tried_at_once_or_given_up(pages: Pages) -> None:
    prepare(pages, next_attempt_at=NOW + timedelta(hours=2), error="greylisted")
    assert "greylisted" in pages.get("/admin/mails").text
    act(pages, "/admin/mails", "now", "mail")
    assert mail_of(pages).next_attempt_at == NOW
    assert act(pages, "/admin/mails", "accept", "mail").status_code == 409
    act(pages, "/admin/mails", "cancel", "mail")
    assert mail_of(pages).state is DeliveryState.CANCELLED


@pytest.mark.parametrize(("decision", "state"), [("send", DeliveryState.QUEUED), ("accept", DeliveryState.ACCEPTED)])
def test_a_held_mail_is_decided_about(pages: Pages, decision: str, state: DeliveryState) -> None:
    prepare(pages, DeliveryState.UNKNOWN)
    assert "did they arrive?" in pages.get("/admin/mails").text
    act(pages, "/admin/mails", decision, "mail")
    assert mail_of(pages).state is state
    with pages.services.store.read() as db:
        assert db.deliveries.events("mail")[-1][3] == "the admin decided so"


def test_readers_are_found_taken_back_and_forgotten(pages: Pages) -> None:
    prepare(pages)
    pages.subscribe("bob", Status.BOUNCED)
    assert "bob@" not in pages.get("/admin/readers?q=ana").text
    assert "ana@" not in pages.get("/admin/readers?status=bounced").text
    act(pages, "/admin/mails", "activate", "bob")
    back = pages.reader("bob@example.org")
    assert back and back.status is Status.ACTIVE
    act(pages, "/admin/readers", "unsubscribe", "bob")
    assert act(pages, "/admin/readers", "activate", "bob").status_code == 409
    act(pages, "/admin/readers", "remove", "bob")
    assert pages.reader("bob@example.org") is None
    assert act(pages, "/admin/readers", "remove", "bob").status_code == 409


def test_a_resting_feed_is_asked_at_once(pages: Pages) -> None:
    enter(pages)
    pages.subscribe()
    with pages.services.store.write() as db:
        state = db.feeds.states()[TOWN]
        db.feeds.save(replace(state, next_poll_at=NOW + timedelta(days=3)))
    act(pages, "/admin", "ask", source_id(TOWN))
    with pages.services.store.read() as db:
        assert db.feeds.states()[TOWN].next_poll_at == NOW
    assert act(pages, "/admin", "ask", "nothing").status_code == 409
    assert act(pages, "/admin", "explode", source_id(TOWN)).status_code == 400


def test_the_next_edition_of_one_reader_is_shown_with_its_reasons(pages: Pages) -> None:
    prepare(pages)
    assert "The house edition as it would be now" in pages.get("/admin/preview").text
    own = pages.get("/admin/preview?reader=ana").text
    assert "What ana@example.org would get now" in own and '<th scope="col">Why</th>' in own
    assert pages.get("/admin/preview?reader=nobody").status_code == 404


def test_spending_is_shown_where_something_may_be_spent(make_pages: Callable[..., Pages]) -> None:
    pages = make_pages(f'{TOML}[llm]\nurl = "http://127.0.0.1:9/v1"\nmodel = "m"\ndaily_tokens = 900\n')
    with pages.services.store.write() as db:
        db.meta.spend("tokens", NOW.date(), 700, 900)
    enter(pages)
    assert "700 of 900 today" in pages.get("/admin").text


def test_a_chart_is_as_high_as_its_busiest_day_and_hides_no_day() -> None:
    counts = [0] * 28 + [1, 40]
    drawn = chart(counts, [NOW.date()] * 30)
    assert [bar.height for bar in drawn.bars] == [2, 20] and drawn.words.startswith("41 items on 2 of 30 days")
