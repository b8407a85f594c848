"""Sign-up and confirmation: only a POST acts, the answer tells nothing, and nobody is flooded with mail."""

import json
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest

from briefing.delivery.addresses import check
from briefing.model import Status

from .conftest import NOW, PUBLIC, Pages

EVA = "eva@example.org"


def test_a_visitor_becomes_a_reader_through_the_mail_and_a_button(pages: Pages) -> None:
    pages.sign_up(EVA, topics=["energy", "cities"], send_at="06:30", zone="Europe/Berlin", languages="de")
    known = pages.reader(EVA)
    assert known and (known.status, known.zone, known.send_at.hour, known.languages) == ("pending", "Europe/Berlin", 6, ("de",))
    assert set(known.topics) == {"energy", "cities"}
    link = pages.link(EVA, "confirm")
    first, again = pages.post(link), pages.get(link)
    assert first.status_code == 200 and "edition follows" in first.text and "edition follows" not in again.text
    assert "06:30, Europe/Berlin" in first.text and "06:30, Europe/Berlin" in again.text
    confirmed = pages.reader(EVA)
    assert confirmed and confirmed.status is Status.ACTIVE


def test_a_form_that_is_sent_again_at_once_puts_right_what_was_mistyped(pages: Pages) -> None:
    pages.sign_up(EVA, zone="Europe/Berlin")
    pages.sign_up(EVA, zone="Europe/Lisbon")
    known = pages.reader(EVA)
    assert known and known.zone == "Europe/Lisbon" and len(pages.mails(EVA)) == 1
    pages.post(pages.link(EVA, "confirm"))
    pages.sign_up(EVA, zone="Asia/Tokyo")
    confirmed = pages.reader(EVA)
    assert confirmed and confirmed.zone == "Europe/Lisbon"


def test_the_answer_and_its_length_are_the_same_for_everybody(pages: Pages) -> None:
    for status in Status:
        pages.subscribe(status.value, status)
    answers = []
    for email in ["new@example.org", *(f"{status.value}@example.org" for status in Status)]:
        pages.now += timedelta(minutes=11)
        answers.append(pages.sign_up(email))
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
    asked = {address for address, _ in pages.mailer.sent} if pages.mails() else set()
    assert asked == {f"{name}@example.org" for name in ("new", "pending", "unsubscribed", "bounced")}


