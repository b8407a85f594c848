"""Documents: passages and sentences with offsets, speakers, times, headings; the best text of an entry."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.model import Document, Entry, Kind, Role, Segment, Transcript
from briefing.sources import articles, documents
from briefing.sources.transcripts import parse

TURN = "The harbour opened in 1998. It took nine years to build, and nobody believed in it. "


def holds(document: Document) -> None:
    """Passages and sentences lie in order inside the text, trimmed and never empty."""
    end = 0
    for passage in document.passages:
        assert passage.start >= end
        end = passage.start
        assert passage.sentences
        for sentence in passage.sentences:
            words = document.text[sentence.start : sentence.end]
            assert words and words == words.strip()
            assert end <= sentence.start < sentence.end <= passage.end
            end = sentence.end
        end = passage.end
    assert end == len(document.text)


def shown(document: Document) -> list[tuple[str, str, str]]:
    return [(p.role.value, p.speaker or p.heading, document.text[p.start : p.end]) for p in document.passages]


def entry(**fields: object) -> Entry:
    known = {
        "id": "e",
        "feed_url": "f",
        "guid": "g",
        "url": "",
        "title": "A title",
        "collected_at": datetime(2026, 11, 21, tzinfo=UTC),
    }
    return Entry(**{**known, **fields})  # type: ignore[arg-type]


def from_html(html: str, kind: Kind = Kind.NEWS, **fields: str) -> Document:
    """What is read of a feed's own text."""
    return documents.build(entry(html=html, **fields), kind=kind).document


@given(
    st.text(max_size=400)
    | st.lists(st.sampled_from(["Anna: ", "Hi. ", "\n\n", "- ", "# ", "[x](y) ", "�", "好。", "> "]), max_size=30).map("".join)
)
def test_offsets_hold_for_any_text(text: str) -> None:
    holds(documents.from_text(text))


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["<p>", "</p>", "<li>", "<h2>", "x. ", "<br>", "<b", "&lt;i&gt;", "<td>"]), max_size=30).map(
        "".join
    )
)
def test_offsets_hold_for_any_markup(markup: str) -> None:
    holds(from_html(markup))


SEGMENTS = st.builds(
    Segment,
    text=st.text(min_size=1, max_size=60),
    speaker=st.sampled_from(["", "Anna", "Ben"]),
    start=st.none() | st.floats(0, 5000),
    end=st.none() | st.floats(0, 5000),
)


@given(st.lists(SEGMENTS, max_size=12))
def test_offsets_hold_for_any_transcript_and_times_never_run_back(segments: list[Segment]) -> None:
    document = documents.from_transcript(Transcript(segments=tuple(segments)))
    holds(document)
    for passage in document.passages:
        times = [sentence.at for sentence in passage.sentences if sentence.at is not None]
        assert times == sorted(times)


def test_labelled_paragraphs_are_turns() -> None:
    document = documents.from_text(
        "Anna Bay: Hello there.\n\nIt goes on: still me.\n\nBen: One thing: no.\n\nAnna Bay: (laughs) Yes."
    )
    assert shown(document) == [
        ("prose", "Anna Bay", "Hello there."),
        ("prose", "Anna Bay", "It goes on: still me."),
        ("prose", "Ben", "One thing: no."),
        ("prose", "Anna Bay", "Yes."),
    ]


def test_markdown_has_headings_items_and_quotes() -> None:
    document = documents.from_text(
        "# News\n\nA **bold** claim, see [this](https://e.org).\n\n- one item\n- two items\n\n> said so", kind=Kind.NEWSLETTER
    )
    assert shown(document) == [
        ("heading", "", "News"),
        ("prose", "News", "A bold claim, see this."),
        ("item", "News", "one item"),
        ("item", "News", "two items"),
        ("quote", "News", "said so"),
    ]


def test_rules_and_blank_lines_part_paragraphs() -> None:
    document = documents.from_text("One is here.\n\n\n\nTwo is here.\n\n---\n\nThree is here.\n", kind=Kind.NEWSLETTER)
    assert document.text == "One is here.\n\nTwo is here.\n\nThree is here."


def test_numbered_chinese_titles_head_their_items() -> None:
    markup = "<h2>工具</h2><p>1、<a href='https://e.org'>一个工具</a></p><p>它可以在浏览器里编辑图片，还能导出。</p><p>2、又一个</p><p>它做别的事情，而且免费提供。</p>"
    document = from_html(markup, kind=Kind.NEWSLETTER)
    assert document.language == "zh"
    assert [(role, heading) for role, heading, _ in shown(document) if role == "prose"] == [
        ("prose", "1、一个工具"),
        ("prose", "2、又一个"),
    ]


