"""Measurements: quality and speed, side by side with peers, each a command that prints a table."""
