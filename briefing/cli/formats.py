"""An edition in each form that `preview` and `replay` can give, and as it looks in a terminal."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import time
from email.utils import parseaddr
from functools import partial

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from briefing import mailing
from briefing.delivery.outbox import message_id
from briefing.editions import wording
from briefing.editions.render import Renderer
from briefing.editions.sections import filled
from briefing.editions.view import view
from briefing.model import Citation, Delivery, DeliveryState, Edition, EditionPick, Source, Status, Subscriber
from briefing.pipeline.services import Services
from briefing.store.editions import HOUSE
from briefing.text import one_line, stable_id

HEADINGS = {"also": "Also today", "recap": "The week in review", "due": "Predictions due", "corrections": "Corrections"}
IN_PANEL = {
    "also": ("headline", "source"),
    "recap": ("headline", "mark", "since"),
    "due": ("who", "feed", "what", "until"),
    "corrections": ("headline", "was", "text"),
}
"""What the terminal shows of each section's lines."""
Format = Callable[[Services, Edition, Subscriber | None], bytes]


def formatted(services: Services, edition: Edition, subscriber: Subscriber | None, name: str) -> bytes:
    """An edition as md, html, txt, eml or json."""
    return FORMATS[name](services, edition, subscriber)


def _page(write: Callable[..., str], services: Services, edition: Edition, subscriber: Subscriber | None) -> bytes:
    imprint = services.config.briefing.imprint
    return write(mailing.renderer(services.config), edition, services.links, subscriber, imprint=imprint).encode()


def _json(services: Services, edition: Edition, subscriber: Subscriber | None) -> bytes:
    return json.dumps(view(edition), ensure_ascii=False, indent=2).encode() + b"\n"


def _mail(services: Services, edition: Edition, subscriber: Subscriber | None) -> bytes:
    reader = subscriber or _the_house(services)
    delivery = Delivery(
        id=stable_id("preview", edition.id),
        address=reader.email,
        message_id=message_id(services.message_key, edition.id, "preview", services.postman.domain),
        state=DeliveryState.QUEUED,
    )
    return bytes(services.postman.edition(edition, reader, delivery))


FORMATS: Mapping[str, Format] = {
    "md": partial(_page, Renderer.markdown),
    "html": partial(_page, Renderer.html),
    "txt": partial(_page, Renderer.text),
    "eml": _mail,
    "json": _json,
}


def _the_house(services: Services) -> Subscriber:
    """Whom the house edition is addressed to when it is shown as a mail: the admin, else the sender."""
    config = services.config
    address = config.admin.email or parseaddr(config.mail.sender)[1]
    return Subscriber(id=HOUSE, email=address, status=Status.ACTIVE, zone=config.briefing.timezone, send_at=time(7))


def panel(edition: Edition) -> RenderableType:
    """An edition for the terminal: rank, claim, who said it where, why it is here, and what goes with it."""
    head = Text.assemble((one_line(edition.subject), "bold"), "\n", (one_line(edition.preheader), "dim"))
    picks = [part for pick in edition.picks for part in _pick(pick)]
    below = [part for name, lines in filled(edition).items() for part in _section(name, lines)]
    foot = Text(one_line(wording.coverage(edition.coverage), 1_000), style="dim")
    return Panel(
        Group(head, "", *picks, *below, foot), title=one_line(edition.title), border_style="cyan", padding=(1, 2), width=100
    )


def _pick(pick: EditionPick) -> Iterator[RenderableType]:
    fragment = pick.fragment
    update = Text(f"Update: {one_line(wording.news(pick.update))}", style="yellow") if pick.update else None
    claim = Text.assemble((f"{pick.rank}  ", "bold cyan"), (one_line(fragment.claim, 1_000), "bold"))
    source = fragment.sources[0] if fragment.sources else None
    below = [update, _said(fragment.quotes[0], source), _why(pick)]
    related = [_related(item.claim, item.source) for item in fragment.related]
    yield claim
    yield Padding(Group(*filter(None, below), *related), (0, 0, 1, 3))


def _section(name: str, lines: Sequence[object]) -> Iterator[RenderableType]:
    """A heading, and a line of text for each item."""
    yield Text(HEADINGS[name], style="bold cyan")
    told = [" · ".join(str(getattr(line, field)) for field in IN_PANEL[name] if getattr(line, field)) for line in lines]
    yield Padding(Group(*(Text(f"- {one_line(words, 300)}") for words in told)), (0, 0, 1, 3))


def _said(quote: Citation, source: Source | None) -> Text:
    said_at = wording.clock(quote.at, approximate=quote.approximate)
    parts = [quote.speaker, source.feed if source else "", source.title if source else "", said_at]
    line = Text(" · ".join(one_line(part) for part in parts if part), style="green")
    if quote.url:
        line.stylize(f"link {quote.url}")
    return line


def _why(pick: EditionPick) -> Text | None:
    words = wording.reasons(pick)
    return Text(f"Why: {one_line(words)}", style="dim") if words else None


def _related(claim: str, source: Source) -> Text:
    return Text.assemble(("+ ", "cyan"), (one_line(claim, 110), ""), (f"  ({one_line(source.feed)})", "dim"))
