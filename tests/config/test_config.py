"""feeds.toml read right, and everything that can be wrong with it told in one go."""

import json
import random
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time as clock
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from briefing.config import Config, load, parse, reference
from briefing.config.lines import Lines
from briefing.errors import ConfigError
from briefing.model import Feed, Kind, Topic

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FILE = Path("/etc/briefing/feeds.toml")
FEED = '\n[[feeds]]\nurl = "https://example.org/feed.xml"\n'
EVERYTHING = (HERE / "everything.toml").read_text("utf-8")


def read(text: str | bytes, environ: Mapping[str, str] | None = None) -> Config:
    return parse(text.encode() if isinstance(text, str) else text, path=FILE, environ=environ or {})


def problems(text: str | bytes, environ: Mapping[str, str] | None = None) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read(text, environ)
    return caught.value


@dataclass(frozen=True)
class Case:
    name: str
    text: str
    expected: tuple[tuple[int, str, str], ...]


def cases() -> Iterator[Case]:
    """`== name`, the file, and a line `-- line | place | words` for each problem."""
    for file in sorted((HERE / "cases").glob("*.txt")):
        for block in file.read_text("utf-8").split("\n== ")[0:]:
            name, _, rest = block.removeprefix("== ").partition("\n")
            lines = rest.rstrip().split("\n")
            wanted = [line.removeprefix("-- ").split(" | ") for line in lines if line.startswith("-- ")]
            text = "\n".join(line for line in lines if not line.startswith("-- "))
            yield Case(f"{file.stem}: {name}", text, tuple((int(line), place, words) for line, place, words in wanted))


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_each_mistake_is_told_with_its_line(case: Case) -> None:
    text = case.text if "feeds" in case.text else case.text + FEED
    found = problems(text)
    assert [(p.line, p.place) for p in found.problems] == [(line, place) for line, place, _ in case.expected]
    for problem, (_, _, words) in zip(found.problems, case.expected, strict=True):
        assert words in problem.message
    assert "hunter2" not in str(found)


def test_everything_that_can_be_set() -> None:
    config = read(EVERYTHING, {"BRIEFING_SMTP_PASSWORD": "hunter2", "NEWS_PASSWORD": "hunter3"})
    assert config.briefing.title == "The Morning Desk"
    assert config.briefing.send_at == clock(6, 30)
    assert config.briefing.days == (0, 3)
    assert config.briefing.weekly_recap is None
    assert config.briefing.late_limit == timedelta(hours=1, minutes=30)
    assert config.poll.max_bytes == 4_000_000
    assert config.poll.allow_addresses == ("127.0.0.0/8", "10.1.2.3:8080", "[::1]:80")
    assert config.mail.sender == '"Desk, The Morning" <desk@xn--bcher-kva.example>'
    assert config.mail.folder == Path("/etc/briefing/mails")
    assert config.mail.dkim_key_file == Path("/etc/briefing/keys/dkim.pem")
    assert str(config.web.listen) == "0.0.0.0:8080"
    assert config.web.public_url == "https://brief.example.org"
    assert config.store.url == "sqlite:////etc/briefing/data/brief.db"
    assert config.llm
    assert config.llm.daily_tokens == 1_000
    assert config.speech
    assert config.speech.model == "small"
    assert config.embeddings
    assert config.topics[0] == Topic(id="ai", title="Artificial intelligence", words=("language model",))
    assert config.topics[1].title == "Clean energy"
    assert config.feeds[0] == Feed(
        url="https://example.org/feed.xml",
        title="Example",
        kind=Kind.PODCAST,
        publisher="Example Ltd",
        topics=("ai",),
        weight=2.0,
        language="en",
        country="GB",
        every=timedelta(hours=1),
        transcribe=True,
        enabled=False,
    )
    assert config.mailboxes[0].password_env == "NEWS_PASSWORD"
    assert config.secrets.smtp_password == "hunter2"
    assert config.secrets.mailboxes == {"NEWS_PASSWORD": "hunter3"}
    assert "hunter" not in repr(config)


def test_the_complete_file_sets_every_key() -> None:
    """So that no key is left out of the test above, or of the tables."""
    data = tomllib.loads(EVERYTHING)
    for name, kind in reference.TABLES.items():
        assert set(data[name]) == {key.name for key in reference.keys_of(kind)}, name
    assert set(data["feeds"][0]) == {key.name for key in reference.keys_of(reference.FeedTable)}
    assert set(data["mailboxes"][0]) == {key.name for key in reference.keys_of(reference.MailboxConfig)}
    assert set(data["channels"][0]) == {key.name for key in reference.keys_of(reference.Channel)}


