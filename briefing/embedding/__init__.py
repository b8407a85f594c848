"""Texts as unit vectors: packaged word vectors by default, or an embedding server."""

from briefing.embedding.served import EndpointEmbedder
from briefing.embedding.vectors import PackagedEmbedder

__all__ = ["EndpointEmbedder", "PackagedEmbedder"]
