"""A web page to its main content."""

from trafilatura import extract as main_content
from trafilatura.settings import use_config

_LONGEST_PAGE = 2_000_000
_SETTINGS = use_config()
# Trafilatura would otherwise arm a signal for its time limit, which works in the main thread only.
_SETTINGS.set("DEFAULT", "EXTRACTION_TIMEOUT", "0")


def extract(html: str, url: str) -> str:
    """The main content as simple HTML (headings, lists, quotes, paragraphs), "" if there is none. Fetches nothing."""
    if not html.strip():
        return ""
    return _extracted(html[:_LONGEST_PAGE], url) or ""


def _extracted(html: str, url: str) -> str | None:
    try:
        return main_content(
            html,
            url=url or None,
            output_format="html",
            include_comments=False,
            include_tables=True,
            include_formatting=True,
            config=_SETTINGS,
        )
    except (ValueError, TypeError, AttributeError, IndexError, RecursionError):
        # Its parsers give up on some broken pages in these ways; such a page has no main content.
        return None
