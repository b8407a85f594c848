"""A channel to webhooks and chats: everything that Apprise has an address for. Needs the extra [chat]."""

from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Protocol

from briefing.delivery.wire import wire_bytes
from briefing.errors import NOT_INSTALLED, DeliveryError, UsageError, installing


class Notifier(Protocol):
    """What is used of Apprise."""

    def add(self, servers: str) -> bool: ...

    def notify(self, body: str, title: str, *, body_format: str) -> object: ...


class ChatChannel:
    """Implements `ports.Mailer` for one Apprise address, which is a secret. Raises `UsageError` for one that is none."""

    def __init__(self, name: str, url: str, notifier: Callable[[], Notifier] | None = None) -> None:
        self.name = name
        self._notifier = (notifier or _apprise)()
        if not self._notifier.add(url):
            remedy = "see https://github.com/caronc/apprise/wiki for the addresses of each service"
            raise UsageError(f'[[channels]] "{name}"', "what url_env holds is no address that Apprise knows", remedy=remedy)

    def send(self, message: EmailMessage, *, envelope_to: str, before_data: Callable[[], None] = lambda: None) -> None:
        """Raises `DeliveryError` where the service did not take it: it is tried again later."""
        said = message_from_bytes(wire_bytes(message), policy=default)
        words = said.get_body(("plain", "markdown"))
        before_data()
        if not self._notifier.notify((words or said).get_content(), str(said.get("Subject", "")), body_format="markdown"):
            raise DeliveryError(envelope_to, f'the service behind the channel "{self.name}" did not take the message')

    def close(self) -> None:
        """Nothing is held open."""


def _apprise() -> Notifier:
    try:
        from apprise import Apprise
    except ImportError:
        raise UsageError('[[channels]] kind "apprise"', NOT_INSTALLED, remedy=installing("chat")) from None
    made: Notifier = Apprise()
    return made
