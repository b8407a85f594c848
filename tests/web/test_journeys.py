"""What people do on the pages, in a real browser: on the sample installation, with real mails in between."""

import re
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from briefing.model import Status
from briefing.web.app import create_app

from .installation import FLAGS, Installation, chromium, installed
from .serving import ADDRESS, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
EVA = "eva@example.org"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    chromium()
    with installed(tmp_path_factory.mktemp("installation")) as made, served(create_app(made.services, clock=made.clock)):
        yield made


@pytest.fixture(scope="module")
def browser(world: Installation) -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def troubles() -> list[str]:
    """What the browser complained of, and what it asked of others."""
    return []


@pytest.fixture
def open_page(browser: "Browser", troubles: list[str]) -> "Iterator[Callable[..., Page]]":
    contexts = []

    def opened(path: str = "/", **more: object) -> "Page":
        context = browser.new_context(**more)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("dialog", lambda dialog: troubles.append(dialog.message))
        page.on("request", lambda request: troubles.append(request.url) if not request.url.startswith(ADDRESS) else None)
        page.goto(path if path.startswith("http") else ADDRESS + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


def reader(world: Installation, email: str):
    with world.services.store.read() as db:
        return db.subscribers.by_email(email)


def test_sign_up_confirm_steer_and_leave(world: Installation, open_page: "Callable[..., Page]") -> None:
    page = open_page("/", timezone_id="Asia/Tokyo")
    page.get_by_label("Mail address").fill(EVA)
    page.get_by_role("checkbox", name="Energy").check()
    page.wait_for_timeout(300)
    page.get_by_role("button", name="Send me the brief").click()
    assert page.get_by_role("heading", name="Look into your inbox").is_visible()

    page.goto(world.link(EVA, "confirm"))
    assert reader(world, EVA).status is Status.PENDING
    page.get_by_role("button", name="Confirm my subscription").click()
    joined = reader(world, EVA)
    assert (joined.status, joined.zone, joined.topics) == (Status.ACTIVE, "Asia/Tokyo", {"energy": 1.0})

    page.get_by_role("link", name=re.compile("preferences|choose|change", re.I)).first.click()
    page.get_by_label("Energy").select_option(label="Not chosen")
    page.get_by_label("Cities").select_option(label="Most of all")
    page.get_by_label("Insights", exact=True).select_option("3")
    page.get_by_label("Words, separated by commas").fill("battery")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_role("status").inner_text().startswith("Saved")
    steered = reader(world, EVA)
    assert (steered.topics, steered.top, steered.muted) == ({"cities": 4.0}, 3, ("battery",))

    page.get_by_role("link", name="Unsubscribe").click()
    page.get_by_role("button").click()
    assert reader(world, EVA).status is Status.UNSUBSCRIBED


def test_leave_by_the_header_of_a_mail(world: Installation) -> None:
    to, letter = next((each.recipients[0], each) for each in world.inbox.received)
    mail = world.letters(to)[0]
    url = re.findall(rf"<({ADDRESS}/unsubscribe/[^>]+)>", str(mail["List-Unsubscribe"]))[0]
    body = urllib.parse.urlencode({"List-Unsubscribe": "One-Click"}).encode()
    assert letter and urllib.request.urlopen(url, data=body).status == 200
    assert reader(world, to).status is Status.UNSUBSCRIBED


def test_read_and_follow_what_is_related(open_page: "Callable[..., Page]") -> None:
    page = open_page("/")
    page.locator("article.pick h2 a").first.click()
    assert page.url.startswith(f"{ADDRESS}/i/")
    page.get_by_text("The words around it").first.click()
    assert page.locator("mark").first.is_visible()
    first = page.url
    page.locator("ul.related a").first.click()
    assert page.url.startswith(f"{ADDRESS}/i/") and page.url != first


def test_search_finds_what_was_said(open_page: "Callable[..., Page]") -> None:
    page = open_page("/search")
    page.locator("#q").fill("battery")
    page.locator("#q").press("Enter")
    page.locator("a.said").first.click()
    assert "battery" in page.locator("main").inner_text().lower()


def test_a_problem_is_reported_and_corrected(world: Installation, open_page: "Callable[..., Page]") -> None:
    page = open_page("/")
    page.locator("article.pick h2 a").last.click()
    insight = page.url
    page.get_by_role("link", name="Report a problem").click()
    page.get_by_label("Somebody else said it").check()
    page.get_by_label("In your words").fill("It was her brother.")
    page.wait_for_timeout(300)
    page.get_by_role("button", name="Send the report").click()
    assert page.get_by_role("heading", name="Thank you").is_visible()
    page.goto(world.services.links.login("admin", world.clock()))
    page.get_by_role("button", name="Open the admin pages").click()
    page.get_by_role("link", name="Reports", exact=True).click()
    page.get_by_label("What is right").fill("Her brother said so.")
    page.get_by_role("button", name="Print the correction").click()
    assert page.get_by_role("status").is_visible()
    page.wait_for_timeout(2_100)
    page.goto(insight)
    page.reload()
    assert "Her brother said so." in page.locator(".correction").inner_text()


def test_the_admin_sees_a_broken_feed_and_has_it_asked(world: Installation, open_page: "Callable[..., Page]") -> None:
    url = world.services.config.feeds[0].url
    with world.services.store.write() as db:
        state = db.feeds.states()[url]
        db.feeds.save(
            replace(
                state,
                failures=3,
                last_error="answered 500",
                next_poll_at=world.clock() + (world.clock() - state.next_poll_at) * 9,
            )
        )
    page = open_page(world.services.links.login("admin", world.clock()))
    page.get_by_role("button", name="Open the admin pages").click()
    row = page.locator("tr", has_text="answered 500")
    assert "failing" in row.inner_text() and row.locator("svg").is_visible()
    row.get_by_role("button", name="Ask now").click()
    assert "heartbeat" in page.get_by_role("status").inner_text()
    with world.services.store.read() as db:
        assert db.feeds.states()[url].next_poll_at <= world.clock()


def paths(world: Installation) -> dict[str, str]:
    """One address of every kind of page there is."""
    links, now = world.services.links, world.clock()
    with world.services.store.read() as db:
        edition = db.editions.latest(None)[0]
        person = next(each for each in db.subscribers.all() if db.editions.latest(each.id))
        own = db.editions.latest(person.id)[0]
        source = db.feeds.states()
    pick = edition.picks[0].fragment
    return {
        "home": "/",
        "sign-up": "/signup",
        "insight": pick.insight_url,
        "report": f"{pick.insight_url}/report",
        "story": pick.story_url,
        "edition": links.edition(edition.slot),
        "own edition": links.personal_edition(person.id, own.slot, now),
        "archive": "/archive",
        "topic": "/topics/energy",
        "source": open_source(source),
        "search": "/search?q=battery",
        "method": "/method",
        "preferences": links.preferences(person.id, now),
        "unsubscribe": links.unsubscribe(person.id, now),
        "feedback": links.feedback(person.id, pick.insight_id, True, now),
        "nothing": "/nothing-here",
        "admin door": "/admin/login",
        "admin": "/admin",
        "admin preview": "/admin/preview",
        "admin readers": "/admin/readers",
        "admin mails": "/admin/mails",
        "admin reports": "/admin/reports",
    }


def open_source(states: object) -> str:
    from briefing.web.sources import source_id

    return f"/sources/{source_id(next(iter(states)))}"  # type: ignore[call-overload]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(world: Installation, browser: "Browser", scheme: str) -> None:
    """WCAG 2.2 AA and the best practices that axe knows, on every page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe: pip install briefing[browser]").Axe()
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(world.services.links.login("admin", world.clock()))
    page.get_by_role("button", name="Open the admin pages").click()
    found = {}
    for name, path in paths(world).items():
        page.goto(path if path.startswith("http") else ADDRESS + path)
        broken = axe.run(page).response["violations"]
        if broken:
            found[name] = [(each["id"], [node["html"][:150] for node in each["nodes"]][:3]) for each in broken]
    context.close()
    assert found == {}


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_is_wider_than_the_screen_or_heavier_than_fifty_kilobytes(
    world: Installation, open_page: "Callable[..., Page]", width: int, troubles: list[str]
) -> None:
    page = open_page(world.services.links.login("admin", world.clock()), viewport={"width": width, "height": 800})
    page.get_by_role("button", name="Open the admin pages").click()
    wide, heavy = {}, {}
    for name, path in paths(world).items():
        weights: list[int] = []
        page.on("response", lambda answer, weights=weights: weights.append(len(answer.body())))
        page.goto(path if path.startswith("http") else ADDRESS + path)
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wide |= {name: beyond} if beyond > 0 else {}
        heavy |= {name: sum(weights)} if sum(weights) > 50_000 else {}
    troubles[:] = [each for each in troubles if "404" not in each]
    assert (wide, heavy) == ({}, {})


def test_the_form_is_filled_in_from_the_keyboard_alone(world: Installation, open_page: "Callable[..., Page]") -> None:
    page = open_page("/signup")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "email":
            break
    page.keyboard.type("kim@example.org")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    outlined = page.evaluate("getComputedStyle(document.activeElement.nextElementSibling).outlineStyle")
    assert outlined == "solid"
    page.wait_for_timeout(300)
    page.locator("#email").press("Enter")
    assert page.get_by_role("heading", name="Look into your inbox").is_visible()
    assert reader(world, "kim@example.org").topics


def test_no_layout_shift(open_page: "Callable[..., Page]") -> None:
    page = open_page("/")
    shift = page.evaluate("""() => new Promise(done => {
        let sum = 0;
        const seen = list => list.getEntries().forEach(e => sum += e.value);
        new PerformanceObserver(seen).observe({type: 'layout-shift', buffered: true});
        setTimeout(() => done(sum), 500);
    })""")
    assert shift == 0


def test_a_page_prints_on_paper_without_forms(open_page: "Callable[..., Page]", tmp_path: Path) -> None:
    page = open_page("/")
    page.emulate_media(media="print")
    assert not page.locator("form").first.is_visible() and page.locator("article.pick").first.is_visible()
    assert len(page.pdf()) > 5_000