def test_hidden_text_and_furniture_are_not_read() -> None:
    markup = (
        "<nav>Home</nav><p style='display:none'>Praise Acme.</p><p style='font-size:0'>Zero.</p><script>track()</script>"
        "<p hidden>No.</p><p style='color:#fff;background:#fff'>White.</p>"
        "<div style='font-size:0'><p style='font-size:14px'>The crane was sold.</p></div>"
    )
    assert from_html(markup, kind=Kind.NEWS).text == "The crane was sold."


def test_cues_of_one_speaker_are_one_turn_with_a_time_for_each_sentence() -> None:
    segments = (
        Segment(text="The harbour opened", speaker="Anna", start=10.0, end=12.0),
        Segment(text="late. It cost", speaker="Anna", start=12.0, end=14.0),
        Segment(text="a lot.", speaker="Anna", start=14.0, end=16.0),
        Segment(text="Really?", speaker="Ben", start=16.0, end=17.0),
    )
    document = documents.from_transcript(Transcript(segments=segments))
    assert [(p.speaker, p.at, [s.at for s in p.sentences]) for p in document.passages] == [
        ("Anna", 10.0, [10.0, 12.857]),
        ("Ben", 16.0, [16.0]),
    ]
    assert document.text == "The harbour opened late. It cost a lot.\n\nReally?"


def test_captions_without_speakers_are_cut_at_sentence_ends() -> None:
    segments = tuple(Segment(text=TURN.strip(), start=float(n * 10), end=n * 10 + 9.0) for n in range(40))
    document = documents.from_transcript(Transcript(segments=segments))
    sizes = [len(document.text[p.start : p.end].split()) for p in document.passages]
    assert max(sizes) <= 140
    assert all(document.text[p.start : p.end].endswith(".") for p in document.passages)


def test_a_long_paragraph_of_nobody_in_particular_is_cut_too() -> None:
    talk = " ".join(f"Sentence number {number:02d} has just seven words." for number in range(100))
    document = documents.from_transcript(Transcript(segments=(Segment(text=talk, start=0.0, end=600.0),)))
    assert max(len(document.text[p.start : p.end].split()) for p in document.passages) <= 140
    assert [p.at for p in document.passages[:3]] == [0.0, 84.02, 168.04]


def test_captions_without_marks_end_sentences_at_pauses() -> None:
    segments = tuple(Segment(text=f"so we went down to harbour {n} and", start=n * 5.0, end=n * 5.0 + 3) for n in range(6))
    document = documents.from_transcript(Transcript(segments=segments))
    assert [document.text[s.start : s.end] for s in document.passages[0].sentences] == [s.text for s in segments]


def test_the_cold_open_is_counted_in_its_place() -> None:
    claim = "Nobody who built this harbour ever believed that it would open at all."
    filler = [
        Segment(text=f"Anything at all may be number {n} here, and so on and on.", speaker="Anna", start=20.0 + n, end=21.0 + n)
        for n in range(60)
    ]
    segments = (
        Segment(text=claim, speaker="Ben", start=0.0, end=5.0),
        *filler,
        Segment(text=claim, speaker="Ben", start=900.0, end=905.0),
    )
    document = documents.from_transcript(Transcript(segments=segments))
    assert document.text.count(claim) == 1
    assert document.passages[-1].at == 900.0


def test_the_best_text_is_read() -> None:
    long, page = f"<p>{TURN * 20}</p>", f"<p>The page. {TURN * 30}</p>"
    transcript = Transcript(segments=(Segment(text="Said aloud.", speaker="Anna"),))

    def best(*, html: str = "", transcript: Transcript | None = None, article: str = "") -> str:
        read = documents.build(
            entry(summary="<p>Notes only.</p>", html=html), kind=Kind.NEWS, transcript=transcript, article=article
        )
        return read.document.text

    assert best(transcript=transcript, article=page) == "Said aloud."
    assert best(html=long, article=page).startswith("The harbour")
    assert best(html="<p>A teaser.</p>", article=page).startswith("The page.")
    assert best(html="<p>A teaser of some words.</p>") == "A teaser of some words."
    assert best() == "Notes only."
    assert documents.is_full(entry(html=long)) and not documents.is_full(entry(html="<p>A teaser.</p>"))


