"""Selection -> Edition -> mail, page and feed."""
