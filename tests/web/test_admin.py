"""The admin's pages: links that open once, a password, the cookie, and what is shown to whom."""

import hashlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from briefing.config.environment import Secrets
from briefing.web.passwords import hashed, matches

from .conftest import NOW, TOML, Pages

PASSWORD = "correct horse battery"
SALT = b"s" * 16
COOKIE = "__Host-briefing_admin"


def link(pages: Pages) -> str:
    return pages.services.links.login("admin", NOW)


def enter(pages: Pages) -> None:
    assert pages.post(link(pages)).headers["location"] == "/admin"


def quick(password: str) -> str:
    """A hash of least cost."""
    digest = hashlib.scrypt(password.encode(), salt=SALT, n=2, r=8, p=1, dklen=32)
    return f"scrypt$2$8$1${b64encode(SALT).decode()}${b64encode(digest).decode()}"


def with_password(pages: Pages, stored: str = quick(PASSWORD)) -> Pages:
    config = replace(pages.services.config, secrets=Secrets(admin_password_hash=stored))
    return Pages(replace(pages.services, config=config), pages.mailer)


def test_a_link_opens_the_pages_once(pages: Pages) -> None:
    before = pages.fingerprint()
    assert "Open the admin pages" in pages.get(link(pages)).text
    assert pages.fingerprint() == before
    assert pages.post(link(pages)).status_code == 303
    assert pages.get("/admin").status_code == 200
    pages.client.cookies.clear()
    for again in (pages.get(link(pages)), pages.post(link(pages))):
        assert (again.status_code, again.headers.get("set-cookie")) == (403, None)
        assert "was used already" in again.text
    assert pages.get("/admin").status_code == 303


def test_a_link_is_valid_for_a_quarter_of_an_hour(pages: Pages) -> None:
    pages.now += timedelta(minutes=15, seconds=1)
    assert pages.get(link(pages)).status_code == pages.post(link(pages)).status_code == 403


@pytest.mark.parametrize("purpose", ["preferences", "form", "admin", "confirm"])
def test_tokens_for_other_purposes_open_nothing(pages: Pages, purpose: str) -> None:
    token = pages.services.links.token(purpose, "admin", NOW)
    answer = pages.post(f"/admin/login/{token}")
    assert (answer.status_code, answer.headers.get("set-cookie")) == (403, None)


@pytest.mark.parametrize("purpose", ["login", "preferences", "form"])
def test_only_a_session_is_a_session(pages: Pages, purpose: str) -> None:
    token = pages.services.links.token(purpose, "admin", NOW)
    assert pages.client.get("/admin", headers={"Cookie": f"{COOKIE}={token}"}).status_code == 303


def test_the_cookie_is_bound_to_the_host_and_kept_from_scripts(pages: Pages) -> None:
    name_and_value, *flags = pages.post(link(pages)).headers["set-cookie"].split("; ")
    assert name_and_value.startswith(f"{COOKIE}=")
    assert {flag.lower() for flag in flags} == {"httponly", "max-age=43200", "path=/", "samesite=lax", "secure"}


def test_without_https_the_cookie_is_plain(make_pages: Callable[..., Pages]) -> None:
    made = make_pages(TOML.replace("https://brief.example", "http://brief.example"))
    made.services.links.public_url = "http://brief.example"
    flags = made.client.post(link(made), headers={"Host": "brief.example"}).headers["set-cookie"]
    assert flags.startswith("briefing_admin=") and "Secure" not in flags and "HttpOnly" in flags


def test_a_session_ends_after_twelve_hours(pages: Pages) -> None:
    enter(pages)
    pages.now += timedelta(hours=12)
    assert pages.get("/admin").status_code == 200
    pages.now += timedelta(seconds=1)
    assert pages.get("/admin").status_code == 303


def test_who_has_no_session_sees_nothing(pages: Pages) -> None:
    pages.subscribe()
    answer = pages.get("/admin")
    assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/admin/login", "")
    told = pages.get("/admin/login")
    assert told.status_code == 200 and "briefing admin login" in told.text and "<form" not in told.text