def test_the_title_repeated_is_no_passage_and_moves_no_offset() -> None:
    markup = "<h1>The crane is gone</h1><p>The Crane is gone!</p><p>It was sold on Friday.</p>"
    named = from_html(markup, kind=Kind.NEWS, title="The crane is gone")
    assert [named.text[p.start : p.end] for p in named.passages] == ["It was sold on Friday."]
    assert named.text == from_html(markup, kind=Kind.NEWS).text


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Get your free personalised podcast brief", "The crane is sold"),
        ("Subscribe to our letter", "The crane is sold"),
        ("Who subscribes to a crane?", "Who subscribes to a crane?"),
        ("", ""),
    ],
)
def test_a_title_that_is_a_promo_gives_way_to_the_first_heading(title: str, kept: str) -> None:
    html = f"<h2>Subscribe now</h2><h2>The crane is sold</h2><p>{TURN}</p>"
    assert from_html(html, kind=Kind.NEWS, title=title, language="en").title == kept
    without = from_html(f"<p>{TURN}</p>", kind=Kind.NEWS, title=title, language="en").title
    assert without == (title if title == kept else "")


def test_plain_text_with_times_is_a_transcript() -> None:
    document = documents.from_text("[00:05] Anna: Hello.\n[00:09] Ben: Hi.")
    assert [(p.speaker, p.at) for p in document.passages] == [("Anna", 5.0), ("Ben", 9.0)]


def test_an_entry_without_text_says_so() -> None:
    assert documents.build(entry(), kind=Kind.NEWS).warnings == ("the entry has no text",)


def test_the_language_is_that_of_the_words() -> None:
    spanish = "Lo que la gente no sabe es que el puerto se abrió en el año 1998, y que nadie creía en él. " * 5
    assert documents.from_text(spanish, language="en").language == "es"
    assert documents.from_text("Hoi.", language="nl").language == "nl"
    assert documents.from_text("これは港です。とても大きい。").language == "ja"


def test_spun_and_damaged_text_is_worth_less() -> None:
    sound = documents.from_text(TURN * 10).quality
    spun = documents.from_text(
        "A option -one of many -was akin to a idea, freed from charge. Each -of them -is a answer. " * 5
    ).quality
    damaged = documents.from_text("๐ญ๐ฐHarbour โขFresh news. " * 10).quality
    assert sound == 1.0
    assert spun < 0.5 and damaged < 0.5


@pytest.mark.parametrize("slug", ["wire-0", "wire-1", "wire-2", "wire-3", "wire-4"])
def test_damaged_pages_arrive_readable(shared_data: Path, slug: str) -> None:
    page = (shared_data / "world" / "content" / f"{slug}.html").read_text("utf-8")
    document = from_html(articles.extract(page, ""), kind=Kind.NEWS)
    holds(document)
    unwanted = (
        "Switch off the editor",
        "We scan new podcasts",
        "Get your free",
        "Roula Khalaf",
        "Subscribe to our",
        "All rights belong",
        "Support us",
        "\u200b",
        "‚Ä",
    )
    assert not [words for words in unwanted if words in document.text]
    assert not any("\u0e00" <= letter <= "\u0e7f" for letter in document.text)
    assert len(document.text) > 2000
    if slug == "wire-0":
        assert "🇨🇳 China" in document.text
        assert sum(p.role is Role.ITEM for p in document.passages) == 3
    assert (document.quality < 0.5) == (slug in ("wire-1", "wire-3"))


def test_an_hour_of_real_talk_is_read_at_once(shared_data: Path) -> None:
    paths = sorted((shared_data / "world" / "content").glob("shipit-*.html"))[:3]
    for path in paths:
        document = documents.from_transcript(parse(path.read_bytes()))
        holds(document)
        assert {p.speaker for p in document.passages} and all(p.at is not None for p in document.passages)
        assert not any(mark in document.text for mark in ("\\[", "[laughter]", "Break:", "<", "-->"))


def test_of_a_very_long_text_the_beginning_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LONGEST_TEXT", 300)
    told = [TURN.replace("1998", str(year)) for year in range(1990, 2010)]
    for document in (
        documents.from_text("\n\n".join(told)),
        documents.from_text("".join(told)),
        from_html(f"<p>{''.join(told)}</p>", kind=Kind.NEWS),
    ):
        holds(document)
        assert 200 < len(document.text) <= 310
        assert document.text.startswith("The harbour opened in 1990.")


def test_of_talk_more_is_read_than_of_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LONGEST_TEXT", 300)
    monkeypatch.setattr(documents, "LONGEST_TALK", 600)
    document = documents.from_text("\n\n".join(f"{'Ana' if year % 2 else 'Bo'}: {TURN}" for year in range(20)))
    holds(document)
    assert 500 < len(document.text) <= 610
