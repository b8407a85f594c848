"""The sections below the picks: the week in review, predictions due, corrections, in every form of an edition."""

from dataclasses import replace
from datetime import date

import pytest

from briefing.editions import render
from briefing.editions.compose import compose
from briefing.editions.message import LARGEST, build
from briefing.editions.view import view
from briefing.model import CorrectionLine, Coverage, DueLine, Edition, Recap, RecapLine, RecapNews, Selection
from tests.editions import samples, tree

HEADLINES = [f"Headline {number} of the week" for number in range(5)]
SINCE = {
    1: RecapNews(claim="It is 31 % by now.", source="The Ledger", language="en"),
    3: RecapNews(claim="", source="The Herald"),
}
WEEK = Recap(
    since=date(2026, 11, 14),
    lines=tuple(
        RecapLine(
            story_id=f"week-{number}",
            headline=headline,
            url=samples.LINKS.story(f"week-{number}"),
            told_on=date(2026, 11, 15 + number),
            source="Morning Wire",
            publishers=4 - number,
            news=SINCE.get(number),
            most_corroborated=number == 0,
            contested=("below 90 dollars", "closer to 120 dollars") if number == 2 else (),
            language="en",
        )
        for number, headline in enumerate(HEADLINES)
    ),
)
DUE = DueLine(
    id="due",
    what="The first class action will be filed.",
    due=date(2026, 11, 30),
    until="2026-11",
    who="Maya Lindqvist",
    insight_id="foretold",
    insight_url=samples.LINKS.insight("foretold"),
    source=replace(samples.COURTS, published_at=samples.NOW.replace(month=6)),
)
CORRECTION = CorrectionLine(
    id="correction",
    headline="Nine in ten",
    was="Nine in ten homes are near a station.",
    text="It is seven in ten; the report was misread.",
    insight_id="wrong",
    insight_url=samples.LINKS.insight("wrong"),
    told_on=date(2026, 11, 18),
)
WHOLE = replace(samples.edition(), recap=WEEK, due=(DUE,), corrections=(CORRECTION,))
SAID = [
    *HEADLINES,
    "Since then The Ledger: “It is 31 % by now.”",
    "Since then also told by The Herald",
    "most corroborated: 4 independent sources",
    "most contested",
    "below 90 dollars",
    "Maya Lindqvist said in",
    "The first class action will be filed.",
    "by Nov 2026",
    "On 21 Jun 2026",
    "It is seven in ten; the report was misread.",
    "Nine in ten homes are near a station.",
    "told on 18 Nov",
]


def readable(text: str) -> str:
    return " ".join(text.replace("*", "").replace("\\", "").split())


@pytest.mark.parametrize("form", [render.default().markdown, render.default().text])
def test_each_section_stands_in_every_form_for_people(form: object) -> None:
    said = readable(form(WHOLE, samples.LINKS, samples.READER))  # type: ignore[operator]
    assert [words for words in SAID if words not in said] == []


def test_the_mail_says_the_same() -> None:
    part = build(WHOLE, samples.READER, samples.LINKS).get_body(("html",))
    assert part is not None
    said = readable(tree.read(part.get_content()).text)
    assert [words for words in SAID if words not in said] == []


def test_the_json_holds_each_section_with_its_links() -> None:
    told = view(WHOLE)
    assert told["recap"]["since"] == "2026-11-14"  # type: ignore[index,call-overload]
    assert [line["headline"] for line in told["recap"]["stories"]] == HEADLINES  # type: ignore[index,call-overload,union-attr]
    (due,), (correction,) = told["predictions_due"], told["corrections"]  # type: ignore[misc]
    assert (due["due"], due["insight_url"]) == ("2026-11-30", DUE.insight_url)  # type: ignore[index,call-overload]
    assert (correction["text"], correction["told_on"]) == (CORRECTION.text, "2026-11-18")  # type: ignore[index,call-overload]


def test_what_is_not_there_leaves_no_trace() -> None:
    bare = samples.edition()
    assert not {"recap", "predictions_due", "corrections", "also"} & view(bare).keys()
    text = render.default().text(bare, samples.LINKS, samples.READER)
    assert not any(words in text for words in ("The week", "Predictions due", "Corrections", "Also today"))


def test_an_edition_of_the_week_alone_is_named_after_it() -> None:
    nothing = Selection(subscriber_id=samples.READER.id, slot=samples.SLOT, picks=())
    edition = compose(
        nothing, fragments=samples.BARE, title="Brief", language="en", coverage=Coverage(), now=samples.NOW, recap=WEEK
    )
    assert edition.subject == "The week: Headline 0 of the week; Headline 1 of the week - Brief, 21 Nov"
    assert "Nothing new was strong enough" in render.default().text(edition, samples.LINKS, samples.READER)


def endless() -> Edition:
    """Sections in a script whose letters take nine bytes each, and picks that fill a mail by themselves."""
    long = "\u4eba\u5de5" * 1_500
    line = replace(WEEK.lines[0], headline=long, news=RecapNews(claim=long, source=long), contested=(long, long), source=long)
    everything = replace(
        samples.edition(of=replace(samples.selection(), picks=samples.selection().picks * 4)),
        recap=replace(WEEK, lines=(line,) * 5),
        due=(replace(DUE, what=long, who=long),) * 3,
        corrections=(replace(CORRECTION, was=long, text=long, headline="x" * 120),) * 5,
    )
    picks = tuple(
        replace(pick, fragment=replace(pick.fragment, claim=long, hash=str(n))) for n, pick in enumerate(everything.picks)
    )
    return replace(everything, picks=picks)


def test_corrections_are_the_last_thing_that_a_large_mail_loses() -> None:
    mail = build(endless(), samples.READER, samples.LINKS)
    assert len(bytes(mail)) <= LARGEST
    part = mail.get_body(("plain",))
    assert part is not None
    text = part.get_content()
    assert "Corrections" in text
    assert "Shortened to fit a mail" in text


def test_words_from_outside_stay_words_in_every_section() -> None:
    evil = "<script>alert(1)</script> [x](javascript:alert(2))"
    hostile = replace(
        WHOLE,
        recap=replace(
            WEEK,
            lines=(
                replace(
                    WEEK.lines[0], headline=evil, source=evil, news=RecapNews(claim=evil, source=evil), contested=(evil, evil)
                ),
            ),
        ),
        due=(replace(DUE, what=evil, who=evil),),
        corrections=(replace(CORRECTION, headline=evil, was=evil, text=evil),),
    )
    page = render.default().html(hostile, samples.LINKS, samples.READER)
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