def test_a_feed_is_enough() -> None:
    config = read(FEED)
    assert config.briefing.send_at == clock(7)
    assert config.briefing.weekly_recap == 6
    assert config.poll.every == timedelta(minutes=30)
    assert (config.llm, config.speech, config.embeddings) == (None, None, None)
    assert config.feeds == (Feed(url="https://example.org/feed.xml"),)
    assert config.folder == FILE.parent
    assert config.store.url == "sqlite:////etc/briefing/briefing.db"


def test_a_mailbox_is_enough() -> None:
    assert read('[[mailboxes]]\nurl = "imaps://me@imap.example.org/News"').mailboxes[0].use == "newsletters"


def test_undeclared_topics_are_taken_as_they_stand_where_none_is_declared() -> None:
    config = read(FEED + 'topics = ["ai", "clean-energy"]\n')
    assert config.topics == (Topic(id="ai", title="AI"), Topic(id="clean-energy", title="Clean energy"))


@pytest.mark.parametrize("store", ["postgresql+psycopg://me:pw@db/briefing", "sqlite:////var/b.db", "sqlite:///:memory:"])
def test_store_addresses_that_are_not_relative_stay(store: str) -> None:
    config = read(f'[store]\nurl = "{store}"\n' + FEED)
    assert config.store.url == store
    assert "me:pw" not in repr(config)


def test_twenty_problems_in_one_go() -> None:
    text = "\n".join(f'[[feeds]]\nurl = "ftp://example.org/{n}"\nweight = -1' for n in range(12))
    found = problems(text).problems
    assert len(found) == 24
    assert [p.line for p in found] == sorted(p.line for p in found)


def test_no_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="briefing init") as caught:
        load(tmp_path / "feeds.toml", {})
    assert caught.value.exit_code == 2
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path, {})


def test_a_file_is_read_with_its_secrets(tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").write_bytes(b"\xef\xbb\xbf" + FEED.replace("\n", "\r\n").encode())
    (tmp_path / "key").write_text("hunter2\n")
    config = load(tmp_path / "feeds.toml", {"BRIEFING_LLM_KEY_FILE": str(tmp_path / "key"), "BRIEFING_SECRET": "s"})
    assert (config.secrets.llm_key, config.secrets.secret) == ("hunter2", "s")
    assert config.mail.folder == tmp_path / "outbox"


def test_a_secret_file_that_is_not_there_is_told() -> None:
    found = problems(FEED, {"BRIEFING_SECRET_FILE": "/nowhere/key", "BRIEFING_SECRET": "hunter2"})
    assert [p.place for p in found.problems] == ["BRIEFING_SECRET_FILE"] * 2
    assert "hunter2" not in str(found)


def test_the_address_of_the_store_may_be_a_secret() -> None:
    config = read(FEED, {"BRIEFING_STORE_URL": "postgresql://me:hunter2@db/briefing"})
    assert config.store.url == "postgresql+psycopg://me:hunter2@db/briefing"
    assert "hunter2" not in repr(config)


@pytest.mark.parametrize("url", ["hunter2", "mysql://me:hunter2@db/briefing", "postgresql://me:hunter2@db:port/briefing"])
def test_a_secret_address_that_is_none_is_told_without_it(url: str) -> None:
    (found,) = problems(FEED, {"BRIEFING_STORE_URL": url}).problems
    assert found.place == "BRIEFING_STORE_URL" and "expected a database URL" in found.message
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    ("url", "taken_as"),
    [
        ("sqlite:////var/lib/briefing.db", "sqlite:////var/lib/briefing.db"),
        ("postgresql+psycopg://me:a/b:c@[::1]:5432/briefing", "postgresql+psycopg://me:a/b:c@[::1]:5432/briefing"),
        ("postgresql:///briefing?host=/run/postgresql", "postgresql+psycopg:///briefing?host=/run/postgresql"),
        ("postgres://db.example.org:5432/briefing", "postgresql+psycopg://db.example.org:5432/briefing"),
    ],
)
def test_what_databases_are_called(url: str, taken_as: str) -> None:
    assert read(FEED, {"BRIEFING_STORE_URL": url}).store.url == taken_as


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"[briefing]\ntitle = 'Caf\xe9'\n", 2, "0xE9 is not UTF-8"),
        ("[briefing]".encode("utf-16"), 1, "UTF-16"),
        (b"[briefing]\ntitle = 'a\x00b'\n", 2, "a zero byte"),
        (b"a = " + b"[" * 5_000, 1, "nested too deeply"),
        (b"a = " + b"1" * 5_000, 1, ""),
    ],
)
def test_bytes_that_are_no_toml(content: bytes, line: int, words: str) -> None:
    (found,) = problems(content).problems
    assert found.line == line
    assert words in found.message


