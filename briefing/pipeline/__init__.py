"""The steps in order; the only place that joins rooms to the store."""
