"""An installation's services over a real store, with fakes at the network."""

from collections.abc import Callable

from briefing.config import Config
from briefing.editions.links import Links
from briefing.editions.message import Postmark
from briefing.editions.render import default
from briefing.pipeline.postman import MailPostman
from briefing.pipeline.reading import Reader
from briefing.pipeline.services import Services
from briefing.ports import Fetcher
from briefing.store import Store
from briefing.testing import FakeEmbedder, FakeMailer, FakeWriter


def faked(config: Config, store: Store, fetcher: Callable[[], Fetcher], mailer: FakeMailer) -> Services:
    embedder, links = FakeEmbedder(), Links(config.web.public_url, [b"k" * 32])
    reader = Reader(writer=FakeWriter(), embedder=embedder)
    return Services(
        config=config,
        store=store,
        links=links,
        fetcher=fetcher,
        reader=lambda: reader,
        embedder=lambda: embedder,
        mailer=mailer,
        postman=MailPostman(links, Postmark(sender=config.mail.sender), default(), title="Brief", language="en"),
        message_key=b"k",
        owner="test",
    )
