"""Document -> Insight: what is worth telling, in words that were really said."""
