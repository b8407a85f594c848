"""Labels of an insight, each from evidence and left out where there is none."""

from collections.abc import Sequence

from briefing.model import Document, Facets, Quote


def facets(document: Document, quotes: Sequence[Quote]) -> Facets:
    return Facets()
