"""Which way a message goes: by mail, or through the channel that its address names. Pure but for what it calls."""

from collections.abc import Callable, Mapping
from email.message import EmailMessage

from briefing.errors import DeliveryError
from briefing.ports import ForesightedMailer, Letter, Mailer

PREFIX = "channel:"


def channel_address(name: str) -> str:
    """What stands in the ledger where a mail has its recipient."""
    return PREFIX + name


def is_channel(address: str) -> bool:
    return address.startswith(PREFIX)


class Doors:
    """Implements `ports.Mailer` over the one for mail and those of the channels, by name."""

    def __init__(self, mail: Mailer, channels: Mapping[str, Mailer]) -> None:
        self.mail, self.channels = mail, channels

    def send(self, message: EmailMessage, *, envelope_to: str, before_data: Callable[[], None] = lambda: None) -> None:
        self._door(envelope_to).send(message, envelope_to=envelope_to, before_data=before_data)

    def expect(self, following: Callable[[], Letter | None]) -> None:
        if isinstance(self.mail, ForesightedMailer):
            self.mail.expect(lambda: _by_mail(following()))

    def close(self) -> None:
        for door in (self.mail, *self.channels.values()):
            door.close()

    def _door(self, address: str) -> Mailer:
        if not is_channel(address):
            return self.mail
        door = self.channels.get(address.removeprefix(PREFIX))
        if door is None:
            raise DeliveryError(address, "is no channel of feeds.toml any more", permanent=True)
        return door


def _by_mail(letter: Letter | None) -> Letter | None:
    return None if letter is None or is_channel(letter[1]) else letter
