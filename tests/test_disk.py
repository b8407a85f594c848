"""Which disks work needs room on."""

from pathlib import Path

from briefing.config import Config
from briefing.config.tables import Mail
from briefing.disk import disks


def test_each_disk_counts_once_also_for_a_folder_that_is_not_made_yet(tmp_path: Path) -> None:
    assert disks([tmp_path, tmp_path / "outbox" / "today"]) == [tmp_path]
    assert disks([tmp_path / "outbox"]) == [tmp_path]


def test_mail_needs_room_where_it_is_put(tmp_path: Path) -> None:
    config = Config(path=tmp_path / "feeds.toml", folder=tmp_path, mail=Mail(folder=tmp_path / "outbox"))
    assert config.written == (tmp_path, tmp_path / "outbox")