def test_lines_are_found_through_every_way_to_write_toml() -> None:
    text = """
briefing.title = "x" # one
'poll' = {
"every" = "1h" }
[mail] # with "quotes
"from" = '''
[not a table]
key = 1
'''
[topics]
ai.words = [
  "a", # ]
  "b]"
]
[[feeds]]
url = "a"
[[feeds]]

title = \"\"\"
[[feeds]]
\"\"\"
url = "b"
[topics.'b.c']
"""
    lines = Lines(text)
    expected = {
        ("briefing", "title"): 2,
        ("poll",): 3,
        ("poll", "every"): 3,
        ("mail",): 5,
        ("mail", "from"): 6,
        ("topics", "ai", "words"): 11,
        ("feeds", 0): 15,
        ("feeds", 0, "url"): 16,
        ("feeds", 1): 17,
        ("feeds", 1, "title"): 19,
        ("feeds", 1, "url"): 22,
        ("feeds", 1, "missing"): 17,
        ("topics", "b.c"): 23,
    }
    assert {path: lines.of(path) for path in expected} == expected


def test_every_listed_file(shared_data: Path) -> None:
    folder = shared_data / "hostile" / "config"
    for case in json.loads((folder / "expectations.json").read_text("utf-8"))["cases"]:
        must, file = case["must"], folder / case["file"]
        began = time.process_time()
        try:
            config = load(file, {})
        except ConfigError as error:
            assert not must["accepted"], (case["file"], error)
            check(error, must, case["file"])
            continue
        assert must["accepted"], case["file"]
        assert len(config.feeds) == must.get("feeds", len(config.feeds))
        assert time.process_time() - began < must.get("max_seconds", 5)


def check(error: ConfigError, must: Mapping[str, object], name: str) -> None:
    said = str(error).lower()
    for group in must.get("mentions", []):  # type: ignore[attr-defined]
        assert any(word.lower() in said for word in group), (name, group, said)
    assert not any(secret in said for secret in must.get("never_prints", []))  # type: ignore[attr-defined]
    assert len(error.problems) >= must.get("reported_at_least", 1)  # type: ignore[operator]
    line = must["where"].get("line")  # type: ignore[index]
    assert line is None or line in {p.line for p in error.problems}, (name, line, said)


def test_the_reference_is_complete_and_up_to_date() -> None:
    written = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    assert reference.markdown() in written, "docs/configuration.md is out of date: paste reference.markdown() into it"


@given(st.randoms(use_true_random=False), st.integers(1, 6))
def test_no_mutation_raises_anything_but_a_config_error(chance: random.Random, count: int) -> None:
    text = EVERYTHING
    for _ in range(count):
        at = chance.randrange(len(text))
        text = (
            text[:at]
            + chance.choice(["", '"', "=", "[", "]", "\n", "0", "\\", "é", "\x00", "{", "}", "'''", "-1", "#", "true"])
            + text[at + chance.randrange(3) :]
        )
    try:
        read(text)
    except ConfigError as error:
        assert error.problems
        assert all(0 <= p.line <= text.count("\n") + 1 and p.message for p in error.problems)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)


def toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case str() | None:
            return json.dumps(value or "").replace("\x7f", "\\u007f")
        case list():
            return f"[{', '.join(map(toml, value))}]"
        case dict():
            return "{" + ", ".join(f"{toml(name)} = {toml(each)}" for name, each in value.items()) + "}"
    raise TypeError(value)


@given(
    st.sampled_from([(table, key.name) for table, kind in reference.TABLES.items() for key in reference.keys_of(kind)]),
    VALUES,
)
@example(("briefing", "timezone"), "a\x00b")
@example(("web", "public_url"), "http://[::1")
@example(("mail", "from"), "a@" + "b" * 70 + ".org")
def test_any_value_for_any_key_is_taken_or_told(place: tuple[str, str], value: object) -> None:
    table, name = place
    try:
        read(f"[{table}]\n{name} = {toml(value)}\n{FEED}")
    except ConfigError as error:
        assert all(p.message for p in error.problems)
