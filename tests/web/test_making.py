"""Only so many pages are made at once, however many are asked for; what somebody sends waits for none of them."""

import asyncio
from collections.abc import Callable, Coroutine
from threading import Event, Lock

import httpx2
import pytest
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from briefing.web import app
from briefing.web.site import Page, Site

from .conftest import NOW, Pages

ASKED, SECONDS = 3 * app.MADE_AT_ONCE, 20


class Workshop:
    """Pages that are in the making until they are let go, and a form beside them."""

    def __init__(self) -> None:
        self.let_go = Event()
        self.in_hand = 0
        self._lock = Lock()

    def make(self, site: Site, request: Request) -> Response:
        with self._lock:
            self.in_hand += 1
        assert self.let_go.wait(SECONDS)
        return PlainTextResponse(request.url.path)

    def take(self, site: Site, request: Request, form: FormData) -> Response:
        return PlainTextResponse("taken")

    @property
    def pages(self) -> tuple[Page, ...]:
        return Page(path="/page/{n}", show=self.make, public=True), Page(path="/form", act=self.take, from_anywhere=True)


def asked(pages: Pages, ask: Callable[[httpx2.AsyncClient], Coroutine[None, None, None]]) -> None:
    async def at_once() -> None:
        transport = httpx2.ASGITransport(app=app.create_app(pages.services, clock=lambda: NOW))
        async with httpx2.AsyncClient(transport=transport, base_url=pages.services.config.web.public_url) as client:
            await asyncio.wait_for(ask(client), SECONDS)

    asyncio.run(at_once())


def test_pages_wait_for_one_another_and_forms_for_none(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop = Workshop()
    monkeypatch.setattr(app, "PAGES", workshop.pages)

    async def ask(client: httpx2.AsyncClient) -> None:
        waiting = [asyncio.create_task(client.get(f"/page/{n}")) for n in range(ASKED)]
        while workshop.in_hand < app.MADE_AT_ONCE:
            await asyncio.sleep(0)
        assert (await client.post("/form")).text == "taken"
        assert workshop.in_hand == app.MADE_AT_ONCE
        workshop.let_go.set()
        assert [(await each).text for each in waiting] == [f"/page/{n}" for n in range(ASKED)]

    asked(pages, ask)
    assert workshop.in_hand == ASKED