def test_the_answer_takes_as_long_for_everybody(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing a new address down takes longer than finding one that is known: both are waited out."""
    monkeypatch.setattr("briefing.web.joining.LEAST_SECONDS", 5.0)
    waited: list[float] = []
    monkeypatch.setattr("briefing.web.joining.sleep", waited.append)
    pages.subscribe("known", Status.ACTIVE)
    for email in ("new@example.org", "known@example.org"):
        began = monotonic()
        pages.sign_up(email)
        assert 5.0 - (monotonic() - began) <= waited[-1] <= 5.0
    assert len(waited) == 2


def test_showing_the_confirmation_page_changes_nothing(pages: Pages) -> None:
    pages.sign_up(EVA)
    link = pages.link(EVA, "confirm")
    before = pages.fingerprint()
    assert "Confirm my subscription" in pages.get(link).text
    pages.client.head(link.removeprefix(PUBLIC))
    assert pages.fingerprint() == before


def test_a_second_confirmation_brings_no_second_welcome(pages: Pages) -> None:
    pages.sign_up(EVA)
    link = pages.link(EVA, "confirm")
    assert [pages.post(link).status_code for _ in range(2)] == [200, 200]
    assert len(pages.mails(EVA)) == 2


def test_tokens_that_are_old_foreign_forged_or_of_others_get_one_page(pages: Pages) -> None:
    pages.sign_up(EVA)
    good, links = pages.link(EVA, "confirm"), pages.services.links
    reader = pages.reader(EVA)
    assert reader
    bad = [
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        f"{PUBLIC}/confirm/{links.token('unsubscribe', reader.id, NOW)}",
        f"{PUBLIC}/confirm/{links.token('confirm', 'nobody', NOW)}",
        f"{PUBLIC}/confirm/{links.token('confirm', reader.id, NOW - timedelta(hours=49))}",
        f"{PUBLIC}/confirm/nonsense",
    ]
    before = pages.fingerprint()
    shown = {(answer.status_code, answer.text) for url in bad for answer in (pages.get(url), pages.post(url))}
    assert len(shown) == 1 and shown.pop()[0] == 404
    assert pages.fingerprint() == before


def test_an_old_confirmation_does_not_bring_back_who_left(pages: Pages) -> None:
    pages.sign_up(EVA)
    link = pages.link(EVA, "confirm")
    pages.post(link)
    pages.post(pages.link(EVA, "unsubscribe"), {"List-Unsubscribe": "One-Click"})
    assert pages.post(link).status_code == 404
    left = pages.reader(EVA)
    assert left and left.status is Status.UNSUBSCRIBED


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("email", "nobody"),
        ("email", ""),
        ("zone", "Mars/Base"),
        ("send_at", "25:00"),
        ("topics", "gardening"),
        ("languages", "!"),
    ],
)
def test_a_wrong_field_is_told_and_what_was_typed_stays(pages: Pages, name: str, typed: str) -> None:
    form = pages.form(EVA) | {name: typed}
    answer = pages.post("/signup", form)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert f'value="{form["email"]}"' in answer.text
    assert pages.mails() == []


def test_what_is_typed_comes_back_escaped(pages: Pages) -> None:
    answer = pages.sign_up('"><script>alert(1)</script>@x.org')
    assert "<script>alert" not in answer.text


def test_the_trap_looks_like_success_and_sends_nothing(pages: Pages) -> None:
    assert pages.sign_up(EVA, website="http://spam.example").text == pages.sign_up("new@example.org").text
    assert pages.reader(EVA) is None


@pytest.mark.parametrize("age", [timedelta(seconds=0.3), timedelta(days=2)])
def test_a_form_that_comes_too_soon_or_too_late_is_shown_again(pages: Pages, age: timedelta) -> None:
    started = pages.services.links.token("form", "signup", pages.now - age)
    answer = pages.post("/signup", {"email": EVA, "started": started})
    assert answer.status_code == 400 and "once more" in answer.text
    assert pages.mails() == []


def test_one_mailbox_gets_three_mails_a_day_however_it_is_spelt(pages: Pages) -> None:
    for n in range(40):
        pages.now += timedelta(minutes=11)
        pages.sign_up(f"e.v.a+{n}@gmail.com" if n % 2 else f"EVA+{n}@googlemail.com")
    assert len(pages.mails()) == 3


def test_one_network_gets_five_answers_in_ten_minutes(pages: Pages) -> None:
    codes = [pages.sign_up(f"reader{n}@example.org").status_code for n in range(200)]
    assert codes == [200] * 5 + [429] * 195
    assert len(pages.mails()) == 5
    pages.now += timedelta(minutes=10)
    assert pages.sign_up("later@example.org").status_code == 200


def test_repeated_sign_ups_of_one_address_bring_one_mail(pages: Pages) -> None:
    for _ in range(10):
        pages.sign_up(EVA)
    assert len(pages.mails(EVA)) == 1


def test_the_mail_links_to_the_public_address_whatever_the_proxy_says(pages: Pages) -> None:
    pages.post("/signup", pages.form(EVA), headers={"X-Forwarded-Host": "evil.example"})
    assert pages.link(EVA, "confirm").startswith(PUBLIC)
    assert all("evil.example" not in message.as_string() for _, message in pages.mailer.sent)


def test_of_all_that_is_typed_mail_goes_to_what_is_an_address(empty: Pages, shared_data: Path) -> None:
    """The pages and the mail server see the same: exactly the accepted ones of the list, and no other recipient."""
    cases = json.loads((shared_data / "hostile" / "addresses" / "addresses.json").read_text("utf-8"))["addresses"]
    wanted = set()
    for case in cases:
        empty.now += timedelta(minutes=11)
        answer = empty.sign_up(case["input"])
        assert (answer.status_code == 200) == case["accept"], case["id"]
        wanted |= {check(case["input"])} if case["accept"] else set()
        empty.mails()
    assert {to for to, _ in empty.mailer.sent} == wanted
    assert all(str(message["To"]).count("@") == 1 for _, message in empty.mailer.sent)
