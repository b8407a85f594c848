"""The codes that say why a story was picked or left out, and what each means; words are made when an edition is rendered."""

REASONS = {
    "topics": "the reader's own topics that this story is about; values: topic ids",
    "feed": "from a feed that the reader asked more of, or that the admin weighs above others; value: its title",
    "sources": "told by several independent publishers; value: how many",
    "figure": "the lead insight states this figure",
    "due": "something foretold or scheduled in it falls due within days; value: ISO date",
    "strong": "among the strongest claims of the day",
    "new": "nothing like it in the last 30 days, which the archive covers; said of a quarter of the stories at most",
    "update": "the reader had this story before; value: ISO date of that slot",
    "general": "no topic asked for it: chosen for what it says and who says it",
}

LEFT_OUT = {
    "sent": "the reader had it before, and it has no news",
    "language": "in a language the reader did not tick",
    "muted": "holds a word, or comes from a feed, that the reader muted",
    "old": "older than what counts as news",
    "floor": "too weak",
    "feed_cap": "two picks come from its feed already",
    "speaker_cap": "two picks are by its speaker already",
    "topic_cap": "three picks are of its topic already",
    "similar": "says half of what a pick says",
    "rest": "good, but the others were better",
}
