"""Insight -> Story -> Selection: one event told once, the right five for each reader."""
