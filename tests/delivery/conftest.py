"""A message to send, and a server on loopback that takes mail or refuses it on demand."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest

from .server import Server


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def message() -> Callable[..., EmailMessage]:
    def build(body: str = "Good morning.\n", number: int = 1) -> EmailMessage:
        made = EmailMessage()
        made["From"] = "The Daily Brief <brief@example.org>"
        made["To"] = "reader@example.com"
        made["Subject"] = f"Überblick {number}"
        made["Message-ID"] = f"<m{number}@example.org>"
        made["X-Slot"] = "2026-11-21"
        made["X-Delivery"] = f"d{number}"
        made.set_content(body)
        return made

    return build
