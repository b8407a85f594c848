"""Editions as they go out, as they would, and as they were."""

import json
from contextlib import closing
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select

from briefing.store.schema import metadata
from tests.cli.conftest import BRIDGE, HARVEST, NEXT_DAY, NOW, Command, paper
from tests.databases import opened, url
from tests.editions.tree import read

TRAINS = (
    "Night trains between Oslo and Berlin sold 410,000 berths in their first year, twice what the operators had planned, because "
    "the flights were cut from nine to four a day. A second set of nineteen coaches is ordered for March, and it will cost 84 "
    "million euros. "
)


def test_run_counts_every_step(briefing: Command, told: Path) -> None:
    steps = [json.loads(line) for line in briefing("--now", NOW, "run", "--json").out.splitlines()]
    assert [step["step"] for step in steps] == ["poll", "listen", "read", "cluster", "compose", "alert", "deliver", "tidy"]
    assert not any(step["done"] for step in steps), "a second run at the same moment has nothing to do"


def test_run_names_a_reason_once_however_many_feeds_have_it(briefing: Command, configured: Path) -> None:
    with (configured / "feeds.toml").open("a") as file:
        file.write('\n[[feeds]]\nurl = "http://127.0.0.1:9/other.xml"\n')
    (trouble,) = [line for line in briefing("--now", NOW, "run").out.splitlines() if line.startswith("! poll")]
    assert "http://127.0.0.1:9/feed.xml and 1 more: " in trouble


def test_preview_of_the_house_in_every_format(briefing: Command, told: Path) -> None:
    edition = json.loads(briefing("--now", NOW, "preview", "--format", "json").out)
    assert edition["subscriber"] is None and edition["slot"] == "2026-11-21"
    assert all(pick["claim"] in BRIDGE + HARVEST for pick in edition["picks"])
    assert len(edition["picks"]) == 2
    assert briefing("--now", NOW, "preview").out == briefing("--now", NOW, "preview", "--format", "md").out
    assert briefing("--now", NOW, "preview", "--format", "html").out.startswith("<!DOCTYPE html>")
    mail = message_from_bytes(briefing("--now", NOW, "preview", "--format", "eml").out.encode(), policy=policy.default)
    assert mail["X-Slot"] == "2026-11-21" and mail["To"] == "brief@example.org"


def test_every_format_of_a_moment_tells_the_same_picks_in_the_same_order(briefing: Command, told: Path) -> None:
    assert briefing("--now", NOW, "preview", "--for", "ada@example.org", "--output", "json.json", "--format", "json").code == 0
    picks = json.loads((told / "json.json").read_text())["picks"]
    for form in ("md", "html", "txt", "eml"):
        said = briefing("--now", NOW, "preview", "--for", "ada@example.org", "--format", form).out
        bodies = [said]
        if form == "eml":
            mail = message_from_bytes(said.encode(), policy=policy.default)
            bodies = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        for body in bodies:
            words = " ".join(read(body).text.split() if "<html" in body else body.replace("\\", "").replace("> ", "").split())
            places = [words.index(pick["claim"]) for pick in picks]
            assert places == sorted(places), form
            assert all(pick["quotes"][0]["text"] in words for pick in picks), form


def test_preview_before_the_first_run_says_what_to_do(briefing: Command, configured: Path) -> None:
    said = briefing("preview")
    assert said.code == 0 and "`briefing run`" in said.err and said.out.startswith("# ")


def test_preview_sends_and_stores_nothing(briefing: Command, told: Path) -> None:
    before = briefing("--now", NEXT_DAY, "status", "--json").out
    assert briefing("--now", NEXT_DAY, "preview", "--for", "ada@example.org", "--output", "tomorrow.html").code == 0
    assert (told / "tomorrow.html").read_text().startswith("<!DOCTYPE html>")
    assert briefing("--now", NEXT_DAY, "status", "--json").out == before
    assert len(list((told / "outbox").glob("*.eml"))) == 1


def test_preview_of_everybody(briefing: Command, told: Path) -> None:
    assert briefing("--now", NOW, "preview", "--all", "proofs", "--format", "json").code == 0
    assert sorted(file.name for file in (told / "proofs").iterdir()) == ["ada@example.org.json", "house.json"]


