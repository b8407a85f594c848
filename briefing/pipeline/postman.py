"""Rows -> mails: an edition or a notice in its envelope, with the Message-ID that its row holds."""

from email.headerregistry import Address
from email.message import EmailMessage

from briefing.editions import message
from briefing.editions.links import Links
from briefing.editions.message import Postmark
from briefing.editions.render import Renderer
from briefing.model import Delivery, Edition, Notice, Subscriber


class MailPostman:
    """Implements `services.Postman`."""

    def __init__(self, links: Links, postmark: Postmark, renderer: Renderer, *, title: str, language: str) -> None:
        self._links, self._postmark, self._renderer = links, postmark, renderer
        self._title, self._language = title, language

    @property
    def domain(self) -> str:
        return sender_domain(self._postmark.sender) or self._links.host

    def edition(self, edition: Edition, subscriber: Subscriber, delivery: Delivery) -> EmailMessage:
        return message.build(
            edition,
            subscriber,
            self._links,
            postmark=self._postmark,
            renderer=self._renderer,
            message_id=delivery.message_id,
            delivery_id=delivery.id,
        )

    def notice(self, notice: Notice, delivery: Delivery) -> EmailMessage:
        return message.build_notice(
            notice,
            self._links,
            title=self._title,
            language=self._language,
            postmark=self._postmark,
            renderer=self._renderer,
            message_id=delivery.message_id,
            delivery_id=delivery.id,
        )


def sender_domain(sender: str) -> str:
    """The domain of `Name <local@domain>`."""
    address = sender.rpartition("<")[2].rstrip("> ")
    return Address(addr_spec=address).domain if "@" in address else ""
