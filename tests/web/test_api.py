"""The archive as JSON: what it gives, how it is paged, what it refuses, and that it keeps to its description."""

from collections.abc import Iterator
from typing import Any

import pytest

from briefing.web import limits

from .conftest import BATTERY, SHIPS, Pages

ROOT = "/api/v1"
CLAIM = BATTERY.partition(". ")[0]


def items(pages: Pages, path: str, **params: str | int) -> list[dict[str, Any]]:
    """Everything that pages of one item each hold, following `next`."""
    return list(_paged(pages, path, params))


def _paged(pages: Pages, path: str, params: dict[str, str | int]) -> Iterator[dict[str, Any]]:
    cursor: dict[str, str] = {}
    while True:
        answer = pages.client.get(ROOT + path, params={**params, **cursor, "limit": 1})
        assert answer.status_code == 200, answer.text
        yield from answer.json()["items"]
        if "next" not in answer.json():
            return
        cursor = {"cursor": answer.json()["next"]}


def test_every_insight_comes_once_newest_first(pages: Pages) -> None:
    found = items(pages, "/insights")
    assert sorted(one["id"] for one in found) == sorted(pages.insight_ids())
    assert [one["shown_at"] for one in found] == sorted((one["shown_at"] for one in found), reverse=True)


def test_an_insight_has_its_proof_and_its_source(pages: Pages) -> None:
    (one,) = items(pages, "/insights", topic="energy", since="2026-11-21")
    assert one["claim"].startswith(CLAIM) and one["quotes"][0]["text"] and one["source"]["feed"] == "The Paper"
    assert pages.get(f"{ROOT}/insights/{one['id']}").json() == one
    assert pages.get(one["url"]).status_code == 200


def test_stories_and_editions_have_ids_that_lead_to_them(pages: Pages) -> None:
    for story in items(pages, "/stories"):
        assert pages.get(f"{ROOT}/stories/{story['id']}").json() == story and story["insights"]
    assert [each["slot"] for each in items(pages, "/editions")] == ["2026-11-21", "2026-11-20"]
    whole = pages.get(f"{ROOT}/editions/2026-11-20").json()
    assert whole["subscriber"] is None and SHIPS[:40] in str(whole["picks"])


def test_search_gives_insights_stories_and_transcripts(pages: Pages) -> None:
    found = pages.get(f"{ROOT}/search?q=karsholm+batt").json()
    assert found["insights"][0]["claim"].startswith(CLAIM) and found["stories"]
    assert "iron battery" in found["stretches"][0]["text"] and found["stretches"][0]["source"]["feed"] == "The Paper"


def test_an_unchanged_answer_is_not_sent_twice(pages: Pages) -> None:
    etag = pages.get(f"{ROOT}/stories").headers["etag"]
    again = pages.client.get(f"{ROOT}/stories", headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x", "since=yesterday"])
def test_what_cannot_be_read_is_refused_in_words(pages: Pages, query: str) -> None:
    answer = pages.get(f"{ROOT}/insights?{query}")
    assert answer.status_code == 400 and answer.json()["error"]["status"] == 400 and answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/insights?topic=none",
        "/stories?source=none",
        "/insights/none",
        "/stories/none",
        "/editions/none",
        "/editions/2020-01-01",
        "/none",
    ],
)
def test_what_is_not_there_is_refused_in_json(pages: Pages, path: str) -> None:
    assert pages.get(ROOT + path).json()["error"]["status"] == 404
    assert pages.post(ROOT + path).json()["error"]["status"] in (404, 405)


def test_a_network_that_asks_too_much_is_told_when_to_come_back(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [pages.get(f"{ROOT}/search?q=word{n}") for n in range(limits.API_ANSWERS + 1)]
    assert [answer.status_code for answer in answers] == [200] * limits.API_ANSWERS + [429]
    assert answers[-1].headers["retry-after"] == "60" and answers[-1].json()["error"]["status"] == 429


def test_nothing_private_is_given(pages: Pages) -> None:
    pages.subscribe("ana")
    told = [pages.get(ROOT + path).text for path in ("/insights", "/stories", "/editions/2026-11-21", "/search?q=buses")]
    assert [text for text in told if "key=private" in text or "ana@" in text or '"reader"' in text] == []


@pytest.mark.slow
def test_it_keeps_to_its_description_whatever_it_is_asked(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    schemathesis = pytest.importorskip("schemathesis")
    from hypothesis import HealthCheck, Phase, settings

    monkeypatch.setattr(limits.Window, "take", lambda *_: True)
    schema = schemathesis.openapi.from_dict(pages.get(f"{ROOT}/openapi.json").json())
    checked: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(max_examples=60, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @_given(operation)
        def keeps(case: Any) -> None:
            answer = pages.client.request(
                case.method, case.formatted_path, params=case.query or None, headers=case.headers or None
            )
            assert answer.status_code < 500
            case.validate_response(schemathesis.Response.from_httpx(answer, verify=True))

        keeps()
        checked.append(operation.path)
    assert len(checked) == 7


def _given(operation: Any) -> Any:
    from hypothesis import given

    return given(case=operation.as_strategy())
