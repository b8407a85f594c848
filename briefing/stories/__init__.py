"""From insights to the few stories a reader is given: what tells of the same event, what ranks first, what is new, what is related."""
