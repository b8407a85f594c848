"""What an assistant gets through the Model Context Protocol is what the API gives."""

import asyncio

import pytest

pytest.importorskip("mcp", reason="no SDK: pip install briefing[mcp]")

from mcp import Client
from mcp.types import CallToolResult, TextContent

from briefing.web.api.tools import NO_EDITION, server
from briefing.web.app import site_of

from .conftest import BATTERY, Pages


def ask(pages: Pages, tool: str, **arguments: object) -> CallToolResult:
    async def asked() -> CallToolResult:
        async with Client(server(site_of(pages.services, lambda: pages.now))) as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(asked())


def refusal(result: CallToolResult) -> str:
    (content,) = result.content
    assert result.is_error and isinstance(content, TextContent)
    return content.text


def test_search_gives_what_the_api_gives(pages: Pages) -> None:
    found = ask(pages, "search", query="battery", limit=3)
    assert found.structured_content == pages.get("/api/v1/search?q=battery&limit=3").json()
    assert found.structured_content["insights"][0]["claim"] in BATTERY


def test_a_story_by_the_id_that_search_gives(pages: Pages) -> None:
    story = pages.get("/api/v1/stories").json()["items"][0]
    assert ask(pages, "story", id=story["id"]).structured_content == story


def test_the_newest_edition(pages: Pages) -> None:
    assert ask(pages, "todays_brief").structured_content == pages.get("/api/v1/editions/2026-11-21").json()


def test_what_cannot_be_answered_is_said(pages: Pages) -> None:
    assert "There is no such thing." in refusal(ask(pages, "story", id="nobody"))
    assert "limit is a number" in refusal(ask(pages, "search", query="x", limit=-1))
    assert "there is no such topic" in refusal(ask(pages, "search", query="x", topic="nothing"))


def test_before_the_first_edition(empty: Pages) -> None:
    assert NO_EDITION in refusal(ask(empty, "todays_brief"))


def test_tools_say_that_they_only_read(pages: Pages) -> None:
    async def listed():
        async with Client(server(site_of(pages.services))) as client:
            return (await client.list_tools()).tools

    tools = asyncio.run(listed())
    assert [tool.name for tool in tools] == ["search", "story", "todays_brief"]
    assert all(tool.description and tool.annotations and tool.annotations.read_only_hint for tool in tools)
