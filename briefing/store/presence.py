"""Which senders live: each holds the lock of a file beside the database, and the system frees it the moment a process dies."""

import fcntl
import os
from pathlib import Path

from briefing.errors import StoreError


class Presence:
    """One process among those that share a SQLite database, which is to say: on this machine.

    Raises `StoreError` if its file cannot be made.
    """

    def __init__(self, folder: Path, owner: str) -> None:
        self._folder, self.owner = folder, owner
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            self._handle = self._locked(folder / owner)
        except OSError as error:
            reason = f"cannot be written: {error.strerror or error}"
            raise StoreError(str(folder), reason, remedy="make room on the disk, or let this user write there") from error

    def alive(self, owner: str) -> bool:
        """Whether the process of that name still runs, as far as can be told; the file of one that does not is removed."""
        if owner == self.owner:
            return True
        try:
            handle = os.open(self._folder / owner, os.O_RDWR)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            (self._folder / owner).unlink(missing_ok=True)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False

    def close(self) -> None:
        (self._folder / self.owner).unlink(missing_ok=True)
        os.close(self._handle)

    @staticmethod
    def _locked(path: Path) -> int:
        """A handle whose lock is held before the file has its name, so that nobody finds it free."""
        unnamed = path.with_name(f".{path.name}")
        handle = os.open(unnamed, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        unnamed.rename(path)
        return handle
