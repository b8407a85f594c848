"""Figures of the pages and the search on a large archive: `python -m bench.web`."""