def test_preview_for_a_stranger(briefing: Command, told: Path) -> None:
    said = briefing("preview", "--for", "bob@example.org")
    assert said.code == 2 and "bob@example.org: is not subscribed" in said.err


def test_replay_shows_what_was_sent(briefing: Command, told: Path) -> None:
    said = briefing("replay", "--date", "2026-11-21", "--for", "ada@example.org", "--format", "json")
    assert said.code == 0 and len(json.loads(said.out)["picks"]) == 2
    missing = briefing("replay", "--date", "2026-11-20")
    assert missing.code == 2 and "there are editions from 2026-11-21 to 2026-11-21" in missing.err


def test_plan_tells_what_an_edit_changes(briefing: Command, told: Path) -> None:
    assert "Nothing would change." in briefing("--now", NOW, "plan").out
    file = told / "feeds.toml"
    file.write_text(
        file.read_text().replace("[briefing]", "[briefing]\ntop = 1") + '\n[[feeds]]\nurl = "https://e.org/new.xml"\n'
    )
    changes = [json.loads(line) for line in briefing("--now", NOW, "plan", "--json").out.splitlines()]
    assert {"what": "setting", "place": "[briefing] top", "before": "5", "after": "1"} in changes
    assert any(change["what"] == "feed" and change["place"] == "https://e.org/new.xml" for change in changes)
    assert any(change["what"] == "pick" and not change["after"] for change in changes)


def rows(database: Path) -> list[list[object]]:
    store = opened(url(database))
    with closing(store), store.read() as db:
        return [sorted(map(repr, db.connection.execute(select(table)))) for table in metadata.sorted_tables]


def test_plan_reads_new_feeds_aside_and_tells_what_they_would_bring(
    briefing: Command, told: Path, served: dict[str, bytes]
) -> None:
    served["/second.xml"] = paper(Trains=TRAINS)
    site = served["url"].decode()
    file = told / "feeds.toml"
    file.write_text(
        file.read_text() + f'\n[[feeds]]\nurl = "{site}/second.xml"\ntopics = ["ai"]\n[[feeds]]\nurl = "{site}/none.xml"\n'
    )
    before = rows(told / "briefing.db")
    changes = [json.loads(line) for line in briefing("--now", NOW, "plan", "--json").out.splitlines()]
    assert rows(told / "briefing.db") == before
    (gained,) = [change for change in changes if change["what"] == "picks of a topic" and change["after"]]
    assert gained["place"] == "Artificial intelligence" and "nineteen coaches" in gained["after"]
    (unread,) = [change for change in changes if change["after"].startswith("cannot be read")]
    assert unread["place"] == f"{site}/none.xml"


def test_health_gives_each_feed_its_share_of_the_picks(briefing: Command, told: Path) -> None:
    feeds = [json.loads(line) for line in briefing("--now", NOW, "feeds", "health", "--json").out.splitlines()]
    assert [feed["top_fives"] for feed in feeds] == [1.0]


@pytest.mark.parametrize("words", [("bridge",), ("BRIDGE", "council"), ("council bridge",)])
def test_search_finds_insights_by_their_words(briefing: Command, told: Path, words: tuple[str, ...]) -> None:
    found = [json.loads(line) for line in briefing("search", *words, "--json").out.splitlines()]
    assert found and all("bridge" in json.dumps(each).lower() for each in found)
    assert found[0]["source"] == "Paper"


def test_search_that_finds_nothing(briefing: Command, told: Path) -> None:
    said = briefing("search", "bridge", "wheat")
    assert said.code == 0 and "Nothing in the archive" in said.out


def test_correct_takes_the_address_of_an_insight_and_says_what_it_did(briefing: Command, told: Path) -> None:
    pick = json.loads(briefing("--now", NOW, "preview", "--format", "json").out)["picks"][0]
    said = briefing("--now", NOW, "correct", pick["insight_url"], "--text", "It was 28 hours.")
    assert said.code == 0 and pick["claim"] in said.out and "It was 28 hours." in said.out
    house = json.loads(briefing("--now", NEXT_DAY, "preview", "--format", "json").out)
    assert [line["text"] for line in house["corrections"]] == ["It was 28 hours."]


def test_correct_of_nothing_says_where_ids_are_found(briefing: Command, told: Path) -> None:
    said = briefing("correct", "nonsense", "--text", "Words.")
    assert said.code == 2 and "nonsense: is no insight in the archive" in said.err
