"""Killing a sender at random moments, and knowing where in a mail each kill struck."""

import time
from dataclasses import dataclass

from bench.delivery.site import Numbers, Sender, Site

EARLY = 20
"""Every so many kills one strikes before the sender has come as far as the mail server."""
AIMED = 3
"""Of so many kills all but one wait for a MAIL, and strike within the time that the server takes for a mail."""
ONE_MAIL = 0.03


@dataclass(slots=True)
class Tally:
    kills: int = 0
    in_a_mail: int = 0
    """Between MAIL and 250."""
    alive: float = 0.1
    mails: int = 2

    def life(self, left: int, kills_left: int) -> float:
        """Seconds that a sender may live on the average, so that the mails last for all the kills."""
        return max(self.alive / self.mails * left / (2 * kills_left), 0.02)


def kill_often(site: Site, count: int) -> Numbers:
    """Kill the sender so many times, most of them while it sends; then let it finish."""
    tally = Tally()
    while tally.kills < count and (left := site.unfinished()):
        sender = site.start()
        if tally.kills % EARLY == EARLY - 1:
            time.sleep(site.chance.uniform(0, 0.2))
        elif not site.await_mail(sender):
            sender.join()
            continue
        _strike(site, sender, tally, site.chance.uniform(0, 2 * tally.life(left, count - tally.kills)))
    site.finish()
    return {"kills": tally.kills, "of them between MAIL and 250": tally.in_a_mail, "starts": site.starts}


def _strike(site: Site, sender: Sender, tally: Tally, seconds: float) -> None:
    began, before = time.time(), len(site.sink.messages)
    time.sleep(seconds)
    if tally.kills % AIMED:
        _await_next_mail(site, sender)
        time.sleep(site.chance.uniform(0, ONE_MAIL))
    if sender.exitcode is not None:
        return
    mails, taken, killed = list(site.mails_begun), list(site.sink.messages), time.time()
    site.kill(sender)
    tally.kills += 1
    tally.alive += killed - began
    tally.mails += len(taken) - before
    tally.in_a_mail += bool(mails) and mails[-1] >= began and not any(each["t"] >= mails[-1] for each in taken[-1:])


def _await_next_mail(site: Site, sender: Sender) -> None:
    before = len(site.mails_begun)
    while len(site.mails_begun) == before and sender.exitcode is None:
        time.sleep(0.001)
