"""Transcripts of every format, by cases as they are published and by properties."""

import html
import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from briefing.errors import UnreadableError
from briefing.model import Transcript, TranscriptLink
from briefing.sources.transcripts import choose, parse

CASES = Path(__file__).parent.parent / "cases" / "transcripts"
FILES = sorted(path for path in CASES.iterdir() if path.suffix != ".md" or path.stem == "recap")
PUBLISHED = [path for path in FILES if not path.name.endswith(".segments.json")]


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.name)
def test_case(path: Path) -> None:
    expected = json.loads(path.with_name(f"{path.stem}.segments.json").read_text("utf-8"))
    transcript = parse(path.read_bytes())
    found = [[s.start, s.end, s.speaker, s.text] for s in transcript.segments]
    assert found == expected["segments"]
    assert transcript.language == expected.get("language", "")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"WEBVTT\n\n", "no cues"),
        (b'{"segments": [{"body": "Cut o', "cut off"),
        (b'{"chapters": [{"startTime": 1, "title": "Intro"}]}', "no list of segments"),
        (b"<!doctype html><html><body><h1>404 Not Found</h1></body></html>", "no words"),
        (b"<!doctype html><html><body><p>Error 404: Not Found on this server</p></body></html>", "error page"),
        (b"\x1f\x8bnonsense", "unpacked"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n...\n", "no words"),
    ],
)
def test_what_is_no_transcript_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        parse(body)


def test_encodings() -> None:
    cue = "1\n00:00:01,000 --> 00:00:02,000\nCafé naïve\n"
    for encoding in ("utf-8-sig", "utf-16", "utf-32", "cp1252"):
        assert parse(cue.encode(encoding)).segments[0].text == "Café naïve"


def test_a_known_language_wins() -> None:
    assert parse(b"WEBVTT\nLanguage: de\n\n00:01.000 --> 00:02.000\nJa.\n", language="fr").language == "fr"


def test_choose_prefers_the_language_then_speakers_and_times() -> None:
    links = [
        TranscriptLink(url="a", type="text/plain"),
        TranscriptLink(url="b", type="application/x-subrip", language="de"),
        TranscriptLink(url="c.vtt", language="en"),
        TranscriptLink(url="d", type="application/json", language="en-GB"),
    ]
    assert [link.url for link in choose(links, "en-US")] == ["c.vtt", "d", "a", "b"]


def holds(transcript: Transcript) -> None:
    for segment in transcript.segments:
        assert segment.text.strip()
        assert segment.start is None or 0 <= segment.start <= 86_400
        assert segment.end is None or 0 <= segment.end <= 86_400
        assert segment.start is None or segment.end is None or segment.start <= segment.end
        assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069]|</?[a-zA-Z][^<>]*>", segment.text)


CUES = ["WEBVTT\n\n", "00:00:01.000 --> 00:00:02.000\n", "99:99:99.999 --> -1\n", "1\n", "<v Anna>", "</v>", "<script>", ">> "]
TEXTS = ["\n", "\r", "Anna: ", "[00:01] ", "Hello. ", "**", "# ", "---\n", "\u202e", "\x00"]
MARKUP = ["{", '{"segments":[{"body":"x","start":1e999}]}', "[", "<p>", "<cite>B</cite>", "&lt;b&gt;", "<b", ">"]
FRAGMENTS = st.sampled_from(CUES + TEXTS + MARKUP)


@given(st.binary(max_size=300) | st.lists(FRAGMENTS, max_size=25).map(lambda parts: "".join(parts).encode()))
@example(b'{"segments":[{"startTime":NaN,"endTime":Infinity,"body":"Not a number."}]}')
@example(b"00:00:09.000 --> 00:00:02.000\nBackwards.\n")
@example(b"[" * 5000)
def test_any_bytes_give_sound_segments_or_a_reason(body: bytes) -> None:
    try:
        holds(parse(body))
    except UnreadableError as error:
        assert error.reason


def by_hand(text: str, speakers: set[str]) -> list[str]:
    """An independent reading of cues: the lines below timing lines without tags, labels and turn marks."""
    labels = "|".join(re.escape(name) for name in sorted(speakers, key=len, reverse=True) if name)
    lines: list[str] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        rows = [row for row in block.split("\n") if row.strip()]
        is_comment = block.lstrip("\ufeff\n").startswith(("WEBVTT", "NOTE", "STYLE", "Kind:"))
        timing = next((number for number, row in enumerate(rows) if "-->" in row), len(rows) if is_comment else -1)
        lines += [html.unescape(re.sub(r"<[^>]*>", "", row)) for row in rows[timing + 1 :]]
    bare = re.compile(rf"(?:^|(?<= ))(?:>>\s*)?(?:{labels}):" if labels else r"^>>")
    return re.findall(r"\w+", " ".join(bare.sub("", line) for line in lines).lower())


def test_real_cues_keep_every_word(shared_data: Path) -> None:
    paths = sorted(p for kind in ("vtt", "srt") for p in (shared_data / "transcripts").glob(f"*/*.{kind}"))
    rolling = {"youtube_dl.vtt"}
    for path in paths:
        raw = path.read_bytes()
        transcript = parse(raw)
        holds(transcript)
        text = raw.decode("utf-32") if "utf-32" in path.name else raw.decode("utf-8-sig")
        if path.name not in rolling:
            words = re.findall(r"\w+", " ".join(s.text for s in transcript.segments).lower())
            assert words == by_hand(text, {s.speaker for s in transcript.segments}), path.name
        assert all(s.start is not None for s in transcript.segments), path.name


def test_every_real_transcript_is_read(shared_data: Path) -> None:
    chapters = {"chapters-example.json", "chapters-jsonChapters.md"}
    for path in (shared_data / "transcripts").glob("*/*"):
        if path.name not in chapters:
            transcript = parse(path.read_bytes())
            holds(transcript)
            assert transcript.segments, path.name


def test_hostile_transcripts(shared_data: Path) -> None:
    folder = shared_data / "hostile" / "transcripts"
    for case in json.loads((folder / "expectations.json").read_text("utf-8"))["cases"]:
        must, outcome, text, segments = case["must"], "ok", "", 0
        try:
            transcript = parse((folder / case["file"]).read_bytes())
            holds(transcript)
            text = "\n".join(s.text for s in transcript.segments)
            segments = sum(s.start is not None for s in transcript.segments)
        except UnreadableError:
            outcome = "error"
        assert outcome in must["outcome"], case["file"]
        assert all(wanted in text for wanted in must.get("text_contains", ())), case["file"]
        assert not any(unwanted in text for unwanted in must.get("text_never", ())), case["file"]
        assert segments >= must.get("segments_min", 0), case["file"]
        assert len(text) <= must.get("max_chars", len(text)), case["file"]
        if must.get("each_line_once"):
            lines = re.findall(r"line number \d+", text)
            assert len(lines) == len(set(lines)), case["file"]
