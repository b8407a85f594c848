"""Problems that visitors report: the form, what becomes of a report, and how many are taken."""

from collections.abc import Callable

import pytest

from briefing.errors import UsageError
from briefing.model import Outcome, ProblemReport
from briefing.pipeline import reports

from .conftest import NOW, TOML, Pages

WITH_ADMIN = f'{TOML}[admin]\nemail = "desk@example.org"\n'


def path(pages: Pages) -> str:
    return f"/i/{pages.insight_ids()[0]}/report"


def body(pages: Pages, text: str, **fields: str) -> dict[str, str | list[str]]:
    return pages.form("", about="person", text=text, **fields)


def kept(pages: Pages) -> list[ProblemReport]:
    with pages.services.store.read() as db:
        return db.reports.open(1_000)


def test_a_report_reaches_the_admin_once(make_pages: Callable[..., Pages]) -> None:
    pages = make_pages(WITH_ADMIN)
    before = pages.fingerprint()
    assert "Somebody else said it" in pages.get(path(pages)).text
    assert pages.fingerprint() == before
    for _ in range(2):
        assert "Thank you" in pages.post(path(pages), body(pages, "It was the mayor.\r\n# <b>Really</b>")).text
    assert [(each.about, each.outcome) for each in kept(pages)] == [("person", Outcome.OPEN)]
    assert sum("A reader reports a problem" in subject for subject in pages.mails("desk@example.org")) == 1
    html = pages.mailer.sent[-1][1].get_body(("html",)).get_content()
    assert "It was the mayor. # &lt;b&gt;Really&lt;/b&gt;" in html


def test_every_report_is_answered_alike(pages: Pages) -> None:
    answers = [pages.post(path(pages), body(pages, text)) for text in ("Once", "Once", "Something else")]
    answers.append(pages.post(path(pages), body(pages, "spam") | {"website": "http://spam.example"}))
    assert {answer.status_code for answer in answers} == {200} and len({answer.text for answer in answers}) == 1
    assert {each.text for each in kept(pages)} == {"Once", "Something else"}


def test_what_is_no_report_is_told(pages: Pages) -> None:
    assert pages.post(path(pages), body(pages, "  ")).status_code == 400
    too_quick = body(pages, "So quick") | {"started": pages.services.links.token("form", "signup", pages.now)}
    assert pages.post(path(pages), too_quick).status_code == 400
    assert pages.get("/i/nothing/report").status_code == pages.post("/i/nothing/report").status_code == 404
    assert kept(pages) == []


def test_reports_have_a_measure(pages: Pages) -> None:
    codes = [pages.post(path(pages), body(pages, f"Report {n}")).status_code for n in range(7)]
    assert codes == [200] * 5 + [429] * 2
    for n in range(reports.MOST_A_DAY + 20):
        reports.report(pages.services, pages.insight_ids()[0], "quote", f"Another {n}", NOW)
    assert len(kept(pages)) == reports.MOST_A_DAY


def test_an_accepted_report_is_a_correction_and_no_report_is_settled_twice(pages: Pages) -> None:
    for text in ("Wrong", "Also wrong"):
        pages.post(path(pages), body(pages, text))
    first, second = kept(pages)
    with pytest.raises(UsageError, match="empty"):
        reports.accept(pages.services, first.id, " ", NOW)
    reports.accept(pages.services, first.id, "It was 36 hours.", NOW)
    reports.dismiss(pages.services, second.id, NOW)
    assert kept(pages) == []
    assert "It was 36 hours." in Pages(pages.services, pages.mailer).get(path(pages).removesuffix("/report")).text
    with pytest.raises(UsageError, match="already"):
        reports.dismiss(pages.services, first.id, NOW)
