"""Pages made of hostile feeds in a real browser, with the policy on: nothing runs, nothing is asked of others."""

from collections.abc import Callable

import pytest

from briefing.web.app import create_app

from .conftest import TOML, Pages
from .installation import FLAGS, chromium
from .serving import ADDRESS, PORT, served

LISTEN = "document.addEventListener('securitypolicyviolation', event => console.error('blocked: ' + event.blockedURI))"


@pytest.mark.slow
def test_nothing_runs_and_nothing_is_blocked(make_pages: Callable[..., Pages]) -> None:
    path_of_browser = chromium()
    from playwright.sync_api import sync_playwright

    pages = make_pages(f'{TOML}listen = "127.0.0.1:{PORT}"\n')
    troubles: list[str] = []
    insights = pages.insight_ids()
    stories = [url for id_ in insights for url in pages.get(f"/i/{id_}").text.split('"') if url.startswith("/s/")]
    paths = ["/", "/topics/cities", "/e/2026-11-21", "/search?q=%3Cscript%3E", *(f"/i/{id_}" for id_ in insights), *stories]
    with served(create_app(pages.services)), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path_of_browser, args=FLAGS)
        page = browser.new_page()
        page.add_init_script(LISTEN)
        page.on("console", lambda message: troubles.append(message.text))
        page.on("dialog", lambda dialog: troubles.append(dialog.message))
        page.on("request", lambda asked: None if asked.url.startswith(ADDRESS) else troubles.append(asked.url))
        for path in paths:
            page.goto(ADDRESS + path)
        browser.close()
    assert troubles == []
