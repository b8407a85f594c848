"""How fast mail goes out: `python -m bench.delivery.throughput [--mails 1000] [--rounds 3]`, against Postfix's smtp-sink.

In each round the same mails go out four ways, one connection each: by bare smtplib with bytes that are made before; by our sender
with the same bytes, every state written down; by our sender that makes each mail on the way; and by yagmail used the plain way.
Then an edition is rendered from remembered fragments, and by Markdown and inlining anew. Ratios are those of the median round.
"""

import argparse
import logging
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path
from statistics import median
from typing import NamedTuple

import css_inline
import markdown
import yagmail

from bench.delivery.installation import NOW, address, edition, install, reader
from bench.replay import free_port
from bench.settings import SECRET
from briefing import mailing
from briefing.config import load
from briefing.delivery.wire import Prepared
from briefing.editions.links import Links
from briefing.editions.render import Renderer, clean
from briefing.model import Delivery, DeliveryState, Edition, Notice, Subscriber
from briefing.packaged import packaged
from briefing.pipeline import deliver
from briefing.pipeline.mailroom import Mailroom

SENDER = "brief@brief.example"
PLAIN_SHARE = 10
"""yagmail gets one mail in so many: it is slow, and its pace does not change."""
RENDERED = 200


class Pace(NamedTuple):
    """Mails a second by the clock, and milliseconds of our processor time a mail: what a crowded machine changes least."""

    rate: float
    busy: float


@dataclass
class Shelf:
    """A postman whose mails lie ready."""

    domain: str
    ready: dict[str, Prepared] = field(default_factory=dict)

    def edition(self, edition: Edition, subscriber: Subscriber, delivery: Delivery) -> EmailMessage:
        return self.ready[delivery.id]

    def notice(self, notice: Notice, delivery: Delivery) -> EmailMessage:
        raise LookupError(notice.kind)

    def note(self, edition: Edition, delivery: Delivery) -> EmailMessage:
        raise LookupError(edition.id)


