"""The OpenAPI document: paths, parameters and answers as data, and the nouns' schemas from their types."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from briefing.web.api import nouns

Json: TypeAlias = "dict[str, Any]"
NOUNS = (nouns.Insights, nouns.Insight, nouns.Stories, nouns.Story, nouns.Editions, nouns.Results, nouns.Problem)
REF = "#/components/schemas/{name}"
MOST, USUAL = 100, 20
EDITION = "Edition"
EDITION_SCHEMA: Json = {
    "type": "object",
    "description": "A house edition as it was mailed, as `briefing preview --format json` prints it.",
    "required": ["version", "slot", "subject", "picks", "coverage"],
    "properties": {
        "version": {"type": "integer"},
        "slot": {"type": "string", "format": "date"},
        "subject": {"type": "string"},
        "preheader": {"type": "string"},
        "picks": {"type": "array", "items": {"type": "object"}},
        "coverage": {"type": "object"},
    },
}


def _asked(name: str, description: str, **schema: object) -> Json:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": {"type": "string", **schema}}


LIMIT = _asked("limit", f"Items at most; {USUAL} if it is not given.", type="integer", minimum=1, maximum=MOST)
CURSOR = _asked("cursor", "`next` of the page before.", pattern="^[0-9]{1,19}$")
DAY_CURSOR = _asked("cursor", "`next` of the page before.", format="date")
FILTERS = (
    _asked("topic", "Id of a topic."),
    _asked("source", "`feed_id` of a source."),
    _asked("speaker", "A name, or part of one.", maxLength=200),
    _asked("since", "The first day, in UTC.", format="date"),
    _asked("until", "The last day, in UTC.", format="date"),
)
WORDS = _asked("q", "Words that all have to be there, the last perhaps unfinished; “words in quotes” stand side by side.")
PAGES: Mapping[str, tuple[str, str, Sequence[Json], str]] = {
    "/api/v1/insights": ("listInsights", "Insights, newest first", (*FILTERS, LIMIT, CURSOR), "Insights"),
    "/api/v1/insights/{id}": ("getInsight", "One insight", (), "Insight"),
    "/api/v1/stories": ("listStories", "Stories, those with the newest news first", (*FILTERS, LIMIT, CURSOR), "Stories"),
    "/api/v1/stories/{id}": ("getStory", "One story", (), "Story"),
    "/api/v1/editions": ("listEditions", "House editions, newest first", (LIMIT, DAY_CURSOR), "Editions"),
    "/api/v1/editions/{slot}": ("getEdition", "The house edition of a day, like 2026-11-21", (), EDITION),
    "/api/v1/search": ("search", "Insights, stories and transcripts", (WORDS, *FILTERS, LIMIT, CURSOR), "Results"),
}
"""Path: operation, what it gives, parameters, noun."""
JSON_PROBLEMS = {
    "400": "A parameter cannot be read; `message` says which.",
    "404": "There is no such thing, or the archive is closed.",
    "405": "This is read, and not changed.",
    "500": "Something went wrong here.",
    "503": "The archive cannot be read at this moment.",
}
TEXT_PROBLEMS = {"421": "Asked under another name than this site's.", "431": "The request's headers are too large."}
ETAG = {"ETag": {"description": "Send it back as If-None-Match.", "schema": {"type": "string"}}}
RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}


def document(title: str, server: str) -> Json:
    """The whole description, OpenAPI 3.1."""
    _, schemas = msgspec.json.schema_components(NOUNS, ref_template=REF)
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{title}: the archive", "version": "1", "description": DESCRIPTION},
        "servers": [{"url": server}],
        "paths": {path: {"get": _operation(path, *told)} for path, told in PAGES.items()},
        "components": {"schemas": {**schemas, EDITION: EDITION_SCHEMA}},
    }


DESCRIPTION = (
    "What is public on the pages, and nothing about readers. Ids stay the same for ever. Every answer has an ETag; asked again "
    "with If-None-Match it is 304 while nothing changed. A network may have 120 new answers a minute, then gets 429; what is "
    "answered from memory is not counted."
)


def _operation(path: str, name: str, summary: str, parameters: Sequence[Json], noun: str) -> Json:
    named = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    places = [{"name": each, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}} for each in named]
    return {"operationId": name, "summary": summary, "parameters": [*places, *parameters], "responses": _responses(noun)}


def _responses(noun: str) -> Json:
    return {
        "200": {"description": "Found.", "headers": ETAG, "content": _content(noun)},
        "304": {"description": "Nothing changed.", "headers": ETAG},
        "429": {"description": "Too many requests from your network.", "headers": RETRY, "content": _content("Problem")},
        **{status: {"description": words, "content": _content("Problem")} for status, words in JSON_PROBLEMS.items()},
        **{
            status: {"description": words, "content": {"text/plain": {"schema": {"type": "string"}}}}
            for status, words in TEXT_PROBLEMS.items()
        },
    }


def _content(noun: str) -> Json:
    return {"application/json": {"schema": {"$ref": REF.format(name=noun)}}}
