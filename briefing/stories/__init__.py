"""From insights to the stories a reader is given: what tells of one event, what ranks first, what is new, what is related."""
