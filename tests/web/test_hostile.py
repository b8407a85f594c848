"""Requests that scanners, bots and other sites make, each with what must come of it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from httpx2 import Response

from briefing.model import Status

from .conftest import NOW, Pages

EVA = "eva@example.org"
BYTES_A_MEGABYTE = 1_000_000
Case = dict[str, object]


def _cases(shared_data: Path) -> dict[str, Case]:
    return {case["id"]: case for case in json.loads((shared_data / "hostile/web/requests.json").read_text("utf-8"))["requests"]}


def _send(pages: Pages, case: Case) -> list[Response]:
    """The answers to a case, which is sent as often as it says."""
    asked = case["with"]
    assert isinstance(asked, dict)
    method, path, headers = str(case["method"]), _path(pages, str(case["path"])), asked.get("headers", {})
    if method != "POST":
        return [pages.client.request(method, path, headers=headers)]
    count = int(asked.get("repeat") or asked.get("same_address") or asked.get("different_addresses") or 1)
    return [pages.post(path, _body(pages, path, asked, n), headers=headers) for n in range(count)]


def _path(pages: Pages, path: str) -> str:
    purpose = path.split("/")[1]
    if "{token" not in path:
        return path
    reader = pages.subscribe("pat", Status.PENDING if purpose == "confirm" else Status.ACTIVE)
    token = pages.services.links.token(purpose, reader.id, NOW)
    if "one character changed" in path:
        token = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]
    return f"/{purpose}/{token}"


def _body(pages: Pages, path: str, asked: Case, n: int) -> dict[str, str | list[str]]:
    if path.startswith("/unsubscribe"):
        return dict([str(asked["body"]).split("=")])
    if path != "/signup":
        return {"zone": "Asia/Tokyo"} if path.startswith("/preferences") else {}
    form = pages.form(f"reader{n}@example.org" if "different_addresses" in asked else EVA)
    form |= {"website": "http://spam.example"} if "honeypot" in asked else {}
    form |= {"started": pages.services.links.token("form", "signup", pages.now)} if "filled_in_s" in asked else {}
    return form | ({"topics": "x" * int(str(asked["body_mb"])) * BYTES_A_MEGABYTE} if "body_mb" in asked else {})


def _mails(pages: Pages) -> int:
    return len(pages.mails())


def _status(pages: Pages, name: str) -> str:
    reader = pages.reader(f"{name}@example.org")
    return reader.status.value if reader else "unknown"


Check = Callable[[Pages, list[Response]], bool]
CHECKS: dict[str, tuple[set[int], Check]] = {
    "web-s-01": ({200}, lambda pages, _: _status(pages, "pat") == "active"),
    "web-s-02": ({200, 405}, lambda pages, _: _status(pages, "pat") == "active"),
    "web-s-03": ({200}, lambda pages, _: _status(pages, "pat") == "unsubscribed"),
    "web-s-04": ({200}, lambda pages, _: _status(pages, "pat") == "unsubscribed"),
    "web-s-05": ({200}, lambda pages, answers: _status(pages, "pat") == "pending" and "<button" in answers[0].text),
    "web-s-06": ({200}, lambda pages, _: _status(pages, "pat") == "active"),
    "web-s-07": ({200}, lambda pages, _: _status(pages, "pat") == "active" and _mails(pages) == 1),
    "web-s-08": ({400, 421}, lambda pages, _: _mails(pages) == 0),
    "web-s-09": ({200}, lambda pages, _: pages.link(EVA, "confirm").startswith("https://brief.example/")),
    "web-s-10": ({403}, lambda pages, _: _mails(pages) == 0),
    "web-s-11": ({403}, lambda pages, _: pages.reader("pat@example.org").zone == "UTC"),  # type: ignore[union-attr]
    "web-s-12": ({200, 429}, lambda pages, _: _mails(pages) == 1),
    "web-s-13": ({200, 429}, lambda pages, answers: _mails(pages) == 5 and answers[-1].status_code == 429),
    "web-s-14": ({200}, lambda pages, _: _mails(pages) == 0),
    "web-s-15": ({200, 400}, lambda pages, answers: _mails(pages) == 0 and "once more" in answers[0].text),
    "web-s-16": ({404}, lambda pages, answers: answers[0].text == pages.get("/unsubscribe/unknown").text),
    "web-s-17": ({404}, lambda pages, _: True),
    "web-s-18": ({200, 400}, lambda pages, answers: "Traceback" not in answers[0].text),
    "web-s-19": ({404}, lambda pages, answers: "<script>" not in answers[0].text),
    "web-s-20": ({413}, lambda pages, _: _mails(pages) == 0),
}


@pytest.mark.parametrize("id_", CHECKS)
def test_hostile_requests(pages: Pages, shared_data: Path, id_: str) -> None:
    statuses, holds = CHECKS[id_]
    answers = _send(pages, _cases(shared_data)[id_])
    assert {answer.status_code for answer in answers} <= statuses
    assert holds(pages, answers)


def test_every_case_has_a_check(shared_data: Path) -> None:
    assert set(_cases(shared_data)) == set(CHECKS)