@contextmanager
def sink() -> Iterator[int]:
    """The port of a running smtp-sink."""
    program = shutil.which("smtp-sink", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if not program:
        raise SystemExit("smtp-sink is not installed: it comes with Postfix")
    port = free_port()
    process = subprocess.Popen([program, "-u", "nobody", f"127.0.0.1:{port}", "1000"], stderr=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        yield port
    finally:
        process.terminate()
        process.wait()


def busy(work: Callable[[], object]) -> float:
    """Seconds of processor time of this process: what a crowded machine does not change much."""
    started = time.process_time()
    work()
    return time.process_time() - started


def bare(port: int, mails: Sequence[tuple[str, bytes]]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for recipient, content in mails:
            smtp.sendmail(SENDER, [recipient], content)


def plain(port: int, mails: Sequence[tuple[str, str, str]]) -> None:
    """yagmail as its manual shows it: a client, and contents as strings."""
    client = yagmail.SMTP(SENDER, host="127.0.0.1", port=port, smtp_ssl=False, smtp_starttls=False, smtp_skip_login=True)
    for recipient, subject, html in mails:
        client.send(recipient, subject, html)
    client.close()


def ours(room: Mailroom, count: int) -> None:
    report = deliver.everything(room, NOW)
    if report.done != count:
        raise SystemExit(f"{report.done} of {count} mails went out: {report.failures[:3]}")


def again(room: Mailroom) -> None:
    """Everything waits once more."""
    with room.store.write() as db:
        for row in db.deliveries.in_states([DeliveryState.ACCEPTED]):
            db.deliveries.move(row, replace(row, state=DeliveryState.QUEUED, next_attempt_at=NOW, attempts=0), NOW)


def paced(work: Callable[[], object], count: int) -> Pace:
    """How fast so many mails went by this way."""
    began, spent = time.perf_counter(), time.process_time()
    work()
    return Pace(count / (time.perf_counter() - began), (time.process_time() - spent) / count * 1000)


def measure(count: int, rounds: int) -> dict[str, list[Pace]]:
    """Each way, round by round."""
    found: dict[str, list[Pace]] = {"bare": [], "ours": [], "made on the way": [], "yagmail": []}
    with tempfile.TemporaryDirectory() as folder, sink() as port:
        home = install(Path(folder), port, [address(number) for number in range(count)])
        with mailing.opened(load(home.config, SECRET)) as making:
            shelf = _shelf(making)
            ready = replace(making, postman=shelf)
            mails = [(mail["To"], mail.content) for mail in shelf.ready.values()]
            strings = [(to, "Today's brief", _html(making)) for to, _ in mails[: max(count // PLAIN_SHARE, 1)]]
            print(f"{count} mails of {median(len(content) for _, content in mails) / 1000:.0f} kB")
            for _ in range(rounds):
                found["bare"].append(paced(lambda: bare(port, mails), count))
                found["ours"].append(paced(lambda: ours(ready, count), count))
                again(making)
                found["made on the way"].append(paced(lambda: ours(making, count), count))
                again(making)
                found["yagmail"].append(paced(lambda: plain(port, strings), len(strings)))
    return found


def _shelf(room: Mailroom) -> Shelf:
    shelf = Shelf(room.postman.domain)
    with room.store.read() as db:
        for row in db.deliveries.in_states([DeliveryState.QUEUED]):
            number = int(row.id.removeprefix("d"))
            mail = room.postman.edition(edition(number), reader(number, row.address), row)
            shelf.ready[row.id] = mail if isinstance(mail, Prepared) else Prepared(bytes(mail))
    return shelf


def _html(room: Mailroom) -> str:
    return Renderer().html(edition(0), room.links, reader(0, address(0)))


def rendering() -> tuple[float, float]:
    """Processor seconds for an HTML mail from remembered fragments, and by Markdown and inlining anew."""
    renderer, links = Renderer(), Links("https://brief.example", [b"k" * 32])
    css = (packaged("templates") / "mail.css").read_text("utf-8")
    issues = [(edition(number), reader(number, address(number))) for number in range(RENDERED)]

    def anew(issue: Edition, subscriber: Subscriber) -> str:
        words = renderer.markdown(issue, links, subscriber)
        body = clean(markdown.markdown(words, output_format="html"))
        return css_inline.inline(f"<html><head><style>{css}</style></head><body>{body}</body></html>")

    renderer.html(issues[0][0], links, issues[0][1])
    joined = busy(lambda: [renderer.html(issue, links, subscriber) for issue, subscriber in issues]) / RENDERED
    few = issues[: RENDERED // 10]
    return joined, busy(lambda: [anew(issue, subscriber) for issue, subscriber in few]) / len(few)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    logging.getLogger("CSSUTILS").disabled = True  # yagmail inlines by a library that complains of modern CSS
    found = measure(wanted.mails, wanted.rounds)
    for name, paces in found.items():
        rate, spent = median(each.rate for each in paces), median(each.busy for each in paces)
        print(f"  {name:18}{rate:8.0f} mails a second{spent:8.2f} ms of processor a mail")
    of_bare, times = ratio(found, "ours", "bare"), ratio(found, "ours", "yagmail")
    joined, anew = rendering()
    print(f"with prepared bytes: {of_bare:.0%} of bare smtplib, {times:.1f} times yagmail the plain way")
    made = ratio(found, "made on the way", "bare"), ratio(found, "made on the way", "yagmail")
    print(f"made on the way: {made[0]:.0%} of bare smtplib, {made[1]:.1f} times yagmail the plain way")
    print(f"HTML from remembered fragments: {joined * 1000:.2f} ms, anew: {anew * 1000:.1f} ms, {anew / joined:.0f} times")
    return int(of_bare < 0.7 or times < 5 or anew / joined < 50)


def ratio(found: dict[str, list[Pace]], one: str, other: str) -> float:
    """Of their rates, in the median round."""
    return median(mine.rate / theirs.rate for mine, theirs in zip(found[one], found[other], strict=True))


if __name__ == "__main__":
    sys.exit(main())
