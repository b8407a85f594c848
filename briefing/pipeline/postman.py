"""Rows -> mails: an edition or a notice in its envelope, with the Message-ID that its row holds."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

from briefing.delivery.bounces import return_path
from briefing.delivery.dkim import Signer
from briefing.delivery.wire import Prepared, wire_bytes
from briefing.editions import message, note
from briefing.editions.links import Links
from briefing.editions.message import Postmark
from briefing.editions.render import Renderer
from briefing.model import Delivery, Edition, Notice, Subscriber


class MailPostman:
    """Implements `services.Postman`."""

    def __init__(
        self,
        links: Links,
        postmark: Postmark,
        renderer: Renderer,
        *,
        title: str,
        language: str,
        bounces: tuple[str, bytes] = ("", b""),
        signer: Signer | None = None,
    ) -> None:
        """`bounces` is the address that reports of failure go to, and the key that signs its return paths."""
        self._links, self._postmark, self._renderer = links, postmark, renderer
        self._title, self._language = title, language
        self._bounces = bounces
        self._signer = signer
        self.domain = sender_domain(postmark.sender) or links.host

    def edition(self, edition: Edition, subscriber: Subscriber, delivery: Delivery) -> EmailMessage:
        made = message.assemble(
            edition,
            subscriber,
            self._links,
            postmark=self._postmark,
            renderer=self._renderer,
            message_id=delivery.message_id,
            delivery_id=delivery.id,
        )
        return self._ready(made, delivery)

    def notice(self, notice: Notice, delivery: Delivery) -> EmailMessage:
        made = message.build_notice(
            notice,
            self._links,
            title=self._title,
            language=self._language,
            postmark=self._postmark,
            renderer=self._renderer,
            message_id=delivery.message_id,
            delivery_id=delivery.id,
        )
        return self._ready(wire_bytes(made), delivery)

    def note(self, edition: Edition, delivery: Delivery) -> EmailMessage:
        """A house edition for a channel: not personal, not signed."""
        named = {"message_id": delivery.message_id, "delivery_id": delivery.id}
        made = note.build(edition, self._links, self._renderer, **named, imprint=self._postmark.imprint)
        return Prepared(wire_bytes(made))

    def _ready(self, content: bytes, delivery: Delivery) -> Prepared:
        """The mail as it goes out, with the address that reports of failure go to; mailers take that for the envelope."""
        address, key = self._bounces
        back = return_path(address, delivery.id, key) if address else ""
        return Prepared(self._signer.sign(content) if self._signer else content, back)


def sender_domain(sender: str) -> str:
    """The domain of `Name <local@domain>`."""
    address = parseaddr(sender)[1]
    return Address(addr_spec=address).domain if "@" in address else ""
