"""Other doors for the house edition: the same ledger, each once, and no word of it in anybody's mail."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from briefing.delivery.chat import ChatChannel
from briefing.delivery.doors import Doors, channel_address
from briefing.delivery.notes import NotesFolder
from briefing.errors import DeliveryError, UsageError
from briefing.model import Delivery, DeliveryState
from briefing.testing import FakeMailer

from .conftest import NOW, TOML, Desk

CHANNEL = '[[channels]]\nname = "vault"\nkind = "markdown"\nfolder = "notes"\n'


@pytest.fixture
def noted(make_desk: Callable[..., Desk]) -> Desk:
    desk = make_desk(TOML + CHANNEL)
    (vault,) = desk.services.config.channels
    assert vault.folder
    desk.services = replace(desk.services, mailer=Doors(desk.mailer, {"vault": NotesFolder(vault.folder)}))
    return desk


def row(desk: Desk) -> Delivery:
    with desk.services.store.read() as db:
        (found,) = [each for each in db.deliveries.in_states(tuple(DeliveryState)) if each.address == channel_address("vault")]
    return found


def test_a_note_a_day_through_the_ledger(noted: Desk) -> None:
    noted.subscribe()
    noted.run()
    assert row(noted).state is DeliveryState.ACCEPTED
    (vault,) = noted.services.config.channels
    assert vault.folder
    (note,) = vault.folder.iterdir()
    assert note.name == "2026-11-21.md"
    head, _, words = note.read_text("utf-8").removeprefix("---\n").partition("\n---\n")
    assert 'title: "' in head and "date: 2026-11-21" in head and 'tags: ["briefing"' in head
    assert "iron battery for 38 hours" in words
    assert "unsubscribe" not in words.lower()
    assert [address for address, _ in noted.mailer.sent] == ["ana@example.org"]


def test_a_folder_that_cannot_be_written_waits_and_stops_no_mail(noted: Desk) -> None:
    noted.subscribe()
    blocked = noted.services.config.folder / "notes"
    blocked.write_text("a file where the folder should be")
    noted.run()
    assert row(noted).state is DeliveryState.DEFERRED
    assert len(noted.mailer.sent) == 1
    blocked.unlink()
    noted.run(NOW + timedelta(hours=1))
    assert row(noted).state is DeliveryState.ACCEPTED


def test_a_channel_that_is_gone_from_the_file_ends_its_notes() -> None:
    with pytest.raises(DeliveryError, match="no channel"):
        Doors(FakeMailer(), {}).send(FakeMailer, envelope_to=channel_address("old"))  # type: ignore[arg-type]


def test_a_webhook_is_really_asked() -> None:
    pytest.importorskip("apprise")
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    asked: list[bytes] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200 if len(asked) == 1 else 500)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    from tests.contracts.test_mailer import message

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        channel = ChatChannel("room", f"json://127.0.0.1:{server.server_port}")
        channel.send(message(), envelope_to="channel:room")
        with pytest.raises(DeliveryError, match="did not take"):
            channel.send(message(), envelope_to="channel:room")
        server.shutdown()
    assert b"Number 1" in asked[0]


def test_an_address_that_is_none_is_told_without_showing_it() -> None:
    pytest.importorskip("apprise")
    with pytest.raises(UsageError) as caught:
        ChatChannel("room", "nonsense canary")
    assert "canary" not in str(caught.value)
