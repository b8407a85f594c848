"""Outside -> Document: fetching, feeds, transcripts, newsletters, articles, cleaning."""
