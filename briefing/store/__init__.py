"""The cellar: every row that outlives a process, behind one `Store`."""

from briefing.store.database import Store, migrated
from briefing.store.session import Session

__all__ = ["Session", "Store", "migrated"]
