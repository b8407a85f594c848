"""How fast feeds are polled and parsed, beside other programs."""