def test_the_desk_shows_how_everything_is_and_changes_nothing(pages: Pages) -> None:
    pages.subscribe()
    enter(pages)
    with pages.services.store.write() as db:
        state = db.feeds.states()["http://town.example/feed"]
        db.feeds.save(replace(state, failures=3, last_error="answered 500"))
    before = pages.fingerprint()
    answer = pages.get("/admin")
    for words in ("The Paper", "failing: answered 500 (3 times in a row", "1 active", "Why", " shown."):
        assert words in answer.text
    assert answer.text.index("answered 500") < answer.text.index("The Paper")
    assert "key=private" not in answer.text and "<script>" not in answer.text
    assert pages.fingerprint() == before


def test_the_desk_of_a_new_installation(empty: Pages) -> None:
    enter(empty)
    shown = empty.get("/admin").text
    assert "not asked yet" in shown and "There is none yet." in shown


def test_without_an_archive_the_desk_leads_to_no_page_of_it(make_pages: Callable[..., Pages]) -> None:
    closed = make_pages(TOML.replace("[briefing]", '[briefing]\narchive = "off"'))
    enter(closed)
    answer = closed.get("/admin")
    assert answer.status_code == 200 and "The Paper" in answer.text
    assert "/sources/" not in answer.text and 'href="/e/' not in answer.text


def test_nothing_of_the_admin_is_kept_or_indexed(pages: Pages) -> None:
    outside = [pages.get(path) for path in ("/admin", "/admin/login", link(pages))]
    answers = [*outside, pages.post(link(pages)), pages.get("/admin")]
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_leaving_ends_the_session_and_every_copy_of_it(pages: Pages) -> None:
    enter(pages)
    cookie = pages.client.cookies[COOKIE]
    answer = pages.post("/admin/logout", headers={"Origin": "https://brief.example"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/login")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert pages.client.get("/admin", headers={"Cookie": f"{COOKIE}={cookie}"}).status_code == 303


def test_another_site_cannot_end_a_session(pages: Pages) -> None:
    enter(pages)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert pages.post("/admin/logout", headers=headers).status_code == 403
    assert pages.get("/admin").status_code == 200
    assert pages.get("/admin/logout").status_code == 405


def test_the_password_opens_the_pages(pages: Pages) -> None:
    guarded = with_password(pages)
    assert 'type="password"' in guarded.get("/admin/login").text
    wrong = guarded.post("/admin/login", {"password": "guess"})
    assert (wrong.status_code, wrong.headers.get("set-cookie")) == (403, None)
    assert guarded.post("/admin/login", {"password": PASSWORD}).status_code == 303
    assert guarded.get("/admin").status_code == 200


def test_five_wrong_passwords_close_the_door_for_ten_minutes(pages: Pages) -> None:
    guarded = with_password(pages)
    tries = [guarded.post("/admin/login", {"password": "guess"}).status_code for _ in range(6)]
    assert tries == [403] * 5 + [429]
    assert guarded.post("/admin/login", {"password": PASSWORD}).status_code == 429
    guarded.now += timedelta(minutes=10)
    assert guarded.post("/admin/login", {"password": PASSWORD}).status_code == 303


def test_a_guesser_with_many_networks_comes_no_further(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded, networks = with_password(pages), count()
    monkeypatch.setattr("briefing.web.admin.client", lambda request: f"network {next(networks)}")
    tries = [guarded.post("/admin/login", {"password": "guess"}).status_code for _ in range(102)]
    assert tries == [403] * 100 + [429] * 2
    assert guarded.post(link(guarded)).headers["location"] == "/admin"


def test_right_passwords_are_not_counted(pages: Pages) -> None:
    guarded = with_password(pages)
    assert {guarded.post("/admin/login", {"password": PASSWORD}).status_code for _ in range(6)} == {303}


def test_without_a_password_none_is_right(pages: Pages) -> None:
    assert pages.post("/admin/login", {"password": ""}).status_code == 403


@pytest.mark.parametrize("stored", ["secret", "scrypt$1$8$1$AA==$AA==", "md5$1$2$3$AA==$AA==", "scrypt$16384$8$5$?$AA=="])
def test_a_hash_that_is_none_opens_nothing(pages: Pages, stored: str) -> None:
    answer = with_password(pages, stored).post("/admin/login", {"password": "secret"})
    assert answer.status_code == 403 and "briefing admin hash" in answer.text


def test_a_hash_knows_its_password_alone() -> None:
    stored = hashed(PASSWORD, SALT)
    assert matches(PASSWORD, stored + "\n") and not matches(PASSWORD + " ", stored) and PASSWORD not in stored
    assert hashed(PASSWORD, b"t" * 16) != stored
