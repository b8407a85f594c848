"""Killing a sender at random moments, and knowing where in a mail each kill struck."""

import time
from dataclasses import dataclass

from bench.delivery.site import Numbers, Sender, Site

EARLY = 20
"""Every so many kills one strikes before the sender has come as far as the mail server."""
SENDING = "SELECT message_id FROM deliveries WHERE state = 'sending'"


@dataclass(slots=True)
class Tally:
    kills: int = 0
    in_data: int = 0
    """Between DATA and 250: the server had not recorded the mail that was marked as going out."""
    after_answer: int = 0
    """Between 250 and its being written down."""
    alive: float = 0.05
    mails: int = 1

    def life(self, left: int, kills_left: int) -> float:
        """Seconds that a sender may live on the average, so that the mails last for all the kills."""
        return max(self.alive / self.mails * left / kills_left, 0.02)


def kill_often(site: Site, count: int) -> Numbers:
    """Kill the sender so many times, most of them while it sends; then let it finish."""
    tally = Tally()
    while tally.kills < count and (left := site.unfinished()):
        sender = site.start()
        if tally.kills % EARLY == EARLY - 1:
            time.sleep(site.chance.uniform(0, 1.0))
        elif not site.await_mail(sender):
            continue
        _strike(site, sender, tally, site.chance.uniform(0, 2 * tally.life(left, count - tally.kills)))
    site.finish()
    return {
        "kills": tally.kills,
        "between DATA and 250": tally.in_data,
        "between 250 and its note": tally.after_answer,
        "starts": site.starts,
    }


def _strike(site: Site, sender: Sender, tally: Tally, seconds: float) -> None:
    began, before = time.time(), len(site.sink.messages)
    time.sleep(seconds)
    if sender.poll() is not None:
        return
    killed = time.time()
    site.kill(sender)
    tally.kills += 1
    tally.alive += killed - began
    tally.mails += len(site.sink.messages) - before
    for (message_id,) in site.query(SENDING):
        recorded = any(m["message_id"] == message_id and began <= m["t"] <= killed for m in site.sink.messages[before:])
        tally.after_answer += recorded
        tally.in_data += not recorded
